"""Tables that an office writes in a spreadsheet, read strictly (U1): CSV, XLSX or ODS, told apart by their content.

A trouble is a `ProtocolError` with the line and the column of the file in its values. Reading goes on after one,
so that the office gets the whole list at once. The file's bytes never reach a message unshortened.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError
from elections.registry import grids, workbooks
from elections.rules.eligibility import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from elections.registry.grids import Grid, Origin

    Columns = Mapping[str, tuple[str, ...]]

UNUSED = ""
"""What a heading means whose column is not to be read."""
_ZIP = b"PK\x03\x04"
_LONGEST_CELL = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: its number in the file, and the cells by column name."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds: its lines, how it was read, and what is wrong with it so far.

    `numbers` are the columns with cells that were numbers in a workbook: how many, and the line of the first.
    """

    origin: Origin
    lines: tuple[Line, ...]
    problems: list[ProtocolError] = field(default_factory=list)
    warnings: list[ProtocolError] = field(default_factory=list)
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def columns(self) -> frozenset[str]:
        """The columns that the file has."""
        return frozenset(self.lines[0].cells) if self.lines else frozenset()


def read(data: bytes, columns: Columns, optional: Columns | None = None) -> Sheet:
    """Read a sheet whose first line names the columns; `columns` gives the headings accepted for each name."""
    return fit(unfold(data), columns, optional)


def unfold(data: bytes) -> Grid:
    """The lines of a file, whatever its columns mean; refused is what no line can be read of."""
    grids.check_size(data)
    return workbooks.read(data) if data.startswith(_ZIP) else grids.read_csv(data)


def fit(
    grid: Grid, columns: Columns, optional: Columns | None = None, chosen: Mapping[str, str] | None = None
) -> Sheet:
    """The lines by what their columns mean.

    Headings are compared without case, accents and apostrophes. Every column must be there, those of `optional` may
    be, and no other (`roll.columns`); `chosen` says what a heading means that is none of the known ones, or that its
    column is `UNUSED`. A column without heading is one only if anything stands in it.
    """
    names = _names(grid, columns, optional or {}, chosen or {})
    sheet_lines: list[Line] = []
    problems = list(grid.problems)
    for number, cells in grid.lines[1:]:
        _take(number, cells, names, sheet_lines, problems)
    numbers = {names[at]: found for at, found in grid.numbers.items() if names[at]}
    return Sheet(grid.origin, tuple(sheet_lines), problems, list(grid.warnings), numbers)


def headings(grid: Grid) -> list[str]:
    """The headings of a file, those of empty columns left out."""
    return [cell.strip() for cell in (grid.lines[0][1] if grid.lines else []) if cell.strip()]


def meaning(heading: str, known: Columns, chosen: Mapping[str, str]) -> str | None:
    """What a heading means: a column, `UNUSED`, or None as long as nobody has said."""
    text = plain(heading)
    if text in chosen:
        return chosen[text]
    return next((name for name, words in known.items() if text in map(plain, words)), None)


def _names(grid: Grid, columns: Columns, optional: Columns, chosen: Mapping[str, str]) -> list[str]:
    """What each column of the file means."""
    header = grid.lines[0][1] if grid.lines else []
    known = {**columns, **optional}
    found = [
        UNUSED if not cell.strip() and _empty(grid, at) else meaning(cell, known, chosen)
        for at, cell in enumerate(header)
    ]
    unknown = [cell.strip()[:40] for cell, name in zip(header, found, strict=True) if name is None]
    names = [name for name in found if name]
    missing = [words[0] for name, words in columns.items() if name not in names]
    if unknown or missing or len(set(names)) != len(names):
        wanted = "; ".join(words[0] for words in columns.values())
        raise ProtocolError("roll.columns", wanted=wanted, missing=", ".join(missing), unknown=", ".join(unknown))
    return [name or UNUSED for name in found]


def _empty(grid: Grid, at: int) -> bool:
    return not any(cells[at].strip() for _, cells in grid.lines if at < len(cells))


def _take(number: int, cells: list[str], names: list[str], lines: list[Line], problems: list[ProtocolError]) -> None:
    if len(cells) != len(names):
        problems.append(ProtocolError("roll.cells", line=number, cells=len(cells), wanted=len(names)))
        return
    values = {name: " ".join(cell.split()) for name, cell in zip(names, cells, strict=True) if name}
    for name, value in values.items():
        if len(value) > _LONGEST_CELL or not value.isprintable():
            problems.append(ProtocolError("roll.cell", line=number, field=name))
            return
    lines.append(Line(number, values))


_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet takes for a formula, in quotes too."""


def write(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A sheet for a spreadsheet: UTF-8 with its mark, `;`, and no cell that could be run."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerows([neutral(cell) for cell in row] for row in (header, *rows))
    return out.getvalue().encode("utf-8-sig")


def neutral(cell: str) -> str:
    """A cell made harmless: an apostrophe before it makes it text for good; `plain_cell` takes it away again."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def plain_cell(cell: str) -> str:
    """A cell as it was before `neutral`."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell
