"""Many at once on the same file: each attempt ends one way, each ballot is there once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from elections import urn
from elections.protocol.errors import ProtocolError
from elections.rules.phases import Phase
from tests.urn.common import BATCHES, CONTEST, KEY, ROLL, Cast, freeze, move
from tests.urn.test_batches import check_log

WORKERS = 8


def outcome(sessions, each):
    """`put`, or the rule by which it was refused."""
    try:
        with sessions.begin() as session:
            each.put(session)
    except ProtocolError as error:
        return error.rule
    return "put"


def test_of_many_requests_of_one_attempt_one_is_taken(sessions):
    each = Cast()
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = list(pool.map(lambda _: outcome(sessions, each), range(60)))
    assert sorted(outcomes) == sorted(["put"] + ["urn.arrived"] * 59)
    with sessions() as session:
        assert urn.count(session, CONTEST) == 1


def test_of_many_attempts_with_one_credential_one_is_taken(sessions):
    casts = [Cast(credential="c" * 64) for _ in range(60)]
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = list(pool.map(lambda each: outcome(sessions, each), casts))
    assert sorted(outcomes) == sorted(["put"] + ["urn.credential"] * 59)


@pytest.mark.parametrize("last", [Phase.FROZEN, Phase.STOPPED])
def test_casts_recovery_batches_and_the_freeze_race_and_all_agree(sessions, last):
    """Every cast is settled by another thread as it is made, while batches are published and the urn closes."""
    casts = [Cast() for _ in range(240)]
    over = threading.Event()

    def settle(each):
        with sessions.begin() as session:
            return urn.resolve(session, CONTEST, each.arrival)

    def publish_on():
        while not over.is_set():
            with sessions.begin() as session:
                urn.publish(session, CONTEST, KEY, BATCHES, ROLL, elapsed=True)
            over.wait(0.01)

    with ThreadPoolExecutor(WORKERS) as pool:
        publisher = pool.submit(publish_on)
        puts, settled = [], []
        for place, each in enumerate(casts):
            if place == 200:
                closing = pool.submit(move, sessions, last)
            # The second is often the faster one.
            puts.append(pool.submit(outcome, sessions, each))
            settled.append(pool.submit(settle, each) if place % 3 else None)
        outcomes = [put.result() for put in puts]
        answers = [None if answer is None else answer.result() for answer in settled]
        closing.result()
        over.set()
        publisher.result()

    assert set(outcomes) <= {"put", "urn.void", "urn.phase"}
    arrived = [each for each, put in zip(casts, outcomes, strict=True) if put == "put"]
    assert len(arrived) >= 50
    for each, put, answer in zip(casts, outcomes, answers, strict=True):
        final = "arrived" if put == "put" else "void"
        assert answer in {None, final}
        assert settle(each) == final
    with sessions() as session:
        assert urn.count(session, CONTEST) == len(arrived)
    if last is Phase.FROZEN:
        freeze(sessions)
        with sessions() as session:
            assert sorted(urn.entries(session, CONTEST)) == sorted(each.leaf for each in arrived)
    assert all(size >= BATCHES.keep_back for size in check_log(sessions))
