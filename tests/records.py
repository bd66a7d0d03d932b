"""Finished elections to judge and to attack, each played once a session through the doors and kept with all its keys.

Only a test ever has these keys in one hand; tests/attacks says of each attack which of them it takes. Every
record is made by whoever asks for it first, under a lock, in a folder that all workers share.

- `commission`: the general college with 40 electors in several batches, a re-issued code and a token never
  used; a contest that was suspended, resumed and rescheduled; one without any ballot; one that was stopped; one
  whose lot was drawn on paper.
- `rehearsal`: one contest with two issuers, closed early, whose lot was drawn from the slips.
- `belenios`: in BELENIOS-2048, one contest with ballots, and a lot drawn from the slips, and one without.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING

from elections import counting, drawing, server_keys
from elections.demo.fiction import invent
from elections.demo.staging import HOLDERS, PRESIDENT, Staging
from elections.holder.program import Holder
from elections.post import Folder
from elections.protocol.setup import Setup
from elections.rules.models import load
from elections.rules.phases import Act
from elections.storage import KeyFolder, Store
from elections.verify.files import read_record
from tests.conftest import shared_by_workers
from tests.databases import hasty

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from elections.protocol.answers import Secrets
    from elections.protocol.note import NoteKey
    from elections.protocol.token import IssuerKey

    Colleges = dict[str, Sequence[int | None] | None]

DRAFTED = datetime(2026, 1, 5, 9, tzinfo=UTC)
SEALED = datetime(2026, 2, 5, 9, tzinfo=UTC)
OPENING = datetime(2026, 2, 6, 8, tzinfo=UTC)
CLOSING = datetime(2026, 2, 12, 15, tzinfo=UTC)
LATER = CLOSING + timedelta(days=1)
HOUR = timedelta(hours=1)
SMALL_BATCHES = {"at_once": 8, "every": 600, "keep_back": 4, "publish_at": 8, "single_below": 20}


@dataclass(frozen=True)
class Record:
    """A finished election in its folder: `record/`, `frozen/` where holders read it, and what everybody kept secret."""

    folder: Path

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The record, to be copied before anything is changed."""
        return read_record(self.folder / "record")

    @cached_property
    def frozen(self) -> dict[str, bytes]:
        """The frozen record of the same election."""
        return read_record(self.folder / "frozen")

    @cached_property
    def _told(self) -> dict[str, dict[str, str]]:
        return json.loads((self.folder / "told.json").read_bytes())

    @property
    def contests(self) -> dict[str, str]:
        """Contest uuid by college key."""
        return self._told["contests"]

    @property
    def receipts(self) -> dict[str, str]:
        """One elector's receipts in the first contest, of the `urn` and of the `register`."""
        return self._told["receipts"]

    def setup(self, college: str) -> Setup:
        """What was sealed of a contest."""
        return Setup.parse(self.files[f"{self.contests[college]}/setup.json"])

    @property
    def _keys(self) -> KeyFolder:
        return KeyFolder(self.folder / "state" / "keys")

    @cached_property
    def record_key(self) -> NoteKey:
        """Signs manifest and register receipts."""
        return server_keys.record_key(self._keys, self._told["election"]["uuid"])

    @cached_property
    def urn_key(self) -> NoteKey:
        """Signs checkpoints and urn receipts."""
        return server_keys.urn_key(self._keys, self._told["election"]["uuid"], "urn")

    def issuers(self, college: str) -> list[IssuerKey]:
        """The issuers' private keys of a contest, in the order of its setup."""
        uuid, election = self.contests[college], self._told["election"]["uuid"]
        return [server_keys.issuer_key(self._keys, election, uuid, item.id) for item in self.setup(college).issuers]

    @cached_property
    def holders(self) -> list[dict[str, Secrets]]:
        """What each holder keeps, in the order of owners: her secrets by contest uuid."""
        opened = [Holder.open(self.folder / "keys" / f"{role}.key", _passphrase(role)) for role in HOLDERS]
        return [{uuid: held.secrets for uuid, held in holder.state.contests.items()} for holder in opened]


def finished(name: str, factory: pytest.TempPathFactory) -> Record:
    """The record of that name, played now unless somebody has; while somebody is at it, another that is missing."""
    root = shared_by_workers(factory)
    for other in (name, *sorted(_PLAYS.keys() - {name})):
        _play_once(other, root, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _mark(root, name).exists():
            return Record(_mark(root, name).parent)
    _play_once(name, root, fcntl.LOCK_EX)
    return Record(_mark(root, name).parent)


def _mark(root: Path, name: str) -> Path:
    """The file of a record that is written last."""
    return root / f"record-{name}" / "told.json"


def _play_once(name: str, root: Path, lock: int) -> None:
    """Play a record unless it is there, or another worker is at it and `lock` does not wait."""
    with (root / f"record-{name}.lock").open("w") as file, suppress(BlockingIOError):
        fcntl.flock(file, lock)
        if not _mark(root, name).exists():
            folder = _mark(root, name).parent
            shutil.rmtree(folder, ignore_errors=True)
            (folder / "keys").mkdir(parents=True)
            _play(name, folder)


def _play(name: str, folder: Path) -> None:
    with hasty(), Store.create(folder / "state") as store:
        staging, receipts = _PLAYS[name](store, folder)
    told = {"contests": staging.contests, "election": {"uuid": staging.uuid}, "receipts": receipts}
    partial = folder / "told.partial"
    partial.write_text(json.dumps(told))
    partial.rename(folder / "told.json")


def _passphrase(role: str) -> str:
    return f"a passphrase for {role}"


def _begin(store: Store, folder: Path, model: str, colleges: Colleges, **more) -> Staging:
    """An election of some contests of a model, open; `colleges` has the votes of each, None for the fiction's."""
    group, batches = more.pop("group", "Ed25519"), more.pop("batches", None)
    base = load(model)
    contests = tuple(contest for contest in base.contests if contest.key in colleges)
    chosen = replace(base, contests=contests, batches=batches or base.batches)
    fiction = invent(40, 1, {contest.key: contest.seats for contest in contests})
    votes = dict(fiction.votes)
    for college, choices in colleges.items():
        members = [person.identifier for person in fiction.people if person.college == college]
        if choices is not None:
            votes = {who: choice for who, choice in votes.items() if who not in members}
            votes |= dict(zip(members, choices, strict=False))
    fiction = replace(fiction, votes=votes)
    staging = Staging(store, fiction, folder / "keys", {role: _passphrase(role) for role in HOLDERS}, **more)
    staging.draft(chosen, group, OPENING, CLOSING, DRAFTED)
    staging.hold(DRAFTED + HOUR)
    staging.seal(SEALED)
    staging.open(OPENING)
    return staging


def _vote(staging: Staging, college: str, now: datetime) -> dict[str, str]:
    """Everybody of a small college who votes does so at once; the last one's receipts."""
    receipts = None
    for person in staging.fiction.people:
        if person.college == college and person.identifier in staging.fiction.votes:
            receipts = staging.vote(person.identifier, college, staging.fiction.votes[person.identifier], now)
    return {"register": receipts.register, "urn": receipts.urn or ""} if receipts else {}


def _commission(store: Store, folder: Path) -> tuple[Staging, dict[str, str]]:
    colleges: Colleges = {"s1": None, "s2a": [0, 1, 0, 0], "s2b": [], "s3a": [0, 1], "s4a": [0, 1]}
    staging = _begin(store, folder, "cav-2026", colleges, batches=SMALL_BATCHES)
    hours = (OPENING + number * HOUR for number in count(1))
    _vote(staging, "s2a", next(hours))
    _vote(staging, "s3a", next(hours))
    staging.act("s3a", Act.STOP, next(hours), "the wrong candidates were shown")
    staging.act("s2a", Act.SUSPEND, next(hours), "the network of the court is down")
    staging.amend(next(hours))
    staging.act("s2a", Act.RESUME, next(hours))
    staging.reschedule("s2a", LATER, next(hours))
    staging.amend(next(hours))
    loser = next(
        person.identifier for person in staging.fiction.people if person.identifier not in staging.fiction.votes
    )
    staging.ballot(staging.elector(loser, "s1", next(hours)), 0, next(hours))
    staging.reissue(loser, next(hours))
    staging.ballot(staging.elector(loser, "s1", next(hours)), 0, next(hours))
    _vote(staging, "s4a", next(hours))
    voters = sorted(person.identifier for person in staging.fiction.people if person.college == "s1")
    voters = [identifier for identifier in voters if identifier in staging.fiction.votes]
    first = staging.vote(voters[0], "s1", staging.fiction.votes[voters[0]], next(hours))
    others = {who: staging.fiction.votes[who] for who in voters[1:]}
    staging.fiction = replace(staging.fiction, votes=others)
    staging.vote_all(1, Folder(folder / "outbox", "elections@example.org"))
    _finish(staging, folder, {"s4a": 1})
    return staging, {"register": first.register, "urn": first.urn or ""}


def _rehearsal(store: Store, folder: Path) -> tuple[Staging, dict[str, str]]:
    colleges: Colleges = {"s2a": [0, 0, 1, 1]}
    staging = _begin(store, folder, "cav-2026-rehearsal", colleges, issuers=("left", "right"))
    receipts = _vote(staging, "s2a", OPENING + HOUR)
    staging.act("s2a", Act.CLOSE, OPENING + 2 * HOUR)
    over = staging.freeze()
    staging.decrypt(folder / "frozen", over + HOUR)
    staging.draw(folder / "frozen", over + HOUR)
    counting.count(store, staging.uuid, PRESIDENT, over + 2 * HOUR)
    counting.export(store, staging.uuid, folder / "record")
    return staging, receipts


def _belenios(store: Store, folder: Path) -> tuple[Staging, dict[str, str]]:
    colleges: Colleges = {"s2a": [0, 1, 0, 1], "s2b": []}
    staging = _begin(store, folder, "cav-2026", colleges, group="BELENIOS-2048")
    receipts = _vote(staging, "s2a", OPENING + HOUR)
    _finish(staging, folder)
    return staging, receipts


def _finish(staging: Staging, folder: Path, drawn: dict[str, int] | None = None) -> None:
    """The count; `drawn` are the colleges whose lot is drawn on paper, and who comes out."""
    over = staging.freeze()
    staging.decrypt(folder / "frozen", over + HOUR)
    for college, chosen in (drawn or {}).items():
        paper = drawing.Paper([chosen], over + HOUR, "le président du bureau de vote", "deux bulletins pliés, une urne")
        drawing.enter(staging.store, staging.contests[college], paper, PRESIDENT, over + HOUR)
    staging.draw(folder / "frozen", over + HOUR)
    published, _ = staging.proclaim(over + 2 * HOUR)
    shutil.copytree(published, folder / "record")


_PLAYS = {"belenios": _belenios, "commission": _commission, "rehearsal": _rehearsal}
