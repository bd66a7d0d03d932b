"""Incidents: entered before anything is touched, told at once, published without a name, closed with their outcome."""

import pytest
from sqlalchemy import select

from elections.post import Outbox
from elections.registry import journal
from tests.doors.world import NOON
from tests.web.site import FIRST, ROLES, Site
from tests.web.test_public import text

INCIDENT = {
    "category": "network", "summary": "La page de vote ne s'affiche pas depuis un tribunal.", "noticed_by": "help",
    "contest": "", "day": "2026-02-09", "hour": "12:30", "note": "Appel de Mme Durand, 06 00 00 00 00",
}  # fmt: skip
BOARD = ("president", "secretary", "delegate", "delegate-2", "supervision")


@pytest.fixture
def path(site):
    return f"/bureau/election/{site.election}/incidents"


def mails(site):
    with site.world.store.registry_reader() as session:
        return [(row.recipient, row.subject, row.body) for row in session.scalars(select(Outbox).order_by(Outbox.id))]


def lines(site, *acts):
    with site.world.store.registry_reader() as session:
        return [line for line in journal.entries(session, site.election) if line.act in acts]


def enter(browser, path, **changes):
    return browser.send(f"{path}/nouveau", **INCIDENT | changes)


def test_an_incident_from_its_entry_to_its_end(site, path, world):
    for role in BOARD:
        site.desk(role)
    delegate = site.desk("delegate")
    assert "Aucun incident" in text(delegate.get(path))
    made = enter(delegate, path, contest=world.a)
    assert made.status_code == 303
    assert made.location == f"{path}/1"
    sent = mails(site)
    assert sorted(who for who, _, _ in sent) == sorted(f"{role}@exemple.fr" for role in BOARD)
    assert all(
        "Incident n° 1 – Petite élection" in subject.replace("\N{NO-BREAK SPACE}", " ") for _, subject, _ in sent
    )
    # A second click tells nobody twice.
    again = enter(delegate, path, contest=world.a)
    assert again.status_code == 422
    assert "c’est l’incident n° 1, encore ouvert" in text(again)
    assert len(mails(site)) == len(BOARD)
    assert all("ne s’affiche pas depuis un tribunal" in body and "Durand" not in body for _, _, body in sent)
    (line,) = lines(site, "incident")
    assert (line.role, line.contest, line.details["noticed"]) == ("delegate", world.a, "2026-02-09T11:30:00Z")
    assert b"Durand" not in line.line

    site.later(minutes=5)
    supervision = site.desk("supervision")
    assert supervision.send(f"{path}/1/intervention", by="un technicien", plan="redémarrer").status_code == 303
    assert len(mails(site)) == 2 * len(BOARD)
    assert "intervention en cours" in text(delegate.get(path))
    second = supervision.send(f"{path}/1/intervention", by="un autre", plan="encore")
    assert second.status_code == 422
    assert "Une intervention est en cours" in text(second)
    secretary = site.desk("secretary")
    assert "Une intervention est en cours" in text(secretary.send(f"{path}/1/cloture", outcome="réparé"))
    site.later(minutes=5)
    assert supervision.send(f"{path}/1/fin", done="serveur redémarré").status_code == 303
    assert "Aucune intervention" in text(supervision.send(f"{path}/1/fin", done="serveur redémarré"))
    assert secretary.send(f"{path}/1/cloture", outcome="la page s'affiche").status_code == 303
    assert "est clos" in text(secretary.send(f"{path}/1/cloture", outcome="la page s'affiche"))

    page = text(site.desk("secretary").get(f"{path}/1"))
    for told in ("clos", "lundi 9 février 2026 à 12 h 30", "13 h 05", "13 h 10", "serveur redémarré", "Durand"):
        assert told in page
    assert b"Durand" not in b"".join(line.line for line in lines(site, "incident", "incident-note"))
    assert "Enregistrer le début" not in page


@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what(site, path, role):
    enter(site.desk("president"), path)
    browser = site.desk(role)
    assert browser.get(path).status_code == browser.get(f"{path}/1").status_code == 200
    assert browser.send(f"{path}/1/note", text="vu").status_code == (403 if role == "observer" else 303)
    board, supervision = role in ("officer", "president", "secretary"), role == "supervision"
    for act, field, allowed in (
        ("intervention", {"by": "x", "plan": "y"}, board or supervision),
        ("fin", {"done": "z"}, board or supervision),
        ("cloture", {"outcome": "w"}, board),
    ):
        assert browser.send(f"{path}/1/{act}", **field).status_code == (303 if allowed else 403)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"summary": ""}, "Décrivez l’incident en une phrase."),
        ({"summary": "x" * 401}, "Au plus 400 caractères."),
        ({"summary": f"Panne chez {FIRST.first_name.upper()} {FIRST.last_name}"}, "nomme une personne de la liste"),
        ({"summary": f"Panne chez {FIRST.identifier}."}, "nomme une personne de la liste"),
        ({"summary": f"Panne, voir {FIRST.email.upper()}"}, "nomme une personne de la liste"),
        ({"summary": "a\u202eb"}, "dont aucun ne soit invisible"),
        ({"category": "feu"}, "Choisissez la nature de l’incident."),
        ({"noticed_by": ""}, "Indiquez qui l’a constaté."),
        ({"noticed_by": "Mme Durand"}, "Indiquez qui l’a constaté."),
        ({"day": "2026-02-10"}, "Un incident est constaté avant d’être enregistré"),
        ({"day": "0001-01-01"}, "L’année 1 n’est pas comprise"),
        ({"hour": "25:00"}, "Indiquez l’heure."),
        ({"contest": "x"}, "scrutin"),
        ({"note": "x" * 4001}, "Au plus 4 000 caractères."),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_written_or_lost(site, path, change, told):
    answer = enter(site.desk("president"), path, **change)
    assert answer.status_code == 422
    assert told in text(answer)
    assert "Mme Durand" in text(answer) or "note" in change
    assert lines(site, "incident", "incident-note") == []
    assert mails(site) == []


def test_lines_become_one_line(site, path):
    enter(site.desk("president"), path, summary="Une ligne.\r\n\r\nUne autre.")
    assert lines(site, "incident")[0].details["summary"] == "Une ligne. Une autre."


def test_common_words_name_nobody(site, path):
    made = enter(site.desk("president"), path, summary="Un nom d'électrice est mal affiché à la Cour d'appel de Paris")
    assert made.status_code == 303


def test_no_incident_in_a_draft_and_none_that_does_not_exist(site, path, drafted):
    officer = site.desk("officer")
    for number in ("0", "7", "x", "9" * 5000, "-1", "1.0"):
        assert officer.get(f"{path}/{number}").status_code == 404
        assert officer.send(f"{path}/{number}/cloture", outcome="x").status_code in (404, 422)
    draft = Site(drafted, NOON)
    assert draft.desk("officer").get(f"/bureau/election/{draft.election}/incidents").status_code == 409


def test_a_stop_names_its_incident_and_the_incident_names_the_stop(site, path, world):
    number, president = site.incident(world.b), site.desk("president")
    act = f"/bureau/scrutin/{world.a}/arreter"
    why = {"reason": "urne altérée", "authority": "le garde des sceaux", "incident": number}
    assert "concerne un autre scrutin" in text(president.send(act, **why))
    named = {**why, "reason": f"à la demande de {FIRST.email}"}
    elsewhere = f"/bureau/scrutin/{world.b}/arreter"
    assert "nomme une personne de la liste" in text(president.send(elsewhere, **named))
    assert president.send(elsewhere, **why).status_code == 303
    (line,) = lines(site, "stop")
    assert line.details == {"authority": "le garde des sceaux", "incident": 1, "reason": "urne altérée"}
    assert "Arrêt définitif du scrutin" in text(president.get(f"{path}/{number}"))


def test_hostile_text_stays_text(site, path):
    president = site.desk("president")
    enter(president, path, summary="<script>alert(1)</script>", note="<img src=x onerror=alert(1)>")
    for page in (path, f"{path}/1", f"/bureau/election/{site.election}/journal"):
        assert "<script>alert" not in president.get(page).text
        assert "<img src=x" not in president.get(page).text
