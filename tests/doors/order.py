"""Two hundred elections at the storage of the urn, and what its files tell of the order in which ballots came.

Ballots are random bytes of a ballot's size, put one in each transaction, as casts are. An election has one small
batch after half of the ballots and the last one at the freeze, since whoever knows the hours of all signatures
learns the batch from the log itself: what may be guessed is the order within one. A *view* gives every ballot of a
batch a place: where its bytes lie in the file, where its marks lie, its rank in a table's own order. If storage
keeps nothing, places and arrivals are as independent as two shuffles.
"""

from __future__ import annotations

import math
import pickle
import secrets
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import event

from elections import urn
from elections.protocol.log import leaf_hash
from elections.protocol.note import NoteKey
from elections.protocol.setup import Batches
from elections.rules.phases import Phase
from elections.storage import Store, sqlite_engine
from elections.storage.engines import vacuum, writing
from elections.urn.marks import marks_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

BALLOTS = 12
BATCHES = Batches(at_once=6, every=600, keep_back=2, publish_at=4, single_below=8)
LEAF = 4000
"""Bytes of an entry: three choices, their proofs and one token."""
PIECES = (0, 1900, 3800)
"""Where an entry is looked for: a database may keep its beginning and its rest in different places."""
KEY = NoteKey("urn", bytes(32))
MOMENTS = ("waiting", "published", "frozen")
"""Before the first batch, when nothing has been written anew; just after it; after the freeze."""


@dataclass
class Arrival:
    """One ballot and its attempt."""

    leaf: bytes
    arrival: bytes
    marks: list


def make() -> Arrival:
    """A ballot as the urn sees it."""
    values = [secrets.token_hex(32) for _ in range(5)]
    leaf = secrets.token_hex((LEAF - secrets.randbelow(60)) // 2).encode()
    return Arrival(leaf, secrets.token_bytes(32), values)


@dataclass
class Statistic:
    """Of one view: rank correlations, and how often its ends were the first and the last to come."""

    correlations: list = field(default_factory=list)
    """(Spearman's ρ, its variance if nothing is kept) of each batch."""
    guesses: list = field(default_factory=list)
    """(how often a guess was right, its chance) of each batch: the first and the last ballot, from either end."""

    def add(self, places: list[int]) -> None:
        """One batch: `places` of its ballots, in the order in which they came."""
        count = len(places)
        if count < 3:
            return
        ranks = {place: rank for rank, place in enumerate(sorted(places))}
        squares = sum((ranks[place] - rank) ** 2 for rank, place in enumerate(places))
        self.correlations.append((1 - 6 * squares / (count * (count * count - 1)), 1 / (count - 1)))
        for guess in (min(places), max(places)):
            self.guesses += [(places[0] == guess, 1 / count), (places[-1] == guess, 1 / count)]

    @property
    def mean(self) -> float:
        """The mean correlation: 0 if nothing is kept, ±1 if everything is."""
        return sum(rho for rho, _ in self.correlations) / len(self.correlations)

    @property
    def z(self) -> float:
        """How many standard deviations the mean correlation is from 0."""
        spread = math.sqrt(sum(variance for _, variance in self.correlations))
        return sum(rho for rho, _ in self.correlations) / spread

    @property
    def guessed(self) -> tuple[float, float]:
        """The share of right guesses, and by how many standard deviations it exceeds chance."""
        right = sum(hit for hit, _ in self.guesses)
        chance = sum(each for _, each in self.guesses)
        spread = math.sqrt(sum(each * (1 - each) for _, each in self.guesses))
        return right / len(self.guesses), (right - chance) / spread


def engine_of(path: Path) -> Engine:
    """An engine for all elections in turn; that nothing waits for the disk changes nothing of what is on it."""
    engine = sqlite_engine(path)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    return engine


def gather(folder: Path, elections: int) -> None:
    """So many elections, one after the other; their statistics are kept in `folder`."""
    Store.create(folder / "empty").close()
    path, empty = folder / "urn.sqlite", folder / "empty" / "urn.sqlite"
    path.touch()
    engine = engine_of(path)
    statistics: dict[tuple[str, str], Statistic] = {}
    for _ in range(elections):
        play(engine, path, empty, statistics)
    engine.dispose()
    (folder / "statistics.pickle").write_bytes(pickle.dumps(statistics))


def merged(folders: list[Path]) -> dict[tuple[str, str], Statistic]:
    """The statistics of several gatherings as one."""
    whole: dict[tuple[str, str], Statistic] = {}
    for folder in folders:
        kept = pickle.loads((folder / "statistics.pickle").read_bytes())  # noqa: S301 - written by this run
        for view, part in kept.items():
            statistic = whole.setdefault(view, Statistic())
            statistic.correlations += part.correlations
            statistic.guesses += part.guesses
    return whole


def play(engine: Engine, path: Path, empty: Path, statistics: dict) -> None:
    """One election in a database of its own, a copy of `empty` at `path`, looked at in its three moments."""
    engine.dispose()
    shutil.copyfile(empty, path)
    contest, sessions = secrets.token_hex(11), writing(engine)
    with sessions.begin() as session:
        urn.receive(session, contest, b"{}", b"{}", KEY, "urn")
        urn.set_phase(session, contest, Phase.OPEN)
    arrivals = [make() for _ in range(BALLOTS)]
    half = BALLOTS // 2
    for number, each in enumerate(arrivals, 1):
        with sessions.begin() as session:
            credential, tracker, *alphas = each.marks
            urn.put(session, contest, each.arrival, credential, tracker, alphas, each.leaf)
        if number == half:
            look(path, arrivals[:half], "waiting", statistics)
            with sessions.begin() as session:
                assert urn.publish(session, contest, KEY, BATCHES, BALLOTS, elapsed=True)
            vacuum(engine)
            look(path, arrivals[:half], "published", statistics)
    with sessions.begin() as session:
        urn.set_phase(session, contest, Phase.FROZEN)
        urn.freeze(session, contest, KEY)
    vacuum(engine)
    look(path, arrivals, "frozen", statistics)


def look(path: Path, arrivals: list[Arrival], moment: str, statistics: dict) -> None:
    """Every view of the urn's file at this moment, batch by batch."""
    data = path.read_bytes()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        batches = [row[0] for row in connection.execute("SELECT hashes FROM batch ORDER BY size")]
        (waiting,) = connection.execute("SELECT hashes FROM waiting").fetchone()
        marks = [row[0] for row in connection.execute("SELECT digest FROM mark")]
    attempts = [data.find(each.arrival) for each in arrivals]
    if moment == "frozen":
        assert set(attempts) == {-1}, "the file keeps attempts that should be forgotten"
    else:
        statistics.setdefault((moment, "place of the attempt"), Statistic()).add(attempts)
    for hashes in filter(None, [*batches, waiting]):
        log = [hashes[start : start + 32] for start in range(0, len(hashes), 32)]
        members = [each for each in arrivals if leaf_hash(each.leaf) in log]
        assert len(members) == len(log)
        views = {
            **entry_views(data, members, 16384, _only),
            "place of the hash": [_only(data, leaf_hash(each.leaf)) for each in members],
            "rank in the row": [log.index(leaf_hash(each.leaf)) for each in members],
        }
        for name, of in (("credential", 0), ("tracker", 1), ("last α", 4)):
            kind = "alpha" if of == 4 else name
            digests = [_mark(each, kind, of) for each in members]
            views[f"place of the mark of the {name}"] = [_only(data, digest) for digest in digests]
            if digests[0] in marks:
                views[f"key of the mark of the {name}"] = [marks.index(digest) for digest in digests]
        for name, places in views.items():
            statistics.setdefault((moment, name), Statistic()).add(places)


def entry_views(
    data: bytes, members: list[Arrival], page: int, find: Callable[[bytes, bytes], int]
) -> dict[str, list[int]]:
    """Where three pieces of each entry lie, and the page of the second: ballots that share one are drawn by lot."""
    views = {
        f"place of the entry at {start}": [_place(data, each, start, find) for each in members] for start in PIECES
    }
    pages = [place // page for place in views[f"place of the entry at {PIECES[1]}"]]
    return views | {"page of the entry": [number * 1_000_000 + secrets.randbelow(1_000_000) for number in pages]}


def _place(data: bytes, each: Arrival, start: int, find: Callable[[bytes, bytes], int]) -> int:
    """Where a piece lies; a page may end within it, but not within the one just after."""
    for after in (0, 64):
        found = find(data, each.leaf[start + after : start + after + 64])
        if found >= 0:
            return found
    raise AssertionError("a ballot is not in the file")


def _only(data: bytes, piece: bytes) -> int:
    """Where a piece lies; a second copy, in a page that was given up, would tell what was there before."""
    found = data.find(piece)
    assert data.find(piece, found + 1) < 0, "the file keeps what was deleted"
    return found


def _mark(each: Arrival, kind: str, place: int) -> bytes:
    credential, tracker, *alphas = each.marks
    by_kind = dict(zip(("credential", "tracker", 2, 3, 4), marks_of(credential, tracker, alphas), strict=True))
    return by_kind[place if kind == "alpha" else kind][1]


# --- A storage that keeps it ------------------------------------------------------------------------------


def play_naive(path: Path, statistics: dict) -> None:
    """A storage as one would write it: a row for each ballot and each mark, by digest, and nothing written anew."""
    arrivals = [make() for _ in range(BALLOTS)]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TABLE entry (hash BLOB PRIMARY KEY, leaf BLOB) WITHOUT ROWID")
        connection.execute("CREATE TABLE mark (digest BLOB PRIMARY KEY) WITHOUT ROWID")
        connection.execute("CREATE TABLE numbered (digest BLOB)")
        for each in arrivals:
            digest = _mark(each, "credential", 0)
            connection.execute("INSERT INTO entry VALUES (?, ?)", (leaf_hash(each.leaf), each.leaf))
            connection.execute("INSERT INTO mark VALUES (?)", (digest,))
            connection.execute("INSERT INTO numbered VALUES (?)", (digest + b"\0",))
        numbers = dict(connection.execute("SELECT digest, rowid FROM numbered"))
    data, digests = path.read_bytes(), [_mark(each, "credential", 0) for each in arrivals]
    path.unlink()
    views = {
        **entry_views(data, arrivals, 4096, bytes.rfind),
        "place of the mark": [data.index(digest) for digest in digests],
        "number of the row": [numbers[digest + b"\0"] for digest in digests],
    }
    for name, places in views.items():
        statistics.setdefault(name, Statistic()).add(places)
