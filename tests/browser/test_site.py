"""The pages that are no booth: they fit a small telephone, axe finds nothing in them, and a keyboard is enough."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from elections.config import Config
from elections.registry import accounts, candidacies, elections, sessions
from elections.registry.journal import Actor
from elections.rules.models import load
from elections.rules.phases import Role
from tests.browser.test_accessibility import AXE, RUN, TAGS
from tests.browser.world import LISTS, serving
from tests.conftest import require

SMALL = {"width": 320, "height": 640}
PASSWORD = "une phrase assez longue"
FOCUS = (
    """(({id, textContent, tagName}) => tagName === "BODY" ? "" : id || textContent.trim())(document.activeElement)"""
)
OUTLINE = "getComputedStyle(document.activeElement).outlineStyle"


def account(world, role):
    """The cookie of somebody of the desk; her login is her role."""
    with world.store.registry.begin() as session:
        known = accounts.by_login(session, role)
        new = accounts.NewAccount(
            role, f"Une personne ({role})", f"{role}@exemple.fr", Role(role), PASSWORD, excused=True
        )
        person = known or accounts.create(session, new, Actor(Role.OFFICER), world.now)
        return sessions.open_for(session, person, world.now)


@pytest.fixture
def look(chromium):
    """`look(world, paths, cookie)` visits pages, and refuses what is too wide, complained of or found by axe."""
    require(AXE.is_file(), "axe-core is missing from the booth's packages")
    source = AXE.read_text("utf-8")

    def _look(world, paths, cookie=None, **options):
        with chromium.new_context(**{"locale": "fr-FR", "viewport": SMALL, **options}) as context:
            if cookie is not None:
                context.add_cookies([{"name": "isoloir", "value": cookie, "url": world.url}])
            page, faults = context.new_page(), []
            page.on("console", lambda message: faults.append(message.text))
            for path in paths:
                answer = page.goto(world.url + path)
                assert answer.ok, path
                width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
                assert width[0] <= width[1], f"{path} scrolls sideways: {width}"
                page.evaluate(source)
                assert page.evaluate(RUN, TAGS) == [], path
            assert faults == []

    return _look


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages(world, look, scheme):
    election, contest = f"/election/{world.played.uuid}", f"/scrutin/{world.contests[LISTS]}"
    paths = (
        "/",
        "/aide",
        "/verifier",
        "/accessibilite",
        "/bureau/connexion",
        election,
        f"{election}/connexion",
        contest,
    )
    look(world, (*paths, f"{contest}?langue=en"), color_scheme=scheme)


def test_the_report_on_candidacies(world, look):
    """A draft with a fault at every titular: its examination stands open."""
    header = "collège;candidature;titre;titulaire;suppléant;situation du titulaire\n"
    sheet = header + "".join(f"s1;l;Une liste;NOM{n} A;NOM{n} B;congé de longue durée\n" for n in range(6))
    with world.store.registry.begin() as session:
        officer, day = Actor(Role.OFFICER), timedelta(days=1)
        hours = {"opening": world.now + 60 * day, "closing": world.now + 64 * day}
        uuid = elections.create(session, load("cav-2026"), officer, world.now, **hours).uuid
        for contest, filed in candidacies.read_file(session, uuid, sheet.encode()).items():
            candidacies.replace(session, contest, filed, officer, world.now)
    path = f"/bureau/election/{uuid}/candidatures"
    look(world, (path, f"{path}?langue=en"), account(world, "officer"))


def test_an_officer_needs_no_mouse(world, chromium):
    account(world, "officer")
    with chromium.new_context(locale="fr-FR") as context:
        page = context.new_page()
        page.goto(f"{world.url}/bureau/connexion")

        def to(name):
            """Go on by the tabulator until something is reached; the focus is seen at every stop."""
            stops = []
            for _ in range(40):
                page.keyboard.press("Tab")
                here = page.evaluate(FOCUS)
                stops.append(here)
                # Between the last stop and the first, the browser has the focus itself.
                assert here == "" or page.evaluate(OUTLINE) != "none", here
                if here == name:
                    return
            pytest.fail(f"no way to {name}, only {stops}")

        def enter():
            """Press Enter, and wait for the page that follows."""
            with page.expect_navigation():
                page.keyboard.press("Enter")

        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS) == "Aller au contenu"
        page.keyboard.press("Enter")
        to("login")
        page.keyboard.type("officer")
        to("password")
        page.keyboard.type(PASSWORD)
        enter()
        expect(page.get_by_role("heading", level=1)).to_have_text("Élections")
        to("Créer une élection")
        enter()
        to("model")
        page.keyboard.press("Space")
        to("title")
        page.keyboard.type("Élection au clavier")
        enter()
        # Days are missing: the summary has the focus, and its links lead to the fields.
        expect(page.get_by_role("alert")).to_be_focused()
        to("Indiquez le jour d’ouverture.")
        page.keyboard.press("Enter")
        expect(page.locator("#opening_day")).to_be_focused()
        # How a day is typed depends on the system; that it can be is the browser's own doing.
        for field, text in (("opening_day", "2031-03-01"), ("closing_day", "2031-03-08")):
            page.locator(f"#{field}").fill(text)
        for field, text in (("opening_hour", "09:00"), ("closing_hour", "16:00")):
            page.locator(f"#{field}").fill(text)
        to("Créer l’élection")
        enter()
        expect(page.get_by_role("heading", level=1)).to_have_text("Élection au clavier")
        expect(page.locator("dl").get_by_text("samedi 1er mars 2031 à 9 h 00")).to_be_visible()


@pytest.mark.parametrize(
    ("lang", "zone", "words"),
    [
        ("fr", "Pacific/Noumea", "chez vous :"),
        ("en", "Pacific/Noumea", "where you are:"),
        ("fr", "Europe/Madrid", None),
    ],
)
def test_who_is_overseas_sees_her_own_hour_too(world, chromium, lang, zone, words):
    with world.store.registry_reader() as session:
        closing = elections.find(session, world.played.uuid).closing
    with chromium.new_context(timezone_id=zone, viewport=SMALL) as context:
        page = context.new_page()
        page.goto(f"{world.url}/election/{world.played.uuid}?langue={lang}", wait_until="networkidle")
        own = page.locator("main .own")
        expect(own).to_have_count(0 if words is None else 2)
        if words is not None:
            text = own.last.inner_text().replace("\N{NO-BREAK SPACE}", " ")
            assert text.startswith(f"{words} ")
            assert text.endswith(f"{closing.astimezone(ZoneInfo(zone)):%H:%M}")
            width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert width[0] <= width[1]


def test_a_voting_code_leaves_the_address_on_the_way_to_the_sign_in(world, chromium):
    config = Config(state=world.store.state, code_link=True)
    with serving(world.store, config=config) as url, chromium.new_context(locale="fr-FR") as context:
        page, asked = context.new_page(), []
        context.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
        page.goto(f"{url}/scrutin/{world.contests[LISTS]}/vote#code=SECRET")
        expect(page.get_by_text("il vient d’être effacé de l’adresse")).to_be_visible()
        assert page.url == f"{url}/election/{world.played.uuid}/connexion"
        assert page.evaluate("history.state") is None
        assert not [each for each in asked if "SECRET" in each.partition("#")[0]]
        page.goto(f"{url}/aide#outre-mer")
        assert page.url.endswith("#outre-mer")
