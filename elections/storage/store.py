"""`<state>` as a whole: registry.sqlite, urn.sqlite and keys/, readable by their owner only.

Any number of processes may have the same state open: SQLite's locks stand between them, and no state of
ours lies in memory.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, get_args

from sqlalchemy.exc import DatabaseError

from elections.protocol.errors import ProtocolError
from elections.storage.engines import reading, sqlite_engine, vacuum, writing
from elections.storage.keys import KeyFolder
from elections.storage.migrations import Which, check_schema, migrate

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

_DATABASES: tuple[Which, ...] = get_args(Which)


@dataclass(frozen=True)
class Store:
    """The two databases and the keys, opened.

    `store.urn.begin()` is a context whose session commits at its end, `store.urn()` one whose caller
    commits; both write. Sessions of the readers only read, beside a writer. See `engines`.
    """

    state: Path
    keys: KeyFolder
    registry: sessionmaker[Session]
    registry_reader: sessionmaker[Session]
    urn: sessionmaker[Session]
    urn_reader: sessionmaker[Session]
    _engines: tuple[Engine, Engine] = field(repr=False)

    @classmethod
    def create(cls, state: Path) -> Store:
        """A new state in a folder that is empty or not yet there; any other is refused."""
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(state.iterdir()):
            raise ProtocolError("storage.not_empty", path=state)
        state.chmod(0o700)
        (state / "keys").mkdir(mode=0o700)
        for which in _DATABASES:
            path = _path(state, which)
            path.touch(mode=0o600, exist_ok=False)
            engine = sqlite_engine(path)
            migrate(engine, which)
            engine.dispose()
        return cls.open(state)

    @classmethod
    def open(cls, state: Path) -> Store:
        """The state in that folder.

        `FileNotFoundError` if there is no folder; refused if it is not a state, or not one of this version.
        """
        if not state.exists():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(state))
        engines = _open(state, "registry"), _open(state, "urn")
        registry, urn = engines
        return cls(
            state, KeyFolder(state / "keys"), writing(registry), reading(registry), writing(urn), reading(urn), engines
        )

    def vacuum_urn(self) -> None:
        """Write the urn's file anew, so that no order of arrival is left in it (protocol.md §7).

        To be called after each batch, outside any transaction. It needs the time of a copy, and casts wait.
        """
        vacuum(self._engines[1])

    def close(self) -> None:
        """Close all connections; sessions that are still open keep theirs."""
        for engine in self._engines:
            engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _path(state: Path, which: Which) -> Path:
    return state / f"{which}.sqlite"


def _open(state: Path, which: Which) -> Engine:
    path = _path(state, which)
    if not path.is_file():
        raise ProtocolError("storage.missing", path=state, which=which)
    engine = sqlite_engine(path)
    try:
        check_schema(engine, which)
    except DatabaseError as error:
        raise ProtocolError("storage.unreadable", path=path, detail=error.orig) from error
    return engine
