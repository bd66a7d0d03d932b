"""The site's own files: served with their digest in the address and in the page (R4, R7).

An address with the right digest never changes its content, so browsers may keep it for a year; an integrity
attribute lets the browser refuse any other bytes. Files are read once, at the start: what is served is what was
there then, and what `setup.json` names.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, request, url_for

from elections.protocol.errors import ProtocolError
from elections.web.access import EVERYBODY, access

if TYPE_CHECKING:
    from flask import Flask

FOLDER = Path(__file__).parent / "static"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class File:
    """One static file, as it was at the start."""

    content: bytes
    packed: bytes
    """The content by gzip: these files hold no secret, so their length tells none; pages are never compressed."""
    kind: str
    integrity: str
    version: str


def init_app(app: Flask) -> None:
    """Read all files, serve them under /static/, and give templates their addresses and digests."""
    files = {path.relative_to(FOLDER).as_posix(): _read(path) for path in sorted(FOLDER.rglob("*")) if path.is_file()}

    def find(name: str) -> File:
        if name not in files:
            raise ProtocolError("web.missing")
        return files[name]

    @access(EVERYBODY)
    def static(name: str) -> Response:
        file = find(name)
        response = Response(file.content, mimetype=file.kind)
        if request.args.get("v") == file.version:
            response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] > 0:
            response.set_data(file.packed)
            response.content_encoding = "gzip"
        return response

    app.add_url_rule("/static/<path:name>", "static", static)
    app.add_template_global(lambda name: url_for("static", name=name, v=find(name).version), "static_url")
    app.add_template_global(lambda name: find(name).integrity, "integrity")


def _read(path: Path) -> File:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    digest = hashlib.sha384(content).digest()
    return File(
        content, gzip.compress(content, mtime=0), kind, f"sha384-{base64.b64encode(digest).decode()}", digest.hex()[:16]
    )
