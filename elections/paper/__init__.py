"""What is printed: letters with voting codes (`letters`), and the minutes (R. 211-576, 577).

Minutes are PDF/A-2a and PDF/UA-1 from their data, the same bytes for the same data. `view` says the data in French
words; the templates lay them out and add the sentences that never change. Fonts are those that Typst carries with it,
none of the machine's. A PDF of minutes names the SHA-256 of its data among its keywords, so that nobody takes it for
that of others; what it shows, whoever has the same version of Typst sets again and compares.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import typst

from elections.paper.view import operations_view, result_view
from elections.protocol.canonical import parse_canonical, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.rules.minutes import FORMAT, OPERATIONS_FORMAT

__all__ = ["typeset"]

_TEMPLATES = Path(__file__).parent / "templates"
_KINDS = {FORMAT: ("result.typ", result_view), OPERATIONS_FORMAT: ("operations.typ", operations_view)}
_STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]


@cache
def fonts_alone() -> typst.Fonts:
    """The fonts that Typst carries, none of the machine's."""
    return typst.Fonts(include_system_fonts=False)


def templates() -> Path:
    """The folder of the templates."""
    return _TEMPLATES


def typeset(raw: bytes, what: str = "minutes") -> bytes:
    """The PDF of minutes given as their data, a file of `minutes/`."""
    data = parse_canonical(raw, what)
    known = _KINDS.get(str(data.get("format"))) if isinstance(data, dict) else None
    if known is None:
        raise ProtocolError("paper.format", what=what, known=" / ".join(_KINDS))
    template, view = known
    shown = {**view(data), "digest": sha256_hex(raw)}
    compiler = typst.Compiler(_TEMPLATES / template, _TEMPLATES, fonts_alone(), ignore_system_fonts=True)
    pdf = compiler.compile(format="pdf", sys_inputs={"view": json.dumps(shown)}, pdf_standards=_STANDARDS)
    return bytes(pdf)  # type: ignore[arg-type] # one document is one PDF, never None nor a list without an output file
