"""Ballots: what is made is accepted, by us and by plain integers; whatever else is refused by its rule."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.protocol import ballot as module
from elections.protocol.ballot import (
    Ballot,
    Election,
    Question,
    check_ballot,
    check_randomness,
    make_ballot,
    tracker,
    write_election,
)
from elections.protocol.canonical import compact
from elections.protocol.elgamal import prove_disjunction
from elections.protocol.errors import ProtocolError
from elections.protocol.group import GROUP_NAMES, group_by_name
from tests.protocol.plain import ballot_holds, compact_digest
from tests.protocol.small import CREDENTIAL, KEY, LISTS, NAMES, PLAIN, UUID, cast, changed, election, leaves
from tests.refused import refused

BOTH = (LISTS, NAMES)
VOTES = ([0, 1, 0, 0], [1, 1])


@pytest.fixture(params=GROUP_NAMES)
def contest(request):
    return election(request.param, BOTH)


@pytest.fixture(scope="module")
def raws():
    """One ballot of two questions in each group."""
    return {name: cast(election(name, BOTH), *VOTES) for name in GROUP_NAMES}


@st.composite
def questions(draw):
    answers = tuple(str(number) for number in range(draw(st.integers(1, 3))))
    minimum = draw(st.integers(0, len(answers)))
    maximum = draw(st.integers(minimum, len(answers)))
    return Question("?", answers, draw(st.booleans()), minimum, maximum)


@st.composite
def votes(draw, question):
    if question.blank and draw(st.booleans()):
        return [1] + [0] * len(question.answers)
    chosen = draw(st.integers(question.minimum, question.maximum))
    places = draw(st.permutations(range(len(question.answers))))[:chosen]
    return [0] * question.blank + [int(place in places) for place in range(len(question.answers))]


def opened(contest, ballot):
    """What a ballot says, by the key."""
    group = contest.group
    plain = {group.power_g(value): value for value in range(3)}
    return [[plain[c.beta / c.alpha**KEY] for c in answer.choices] for answer in ballot.answers]


# --- what is made is accepted


@pytest.mark.parametrize("name", GROUP_NAMES)
@settings(max_examples=15)
@given(data=st.data())
def test_what_is_proved_verifies_with_and_without_blank_from_min_to_max(name, data):
    asked = tuple(data.draw(st.lists(questions(), min_size=1, max_size=2)))
    contest = election(name, asked)
    vote = [data.draw(votes(question)) for question in asked]
    made = make_ballot(contest, CREDENTIAL, vote)
    ballot = check_ballot(contest, made.raw)
    check_randomness(ballot)
    assert ballot.encode() == made.raw
    assert opened(contest, ballot) == vote
    assert ballot.credential == contest.group.power_g(CREDENTIAL)
    assert ballot.alphas == [contest.group.power_g(exponent) for row in made.randomness for exponent in row]


@pytest.mark.parametrize("vote", [([1, 0, 0, 0], [0, 0]), ([0, 0, 1, 0], [1, 1]), ([0, 1, 0, 0], [0, 1])])
def test_plain_integers_accept_what_is_made(contest, vote):
    assert ballot_holds(PLAIN[contest.group.name], contest.raw, cast(contest, *vote))


def test_every_ballot_is_another_one(contest):
    assert cast(contest, *VOTES) != cast(contest, *VOTES)


def test_tracker_is_the_digest_of_the_bytes(raws, contest):
    raw = raws[contest.group.name]
    assert tracker(raw) == Ballot.parse(raw, contest.group).tracker == compact_digest(raw)


def test_the_randomness_of_a_ballot_is_not_printed(contest):
    made = make_ballot(contest, CREDENTIAL, VOTES)
    assert all(str(exponent) not in repr(made) for row in made.randomness for exponent in row)


# --- only an allowed vote is encrypted, and no other can be proved


FORBIDDEN = [
    (LISTS, [0, 0, 0, 0]),
    (LISTS, [0, 1, 1, 0]),
    (LISTS, [1, 1, 0, 0]),
    (LISTS, [0, 2, 0, 0]),
    (LISTS, [2, 0, 0, 0]),
    (LISTS, [0, 2, -1, 0]),
    (Question("?", ("a", "b", "c"), False, 1, 2), [0, 0, 0]),
    (Question("?", ("a", "b", "c"), False, 1, 2), [1, 1, 1]),
    (Question("?", ("a", "b", "c"), False, 0, 3), [3, 0, 0]),
    (Question("?", ("a", "b"), True, 2, 2), [1, 1, 1]),
    (Question("?", ("a", "b"), True, 2, 2), [0, 1, 0]),
]


@pytest.mark.parametrize("name", GROUP_NAMES)
@pytest.mark.parametrize(("question", "vote"), FORBIDDEN)
def test_a_vote_that_is_not_allowed_is_neither_made_nor_accepted(monkeypatch, name, question, vote):
    contest = election(name, (question,))
    with refused("ballot.choices"):
        make_ballot(contest, CREDENTIAL, [vote])
    # An elector who alters her own program proves what she can; branches that do not exist fall back on the last.
    honest = prove_disjunction
    monkeypatch.setattr(Question, "check_choices", lambda *_: None)
    monkeypatch.setattr(
        module, "prove_disjunction", lambda k, b, true, *rest: honest(k, b, min(max(true, 0), len(b) - 1), *rest)
    )
    raw = make_ballot(contest, CREDENTIAL, [vote]).raw
    with pytest.raises(ProtocolError) as caught:
        check_ballot(contest, raw)
    assert caught.value.rule in {"ballot.individual-proof", "ballot.overall-proof", "ballot.blank-proof"}
    assert not ballot_holds(PLAIN[name], contest.raw, raw)


@pytest.mark.parametrize("vote", [[], [0], [0, 1, 0], [0, 1, 0, 0, 0], [0, 1, 0, 0.5], [0, "1", 0, 0]])
def test_a_vote_of_another_shape_is_not_made(vote):
    with refused("ballot.choices"):
        make_ballot(election(), CREDENTIAL, [vote])
    with refused("ballot.choices"):
        make_ballot(election(), CREDENTIAL, [[0, 1, 0, 0], vote])


# --- whatever is changed is refused by its rule


def expected_rules(path):
    """The rules that may refuse a change of what stands at this path of a ballot."""
    if path[0] != "answers":
        return {
            "election_uuid": {"ballot.election"},
            "election_hash": {"ballot.fingerprint"},
            "credential": {"ballot.individual-proof"},
            "hash": {"ballot.signature-hash"},
            "challenge": {"ballot.signature"},
            "response": {"ballot.signature"},
        }[path[-1]]
    return {
        "choices": {"ballot.individual-proof"},
        "individual_proofs": {"ballot.individual-proof"},
        "overall_proof": {"ballot.overall-proof"},
        "blank_proof": {"ballot.blank-proof"},
    }[path[2]]


def another(group, path):
    """A change of the leaf at `path` that leaves it well-formed: another member, another number, another text."""
    if path[-1] in {"alpha", "beta", "credential"}:
        return lambda text: (group.element(text, "it") * group.generator).text
    if path[-1] in {"challenge", "response"}:
        return lambda text: str((int(text) + 1) % group.q)
    return lambda text: text[:-1] + ("A" if text[-1] != "A" else "B")


def malformed(group, path):
    """Values that cannot stand at `path`, each with the rule that says so."""
    if path[-1] in {"alpha", "beta", "credential"}:
        if group.name == "Ed25519":
            outside = {"00" * 32: "group.member", "66" * 31: "text.hex"}
        else:
            outside = {"0": "group.member", "2": "group.member", "01": "text.decimal", "9" * 617: "json.range"}
        return {**outside, None: "text.hex" if group.name == "Ed25519" else "text.decimal"}
    if path[-1] in {"challenge", "response"}:
        return {str(group.q): "json.range", "00": "text.decimal", "-1": "text.decimal", None: "text.decimal"}
    return {None: "json.type", 7: "json.type"}


def test_every_single_changed_field_is_refused_by_its_rule(contest, raws):
    raw = raws[contest.group.name]
    for path in leaves(json.loads(raw)):
        with pytest.raises(ProtocolError) as caught:
            check_ballot(contest, changed(raw, path, another(contest.group, path)))
        assert caught.value.rule in expected_rules(path), path


def test_every_malformed_field_is_refused_by_its_rule(contest, raws):
    raw = raws[contest.group.name]
    seen = set()
    for path in leaves(json.loads(raw)):
        kind = path[-1], path[0], path[2:3]
        for value, rule in () if kind in seen else malformed(contest.group, path).items():
            with refused(rule):
                check_ballot(contest, changed(raw, path, lambda _, value=value: value))
        seen.add(kind)


@pytest.mark.parametrize("name", GROUP_NAMES)
@given(data=st.data())
def test_any_single_changed_bit_is_refused(raws, name, data):
    raw = bytearray(raws[name])
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(ProtocolError):
        check_ballot(election(name, BOTH), bytes(raw))


@pytest.mark.parametrize("name", GROUP_NAMES)
@given(data=st.data())
def test_any_byte_added_or_left_out_is_refused(raws, name, data):
    raw = raws[name]
    place = data.draw(st.integers(0, len(raw) - 1))
    added = data.draw(st.binary(max_size=2))
    for bad in (raw[:place] + raw[place + 1 :], raw[:place] + b"0" + added + raw[place:], raw[:place]):
        with pytest.raises(ProtocolError):
            check_ballot(election(name, BOTH), bad)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode) | st.just(b"[" * 100_000) | st.just(b"9" * 5000))
def test_anything_that_is_no_ballot_is_refused(data):
    with pytest.raises(ProtocolError):
        check_ballot(election(), data)


def test_a_number_that_ends_in_a_float_or_stands_twice_is_refused():
    for raw, rule in ((b'{"a":1.5}', "json.number"), (b'{"a":1,"a":1}', "json.duplicate"), (b"NaN", "json.number")):
        with refused(rule):
            check_ballot(election(), raw)


SHAPES = {
    "a space": (lambda b: b, "ballot.canonical"),
    "keys in another order": (lambda b: dict(reversed(b.items())), "ballot.canonical"),
    "keys of an answer in another order": (
        lambda b: {**b, "answers": [dict(reversed(a.items())) for a in b["answers"]]},
        "ballot.canonical",
    ),
    "a missing key": (lambda b: {k: v for k, v in b.items() if k != "signature"}, "json.missing"),
    "an unknown key": (lambda b: {**b, "weight": 2}, "json.unknown"),
    "an unknown key in an answer": (lambda b: {**b, "answers": [{**a, "x": 1} for a in b["answers"]]}, "json.unknown"),
    "no answer": (lambda b: {**b, "answers": []}, "ballot.shape"),
    "an answer too many": (lambda b: {**b, "answers": b["answers"] * 2}, "ballot.shape"),
    "answers exchanged": (lambda b: {**b, "answers": b["answers"][::-1]}, "ballot.shape"),
    "an answer that is no object": (lambda b: {**b, "answers": [None, None]}, "json.type"),
}


@pytest.mark.parametrize("what", SHAPES)
def test_other_shapes_are_refused_by_their_rule(contest, raws, what):
    edit, rule = SHAPES[what]
    value = edit(json.loads(raws[contest.group.name]))
    raw = json.dumps(value).encode() if what == "a space" else compact(value)
    with refused(rule):
        check_ballot(contest, raw)


NOTHING = {"challenge": "0", "response": "0"}
ANSWERS = {
    "a choice too few": (lambda a: a["choices"].pop(), "ballot.shape"),
    "a proof too few": (lambda a: a["individual_proofs"].pop(), "ballot.shape"),
    "a proof too many": (lambda a: a["individual_proofs"].append(a["individual_proofs"][0]), "ballot.shape"),
    "no blank proof": (lambda a: a.pop("blank_proof"), "ballot.shape"),
    "proofs exchanged": (lambda a: a["individual_proofs"].reverse(), "ballot.individual-proof"),
    "branches exchanged": (lambda a: a["individual_proofs"][1].reverse(), "ballot.individual-proof"),
    "a third branch": (lambda a: a["individual_proofs"][1].append(NOTHING), "ballot.individual-proof"),
    "one branch": (lambda a: a["individual_proofs"][1].pop(), "ballot.individual-proof"),
    "no branch": (lambda a: a["individual_proofs"][1].clear(), "ballot.individual-proof"),
    "an overall branch too many": (lambda a: a["overall_proof"].append(NOTHING), "ballot.overall-proof"),
    "no overall proof": (lambda a: a["overall_proof"].clear(), "ballot.overall-proof"),
    "overall branches exchanged": (lambda a: a["overall_proof"].reverse(), "ballot.overall-proof"),
    "a blank branch too many": (lambda a: a["blank_proof"].append(NOTHING), "ballot.blank-proof"),
    "blank branches exchanged": (lambda a: a["blank_proof"].reverse(), "ballot.blank-proof"),
    "choices exchanged": (lambda a: a["choices"].reverse(), "ballot.individual-proof"),
    "choices and their proofs exchanged": (
        lambda a: a["choices"].reverse() or a["individual_proofs"].reverse(),
        "ballot.overall-proof",
    ),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_other_proofs_are_refused_by_their_rule(contest, raws, what):
    edit, rule = ANSWERS[what]
    value = json.loads(raws[contest.group.name])
    edit(value["answers"][0])
    with refused(rule):
        check_ballot(contest, compact(value))


def test_a_blank_proof_where_nobody_can_vote_blank_is_refused(contest, raws):
    value = json.loads(raws[contest.group.name])
    value["answers"][1]["blank_proof"] = value["answers"][0]["blank_proof"]
    with refused("ballot.shape"):
        check_ballot(contest, compact(value))


def test_a_ballot_is_of_one_election_and_one_credential(contest, raws):
    group, raw = contest.group, raws[contest.group.name]
    other_key = Election.parse(write_election(UUID, "Small", "", group, group.power_g(KEY + 1), BOTH))
    with refused("ballot.fingerprint"):
        check_ballot(other_key, raw)
    other_uuid = Election.parse(write_election("S" * 14, "Small", "", group, group.power_g(KEY), BOTH))
    with refused("ballot.election"):
        check_ballot(other_uuid, raw)
    # A stolen answer under the thief's credential and signature: the proofs name the credential.
    stolen, own = json.loads(raw), json.loads(cast(contest, *VOTES, credential=CREDENTIAL + 1))
    stolen["credential"] = own["credential"]
    with refused("ballot.individual-proof"):
        check_ballot(contest, compact(stolen))
    own["answers"] = stolen["answers"]
    with refused("ballot.individual-proof"):
        check_ballot(contest, compact(own))


# --- randomness of our records


def test_a_neutral_credential_is_a_ballot_of_belenios_and_none_of_ours(contest):
    ballot = check_ballot(contest, cast(contest, *VOTES, credential=0))
    with refused("ballot.identity"):
        check_randomness(ballot)


@pytest.mark.parametrize(("drawn", "rule"), [(0, "ballot.identity"), (5, "ballot.alpha-twice")])
def test_randomness_that_hides_nothing_is_refused(contest, monkeypatch, drawn, rule):
    """An elector whose generator always gives the same number: for nonces too, which the format allows."""
    monkeypatch.setattr(type(contest.group), "random_scalar", lambda _: drawn)
    ballot = check_ballot(contest, cast(contest, *VOTES))
    with refused(rule):
        check_randomness(ballot)


# --- elections


def test_an_election_is_written_and_read(contest):
    value = json.loads(contest.raw)
    assert list(value) == ["version", "description", "name", "group", "public_key", "questions", "uuid"]
    assert [list(question) for question in value["questions"]] == [
        ["answers", "blank", "min", "max", "question"],
        ["answers", "min", "max", "question"],
    ]
    assert (contest.questions, contest.uuid, contest.name) == (BOTH, UUID, "Small")
    assert contest.fingerprint == compact_digest(contest.raw)


ELECTIONS: dict[str, list[tuple[Any, str]]] = {
    "version": [(2, "json.range"), ("1", "json.type"), (True, "json.type")],
    "description": [(None, "json.type")],
    "name": [(7, "json.type")],
    "group": [("RFC-3526-2048", "group.name"), (None, "group.name")],
    "public_key": [("00" * 32, "group.member"), (5, "text.hex")],
    "questions": [({}, "json.type"), ([None], "json.type")],
    "uuid": [("short", "text.pattern"), ("0" * 14, "text.pattern"), ("S" * 65, "text.pattern"), (None, "json.type")],
    "administrator": [(None, "json.type")],
    "credential_authority": [([], "json.type")],
    "credentials": [("x", "json.unknown")],
}


@pytest.mark.parametrize(("key", "value", "rule"), [(key, *case) for key, cases in ELECTIONS.items() for case in cases])
def test_an_election_that_is_changed_is_refused_by_its_rule(key, value, rule):
    with refused(rule):
        Election.parse(compact({**json.loads(election().raw), key: value}))


@pytest.mark.parametrize("key", ["version", "description", "name", "group", "public_key", "questions", "uuid"])
def test_an_election_without_one_of_its_fields_is_refused(key):
    value = json.loads(election().raw)
    del value[key]
    with refused("json.missing"):
        Election.parse(compact(value))


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ({"answers": [], "min": 0, "max": 0, "question": ""}, "election.question"),
        ({"answers": ["a"], "min": 0, "max": 2, "question": ""}, "election.question"),
        ({"answers": ["a", "b"], "min": 2, "max": 1, "question": ""}, "election.question"),
        ({"answers": ["a"], "min": -1, "max": 1, "question": ""}, "json.range"),
        ({"answers": ["a"], "min": "0", "max": 1, "question": ""}, "json.type"),
        ({"answers": ["a"], "blank": 1, "min": 0, "max": 1, "question": ""}, "json.type"),
        ({"answers": ["a"], "blank": None, "min": 0, "max": 1, "question": ""}, "json.type"),
        ({"answers": [1], "min": 0, "max": 1, "question": ""}, "json.type"),
        ({"answers": ["a"], "min": 0, "max": 1}, "json.missing"),
        ({"answers": ["a"], "min": 0, "max": 1, "question": "", "extra": {}}, "json.unknown"),
        ({"type": "NonHomomorphic", "value": {"answers": ["a"], "question": ""}}, "election.homomorphic"),
    ],
)
def test_questions_are_read_strictly(question, rule):
    with refused(rule):
        Election.parse(compact({**json.loads(election().raw), "questions": [question]}))


def test_any_other_bytes_of_an_election_are_another_election():
    value = json.loads(election().raw)
    spaced = Election.parse(json.dumps(value).encode())
    assert spaced.questions == election().questions
    assert spaced.fingerprint != election().fingerprint
    with refused("ballot.fingerprint"):
        check_ballot(spaced, cast(election(), [0, 1, 0, 0]))


@pytest.mark.parametrize("group_name", GROUP_NAMES)
def test_the_key_encrypts_for_its_owner(group_name):
    group = group_by_name(group_name)
    ciphertext = election(group_name).public_key.encrypt(1, 12345)
    assert ciphertext.beta / ciphertext.alpha**KEY == group.generator
