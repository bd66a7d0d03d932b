"""Where each function, position and situation votes, in the commission d'avancement (law.md §1.2, §7.7)."""

import pytest

from elections.protocol.errors import ProtocolError
from elections.rules.eligibility import Status, check_disjoint, membership, plain
from elections.rules.filing import ElectorRules, elector_rules
from elections.rules.models import load

CAV = {contest.key: elector_rules(contest.electors, contest.key) for contest in load("cav-2026").contests}
ACTIVE = "activité"


def votes(function, position=ACTIVE, *situations):
    return membership(Status(position, function, situations), CAV)


@pytest.mark.parametrize(
    ("function", "contest"),
    [
        ("vice-présidente", "s1"),
        ("conseillère référendaire à la Cour de cassation", "s1"),
        ("Premier Président d’une cour d’appel", "s2a"),
        ("procureur general pres une cour d'appel", "s2b"),
        ("président d'un tribunal supérieur d'appel", "s3a"),
        ("procureur de la République près un tribunal de première instance", "s3b"),
        ("magistrat du siège du troisième grade de la Cour de cassation", "s4a"),
        ("magistrat du parquet du troisième grade de la Cour de cassation", "s4b"),
    ],
)
def test_function_decides_the_contest(function, contest):
    found = votes(function)
    assert (found.contest, found.assumed) == (contest, False)
    assert found.step.article.startswith("décret 2025-659, art. ")
    assert (found.step.en, found.step.fr) == ("Votes in this contest.", "Vote dans ce scrutin.")


@pytest.mark.parametrize("position", ["activité", "Détachement", "congé parental"])
def test_positions_of_the_general_college(position):
    assert votes("juge", position).contest == "s1"


def test_another_position_votes_nowhere():
    found = votes("juge", "disponibilité")
    assert (found.contest, found.step.id, found.step.article) == (None, "positions", "décret 2025-659, art. 2")
    assert "the position “disponibilité” is none of those of this contest (activité, détachement" in found.step.en
    assert "la position « disponibilité » n'est pas de celles du scrutin (activité, détachement" in found.step.fr


@pytest.mark.parametrize("situation", ["congé de longue durée", "interdiction temporaire d'exercer"])
def test_a_situation_bars_from_the_roll_while_it_lasts(situation):
    found = votes("juge", ACTIVE, "autre", situation.upper())
    assert (found.contest, found.step.id, found.step.article) == (None, "situations", "décret 2025-659, art. 2")
    assert situation in found.step.en
    assert situation in found.step.fr


def test_a_situation_the_text_does_not_name_bars_nobody():
    assert votes("juge", ACTIVE, "congé de longue maladie").contest == "s1"


@pytest.mark.parametrize(
    "function", ["premier président de la Cour de cassation", "procureur général près la Cour de cassation"]
)
def test_heads_of_the_cour_de_cassation_vote_nowhere_as_is_assumed(function):
    found = votes(function)
    assert (found.contest, found.step.id, found.assumed) == (None, "nowhere", True)
    assert function in found.step.fr


def test_without_a_contest_of_all_others_a_function_may_have_none():
    found = membership(Status(ACTIVE, "juge"), {key: rules for key, rules in CAV.items() if key != "s1"})
    assert (found.contest, found.step.id) == (None, "no_college")
    assert found.step.article == "décret 2025-659, art. 16; décret 2025-659, art. 24; décret 2025-659, art. 27"
    assert "« juge »" in found.step.fr


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"functions": ("Juge d'appel",)}, {"functions": ("x", "juge d’appel")}),
        ({"functions": ("juge",)}, {"nowhere": ("juge",)}),
        ({}, {}),
    ],
)
def test_colleges_that_share_a_function_are_refused(one, two):
    with pytest.raises(ProtocolError) as caught:
        check_disjoint({"a": ElectorRules("art. 1", **one), "b": ElectorRules("art. 2", **two)}, "model x")
    assert caught.value.rule == "rules.twice"
    assert "model x" in str(caught.value)


def test_comparison_goes_by_letters_only():
    assert plain("  PREMIER-président  d’Élite ") == "premier president d elite"
