"""A passkey in Chromium, by its virtual authenticator: enrolled, second factor, whole sign-in; and the new pages."""

from __future__ import annotations

import socket
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from elections.config import Config
from elections.registry import accounts, factors, sessions
from elections.registry.accounts import NewAccount
from elections.registry.invitations import Guest, invite
from elections.registry.journal import Actor
from elections.registry.tables import Account
from elections.rules.phases import Role
from tests.browser.test_accessibility import AXE, RUN, TAGS
from tests.browser.world import serving
from tests.conftest import require

PASSWORD = "une phrase assez longue"
OFFICER = Actor(Role.OFFICER)


@pytest.fixture(scope="module")
def site(worlds):
    """The site under a name, as passkeys want it; its store and its address."""
    world = worlds("Ed25519")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    with serving(world.store, port=port, config=Config(state=world.store.state, address=url)):
        yield world, url


@contextmanager
def browser(chromium, *, verified=True):
    """A page of a browser that has a passkey of its own, which asks for a finger or not."""
    with chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 800}) as context:
        page, faults = context.new_page(), []
        page.on("console", lambda message: faults.append(message.text))
        cdp = context.new_cdp_session(page)
        cdp.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
        key = cdp.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    **options,
                    "hasResidentKey": True,
                    "hasUserVerification": verified,
                    "isUserVerified": verified,
                }
            },
        )["authenticatorId"]
        yield page, cdp, key
        # A refusal is an answer; the browser tells of its status.
        assert [fault for fault in faults if not fault.startswith("Failed to load resource")] == []


def account(world, login):
    with world.store.registry.begin() as session:
        new = NewAccount(login, "Une officière", f"{login}@exemple.fr", Role.OFFICER, PASSWORD, 1)
        accounts.create(session, new, OFFICER, world.now)


def password(page, url, login):
    page.goto(f"{url}/bureau/connexion")
    page.get_by_label("Identifiant de compte").fill(login)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Me connecter").click()


def enrol(page):
    """From the page where the first factor is owed to the desk."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Enregistrer un second facteur")
    page.get_by_role("link", name="Choisir la clé d’accès").click()
    page.get_by_label("Nom de la clé d’accès").fill("Ordinateur du bureau")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Élections")


def test_a_passkey_is_the_first_factor_then_the_second_then_the_whole(site, chromium):
    world, url = site
    account(world, "cle")
    with browser(chromium) as (page, _cdp, _key):
        password(page, url, "cle")
        enrol(page)
        # The second time it is asked for after the password.
        page.get_by_role("button", name="Se déconnecter").click()
        password(page, url, "cle")
        expect(page.get_by_role("heading", level=1)).to_have_text("Second facteur")
        page.get_by_role("button", name="Utiliser ma clé d’accès").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Élections")
        # And it is enough by itself.
        page.get_by_role("button", name="Se déconnecter").click()
        page.goto(f"{url}/bureau/connexion")
        page.get_by_role("button", name="Utiliser ma clé d’accès").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Élections")
        page.get_by_role("link", name="Mon compte").click()
        expect(page.get_by_role("heading", name="Ordinateur du bureau")).to_be_visible()


def test_a_key_that_asks_for_no_finger_is_a_second_factor_only(site, chromium):
    world, url = site
    account(world, "touche")
    with browser(chromium, verified=False) as (page, _cdp, _key):
        password(page, url, "touche")
        enrol(page)
        page.get_by_role("button", name="Se déconnecter").click()
        page.goto(f"{url}/bureau/connexion")
        page.get_by_role("button", name="Utiliser ma clé d’accès").click()
        expect(page.get_by_text("La clé d’accès n’a pas répondu")).to_be_visible()
        assert page.url.endswith("/bureau/connexion")
        password(page, url, "touche")
        page.get_by_role("button", name="Utiliser ma clé d’accès").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Élections")


def test_somebody_elses_passkey_opens_nothing_and_a_copy_is_seen(site, chromium):
    world, url = site
    account(world, "mine")
    account(world, "other")
    with browser(chromium) as (page, cdp, key):
        password(page, url, "mine")
        enrol(page)
        page.get_by_role("button", name="Se déconnecter").click()
        with world.store.registry.begin() as session:
            # The very key, named as if it were the other account's.
            factors.of(session, "mine")[0].login = "other"
        password(page, url, "other")
        page.get_by_role("button", name="Utiliser ma clé d’accès").click()
        expect(page.get_by_role("alert").first).to_contain_text("ne permet pas de continuer")
        with world.store.registry.begin() as session:
            mine = factors.of(session, "other")[0]
            # A counter that is behind the one we know is that of a copy.
            mine.login, mine.counter = "mine", 1_000
        page.goto(f"{url}/bureau/connexion")
        page.get_by_role("button", name="Utiliser ma clé d’accès").click()
        expect(page.get_by_text("ne permet pas de continuer")).to_be_visible()
        assert len(cdp.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_the_pages_on_the_way_in(site, chromium, width, scheme):
    """The link's page, the first factor, both ways of it, and the proof in between: axe finds nothing in them."""
    require(AXE.is_file(), "axe-core is missing from the booth's packages")
    world, url = site
    login = f"axe-{width}"
    account(world, login)
    with world.store.registry.begin() as session:
        guest = Guest(
            "Une observatrice", f"{login}-o@exemple.fr", Role.OBSERVER, width % 100, election_uuid=world.played.uuid
        )
        _, link = invite(session, guest, OFFICER, world.now)
        mine = session.get_one(Account, login)
        token = sessions.open_for(session, mine, world.now)
        waiting = sessions.open_for(session, mine, world.now, proved=False)
    pages = [(f"/invitation/{link}", None), ("/bureau/connexion", None), ("/bureau/connexion/second-facteur", waiting)]
    pages += [(f"/bureau/compte/{page}", token) for page in ("second-facteur", "application", "cle")]
    pages += [("/bureau/confirmer", token)]
    for path, cookie in pages:
        with chromium.new_context(
            locale="fr-FR", viewport={"width": width, "height": 800}, color_scheme=scheme
        ) as context:
            if cookie:
                context.add_cookies([{"name": "isoloir", "value": cookie, "url": url}])
            page = context.new_page()
            assert page.goto(url + path).ok, path
            size = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert size[0] <= size[1], path
            page.evaluate(AXE.read_text("utf-8"))
            assert page.evaluate(RUN, TAGS) == [], path
