"""The casting request has one length for every ballot of a contest, and no other is read."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.protocol import elgamal
from elections.protocol.canonical import base64_encode, encode
from elections.protocol.entry import Entry, Token
from elections.protocol.errors import ProtocolError
from elections.protocol.group import GROUP_NAMES, group_by_name
from elections.protocol.request import CastRequest, cast_length
from tests.protocol.setups import setup
from tests.protocol.small import CREDENTIAL, LISTS, NAMES, cast, election
from tests.refused import refused

SIGNATURE = base64_encode(bytes(64))
TOKENS = (Token("office", bytes(384)),)


@cache
def length(name, questions=(LISTS,)):
    return cast_length(election(name, questions), setup())


def request(name, vote=(0, 1, 0, 0), credential=CREDENTIAL):
    return CastRequest(Entry(cast(election(name), vote, credential=credential), TOKENS), SIGNATURE)


@pytest.mark.parametrize("name", GROUP_NAMES)
@settings(max_examples=12)
@given(st.integers(0, 3), st.integers(1, 2**250))
def test_every_request_of_a_contest_has_the_same_length(name, choice, credential):
    sent = request(name, [int(place == choice) for place in range(4)], credential)
    body = sent.encode(length(name))
    assert len(body) == length(name)
    assert CastRequest.parse(body, length(name)) == sent


@pytest.mark.parametrize("name", GROUP_NAMES)
@pytest.mark.parametrize("questions", [(LISTS,), (LISTS, NAMES)])
def test_the_widest_ballot_just_fits(monkeypatch, name, questions):
    """Every number one below q, every element as wide as one can be: no space is left, and none is missing."""
    group, contest = group_by_name(name), election(name, questions)
    votes = [[0, 1, 0, 0], [1, 1]][: len(questions)]
    widest = elgamal.Proof(group.q - 1, group.q - 1)
    monkeypatch.setattr("elections.protocol.ballot.sign_hash", lambda *_: widest)
    monkeypatch.setattr(
        "elections.protocol.ballot.prove_disjunction", lambda _, branches, *__: [widest] * len(branches)
    )
    monkeypatch.setattr(type(group.generator), "text", property(lambda _: "9" * group.digits))
    body = encode(
        {
            "ballot": cast(contest, *votes).decode(),
            "signature": SIGNATURE,
            "tokens": [token.json() for token in TOKENS],
        }
    )
    assert len(body) == length(name, questions)


def test_a_longer_request_cannot_be_sent():
    with refused("request.length"):
        request("Ed25519").encode(100)


@pytest.mark.parametrize("change", [-1, 1])
def test_any_other_length_is_refused_before_anything_is_read(change):
    expected = length("Ed25519")
    for body in (request("Ed25519").encode(expected), b"{" * expected, b""):
        with refused("request.length"):
            CastRequest.parse(body.ljust(expected + change)[: expected + change], expected)


def parsed(body):
    return CastRequest.parse(body.ljust(length("Ed25519")), length("Ed25519"))


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda v: {**v, "signature": None}, "json.type"),
        (lambda v: {**v, "ballot": None}, "json.type"),
        (lambda v: {**v, "tokens": None}, "json.type"),
        (lambda v: {**v, "number": 1042}, "json.unknown"),
        (lambda v: {"ballot": v["ballot"], "tokens": v["tokens"]}, "json.missing"),
        (lambda v: [v], "json.type"),
    ],
)
def test_requests_of_another_shape_are_refused_by_their_rule(edit, rule):
    value = {"ballot": "{}", "signature": SIGNATURE, "tokens": []}
    assert parsed(encode(value)).entry == Entry(b"{}", ())
    with refused(rule):
        parsed(encode(edit(value)))


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"", "json.syntax"),
        (b"\xff", "json.utf8"),
        (b' {"ballot":"{}","signature":"","tokens":[]}', "json.canonical"),
        (b'{"ballot":"{}","signature":"","tokens":[]}\n', "json.canonical"),
        (b'{"ballot":"{}","signature":"","tokens":[]}\t', "json.canonical"),
        (b'{"signature":"","ballot":"{}","tokens":[]}', "json.canonical"),
    ],
)
def test_only_canonical_json_and_spaces_are_read(body, rule):
    with refused(rule):
        parsed(body)


@given(st.binary(max_size=80))
def test_anything_else_is_refused(body):
    with pytest.raises(ProtocolError):
        parsed(body)
