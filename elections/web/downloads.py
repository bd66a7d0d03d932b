"""Tables to take home: CSV that a spreadsheet opens, and in which no cell does anything."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from flask import Response, send_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes what begins like this for a formula, in a quoted cell too."""


def neutral(cell: str) -> str:
    """The text of a cell, made harmless: an apostrophe before it makes it text for good."""
    return f"'{cell}" if cell.startswith(_STARTS) else cell


def table(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A file to be saved, with semicolons and in UTF-8 with its mark, as spreadsheets in France want it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    for row in (header, *rows):
        writer.writerow([neutral(cell) for cell in row])
    data = io.BytesIO(text.getvalue().encode("utf-8-sig"))
    return send_file(data, "text/csv; charset=utf-8", as_attachment=True, download_name=name)
