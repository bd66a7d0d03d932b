"""A small election under vote, played by the demo's staging from a model of its own, and what tests do to it.

Two contests and two issuers. College "a" has two hundred electors and publishes in small batches; college "b" has
three, and one batch at the freeze. Thirty electors of "a" have their casting requests ready, tokens and all, so that
a test of the door need not play the device. An election is made once and copied for every test, at four of its
stages: drafted, held, sealed, open.
"""

import fcntl
import json
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from elections import casting, issuer, keyholders, urn
from elections.casting import Voter
from elections.demo.fiction import Fiction, Person
from elections.demo.staging import HOLDERS, OFFICER, Staging
from elections.elector import Booth
from elections.holder.program import Holder
from elections.protocol.entry import Entry
from elections.protocol.log import Checkpoint
from elections.protocol.request import CastRequest
from elections.registry import elections, register
from elections.registry.tables import Signature
from elections.rules.models import parse
from elections.rules.phases import Phase
from elections.storage import Store
from tests.conftest import shared_by_workers

MODEL = """
format = "isoloir-model-1"
based_on = "cav-2026"
title = "Petite élection"
rehearsal = false
grace = 600
[batches]
at_once = 9
every = 600
keep_back = 3
publish_at = 6
single_below = 20
[[contests]]
key = "a"
title = "Un délégué"
college = "Premier collège"
seats = 1
method = "plurality"
parameters = { article = "art. 1", tie = "draw" }
order = "alphabetical"
articles = ["art. 1"]
[[contests]]
key = "b"
title = "Une déléguée"
college = "Second collège"
seats = 1
method = "plurality"
parameters = { article = "art. 2", tie = "draw" }
order = "alphabetical"
articles = ["art. 2"]
"""

DRAFTED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SEALED = datetime(2026, 2, 5, 9, 0, tzinfo=UTC)
OPENING = datetime(2026, 2, 6, 8, 0, tzinfo=UTC)
CLOSING = datetime(2026, 2, 12, 15, 0, tzinfo=UTC)
FREEZING = CLOSING + timedelta(seconds=600)
NOON = datetime(2026, 2, 9, 12, 0, tzinfo=UTC)
"""A moment in the middle of the vote."""
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)

SIZE, SMALL = 200, 3
READY = range(1, 31)
"""The electors of "a" whose requests are ready; the others have asked for nothing yet."""
FRESH = range(31, SIZE + 1)
STRANGER = SIZE + 1
"""An elector of "b"."""
CHOICES = (0, 0, 1, None)
"""Whom elector n votes for is CHOICES[n % 4]: never a tie."""


def fiction(size=SIZE):
    """The people and candidacies of the small election."""
    people = [_person(f"electrice-{n:03}", "a") for n in range(1, size + 1)]
    people += [_person(f"suppleante-{n:03}", "b") for n in range(1, SMALL + 1)]
    roll = ["identifiant;nom;prénom;email;collège;rôle d'inscription"]
    roll += [f"{p.identifier};{p.last_name};{p.first_name};{p.email};{p.college};{p.unit}" for p in people]
    filed = ["collège;candidature;titre;titulaire;suppléant"]
    filed += [f"{key};{key}-{n};;CANDIDAT{n} {key};SUPPLEANT{n} {key}" for key in "ab" for n in (1, 2)]
    return Fiction(tuple(people), "\n".join([*roll, ""]).encode(), "\n".join([*filed, ""]).encode(), {})


def _person(identifier, college):
    """Somebody whose every cell is long enough to be looked for among other bytes."""
    return Person(identifier, f"Nom de {identifier}", f"Prénom de {identifier}", college, "Cour d'appel de Paris")


def play(folder, store, size=SIZE, issuers=("issuer-1", "issuer-2"), snapshot=lambda _stage, _staging: None):
    """The small election up to its opening, in the empty state `store`; key files go below `folder`."""
    (folder / "holders").mkdir()
    staging = _staging(folder, store, fiction(size), issuers)
    with mock.patch("elections.demo.staging.load", lambda name: parse(MODEL.encode(), name)):
        staging.draft("small", "Ed25519", OPENING, CLOSING, DRAFTED)
    snapshot("drafted", staging)
    staging.hold(DRAFTED)
    snapshot("held", staging)
    staging.seal(SEALED)
    snapshot("sealed", staging)
    staging.open(OPENING)
    return staging


def _staging(folder, store, played, issuers=("issuer-1", "issuer-2")):
    return Staging(store, played, folder / "holders", {role: f"passphrase of {role}" for role in HOLDERS}, issuers)


def made_once(tmp_path_factory, name, make):
    """A folder that the worker who comes first makes by `make(folder)`; the others wait for it."""
    shared = shared_by_workers(tmp_path_factory)
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            make(folder)
            (folder / "done").touch()
    return folder


def build(master):
    """Make the election that all tests copy: `master` has a folder for each stage, `open` being complete last."""
    folder = master / "open"
    folder.mkdir(parents=True)

    def keep(stage, staging, bodies=None):
        kept = {name: getattr(staging, name) for name in ("uuid", "contests", "numbers", "codes")}
        (folder / "world.json").write_text(json.dumps({**kept, "bodies": bodies or {}}))
        if stage != "open":
            shutil.copytree(folder, master / stage)

    with Store.create(folder / "state") as store:
        staging = play(folder, store, snapshot=keep)
        world = World(folder, store, staging)
        keep("open", staging, {number: world.prepare(number, CHOICES[number % 4]).decode() for number in READY})


def open_copy(master, folder):
    """A copy of the election, opened."""
    shutil.copytree(master, folder)
    return reopen(folder)


def reopen(folder):
    """The election in that folder, opened."""
    kept = json.loads((folder / "world.json").read_text())
    store = Store.open(folder / "state")
    staging = _staging(folder, store, fiction())
    for name in ("uuid", "contests", "numbers"):
        setattr(staging, name, kept[name])
    staging.codes = {int(number): code for number, code in kept["codes"].items()}
    staging.opening, staging.closing = OPENING, CLOSING
    staging.booths = Booths(store)
    return World(folder, store, staging, {int(number): body.encode() for number, body in kept["bodies"].items()})


class Booths(dict):
    """The checked booth of each contest, opened when it is first asked for."""

    def __init__(self, store):
        super().__init__()
        self._store = store

    def __missing__(self, uuid):
        self[uuid] = booth = Booth.open(*casting.open_booth(self._store, uuid))
        return booth


@dataclass
class World:
    """The small election, open; what is asked without a contest is asked of "a"."""

    folder: Path
    store: Store
    staging: Staging
    bodies: dict = field(default_factory=dict)

    @property
    def a(self):
        """The uuid of the contest of college "a"."""
        return self.staging.contests["a"]

    @property
    def b(self):
        """And of "b"."""
        return self.staging.contests["b"]

    @property
    def booth(self):
        """What a device has checked of "a"."""
        return self.staging.booths[self.a]

    # --- An elector -----------------------------------------------------------------------------------

    def elector(self, number, college="a", now=NOON):
        """Her device, signed in."""
        uuid = self.staging.contests[college]
        identifier = next(name for name, found in self.staging.numbers.items() if found == number)
        assert uuid
        return self.staging.elector(identifier, college, now)

    def tokens(self, elector, now=NOON):
        """Her tokens of both issuers."""
        found = []
        for public in elector.booth.setup.issuers:
            z, signature = elector.request(public)
            found.append(elector.token(public, self.ask(elector, public.id, z, signature, now)))
        return found

    def ask(self, elector, issuer_id, z, signature, now=NOON, opened_at=None):
        """An issuer's answer."""
        voter = Voter(elector.number, opened_at or now)
        return casting.issue_token(self.store, elector.booth.setup.uuid, voter, issuer_id, z, signature, now)

    def request(self, number, choice=0, college="a", now=NOON):
        """A casting request with a fresh ballot."""
        elector = self.elector(number, college, now)
        return elector.cast(elector.booth.vote(choice), self.tokens(elector, now))

    def prepare(self, number, choice=0, college="a"):
        """A fresh casting request as it travels."""
        return self.request(number, choice, college).encode(self.staging.booths[self.staging.contests[college]].length)

    def body(self, number):
        """The request that is ready."""
        return self.bodies[number]

    def cast(self, number, body=None, now=NOON, *, opened_at=None, college="a"):
        """Send a request; the one that is ready if no other is given."""
        raw = self.bodies[number] if body is None else body
        return casting.cast(self.store, self.staging.contests[college], Voter(number, opened_at or now), raw, now)

    def entry(self, body):
        """What a request brings to the urn."""
        return CastRequest.parse(body, len(body)).entry

    # --- What is there --------------------------------------------------------------------------------

    def counts(self, contest=None):
        """(signatures, ballots, open attempts)."""
        uuid = contest or self.a
        with self.store.registry_reader() as session:
            found = register.count(session, uuid)
        with self.store.urn_reader() as session:
            return found.signatures, urn.count(session, uuid), found.attempts

    def numbers(self, contest=None):
        """Who has signed."""
        with self.store.registry_reader() as session:
            rows = session.query(Signature.number).where(Signature.contest_uuid == (contest or self.a))
            return sorted(number for (number,) in rows)

    def phases(self, contest=None):
        """The phase as registry, issuers and urn know it."""
        uuid = contest or self.a
        with self.store.registry_reader() as session:
            found = Phase(elections.contest(session, uuid).phase), issuer.phase(session, uuid)
        with self.store.urn_reader() as session:
            return (*found, urn.phase(session, uuid))

    def row(self, contest=None):
        """The contest's row of the registry, to look at."""
        with self.store.registry_reader() as session:
            return elections.contest(session, contest or self.a)

    def trackers(self, contest=None):
        """The trackers of all ballots of a frozen contest."""
        with self.store.urn_reader() as session:
            return {Entry.parse(leaf, "entry").tracker for leaf in urn.entries(session, contest or self.a)}

    def checkpoints(self, contest=None):
        """Every checkpoint, checked, and that the log extends each of them."""
        uuid = contest or self.a
        key = self.booth.setup.urn_key
        with self.store.urn_reader() as session:
            notes = urn.checkpoints(session, uuid)
            for note in notes:
                urn.check_extends(session, uuid, key, note)
        return notes

    def sizes(self, contest=None):
        """The sizes that the checkpoints state."""
        key = self.booth.setup.urn_key
        return [Checkpoint.parse(key.check(note, "note"), "note").size for note in self.checkpoints(contest)]

    # --- The office -----------------------------------------------------------------------------------

    def act(self, name, actor, now, contest=None, reason=None):
        """An act of the board, or of the clock."""
        self.staging.on(contest or self.a, name, actor, now, reason)

    def holder(self, role):
        """The program of a key holder, her key file open."""
        return Holder.open(self.staging.key(role), self.staging.passphrases[role])

    def amend(self, now, roles=HOLDERS):
        """These holders sign every amendment that waits for them."""
        inputs = keyholders.inputs(self.store, self.staging.uuid, OFFICER, now)
        for role in [role for role in inputs if role in roles]:
            step, document = inputs[role]
            assert step == "amend"
            answer = self.holder(role).amend(document).answer
            keyholders.take(self.store, self.staging.uuid, answer, OFFICER, now)

    def freeze(self):
        """Closing and freeze of both contests at their hours."""
        return self.staging.freeze()

    def finish(self):
        """From frozen contests to the published record; its folder."""
        self.staging.decrypt(self.folder / "frozen", FREEZING + HOUR)
        self.staging.draw(self.folder / "frozen", FREEZING + HOUR)
        return self.staging.proclaim(FREEZING + 2 * HOUR)[0]
