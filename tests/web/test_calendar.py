"""The legal dates on screen: at the desk of an election of the commission, and on its public page."""

import pytest

from elections.demo.staging import OFFICER
from elections.registry import elections
from elections.rules.models import load
from elections.rules.phases import Phase
from elections.rules.timetable import INTERNET, Timetable
from tests.doors.world import CLOSING, DRAFTED, OPENING
from tests.web.site import Site
from tests.web.test_public import text


@pytest.fixture
def site(drafted):
    """The site while elections are prepared."""
    return Site(drafted, DRAFTED)


@pytest.fixture
def commission(site):
    """The address of the calendar of an election of the commission."""
    with site.world.store.registry.begin() as session:
        made = elections.create(session, load("cav-2026"), OFFICER, DRAFTED, opening=OPENING, closing=CLOSING)
        return f"/bureau/election/{made.uuid}/calendrier"


def rows(answer):
    return [text(type("Page", (), {"text": part})) for part in answer.text.split("<tr>")]


def test_each_date_stands_with_its_article_its_reckoning_and_its_state(site, commission):
    page = site.desk("officer").get(commission)
    [row] = [row for row in rows(page) if "Dépôt des listes" in row and "1 mois avant" in row]
    assert "Représentants des magistrats du siège et du parquet" in row
    assert "au plus tard le mardi 6 janvier 2026" in row
    assert "1 mois avant l’ouverture du scrutin (6 février 2026)." in row
    assert "décret 2025-659, art. 7" in row
    [opening] = [row for row in rows(page) if row.strip().startswith("Ouverture du scrutin vendredi")]
    assert "vendredi 6 février 2026 à 9 h 00 (heure de Paris ; 08:00 UTC)" in opening
    assert "à venir" in opening
    assert any("date à fixer" in row and "à fixer" in row and "art. 29 et suivants" in row for row in rows(page))
    assert any("pas avant le samedi 12 février 2028" in row for row in rows(page))
    assert any("(provisoire)" in row and "R. 211-586" in row for row in rows(page))


def test_dates_in_english(site, commission):
    page = text(site.desk("officer").get(f"{commission}?langue=en"))
    assert "Tuesday 6 January 2026 at the latest 1 month before the opening of the vote (6 February 2026)." in page


def test_the_desk_looks_and_only_the_office_changes(site):
    president = site.visitor("president")
    other = f"/bureau/election/{site.election}/calendrier"
    assert president.get(other).status_code == 200
    hours = f"/bureau/election/{site.election}/reglages/heures"
    assert hours not in president.get(other).text
    assert hours in site.desk("officer").get(other).text
    assert president.send(hours).status_code == 403


def test_what_has_passed_is_told_and_refuses_nothing(site, commission):
    site.now = OPENING.replace(day=1)
    page = text(site.desk("officer").get(commission))
    assert "points à examiner. Rien n’est refusé pour autant" in page
    assert "Notice et moyens d’authentification remis à chaque électeur : le dernier jour était le jeudi 22" in page


@pytest.mark.parametrize(
    ("expiry", "status", "told"),
    [
        ("2026-03-01", 200, "Le scrutin se tient dans cette période."),
        (
            "2026-02-20",
            200,
            "le vendredi 6 février 2026 : hors de la période qui va du samedi 20 septembre 2025 au jeudi",
        ),
        ("hier", 422, "Indiquez le jour où les mandats en cours prennent fin."),
        ("", 422, "Indiquez le jour où les mandats en cours prennent fin."),
        ("2150-01-01", 200, "les dates légales ne se calculent que de 2000 à 2099"),
    ],
)
def test_the_window_before_the_mandates_end(site, commission, expiry, status, told):
    answer = site.desk("officer").get(f"{commission}?fin={expiry}")
    assert answer.status_code == status
    assert told in text(answer)
    assert ("dans cette période." in text(answer)) == told.endswith("dans cette période.")
    assert "Dépôt des listes" in text(answer)


def test_electors_see_the_dates_that_concern_them(proclaimed, monkeypatch):
    page = f"/election/{proclaimed.election}"
    assert "Dates fixées" not in text(proclaimed.client().get(page))
    monkeypatch.setattr(elections, "timetable", lambda _: Timetable(True, "metropole", None, INTERNET))
    shown = text(proclaimed.client().get(page))
    assert "Contestation du résultat devant l’autorité organisatrice au plus tard le mercredi 18 février 2026" in shown
    assert "Rapport" not in shown
    with proclaimed.world.store.registry_reader() as session:
        assert elections.phase(elections.find(session, proclaimed.election)) is Phase.PROCLAIMED
