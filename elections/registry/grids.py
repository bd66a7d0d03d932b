"""Cells of a table as lines of text, however they came in: what CSV and workbooks are both read into.

A trouble is a `ProtocolError` with the line of the file in its values. No cell is judged here, but none is changed
either: what was a number or a date in a workbook is written out once, by `workbooks`.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, field

from elections.protocol.errors import ProtocolError

LARGEST = 20_000_000
"""Bytes of a file, of whatever kind."""
_SEPARATORS = ";,\t"


@dataclass(frozen=True, slots=True)
class Origin:
    """How a file was read: as `CSV` with its encoding and separator, or as `XLSX` or `ODS` by the name of a sheet."""

    kind: str
    encoding: str = ""
    separator: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines of a file with their numbers in it, those without any text left out; the first names the columns.

    `numbers` are the cells that were numbers in a workbook, by column: how many, and the first one's line.
    `problems` forbid to use the file, `warnings` do not.
    """

    origin: Origin
    lines: list[tuple[int, list[str]]]
    numbers: dict[int, tuple[int, int]] = field(default_factory=dict)
    problems: list[ProtocolError] = field(default_factory=list)
    warnings: list[ProtocolError] = field(default_factory=list)


def check_size(data: bytes) -> None:
    """Refuse a file that is far too large for what it should be."""
    if len(data) > LARGEST:
        raise ProtocolError("roll.size", limit=LARGEST // 1_000_000)


def read_csv(data: bytes) -> Grid:
    """Read CSV of unknown encoding and separator.

    Encoding: UTF-8, with or without its mark, else Windows-1252. Separator: whichever of `;`, `,` and tab makes
    the most cells of the first line. Refused: what is no text (`roll.encoding`), a first line that cannot be read
    (`roll.csv`).
    """
    text, encoding = _decode(data)
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    # Newlines stay as they are: the csv module knows those inside quotes from those that end a line.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    grid = Grid(Origin("CSV", encoding, separator), [])
    number = 1
    try:
        for cells in reader:
            if number == 1 or any(cell.strip() for cell in cells):
                grid.lines.append((number, cells))
            number = reader.line_num + 1
    except csv.Error as error:
        problem = ProtocolError("roll.csv", line=number)
        if number == 1:
            raise problem from error
        grid.problems.append(problem)
    return grid


def _decode(data: bytes) -> tuple[str, str]:
    try:
        text, encoding = data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        try:
            text, encoding = data.decode("cp1252"), "Windows-1252"
        except UnicodeDecodeError as error:
            raise ProtocolError("roll.encoding") from error
    # No text file holds one: this is some program's own format, or UTF-16.
    if "\x00" in text:
        raise ProtocolError("roll.encoding")
    return unicodedata.normalize("NFC", text), encoding
