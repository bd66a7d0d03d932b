"""The pages of filing and of the draw in the real browser: axe finds nothing, nothing scrolls sideways, keys suffice.

With ELECTIONS_SCREENSHOTS=FOLDER every page is also drawn there, at 1280 and 360 pixels.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from elections.registry import accounts, admission, elections, sessions
from elections.rules.models import load
from elections.rules.phases import Role
from elections.storage import Store
from tests.browser.test_accessibility import AXE, RUN, TAGS
from tests.browser.world import at_the_desk, serving
from tests.conftest import require
from tests.doors.world import DRAFTED
from tests.registry.common import CLOSING, NOW, OFFICER, OPENING
from tests.web.site import PASSWORD

SIZES = {
    "1280": {"width": 1280, "height": 900},
    "360": {"width": 360, "height": 740},
    "320": {"width": 320, "height": 640},
}
SCREENSHOTS = os.environ.get("ELECTIONS_SCREENSHOTS")


class Desk:
    """An election of the commission d'avancement in preparation, behind a server, and people at it."""

    def __init__(self, store, url, clock, browser) -> None:
        self.store, self.url, self.clock, self._browser = store, url, clock, browser
        with store.registry.begin() as session:
            made = elections.create(session, load("cav-2026"), OFFICER, NOW, opening=OPENING, closing=CLOSING)
            self.election, self.s1 = made.uuid, made.contests[0].uuid
            admission.set_electorate(session, self.s1, 60, 40, OFFICER, NOW)

    def page(self, role, number=1, **options):
        """A browser's page, signed in as one of that role."""
        login = f"{role}-{number}"
        with self.store.registry.begin() as session:
            own = None if role == "officer" else self.election
            new = accounts.NewAccount(
                login, f"Camille Exemple {number}", f"{login}@exemple.fr", Role(role), PASSWORD, number, own
            )
            token = sessions.open_for(session, at_the_desk(session, self.store, new, NOW), self.clock.now)
        context = self._browser.new_context(**options)
        context.add_cookies([{"name": "isoloir", "value": token, "url": self.url}])
        return context.new_page()


@pytest.fixture
def desk(tmp_path, chromium):
    require(AXE.is_file(), "axe-core is missing from the booth's packages")
    clock = SimpleNamespace(now=DRAFTED)
    with ExitStack() as stack:
        store = stack.enter_context(Store.create(tmp_path / "state"))
        yield Desk(store, stack.enter_context(serving(store, lambda: clock.now)), clock, chromium)


def look(page, name):
    """Refuse what axe finds, or what makes the page scroll sideways, at every size and in the dark."""
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], f"{name} scrolls sideways at {size}: {width}"
        if SCREENSHOTS and size != "320":
            page.screenshot(path=Path(SCREENSHOTS) / f"filing-{name}-{size}.png", full_page=True)
    page.set_viewport_size(SIZES["1280"])
    page.evaluate(AXE.read_text("utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(RUN, TAGS) == [], f"{name}, {scheme}"
    page.emulate_media(color_scheme="light")


def fill(page, prefix, women=4):
    for place in range(6):
        for who in ("titular", "substitute"):
            page.locator(f"[id='{place}-{who}-name']").fill(f"{prefix}{place} {'Anne' if who == 'titular' else 'Luc'}")
            sex = "f" if who == "titular" or place < women - 3 else "m"
            page.locator(f"[id='{place}-{who}-sex']").select_option(sex)
            page.locator(f"[id='{place}-{who}-functions']").fill("vice-présidente")
            page.locator(f"[id='{place}-{who}-court']").fill("Tribunal judiciaire de Boulogne-sur-Mer")


def press(page, name):
    """Send a form; what is looked at next is the answer."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def follow(page, name):
    """Follow a link, and wait for where it leads."""
    with page.expect_navigation():
        page.get_by_role("link", name=name).first.click()


def _file(desk):
    """The first delegate's way, looked at page by page."""
    delegate = desk.page("delegate")
    delegate.goto(f"{desk.url}/bureau/election/{desk.election}/depots")
    look(delegate, "list")
    press(delegate, "Préparer une liste")
    look(delegate, "list-error")
    delegate.get_by_label("Organisation syndicale").fill("Union des magistrats")
    # By keyboard alone, as a form is sent.
    with delegate.expect_navigation():
        delegate.get_by_label("Organisation syndicale").press("Enter")
    look(delegate, "empty")
    fill(delegate, "DUPONT-MARTIN")
    delegate.get_by_label("Titre sur le bulletin de vote").fill("Pour une justice proche")
    press(delegate, "Enregistrer le projet")
    look(delegate, "draft")
    delegate.get_by_text("Remplir les noms à partir d’un tableau").click()
    delegate.get_by_label("Tableau collé").fill("nom;prénom")
    press(delegate, "Remplir le formulaire")
    look(delegate, "table-error")
    follow(delegate, "Relire et déposer")
    look(delegate, "confirm")
    press(delegate, "Déposer la candidature")
    look(delegate, "acknowledgement")
    delegate.goto(f"{desk.url}/bureau/election/{desk.election}/depots")
    look(delegate, "list-filed")


def _file_quickly(desk):
    """The second one's, not looked at."""
    other = desk.page("delegate", 2)
    other.goto(f"{desk.url}/bureau/election/{desk.election}/depots")
    other.get_by_label("Organisation syndicale").fill("Syndicat de la justice")
    press(other, "Préparer une liste")
    fill(other, "MOREAU")
    other.get_by_label("Titre sur le bulletin de vote").fill("Indépendance")
    press(other, "Enregistrer le projet")
    follow(other, "Relire et déposer")
    press(other, "Déposer la candidature")


def _contest(desk, officer):
    """The office finds a name ineligible, and its delegate reads so."""
    officer.goto(f"{desk.url}/bureau/election/{desk.election}/candidatures")
    look(officer, "candidacies")
    follow(officer, "signaler un nom inéligible")
    look(officer, "contest")
    press(officer, "Enregistrer et avertir")
    look(officer, "contest-error")
    officer.get_by_label("1. DUPONT-MARTIN0 Anne").check()
    officer.get_by_label("Inéligible à la fin du dépôt").check()
    press(officer, "Enregistrer et avertir")
    look(officer, "candidacies-contested")
    delegate = desk.page("delegate")
    delegate.goto(f"{desk.url}/bureau/scrutin/{desk.s1}/depots/union-des-magistrats")
    look(delegate, "contested")


def _draw(desk, officer):
    """The order, from the digest to the drawn ballot."""
    officer.goto(f"{desk.url}/bureau/scrutin/{desk.s1}/ordre")
    look(officer, "order")
    press(officer, "Commencer le tirage")
    look(officer, "order-begun")
    press(officer, "Tirer l’ordre au sort")
    look(officer, "order-error")
    for place, number in enumerate(("17", "4211", "5")):
        officer.get_by_label(f"Fonction de la personne n° {place + 1}").fill("déléguée de liste")
        officer.locator(f"[id='{place}-number']").fill(number)
    press(officer, "Tirer l’ordre au sort")
    look(officer, "order-drawn")


def test_from_an_empty_list_to_a_drawn_ballot(desk):
    _file(desk)
    _file_quickly(desk)
    desk.clock.now += timedelta(days=2)
    officer = desk.page("officer")
    _contest(desk, officer)
    _draw(desk, officer)
