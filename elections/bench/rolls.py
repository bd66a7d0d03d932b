"""How long a roll takes to be looked at and to be applied, in each format (contracts.md, `bench roll`).

The roll is of the colleges of the CAV, with the names, addresses and telephones that such a roll has. A look reads the
file, compares it with the roll in place and writes nothing; its use reads and compares again, and writes, in one
transaction of a database on this disk: what the site and `elections roll import` do. In the same run the bytes are read
by nothing but the csv module, or the reader of workbooks: what is beyond that is ours. The median of three counts.
"""

from __future__ import annotations

import csv
import io
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook

from elections.bench.workbooks import WRITERS
from elections.registry import elections, roll
from elections.registry.journal import Actor
from elections.rules.models import load
from elections.rules.phases import Role
from elections.storage import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from elections.protocol.canonical import Json

RUNS = 3
LIMIT = 3.0
"""Seconds that looking at 10,000 electors may take, and using them (U1)."""

_OFFICER = Actor(Role.OFFICER)
_NAMES = ("Martin", "Lefèvre", "Étienne", "d'Hauteville", "de La Rochefoucauld", "Nguyen", "O'Brien", "Ben Saïd")
_FIRST = ("Anne-Sophie", "Zoé", "Élodie", "Marc", "Jean-Baptiste", "Ève", "Noël", "Inès")
_COLLEGES = ("s2a", "s2b", "s3a", "s3b", "s4a", "s4b")


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians for one format: the plain reading of the bytes, the look, the use, in seconds by the clock on the wall.

    `busy` are the seconds of the processor that look and use took: they stay what they are where others work as well.
    """

    kind: str
    size: int
    reading: float
    look: float
    use: float
    busy: tuple[float, float]

    @property
    def ratio(self) -> float:
        """How many times the plain reading a look takes."""
        return self.look / self.reading

    def json(self) -> dict[str, Json]:
        """As `bench roll --json` shows it."""
        return {
            "apply_cpu_seconds": round(self.busy[1], 3),
            "apply_seconds": round(self.use, 3),
            "bytes": self.size,
            "dry_run_cpu_seconds": round(self.busy[0], 3),
            "dry_run_seconds": round(self.look, 3),
            "ratio": round(self.ratio, 2),
            "reading_seconds": round(self.reading, 3),
        }


def measure(electors: int, seed: int = 1) -> list[Timing]:
    """Time every format with a roll of so many electors, each in elections of its own."""
    rows = _rows(electors, random.Random(seed))
    with TemporaryDirectory() as folder, Store.create(Path(folder, "state")) as store:
        return [_format(store, kind, write(rows)) for kind, write in WRITERS.items()]


def _format(store: Store, kind: str, data: bytes) -> Timing:
    plain, looks, uses = [], [], []
    for _ in range(RUNS):
        election = _draft(store)
        plain.append(_time(lambda: _read_csv(data) if kind == "CSV" else _read_workbook(data)))
        looks.append(_time(partial(_look, store, election, data)))
        uses.append(_time(partial(_use, store, election, data)))
    (reading, _), (look, look_busy), (use, use_busy) = (_medians(runs) for runs in (plain, looks, uses))
    return Timing(kind, len(data), reading, look, use, (look_busy, use_busy))


def _time(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall and of the processor."""
    start, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - busy


def _medians(runs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return median(wall for wall, _ in runs), median(busy for _, busy in runs)


def _draft(store: Store) -> str:
    now = datetime.now(UTC).replace(microsecond=0)
    opening, closing = now + timedelta(days=90), now + timedelta(days=96)
    with store.registry.begin() as session:
        return elections.create(session, load("cav-2026"), _OFFICER, now, opening=opening, closing=closing).uuid


def _look(store: Store, election: str, data: bytes) -> None:
    with store.registry_reader() as session:
        roll.compare(session, election, roll.read_file(session, election, data))


def _use(store: Store, election: str, data: bytes) -> None:
    with store.registry.begin() as session:
        file = roll.read_file(session, election, data)
        roll.apply(session, election, file, _OFFICER, datetime.now(UTC).replace(microsecond=0))


def _read_csv(data: bytes) -> int:
    return len(list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")))


def _read_workbook(data: bytes) -> int:
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        return len(book.get_sheet_by_index(0).to_python())


def _rows(electors: int, draw: random.Random) -> list[list[str]]:
    """A heading and so many electors, of whom one in ten votes in a small college."""
    rows = [["identifiant", "nom", "prénom", "email", "téléphone", "collège", "rôle d'inscription"]]
    for number in range(electors):
        identifier = f"magistrat{number:06}"
        phone = f"+336{number:08}" if number % 3 else ""
        college = draw.choice(_COLLEGES) if draw.random() < 0.1 else "s1"
        unit = f"cour d'appel n° {draw.randrange(36)}"
        name, first = draw.choice(_NAMES), draw.choice(_FIRST)
        rows.append([identifier, f"{name} {number}", first, f"{identifier}@exemple.fr", phone, college, unit])
    return rows
