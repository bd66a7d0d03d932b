"""Letters with voting codes as one PDF, a page each; QR codes are drawn as vectors, and only where there is a link."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import segno
import typst

from elections.paper import fonts_alone, templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def set_letters(view: Mapping[str, object], letters: Iterable[Mapping[str, Any]]) -> bytes:
    """The PDF of letters: what `letter.typ` says to all, and each of `letters`: lines, code, contests, link."""
    shown = {**view, "letters": [{**letter, "qr": _qr(letter["link"])} for letter in letters]}
    compiler = typst.Compiler(templates() / "letter.typ", templates(), fonts_alone(), ignore_system_fonts=True)
    pdf = compiler.compile(format="pdf", sys_inputs={"view": json.dumps(shown)})
    return bytes(pdf)  # type: ignore[arg-type] # one document is one PDF


def _qr(link: str | None) -> str | None:
    if link is None:
        return None
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, svgns=True)
    return out.getvalue().decode()
