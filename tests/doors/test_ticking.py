"""What is due is done at its hour, once, and goes on after a crash in the middle (protocol.md §6, §7, §10)."""

import fcntl
import logging

import pytest

from elections import casting, counting, server_keys, urn
from elections.demo.staging import HOLDERS, PRESIDENT
from elections.post import Folder
from elections.registry import elections, lifecycle, register
from elections.rules.phases import Act, Phase
from elections.storage import KeyFolder, Store
from elections.ticking import Ticker
from elections.verify import verify
from tests.doors.faults import crash_before
from tests.doors.world import CLOSING, FREEZING, HOUR, NOON, OPENING, SECOND, STRANGER
from tests.refused import refused
from tests.registry.common import grounds


@pytest.fixture
def ticker(world, caplog):
    """The ticker of the election; a refusal that it logs fails the test unless the test clears it."""
    yield Ticker(world.store, Folder(world.folder / "outbox", "office@example.org"))
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def keys(world, contest=None):
    """Whether link and cast key are still there."""
    return server_keys.linking_keys_exist(world.store.keys, world.staging.uuid, contest or world.a)


def cast_all(world, numbers, now=NOON):
    for number in numbers:
        world.cast(number, now=now)


# --- Hours ------------------------------------------------------------------------------------------------


def test_nothing_opens_by_itself(sealed):
    ticker = Ticker(sealed.store, Folder(sealed.folder / "outbox", "office@example.org"))
    ticker.tick(OPENING + HOUR)
    assert sealed.phases() == (Phase.SEALED,) * 3


def test_contests_close_and_freeze_at_their_hours(world, ticker):
    world.cast(1)
    ticker.tick(CLOSING - SECOND)
    assert world.phases() == (Phase.OPEN,) * 3
    ticker.tick(CLOSING)
    assert world.phases() == world.phases(world.b) == (Phase.CLOSING,) * 3
    ticker.tick(FREEZING - SECOND)
    assert world.phases() == (Phase.CLOSING,) * 3
    assert keys(world)
    ticker.tick(FREEZING)
    assert world.phases() == world.phases(world.b) == (Phase.FROZEN,) * 3
    assert not keys(world)
    assert not keys(world, world.b)
    assert world.sizes() == [0, 1]
    ticker.tick(FREEZING + HOUR)
    assert world.sizes() == [0, 1]


def test_a_ticker_that_slept_does_everything_at_once(world, ticker):
    cast_all(world, range(1, 6))
    ticker.tick(FREEZING + 24 * HOUR)
    assert world.phases() == (Phase.FROZEN,) * 3
    assert world.counts() == (5, 5, 0)


def test_a_suspended_contest_does_not_close_by_itself(world, ticker):
    world.act(Act.SUSPEND, PRESIDENT, NOON)
    ticker.tick(FREEZING + HOUR)
    assert world.phases() == (Phase.SUSPENDED,) * 3
    assert keys(world)


@pytest.mark.parametrize("phase", ["open", "sealed", "suspended", "stopped"])
def test_the_freeze_refuses_any_phase_but_closing_and_destroys_nothing(sealed, phase):
    if phase != "sealed":
        sealed.staging.open(OPENING)
    if phase == "suspended":
        sealed.act(Act.SUSPEND, PRESIDENT, NOON)
    if phase == "stopped":
        sealed.act(Act.STOP, PRESIDENT, NOON)
    before = keys(sealed)
    with refused("rules.phase"):
        counting.freeze(sealed.store, sealed.a, FREEZING)
    assert keys(sealed) is before is (phase != "stopped")


# --- Batches ----------------------------------------------------------------------------------------------


def test_batches_by_number_and_by_time(world, ticker):
    """Nine at once, or six after ten minutes; three chosen at random stay behind (the sealed settings)."""
    ticker.tick(NOON)
    cast_all(world, range(1, 9))
    ticker.tick(NOON + 599 * SECOND)
    assert world.sizes() == [0]
    world.cast(9)
    ticker.tick(NOON + 599 * SECOND)
    assert world.sizes() == [0, 6]
    # The interval runs from that batch.
    cast_all(world, range(10, 13))
    ticker.tick(NOON + 1198 * SECOND)
    assert world.sizes() == [0, 6]
    ticker.tick(NOON + 1199 * SECOND)
    assert world.sizes() == [0, 6, 9]
    # Too few for a batch, even after the interval.
    cast_all(world, range(13, 15))
    ticker.tick(NOON + HOUR)
    assert world.sizes() == [0, 6, 9]
    ticker.tick(FREEZING)
    assert world.sizes() == [0, 6, 9, 14]


def test_after_a_start_the_interval_begins_anew(world, ticker):
    cast_all(world, range(1, 8))
    ticker.tick(NOON)
    again = Ticker(world.store, ticker.carrier)
    again.tick(NOON + 599 * SECOND)
    assert world.sizes() == [0]
    again.tick(NOON + 1199 * SECOND)
    assert world.sizes() == [0, 4]


def test_a_small_contest_has_one_batch(world, ticker):
    for number in range(STRANGER, STRANGER + 3):
        world.cast(number, world.prepare(number, college="b"), college="b")
    ticker.tick(NOON)
    ticker.tick(NOON + HOUR)
    assert world.sizes(world.b) == [0]
    ticker.tick(FREEZING)
    assert world.sizes(world.b) == [0, 3]


# --- Recovery and one lock --------------------------------------------------------------------------------


def test_attempts_left_by_a_crash_are_settled(world, ticker):
    with crash_before(register, "sign"):
        world.cast(1)
    with crash_before(urn, "put"):
        world.cast(2)
    ticker.tick(NOON)
    assert (world.counts(), world.numbers()) == ((1, 1, 0), [1])


def test_of_two_tickers_one_does_nothing(world, ticker):
    with (world.store.state / "tick.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ticker.tick(FREEZING)
        assert world.phases() == (Phase.OPEN,) * 3
    ticker.tick(FREEZING)
    assert world.phases() == (Phase.FROZEN,) * 3


def test_a_contest_that_refuses_keeps_no_other_from_its_freeze_and_is_named_by_its_rule_only(world, ticker, caplog):
    world.act(Act.SUSPEND, PRESIDENT, NOON)
    world.amend(NOON, HOLDERS)
    world.act(Act.RESUME, PRESIDENT, NOON)
    with caplog.at_level(logging.DEBUG, "elections"):
        ticker.tick(FREEZING)
    assert world.phases() == (Phase.CLOSING,) * 3
    assert world.phases(world.b) == (Phase.FROZEN,) * 3
    assert [record.getMessage() for record in caplog.records] == [f"tick: contest {world.a}: registry.pending"]
    caplog.clear()
    world.amend(FREEZING, HOLDERS)
    ticker.tick(FREEZING)
    assert world.phases() == (Phase.FROZEN,) * 3


# --- A crash in the middle --------------------------------------------------------------------------------

CRASHES = {
    "after the registry has closed": (counting, "align", 1),
    "before the freeze lets nobody in": (lifecycle, "halt", 1),
    "after it lets nobody in": (casting, "resolve", 2),
    "before the urn is frozen": (urn, "set_phase", 2),
    "before the urn is closed": (urn, "freeze", 1),
    "before the urn's file is written anew": (Store, "vacuum_urn", 1),
    "before the journal says so": (lifecycle, "act", 2),
    "before the first key is destroyed": (KeyFolder, "destroy", 1),
    "before the second key is destroyed": (KeyFolder, "destroy", 2),
}


@pytest.mark.parametrize("crash", CRASHES)
def test_closing_and_freeze_go_on_after_a_crash_in_the_middle(world, ticker, crash):
    module, name, nth = CRASHES[crash]
    with world.store.registry.begin() as session:
        # One contest is enough here; the other would be counted among the calls.
        contest = elections.contest(session, world.b)
        lifecycle.act(session, world.b, Act.STOP, PRESIDENT, NOON, grounds(session, contest, NOON))
    ticker.tick(NOON)
    cast_all(world, range(1, 5), CLOSING - SECOND)
    with crash_before(register, "sign"):
        world.cast(5, now=CLOSING - SECOND)
    with crash_before(urn, "put"):
        world.cast(6, now=CLOSING - SECOND)
    with crash_before(module, name, nth):
        ticker.tick(FREEZING)
    ticker.tick(FREEZING + SECOND)
    assert world.phases() == (Phase.FROZEN,) * 3
    assert (world.counts(), world.numbers()) == ((5, 5, 0), [1, 2, 3, 4, 5])
    assert world.trackers() == {world.entry(world.body(number)).tracker for number in range(1, 6)}
    assert not keys(world)
    assert world.sizes() == [0, 5]


def test_a_stopped_contest_is_finished_after_a_crash(world, ticker):
    with crash_before(urn, "put"):
        world.cast(1)
    with crash_before(counting, "align"):
        world.act(Act.STOP, PRESIDENT, NOON)
    assert keys(world)
    ticker.tick(NOON)
    assert world.phases() == (Phase.STOPPED,) * 3
    assert not keys(world)
    assert world.counts() == (0, 0, 0)


@pytest.mark.parametrize("act", [Act.SUSPEND, Act.RESUME])
def test_what_issuers_and_urn_were_not_told_they_are_told_by_the_tick(world, ticker, act):
    if act is Act.RESUME:
        world.act(Act.SUSPEND, PRESIDENT, NOON)
        world.amend(NOON, HOLDERS)
    with crash_before(counting, "align"):
        world.act(act, PRESIDENT, NOON)
    assert len(set(world.phases())) == 2
    ticker.tick(NOON)
    assert len(set(world.phases())) == 1


def test_the_freeze_is_part_of_a_record_that_verifies(world, ticker):
    cast_all(world, range(1, 13))
    ticker.tick(NOON)
    with crash_before(lifecycle, "act", 3):
        ticker.tick(FREEZING)
    ticker.tick(FREEZING + SECOND)
    report = verify(world.finish())
    assert report.holds
    assert report.verdict == "consistent"
