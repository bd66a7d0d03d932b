"""What the office chooses of a rule: in a draft only, by the candidacies' ids, and told in the journal."""

import pytest

from elections.registry import candidacies, elections, journal, rules, sealing
from tests.refused import refused
from tests.registry.common import NOW, OFFICER, draft, prepared

FILED = [
    {"id": name, "names": [{"substitute": None, "titular": name.upper()}], "title": name.upper()}
    for name in ("anne", "bela", "cyr")
]


@pytest.fixture
def contest(session):
    """A ballot on persons, of three."""
    contest = draft(session).contests[1]
    candidacies.replace(session, contest.uuid, FILED, OFFICER, NOW)
    return contest


def test_choice_stands_in_the_rule_and_in_the_journal(session, contest):
    rules.choose(session, contest.uuid, {"order": ["cyr", "anne", "bela"], "tie": "oldest"}, OFFICER, NOW)
    parameters = {"article": "art. 2", "order": [2, 0, 1], "tie": "oldest"}
    session.expire_all()
    assert elections.contest(session, contest.uuid).parameters == parameters
    entry = journal.entries(session, contest.election_uuid)[-1]
    assert (entry.act, entry.contest, entry.details) == ("rule", contest.uuid, {"parameters": parameters})


def test_order_falls_with_another_tie_and_with_other_candidacies(session, contest):
    rules.choose(session, contest.uuid, {"order": ["cyr", "anne", "bela"], "tie": "oldest"}, OFFICER, NOW)
    rules.choose(session, contest.uuid, {"tie": "seniority"}, OFFICER, NOW)
    assert "order" not in contest.parameters
    rules.choose(session, contest.uuid, {"order": ["bela", "anne", "cyr"]}, OFFICER, NOW)
    assert contest.parameters["order"] == [1, 0, 2]
    candidacies.replace(session, contest.uuid, FILED[::-1], OFFICER, NOW)
    assert contest.parameters == {"article": "art. 2", "tie": "seniority"}


@pytest.mark.parametrize(
    ("chosen", "rule"),
    [
        ({"tie": "first"}, "rules.open"),
        ({"base": "valid"}, "rules.parameter"),
        ({"order": ["anne", "bela", "cyr"]}, "rules.order"),
        ({"order": ["anne", "bela"], "tie": "oldest"}, "rules.tie_order"),
        ({"order": ["anne", "bela", "bela"], "tie": "oldest"}, "rules.tie_order"),
        ({"order": ["anne", "bela", "dan"], "tie": "oldest"}, "rules.choice"),
    ],
)
def test_choice_that_cannot_be_is_refused_and_changes_nothing(session, contest, chosen, rule):
    before = dict(contest.parameters)
    with refused(rule):
        rules.choose(session, contest.uuid, chosen, OFFICER, NOW)
    assert contest.parameters == before


def test_nothing_is_chosen_once_it_is_fixed(session):
    election, _, _ = prepared(session)
    with refused("registry.locked"):
        rules.choose(session, election.contests[1].uuid, {"tie": "draw"}, OFFICER, NOW)


def test_open_rule_is_not_prepared_for_the_seal(session):
    election, _, _ = prepared(session)
    sealing.unlock(session, election.uuid, OFFICER, NOW)
    election.contests[1].parameters = {"article": "art. 2"}
    with refused("rules.open"):
        sealing.part(session, election.contests[1].uuid)


def test_an_order_counts_the_candidacies_on_the_ballot_only(session, contest):
    contest.candidacies[0].ruling = "refused"
    rules.choose(session, contest.uuid, {"order": ["cyr", "bela"], "tie": "oldest"}, OFFICER, NOW)
    assert contest.parameters["order"] == [1, 0]
    with refused("rules.choice"):
        rules.choose(session, contest.uuid, {"order": ["anne", "cyr", "bela"]}, OFFICER, NOW)
