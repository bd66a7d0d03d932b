"""Elections from a model: what may be asked for, and who may still change it."""

import re
from datetime import timedelta

import pytest

from elections.protocol.ballot import UUID_PATTERN
from elections.registry import elections, journal
from elections.rules.phases import Phase
from tests.refused import refused
from tests.registry.common import CLOSING, NOW, OPENING, draft, prepared, sealed, set_hours


def test_a_draft_has_what_its_model_says(session):
    election = draft(session)
    assert (election.title, election.grace, election.rehearsal) == ("Petite élection", 1800, False)
    assert [(c.key, c.kind, c.phase, c.closing) for c in election.contests] == [
        ("list", "list", Phase.DRAFT, CLOSING),
        ("one", "ticket", Phase.DRAFT, CLOSING),
    ]
    assert election.policy == [
        {"holders": ["president", "secretary"], "threshold": 1},
        {"holders": ["delegate-1", "delegate-2", "delegate-3"], "threshold": 2},
    ]
    assert elections.phase(election) is Phase.DRAFT


def test_uuids_are_those_of_belenios_and_never_twice(session):
    uuids = [uuid for election in (draft(session), draft(session)) for uuid in (election.uuid, *_contests(election))]
    assert len(set(uuids)) == 6
    assert all(re.fullmatch(UUID_PATTERN, uuid) for uuid in uuids)


def _contests(election):
    return [contest.uuid for contest in election.contests]


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"opening": CLOSING}, "registry.hours"),
        ({"opening": NOW - timedelta(days=9), "closing": NOW}, "registry.hours"),
        ({"opening": NOW.replace(year=1969)}, "text.year"),
        ({"closing": NOW.replace(year=9000)}, "text.year"),
        ({"group": "RFC-3526-2048"}, "group.name"),
        ({"issuers": ["a", "a"]}, "registry.issuers"),
        ({"issuers": []}, "registry.issuers"),
        ({"issuers": ["Not a name"]}, "text.pattern"),
        ({"urn_name": ""}, "text.pattern"),
        ({"title": "two\nlines"}, "text.pattern"),
        ({"delegates": ["delegate-1", "delegate-2"]}, "rules.policy"),
        ({"delegates": []}, "rules.policy"),
    ],
)
def test_what_no_election_can_have_is_refused(session, values, rule):
    with refused(rule):
        draft(session, **values)
    assert elections.everything(session) == []


def test_hours_of_a_draft_may_change_for_all_contests(session):
    election = draft(session)
    set_hours(session, election.uuid, OPENING, CLOSING + timedelta(days=1))
    assert {contest.closing for contest in election.contests} == {CLOSING + timedelta(days=1)}
    assert journal.entries(session, election.uuid)[-1].act == "calendar"


@pytest.mark.parametrize("make", [prepared, sealed])
def test_what_is_fixed_is_locked(session, make):
    election, _, _ = make(session)
    with refused("registry.locked"):
        set_hours(session, election.uuid, OPENING, CLOSING)


def test_what_is_not_there_is_refused_by_name(session):
    for rule, look in (("registry.election", elections.find), ("registry.contest", elections.contest)):
        with refused(rule):
            look(session, "1" * 22)
    with refused("registry.contest"):
        elections.locked(session, "x")
