"""What is running: a digest of the installed package and of every file of the booth (protocol.md §3, R25)."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from pathlib import Path

from elections.protocol.canonical import Json, sha256_hex

_PACKAGE = Path(__file__).parent
_BOOTH = _PACKAGE / "web" / "static" / "booth"


@cache
def software() -> Json:
    """`{"digest","version"}`: SHA-256 over a line `<sha256 of the file>  <path>` for each file, by path.

    The booth's sources are not of it: what is built from them is, and stands beside it file by file.
    """
    names = {path.relative_to(_PACKAGE).as_posix(): path for path in _PACKAGE.rglob("*") if path.is_file()}
    lines = [
        f"{sha256_hex(path.read_bytes())}  {name}\n"
        for name, path in sorted(names.items())
        if not name.startswith("web/booth/") and "__pycache__" not in path.parts
    ]
    return {"digest": sha256_hex("".join(lines).encode()), "version": version("isoloir")}


@cache
def booth_files() -> dict[str, str]:
    """SHA-256 of every file that a browser loads to vote, by its path below `static/booth`.

    What travels compressed is not named: it is what it becomes in the browser that counts.
    """
    files = sorted(path for path in _BOOTH.rglob("*") if path.is_file() and path.suffix != ".br")
    return {path.relative_to(_BOOTH).as_posix(): sha256_hex(path.read_bytes()) for path in files}
