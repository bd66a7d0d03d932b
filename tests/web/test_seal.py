"""What is sealed on one page: who has seen it, what changed since, and a seal that waits for those who are present."""

import pytest

from elections import sealing
from elections.demo.staging import OFFICER
from elections.registry import candidacies, elections, journal, viewings
from elections.registry.journal import Actor
from elections.rules.phases import Role
from tests.doors.world import DRAFTED, OPENING, SEALED, fiction
from tests.refused import refused
from tests.web.site import ROLES, Site, found
from tests.web.test_desk import look, rounds, upload
from tests.web.test_public import text


@pytest.fixture
def site(held):
    """The election with its keys, prepared for the seal."""
    site = Site(held, SEALED)
    sealing.prepare(held.store, site.election, OFFICER, SEALED)
    return site


@pytest.fixture
def path(site):
    return f"/bureau/election/{site.election}/scellement"


def digest(browser, path):
    return found(r'name="digest"[^>]*value="([^"]+)"', browser.get(path).text)


def change(site):
    """The office unlocks, gives the candidacies of a contest another title, and prepares again."""
    store, election = site.world.store, site.election
    sealing.unlock(store, election, OFFICER, site.now)
    sheet = fiction().candidacies.replace(b"CANDIDAT1 a", b"CANDIDATE1 a")
    officer = site.desk("officer")
    assert officer.send(f"/bureau/election/{election}/candidatures", **upload("c.csv", sheet)).status_code == 303
    sealing.prepare(store, election, OFFICER, site.now)


def test_everything_that_is_sealed_stands_on_the_page(site, path):
    for role in ROLES:
        page = text(site.desk(role).get(path))
        for told in (
            "Empreinte de l’ensemble",
            "vendredi 6 février 2026 à 9 h 00 (heure de Paris ; 08:00 UTC)",
            "CANDIDAT1 a",
            "suppléant : SUPPLEANT1 a",
            "Électeurs inscrits 200",
            "2 sur 4 : délégué de liste n° 1",
            "issuer-2",
            "booth.js",
        ):
            assert told in page, (role, told)
    with site.world.store.registry_reader() as session:
        sheet = viewings.current(session, site.election)
    page = site.desk("delegate").get(path).text
    assert all(block.digest in page for block in sheet.blocks)
    assert sheet.digest in page


def test_a_draft_that_is_not_prepared_has_nothing_to_show(held):
    site = Site(held, DRAFTED)
    path = f"/bureau/election/{site.election}/scellement"
    assert "n’est pas encore préparé" in text(site.desk("delegate").get(path))
    assert site.desk("delegate").send(f"{path}/vu", digest="0" * 64).status_code == 422


@pytest.mark.parametrize("role", ["officer", "supervision", "elector", "anyone"])
def test_who_does_not_seal_does_not_say_that_she_has_seen(site, path, role):
    sheet = digest(site.desk("president"), path)
    browser = site.visitor(role)
    assert "J’ai vu" not in text(browser.get(path))
    assert browser.send(f"{path}/vu", digest=sheet).status_code in (401, 403)


def test_each_says_it_on_her_own_screen_and_everybody_reads_it(site, path):
    first, second = site.desk("delegate"), site.desk("delegate-2")
    assert "J’ai vu ce qui va être scellé" in text(first.get(path))
    look(site, "delegate")
    assert "Vous avez vu exactement ceci." in text(first.get(path))
    assert "J’ai vu ce qui va être scellé" not in text(first.get(path))
    page = text(second.get(path))
    assert "délégué de liste n° 1 vu jeudi 5 février 2026" in page
    assert "délégué de liste n° 2 pas encore vu" in page
    assert "J’ai vu ce qui va être scellé" in page
    with site.world.store.registry_reader() as session:
        sheet = viewings.current(session, site.election).digest
    assert first.send(f"{path}/vu", digest=sheet).status_code == 303  # a second time it changes nothing
    with site.world.store.registry_reader() as session:
        seen = [line for line in journal.entries(session, site.election) if line.act == "seen"]
    assert [(line.role, line.number, line.contest) for line in seen] == [(Role.DELEGATE, 1, None)]


def test_what_changed_meanwhile_is_shown_beside_what_was_seen(site, path):
    president, delegate = site.desk("president"), site.desk("delegate")
    look(site, "president", "delegate")
    old = digest(site.desk("secretary"), path)
    change(site)
    late = delegate.send(f"{path}/vu", digest=old)
    assert late.status_code == 422
    assert "a changé depuis que cette page a été affichée" in text(late)
    page = president.get(path)
    assert "Les différences sont marquées ci-dessous" in text(page)
    assert "<del>" in page.text
    before, now = found(r"<del>(.*?)</del>", page.text.replace("\n", " ")), page.text.partition("<ins>")[2]
    assert "CANDIDAT1 a" in before
    assert "CANDIDATE1 a" in now
    # Somebody who has seen nothing has nothing beside it; she may look at what another saw.
    second = site.desk("delegate-2")
    assert "<del>" not in second.get(path).text
    other = second.get(f"{path}?avant=president")
    assert "Comparaison avec ce qu’a vu : président du bureau de vote" in text(other)
    assert "<del>" in other.text
    assert "<del>" not in second.get(f"{path}?avant=personne").text
    assert "a vu autre chose" in text(second.get(path))


def test_the_seal_waits_for_those_who_are_present(site, path):
    president, act = site.desk("president"), f"/bureau/election/{site.election}/sceller"
    look(site, "president", "delegate", "delegate-2")
    change(site)
    rounds(site, site.desk("delegate"), "seal")
    look(site, "president", "delegate")
    present = ["president", "delegate-1", "delegate-2"]
    other = president.send(act, present=present)
    assert other.status_code == 422
    assert "n’a pas vu exactement ce qui va être scellé : délégué de liste n° 2" in text(other)
    for missing in (["president", "delegate-1"], ["delegate-1", "delegate-2"], ["secretary", "delegate-1"]):
        assert "Pour sceller, il faut la présence" in text(president.send(act, present=missing))
    assert "ne fait pas partie du bureau de vote" in text(president.send(act, present=[*present, "delegate-9"]))
    assert site.phase() == "draft"
    look(site, "delegate-2")
    page = president.get(act).text
    assert page.count('type="checkbox"') == 6
    assert president.send(act, present=present).status_code == 303
    assert site.phase() == "sealed"
    with site.world.store.registry_reader() as session:
        line = next(line for line in journal.entries(session, site.election) if line.act == "present")
        assert line.details == {"present": present, "sheet": viewings.current(session, site.election).digest}
    assert "Ce qui est scellé" in text(president.get(path))
    assert site.desk("secretary").send(f"{path}/vu", digest=line.details["sheet"]).status_code in (403, 409)


def test_with_one_delegate_one_is_enough(site):
    election, store = site.election, site.world.store
    with store.registry.begin() as session:
        elections.find(session, election).policy = [
            {"holders": ["president", "secretary"], "threshold": 1},
            {"holders": ["delegate-1"], "threshold": 1},
        ]
        sheet = viewings.current(session, election).digest
        for role in (Role.SECRETARY, Role.DELEGATE):
            viewings.mark(session, election, sheet, Actor(role), SEALED)
        viewings.attend(session, election, ["secretary", "delegate-1"], Actor(Role.SECRETARY), SEALED)
        with refused("sealing.present"):
            viewings.attend(session, election, ["secretary"], Actor(Role.SECRETARY), SEALED)


def test_the_page_of_the_opening_shows_what_is_found(sealed):
    site = Site(sealed, OPENING)
    president, act = site.desk("president"), f"/bureau/election/{site.election}/ouvrir"
    answer = president.get(act)
    page = text(answer)
    for told in ("Urne vide (bulletins : 0)", "Compteur à zéro (bulletins au dernier relevé signé : 0)",
                 "Liste d’émargement vierge (signatures : 0)", "Logiciel scellé :", "inscrits : 200"):  # fmt: skip
        assert told in page
    assert answer.text.count(">conforme<") == 2 * 9
    assert "anomalie" not in page
    site.now = OPENING.replace(hour=3)
    assert text(president.get(act)).count("anomalie") == 2
    assert president.send(act).status_code == 422


def test_a_title_that_wants_to_be_code_stays_text(held):
    site = Site(held, SEALED)
    filed = [{"id": "a-1", "title": "<script>alert(1)</script>", "names": [{"titular": "\u202eX", "substitute": None}]}]
    with held.store.registry.begin() as session:
        candidacies.replace(session, held.a, filed, OFFICER, SEALED)
    sealing.prepare(held.store, site.election, OFFICER, SEALED)
    page = site.desk("delegate").get(f"/bureau/election/{site.election}/scellement").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
