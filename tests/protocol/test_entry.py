"""Entries of the urn: ballot and tokens in one leaf, written one way, refused by a named rule otherwise."""

import hashlib
import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol.canonical import base64_encode, encode
from elections.protocol.entry import Entry, Token, check_own_ballot, check_tokens
from elections.protocol.errors import ProtocolError
from elections.protocol.token import blind, finalize, token_message
from tests.protocol.plain import compact_digest
from tests.protocol.setups import issuer_key
from tests.protocol.small import CREDENTIAL, cast, election, leaves
from tests.refused import refused

ISSUERS = ("office", "delegates")


def token(name, fingerprint, credential):
    """What an issuer signs for a credential."""
    key, message = issuer_key(name), token_message(name, fingerprint, credential)
    answer = key.sign_blinded(blind(key.public, message, 12345, bytes(48)))
    return Token(name, finalize(key.public, message, answer, 12345, bytes(48)))


@cache
def made():
    """An entry with the tokens of two issuers."""
    contest = election()
    credential = contest.group.power_g(CREDENTIAL).text
    tokens = tuple(token(name, contest.fingerprint, credential) for name in ISSUERS)
    return Entry(cast(contest, [0, 0, 1, 0]), tokens)


def judge(entry, issuers=ISSUERS):
    """V05 and V07, as the casting door and the verifier call them."""
    contest = election()
    ballot = check_own_ballot(contest, entry.ballot)
    publics = [issuer_key(name).public for name in issuers]
    check_tokens(publics, contest.fingerprint, ballot.credential.text, entry.tokens, "it")


def test_an_entry_is_written_and_read():
    entry = made()
    assert Entry.parse(entry.leaf, "it") == entry
    assert entry.leaf == encode(
        {
            "ballot": entry.ballot.decode(),
            "tokens": [{"issuer": t.issuer, "signature": base64_encode(t.signature)} for t in entry.tokens],
        }
    )
    assert entry.leaf_hash == hashlib.sha256(b"\x00" + entry.leaf).digest()
    assert entry.tracker == compact_digest(entry.ballot)
    judge(entry)


def test_only_quotes_and_backslashes_are_escaped():
    leaf = Entry(b'{"a":"\\"\xc3\xa9/"}', ()).leaf
    assert leaf == '{"ballot":"{\\"a\\":\\"\\\\\\"é/\\"}","tokens":[]}'.encode()


TOKENS = {
    "none": (lambda _: (), "entry.tokens"),
    "one of two": (lambda tokens: tokens[:1], "entry.tokens"),
    "one twice": (lambda tokens: (tokens[0], tokens[0]), "entry.tokens"),
    "another order": (lambda tokens: tokens[::-1], "entry.tokens"),
    "one too many": (lambda tokens: (*tokens, tokens[0]), "entry.tokens"),
    "another's name": (lambda tokens: (Token("other", tokens[0].signature), tokens[1]), "entry.tokens"),
    "exchanged signatures": (
        lambda tokens: (Token("office", tokens[1].signature), Token("delegates", tokens[0].signature)),
        "token.signature",
    ),
    "an empty signature": (lambda tokens: (Token("office", b""), tokens[1]), "token.signature"),
    "a longer signature": (lambda tokens: (Token("office", b"\0" + tokens[0].signature), tokens[1]), "token.signature"),
}


@pytest.mark.parametrize("what", TOKENS)
def test_tokens_must_be_those_of_every_issuer_in_order(what):
    edit, rule = TOKENS[what]
    with refused(rule):
        judge(Entry(made().ballot, edit(made().tokens)))


def test_a_token_is_of_one_election_one_credential_and_one_issuer():
    contest = election()
    own = contest.group.power_g(CREDENTIAL).text
    good = token("delegates", contest.fingerprint, own)
    for bad in (
        token("office", "x" * 43, own),
        token("office", contest.fingerprint, contest.group.power_g(CREDENTIAL + 1).text),
    ):
        with refused("token.signature"):
            judge(Entry(made().ballot, (bad, good)))


@given(st.integers(0, 384 * 8 - 1))
def test_any_changed_bit_of_a_token_is_refused(bit):
    signature = (int.from_bytes(made().tokens[0].signature, "big") ^ 1 << bit).to_bytes(384, "big")
    with refused("token.signature"):
        judge(Entry(made().ballot, (Token("office", signature), made().tokens[1])))


def test_ballots_of_ours_need_randomness(monkeypatch):
    contest = election()
    with refused("ballot.identity"):
        check_own_ballot(contest, cast(contest, [0, 1, 0, 0], credential=0))
    monkeypatch.setattr(type(contest.group), "random_scalar", lambda _: 5)
    with refused("ballot.alpha-twice"):
        check_own_ballot(contest, cast(contest, [0, 1, 0, 0]))


@given(st.data())
def test_any_changed_bit_of_an_entry_is_refused_or_another_leaf(data):
    raw = bytearray(made().leaf)
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(ProtocolError):
        judge(Entry.parse(bytes(raw), "it"))


def test_every_changed_field_is_refused():
    for path in leaves(json.loads(made().leaf)):
        value = json.loads(made().leaf)
        place = value
        for key in path[:-1]:
            place = place[key]
        for content in (None, 7, "", place[path[-1]] + "="):
            place[path[-1]] = content
            with pytest.raises(ProtocolError):
                judge(Entry.parse(encode(value), "it"))


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda _: [], "json.type"),
        (lambda v: {"ballot": v["ballot"]}, "json.missing"),
        (lambda v: {**v, "at": "10:00"}, "json.unknown"),
        (lambda v: {**v, "ballot": {}}, "json.type"),
        (lambda v: {**v, "tokens": {}}, "json.type"),
        (lambda v: {**v, "tokens": [None]}, "json.type"),
        (lambda v: {**v, "tokens": [{**v["tokens"][0], "x": 1}]}, "json.unknown"),
        (lambda v: {**v, "tokens": [{"issuer": "office"}]}, "json.missing"),
        (lambda v: {**v, "tokens": [{"issuer": 1, "signature": "AAAA"}]}, "json.type"),
        (lambda v: {**v, "tokens": [{"issuer": "office", "signature": "AAA"}]}, "text.base64"),
        (lambda v: {**v, "tokens": [{"issuer": "office", "signature": "AAB="}]}, "text.base64"),
        (lambda v: {**v, "tokens": [{"issuer": "office", "signature": "AA-_"}]}, "text.base64"),
    ],
)
def test_entries_of_another_shape_are_refused_by_their_rule(edit, rule):
    with refused(rule):
        Entry.parse(encode(edit(json.loads(made().leaf))), "it")


@pytest.mark.parametrize("write", [lambda raw: raw + b" ", lambda raw: raw.replace(b',"tokens"', b', "tokens"')])
def test_only_canonical_bytes_are_read(write):
    with refused("json.canonical"):
        Entry.parse(write(made().leaf), "it")
