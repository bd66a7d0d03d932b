"""The desk in Chromium: the elections, one of each kind, and the journal; axe finds nothing, nothing is too wide."""

from __future__ import annotations

from datetime import timedelta

import pytest

from elections.demo.staging import OFFICER
from elections.registry import accounts, elections, sessions
from elections.rules.models import load
from elections.rules.phases import Role
from tests.browser.test_accessibility import look
from tests.browser.world import at_the_desk

__all__ = ["look"]


@pytest.fixture(scope="module")
def desk(worlds):
    """An officer's session, and the addresses of a draft and of the open election; other drafts make a long table."""
    world = worlds("Ed25519")
    with world.store.registry.begin() as session:
        for number in range(30):
            opening = world.now + timedelta(days=20 + number)
            made = elections.create(
                session, load("cav-2026"), OFFICER, world.now,
                opening=opening, closing=opening + timedelta(days=5), title=f"Élection n° {number}",
            )  # fmt: skip
        password = "mot de passe assez long"
        new = accounts.NewAccount("bureau", "Une agente", "b@exemple.fr", Role.OFFICER, password, 2, None)
        token = sessions.open_for(session, at_the_desk(session, world.store, new, world.now), world.now)
        return token, f"/bureau/election/{made.uuid}", f"/bureau/election/{world.played.uuid}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_desk(scheme, desk, world, booth, look):
    token, draft, running = desk
    officer = booth(
        world, world.somebody(), signed_in=False, viewport={"width": 320, "height": 640}, color_scheme=scheme
    )
    officer.page.context.add_cookies([{"name": "isoloir", "value": token, "url": world.url, "httpOnly": True}])
    pages = ("/bureau?tri=titre&page=2", draft, running, f"{running}/journal?page=2", f"{running}/journal?acte=seal")
    for path in pages:
        officer.page.goto(f"{world.url}{path}")
        look(officer, path)
        officer.page.eval_on_selector_all("details", "parts => parts.forEach(part => part.open = true)")
        look(officer, f"{path}, unfolded")


def test_filters_work_by_keyboard_alone(desk, world, booth):
    token, _, running = desk
    officer = booth(world, world.somebody(), signed_in=False)
    officer.page.context.add_cookies([{"name": "isoloir", "value": token, "url": world.url, "httpOnly": True}])
    officer.page.goto(f"{world.url}{running}/journal")
    officer.page.get_by_label("Acte", exact=True).focus()
    officer.page.keyboard.type("Scel")
    for _ in range(20):
        officer.page.keyboard.press("Tab")
        if officer.page.evaluate("document.activeElement.textContent") == "Filtrer":
            break
    officer.page.keyboard.press("Enter")
    officer.page.wait_for_url("**acte=seal**")
    assert officer.page.locator("tbody th").count() == len(world.contests)
    officer.page.locator("summary").last.focus()
    officer.page.keyboard.press("Enter")
    assert officer.page.locator("details[open] dt").last.is_visible()
