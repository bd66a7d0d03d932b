"""The site's own files: served with their digest in the address and in the page (R4, R7).

An address with the right digest never changes its content, so browsers may keep it for a year; an integrity
attribute lets the browser refuse any other bytes. Files are read once, at the start: what is served is what was
there then, and what `setup.json` names. They travel compressed: nothing secret is in them. Pages never do, for they
hold a token beside what others may have written, and the length of the two together would tell the token.
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
    from collections.abc import Mapping

    from flask import Flask

FOLDER = Path(__file__).parent / "static"
SHEET = "booth/site.css"
"""What every page waits for: named in its header, so that a slow line asks for it before the page is there."""
_BROTLI = ".br"
"""What the build has put beside a file: the same, compressed."""
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class File:
    """One static file, as it was at the start."""

    content: bytes
    packed: Mapping[str, bytes]
    """The same by how it is coded, `br` or `gzip`, the shortest first; only what is shorter."""
    kind: str
    integrity: str
    version: str


def init_app(app: Flask) -> None:
    """Read all files, serve them under /static/, and give templates their addresses and digests."""
    served = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.suffix != _BROTLI)
    files = {path.relative_to(FOLDER).as_posix(): _read(path) for path in served}

    def find(name: str) -> File:
        if name not in files:
            raise ProtocolError("web.missing")
        return files[name]

    @access(EVERYBODY)
    def static(name: str) -> Response:
        file = find(name)
        coding = next((name for name in file.packed if request.accept_encodings[name]), None)
        response = Response(file.packed[coding] if coding else file.content, mimetype=file.kind)
        response.vary.add("Accept-Encoding")
        if coding:
            response.content_encoding = coding
        if file.kind == "text/html":
            # A page among the files is opened from disk: under the policy of this site its script could not run.
            response.headers["Content-Disposition"] = f"attachment; filename={name.rpartition('/')[2]}"
        if request.args.get("v") == file.version:
            response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return response

    def preload(response: Response) -> Response:
        if response.status_code == 200 and response.mimetype == "text/html":
            sheet = find(SHEET)
            address = url_for("static", name=SHEET, v=sheet.version)
            response.headers["Link"] = f'<{address}>; rel=preload; as=style; integrity="{sheet.integrity}"'
        return response

    @access(EVERYBODY)
    def favicon() -> Response:
        return static("icon.svg")

    app.after_request(preload)
    # What is no page, as a PDF, names no icon: browsers then ask for one under this name.
    app.add_url_rule("/favicon.ico", "favicon", favicon)
    app.add_url_rule("/static/<path:name>", "static", static)
    app.add_template_global(lambda name: url_for("static", name=name, v=find(name).version), "static_url")
    app.add_template_global(lambda name: find(name).integrity, "integrity")


def _read(path: Path) -> File:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    digest = hashlib.sha384(content).digest()
    packed, brotli = {"gzip": gzip.compress(content, 9, mtime=0)}, path.with_name(path.name + _BROTLI)
    if brotli.is_file():
        packed["br"] = brotli.read_bytes()
    shorter = {
        name: data for name, data in sorted(packed.items(), key=lambda item: len(item[1])) if len(data) < len(content)
    }
    return File(content, shorter, kind, f"sha384-{base64.b64encode(digest).decode()}", digest.hex()[:16])
