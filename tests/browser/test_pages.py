"""Every page of every role, in a draft, an open and a proclaimed election: axe, a telephone's width, a quiet console.

The pages are those of the route table, with the values that the election gives: a page that comes later is visited
without being named here, and a route for which no value is known fails the test.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from elections.app import create_app
from elections.config import Config
from elections.demo.staging import OFFICER
from elections.protocol.canonical import sha256_hex
from elections.registry import accounts, candidacies, documents, elections, sessions
from elections.rules.models import load
from elections.rules.phases import Phase, Role
from elections.web.access import declared
from tests.browser import shots
from tests.browser.test_accessibility import look
from tests.browser.world import LISTS, WIDE

if TYPE_CHECKING:
    from datetime import datetime

    from elections.storage import Store

__all__ = ["look"]

DESK = [role.value for role in Role if role is not Role.CLOCK]
NAMES = {
    "board.draft": "resultats",
    "documents.piece": sha256_hex(WIDE),
    "public.sealed_file": "setup.json",
    "static": "icon.svg",
}
"""What <name> is, by route."""
NOTHING_THERE = {
    "lots.enter": "no lot is to be drawn",
    "openid.arrive": "no provider is set",
    "openid.leave": "no provider is set",
}
"""Routes that are open in a phase and have nothing to show in these elections."""
SILENT = re.compile(r'name="csrf[_-]token" (?:value|content)="[^"]*"')
PASSWORD = "mot de passe assez long"


@dataclass
class Place:
    """An election in one phase, behind a server, and what its addresses need."""

    phase: Phase
    store: Store
    url: str
    now: datetime
    election: str
    contest: str
    cookies: dict[str, str | None] = field(default_factory=dict)

    def routes(self):
        """(endpoint, address, roles that may come) of every route that answers GET in this phase."""
        app = create_app(Config(state=self.store.state), self.store)
        with app.test_request_context():
            for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
                if "GET" in (rule.methods or ()):
                    rules = declared(rule.endpoint)
                    assert rules is not None
                    grants = rules.grants
                    roles = [role for role in self.cookies if self._may_come(rule, grants, role)]
                    yield rule.endpoint, self._address(app, rule), roles

    def _may_come(self, rule, grants, role):
        if {"election_uuid", "contest_uuid"} & rule.arguments:
            return any(self.phase in grants.get(name, ()) for name in ("anyone", role))
        return bool({"anyone", role} & set(grants))

    def _address(self, app, rule):
        known = {
            "contest_uuid": self.contest,
            "election_uuid": self.election,
            "path": "manifest.json",
            **({"name": NAMES[rule.endpoint]} if rule.endpoint in NAMES else {}),
        }
        missing = rule.arguments - set(known)
        assert not missing, f"{rule.endpoint} needs {missing}: give this test a value"
        return app.url_map.bind("localhost").build(rule.endpoint, {name: known[name] for name in rule.arguments})


def _sign_in(place, elector=None):
    """A session of everybody who may have one."""
    place.cookies["anyone"] = None
    if elector is not None:
        place.cookies["elector"] = elector
    with place.store.registry.begin() as session:
        for role in DESK:
            own = None if role == "officer" else place.election
            name = f"{role}-{place.phase.value}"
            new = accounts.NewAccount(
                name, f"Une personne ({role})", f"{name}@exemple.fr", Role(role), PASSWORD, 1, own
            )
            account = accounts.create(session, new, OFFICER, place.now)
            place.cookies[role] = sessions.open_for(session, account, place.now)


def _draft_beside(world):
    """A draft in the same store, its candidacies filed, with a logo."""
    with world.store.registry.begin() as session:
        model, (opening, closing) = load("cav-2026-rehearsal"), (world.played.opening, world.played.closing)
        made = elections.create(session, model, OFFICER, world.now, opening=opening, closing=closing)
        sheet = world.played.fiction.candidacies.decode().splitlines()
        lines = [line for line in sheet if line.startswith((f"{LISTS};", "collège"))]
        for contest, filed in candidacies.read_file(session, made.uuid, "\n".join(lines).encode()).items():
            candidacies.replace(session, contest, filed, OFFICER, world.now)
            documents.put(session, contest, "liste-0", documents.LOGO, WIDE, OFFICER, world.now)
        # The office has shown them, so that everybody's page of a draft is there.
        elections.find(session, made.uuid).published = world.now
        return Place(Phase.DRAFT, world.store, world.url, world.now, made.uuid, made.contests[0].uuid)


@contextmanager
def _standing(world, phase):
    """The election in that phase, everybody signed in."""
    if phase is Phase.DRAFT:
        place = _draft_beside(world)
        _sign_in(place)
        yield place
        return
    if phase is Phase.OPEN:
        place = Place(phase, world.store, world.url, world.now, world.played.uuid, world.contests[LISTS])
        _sign_in(place, world.session(world.somebody()))
        yield place
        return
    person = world.somebody()
    with world.frozen() as frozen:
        frozen.counted()
        place = Place(phase, frozen.store, frozen.url, frozen.now, frozen.played.uuid, frozen.contests[LISTS])
        _sign_in(place, frozen.session(person))
        yield place


class Visit:
    """One role at its pages; what is wrong with them is gathered, so that a run tells all of it."""

    def __init__(self, browser, place, role, look):
        self.place, self.role, self.look = place, role, look
        self.context = browser.new_context(locale="fr-FR", viewport={"width": 360, "height": 740})
        self.context.set_default_timeout(60_000)
        cookie = place.cookies[role]
        if cookie is not None:
            self.context.add_cookies([{"name": "isoloir", "value": cookie, "url": place.url, "httpOnly": True}])
        self.page = self.context.new_page()
        self.noise: list[str] = []
        self.wrong: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))

    def _listen(self, said):
        if said.type in ("error", "warning"):
            self.noise.append(said.text)

    def see(self, endpoint, address, seen):
        """Whether there is a page under the address; if nobody has seen the same, it is looked at."""
        answer = self.context.request.get(self.place.url + address, max_redirects=0)
        where = f"{self.place.phase.value}, {self.role}, {endpoint}"
        if answer.status in (302, 303):
            return
        if answer.status != 200:
            if endpoint not in NOTHING_THERE:
                self.wrong.append(f"{where}: answered with {answer.status}")
            return
        if not answer.headers["content-type"].startswith("text/html") or "content-disposition" in answer.headers:
            return
        digest = hashlib.sha256(SILENT.sub("", answer.text()).encode()).hexdigest()
        if digest in seen:
            return
        seen.add(digest)
        try:
            self._look(where, address)
        except AssertionError as error:
            self.wrong.append(f"{where}: {error}")

    def _look(self, where, address):
        page = self.page
        self.noise.clear()
        page.goto(self.place.url + address)
        page.wait_for_load_state("networkidle")
        assert page.locator("main h1:visible").count() == 1, "not one h1"
        assert re.fullmatch(r".+ – Isoloir", page.title()), f"title {page.title()!r}"
        assert page.locator("html").get_attribute("lang") == "fr", "lang"
        self.look(self, where)
        shots.take(page, where)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 740})
            wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide[0] <= wide[1], f"scrolls sideways: {wide}"
        page.set_viewport_size({"width": 360, "height": 740})
        assert self.noise == [], self.noise


@pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.OPEN, Phase.PROCLAIMED], ids=lambda phase: phase.value)
def test_every_page_of_every_role(phase, world, chromium, look):
    seen: set[str] = set()
    wrong: list[str] = []
    with _standing(world, phase) as place:
        routes = list(place.routes())
        for role in place.cookies:
            visit = Visit(chromium, place, role, look)
            for endpoint, address, roles in routes:
                if role in roles:
                    visit.see(endpoint, address, seen)
            wrong += visit.wrong
            visit.context.close()
    assert wrong == [], "\n".join(wrong)
    assert len(seen) > 10
