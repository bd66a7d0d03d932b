"""Who may cast, and when: hours, phases, entitlement (protocol.md §6, step 1; R. 211-563)."""

import pytest

from elections import casting, counting
from elections.casting import Voter
from elections.demo.staging import HOLDERS, PRESIDENT
from elections.registry import lifecycle
from elections.registry.journal import CLOCK
from elections.rules.phases import Act
from tests.doors.world import CLOSING, FREEZING, HOUR, NOON, OPENING, SECOND, STRANGER
from tests.refused import refused

EARLY = CLOSING - SECOND
"""When a session was opened just before the closing."""


@pytest.mark.parametrize("closed", [False, True], ids=["before the tick", "after it"])
def test_in_the_grace_only_who_had_signed_in_may_cast(world, closed):
    """Whether or not the clock has closed the contest already: the hours decide."""
    assert not world.cast(1, now=EARLY).already
    if closed:
        world.act(Act.CLOSE, CLOCK, CLOSING)
    for opened_at in (CLOSING, CLOSING + SECOND, FREEZING - SECOND):
        with refused("registry.hour"):
            world.cast(2, now=FREEZING - SECOND, opened_at=opened_at)
    assert not world.cast(2, now=FREEZING - SECOND, opened_at=EARLY).already
    for now in (FREEZING, FREEZING + HOUR):
        with refused("registry.hour"):
            world.cast(3, now=now, opened_at=EARLY)
    assert (world.counts(), world.numbers()) == ((2, 2, 0), [1, 2])


def test_the_first_moment_after_the_closing_needs_an_earlier_session(world):
    with refused("registry.hour"):
        world.cast(1, now=CLOSING, opened_at=CLOSING)
    assert not world.cast(1, now=CLOSING, opened_at=EARLY).already


@pytest.mark.parametrize("number", [STRANGER, 0, -1, 999])
def test_who_is_not_on_the_roll_of_the_contest_casts_nothing(world, number):
    with refused("registry.entitled"):
        world.cast(number, world.body(1))
    assert world.counts() == (0, 0, 0)


def test_before_the_board_opens_nobody_casts(sealed):
    body = b" " * sealed.booth.length
    with refused("json.syntax"):
        sealed.cast(1, body, now=OPENING)
    for ask in (lambda: sealed.elector(1, now=OPENING), lambda: sealed.request(1, now=OPENING)):
        with refused("registry.phase"):
            ask()


def test_a_draft_has_nothing_to_cast_into(held):
    with refused("registry.phase"):
        held.cast(1, b"{}")


def test_while_suspended_nobody_casts_and_afterwards_everybody_may(world):
    world.act(Act.SUSPEND, PRESIDENT, NOON)
    with refused("registry.phase"):
        world.cast(1)
    world.amend(NOON, HOLDERS)
    world.act(Act.RESUME, PRESIDENT, NOON + HOUR)
    assert not world.cast(1, now=NOON + HOUR).already


@pytest.mark.parametrize("end", ["stopped", "halted", "frozen"])
def test_after_the_end_nobody_casts(world, end):
    if end == "stopped":
        world.act(Act.STOP, PRESIDENT, NOON)
    else:
        world.act(Act.CLOSE, CLOCK, CLOSING)
        halt_or_freeze(world, end)
    with refused("registry.phase"):
        # Her hour is good: what refuses her is the phase.
        world.cast(1, now=NOON)
    with refused("registry.phase"):
        # Nor is she given the salt from which a credential could be made.
        world.elector(1)
    assert world.counts() == (0, 0, 0)


def halt_or_freeze(world, end):
    if end == "frozen":
        counting.freeze(world.store, world.a, FREEZING)
    else:
        with world.store.registry.begin() as session:
            lifecycle.halt(session, world.a, FREEZING)


def test_a_contest_that_is_unknown_is_refused(world):
    with refused("registry.contest"):
        casting.cast(world.store, "nothing", Voter(1, NOON), world.body(1), NOON)


def test_contests_are_stopped_one_by_one(world):
    world.act(Act.STOP, PRESIDENT, NOON, world.b)
    assert not world.cast(1).already
    assert world.phases()[0] == "open"
