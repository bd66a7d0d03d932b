"""The acts: who, when, and with what in hand; each one line of the journal."""

from datetime import datetime, timedelta

import pytest

from elections.registry import amendments, elections, incidents, journal, lifecycle, register
from elections.registry.journal import CLOCK, Actor
from elections.rules.phases import Act, Phase, Role
from tests.refused import refused
from tests.registry.common import (
    CLOSING,
    FINGERPRINT,
    GRACE,
    MINUTE,
    NOW,
    OFFICER,
    OPENING,
    PRESIDENT,
    RESUMED,
    SECRETARY,
    coded,
    draft,
    grounds,
    incident,
    voting,
)
from tests.registry.keys import signature

FREEZE = CLOSING + GRACE
COUNTS: dict[str, object] = {"ballots": 0, "signatures": 0}


@pytest.fixture
def contest(session):
    """A sealed contest, as far as the register can see."""
    election, _ = coded(session)
    for each in election.contests:
        each.phase, each.fingerprint = Phase.SEALED, FINGERPRINT
    session.flush()
    return election.contests[0]


@pytest.fixture
def rehearsal(session):
    uuid, _ = voting(session, rehearsal=True)
    return elections.contest(session, uuid)


def act(session, contest, name, actor, now, **details):
    return lifecycle.act(session, contest.uuid, name, actor, now, details)


def last(session, contest):
    return journal.entries(session, contest.election_uuid)[-1]


def test_a_whole_life(session, contest):
    life: list[tuple[Act, Actor, datetime, Phase, dict[str, object]]] = [
        (Act.OPEN, PRESIDENT, OPENING, Phase.OPEN, {}),
        (Act.CLOSE, CLOCK, CLOSING, Phase.CLOSING, {}),
        (Act.FREEZE, CLOCK, FREEZE, Phase.FROZEN, COUNTS),
        (Act.COUNT, SECRETARY, FREEZE, Phase.COUNTED, {"result": "00"}),
        (Act.PROCLAIM, PRESIDENT, FREEZE, Phase.PROCLAIMED, {}),
        (Act.ARCHIVE, OFFICER, FREEZE, Phase.ARCHIVED, {}),
    ]
    for name, actor, now, phase, details in life:
        if name is Act.FREEZE:
            lifecycle.halt(session, contest.uuid, now)
        entry = act(session, contest, name, actor, now, **details)
        assert contest.phase is phase
        assert entry == last(session, contest)
        assert (entry.act, entry.role, entry.at, entry.contest) == (name, actor.role, now, contest.uuid)
    assert (entry.number, contest.election.contests[1].phase) == (1, Phase.SEALED)


@pytest.mark.parametrize("now", [OPENING - MINUTE, CLOSING, CLOSING + MINUTE])
def test_opening_needs_the_hour_and_the_board(session, contest, now):
    with refused("registry.act-hour"):
        act(session, contest, Act.OPEN, PRESIDENT, now)
    for actor in (OFFICER, CLOCK, Actor(Role.DELEGATE)):
        with refused("rules.role"):
            act(session, contest, Act.OPEN, actor, OPENING)
    assert contest.phase is Phase.SEALED


def test_opening_needs_a_blank_register(session):
    uuid, made = voting(session)
    register.add_attempt(session, uuid, 1, signature(session, uuid, 1, made[1], FINGERPRINT), NOW)
    contest = elections.contest(session, uuid)
    contest.phase = Phase.SEALED
    with refused("registry.not-blank"):
        act(session, contest, Act.OPEN, PRESIDENT, OPENING)


def test_a_vote_closes_at_its_hour_and_by_itself(session, contest):
    act(session, contest, Act.OPEN, PRESIDENT, OPENING)
    with refused("registry.act-hour"):
        act(session, contest, Act.CLOSE, CLOCK, CLOSING - MINUTE)
    with refused("rules.role"):
        act(session, contest, Act.CLOSE, PRESIDENT, CLOSING)
    act(session, contest, Act.CLOSE, CLOCK, CLOSING + MINUTE)
    assert lifecycle.freezing(contest) == FREEZE


def test_a_rehearsal_may_be_closed_early_and_its_grace_runs_from_then(session, rehearsal):
    act(session, rehearsal, Act.CLOSE, PRESIDENT, OPENING + MINUTE)
    assert lifecycle.freezing(rehearsal) == OPENING + MINUTE + GRACE
    with refused("registry.act-hour"):
        lifecycle.halt(session, rehearsal.uuid, OPENING + GRACE)
    lifecycle.halt(session, rehearsal.uuid, OPENING + MINUTE + GRACE)


def test_the_freeze_waits_for_grace_attempts_and_equal_counts(session):
    uuid, made = voting(session)
    contest = elections.contest(session, uuid)
    a = register.add_attempt(session, uuid, 1, signature(session, uuid, 1, made[1], FINGERPRINT), NOW)
    act(session, contest, Act.CLOSE, CLOCK, CLOSING)
    with refused("registry.attempts"):
        act(session, contest, Act.FREEZE, CLOCK, FREEZE, **COUNTS)
    with refused("registry.act-hour"):
        lifecycle.halt(session, uuid, FREEZE - MINUTE)
    lifecycle.halt(session, uuid, FREEZE)
    lifecycle.halt(session, uuid, FREEZE - MINUTE)
    with refused("registry.attempts"):
        act(session, contest, Act.FREEZE, CLOCK, FREEZE, ballots=1, signatures=1)
    register.sign(session, uuid, 1, a)
    for counts in ({"ballots": 0, "signatures": 1}, COUNTS, {}, {"ballots": 2, "signatures": 2}):
        with refused("registry.counts"):
            act(session, contest, Act.FREEZE, CLOCK, FREEZE, **counts)
    act(session, contest, Act.FREEZE, CLOCK, FREEZE, ballots=1, signatures=1)


def test_the_freeze_begins_only_after_the_close(session, rehearsal):
    with refused("rules.phase"):
        lifecycle.halt(session, rehearsal.uuid, FREEZE)


def test_a_suspension_holds_at_once_and_states_its_change(session, contest):
    act(session, contest, Act.OPEN, PRESIDENT, OPENING)
    entry = act(session, contest, Act.SUSPEND, SECRETARY, OPENING + MINUTE, **grounds(session, contest))
    assert (contest.phase, entry.details) == (
        Phase.SUSPENDED,
        {
            "authority": "autorité organisatrice",
            "change": {"phase": "suspended"},
            "incident": 1,
            "reason": "panne",
        },
    )
    assert [item.digest for item in amendments.pending(session, contest.uuid)] == [entry.digest]
    with refused("registry.pending"):
        act(session, contest, Act.RESUME, PRESIDENT, OPENING + 2 * MINUTE, **RESUMED)


def test_nothing_said_besides_replaces_what_an_act_states(session, contest):
    act(session, contest, Act.OPEN, PRESIDENT, OPENING)
    why = grounds(session, contest)
    entry = act(session, contest, Act.SUSPEND, PRESIDENT, OPENING, change={"phase": "open"}, **why)
    assert entry.details == {"change": {"phase": "suspended"}, **why}


@pytest.mark.parametrize("name", [Act.SUSPEND, Act.STOP, Act.RESUME])
def test_an_act_that_disturbs_the_vote_needs_its_grounds(session, contest, name):
    act(session, contest, Act.OPEN, PRESIDENT, OPENING)
    contest.phase = Phase.SUSPENDED if name is Act.RESUME else Phase.OPEN
    why = grounds(session, contest)
    for key in why:
        if (name, key) != (Act.RESUME, "incident"):
            with refused("incidents.grounds"):
                act(session, contest, name, PRESIDENT, OPENING, **{k: why[k] for k in why if k != key})
    elsewhere = incident(session, contest.election, contest=contest.election.contests[1].uuid)
    incidents.close(session, contest.election_uuid, incident(session, contest.election), "fini", PRESIDENT, OPENING)
    for number, rule in ((elsewhere, "contest"), (3, "closed"), (9, "unknown")):
        with refused(f"incidents.{rule}"):
            act(session, contest, name, PRESIDENT, OPENING, **why | {"incident": number})
    for key in ("reason", "authority"):
        with refused("text.elector"):
            act(session, contest, name, PRESIDENT, OPENING, **why | {key: "à la demande de ADA@exemple.fr"})
    act(session, contest, name, PRESIDENT, OPENING, **why)


def test_grounds_that_need_not_be_given_are_published_all_the_same(session, contest):
    number = incident(session, contest.election)
    incidents.close(session, contest.election_uuid, number, "fini", PRESIDENT, OPENING)
    for rule, given in (
        ("text.elector", {"reason": "en présence de ada@exemple.fr"}),
        ("text.plain", {"reason": "à l'heure\u202e"}),
        ("incidents.closed", {"incident": number}),
    ):
        with refused(rule):
            act(session, contest, Act.OPEN, PRESIDENT, OPENING, **given)
    entry = act(session, contest, Act.OPEN, PRESIDENT, OPENING, reason="à l'heure  dite")
    assert entry.details == {"reason": "à l'heure dite"}


def test_a_suspended_vote_does_not_close_by_itself(session, contest):
    act(session, contest, Act.OPEN, PRESIDENT, OPENING)
    act(session, contest, Act.SUSPEND, PRESIDENT, OPENING + MINUTE, **grounds(session, contest))
    with refused("rules.phase"):
        act(session, contest, Act.CLOSE, CLOCK, CLOSING)
    with refused("registry.act-hour"):
        act(session, contest, Act.RESUME, PRESIDENT, CLOSING)


def test_a_stop_is_final_and_concerns_one_contest(session, contest):
    act(session, contest, Act.OPEN, PRESIDENT, OPENING)
    act(session, contest, Act.STOP, PRESIDENT, OPENING, **grounds(session, contest))
    for name in Act:
        with refused("rules.phase"):
            act(session, contest, name, PRESIDENT, CLOSING)
    assert contest.election.contests[1].phase is Phase.SEALED


def test_a_new_closing_hour_is_later_and_holds_at_once(session, contest):
    act(session, contest, Act.OPEN, PRESIDENT, OPENING)
    later = CLOSING + timedelta(hours=1)
    entry = lifecycle.reschedule(session, contest.uuid, later, PRESIDENT, CLOSING - MINUTE)
    assert (contest.closing, entry.details) == (later, {"change": {"closing": "2026-02-12T16:00:00Z"}})
    assert amendments.pending(session, contest.uuid)[0].act == "reschedule"
    with refused("registry.act-hour"):
        act(session, contest, Act.CLOSE, CLOCK, CLOSING)
    for earlier in (later, CLOSING):
        with refused("registry.act-hour"):
            lifecycle.reschedule(session, contest.uuid, earlier, PRESIDENT, OPENING)
    with refused("rules.role"):
        lifecycle.reschedule(session, contest.uuid, later + MINUTE, OFFICER, OPENING)
    act(session, contest, Act.CLOSE, CLOCK, later)
    with refused("rules.phase"):
        lifecycle.reschedule(session, contest.uuid, later + MINUTE, PRESIDENT, later)
    with refused("registry.pending"):
        lifecycle.halt(session, contest.uuid, later + GRACE)


def test_preparing_is_not_an_act_of_its_own(session):
    election = draft(session)
    with refused("rules.phase"):
        lifecycle.act(session, election.contests[0].uuid, Act.PREPARE, OFFICER, NOW)


def test_a_refused_act_leaves_no_line(session, contest):
    before = journal.lines(session, contest.election_uuid)
    with refused("registry.act-hour"):
        act(session, contest, Act.OPEN, PRESIDENT, NOW)
    assert journal.lines(session, contest.election_uuid) == before
