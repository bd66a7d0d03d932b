"""Whatever is killed, retried, replayed or done in two tabs: signatures = ballots (protocol.md §6)."""

import pytest

from tests.doors.machine import ALREADY, FROZEN, GONE, RECEIPT, Broken, Request, Rules, explore

ADA, BEA = 0, 1
TWO_TABS = (Request(ADA, 1), Request(ADA, 2))
SAME_BALLOT = (Request(ADA, 1), Request(ADA, 1))
REPLAY = (Request(ADA, 1), Request(BEA, 1))
THREE_TABS = (*TWO_TABS, Request(ADA, 3))
TWO_TABS_AND_A_REPLAY = (*TWO_TABS, Request(BEA, 1))

SCENES = {
    "two tabs, two recoveries, the freeze, two kills": (TWO_TABS, {"recoveries": 2, "freezes": 1, "kills": 2}),
    "the same ballot twice, likewise": (SAME_BALLOT, {"recoveries": 2, "freezes": 1, "kills": 2}),
    "a replayed entry, likewise": (REPLAY, {"recoveries": 2, "freezes": 1, "kills": 2}),
    "two tabs and a replay, a recovery, the freeze": (TWO_TABS_AND_A_REPLAY, {"recoveries": 1, "freezes": 1}),
    "three tabs, a recovery, a kill": (THREE_TABS, {"recoveries": 1, "kills": 1}),
    "two tabs, two freezes at once, a kill": (TWO_TABS, {"freezes": 2, "kills": 1}),
}


@pytest.mark.parametrize("scene", SCENES)
def test_no_interleaving_breaks_the_invariant(scene):
    import time
    t = time.time()
    requests, others = SCENES[scene]
    ends, states = explore(requests, **others)
    print(scene, states, len(ends), time.time() - t)
    assert ends
    for end in ends:
        if "freezes" in others:
            assert end.shared.registry == FROZEN
            assert not end.shared.key
