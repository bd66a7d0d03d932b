"""Reading a record's folder: every file as bytes, nothing that is not a plain file.

A record is somebody else's folder. Links, devices and unreadable files are refused by name, and so is
a file above the limit, before anything in it is looked at.
"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 2**30
"""Bytes of one file; ten times a national election's archive."""


def read_file(path: Path, what: str) -> bytes:
    """The bytes of one plain file."""
    try:
        info = path.lstat()
        if not stat.S_ISREG(info.st_mode):
            raise ProtocolError("record.file", what=what)
        if info.st_size > LARGEST:
            raise ProtocolError("record.large", what=what, most=LARGEST)
        return path.read_bytes()
    except OSError as error:
        raise ProtocolError("record.unreadable", what=what, detail=error.strerror) from error


def read_record(folder: Path) -> dict[str, bytes]:
    """All files below `folder`, by their path inside it with `/` between names."""
    files = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() and not path.is_symlink():
            continue
        files[name] = read_file(path, name)
    return files
