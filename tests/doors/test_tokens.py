"""The issuers behind the casting door: one z for each elector, contest and key (protocol.md §5)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from elections import casting, issuer, server_keys
from elections.casting import Voter
from elections.demo.staging import PRESIDENT
from elections.protocol import code
from elections.protocol.errors import ProtocolError
from elections.protocol.token import E
from elections.rules.phases import Act
from tests.doors.faults import crash_before
from tests.doors.world import CLOSING, FREEZING, FRESH, NOON, SECOND, STRANGER
from tests.refused import refused

NUMBER = FRESH[0]


@pytest.fixture
def asking(world):
    """An elector who has asked for nothing yet, and her first issuer."""
    elector = world.elector(NUMBER)
    return elector, world.booth.setup.issuers[0]


def asked(world, number=NUMBER, contest=None):
    """The digests of what an elector has asked for."""
    with world.store.registry_reader() as session:
        return [row.digest for row in issuer.requests_of(session, contest or world.a, number)]


def signed(elector, public, z, key=None):
    """A request for z, signed by the elector."""
    fingerprint = elector.booth.election.fingerprint
    return code.sign_request(key or elector.keys.requests[public.id], public.id, fingerprint, elector.number, z)


def another(public, z):
    """Some other number that could be a request."""
    return public.bytes_of((int.from_bytes(z, "big") + 1) % public.n)


def test_the_same_request_gets_the_same_answer(world, asking):
    elector, public = asking
    z, signature = elector.request(public)
    first = world.ask(elector, public.id, z, signature)
    assert pow(int.from_bytes(first, "big"), E, public.n) == int.from_bytes(z, "big")
    assert world.ask(elector, public.id, z, signature) == first
    # A device of hers that has lost everything asks for the same z, and has the same token.
    again = world.elector(NUMBER)
    assert again.request(public) == (z, signature)
    assert again.token(public, first) == elector.token(public, first)
    assert len(asked(world)) == 1


def test_another_request_is_refused_for_ever(world, asking):
    elector, public = asking
    z, signature = elector.request(public)
    answer = world.ask(elector, public.id, z, signature)
    other = another(public, z)
    for _ in range(2):
        with refused("issuer.second"):
            world.ask(elector, public.id, other, signed(elector, public, other))
    assert world.ask(elector, public.id, z, signature) == answer
    assert len(asked(world)) == 1


def test_what_is_refused_takes_nobody_s_place(world, asking):
    elector, public = asking
    z, signature = elector.request(public)
    other, low, high = world.elector(FRESH[1]), (1).to_bytes(public.length, "big"), public.bytes_of(public.n)
    foreign = signed(elector, public, z, other.keys.requests[public.id])
    second = world.booth.setup.issuers[1]
    attacks = [
        ("ed25519.signature", z, foreign),
        ("ed25519.signature", z, signed(elector, second, z, elector.keys.requests[public.id])),
        ("ed25519.signature", z, signed(elector, public, another(public, z))),
        ("ed25519.signature", z, signed(elector, public, z, elector.keys.register)),
        ("token.blinded", low, signed(elector, public, low)),
        ("token.blinded", high, signed(elector, public, high)),
        ("token.blinded", z[1:], signed(elector, public, z[1:])),
        ("token.blinded", z + b"\0", signed(elector, public, z + b"\0")),
        ("token.blinded", b"", signed(elector, public, b"")),
    ]
    for rule, asked_z, with_signature in attacks:
        with refused(rule):
            world.ask(elector, public.id, asked_z, with_signature)
    assert asked(world) == []
    elector.token(public, world.ask(elector, public.id, z, signature))


def test_each_issuer_of_the_contest_answers_and_nobody_else(world, asking):
    elector, public = asking
    z, signature = elector.request(public)
    with refused("casting.issuer"):
        world.ask(elector, "issuer-3", z, signature)
    answers = {item.id: world.ask(elector, item.id, *elector.request(item)) for item in world.booth.setup.issuers}
    assert len(set(answers.values())) == len(answers) == 2
    assert len(asked(world)) == 2


def test_no_key_serves_two_issuers_or_two_contests(world):
    setups = [world.staging.booths[uuid].setup for uuid in (world.a, world.b)]
    moduli = {public.n for setup in setups for public in setup.issuers}
    assert len(moduli) == 4


def test_only_who_may_vote_in_the_contest_gets_salt_and_token(world, asking):
    elector, public = asking
    z, signature = elector.request(public)
    for number in (STRANGER, 999):
        voter = Voter(number, NOON)
        with refused("registry.entitled"):
            casting.give_salt(world.store, world.a, voter, NOON)
        with refused("registry.entitled"):
            casting.issue_token(world.store, world.a, voter, public.id, z, signature, NOON)
    # In the session of somebody else who may vote her signature does not help.
    with refused("ed25519.signature"):
        casting.issue_token(world.store, world.a, Voter(FRESH[1], NOON), public.id, z, signature, NOON)


def test_the_salt_is_the_elector_s_and_the_contest_s(world):
    salts = {casting.give_salt(world.store, world.a, Voter(number, NOON), NOON) for number in (1, 1, 2)}
    salts.add(casting.give_salt(world.store, world.b, Voter(STRANGER, NOON), NOON))
    assert len(salts) == 3
    assert {len(salt) for salt in salts} == {32}


def test_phases_and_hours_hold_for_salt_and_token(world, asking):
    elector, public = asking
    z, signature = elector.request(public)

    def both(rule, now, opened_at):
        with refused(rule):
            world.ask(elector, public.id, z, signature, now, opened_at)
        with refused(rule):
            casting.give_salt(world.store, world.a, Voter(NUMBER, opened_at), now)

    both("registry.hour", CLOSING, CLOSING)
    both("registry.hour", FREEZING, CLOSING - SECOND)
    world.act(Act.SUSPEND, PRESIDENT, NOON)
    both("registry.phase", NOON, NOON)
    assert asked(world) == []


def test_in_the_grace_who_came_before_it_still_gets_her_token(world, asking):
    elector, public = asking
    answer = world.ask(elector, public.id, *elector.request(public), FREEZING - SECOND, CLOSING - SECOND)
    elector.token(public, answer)


def test_the_issuer_s_own_phase_row_stops_it_as_well(world, asking):
    """It asks nobody whether it may answer: a door that forgot to look would not help."""
    elector, public = asking
    world.act(Act.SUSPEND, PRESIDENT, NOON)
    key = server_keys.issuer_key(world.store.keys, world.staging.uuid, world.a, public.id)
    with refused("issuer.phase"):
        issuer.sign(world.store.registry, key, issuer.Request(world.a, NUMBER, *elector.request(public)))


def test_a_crash_between_record_and_answer_loses_nothing(world, asking):
    """The record is on disk before the key is used."""
    from elections.protocol.token import IssuerKey

    elector, public = asking
    z, signature = elector.request(public)
    with crash_before(IssuerKey, "sign_blinded"):
        world.ask(elector, public.id, z, signature)
    assert len(asked(world)) == 1
    other = another(public, z)
    with refused("issuer.second"):
        world.ask(elector, public.id, other, signed(elector, public, other))
    elector.token(public, world.ask(elector, public.id, z, signature))


def test_of_many_requests_at_once_for_different_tokens_one_is_answered(world, asking):
    elector, public = asking
    z, _ = elector.request(public)
    numbers = [public.bytes_of((int.from_bytes(z, "big") + step) % public.n) for step in range(40)]
    requests = [(each, signed(elector, public, each)) for each in numbers]

    def ask(request):
        try:
            return world.ask(elector, public.id, *request)
        except ProtocolError as error:
            return error.rule

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, requests))
    assert sorted(answer for answer in answers if isinstance(answer, str)) == ["issuer.second"] * 39
    assert len(asked(world)) == 1
