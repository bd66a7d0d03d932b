"""An open election behind a real server, small enough to be made for a test run, and what an elector holds of it.

Contests of the model, lists (`s1`) and tickets (`s3a`), and one of several seats (`bloc`), or some of them. Everything
goes through the doors, by the demo's own staging. `World.frozen` closes a copy, so that what browsers cast can be
compared with what comes out.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections import Counter
from contextlib import contextmanager
from copy import copy as copy_of
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import waitress
from waitress import wasyncore

from elections import post
from elections.app import create_app
from elections.config import Config
from elections.demo.fiction import Fiction, Person
from elections.demo.staging import HOLDERS, OFFICER, Staging
from elections.protocol.canonical import parse
from elections.registry import accounts, documents, elections, register, roll, sessions
from elections.rules.models import Model, load
from elections.storage import Store
from tests.documents import pdf, png
from tests.web.site import enrol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from elections.registry.accounts import NewAccount
    from elections.registry.tables import Account
LISTS, TICKETS, BLOCK = "s1", "s3a", "bloc"
TITLES = ("Liste de l'Aube", "Liste du Midi & du Soir", "Liste « Minuit »")
PEOPLE = ("ARDOISE Inès", "BRUYÈRE Noé")
SEVERAL = ("CORMIER Ève", "DIAPASON Luc", "ÉTOILE Mia")
"""Of whom two are elected, each alone on a ticket."""
WIDE, HIGH = png(200, 50), png(40, 100, (138, 75, 0))
"""The logos of the first two lists."""
_ELECTORS = 120
"""For one worker that runs all browser tests; each elector votes once."""


class World:
    """One open election, its electors not yet used, its server's address, and the hour there if we set it."""

    def __init__(self, store: Store, folder: Path, played: Staging, url: str, hour: datetime | None = None) -> None:
        self.store, self.folder, self.played, self.url = store, folder, played, url
        self.hour = hour
        self.clicked: Counter[tuple[str, str]] = Counter()
        """How often electors of a college cast a vote for something, by the words they clicked; "" stands for any."""
        people = played.fiction.people
        self._people = {
            college: iter([person for person in people if person.college == college]) for college in self.contests
        }

    @property
    def contests(self) -> dict[str, str]:
        """Contest uuid by college."""
        return self.played.contests

    @property
    def now(self) -> datetime:
        """The hour that the server goes by."""
        return self.hour or datetime.now(UTC).replace(microsecond=0)

    def somebody(self, college: str = LISTS) -> Person:
        """An elector who has done nothing yet."""
        return next(self._people[college])

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
        found = re.search(r"^ +([0-9 ]+)\s*$", body, re.MULTILINE)
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
        """The same election, frozen an hour ago, on a copy, behind a server of its own."""
        with self._copied() as played:
            after = played.freeze() + timedelta(hours=1)
            with serving(played.store, lambda: after) as url:
                yield World(played.store, played.keys.parent, played, url, after)

    @contextmanager
    def before_closing(self, minutes: int) -> Iterator[tuple[World, datetime, datetime]]:
        """The same election so long before its closing, on a copy whose hour may be set; its closing, its grace."""
        with self._copied() as played:
            with played.store.registry_reader() as session:
                contest = elections.contest(session, self.contests[LISTS])
                closing, last = contest.closing, register.last_hour(contest)
            late = copy_of(self)
            late.store, late.played, late.hour = played.store, played, closing - timedelta(minutes=minutes)
            with serving(played.store, lambda: late.now) as late.url:
                yield late, closing, last

    @contextmanager
    def _copied(self) -> Iterator[Staging]:
        with TemporaryDirectory(dir=self.folder) as name:
            copy = shutil.copytree(self.store.state, Path(name) / "state")
            with Store.open(copy) as store:
                played = copy_of(self.played)
                played.store = store
                # A key opens one tally and never a second one, so that each copy needs keys of its own.
                played.keys = shutil.copytree(self.played.keys, Path(name) / "keys")
                yield played

    def counted(self) -> dict[str, dict[str, object]]:
        """result.json of every contest of a frozen election, counted by its holders and verified."""
        self.played.decrypt(self.folder / "record", self.now)
        published, _ = self.played.proclaim(self.now)
        shutil.rmtree(self.folder / "record")
        return {
            college: parse((published / uuid / "result.json").read_bytes(), "result.json")
            for college, uuid in self.contests.items()
        }


def at_the_desk(session: Session, store: Store, new: NewAccount, now: datetime) -> Account:
    """The account of that login, made if nobody has it, with the second factor without which the desk stays shut."""
    known = accounts.by_login(session, new.login)
    if known is not None:
        return known
    account = accounts.create(session, new, OFFICER, now)
    enrol(session, store, new.login, now)
    return account


@contextmanager
def serving(
    store: Store, clock: Callable[[], datetime] | None = None, port: int = 0, config: Config | None = None
) -> Iterator[str]:
    """The site over a state, on a free port of this machine or a certain one; its address."""
    config = config or Config(state=store.state)
    app = create_app(config, store) if clock is None else create_app(config, store, clock)
    server = waitress.create_server(
        app, host="127.0.0.1", port=port, threads=8, ident=None, max_request_body_size=10**7
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # Lines that are open are cut: a server that has ended answers nobody.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()


@contextmanager
def open_world(
    folder: Path,
    group: str,
    colleges: tuple[str, ...],
    issuers: tuple[str, ...],
    titles: tuple[str, ...] = TITLES,
    logos: tuple[bytes, ...] = (WIDE, HIGH),
) -> Iterator[World]:
    """A new election in this group with these contests, lists and logos of the first lists, open from now on."""
    now = datetime.now(UTC).replace(microsecond=0)
    (folder / "keys").mkdir()
    with Store.create(folder / "state") as store:
        played = Staging(
            store, _fiction(colleges, titles), folder / "keys", dict.fromkeys(HOLDERS, "a passphrase"), issuers
        )
        played.draft(_model(colleges), group, now, now + timedelta(days=1), now)
        _hand_in(played, logos, now)
        played.hold(now)
        played.seal(now)
        played.open(now)
        with serving(store) as url:
            yield World(store, folder, played, url)


def _hand_in(played: Staging, logos: tuple[bytes, ...], now: datetime) -> None:
    """Logos of the first lists, and the statement of the very first."""
    if LISTS not in played.contests:
        return
    papers = [(f"liste-{place}", documents.LOGO, raw) for place, raw in enumerate(logos)]
    with played.store.registry.begin() as session:
        for candidacy, kind, raw in (*papers, ("liste-0", documents.STATEMENT, pdf())):
            documents.put(session, played.contests[LISTS], candidacy, kind, raw, OFFICER, now)


def _model(colleges: tuple[str, ...]) -> Model:
    model = load("cav-2026-rehearsal")
    rule = {"article": "art. 1", "tie": "draw"}
    block = replace(
        model.contests[0],
        key=BLOCK,
        title="Deux délégués",
        method="block",
        seats=2,
        parameters=rule,
        candidacies=None,
        electors=None,
    )
    contests = (*model.contests, block)
    return replace(model, contests=tuple(contest for contest in contests if contest.key in colleges))


def _fiction(colleges: tuple[str, ...], titles: tuple[str, ...]) -> Fiction:
    people = tuple(
        Person(f"{college}-{place}", f"Nom {place}", "Prénom", college, "unité")
        for college in colleges
        for place in range(_ELECTORS)
    )
    rolled = [f"{p.identifier};{p.last_name};{p.first_name};{p.email};{p.college};{p.unit}" for p in people]
    standing = {
        LISTS: [
            f"{LISTS};liste-{place};{title};CANDIDAT {place}-{rank};SUPPLÉANT {place}-{rank}"
            for place, title in enumerate(titles)
            for rank in range(6)
        ],
        TICKETS: [f"{TICKETS};ticket-{place};;{name};SUPPLÉANT {place}" for place, name in enumerate(PEOPLE)],
        BLOCK: [f"{BLOCK};nom-{place};;{name};" for place, name in enumerate(SEVERAL)],
    }
    filed = [line for college in colleges for line in standing[college]]
    roll_sheet = "\n".join(["identifiant;nom;prénom;email;collège;rôle d'inscription", *rolled, ""])
    candidacies = "\n".join(["collège;candidature;titre;titulaire;suppléant", *filed, ""])
    return Fiction(people, roll_sheet.encode(), candidacies.encode(), {})
