"""The desk: what an election lacks, what comes next and on whom it waits, who did what; elections side by side."""

import re
from datetime import timedelta
from pathlib import Path
from time import process_time

import pytest

import elections as package
from elections.demo.staging import OFFICER
from elections.mailing import reached
from elections.registry import checklist, elections
from elections.rules import models
from elections.rules.phases import Phase
from elections.web.officer import MENDED
from tests.doors.world import CLOSING, DRAFTED, FREEZING, HOUR, OPENING, SEALED
from tests.web.site import EVERYBODY, ROLES, Site
from tests.web.test_public import text


@pytest.fixture
def draft(drafted):
    """The site of an election in preparation."""
    return Site(drafted, DRAFTED)


def part(page, beginning, end):
    """The words of a page between two headings."""
    return text(page).partition(beginning)[2].partition(end)[0]


def page_of(site, role="officer", **how):
    return site.desk(role).get(f"/bureau/election/{site.election}", **how)


# --- What is missing --------------------------------------------------------------------------------


def test_what_is_missing_stands_first_and_what_is_done_below(draft):
    page = page_of(draft)
    listed = part(page, "Avant le scellement", "Ce que vous pouvez faire")
    open_, done = listed.split(" points faits ")
    assert "8 points restent à faire." in open_
    assert open_.count("à faire ") == 8
    assert open_.count("à examiner ") == 3
    assert "Clés créées par tous les détenteurs : 0 sur 6 Au plus tard le" not in open_  # this model counts no dates
    assert "Clés créées par tous les détenteurs : 0 sur 6" in open_
    assert done.count("fait ") == 6
    assert f"Code de vote de chaque électeur : {EVERYBODY} sur {EVERYBODY}" in done
    assert "R. 211-553" in done


def test_a_line_leads_to_the_page_that_mends_it(draft):
    base = f"/bureau/election/{draft.election}"
    shown = page_of(draft).text
    for path in ("cles", "candidatures", "preparer"):
        assert f'<a href="{base}/{path}">' in shown.partition('id="a-faire"')[2].partition("<details>")[0]
    watched = page_of(draft, "supervision").text
    assert f'<a href="{base}/preparer">' not in watched
    assert f'<a href="{base}/cles">' in watched


def test_every_line_has_its_page():
    rooms = [*Path(checklist.__file__).parent.glob("*.py"), Path(reached.__file__)]
    made = r'(?:Item|_by_holder)\(\s*(?:draft,\s*)?"([a-z]+)"'
    keys = {key for room in rooms for key in re.findall(made, room.read_text())}
    keys |= {"keys", "rehearsal", "signatures", "statements", "logos"}  # which other functions of those rooms make
    assert keys == set(MENDED)
    assert Path(package.__file__).parent in Path(checklist.__file__).parents


def test_what_is_late_is_told_with_its_day(draft):
    with draft.world.store.registry.begin() as session:
        made = elections.create(
            session, models.load("cav-2026"), OFFICER, DRAFTED, opening=OPENING, closing=CLOSING
        ).uuid
    draft.now = DRAFTED + timedelta(days=12)
    page = draft.desk("officer").get(f"/bureau/election/{made}")
    listed = part(page, "Avant le scellement", "Ce que vous pouvez faire")
    assert "en retard Candidatures enregistrées dans chaque scrutin : 0 sur 7 Au plus tard le mardi 6 janvier" in listed
    assert "en retard Liste électorale importée pour chaque collège : 0 sur 7" in listed
    assert "Manque dans 6 collèges" in listed
    dates = part(page, "Calendrier", "Toutes les dates")
    assert "Aujourd’hui, samedi 17 janvier 2026" in dates
    assert dates.index("vendredi 16 janvier 2026") < dates.index("Aujourd’hui") < dates.index("21 janvier 2026")


def test_who_is_waited_for_is_named(held):
    site = Site(held, SEALED)
    site.desk("officer").send(f"/bureau/election/{site.election}/preparer")
    waits = part(page_of(site, "delegate"), "Ce qui vient ensuite", "Avant le scellement")
    assert "Le scellement attend les signatures des détenteurs de clé." in waits
    assert "Attendus : président du bureau de vote, secrétaire du bureau de vote, délégué de liste n° 1" in waits


def test_holders_are_called_once_the_office_has_done_its_own_part(draft):
    """Or once they have begun, whatever else is lacking."""
    called = "La création des clés attend les détenteurs."
    assert called in text(page_of(draft))
    with draft.world.store.registry.begin() as session:
        made = elections.create(
            session, models.load("cav-2026"), OFFICER, DRAFTED, opening=OPENING, closing=CLOSING
        ).uuid
    officer, path = draft.desk("officer"), f"/bureau/election/{made}"
    assert called not in text(officer.get(path))
    assert officer.send(f"{path}/cles/entree/president").status_code == 200
    assert called in text(officer.get(path))


# --- After the seal ---------------------------------------------------------------------------------


def test_what_comes_next_is_told_with_its_hour_and_by_whom(site):
    assert "Clore à l’heure 2 scrutins Automatique, le jeudi 12 février 2026 à 16 h 00" in text(page_of(site))
    english = text(page_of(site, query_string={"langue": "en"}))
    assert "Close at the hour 2 contests By itself, on Thursday 12 February 2026 at 16:00" in english


def test_opening_is_due_from_its_hour_on(sealed):
    site = Site(sealed, OPENING - HOUR)
    soon = part(page_of(site), "Ce qui vient ensuite", "Calendrier")
    assert "Par : président du bureau de vote ou secrétaire du bureau de vote, à partir du vendredi 6 février" in soon
    assert "à venir" in soon
    site.now = OPENING
    assert "attendu maintenant" in part(page_of(site), "Ce qui vient ensuite", "Calendrier")


@pytest.mark.parametrize("role", ROLES)
def test_how_many_have_voted_is_told_to_those_who_control_it(site, world, role):
    for number in (1, 3, 4):
        world.cast(number)
    counted = "Émargements : 3" in _labelled(page_of(site, role))
    assert counted is (role in ("president", "secretary", "delegate", "supervision"))
    assert ("seuls le bureau de vote et la cellule" in text(page_of(site, role))) is not counted


def test_once_the_urn_is_frozen_everybody_of_the_desk_is_told(proclaimed):
    assert "Émargements : 5" in _labelled(page_of(proclaimed))
    assert "2,50 %" in text(page_of(proclaimed)).replace("\N{NO-BREAK SPACE}", " ")


def _labelled(page):
    """The cells of tables with their headings, as a narrow screen shows them."""
    return re.sub(r'<td[^>]*data-label="([^"]*)">([^<]*)', r"\1 : \2 ", page.text)


def test_acts_done_at_once_are_one_act(site):
    lately = part(page_of(site), "Derniers actes", "Tout le journal")
    assert "Ouverture du scrutin – président du bureau de vote 2 scrutins" in lately
    assert lately.count("Ouverture du scrutin") == 1


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("now", [OPENING, FREEZING])
def test_the_page_stands_for_every_role(site, role, now):
    site.now = now
    for language in ("fr", "en"):
        assert page_of(site, role, query_string={"langue": language}).status_code == 200


# --- Side by side -----------------------------------------------------------------------------------


def many(site, count):
    """Elections from every model, one a month; their titles count them."""
    with site.world.store.registry.begin() as session:
        for number in range(count):
            model = models.load(models.names()[number % len(models.names())])
            opening = OPENING + timedelta(days=30 * number)
            made = elections.create(
                session, model, OFFICER, DRAFTED,
                opening=opening, closing=opening + timedelta(days=5), title=f"Élection {number:03} {model.name}",
            )  # fmt: skip
            if number % 10 == 0:
                for contest in made.contests:
                    contest.phase = Phase.ARCHIVED


def titles(page):
    return re.findall(r"Élection (\d{3})", page.text)


def test_one_election_has_neither_filter_nor_pages(draft):
    page = draft.desk("officer").get("/bureau")
    assert "Petite élection" in text(page)
    assert "8 points" in text(page)
    assert "Filtrer" not in text(page)
    assert "Pages du tableau" not in page.text


def test_two_hundred_elections_are_paged_sorted_and_filtered(draft):
    many(draft, 200)
    browser = draft.desk("officer")
    browser.get("/bureau")
    begun = process_time()
    first = browser.get("/bureau?tri=titre")
    assert process_time() - begun < 2
    assert titles(first) == [f"{number:03}" for number in range(25)]
    assert "De 1 à 25 sur 201." in text(first)
    assert titles(browser.get("/bureau?tri=titre&sens=desc&page=2"))[0] == "175"
    assert titles(browser.get("/bureau?tri=ouverture"))[:2] == ["000", "001"]
    assert titles(browser.get("/bureau?tri=cloture&sens=desc"))[0] == "199"
    archived = browser.get("/bureau?phase=archived&tri=titre")
    assert titles(archived) == [f"{number:03}" for number in range(0, 200, 10)]
    assert "De 1 à 20 sur 20." in text(archived)
    assert titles(browser.get("/bureau?texte=ELECTION+007")) == ["007"]
    assert "Aucune élection ne répond à ces critères." in text(browser.get("/bureau?texte=zzz"))
    assert 'aria-sort="descending"' in browser.get("/bureau?tri=titre&sens=desc").text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"phase": "<script>"}, 422),
        ({"texte": "x" * 201}, 422),
        ({"texte": "<script>alert(1)</script>%"}, 200),
        ({"tri": "__class__", "sens": "' OR 1"}, 200),
        ({"page": "10" * 50}, 200),
    ],
)
def test_hostile_filters(draft, asked, status):
    many(draft, 3)
    answer = draft.desk("officer").get("/bureau", query_string=asked)
    assert answer.status_code == status
    assert "<script>alert" not in answer.text
    assert titles(answer) or "texte" in asked


def test_an_account_of_one_election_sees_no_other_on_its_table(draft):
    many(draft, 3)
    page = draft.desk("president").get("/bureau")
    assert titles(page) == []
    assert "Petite élection" in text(page)
