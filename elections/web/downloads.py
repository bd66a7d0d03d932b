"""Tables to take home: CSV that a spreadsheet opens, and in which no cell does anything."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import Response, send_file

from elections.registry import sheets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A file to be saved, as spreadsheets in France want it."""
    data = io.BytesIO(sheets.write(header, rows))
    return send_file(data, "text/csv; charset=utf-8", as_attachment=True, download_name=name)
