"""An election in a phase with somebody of every role, and what the addresses of its pages need to lead somewhere."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from elections import receiving
from elections.app import create_app
from elections.config import Config
from elections.demo.staging import OFFICER
from elections.protocol.canonical import sha256_hex
from elections.registry import (
    accounts,
    candidacies,
    documents,
    elections,
    factors,
    incidents,
    nominations,
    roll,
    roll_trials,
    sessions,
)
from elections.registry.incidents import Notice
from elections.registry.invitations import Guest, invite
from elections.registry.journal import Actor
from elections.rules.models import load
from elections.rules.phases import Phase, Role
from elections.web.access import declared
from elections.web.setup.screens import ELECTION, OF_CONTEST
from tests.browser.world import BLOCK, LISTS, WIDE, at_the_desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from elections.rules.models import Model
    from elections.storage import Store
    from tests.browser.world import World

DESK = [role.value for role in Role if role is not Role.CLOCK]
NAMES: dict[str, dict[str, list[object]]] = {
    "board.draft": {"name": ["resultats"]},
    "documents.piece": {"name": [sha256_hex(WIDE)]},
    "public.sealed_file": {"name": ["setup.json"]},
    "static": {"name": ["icon.svg"]},
    "roll_trial.take_home": {"part": ["changements"]},
    "setup.part": {"slug": list(ELECTION)},
    "setup.contest_part": {"slug": list(OF_CONTEST)},
}
"""What an argument is, by route; of a part of the settings, each."""
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
    own: dict[str, int] = field(default_factory=dict)
    """The second factor of each role's account."""
    made: dict[tuple[str, str], object] = field(default_factory=dict)
    """What an argument is in the routes of one room, by both names."""

    def pages(self, role: str) -> Iterator[tuple[str, str]]:
        """(endpoint, address) of every route that answers GET to such a person in this phase."""
        app = create_app(Config(state=self.store.state), self.store)
        with app.test_request_context():
            for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
                found = declared(rule.endpoint)
                assert found is not None
                if "GET" in (rule.methods or ()) and self._may_come(rule, found.grants, role):
                    for values in self._values(rule, role):
                        yield rule.endpoint, app.url_map.bind("localhost").build(rule.endpoint, values)

    def _may_come(self, rule, grants, role):
        if {"election_uuid", "contest_uuid"} & rule.arguments:
            return any(self.phase in grants.get(name, ()) for name in ("anyone", role))
        return bool({"anyone", role} & set(grants))

    def _values(self, rule, role):
        """The arguments of the addresses of a route."""
        blueprint = rule.endpoint.partition(".")[0]
        known = {
            "contest_uuid": self.contest,
            "election_uuid": self.election,
            "scrutin": self.contest,
            "echeance": "general-roll",
            "path": "manifest.json",
            "login": f"delegate-{self.phase.value}",
            "factor_id": self.own.get(role),
            **{name: value for (room, name), value in self.made.items() if room == blueprint},
        }
        given: dict[str, list[object]] = {name: [value] for name, value in known.items()}
        given |= NAMES.get(rule.endpoint, {})
        missing = rule.arguments - set(given)
        assert not missing, f"{rule.endpoint} needs {missing}: give tests/browser/places.py a value"
        several = next((name for name in rule.arguments if len(given[name]) > 1), None)
        one = {name: given[name][0] for name in rule.arguments}
        return [one | {several: value} for value in given[several]] if several else [one]


@contextmanager
def standing(world: World, phase: Phase) -> Iterator[Place]:
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
    with world.frozen() as frozen, pytest.MonkeyPatch.context() as patch:
        frozen.counted()
        # After a rehearsal nobody sits, and its pages of mandates would not be there.
        patch.setattr(elections, "model_of", lambda _: _with_mandates())
        with frozen.store.registry.begin() as session:
            elections.find(session, frozen.played.uuid).rehearsal = False
        place = Place(phase, frozen.store, frozen.url, frozen.now, frozen.played.uuid, frozen.contests[LISTS])
        _sign_in(place, frozen.session(person))
        yield place


def _with_mandates() -> Model:
    """The model whose members sit for a term, with the world's own contest of several seats."""
    model = load("cav-2026")
    assert model.mandate is not None
    block = replace(model.mandate.replacements[0], contests=(BLOCK,))
    return replace(model, mandate=replace(model.mandate, replacements=(*model.mandate.replacements, block)))


def _sign_in(place: Place, elector: str | None = None) -> None:
    """A session of everybody who may have one, with a second factor; and an incident, an invitation."""
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
            account = at_the_desk(session, place.store, new, place.now)
            place.own[role] = factors.of(session, name)[0].id
            place.cookies[role] = sessions.open_for(session, account, place.now)
        number = 2 + list(Phase).index(place.phase)
        address = f"invitee-{place.phase.value}@exemple.fr"
        guest = Guest("Une invitée", address, Role.OBSERVER, number, election_uuid=place.election)
        place.made["invited", "token"] = invite(session, guest, OFFICER, place.now)[1]
        place.made["electors", "number"] = 1
        if place.phase is not Phase.DRAFT:
            notice = Notice("network", "Panne du réseau", place.now - timedelta(minutes=5), "help", place.contest)
            entered = incidents.enter(session, place.election, notice, Actor(Role.PRESIDENT), place.now)
            place.made["incidents", "number"] = entered
    for room in ("nominations", "filings"):
        place.made.setdefault((room, "name"), "liste-0")


def _draft_beside(world: World) -> Place:
    """A draft in the same store: candidacies and a roll, one filed on line, a file that waits, a logo."""
    opening = world.now + timedelta(days=90)
    with world.store.registry.begin() as session:
        made = elections.create(
            session, load("cav-2026"), OFFICER, world.now, opening=opening, closing=opening + timedelta(days=5)
        )
        contest = made.contests[0].uuid
        place = Place(Phase.DRAFT, world.store, world.url, world.now, made.uuid, contest)
        lines = [line for line in _lines(world.played.fiction.candidacies) if line.startswith((f"{LISTS};", "collège"))]
        for uuid, filed in candidacies.read_file(session, made.uuid, "\n".join(lines).encode()).items():
            candidacies.replace(session, uuid, filed, OFFICER, world.now)
        documents.put(session, contest, "liste-0", documents.LOGO, WIDE, OFFICER, world.now)
        rolled = [line for line in _lines(world.played.fiction.roll) if f";{LISTS};" in line or "collège" in line]
        enrolled = roll.read_file(session, made.uuid, "\n".join(rolled).encode())
        roll.apply(session, made.uuid, enrolled, OFFICER, world.now)
        changed = [*rolled[:20], *(line.replace("Prénom", "Autre prénom") for line in rolled[20:25]), *rolled[30:]]
        trial = roll_trials.keep(session, made.uuid, "liste.csv", "\n".join(changed).encode(), world.now)
        place.made["roll_trial", "trial"] = trial
    _file_on_line(place)
    with world.store.registry.begin() as session:
        # The office has shown them, so that everybody's page of a draft is there.
        elections.find(session, place.election).published = world.now
    return place


def _file_on_line(place: Place) -> None:
    """A candidacy of the first delegate, filed."""
    delegate = Actor(Role.DELEGATE, 1)
    with place.store.registry.begin() as session:
        begun = nominations.begin(session, place.contest, "Union", "Union", None, delegate, place.now)
        name = begun.candidacy
        content = {
            "delegate": None,
            "names": [{"substitute": f"SUPPLÉANT {n}", "titular": f"TITULAIRE {n}"} for n in range(6)],
            "persons": [{"titular": {"sex": "f"}, "substitute": {"sex": "m"}} for _ in range(6)],
            "title": "Union",
            "union": "Union",
        }
        nominations.save(session, begun, content, begun.revision, delegate, place.now)
        documents.put(session, place.contest, name, documents.LOGO, WIDE, delegate, place.now, online=True)
    receiving.file(place.store, place.contest, name, delegate, place.now)
    for room in ("nominations", "filings"):
        place.made[room, "name"] = name


def _lines(sheet: bytes) -> list[str]:
    return sheet.decode().splitlines()
