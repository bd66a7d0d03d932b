"""Many at once: one vote each, and a freeze that nothing slips through (protocol.md §6)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from elections import casting, counting
from elections.protocol.errors import ProtocolError
from elections.registry.journal import CLOCK
from elections.rules.phases import Act, Phase
from tests.doors.victims import CONTEXT
from tests.doors.world import CLOSING, FREEZING, READY, SECOND, reopen

WORKERS = 16
TRIES_AGAIN = {"casting.busy"}


def attempt(world, number, body=None, **hours):
    """The receipts of a cast, or the rule that refused it."""
    try:
        return world.cast(number, body, **hours)
    except ProtocolError as error:
        return error.rule


def test_of_two_hundred_parallel_attempts_one_is_a_vote(world):
    """Ten ballots of one elector, each sent twenty times; every answer is true or says to ask again."""
    bodies = [world.body(1)] + [world.prepare(1, choice) for choice in (0, 1, None) * 3]
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(lambda place: attempt(world, 1, bodies[place % 10]), range(200)))
    assert world.counts() == (1, 1, 0)
    assert {answer for answer in answers if isinstance(answer, str)} <= TRIES_AGAIN
    given = [answer for answer in answers if not isinstance(answer, str)]
    assert sum(not answer.already for answer in given) <= 1
    # Who was told of a recorded ballot was told of one and the same; and it is there.
    notes = {answer.urn for answer in given if answer.urn}
    assert len(notes) <= 1
    final = [world.cast(1, body) for body in bodies]
    assert all(answer.already for answer in final)
    assert sum(answer.urn is not None for answer in final) == 1
    assert notes <= {answer.urn for answer in final}


def test_all_electors_at_once_vote_once_each(world):
    """Every elector sends her request four times, while recoveries and batches go on beside."""
    over = threading.Event()

    def tend():
        while not over.is_set():
            casting.recover(world.store, world.a)
            counting.publish(world.store, world.a, elapsed=True)
            over.wait(0.05)

    def insist(number):
        while isinstance(answer := attempt(world, number), str):
            assert answer in TRIES_AGAIN
        return answer

    with ThreadPoolExecutor(WORKERS) as pool:
        tended = pool.submit(tend)
        answers = list(pool.map(insist, [*READY] * 4))
        over.set()
        tended.result()
    assert world.counts() == (len(READY), len(READY), 0)
    assert world.numbers() == list(READY)
    assert all(answer.urn for answer in answers)
    assert sum(not answer.already for answer in answers) <= len(READY)
    assert all(size - before >= 3 for before, size in zip(world.sizes(), world.sizes()[1:], strict=False))


@pytest.mark.parametrize("pause", [0.0, 0.15, 0.5])
def test_casts_race_the_freeze_and_all_who_got_a_receipt_are_in_it(world, pause):
    hours = {"now": FREEZING - SECOND, "opened_at": CLOSING - SECOND}
    world.act(Act.CLOSE, CLOCK, CLOSING)
    with ThreadPoolExecutor(WORKERS) as pool:
        casts = {number: pool.submit(attempt, world, number, **hours) for number in READY}
        time.sleep(pause)
        counting.freeze(world.store, world.a, FREEZING)
        answers = {number: cast.result() for number, cast in casts.items()}
    refusals = {answer for answer in answers.values() if isinstance(answer, str)}
    assert refusals <= {"registry.phase", "urn.phase", "urn.void", "casting.busy", "storage.key_missing"}
    receipts = {number for number, answer in answers.items() if not isinstance(answer, str)}
    signatures, ballots, attempts = world.counts()
    assert (signatures, attempts) == (ballots, 0)
    assert receipts <= set(world.numbers())
    assert {world.entry(world.body(number)).tracker for number in world.numbers()} == world.trackers()
    assert world.phases() == (Phase.FROZEN,) * 3
    # Who was refused in the race may have been recorded by the recovery of the freeze: then she is told so.
    for number in world.numbers():
        assert world.cast(number, now=FREEZING).already


def cast_in_a_process(folder, number, times, answers):
    """A process of its own: the same elector, again and again."""
    world = reopen(folder)
    for _ in range(times):
        answer = attempt(world, number)
        answers.put(answer if isinstance(answer, str) else (answer.already, answer.urn is not None))
    world.store.close()


def test_processes_that_share_nothing_but_the_files_come_to_one_vote(world):
    context = CONTEXT
    answers = context.Queue()
    processes = [context.Process(target=cast_in_a_process, args=(world.folder, 1, 6, answers)) for _ in range(4)]
    for process in processes:
        process.start()
    given = [answers.get(timeout=60) for _ in range(24)]
    for process in processes:
        process.join()
    assert world.counts() == (1, 1, 0)
    assert {answer for answer in given if isinstance(answer, str)} <= TRIES_AGAIN
    assert sum(answer == (False, True) for answer in given) == 1
