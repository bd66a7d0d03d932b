"""From the decree to an open vote: two officers in two browsers, the board and the delegates in theirs.

The commission d'avancement with its seven colleges. Everything is done on the screen, by keyboard; files come from a
spreadsheet, from the code maker's command and from the key holders' program, as they do in an office.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from elections.bench.workbooks import write_csv, write_xlsx
from tests.browser.office import FIRST, Office

DECREE = datetime(2025, 12, 15, 8, 0, tzinfo=UTC)
OPENING = datetime(2026, 2, 6, 8, 0, tzinfo=UTC)
TITLE = "Commission d’avancement 2026"
COLLEGES = ("s1", "s2a", "s2b", "s3a", "s3b", "s4a", "s4b")
MEMBERS = {
    "president": ("Président du bureau de vote", 1),
    "secretaire": ("Secrétaire du bureau de vote", 1),
    "deleguee-1": ("Délégué de liste", 1),
    "deleguee-2": ("Délégué de liste", 2),
    "deleguee-3": ("Délégué de liste", 3),
}
"""Logins of board and delegates: role on the screen, number in it."""


@pytest.fixture
def office(tmp_path, chromium):
    with Office.at_work(tmp_path, chromium, DECREE) as office:
        yield office


def invite(officer, name, email, role, number, election):
    """From the page of accounts."""
    officer.follow("Inviter une personne")
    officer.type("Nom et prénom", name)
    officer.type("Adresse de courriel", email)
    officer.choose("Élection", election)
    officer.choose("Rôle", role)
    officer.type("Numéro dans ce rôle", str(number))
    officer.press("Envoyer l’invitation")
    officer.told(f"L’invitation part à l’adresse {email}.")


def create(officer):
    """The election, from the model, at its hours; the address of its page."""
    officer.go("/bureau")
    officer.follow("Créer une élection")
    officer.shot("new")
    officer.page.get_by_label("Élection des membres de la commission d’avancement", exact=True).check()
    officer.type("Titre", TITLE)
    for label, value in zip(("Jour d’ouverture", "Heure d’ouverture", "Jour de clôture", "Heure de clôture"),
                            ("2026-02-06", "09:00", "2026-02-12", "16:00"), strict=True):  # fmt: skip
        officer.type(label, value)
    officer.type("Nombre de délégués de liste détenteurs de clé", "2")
    officer.press("Créer l’élection")
    officer.sees("une seule clé perdue perdrait le vote")
    officer.type("Nombre de délégués de liste détenteurs de clé", "3")
    officer.press("Créer l’élection")
    officer.at(TITLE)
    officer.shot("draft")
    return officer.page.url.removeprefix(officer.office.config.address)


def meet(one, two, desk):
    """Both set the same thing at once: the second is shown both texts, and both are kept."""
    for officer, words in ((one, "Titre de l’une"), (two, "Titre de l’autre")):
        officer.go(desk)
        officer.follow("Réglages")
        officer.shot("settings")
        officer.follow("Représentants des magistrats du siège et du parquet")
        officer.shot("contest")
        officer.follow("Scrutin et collège")
        officer.type("Intitulé du scrutin", words)
    one.type("Collège électoral", "Collège général")
    one.press("Enregistrer")
    one.told("C’est enregistré.")
    two.press("Enregistrer")
    two.at("Deux textes pour le même réglage")
    two.shot("conflict")
    two.page.get_by_label("Saisi par vous : Titre de l’autre").check()
    two.press("Enregistrer ce choix")
    two.sees("Titre de l’autre")
    two.sees("Collège général")


def test_from_the_decree_to_an_open_vote(office):
    one, two = office.somebody(FIRST), office.somebody("bureau-2")
    one.sign_in()
    one.follow("Comptes")
    invite(one, "Second Officier", "o2@exemple.fr", "Bureau des élections", 2, "toutes les élections")
    two.accept("o2@exemple.fr")
    desk = create(one)
    meet(one, two, desk)
    people = members(two, desk)


def members(officer, desk):
    """Board and delegates, invited by mail."""
    people = {}
    officer.go(desk)
    officer.follow("Comptes", officer.page.locator("main"))
    for login, (role, number) in MEMBERS.items():
        invite(officer, login.capitalize(), f"{login}@exemple.fr", role, number, TITLE)
        people[login] = officer.office.somebody(login)
        people[login].accept(f"{login}@exemple.fr")
    return people
