"""Admission: what the sheet tells of each name, the report, and rulings that the journal keeps without a name."""

from datetime import date

import pytest

from elections.registry import admission, candidacies, candidacy_file, elections, journal, roll
from elections.registry.tables import Candidacy
from elections.rules.findings import Kind
from elections.rules.models import load, parse
from elections.rules.phases import Phase
from tests.refused import refused
from tests.registry.common import (
    CLOSING,
    FILED,
    MODEL,
    NOW,
    OFFICER,
    OPENING,
    PRESIDENT,
    SECRETARY,
    draft,
    line,
    prepared,
    set_seal,
    sheet,
)

PLAIN = ("collège", "candidature", "titre", "titulaire", "suppléant")
HEADER = ";".join((*PLAIN, *(headings[0] for headings in candidacy_file.OPTIONAL.values())))
ROLL = sheet(
    *(line(f"e{n}", "s1", nom=f"NOM{n}", prénom="Élise") for n in range(12)),
    *(line(f"c{n}", "s2a", nom=f"CHEF{n}", prénom="Luc") for n in range(4)),
)


@pytest.fixture
def election(session):
    found = elections.create(session, load("cav-2026"), OFFICER, NOW, opening=OPENING, closing=CLOSING)
    roll.apply(session, found.uuid, roll.read_file(session, found.uuid, ROLL), OFFICER, NOW)
    admission.set_electorate(session, found.contests[0].uuid, 7, 3, OFFICER, NOW)
    return found


def known(number, sex, situation="aucune", signed="oui", court="TJ de Lille"):
    return f"e{number};{sex};juge;{court};{situation};{signed}"


def a_list(id_="usm", union="USM", **second):
    """A list of the twelve electors; `second` says otherwise of the second titular."""
    rows = []
    for place in range(6):
        titular = known(2 * place, "F", **(second if place == 1 else {}))
        substitute = known(2 * place + 1, "F" if place < 2 else "H")
        names = f"NOM{2 * place} Élise;NOM{2 * place + 1} Élise"
        first = f"Liste {id_};{names};{union};NOM Délégué" if place == 0 else f";{names};;"
        rows.append(f"s1;{id_};{first};{titular};{substitute}")
    return rows


def file(session, election, *lines, header=HEADER):
    for uuid, filed in candidacies.read_file(session, election.uuid, sheet(*lines, header=header)).items():
        candidacies.replace(session, uuid, filed, OFFICER, NOW)


def reviews(session, election):
    return {review.contest.key: review for review in admission.report(session, election.uuid)}


def kinds(review, key):
    return [line.kind for line in review.examined[0].findings if line.step.id == key]


def test_a_full_sheet_makes_a_list_without_fault(session, election):
    file(session, election, *a_list())
    found = reviews(session, election)["s1"]
    assert [(item.verdict, item.faults) for item in found.examined] == [(Kind.MET, ())]
    assert (found.days.closes, found.days.mended, found.unruled) == (date(2026, 1, 6), date(2026, 1, 12), ())
    [row] = election.contests[0].candidacies
    assert (row.union, row.delegate, row.ruling) == ("USM", "NOM Délégué", None)
    assert row.persons[0]["titular"] == {
        "court": "TJ de Lille",
        "functions": "juge",
        "identifier": "e0",
        "sex": "f",
        "signed": True,
        "situation": "",
    }
    assert set(candidacies.filed(election.contests[0])[0]) == {"id", "names", "title"}


def test_a_plain_sheet_leaves_open_what_it_does_not_tell(session, election):
    rows = [";".join(row.split(";")[:5]) for row in a_list()]
    file(session, election, *rows, header=";".join(PLAIN))
    found = reviews(session, election)["s1"]
    assert found.examined[0].verdict is Kind.OPEN
    assert {line.step.id for line in found.examined[0].findings if line.kind is Kind.OPEN} == {
        "particulars", "shares", "one_per_union", "delegate", "barred",
    }  # fmt: skip
    assert kinds(found, "roll") == [Kind.MET]
    assert found.unruled == ()


def test_a_name_is_sought_on_the_roll_of_its_contest(session, election):
    ticket = "s2a;t;;Chef0 Luc;CHEF9 Luc;;" + ";" * 12
    file(session, election, ticket)
    assert kinds(reviews(session, election)["s2a"], "roll") == [Kind.OPEN]
    for identifier, kind in (("C0", Kind.MET), ("e0", Kind.FAULT), ("nobody", Kind.FAULT)):
        cells = f"{identifier};;;;;;c1;;;;;"
        file(session, election, f"s2a;t;;Chef0 Luc;CHEF1 Luc;;;{cells}")
        assert kinds(reviews(session, election)["s2a"], "roll") == [kind]


def test_without_a_roll_nobody_is_sought(session, election):
    file(session, election, "s3a;t;;A;B;;" + ";" * 12)
    assert kinds(reviews(session, election)["s3a"], "roll") == [Kind.OPEN]


@pytest.mark.parametrize(
    ("second", "column", "text"),
    [
        ({"situation": "congé de maladi"}, "situation du titulaire", "congé de maladi"),
        ({"signed": "peut-être"}, "signature du titulaire", "peut-être"),
        ({"court": "\u0007"}, "titular_court", None),
    ],
)
def test_a_slip_of_the_pen_is_refused_with_its_line(session, election, second, column, text):
    with refused("roll.college" if text else "roll.cell") as caught:
        file(session, election, *a_list(**second))
    assert (caught.value.values["line"], caught.value.values["field"]) == (3, column)
    assert caught.value.values.get("text") == text


def test_a_second_line_may_not_contradict_the_first(session, election):
    rows = a_list()
    rows[1] = rows[1].replace(";;;e2", ";SM;;e2")
    with refused("registry.title") as caught:
        file(session, election, *rows)
    assert (caught.value.values["line"], caught.value.values["field"]) == (3, "syndicat")


def test_alphabetical_contests_are_sorted_whatever_the_file_says(session, election):
    rows = [f"s2a;{id_};;{name};B;;{';' * 12}" for id_, name in (("z", "Zola A"), ("e", "Élan B"), ("f", "Faure C"))]
    file(session, election, *rows, *a_list("b"), *a_list("a", "SM"))
    assert [item.id for item in election.contests[1].candidacies] == ["e", "f", "z"]
    assert [item.id for item in election.contests[0].candidacies] == ["b", "a"]


def test_lists_in_alphabetical_order_go_by_their_titles(session):
    model = parse(MODEL.replace(b'order = "drawn"', b'order = "alphabetical"'), "small")
    election = elections.create(session, model, OFFICER, NOW, opening=OPENING, closing=CLOSING)
    candidacies.replace(session, election.contests[0].uuid, FILED["list"][::-1], OFFICER, NOW)
    assert [item.id for item in election.contests[0].candidacies] == ["l1", "l2", "l3"]


def test_a_contest_without_rules_has_nothing_to_examine(session):
    election = draft(session)
    candidacies.replace(session, election.contests[0].uuid, FILED["list"], OFFICER, NOW)
    found = reviews(session, election)["list"]
    assert ([item.findings for item in found.examined], found.days.closes) == ([()] * 3, None)
    assert admission.rulers(election.contests[0]) == (OFFICER.role, PRESIDENT.role, SECRETARY.role)


# --- Rulings -----------------------------------------------------------------------------------------------


@pytest.fixture
def faulty(session, election):
    """An election whose one list has a name that may not stand."""
    file(session, election, *a_list(situation="Congé de longue durée"))
    return election


def test_a_list_with_too_few_names_is_on_file_until_the_authority_refuses_it(session, election):
    file(session, election, *a_list()[:2])
    contest = election.contests[0]
    found = reviews(session, election)["s1"]
    assert (kinds(found, "names"), found.unruled) == ([Kind.FAULT], ("usm",))
    admission.rule(session, contest.uuid, "usm", "refused", OFFICER, NOW)
    assert candidacies.filed(contest) == []


def test_a_fault_waits_for_the_authority(session, faulty):
    contest = faulty.contests[0]
    found = reviews(session, faulty)["s1"]
    assert (found.examined[0].verdict, found.unruled) == (Kind.FAULT, ("usm",))
    with refused("registry.unruled") as caught:
        admission.check_ruled(session, contest)
    assert caught.value.values["ids"] == "usm"
    admission.rule(session, contest.uuid, "usm", "admitted", OFFICER, NOW)
    admission.check_ruled(session, contest)
    assert reviews(session, faulty)["s1"].rulings == {"usm": "admitted"}
    assert candidacies.filed(contest)[0]["id"] == "usm"


def test_the_journal_keeps_the_ruling_and_neither_name_nor_fault(session, faulty):
    admission.rule(session, faulty.contests[0].uuid, "usm", "admitted", OFFICER, NOW)
    entry = journal.entries(session, faulty.uuid)[-1]
    assert (entry.act, entry.contest) == ("ruling", faulty.contests[0].uuid)
    assert entry.details == {"candidacy": "usm", "ruling": "admitted"}
    assert b"NOM" not in journal.lines(session, faulty.uuid)


def test_a_refused_candidacy_is_kept_and_not_on_the_ballot(session, faulty):
    contest = faulty.contests[0]
    file(session, faulty, *a_list(situation="Congé de longue durée"), *a_list("sm", "USM"))
    assert kinds(reviews(session, faulty)["s1"], "one_per_union") == [Kind.FAULT]
    admission.rule(session, contest.uuid, "usm", "refused", OFFICER, NOW)
    found = reviews(session, faulty)["s1"]
    assert [(item.id, item.verdict) for item in found.examined] == [("usm", Kind.FAULT), ("sm", Kind.MET)]
    assert found.unruled == ()
    assert [item["id"] for item in candidacies.filed(contest)] == ["sm"]


def test_a_ruling_voids_the_order_of_ages_of_the_candidacies_there_were(session, faulty):
    contest = faulty.contests[0]
    contest.parameters = {**contest.parameters, "order": [0]}
    admission.rule(session, contest.uuid, "usm", "refused", OFFICER, NOW)
    assert contest.parameters == {"article": "décret 2025-659, art. 14"}


def test_a_ruling_is_void_once_the_candidacy_changes(session, faulty):
    contest = faulty.contests[0]
    admission.rule(session, contest.uuid, "usm", "admitted", OFFICER, NOW)
    file(session, faulty, *a_list(situation="congé de longue durée"))
    assert contest.candidacies[0].ruling == "admitted"
    file(session, faulty, *a_list(situation="congé de longue maladie"))
    assert contest.candidacies[0].ruling is None


@pytest.mark.parametrize(("place", "allowed"), [(0, {"officer"}), (1, {"president", "secretary"})])
def test_the_authority_that_the_model_names_rules(session, faulty, place, allowed):
    file(session, faulty, "s2a;usm;;Chef0 Luc;CHEF1 Luc;;" + ";" * 12)
    for actor in (OFFICER, PRESIDENT, SECRETARY):
        if actor.role in allowed:
            admission.rule(session, faulty.contests[place].uuid, "usm", "admitted", actor, NOW)
        else:
            with refused("rules.role"):
                admission.rule(session, faulty.contests[place].uuid, "usm", "admitted", actor, NOW)


def test_an_unknown_candidacy_is_refused(session, faulty):
    with refused("registry.candidacy"):
        admission.rule(session, faulty.contests[0].uuid, "sm", "admitted", OFFICER, NOW)


@pytest.mark.parametrize(("women", "men"), [(0, 0), (-1, 5), (5, -1), (10**7, 1)])
def test_numbers_of_women_and_men_that_cannot_be(session, election, women, men):
    with refused("rules.number"):
        admission.set_electorate(session, election.contests[0].uuid, women, men, OFFICER, NOW)


def test_numbers_of_women_and_men_stand_in_the_journal(session, election):
    entry = next(entry for entry in journal.entries(session, election.uuid) if entry.act == "electorate")
    assert (entry.contest, entry.details) == (election.contests[0].uuid, {"men": 3, "women": 7})


def test_the_report_as_json(session, faulty):
    found = reviews(session, faulty)["s1"].json()
    [candidacy] = found.pop("candidacies")
    assert (candidacy["id"], candidacy["verdict"], candidacy["ruling"]) == ("usm", "fault", None)
    assert found == {
        "contest": faulty.contests[0].uuid,
        "days": {"closes": "2026-01-06", "mended": "2026-01-12", "ruled": "2026-01-09"},
        "electorate": {"men": 3, "women": 7},
        "key": "s1",
        "order": "drawn",
        "ruled_by": "office",
    }


# --- The seal ----------------------------------------------------------------------------------------------


def test_what_is_fixed_was_ruled_upon_and_can_be_ruled_upon_no_more(session, monkeypatch):
    model = MODEL.replace(b'order = "drawn"', b'order = "drawn"\ncandidacies.names = { full = 6, article = "art. 1" }')
    monkeypatch.setattr("tests.registry.common.MODEL", model)
    with refused("registry.unruled") as caught:
        prepared(session)
    assert caught.value.values["ids"] == "l1, l2, l3"


def test_rulings_and_numbers_are_locked_with_the_draft(session):
    election, _, _ = prepared(session)
    contest = election.contests[0]
    with refused("registry.locked"):
        admission.rule(session, contest.uuid, "l1", "admitted", OFFICER, NOW)
    with refused("registry.locked"):
        admission.set_electorate(session, contest.uuid, 1, 1, OFFICER, NOW)


def test_the_seal_forgets_how_a_name_was_found_eligible(session, faulty):
    candidacies.forget(faulty.contests[0])
    session.flush()
    session.expire_all()
    row = session.get(Candidacy, (faulty.contests[0].uuid, 0))
    assert row.persons[1]["titular"] == {"court": "TJ de Lille", "functions": "juge", "sex": "f", "signed": True}


def test_the_seal_forgets(session):
    election, holders, _ = prepared(session)
    contest = election.contests[0]
    contest.candidacies[0].persons = [{"titular": {"situation": "x", "sex": "f"}}]
    set_seal(session, contest, holders)
    assert contest.candidacies[0].persons == [{"titular": {"sex": "f"}}]
    assert contest.phase is Phase.DRAFT
