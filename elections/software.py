"""What is running: a digest of the installed package and of every file of the booth (protocol.md §3, R25).

A program goes on with what it has loaded while its files change below it, and starts with what is there later; so there
are two readings, `loaded`, made once, and `on_disk`, made anew. Whoever compares with the seal compares both.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, sha256_hex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PACKAGE = Path(__file__).parent
_BOOTH = "web/static/booth/"
_LEFT_OUT = {"web/booth"}
"""The booth's sources: what is built from them is read, and stands beside it file by file."""
_CACHES = "__pycache__"
_DOCUMENTS = "candidacies/"
_UNREADABLE = "0" * 64


@dataclass(frozen=True)
class Reading:
    """Every file of the package at one moment, by its path, as SHA-256."""

    files: Mapping[str, str]
    version: str

    @property
    def lines(self) -> str:
        """A line `<sha256 of the file>  <path>` for each file, by path, as `sha256sum` writes and checks it."""
        return "".join(f"{digest}  {name}\n" for name, digest in sorted(self.files.items()))

    @property
    def software(self) -> dict[str, str]:
        """`{"digest","version"}`, as set-ups seal it: the SHA-256 of the lines."""
        return {"digest": sha256_hex(self.lines.encode()), "version": self.version}

    @property
    def booth(self) -> dict[str, str]:
        """What a browser loads to vote, by its path below `static/booth`.

        What travels compressed is not named: it is what it becomes in the browser that counts.
        """
        return {
            name.removeprefix(_BOOTH): digest
            for name, digest in self.files.items()
            if name.startswith(_BOOTH) and not name.endswith(".br")
        }

    def differing(self, sealed: Mapping[str, Json]) -> list[str]:
        """The files of the booth that are not those of a set-up: changed, missing or more than were sealed."""
        expected = {name: digest for name, digest in sealed["booth"].items() if not name.startswith(_DOCUMENTS)}
        return sorted(name for name in expected | self.booth if expected.get(name) != self.booth.get(name))


def on_disk() -> Reading:
    """The package as it lies on the disk now."""
    return Reading({name: _digest(PACKAGE / name) for name in _names()}, version("isoloir"))


def _digest(path: Path) -> str:
    try:
        return sha256_hex(path.read_bytes())
    except OSError:
        # Whoever takes files away below a running program has changed it: that must be told, not break the telling.
        return _UNREADABLE


@cache
def loaded() -> Reading:
    """The package as it was when this process first asked, which a server does as it starts."""
    return on_disk()


def software() -> Json:
    """`{"digest","version"}` of what this process runs."""
    return loaded().software


def booth_files() -> dict[str, str]:
    """SHA-256 of every file that a browser loads to vote, by its path below `static/booth`."""
    return loaded().booth


def _names() -> Iterator[str]:
    """The paths of all files; folders that are left out are not even entered."""
    for folder, folders, files in os.walk(PACKAGE):
        place = Path(folder).relative_to(PACKAGE)
        folders[:] = [name for name in folders if name != _CACHES and (place / name).as_posix() not in _LEFT_OUT]
        yield from sorted((place / name).as_posix() for name in files)
