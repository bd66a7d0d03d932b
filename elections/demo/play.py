"""What `elections demo` leaves in its folder: `record/ state/ outbox/ keys/` and demo.json (contracts.md).

First a finished election, counted and proclaimed over the real calendar of February 2026; then, unless nothing
is to be served, a second one that is open now and may be closed early, to vote in and to count by hand.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from elections.demo.staging import DELEGATES, HOLDERS, OFFICER, PRESIDENT, SECRETARY, Staging, fiction_for, quiet
from elections.post import Folder
from elections.protocol.code import ALPHABET
from elections.protocol.errors import ProtocolError
from elections.registry import accounts
from elections.registry.accounts import NewAccount
from elections.registry.journal import Actor
from elections.rules.phases import Role
from elections.storage import Store

if TYPE_CHECKING:
    from pathlib import Path

    from elections.demo.staging import Progress
    from elections.verify import Report

MARK = "demo.json"
SENDER = "elections@demo.example"
_PARTS = ("record", "state", "outbox", "keys")
_DRAFTED = datetime(2025, 12, 1, 9, 0, tzinfo=UTC)
_CEREMONY = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
_SEALED = datetime(2026, 2, 5, 9, 0, tzinfo=UTC)
# The opening hour was not found (law.md §8); 9:00 in Paris is ours. The closing hour is the real one.
_OPENING = datetime(2026, 2, 6, 8, 0, tzinfo=UTC)
_CLOSING = datetime(2026, 2, 12, 15, 0, tzinfo=UTC)
_OPEN_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Listing:
    """demo.json: the open election, who may sign in, and the key files that count it."""

    open_election: str
    people: list[dict[str, str]]
    trustees: list[dict[str, str]]
    url: str

    def write(self, folder: Path) -> None:
        """Write the file, for its owner only."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        write_private(folder / MARK, text.encode() + b"\n")


def prepare_folder(folder: Path) -> None:
    """Make the folder, or empty one that an earlier demo made; any other that is not empty is refused."""
    if folder.exists() and any(folder.iterdir()):
        others = {path.name for path in folder.iterdir()} - {MARK, *_PARTS, "frozen"}
        if not (folder / MARK).is_file() or others:
            raise ProtocolError("demo.folder", path=folder)
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The mark comes first, so that a demo that was broken off may be played again.
    write_private(folder / MARK, b"{}\n")
    (folder / "keys").mkdir(mode=0o700)
    Store.create(folder / "state").close()


def play(folder: Path, *, electors: int, seed: int, group: str, progress: Progress = quiet) -> tuple[Path, Report]:
    """The finished election, into a prepared folder; where its record is, and how it was judged before publication."""
    with Store.open(folder / "state") as store:
        staging = _staging(store, folder / "keys" / "finished", "cav-2026", electors, seed)
        step = progress("stages", 7)
        staging.draft("cav-2026", group, _OPENING, _CLOSING, _DRAFTED)
        step()
        staging.hold(_CEREMONY)
        step()
        staging.seal(_SEALED)
        step()
        staging.open(_OPENING)
        staging.vote_all(seed, Folder(folder / "outbox", SENDER), progress)
        step()
        frozen = staging.freeze()
        step()
        staging.decrypt(folder / "frozen", frozen + timedelta(hours=1))
        staging.draw(folder / "frozen", frozen + timedelta(hours=1))
        step()
        published, report = staging.proclaim(frozen + timedelta(hours=2))
        shutil.copytree(published, folder / "record")
        shutil.rmtree(folder / "frozen")
        step()
    return folder / "record", report


def play_open(folder: Path, electors: int, seed: int, group: str, url: str) -> Listing:
    """A second election, open from now on, with its sign-ins, codes and key files.

    It needs nothing of the first but the prepared folder, so both may be played at once, in two processes.
    """
    begun = _now()
    with Store.open(folder / "state") as store:
        staging = _staging(store, folder / "keys" / "open", "cav-2026-rehearsal", electors, seed)
        staging.draft("cav-2026-rehearsal", group, begun, begun + _OPEN_FOR, begun)
        people = _accounts(store, staging.uuid, begun)
        staging.hold(_now())
        staging.seal(_now())
        staging.open(_now())
    people += [
        {
            "identifier": person.identifier,
            "role": "elector",
            "voting_code": staging.codes[staging.numbers[person.identifier]],
        }
        for person in staging.fiction.people
    ]
    trustees = [
        {"key": str(staging.key(role)), "passphrase": staging.passphrases[role], "role": role} for role in HOLDERS
    ]
    return Listing(staging.uuid, people, trustees, url)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _staging(store: Store, keys: Path, model: str, electors: int, seed: int) -> Staging:
    keys.mkdir(mode=0o700)
    return Staging(store, fiction_for(model, electors, seed), keys, holder_secrets())


def _accounts(store: Store, election: str, now: datetime) -> list[dict[str, str]]:
    """One account for the office and for every member of the board, with a password of its own."""
    who = [("bureau", "Bureau des élections", OFFICER), ("president", "Président du bureau de vote", PRESIDENT)]
    who.append(("secretaire", "Secrétaire du bureau de vote", SECRETARY))
    who += [(f"delegue-{n}", f"Délégué de liste {n}", Actor(Role.DELEGATE, n)) for n in range(1, len(DELEGATES) + 1)]
    who.append(("supervision", "Cellule de supervision technique", Actor(Role.SUPERVISION)))
    people: list[dict[str, str]] = []
    with store.registry.begin() as session:
        for login, name, actor in who:
            password = _secret()
            own = None if actor.role is Role.OFFICER else election
            new = NewAccount(
                login, name, f"{login}@demo.example", actor.role, password, actor.number, own, excused=True
            )
            accounts.create(session, new, OFFICER, now)
            people.append({"identifier": login, "password": password, "role": actor.role.value})
    return people


def holder_secrets() -> dict[str, str]:
    """A passphrase for every key holder."""
    return {role: _secret() for role in HOLDERS}


def _secret() -> str:
    """A passphrase or password of 80 bits, easy to type."""
    symbols = "".join(secrets.choice(ALPHABET).lower() for _ in range(16))
    return "-".join(symbols[start : start + 4] for start in range(0, 16, 4))


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
