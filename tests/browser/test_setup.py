"""Setting up in the browser: every page fits a small telephone, axe finds nothing, two officers meet and part."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from elections.registry import accounts, elections, sessions
from elections.registry.journal import Actor
from elections.rules.models import load
from elections.rules.phases import Role
from elections.web.setup.screens import ELECTION, OF_CONTEST
from tests.browser.test_accessibility import AXE, RUN, TAGS
from tests.browser.test_site import PASSWORD, account, look
from tests.browser.world import at_the_desk

__all__ = ["look"]


@pytest.fixture
def draft(world):
    """A new draft of the commission: its address, and the uuid of its first contest."""
    opening = world.now + timedelta(days=60)
    with world.store.registry.begin() as session:
        made = elections.create(
            session,
            load("cav-2026"),
            Actor(Role.OFFICER),
            world.now,
            opening=opening,
            closing=opening + timedelta(days=5),
        )
        return f"/bureau/election/{made.uuid}", made.contests[0].uuid


def test_every_page_of_the_settings_in_the_dark(world, look, draft):
    base, contest = draft
    pages = ["reglages", f"reglages/scrutins/{contest}", "reglages/echeances/general-roll", "copie", "calendrier"]
    pages += [f"reglages/{slug}" for slug in ELECTION]
    pages += [f"reglages/scrutins/{slug}" for slug in ("nouveau", f"{contest}/retirer")]
    pages += [f"reglages/scrutins/{contest}/{slug}" for slug in OF_CONTEST]
    paths = [f"{base}/{page}" for page in pages] + ["/bureau/import"]
    look(world, paths, account(world, "officer"), color_scheme="dark")


def second(world):
    """The cookie of a second officer."""
    with world.store.registry.begin() as session:
        new = accounts.NewAccount("officer-2", "Une autre", "o2@exemple.fr", Role.OFFICER, PASSWORD, 2)
        return sessions.open_for(session, at_the_desk(session, world.store, new, world.now), world.now)


def test_two_officers_at_the_same_setting_lose_nothing(world, chromium, draft):
    base, contest = draft
    place = f"{world.url}{base}/reglages/scrutins/{contest}/scrutin"
    options = {"locale": "fr-FR", "viewport": {"width": 360, "height": 640}}
    with chromium.new_context(**options) as one, chromium.new_context(**options) as two:
        for context, cookie in ((one, account(world, "officer")), (two, second(world))):
            context.add_cookies([{"name": "isoloir", "value": cookie, "url": world.url}])
        mine, theirs = one.new_page(), two.new_page()
        for page, words in ((theirs, "Leur titre"), (mine, "Mon titre")):
            page.goto(place)
            page.get_by_label("Intitulé du scrutin").fill(words)
        theirs.get_by_label("Collège électoral").fill("Leur collège")
        theirs.get_by_role("button", name="Enregistrer").click()
        expect(theirs.get_by_role("status")).to_have_text("C’est enregistré.")
        mine.get_by_role("button", name="Enregistrer").click()
        expect(mine.get_by_role("heading", level=1)).to_have_text("Deux textes pour le même réglage")
        mine.evaluate(AXE.read_text("utf-8"))
        assert mine.evaluate(RUN, TAGS) == []
        width = mine.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1]
        mine.get_by_role("button", name="Enregistrer ce choix").click()
        expect(mine.get_by_role("alert")).to_contain_text("Intitulé du scrutin : choisissez l’un des deux textes.")
        mine.get_by_label("Saisi par vous : Mon titre").check()
        mine.get_by_role("button", name="Enregistrer ce choix").click()
        expect(mine.get_by_role("heading", level=1)).to_have_text("Mon titre")
        expect(mine.get_by_text("Leur collège")).to_be_visible()
