"""An open election behind a real server, small enough to be made for a test run, and what an elector holds of it.

Two contests of the model: lists (`s1`) and tickets (`s3a`). Everything goes through the doors, by the demo's own
staging. `World.counted` counts a copy, so that what browsers cast can be compared with what comes out.
"""

from __future__ import annotations

import re
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import count
from typing import TYPE_CHECKING

import waitress

from elections import post
from elections.app import create_app
from elections.config import Config
from elections.demo import staging
from elections.demo.fiction import Fiction
from elections.demo.staging import HOLDERS, Staging
from elections.protocol.canonical import parse
from elections.registry import register, roll, sessions
from elections.rules import models
from elections.storage import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

MODEL = "cav-2026-rehearsal"
LISTS, TICKETS = "s1", "s3a"
TITLES = ("Liste de l'Aube", "Liste du Midi & du Soir", "Liste « Minuit »")
PEOPLE = ("ARDOISE Inès", "BRUYÈRE Noé")
_ELECTORS = 40


@dataclass(frozen=True)
class Person:
    """An elector of the test's fiction."""

    identifier: str
    college: str


class World:
    """One open election, its electors not yet used, and its server's address."""

    def __init__(self, store: Store, folder: Path, played: Staging, url: str, hour: datetime | None = None) -> None:
        self.store, self.folder, self.played, self.url = store, folder, played, url
        self._hour = hour
        self._people = {college: count() for college in (LISTS, TICKETS)}

    @property
    def contests(self) -> dict[str, str]:
        """Contest uuid by college."""
        return self.played.contests

    @property
    def now(self) -> datetime:
        """The hour that the server goes by."""
        return self._hour or datetime.now(UTC).replace(microsecond=0)

    def somebody(self, college: str = LISTS) -> Person:
        """An elector who has done nothing yet."""
        return Person(f"{college}-{next(self._people[college])}", college)

    def code(self, person: Person) -> str:
        """The voting code, as the letter prints it."""
        return self.played.codes[self.played.numbers[person.identifier]]

    def session(self, person: Person) -> str:
        """The cookie of a session that was just opened."""
        with self.store.registry.begin() as session:
            elector = roll.by_identifier(session, self.played.uuid, person.identifier)
            assert elector is not None
            return sessions.open_for(session, elector, self.now)

    def end_sessions(self, person: Person) -> None:
        """Sign this elector out everywhere."""
        with self.store.registry.begin() as session:
            elector = roll.by_identifier(session, self.played.uuid, person.identifier)
            assert elector is not None
            sessions.end_all(session, elector, self.now)

    def one_time_code(self, person: Person) -> str:
        """The code in the last message to this elector, delivered now."""
        outbox = self.folder / "outbox"
        post.deliver(self.store.registry, post.Folder(outbox, "elections@example"), self.now)
        letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(outbox.iterdir())]
        body = [letter for letter in letters if letter["To"].startswith(f"{person.identifier}@")][-1].get_content()
        found = re.search(r"^ +([0-9 ]+)$", body, re.MULTILINE)
        assert found is not None, body
        return found[1]

    def signatures(self, college: str) -> int:
        """How many have signed."""
        with self.store.registry_reader() as session:
            return register.count(session, self.contests[college]).signatures

    def signed(self, person: Person) -> bool:
        """Whether this elector has."""
        number = self.played.numbers[person.identifier]
        with self.store.registry_reader() as session:
            return register.signature_of(session, self.contests[person.college], number) is not None

    @contextmanager
    def frozen(self) -> Iterator[World]:
        """The same election after its closing, on a copy, behind a server of its own."""
        copy = self.folder / "frozen"
        shutil.copytree(self.store.state, copy)
        with Store.open(copy) as store:
            played = replace(self.played, store=store)
            played.freeze()
            after = self.played.closing + timedelta(hours=1)
            with serving(store, after) as url:
                yield World(store, self.folder, played, url, after)
        shutil.rmtree(copy)

    def counted(self) -> dict[str, dict[str, object]]:
        """result.json of every contest of a frozen election, counted by its holders and verified."""
        after = self.played.closing + timedelta(hours=1)
        self.played.decrypt(self.folder / "record", after)
        published = self.played.proclaim(after)
        shutil.rmtree(self.folder / "record")
        return {
            college: parse((published / uuid / "result.json").read_bytes(), "result.json")
            for college, uuid in self.contests.items()
        }


@contextmanager
def serving(store: Store, now: datetime | None = None) -> Iterator[str]:
    """The site over a state, on a free port of this machine; its address. `now` stops its clock."""
    config = Config(state=store.state)
    app = create_app(config, store) if now is None else create_app(config, store, lambda: now)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8, ident=None, max_request_body_size=10**7)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=10)


@contextmanager
def open_world(folder: Path, group: str, patch: pytest.MonkeyPatch) -> Iterator[World]:
    """A new election in this group, open from now on."""
    patch.setattr(staging, "load", _two_contests)
    now = datetime.now(UTC).replace(microsecond=0)
    (folder / "keys").mkdir()
    with Store.create(folder / "state") as store:
        played = Staging(store, _fiction(), folder / "keys", dict.fromkeys(HOLDERS, "a passphrase"))
        played.draft(MODEL, group, now, now + timedelta(days=1), now)
        played.hold(now)
        played.seal(now)
        played.open(now)
        with serving(store) as url:
            yield World(store, folder, played, url)


def _two_contests(name: str) -> models.Model:
    model = models.load(name)
    return replace(model, contests=tuple(contest for contest in model.contests if contest.key in (LISTS, TICKETS)))


def _fiction() -> Fiction:
    electors = [(f"{college}-{place}", college) for college in (LISTS, TICKETS) for place in range(_ELECTORS)]
    rolled = [f"{name};NOM;Prénom;{name}@magistrats.example;{college};unité" for name, college in electors]
    standing = [
        f"{LISTS};liste-{place};{title};CANDIDAT {place}-{rank};SUPPLÉANT {place}-{rank}"
        for place, title in enumerate(TITLES)
        for rank in range(6)
    ]
    standing += [f"{TICKETS};ticket-{place};;{name};SUPPLÉANT {place}" for place, name in enumerate(PEOPLE)]
    roll_sheet = "\n".join(["identifiant;nom;prénom;email;collège;rôle d'inscription", *rolled])
    candidacies = "\n".join(["collège;candidature;titre;titulaire;suppléant", *standing])
    return Fiction((), f"{roll_sheet}\n".encode(), f"{candidacies}\n".encode(), {})
