"""The register: one attempt at a time, one signature for ever, whoever comes how often."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elections.protocol.errors import ProtocolError
from elections.registry import codes, elections, register
from elections.registry.code_files import CodeRequest, make
from elections.rules.phases import Phase
from tests.refused import refused
from tests.registry.common import CLOSING, FINGERPRINT, GRACE, MINUTE, NOW, OFFICER, PRESIDENT, voting
from tests.registry.keys import signature

LATER = NOW + MINUTE


@pytest.fixture
def opened(session):
    return voting(session)


@pytest.fixture
def contest(opened):
    return opened[0]


@pytest.fixture
def signed(session, opened):
    """The signature of an elector, by her number, for the register of the first contest."""
    contest, made = opened
    return {number: signature(session, contest, number, made[number], FINGERPRINT) for number in made}


def test_an_attempt_becomes_the_signature_with_its_hour(session, contest, signed):
    a = register.add_attempt(session, contest, 1, signed[1], NOW)
    assert len(a) == 16
    assert register.open_attempts(session, contest) == [(1, a)]
    assert register.attempt_of(session, contest, 1) == a
    assert register.sign(session, contest, 1, a) == NOW
    row = register.signature_of(session, contest, 1)
    assert row is not None
    assert (row.number, row.at, row.signature) == (1, NOW, signed[1])
    assert register.count(session, contest) == register.Counts(roll=3, signatures=1, attempts=0, reissues=0)
    assert register.attempt_of(session, contest, 1) is None


def test_attempts_are_random(session, contest, signed):
    seen = set()
    for _ in range(20):
        a = register.add_attempt(session, contest, 1, signed[1], NOW)
        register.drop_attempt(session, contest, 1, a)
        seen.add(a)
    assert len(seen) == 20


def test_an_attempt_is_never_overwritten(session, contest, signed):
    a = register.add_attempt(session, contest, 1, signed[1], NOW)
    with refused("registry.attempt"):
        register.add_attempt(session, contest, 1, signed[1], LATER)
    assert register.open_attempts(session, contest) == [(1, a)]


def test_who_has_signed_never_tries_again(session, contest, signed):
    register.sign(session, contest, 1, register.add_attempt(session, contest, 1, signed[1], NOW))
    with refused("registry.signed"):
        register.add_attempt(session, contest, 1, signed[1], LATER)


def test_signing_again_gives_the_same_signature(session, contest, signed):
    a = register.add_attempt(session, contest, 1, signed[1], NOW)
    assert register.sign(session, contest, 1, a) == register.sign(session, contest, 1, a) == NOW
    assert register.count(session, contest).signatures == 1


def test_a_stalled_request_does_not_sign_for_another_attempt(session, contest, signed):
    old = register.add_attempt(session, contest, 1, signed[1], NOW)
    register.drop_attempt(session, contest, 1, old)
    new = register.add_attempt(session, contest, 1, signed[1], LATER)
    with refused("registry.no-attempt"):
        register.sign(session, contest, 1, old)
    register.drop_attempt(session, contest, 1, old)
    assert register.open_attempts(session, contest) == [(1, new)]


def test_nothing_is_signed_without_an_attempt(session, contest):
    with refused("registry.no-attempt"):
        register.sign(session, contest, 1, bytes(16))


def test_only_electors_of_the_contest_get_in(session, contest, opened, signed):
    for number in (4, 5):
        with refused("registry.entitled"):
            register.add_attempt(session, contest, number, signed[number], NOW)
    with refused("registry.entitled"):
        register.add_attempt(session, contest, 99, signed[1], NOW)


def test_a_signature_must_be_hers_and_for_this_contest(session, contest, opened, signed):
    foreign = signature(session, contest, 1, opened[1][1], "B" * 43)
    for wrong in (signed[2], foreign):
        with refused("ed25519.signature"):
            register.add_attempt(session, contest, 1, wrong, NOW)
    for wrong in ("", "A" * 88, signed[1][:-4], "é"):
        with refused("text.base64"):
            register.add_attempt(session, contest, 1, wrong, NOW)
    assert register.open_attempts(session, contest) == []


def test_a_code_that_was_replaced_signs_no_more(session, contest, signed):
    election = elections.contest(session, contest).election
    keys = make(CodeRequest(election.uuid, tuple(election.issuers), (1,)))[0].keys
    codes.reissue(session, election.uuid, keys, OFFICER, PRESIDENT, NOW)
    with refused("ed25519.signature"):
        register.add_attempt(session, contest, 1, signed[1], NOW)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in (Phase.OPEN, Phase.CLOSING)])
def test_attempts_are_taken_while_a_contest_is_voted_in(session, contest, signed, phase):
    elections.contest(session, contest).phase = phase
    with refused("registry.phase"):
        register.add_attempt(session, contest, 1, signed[1], NOW)


def test_no_attempt_is_taken_once_the_freeze_has_begun_but_old_ones_end(session, contest, signed):
    a = register.add_attempt(session, contest, 1, signed[1], NOW)
    elections.contest(session, contest).halted = True
    with refused("registry.phase"):
        register.add_attempt(session, contest, 2, signed[2], NOW)
    assert register.sign(session, contest, 1, a) == NOW


@pytest.mark.parametrize(
    ("opened_at", "now", "allowed"),
    [
        (NOW, CLOSING - MINUTE, True),
        (CLOSING - MINUTE, CLOSING, True),
        (CLOSING - MINUTE, CLOSING + GRACE - MINUTE, True),
        (CLOSING - MINUTE, CLOSING + GRACE, False),
        (CLOSING, CLOSING, False),
        (CLOSING + MINUTE, CLOSING + 2 * MINUTE, False),
    ],
)
def test_grace_is_for_who_signed_in_before_the_closing_hour(session, contest, opened_at, now, allowed):
    found = elections.contest(session, contest)
    if allowed:
        register.check_hour(found.closing, register.last_hour(found), opened_at, now)
    else:
        with refused("registry.hour"):
            register.check_hour(found.closing, register.last_hour(found), opened_at, now)


def test_two_hundred_attempts_at_once_of_one_elector_are_one(store):
    with store.registry.begin() as session:
        contest, made = voting(session)
        signed = signature(session, contest, 1, made[1], FINGERPRINT)
    start = Barrier(8)

    def attempt(_):
        try:
            with store.registry.begin() as session:
                return register.add_attempt(session, contest, 1, signed, NOW)
        except ProtocolError as error:
            return error.rule

    def many(_):
        start.wait()
        return [attempt(number) for number in range(25)]

    with ThreadPoolExecutor(8) as threads:
        results = [result for results in threads.map(many, range(8)) for result in results]
    assert len(results) == 200
    assert sorted(map(type, results), key=str) == [bytes] + [str] * 199
    assert {result for result in results if isinstance(result, str)} == {"registry.attempt"}
    with store.registry_reader() as session:
        assert register.count(session, contest).attempts == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(["add", "sign", "drop"]), st.integers(0, 3)), max_size=12))
def test_whatever_the_order_an_elector_has_one_attempt_or_one_signature(session, opened, signed, steps):
    """Requests that stall, recoveries that come late: `sign` and `drop` name any attempt there ever was."""
    contest = opened[0]
    savepoint = session.begin_nested()
    attempts, finished = [bytes(16)], None
    for step, which in steps:
        a = attempts[min(which, len(attempts) - 1)]
        try:
            if step == "add":
                attempts.append(register.add_attempt(session, contest, 1, signed[1], NOW))
            elif step == "sign":
                at = register.sign(session, contest, 1, a)
                finished = finished or at
                assert at == finished
            else:
                register.drop_attempt(session, contest, 1, a)
        except ProtocolError as error:
            assert error.rule in {"registry.attempt", "registry.signed", "registry.no-attempt"}  # noqa: PT017
        counts = register.count(session, contest)
        assert counts.signatures + counts.attempts <= 1
        assert counts.signatures == (finished is not None)
    savepoint.rollback()
