"""The legal dates of an election: its hours in force, what its journal tells, what it may not last."""

from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner

from elections.cli import main
from elections.registry import calendar, elections, journal, sealing
from elections.rules.calendar import State
from elections.rules.models import load
from elections.rules.phases import Phase
from elections.storage import Store
from tests.refused import refused
from tests.registry.common import CLOSING, NOW, OFFICER, OPENING, PRESIDENT, draft, set_hours

LAST = CLOSING + timedelta(days=1)


@pytest.fixture
def commission(session):
    """A draft of the commission's election."""
    return elections.create(session, load("cav-2026"), OFFICER, NOW, opening=OPENING, closing=CLOSING)


def states(session, election, now, **values):
    return {line.key: state for line, state in calendar.read(session, election.uuid, now, **values).lines}


def test_dates_of_a_draft_say_what_has_passed(session, commission):
    found = calendar.read(session, commission.uuid, NOW)
    states = {line.key: state for line, state in found.lines}
    assert states["lists"] is State.NEXT
    assert [fault.rule for fault in found.faults] == ["rules.date-passed"]
    outside = calendar.read(session, commission.uuid, NOW, date(2026, 2, 20)).faults
    assert [fault.rule for fault in outside] == ["rules.window", "rules.window", "rules.date-passed"]


def test_a_model_without_dates_or_unknown_here_has_none(session):
    election = draft(session)
    assert elections.timetable(election) is None
    assert calendar.read(session, election.uuid, NOW) == calendar.Dates((), ())


def test_a_vote_in_years_that_the_almanac_does_not_know_stands_without_dates(session):
    opening, closing = (hour.replace(year=2098) for hour in (OPENING, CLOSING))
    election = elections.create(session, load("cav-2026"), OFFICER, NOW, opening=opening, closing=closing)
    found = calendar.read(session, election.uuid, NOW)
    assert (found.lines, [fault.rule for fault in found.faults]) == ((), ["rules.year"])


def test_acts_are_done_once_every_contest_has_done_them(session, commission):
    first, *others = (contest.uuid for contest in commission.contests)
    journal.append(session, commission.uuid, "seal", PRESIDENT, NOW, contest=first)
    assert states(session, commission, NOW)["sealing"] is State.COMING
    assert states(session, commission, OPENING)["sealing"] is State.MISSED
    for uuid in others[:-1]:
        journal.append(session, commission.uuid, "seal", PRESIDENT, NOW, contest=uuid)
    # A contest that was stopped waits for nothing.
    commission.contests[-1].phase = Phase.STOPPED
    session.flush()
    assert states(session, commission, OPENING)["sealing"] is State.DONE


def test_the_result_is_contested_from_the_day_of_its_proclamation_in_paris(session, commission):
    for contest in commission.contests:
        contest.phase, contest.closing = Phase.PROCLAIMED, CLOSING + timedelta(days=3)
        # Half past midnight in Paris, the 17th.
        at = datetime(2026, 2, 16, 23, 30, tzinfo=UTC)
        journal.append(session, commission.uuid, "proclaim", PRESIDENT, at, contest=contest.uuid)
    session.flush()
    lines = {line.key: line for line, _ in calendar.read(session, commission.uuid, LAST).lines}
    assert (lines["publication"].day, lines["contestation"].day) == (date(2026, 2, 17), date(2026, 2, 23))
    assert (lines["closing"].day, lines["count"].day) == (date(2026, 2, 15), date(2026, 2, 16))
    assert not lines["contestation"].provisional
    assert calendar.read(session, commission.uuid, LAST).faults == ()


def test_a_real_vote_lasts_as_long_as_the_law_says(session, commission):
    short = OPENING + timedelta(hours=71)
    with refused("rules.duration"):
        elections.create(session, load("cav-2026"), OFFICER, NOW, opening=OPENING, closing=short)
    with refused("rules.duration"):
        set_hours(session, commission.uuid, OPENING, OPENING + timedelta(days=9))
    commission.closing = short
    with refused("rules.duration"):
        sealing.part(session, commission.contests[0].uuid)


def test_a_rehearsal_lasts_as_long_as_it_likes(session):
    hour = OPENING + timedelta(hours=1)
    trial = elections.create(session, load("cav-2026-rehearsal"), OFFICER, NOW, opening=OPENING, closing=hour)
    set_hours(session, trial.uuid, OPENING, hour + timedelta(days=30))
    with refused("registry.missing"):
        sealing.part(session, trial.contests[0].uuid)
    assert calendar.read(session, trial.uuid, NOW).faults == ()


def test_the_command_shows_an_election(tmp_path, monkeypatch):
    monkeypatch.setenv("ELECTIONS_STATE", str(tmp_path / "state"))
    Store.create(tmp_path / "state").close()

    def run(*words):
        return CliRunner().invoke(main, words, prog_name="elections")

    created = run("create", "cav-2026", "--opening", "2090-02-06T08:00Z", "--closing", "2090-02-12T08:00Z")
    shown = run("calendar", created.stdout.strip())
    assert (shown.exit_code, created.stderr.count("Warning"), shown.stderr) == (0, 0, "")
    assert "2090-02-06 09:00  Opening of the vote (to come)" in shown.stdout
    assert '"state":"next"' in run("calendar", created.stdout.strip(), "--json").stdout
    assert run("calendar", "x").exit_code == 1
