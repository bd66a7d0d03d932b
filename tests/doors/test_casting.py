"""What the casting door refuses before anything is recorded (protocol.md §6, step 1).

Every attack is sent by an elector who has not voted. It must be refused by its rule, leave no trace in either
database, and not keep her from casting her true ballot afterwards.
"""

import json
from unittest import mock

import pytest

from elections.protocol import code
from elections.protocol.canonical import base64_decode, base64_encode, encode
from elections.protocol.group import group_by_name
from elections.protocol.request import CastRequest
from tests.doors.world import FRESH, READY, STRANGER
from tests.refused import refused

VICTIM, OTHER = 1, 2
GROUP = group_by_name("Ed25519")


def changed(world, body=None, **values):
    """The request of the first elector with other values in its JSON, at the right length."""
    raw = world.body(VICTIM) if body is None else body
    return encode(json.loads(raw) | values).ljust(world.booth.length)


def padded(world):
    """A request that is shorter than its padding makes it: few have every number at its full length."""
    return next(body for body in map(world.body, READY) if body.endswith(b" "))


def tokens_of(body):
    return json.loads(body)["tokens"]


def with_ballot(world, **values):
    """The first elector's request with other values in the JSON of its ballot."""
    ballot = json.loads(world.entry(world.body(VICTIM)).ballot) | values
    text = json.dumps(ballot, separators=(",", ":"), ensure_ascii=False)
    return changed(world, ballot=text)


def made_with(world, exponents, number=VICTIM):
    """A request of an elector whose ballot is encrypted with these exponents; its proofs are made with any."""
    drawn, real = iter(exponents), type(GROUP).random_scalar

    def draw(group):
        found = next(drawn, None)
        return real(group) if found is None else found

    with mock.patch.object(type(GROUP), "random_scalar", draw):
        return world.prepare(number)


def signed_by_the_victim(world, request):
    """An entry of any origin, in a request that the first elector has signed."""
    signature = json.loads(world.body(VICTIM))["signature"]
    return CastRequest(request.entry, signature).encode(world.booth.length)


def with_neutral_credential(world):
    elector = world.elector(FRESH[0])
    elector.__dict__["_secret"] = 0
    assert elector.credential == GROUP.identity.text
    return signed_by_the_victim(world, elector.cast(world.booth.vote(0), world.tokens(elector)))


def made_for_the_other_contest(world):
    """The elector's own credential and tokens, the ballot made for the other contest."""
    elector = world.elector(VICTIM)
    tokens = world.tokens(elector)
    elector.booth = world.staging.booths[world.b]
    return signed_by_the_victim(world, elector.cast(elector.booth.vote(0), tokens))


def token_with(world, place, change):
    """The first elector's request with one token changed."""
    tokens = tokens_of(world.body(VICTIM))
    signature = bytearray(base64_decode(tokens[place]["signature"], "token"))
    change(signature)
    tokens[place]["signature"] = base64_encode(bytes(signature))
    return changed(world, tokens=tokens)


def flip(place):
    def change(data):
        data[place] ^= 1

    return change


ATTACKS = {
    # The register signature is hers, and of this contest.
    "a signature by another elector": (
        "ed25519.signature",
        lambda world: changed(world, signature=json.loads(world.body(OTHER))["signature"]),
    ),
    "a signature of another contest": (
        "ed25519.signature",
        lambda world: changed(
            world,
            signature=code.sign_register(
                world.elector(VICTIM).keys.register, world.staging.booths[world.b].election.fingerprint, VICTIM
            ),
        ),
    ),
    "a signature for another number": (
        "ed25519.signature",
        lambda world: changed(
            world,
            signature=code.sign_register(world.elector(VICTIM).keys.register, world.booth.election.fingerprint, OTHER),
        ),
    ),
    "a signature of zeros": ("ed25519.signature", lambda world: changed(world, signature=base64_encode(bytes(64)))),
    "a signature cut short": ("text.base64", lambda world: changed(world, signature=base64_encode(bytes(63)))),
    # A token of every issuer, in the sealed order, for this φ and credential.
    "no token": ("entry.tokens", lambda world: changed(world, tokens=[])),
    "a token missing": ("entry.tokens", lambda world: changed(world, tokens=tokens_of(world.body(VICTIM))[:1])),
    "a token twice": (
        "entry.tokens",
        lambda world: changed(world, tokens=[tokens_of(world.body(VICTIM))[0]] * 2),
    ),
    "tokens in another order": (
        "entry.tokens",
        lambda world: changed(world, tokens=tokens_of(world.body(VICTIM))[::-1]),
    ),
    "tokens under each other's name": (
        "token.signature",
        lambda world: changed(
            world,
            tokens=[
                {"issuer": mine["issuer"], "signature": other["signature"]}
                for mine, other in zip(tokens_of(world.body(VICTIM)), tokens_of(world.body(VICTIM))[::-1], strict=True)
            ],
        ),
    ),
    "a forged token": ("token.signature", lambda world: token_with(world, 0, flip(383))),
    "a forged second token": ("token.signature", lambda world: token_with(world, 1, flip(0))),
    "a token of zeros": ("token.signature", lambda world: token_with(world, 0, lambda data: data.__init__(384))),
    "tokens of another elector": (
        "token.signature",
        lambda world: changed(world, tokens=tokens_of(world.body(OTHER))),
    ),
    "tokens of another contest": (
        "token.signature",
        lambda world: changed(world, tokens=tokens_of(world.prepare(STRANGER, college="b"))),
    ),
    # What V05 would refuse.
    "a ballot of another contest": (
        "ballot.election",
        lambda world: signed_by_the_victim(world, world.request(STRANGER, college="b")),
    ),
    "her own ballot for another contest": ("ballot.election", made_for_the_other_contest),
    "a ballot that names another contest": ("ballot.election", lambda world: with_ballot(world, election_uuid=world.b)),
    "a ballot under another φ": (
        "ballot.fingerprint",
        lambda world: with_ballot(world, election_hash=world.staging.booths[world.b].election.fingerprint),
    ),
    "another elector's credential": (
        "ballot.individual-proof",
        lambda world: with_ballot(world, credential=json.loads(world.entry(world.body(OTHER)).ballot)["credential"]),
    ),
    "another elector's answers": (
        "ballot.individual-proof",
        lambda world: with_ballot(world, answers=json.loads(world.entry(world.body(OTHER)).ballot)["answers"]),
    ),
    "another elector's signature": (
        "ballot.signature-hash",
        lambda world: with_ballot(world, signature=json.loads(world.entry(world.body(OTHER)).ballot)["signature"]),
    ),
    "credential 1": ("ballot.identity", with_neutral_credential),
    "α = 1": ("ballot.identity", lambda world: made_with(world, (5, 0, 7))),
    "an α twice in one ballot": ("ballot.alpha-twice", lambda world: made_with(world, (5, 6, 5))),
    # The body has one length, and spaces after its JSON.
    "one byte more": ("request.length", lambda world: world.body(VICTIM) + b" "),
    "one byte less": ("request.length", lambda world: world.body(VICTIM)[:-1]),
    "no padding": ("request.length", lambda world: padded(world).rstrip()),
    "no body": ("request.length", lambda _world: b""),
    "padding before": ("json.canonical", lambda world: b" " + padded(world)[:-1]),
    "padding by another character": ("json.syntax", lambda world: padded(world)[:-1] + b"\0"),
    "a key more": ("json.unknown", lambda world: changed(world, ballot="", vote="0")),
    "a key twice": (
        "json.duplicate",
        lambda world: (b'{"ballot":"",' + changed(world, ballot="").rstrip()[1:]).ljust(world.booth.length),
    ),
    "no JSON": ("json.syntax", lambda world: b"x".ljust(world.booth.length)),
    "no UTF-8": ("json.utf8", lambda world: b"\xff".ljust(world.booth.length)),
    "a ballot that is none": ("json.syntax", lambda world: changed(world, ballot="")),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_by_its_rule_and_leaves_nothing(untouched, attack):
    rule, make = ATTACKS[attack]
    body = make(untouched)
    with refused(rule):
        untouched.cast(VICTIM, body)
    assert untouched.counts() == untouched.counts(untouched.b) == (0, 0, 0)


def test_who_was_refused_may_cast_her_true_ballot(world):
    for rule, make in (ATTACKS["a forged token"], ATTACKS["a ballot of another contest"], ATTACKS["no token"]):
        with refused(rule):
            world.cast(VICTIM, make(world))
    receipts = world.cast(VICTIM)
    assert not receipts.already
    assert (world.counts(), world.numbers()) == ((1, 1, 0), [VICTIM])
