"""Candidacies: set as a whole, in the order of the screen, as setup.json will have them."""

import pytest

from elections.registry import candidacies, journal
from tests.refused import refused
from tests.registry.common import FILED, NOW, OFFICER, draft, prepared, sheet

HEADER = "collège;candidature;titre;titulaire;suppléant"
LIST = [f"list;{name};Liste {name};A {name};B {name}" for name in ("z", "z", "a", "a")]


@pytest.fixture
def election(session):
    return draft(session)


@pytest.fixture
def contest(election):
    return election.contests[0]


def read(session, election, *lines):
    return candidacies.read_file(session, election.uuid, sheet(*lines, header=HEADER))


def test_order_of_the_file_is_the_order_of_the_screen(session, election, contest):
    for uuid, filed in read(session, election, *LIST, "one;t;;DUPONT Anne;").items():
        candidacies.replace(session, uuid, filed, OFFICER, NOW)
    names = {"names": [{"substitute": "B z", "titular": "A z"}] * 2}
    assert candidacies.filed(contest)[0] == {"id": "z", "title": "Liste z", **names}
    assert [item["id"] for item in candidacies.filed(contest)] == ["z", "a"]
    assert candidacies.filed(election.contests[1]) == [
        {"id": "t", "names": [{"substitute": None, "titular": "DUPONT Anne"}], "title": "DUPONT Anne"}
    ]


def test_they_replace_those_before_and_stand_in_the_journal(session, election, contest):
    for filed in (FILED["list"], FILED["list"][:1]):
        candidacies.replace(session, contest.uuid, filed, OFFICER, NOW)
    assert candidacies.filed(contest) == FILED["list"][:1]
    entry = journal.entries(session, election.uuid)[-1]
    assert (entry.act, entry.contest, entry.details) == ("candidacies", contest.uuid, {"candidacies": ["l1"]})


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        (["nowhere;a;A;T;S"], "roll.college"),
        (["list;a;A;;S"], "roll.text"),
        (["list;a;A;T;S", "list;a;B;T;S"], "registry.title"),
        (["list;a;A;T"], "roll.cells"),
        ([], "roll.empty"),
    ],
)
def test_a_sheet_is_refused_with_its_line(session, election, lines, rule):
    with refused(rule):
        read(session, election, *lines)


def _with(**values):
    return [{**FILED["list"][0], **values}, FILED["list"][1]]


@pytest.mark.parametrize(
    ("filed", "rule"),
    [
        ([], "registry.candidacies"),
        ([FILED["list"][0]] * 2, "registry.candidacies"),
        (_with(title="Liste 2"), "registry.candidacies"),
        (_with(id="A b"), "text.pattern"),
        (_with(title="a\nb"), "text.pattern"),
        (_with(names=[{"substitute": "", "titular": "T"}] * 2), "text.pattern"),
        (_with(names=[{"substitute": None, "titular": "T"}]), "rules.short_list"),
        (_with(names=[]), "rules.short_list"),
    ],
)
def test_what_could_not_be_sealed_is_refused(session, contest, filed, rule):
    with refused(rule):
        candidacies.replace(session, contest.uuid, filed, OFFICER, NOW)
    assert candidacies.filed(contest) == []


def test_a_ticket_has_one_titular(session, election):
    two = [{"id": "t", "names": [{"substitute": None, "titular": name} for name in "AB"], "title": "t"}]
    with refused("rules.ticket"):
        candidacies.replace(session, election.contests[1].uuid, two, OFFICER, NOW)


def test_fixed_candidacies_stay(session):
    election, _, _ = prepared(session)
    with refused("registry.locked"):
        candidacies.replace(session, election.contests[0].uuid, FILED["list"], OFFICER, NOW)
