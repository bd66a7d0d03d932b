"""Logos and professions de foi beside the choices, and the preview: what Chromium shows is what was sealed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from elections.demo.staging import OFFICER
from elections.protocol.canonical import sha256_hex
from elections.registry import accounts, candidacies, documents, elections, sessions
from elections.rules.models import load
from elections.rules.phases import Role
from tests.browser.booth import PHONE
from tests.browser.test_accessibility import look
from tests.browser.world import HIGH, LISTS, TITLES, WIDE
from tests.documents import pdf, png

__all__ = ["look"]

PIXELS = """canvas => [[96, 60], [96, 10], [4, 60], [4, 4]].map(
  place => [...canvas.getContext("2d").getImageData(...place, 1, 1).data].join())"""
BLUE, CLEAR = "36,71,143,255", "0,0,0,0"


def test_logos_are_drawn_whole_and_of_one_size_beside_their_lists(world, booth):
    elector = booth(world, world.somebody())
    elector.enter()
    choice = elector.sees("choice")
    logos = choice.locator("canvas")
    expect(logos).to_have_count(2)
    # They say nothing that the titles beside them do not: a screen reader passes them by.
    assert [logo.get_attribute("aria-hidden") for logo in logos.all()] == ["true", "true"]
    boxes = [logo.bounding_box() for logo in logos.all()]
    assert {(box["width"], box["height"]) for box in boxes if box} == {(108, 67.5)}
    # Wide: it touches left and right. High: it touches top and bottom.
    elector.page.wait_for_function(f"({PIXELS})(document.querySelector('canvas'))[0] !== '{CLEAR}'")
    assert logos.first.evaluate(PIXELS) == [BLUE, CLEAR, BLUE, CLEAR]
    assert logos.last.evaluate(PIXELS)[1:] == ["138,75,0,255", CLEAR, CLEAR]
    assert choice.get_by_role("link").count() == 1
    elector.faults.clear()  # Reading pixels is what Chromium advises against.


def test_a_statement_opens_in_a_tab_of_its_own_and_the_vote_goes_on(world, window):
    elector = window(world, world.somebody())
    elector.enter()
    elector.sees("choice")
    link = elector.page.get_by_role("link", name=f"Profession de foi : {TITLES[0]} (PDF, 1 ko, nouvel onglet)")
    address = f"{world.url}/scrutin/{world.contests[LISTS]}/piece/{sha256_hex(pdf())}"
    with elector.page.context.expect_page() as opened:
        link.click()
    assert opened.value.url == address
    opened.value.close()
    assert elector.page.request.get(address).body() == pdf()
    elector.page.get_by_role("radio", name=TITLES[1]).check()
    elector.press("Continuer")
    elector.type_code()
    elector.sees("review")


@pytest.mark.parametrize("answer", ["another picture", "none", "nothing"])
def test_what_was_not_sealed_is_not_drawn_and_nobody_waits_for_it(answer, world, booth):
    elector = booth(world, world.somebody())

    def other(route):
        if answer == "nothing":
            route.abort()
        else:
            body = b"".join(len(each).to_bytes(4, "big") + each for each in (png(200, 50, (255, 0, 0)), HIGH))
            route.fulfill(status=200, body=body) if answer == "another picture" else route.fulfill(
                status=404, body="{}"
            )

    elector.page.route("**/logos", other)
    elector.enter()
    choice = elector.sees("choice")
    expect(choice.locator("canvas")).to_have_count(1 if answer == "another picture" else 0)
    elector.faults.clear()
    elector.choose(TITLES[0])
    elector.sees("code")


def test_the_preview_is_the_page_of_the_vote_and_casts_nothing(world, booth, look):
    officer = booth(world, world.somebody(), signed_in=False, viewport=PHONE)
    contest, token = _draft(world)
    officer.page.context.add_cookies([{"name": "isoloir", "value": token, "url": world.url, "httpOnly": True}])
    officer.page.goto(f"{world.url}/bureau/scrutin/{contest}/apercu")
    choice = officer.sees("choice")
    assert choice.locator("label").all_text_contents() == [*TITLES, "Vote blanc"]
    expect(choice.locator("canvas")).to_have_count(1)
    look(officer, "preview")
    officer.choose(TITLES[2])
    officer.sees("preview")
    look(officer, "the end of the preview")
    officer.press("Revenir au choix")
    officer.sees("choice")
    assert {request.method for request in officer.requests} == {"GET"}
    assert [name for name in ("etat.json", "dossier.json", "sel") if officer.asked(name)] == []


def _draft(world):
    """The lists' contest of another election, in preparation, and the session of an officer."""
    with world.store.registry.begin() as session:
        opening, closing = world.played.opening, world.played.closing
        made = elections.create(
            session, load("cav-2026-rehearsal"), OFFICER, world.now, opening=opening, closing=closing
        )
        sheet = world.played.fiction.candidacies.decode().splitlines()
        lines = [line for line in sheet if line.startswith((f"{LISTS};", "collège"))]
        for contest, filed in candidacies.read_file(session, made.uuid, "\n".join(lines).encode()).items():
            candidacies.replace(session, contest, filed, OFFICER, world.now)
            documents.put(session, contest, "liste-0", documents.LOGO, WIDE, OFFICER, world.now)
        new = accounts.NewAccount(
            "apercu", "Une agente", "a@exemple.fr", Role.OFFICER, "mot de passe assez long", 1, None, excused=True
        )
        account = accounts.create(session, new, OFFICER, world.now)
        return made.contests[0].uuid, sessions.open_for(session, account, world.now)
