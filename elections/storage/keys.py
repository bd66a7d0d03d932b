"""Server secrets as files: `<state>/keys/<election uuid>/<name>`, never in a database nor beside one.

Link and cast keys die when a contest is frozen, and what they tied together must not come back with them.
So a key is written once and never overwritten, and destroying it reaches every file that a crash may have
left. A file system that copies on write, a snapshot or a swapped page is beyond this program.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """The keys of all elections; folders have mode 0700, files 0600. Refuses what cannot be a name."""

    root: Path

    def write(self, election: str, name: str, data: bytes) -> None:
        """Store a key; afterwards it is there whole or not at all. Refused if there is one by that name."""
        path = self._path(election, name)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        partial = _aside(path)
        _write(partial, data, os.O_CREAT | os.O_EXCL)
        try:
            # Unlike a rename, a second link is refused where there is a file already.
            os.link(partial, path)
        except FileExistsError:
            _destroy(partial)
            raise ProtocolError("storage.key_exists", election=election, name=name) from None
        partial.unlink()
        _sync(path.parent)

    def read(self, election: str, name: str) -> bytes:
        """The key's bytes, as they were written."""
        try:
            return self._path(election, name).read_bytes()
        except FileNotFoundError:
            raise ProtocolError("storage.key_missing", election=election, name=name) from None

    def exists(self, election: str, name: str) -> bool:
        """Whether there is such a key."""
        return self._path(election, name).exists()

    def remains(self, election: str, name: str) -> bool:
        """Whether there is such a key, or anything that writing or destroying it left behind in a crash."""
        path = self._path(election, name)
        return path.exists() or any(_left(path))

    def destroy(self, election: str, name: str) -> None:
        """Overwrite and remove a key, and whatever writing or destroying it once left behind.

        It may be repeated after a crash, or done by two at once, and does nothing where nothing is left. The
        key leaves its name first: nobody may read a half overwritten one.
        """
        path = self._path(election, name)
        with suppress(FileNotFoundError):
            path.rename(_aside(path))
        for left in _left(path):
            with suppress(FileNotFoundError):
                _destroy(left)
        if path.parent.exists():
            _sync(path.parent)

    def _path(self, election: str, name: str) -> Path:
        for part in (election, name):
            if not _NAME.fullmatch(part):
                raise ProtocolError("storage.name", name=part)
        return self.root / election / name


def _aside(path: Path) -> Path:
    """A name in the same folder that no key has, for a file on its way in or out."""
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}")


def _left(path: Path) -> Iterator[Path]:
    """What a crash has left aside of the key at `path`."""
    return path.parent.glob(f".{path.name}.{'[0-9a-f]' * 16}")


def _write(path: Path, data: bytes, flags: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | flags, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _destroy(path: Path) -> None:
    _write(path, secrets.token_bytes(path.stat().st_size), 0)
    path.unlink()


def _sync(folder: Path) -> None:
    """Make names in `folder` last: a file's own fsync does not."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
