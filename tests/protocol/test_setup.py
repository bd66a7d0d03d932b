"""setup.json: what is complete and sane is read, anything else is refused by its rule; the election follows from it."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol.ballot import Election, Question, write_election
from elections.protocol.canonical import encode, sha256_hex
from elections.protocol.elgamal import prove_possession
from elections.protocol.errors import ProtocolError
from elections.protocol.group import GROUP_NAMES, group_by_name
from elections.protocol.pedersen import HolderKey
from elections.protocol.setup import (
    KeyHolders,
    Setup,
    amendment_text,
    check_binding,
    missing_signatures,
    seal_text,
)
from elections.protocol.trustees import Single, Trustees, write
from tests.protocol.setups import CONTEST, ELECTION, OTHER, RECORD, ROLES, URN, bound, issuer_key, setup, value
from tests.protocol.small import leaves
from tests.refused import refused


def test_everything_that_is_sealed_is_read():
    read = setup()
    assert (read.uuid, read.election_uuid, read.contests) == (CONTEST, ELECTION, (CONTEST, OTHER))
    assert (read.opening, read.closing) == (datetime(2026, 2, 6, 8, tzinfo=UTC), datetime(2026, 2, 12, 15, tzinfo=UTC))
    assert (read.grace, read.rehearsal) == (timedelta(minutes=30), False)
    assert read.holders == ROLES
    assert [item.title for item in read.candidacies] == ["Liste « A »", "Liste B"]
    assert (read.candidacies[0].names[0].titular, read.candidacies[0].names[1].substitute) == ("Ada", None)
    assert (read.rule.method, read.rule.seats, read.roll_size) == ("largest_remainder", 2, 400)
    assert [issuer.n for issuer in read.issuers] == [issuer_key().public.n]
    assert (read.urn_key.public, read.record_key.public) == (URN.public, RECORD.public)
    assert read.origin == f"urn-1/{CONTEST}"
    assert (read.batches.at_once, read.batches.every, read.batches.single_below) == (64, 600, 200)
    assert Setup.parse(read.raw) == read
    assert read.raw == encode(value())
    assert read.digest == sha256_hex(read.raw)


# --- the election computed from it


@pytest.mark.parametrize("name", GROUP_NAMES)
def test_the_election_commits_to_the_setup(name):
    read, group = setup(), group_by_name(name)
    election = Election.parse(read.election_record(group, group.power_g(5)))
    assert (election.uuid, election.name) == (CONTEST, "CAV 2026")
    assert election.description == f"Collège général\nsetup sha256:{read.digest}"
    assert election.questions == (Question("Représentants", ("Liste « A »", "Liste B"), True, 1, 1),)
    assert election.public_key.element == group.power_g(5)
    assert list(json.loads(election.raw)) == [
        "version",
        "description",
        "name",
        "group",
        "public_key",
        "questions",
        "uuid",
    ]


@pytest.mark.parametrize("method", ["largest_remainder", "highest_average"])
def test_electors_of_lists_choose_titles(method):
    question = setup(rule={"method": method, "parameters": {}, "seats": 2}).question
    assert question.answers == ("Liste « A »", "Liste B")


@pytest.mark.parametrize(("method", "seats", "maximum"), [("plurality", 1, 1), ("block", 1, 1), ("block", 9, 2)])
def test_electors_of_persons_choose_tickets(method, seats, maximum):
    question = setup(rule={"method": method, "parameters": {}, "seats": seats}).question
    assert question.answers == ("Ada (suppléant : Bea)", "Dea (suppléant : Eva)")
    assert (question.blank, question.minimum, question.maximum) == (True, 1, maximum)
    alone = value()["candidacies"]
    alone[0]["names"] = [{"substitute": None, "titular": "Ada"}]
    rule = {"method": method, "parameters": {}, "seats": seats}
    assert setup(candidacies=alone, rule=rule).question.answers[0] == "Ada"


def test_what_was_sealed_together_fits_together():
    check_binding(*bound())


def test_another_election_is_refused():
    read, election, trustees = bound()
    group, key, question = election.group, election.public_key.element, read.question
    fitting = (CONTEST, "CAV 2026", read.description, group, key, [question])
    assert write_election(*fitting) == election.raw
    others = [
        (OTHER, *fitting[1:]),
        (CONTEST, "CAV 2027", *fitting[2:]),
        (CONTEST, "CAV 2026", read.description.replace("Collège", "College"), *fitting[3:]),
        (*fitting[:5], []),
        (*fitting[:5], [question, question]),
        (*fitting[:5], [Question(question.question, question.answers, False, 1, 1)]),
        (*fitting[:5], [Question(question.question, question.answers, True, 0, 1)]),
        (*fitting[:5], [Question(question.question, question.answers, True, 1, 2)]),
        (*fitting[:5], [Question(question.question, question.answers[::-1], True, 1, 1)]),
        (*fitting[:5], [Question("", question.answers, True, 1, 1)]),
    ]
    for other in others:
        with refused("setup.election"):
            check_binding(read, Election.parse(write_election(*other)), trustees)
    with refused("setup.election"):
        check_binding(read, Election.parse(election.raw.replace(b',"uuid"', b', "uuid"')), trustees)
    with refused("setup.election"):
        check_binding(setup(grace=1801), election, trustees)


def test_other_trustees_are_refused():
    read, election, trustees = bound()
    group = election.group
    other = Trustees.parse(write([Single(HolderKey(prove_possession(group, 6), group.power_g(6)))]), group)
    with refused("setup.trustees"):
        check_binding(read, election, other)
    sealed = setup(policy=[{"holders": ["president"], "threshold": 1}], trustees=sha256_hex(other.raw))
    with refused("setup.key"):
        check_binding(sealed, Election.parse(sealed.election_record(group, group.power_g(5))), other)
    sealed = setup(trustees=sha256_hex(trustees.raw))
    with refused("setup.trustees-policy"):
        check_binding(sealed, Election.parse(sealed.election_record(group, group.power_g(5))), trustees)


# --- seals


def test_what_holders_sign_names_all_that_is_sealed():
    assert seal_text("φ", "a" * 64, "x\n") == f"isoloir|seal|φ|{'a' * 64}|{sha256_hex(b'x' + bytes([10]))}"
    change = {"closing": "2026-02-13T15:00:00Z"}
    assert amendment_text("φ", "b" * 64, change) == f"isoloir|amendment|φ|{'b' * 64}|{sha256_hex(encode(change))}"


@pytest.mark.parametrize(
    ("signed", "enough"),
    [
        ({"president", "delegate-a", "delegate-b"}, True),
        ({"secretary", "delegate-b", "delegate-c"}, True),
        (set(ROLES), True),
        ({"president", "secretary", "delegate-a"}, False),
        ({"delegate-a", "delegate-b", "delegate-c"}, False),
        ({"president"}, False),
        (set(), False),
        ({"president", "delegate-a", "delegate-x"}, False),
    ],
)
def test_a_seal_needs_president_or_secretary_and_two_delegates(signed, enough):
    assert (missing_signatures(setup().policy, signed) == []) is enough


def test_a_seal_needs_the_one_delegate_where_there_is_one_and_two_where_one_could_decrypt():
    alone = (KeyHolders(("president", "secretary"), 1), KeyHolders(("delegate-a",), 1))
    assert missing_signatures(alone, {"president", "delegate-a"}) == []
    assert missing_signatures(alone, {"president"}) == [alone[1]]
    pair = (KeyHolders(("delegate-a", "delegate-b"), 1),)
    assert missing_signatures(pair, {"delegate-a"}) == list(pair)


# --- whatever is not complete and sane is refused


CASES: dict[str, list[tuple[Any, str]]] = {
    "audience": [("elector", "json.type"), (["UPPER"], "text.pattern"), ([None], "json.type")],
    "batches": [
        ([], "json.type"),
        ({"at_once": 64}, "json.missing"),
        ({**value()["batches"], "x": 1}, "json.unknown"),
        ({**value()["batches"], "keep_back": 0}, "json.range"),
        ({**value()["batches"], "keep_back": 21}, "setup.batches"),
        ({**value()["batches"], "at_once": 39}, "setup.batches"),
        ({**value()["batches"], "single_below": 63}, "setup.batches"),
        ({**value()["batches"], "every": True}, "json.type"),
    ],
    "booth": [([], "json.type"), ({"booth.js": "B" * 64}, "text.hex")],
    "candidacies": [
        ({}, "json.type"),
        ([], "setup.candidacies"),
        (value()["candidacies"][:1] * 2, "setup.candidacies"),
        ([value()["candidacies"][0], {**value()["candidacies"][1], "id": "list-1"}], "setup.candidacies"),
        ([value()["candidacies"][0], {**value()["candidacies"][1], "title": "Liste « A »"}], "setup.candidacies"),
        ([{**value()["candidacies"][0], "names": []}], "setup.candidacies"),
        ([{**value()["candidacies"][0], "title": "two\nlines"}], "text.pattern"),
        ([{**value()["candidacies"][0], "title": ""}], "text.pattern"),
        ([{**value()["candidacies"][0], "id": "a b"}], "text.pattern"),
        ([{**value()["candidacies"][0], "names": [{"titular": "Ada"}]}], "json.missing"),
        ([{**value()["candidacies"][0], "names": [{"substitute": 1, "titular": "Ada"}]}], "json.type"),
        ([{**value()["candidacies"][0], "names": [{"substitute": "", "titular": "Ada"}]}], "text.pattern"),
    ],
    "closing": [
        ("2026-02-06T08:00:00Z", "setup.hours"),
        ("2026-02-05T08:00:00Z", "setup.hours"),
        ("2026-02-12T15:00:00+00:00", "text.hour"),
        ("2026-02-30T15:00:00Z", "text.hour"),
        (0, "text.hour"),
    ],
    "contest": [
        ({**value()["contest"], "uuid": OTHER + "0"}, "text.pattern"),
        ({**value()["contest"], "uuid": "F" * 14}, "setup.contests"),
        ({**value()["contest"], "college": "two\nlines"}, "text.pattern"),
        ({**value()["contest"], "title": None}, "json.type"),
        ({"uuid": CONTEST}, "json.missing"),
    ],
    "contests": [
        ([OTHER], "setup.contests"),
        ([], "setup.contests"),
        ([CONTEST, CONTEST], "setup.contests"),
        ([CONTEST, None], "json.type"),
        (CONTEST, "json.type"),
    ],
    "election": [({"title": "", "uuid": ELECTION}, "text.pattern"), ({"title": "x", "uuid": "x"}, "text.pattern")],
    "grace": [(-1, "json.range"), (24 * 3600 + 1, "json.range"), ("1800", "json.type"), (None, "json.type")],
    "issuers": [
        ([], "setup.issuers"),
        ([issuer_key().public.json()] * 2, "setup.issuers"),
        ([issuer_key().public.json(), {**issuer_key().public.json(), "id": "second"}], "setup.issuers"),
        ([{**issuer_key().public.json(), "e": 3}], "json.range"),
        ([{**issuer_key().public.json(), "id": "Office"}], "text.pattern"),
        ([{**issuer_key().public.json(), "roots": issuer_key().public.json()["roots"][::-1]}], "token.key_root"),
        ([{**issuer_key().public.json(), "roots": []}], "json.type"),
        ({}, "json.type"),
    ],
    "link_key": [("1" * 63, "text.hex"), (None, "text.hex")],
    "model": [(None, "json.type")],
    "opening": [("2026-02-12T15:00:00Z", "setup.hours"), ("2026-02-06", "text.hour")],
    "policy": [
        ([], "setup.policy"),
        ([{"holders": ["president", "secretary"], "threshold": 2}], "setup.policy"),
        ([{"holders": ["president"], "threshold": 2}], "setup.policy"),
        ([{"holders": ["president"], "threshold": 0}], "json.range"),
        ([{"holders": [], "threshold": 1}], "setup.policy"),
        ([{"holders": ["president", "president", "secretary"], "threshold": 1}], "setup.policy"),
        ([{"holders": ["president"], "threshold": 1}] * 2, "setup.policy"),
        ([{"holders": ["a b"], "threshold": 1}], "text.pattern"),
        ([{"threshold": 1}], "json.missing"),
    ],
    "record_key": [
        ("record", "text.base64"),
        (None, "json.type"),
        (RECORD.vkey.replace("record", "other"), "note.key"),
    ],
    "rehearsal": [(0, "json.type"), (None, "json.type"), ("no", "json.type")],
    "roll": [
        ({"digest": "2" * 64, "size": -1}, "json.range"),
        ({"digest": "2" * 64, "size": 2**53}, "json.range"),
        ({"digest": "G" * 64, "size": 1}, "text.hex"),
        ({"size": 1}, "json.missing"),
    ],
    "rule": [
        ({"method": "x", "parameters": [], "seats": 1}, "json.type"),
        ({"method": "X", "parameters": {}, "seats": 1}, "text.pattern"),
        ({"method": "x", "parameters": {}, "seats": 0}, "json.range"),
        ({"method": "x", "seats": 1}, "json.missing"),
    ],
    "software": [({"digest": "5" * 64, "version": 1}, "json.type"), ({"digest": "5", "version": "1"}, "text.hex")],
    "trustees": [("7" * 65, "text.hex")],
    "urn": [
        ({"key": URN.vkey, "name": "Urn"}, "text.pattern"),
        ({"key": URN.vkey, "name": "u" * 33}, "text.pattern"),
        ({"key": "x", "name": "urn"}, "text.base64"),
        ({"name": "urn"}, "json.missing"),
    ],
    "format": [("isoloir-setup-2", "text.pattern")],
}


@pytest.mark.parametrize(
    ("key", "number"), [(key, number) for key, cases in CASES.items() for number in range(len(cases))]
)
def test_every_insane_field_is_refused_by_its_rule(key, number):
    content, rule = CASES[key][number]
    with refused(rule):
        Setup.parse(encode(value(**{key: content})))


def test_no_field_was_forgotten_here():
    assert CASES.keys() == value().keys()


@pytest.mark.parametrize("key", value())
def test_no_field_may_be_missing_or_null(key):
    whole = value()
    with pytest.raises(ProtocolError):
        Setup.parse(encode({**whole, key: None}))
    del whole[key]
    with refused("json.missing"):
        Setup.parse(encode(whole))


def test_no_field_may_be_added():
    with refused("json.unknown"):
        Setup.parse(encode(value(comment="")))


def test_two_candidacies_that_read_alike_on_the_page_are_refused():
    twins = value()["candidacies"]
    twins[1]["names"][0] = twins[0]["names"][0]
    lists = setup(candidacies=twins)
    assert lists.question.answers == ("Liste « A »", "Liste B")
    with refused("setup.candidacies"):
        setup(candidacies=twins, rule={"method": "plurality", "parameters": {}, "seats": 1})


@pytest.mark.parametrize("write", [lambda raw: raw + b"\n", lambda raw: raw.replace(b",", b", ", 1)])
def test_only_canonical_bytes_are_read(write):
    with refused("json.canonical"):
        Setup.parse(write(setup().raw))


def test_every_single_leaf_is_sealed():
    """Whatever is changed is refused, or is another set-up with another digest: and so another election."""
    raw = setup().raw
    for path in leaves(value()):
        place = whole = value()
        for key in path[:-1]:
            place = place[key]
        old = place[path[-1]]
        place[path[-1]] = old + 1 if type(old) is int else not old if type(old) is bool else f"{old}x"
        with suppress(ProtocolError):
            assert Setup.parse(encode(whole)).digest != sha256_hex(raw), path


@given(st.data())
def test_any_changed_bit_is_refused_or_is_another_setup(data):
    raw = bytearray(setup().raw)
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with suppress(ProtocolError):
        assert Setup.parse(bytes(raw)).digest != setup().digest


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(sorted(value())),
)
def test_any_other_value_of_a_field_is_refused_or_read_and_never_breaks(content, key):
    with suppress(ProtocolError):
        Setup.parse(encode(value(**{key: content})))
