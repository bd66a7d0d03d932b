"""Voting codes: made without a database, known here by public keys, replaced by two people together."""

import stat

import pytest

from elections.protocol import code
from elections.protocol.canonical import encode, parse_canonical
from elections.registry import code_files, codes, elections, journal, register, roll
from elections.registry.code_files import CodeRequest, PublicKeys
from elections.registry.tables import ElectorKey
from elections.rules.phases import Phase
from tests.refused import refused
from tests.registry.common import (
    FINGERPRINT,
    NOW,
    OFFICER,
    PRESIDENT,
    SECRETARY,
    coded,
    enrolled,
    line,
    prepared,
    sealed,
    sheet,
    voting,
)
from tests.registry.keys import signature

REQUEST = CodeRequest("1" * 22, ("issuer-1", "issuer-2"), (1, 2, 7))


def keys_file(made, election="1" * 22):
    return code_files.write_keys(election, [item.keys for item in made])


def changed(raw, change):
    value = parse_canonical(raw, "keys")
    change(value)
    return encode(value)


def new_keys(election, number):
    return code_files.make(CodeRequest(election.uuid, tuple(election.issuers), (number,)))[0].keys


def test_a_request_is_read_as_it_was_written():
    assert CodeRequest.parse(REQUEST.encode()) == REQUEST


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"numbers": [2, 1]}, "codes.numbers"),
        ({"numbers": [1, 1]}, "codes.numbers"),
        ({"numbers": []}, "codes.numbers"),
        ({"numbers": [0]}, "json.range"),
        ({"issuers": []}, "codes.issuers"),
        ({"issuers": ["a", "a"]}, "codes.issuers"),
        ({"issuers": ["A"]}, "text.pattern"),
        ({"election": "short"}, "text.pattern"),
        ({"format": "isoloir-code-keys-1"}, "text.pattern"),
        ({"more": 1}, "json.unknown"),
    ],
)
def test_a_request_is_read_strictly(values, rule):
    with refused(rule):
        CodeRequest.parse(encode({**parse_canonical(REQUEST.encode(), "request"), **values}))


def test_keys_are_those_of_the_code():
    for item in code_files.make(REQUEST):
        keys = code.VotingKeys([code.read(item.code)], REQUEST.election, item.keys.number, REQUEST.issuers)
        assert (item.keys.number, item.keys.register, item.keys.requests) == keys.row
        assert item.code not in repr(item)


def test_codes_are_never_made_twice():
    assert len({item.code for item in code_files.make(REQUEST) + code_files.make(REQUEST)}) == 6


def test_the_folder_has_a_letter_for_each_number_and_is_private(tmp_path):
    made = code_files.make(REQUEST)
    code_files.write_folder(tmp_path / "out", REQUEST.election, made)
    files = {path.relative_to(tmp_path / "out").as_posix(): path for path in (tmp_path / "out").rglob("*.*")}
    assert sorted(files) == ["letters/1.txt", "letters/2.txt", "letters/7.txt", "public-keys.json"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert made[2].code in files["letters/7.txt"].read_text()
    assert all(item.code.encode() not in files["public-keys.json"].read_bytes() for item in made)
    with refused("codes.folder"):
        code_files.write_folder(tmp_path / "out", REQUEST.election, made)


def test_the_makers_answer_is_read_as_it_was_written():
    made = code_files.make(REQUEST)
    assert code_files.read_keys(keys_file(made[::-1]), REQUEST.election, REQUEST.issuers) == [m.keys for m in made]


def _double(value):
    value["keys"][1]["register"] = value["keys"][0]["requests"]["issuer-1"]


def _same_for_all(value):
    value["keys"][0]["requests"] = dict.fromkeys(value["keys"][0]["requests"], value["keys"][0]["register"])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda value: value["keys"].reverse(), "codes.numbers"),
        (lambda value: value["keys"].append(value["keys"][-1]), "codes.numbers"),
        (lambda value: value["keys"][0].update(number=0), "json.range"),
        (lambda value: value["keys"][0].update(register="00" * 32), "ed25519.key"),
        (lambda value: value["keys"][0].update(register="01" + "00" * 31), "ed25519.key"),
        (lambda value: value["keys"][0].update(register="AB" * 32), "text.hex"),
        (lambda value: value["keys"][0]["requests"].pop("issuer-2"), "json.missing"),
        (lambda value: value["keys"][0]["requests"].update({"issuer-3": "00" * 32}), "json.unknown"),
        (lambda value: value["keys"][0].update(name="Ada"), "json.unknown"),
        (_double, "codes.key-twice"),
        (_same_for_all, "codes.key-twice"),
        (lambda value: value.update(election="2" * 22), "codes.election"),
        (lambda value: value.update(format="isoloir-code-request-1"), "text.pattern"),
    ],
)
def test_the_makers_answer_is_read_strictly(change, rule):
    raw = changed(keys_file(code_files.make(REQUEST)), change)
    with refused(rule):
        code_files.read_keys(raw, REQUEST.election, REQUEST.issuers)


def test_office_asks_for_those_without_a_code_only(session):
    election, _ = coded(session)
    with refused("codes.nobody"):
        codes.request(session, election.uuid)
    more = sheet(*(line(name) for name in ("ada", "bea", "new")), line("dina", "one"))
    roll.apply(session, election.uuid, roll.read_file(session, election.uuid, more), OFFICER, NOW)
    assert codes.request(session, election.uuid).numbers == (6,)


def test_keys_are_taken_once_and_all_or_none(session):
    election = enrolled(session)
    made = code_files.make(codes.request(session, election.uuid))
    foreign = code_files.make(CodeRequest(election.uuid, ("issuer-1",), (99,)))
    with refused("codes.number"):
        codes.take_keys(session, election.uuid, keys_file(made + foreign, election.uuid), OFFICER, NOW)
    assert len(codes.request(session, election.uuid).numbers) == 5
    assert codes.take_keys(session, election.uuid, keys_file(made, election.uuid), OFFICER, NOW) == 5
    with refused("codes.number"):
        codes.take_keys(session, election.uuid, keys_file(made, election.uuid), OFFICER, NOW)


def test_a_key_of_somebody_else_is_refused(session):
    election = enrolled(session)
    one, *rest = code_files.make(codes.request(session, election.uuid))
    codes.take_keys(session, election.uuid, keys_file([one], election.uuid), OFFICER, NOW)
    stolen = PublicKeys(rest[0].keys.number, one.keys.register, rest[0].keys.requests)
    with refused("codes.key-twice"):
        codes.take_keys(session, election.uuid, code_files.write_keys(election.uuid, [stolen]), OFFICER, NOW)


def test_fixed_keys_cannot_be_added_to(session):
    election, _, _ = prepared(session)
    with refused("registry.locked"):
        codes.take_keys(session, election.uuid, code_files.write_keys(election.uuid, []), OFFICER, NOW)


def test_a_reissued_code_replaces_the_keys_and_is_counted(session):
    election, _, _ = sealed(session)
    contest, keys = election.contests[0], new_keys(election, 2)
    before = roll.digest(session, contest.uuid)
    codes.reissue(session, election.uuid, keys, OFFICER, PRESIDENT, NOW)
    assert session.get(ElectorKey, (election.uuid, 2)).register == keys.register
    entry = journal.entries(session, election.uuid)[-1]
    assert (entry.act, entry.role, entry.contest) == ("reissue", "president", contest.uuid)
    assert entry.details == {"officer": 1, "roll": roll.digest(session, contest.uuid)}
    assert (roll.digest(session, contest.uuid) != before, contest.roll_digest == before) == (True, True)
    assert [codes.reissues(session, each.uuid) for each in election.contests] == [1, 0]


def test_a_reissue_in_a_draft_is_not_counted(session):
    election, _ = coded(session)
    codes.reissue(session, election.uuid, new_keys(election, 1), OFFICER, SECRETARY, NOW)
    assert codes.reissues(session, election.contests[0].uuid) == 0


@pytest.mark.parametrize(
    ("officer", "board"), [(OFFICER, OFFICER), (PRESIDENT, PRESIDENT), (PRESIDENT, OFFICER), (PRESIDENT, SECRETARY)]
)
def test_nobody_replaces_a_code_alone(session, officer, board):
    election, _ = coded(session)
    with refused("codes.two-people"):
        codes.reissue(session, election.uuid, new_keys(election, 1), officer, board, NOW)


def test_who_votes_or_has_voted_gets_no_other_code(session):
    contest, made = voting(session)
    election = elections.contest(session, contest).election
    a = register.add_attempt(session, contest, 1, signature(session, contest, 1, made[1], FINGERPRINT), NOW)
    with refused("codes.voted"):
        codes.reissue(session, election.uuid, new_keys(election, 1), OFFICER, PRESIDENT, NOW)
    register.sign(session, contest, 1, a)
    with refused("codes.voted"):
        codes.reissue(session, election.uuid, new_keys(election, 1), OFFICER, PRESIDENT, NOW)


@pytest.mark.parametrize("phase", [Phase.CLOSING, Phase.FROZEN, Phase.STOPPED, Phase.PROCLAIMED])
def test_no_code_is_replaced_once_the_vote_is_over(session, phase):
    contest, _ = voting(session)
    election = elections.contest(session, contest).election
    elections.contest(session, contest).phase = phase
    with refused("codes.phase"):
        codes.reissue(session, election.uuid, new_keys(election, 1), OFFICER, PRESIDENT, NOW)


def test_no_code_is_replaced_while_the_seal_is_prepared(session):
    election, _, _ = prepared(session)
    with refused("registry.locked"):
        codes.reissue(session, election.uuid, new_keys(election, 1), OFFICER, PRESIDENT, NOW)


def test_a_reissue_needs_keys_that_are_right_and_new(session):
    election, _ = coded(session)
    other = session.get(ElectorKey, (election.uuid, 2))
    for keys, rule in (
        (new_keys(election, 99), "codes.number"),
        (PublicKeys(1, other.register, new_keys(election, 1).requests), "codes.key-twice"),
        (PublicKeys(1, "00" * 32, new_keys(election, 1).requests), "ed25519.key"),
        (PublicKeys(1, new_keys(election, 1).register, {}), "json.missing"),
    ):
        with refused(rule):
            codes.reissue(session, election.uuid, keys, OFFICER, PRESIDENT, NOW)
