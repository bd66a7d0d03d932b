"""What comes next in an election that is sealed, by whom and when; and the dates nearest to an hour."""

from datetime import timedelta

import pytest

from elections.registry import calendar, elections, following
from elections.rules import models
from elections.rules.calendar import State
from elections.rules.phases import Act, Phase
from tests.registry.common import CLOSING, GRACE, MINUTE, NOW, OFFICER, OPENING, draft


def in_phase(session, *phases, model="cav-2026"):
    election = elections.create(session, models.load(model), OFFICER, NOW, opening=OPENING, closing=CLOSING)
    for contest, phase in zip(election.contests, phases * 7, strict=False):
        contest.phase = phase
    session.flush()
    return election


@pytest.mark.parametrize(
    ("phase", "now", "act", "at", "due"),
    [
        (Phase.SEALED, OPENING - MINUTE, Act.OPEN, OPENING, False),
        (Phase.SEALED, OPENING, Act.OPEN, OPENING, True),
        (Phase.OPEN, OPENING, Act.CLOSE, CLOSING, False),
        (Phase.SUSPENDED, OPENING, Act.RESUME, None, True),
        (Phase.CLOSING, CLOSING, Act.FREEZE, CLOSING + GRACE, False),
        (Phase.FROZEN, CLOSING + GRACE, Act.COUNT, None, True),
        (Phase.COUNTED, CLOSING + GRACE, Act.PROCLAIM, None, True),
    ],
)
def test_each_phase_waits_for_one_act(session, phase, now, act, at, due):
    [item] = following.read(session, in_phase(session, phase), now)
    assert (item.row.act, item.at, item.due, len(item.contests)) == (act, at, due, 7)
    assert item.by_itself is (act in (Act.CLOSE, Act.FREEZE))


@pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.ARCHIVED, Phase.STOPPED])
def test_nothing_follows(session, phase):
    assert following.read(session, in_phase(session, phase), NOW) == []


def test_contests_go_their_own_ways(session):
    election = in_phase(session, Phase.FROZEN, Phase.OPEN)
    election.contests[1].closing = CLOSING + timedelta(hours=2)
    found = [(item.row.act, item.at, len(item.contests)) for item in following.read(session, election, OPENING)]
    assert found[-1] == (Act.COUNT, None, 4)
    assert sorted(found[:2], key=str) == [(Act.CLOSE, CLOSING, 2), (Act.CLOSE, CLOSING + timedelta(hours=2), 1)]


# --- Dates ------------------------------------------------------------------------------------------


def keys(session, election, now, **how):
    return [line.key for line, _ in calendar.around(session, election, now, **how)]


def test_the_nearest_dates(session):
    election = in_phase(session, Phase.DRAFT)
    found = calendar.around(session, election, NOW.replace(day=20))
    states = [state for _, state in found]
    assert [line.day for line, _ in found] == sorted(line.day for line, _ in found if line.day)
    assert states[:2] == [State.PAST, State.PAST]
    assert set(states[2:]) <= {*calendar.AHEAD}
    assert len(found) == 7


def test_what_was_missed_is_never_left_out(session):
    election = in_phase(session, Phase.DRAFT)
    found = dict.fromkeys(keys(session, election, CLOSING + timedelta(days=30)))
    assert {"sealing", "opening", "closing", "freeze", "count"} <= found.keys()


def test_a_model_without_legal_dates_has_the_hours_of_its_vote(session):
    election = draft(session)
    assert elections.timetable(election) is None
    assert keys(session, election, NOW) == ["opening", "closing", "publication"]
    assert calendar.read(session, election.uuid, NOW).lines == ()


def test_years_that_the_almanac_does_not_know(session):
    far = OPENING.replace(year=2950)
    model = models.load("cav-2026")
    election = elections.create(session, model, OFFICER, NOW, opening=far, closing=far + timedelta(days=5))
    assert calendar.around(session, election, NOW) == []
