"""Whatever is killed, retried, replayed or done in two tabs: signatures = ballots (protocol.md §6).

The scenes of the second list take a minute and are searched with `--long`.
"""

import pytest

from elections import counting
from elections.registry import register
from elections.registry.journal import CLOCK
from elections.rules.phases import Act
from tests.doors import victims
from tests.doors.faults import crash_before
from tests.doors.machine import FROZEN, RECEIPT, BrokenError, Request, Rules, explore
from tests.doors.world import CLOSING, FREEZING, NOON

ADA, BEA = 0, 1
TWO_TABS = (Request(ADA, 1), Request(ADA, 2))
THREE_TABS = (*TWO_TABS, Request(ADA, 3))
SAME_BALLOT = (Request(ADA, 1), Request(ADA, 1))
REPLAY = (Request(ADA, 1), Request(BEA, 1))
TWO_TABS_AND_A_REPLAY = (*TWO_TABS, Request(BEA, 1))

SCENES = {
    "two tabs, a recovery, the freeze, a kill": (TWO_TABS, {"recoveries": 1, "freezes": 1, "kills": 1}),
    "two tabs, two recoveries, the freeze": (TWO_TABS, {"recoveries": 2, "freezes": 1}),
    "two tabs, two freezes at once, a kill": (TWO_TABS, {"freezes": 2, "kills": 1}),
    "three tabs, a recovery, a kill": (THREE_TABS, {"recoveries": 1, "kills": 1}),
    "a replayed entry, a recovery, the freeze, a kill": (REPLAY, {"recoveries": 1, "freezes": 1, "kills": 1}),
    "two tabs and a replay, the freeze, a kill": (TWO_TABS_AND_A_REPLAY, {"freezes": 1, "kills": 1}),
}
LONG = {
    "two tabs, a recovery, the freeze, three kills": (TWO_TABS, {"recoveries": 1, "freezes": 1, "kills": 3}),
    "two tabs, two recoveries, the freeze, a kill": (TWO_TABS, {"recoveries": 2, "freezes": 1, "kills": 1}),
    "two tabs and a replay, a recovery, the freeze": (TWO_TABS_AND_A_REPLAY, {"recoveries": 1, "freezes": 1}),
    "the same ballot twice, two recoveries, the freeze, a kill": (
        SAME_BALLOT,
        {"recoveries": 2, "freezes": 1, "kills": 1},
    ),
}
LEAST_STATES = 50_000
"""A scene with fewer states explores less than it says."""


def pytest_generate_tests(metafunc):
    if "scene" in metafunc.fixturenames:
        scenes = SCENES | LONG if metafunc.config.getoption("long") else SCENES
        metafunc.parametrize("scene", scenes.values(), ids=scenes)


def test_no_interleaving_breaks_the_invariant(scene):
    requests, others = scene
    ends, states = explore(requests, **others)
    assert states > LEAST_STATES
    for end in ends:
        # A freeze is never refused, and leaves nothing behind.
        assert (end.shared.registry == FROZEN, not end.shared.key) == ("freezes" in others,) * 2
    votes = {end.shared.signed for end in ends}
    assert {0, 1 << ADA} <= votes
    assert ((1 << BEA) in votes) == any(request.elector == BEA for request in requests)


def test_of_several_tabs_that_nothing_disturbs_one_always_votes():
    ends, states = explore(THREE_TABS)
    assert states > 1000
    for end in ends:
        assert end.shared.signed == 1 << ADA
        assert sum(request.at == RECEIPT for request in end.requests) == 1


def test_a_tab_that_voids_and_gives_up_could_leave_no_vote():
    """Why the last try leaves the attempt of another tab alone (casting.py, `record`)."""
    ends, _ = explore(TWO_TABS, rules=Rules("last try settles too"))
    assert 0 in {end.shared.signed for end in ends}


BREAKS = {
    "urn before attempt": (TWO_TABS, {"kills": 1}),
    "signature before urn": (TWO_TABS, {"kills": 1}),
    "attempt overwritten": (TWO_TABS, {"kills": 1}),
    "recovery leaves no void": (TWO_TABS[:1], {"recoveries": 1}),
    "void not looked at": (TWO_TABS[:1], {"recoveries": 1}),
    "no digests": (REPLAY, {}),
    "no halt": (TWO_TABS[:1], {"freezes": 1}),
    "no recovery": (TWO_TABS[:1], {"freezes": 1}),
    "attempts forgotten first": (TWO_TABS[:1], {"freezes": 1}),
    "keys destroyed first": (TWO_TABS[:1], {"freezes": 1}),
}


@pytest.mark.parametrize("rule", BREAKS)
def test_the_search_finds_what_another_order_would_break(rule):
    requests, others = BREAKS[rule]
    explore(requests, **others)
    with pytest.raises(BrokenError):
        explore(requests, **others, rules=Rules(rule))


def test_the_order_of_the_program_is_that_of_the_machine(world):
    """What a cast and the freeze make lasting, in their order."""
    assert victims.transactions(world, lambda: world.cast(1)) == ["registry", "urn", "registry"]
    world.act(Act.CLOSE, CLOCK, CLOSING)
    with crash_before(register, "sign"):
        world.cast(2, now=CLOSING, opened_at=NOON)
    passed = victims.transactions(world, lambda: counting.freeze(world.store, world.a, FREEZING))
    # halt; resolve, in two halves; the urn's phase; its end, its file; the journal's line; two keys.
    assert passed[:7] == ["registry", "urn", "registry", "urn", "urn", "vacuum", "registry"]
    assert passed[7:] == ["_destroy", "_sync"] * 2
