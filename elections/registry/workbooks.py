"""XLSX and ODS as lines of text: the values of cells, never a formula run nor a macro looked at.

The first sheet that can be seen and holds anything is read. A cell is written out as a person would type it: whole
numbers without a point, days as 2026-01-31, what is true or false as VRAI or FAUX. What a number looked like in the
office's program is not in its value, so that a leading zero of a cell that is a number is gone: that is told.
"""

from __future__ import annotations

import io
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from elections.protocol.errors import ProtocolError
from elections.registry.grids import Grid, Origin
from elections.registry.packages import look_through

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

    Cell = int | float | str | bool | time | date | datetime | timedelta


def read(data: bytes) -> Grid:
    """Read a workbook; refused as `packages.look_through` says, and where no sheet holds anything (`roll.empty`)."""
    package = look_through(data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(package.data)) as book:
            seen = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
            ]
            sheets = (book.get_sheet_by_name(name) for name in seen)
            sheet = next((sheet for sheet in sheets if sheet.height), None)
            if sheet is None:
                raise ProtocolError("roll.empty")
            grid = _grid(sheet, package.kind)
            others = len(book.sheets_metadata) - 1
    except (CalamineError, ValueError, OSError) as error:
        if isinstance(error, ProtocolError):
            raise
        raise ProtocolError("roll.workbook") from error
    if others:
        grid.warnings.append(ProtocolError("roll.other-sheets", sheet=sheet.name[:40], others=others))
    if package.hidden:
        grid.warnings.append(ProtocolError("roll.hidden", count=package.hidden))
    if package.macros:
        grid.warnings.append(ProtocolError("roll.macros"))
    return grid


def _grid(sheet: CalamineSheet, kind: str) -> Grid:
    grid = Grid(Origin(kind, sheet=sheet.name), [])
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), 1):
        texts = [cell if type(cell) is str else _text(cell) for cell in cells]
        if not any(texts):
            continue
        for column, cell in enumerate(cells):
            if type(cell) in (int, float):
                count, first = grid.numbers.get(column, (0, number))
                grid.numbers[column] = (count + 1, first)
        grid.lines.append((number, [unicodedata.normalize("NFC", text) for text in texts]))
    return grid


def _text(cell: Cell) -> str:
    """What a person would have typed into the cell."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float):
        # Above that, a number of a sheet has lost digits already.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        cell = cell.date()
    return str(cell)
