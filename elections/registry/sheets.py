"""Tables that an office writes in a spreadsheet: CSV of unknown encoding and separator, read strictly (U1).

A trouble is a `ProtocolError` with the line and the column of the file in its values. Reading goes on after one,
so that the office gets the whole list at once. The file's bytes never reach a message unshortened.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError
from elections.rules.eligibility import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SEPARATORS = ";,\t"
_LARGEST = 20_000_000
_LONGEST_CELL = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: its number in the file, and the cells by column name."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds: its lines, how it was read, and what is wrong with it so far."""

    encoding: str
    separator: str
    lines: tuple[Line, ...]
    problems: list[ProtocolError] = field(default_factory=list)


def read(
    data: bytes, columns: Mapping[str, tuple[str, ...]], optional: Mapping[str, tuple[str, ...]] | None = None
) -> Sheet:
    """Read a sheet whose first line names the columns; `columns` gives the headings accepted for each name.

    Headings are compared without case, accents and apostrophes. Every column must be there, those of `optional` may
    be, and no other.
    Encoding: UTF-8, with or without its mark, else Windows-1252. Separator: whichever of `;`, `,` and tab makes
    the most cells of the first line. Refused at once, for nothing could be said of the rest: what is no text,
    and columns that do not fit (`roll.columns`) or cannot be read (`roll.csv`).
    """
    text, encoding = _decode(data)
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    # Newlines stay as they are: the csv module knows those inside quotes from those that end a line.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    sheet_lines: list[Line] = []
    problems: list[ProtocolError] = []
    number = 1
    try:
        names = _columns(next(reader, []), columns, optional or {})
        number = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _take(number, cells, names, sheet_lines, problems)
            number = reader.line_num + 1
    except csv.Error as error:
        problem = ProtocolError("roll.csv", line=number)
        if number == 1:
            raise problem from error
        problems.append(problem)
    return Sheet(encoding, separator, tuple(sheet_lines), problems)


def _decode(data: bytes) -> tuple[str, str]:
    if len(data) > _LARGEST:
        raise ProtocolError("roll.size", limit=_LARGEST // 1_000_000)
    try:
        text, encoding = data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        try:
            text, encoding = data.decode("cp1252"), "Windows-1252"
        except UnicodeDecodeError as error:
            raise ProtocolError("roll.encoding") from error
    # No text file holds one: this is a spreadsheet's own format, or UTF-16.
    if "\x00" in text:
        raise ProtocolError("roll.encoding")
    return unicodedata.normalize("NFC", text), encoding


def _columns(
    header: list[str], columns: Mapping[str, tuple[str, ...]], optional: Mapping[str, tuple[str, ...]]
) -> list[str]:
    known = {plain(heading): name for name, headings in (*columns.items(), *optional.items()) for heading in headings}
    unknown = [cell.strip()[:40] for cell in header if plain(cell) not in known]
    names = [known[plain(cell)] for cell in header if plain(cell) in known]
    missing = [headings[0] for name, headings in columns.items() if name not in names]
    if unknown or missing or len(set(names)) != len(names):
        wanted = "; ".join(headings[0] for headings in columns.values())
        raise ProtocolError("roll.columns", wanted=wanted, missing=", ".join(missing), unknown=", ".join(unknown))
    return names


def _take(number: int, cells: list[str], names: list[str], lines: list[Line], problems: list[ProtocolError]) -> None:
    if len(cells) != len(names):
        problems.append(ProtocolError("roll.cells", line=number, cells=len(cells), wanted=len(names)))
        return
    values = {name: " ".join(cell.split()) for name, cell in zip(names, cells, strict=True)}
    for name, value in values.items():
        if len(value) > _LONGEST_CELL or not value.isprintable():
            problems.append(ProtocolError("roll.cell", line=number, field=name))
            return
    lines.append(Line(number, values))


_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet may take for a formula."""


def write(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A sheet for a spreadsheet: UTF-8 with its mark, `;`, and no cell that could be run.

    A cell that begins like a formula gets an apostrophe before it; `plain_cell` takes it away again.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def plain_cell(cell: str) -> str:
    """A cell as it was before `write` made it harmless."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell
