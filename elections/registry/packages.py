"""The archive of a workbook, looked through before anything reads it: what is handed on is a new one.

A workbook is a zip of XML, and both can claim to be far more than they are: members that unpack without end, a cell in
the last corner of a sheet, a row that repeats a thousand million times. The reader of cells sets aside memory for what
is claimed, and the whole process with it. So sizes are read from the zip's directory before anything is unpacked, each
XML member is parsed once for its claims alone, and the reader gets a new archive of those members: no macro, no
picture, no member by a path that leads elsewhere, nothing that the directory and the members tell differently.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from xml.parsers import expat

from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_CELLS = 8_000_000
"""What a sheet may claim to be, rows times columns; also the most elements of all members together."""
_UNPACKED = 100_000_000
_RATIO = 400
"""How many times its packed size a workbook may be, beyond a first megabyte: a roll of 10,000 is 39 times, as ODS."""
_MEMBERS = 2_000
_MOST_SPACES = 10_000
_KINDS = {"xl/workbook.xml": "XLSX", "content.xml": "ODS"}
_KEPT = (".xml", ".rels")
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_NUMBER = re.compile(r"\s*\+?([0-9]{1,20})\s*", re.ASCII)
_COUNTS = ("count", "uniqueCount")
"""By these a member says how many elements follow, and memory is set aside for them."""


@dataclass(slots=True)
class Package:
    """A workbook that may be read: its kind, the new archive, and what it held that the office should know of."""

    kind: str
    data: bytes
    hidden: int
    """Rows and columns that its program does not show."""
    macros: bool


def look_through(data: bytes) -> Package:
    """Check the archive and write it anew.

    Refused: what is no workbook of these kinds or is damaged or locked (`roll.workbook`), what unpacks to far more
    than a roll (`roll.unpacked`), what claims more cells than any (`roll.area`).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _look_through(archive)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, ValueError, NotImplementedError,
            RuntimeError) as error:  # fmt: skip
        if isinstance(error, ProtocolError):
            raise
        raise ProtocolError("roll.workbook") from error


def _look_through(archive: zipfile.ZipFile) -> Package:
    members = archive.infolist()
    names = [member.filename for member in members]
    kind = next((kind for name, kind in _KINDS.items() if name in names), None)
    if kind is None or len(members) > _MEMBERS or len(set(names)) != len(names):
        raise ProtocolError("roll.workbook")
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if size > _UNPACKED or size > 1_000_000 + _RATIO * packed:
        raise ProtocolError("roll.unpacked", limit=_UNPACKED // 1_000_000)
    claims, out = _Claims(_STARTS[kind]), io.BytesIO()
    with zipfile.ZipFile(out, "w") as clean:
        for member in members:
            if member.filename == "mimetype":
                clean.writestr("mimetype", archive.read(member))
            elif member.filename.lower().endswith(_KEPT):
                raw = archive.read(member)
                claims.read(raw)
                clean.writestr(member.filename, raw)
    # The macros of Excel, and those of LibreOffice.
    macros = any(name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/")) for name in names)
    return Package(kind, out.getvalue(), claims.hidden, macros)


@dataclass(slots=True)
class _Claims:
    """Goes through the elements of XML and refuses what claims too much; nothing of it is kept.

    Names of elements are compared without their prefix, as the reader of cells does.
    """

    starts: Mapping[str, Callable[[_Claims, dict[str, str]], None]]
    elements: int = 0
    hidden: int = 0
    spaces: int = 0
    height: int = 0
    """The last row and the last column of a sheet in which anything stands."""
    width: int = 0
    row: int = 0
    """Where we are; of an ODS sheet `repeats` is how often this row stands, `filled` its last column with content."""
    column: int = 0
    repeats: int = 1
    filled: int = 0

    def read(self, raw: bytes) -> None:
        """One member. A document type could define entities, and no workbook has one."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        if "table-row" in self.starts:
            parser.EndElementHandler = self.end
        parser.StartDoctypeDeclHandler = _refuse
        self.sheet({})
        parser.Parse(raw, True)  # noqa: FBT003 - this is all of it

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.elements += 1
        if self.elements > MOST_CELLS:
            raise ProtocolError("roll.area", limit=MOST_CELLS)
        known = self.starts.get(name if ":" not in name else name.rpartition(":")[2])
        if known is not None:
            known(self, attributes)
        elif attributes:
            for key in _COUNTS:
                if key in attributes and _NUMBER.fullmatch(attributes[key]):
                    _number(attributes[key])

    def end(self, name: str) -> None:
        """A row of an ODS sheet is over; empty ones count if one with content follows."""
        if name.endswith("table-row"):
            self.row += self.repeats
            if self.filled:
                self.reach(self.row, self.filled)

    def reach(self, row: int, column: int) -> None:
        """Something stands in that place of the sheet."""
        if row > self.height or column > self.width:
            self.height, self.width = max(self.height, row), max(self.width, column)
            if self.height * self.width > MOST_CELLS:
                raise ProtocolError("roll.area", limit=MOST_CELLS)

    def sheet(self, _: dict[str, str]) -> None:
        """A sheet begins."""
        self.row = self.column = self.height = self.width = self.filled = 0

    # XLSX: rows and cells say where they are, or follow each other.

    def xlsx_row(self, attributes: dict[str, str]) -> None:
        """`<row r="3" hidden="1">`."""
        self.row = _number(attributes["r"]) if "r" in attributes else self.row + 1
        self.column = 0
        self.hidden += attributes.get("hidden") in ("1", "true")

    def xlsx_column(self, attributes: dict[str, str]) -> None:
        """`<col min="2" max="2" hidden="1">`."""
        self.hidden += attributes.get("hidden") in ("1", "true")

    def xlsx_cell(self, attributes: dict[str, str]) -> None:
        """`<c r="B3">`."""
        row, self.column = _place(attributes["r"]) if "r" in attributes else (self.row, self.column + 1)
        self.reach(row, self.column)

    def xlsx_dimension(self, attributes: dict[str, str]) -> None:
        """`<dimension ref="A1:G10001">`: what the sheet says that it spans."""
        row, column = _place(attributes.get("ref", "A1").rpartition(":")[2])
        if row * column > MOST_CELLS:
            raise ProtocolError("roll.area", limit=MOST_CELLS)

    # ODS: rows and cells repeat; what is empty at the end counts for nothing.

    def ods_row(self, attributes: dict[str, str]) -> None:
        """`<table:table-row table:number-rows-repeated="2" table:visibility="filter">`."""
        self.repeats = _number(_local(attributes, "number-rows-repeated", "1"))
        self.column = self.filled = 0
        self.hidden += _local(attributes, "visibility", "visible") != "visible"

    def ods_column(self, attributes: dict[str, str]) -> None:
        """`<table:table-column table:visibility="collapse">`."""
        self.hidden += _local(attributes, "visibility", "visible") != "visible"

    def ods_cell(self, attributes: dict[str, str]) -> None:
        """`<table:table-cell table:number-columns-repeated="2" office:value-type="string">`."""
        repeats = _local(attributes, "number-columns-repeated", "")
        self.column += _number(repeats) if repeats else 1
        if _local(attributes, "value-type", "") or _local(attributes, "formula", ""):
            self.filled = self.column

    def ods_text(self, _: dict[str, str]) -> None:
        """`<text:p>`: the cell holds something, whatever its attributes say."""
        self.filled = self.column

    def ods_spaces(self, attributes: dict[str, str]) -> None:
        """`<text:s text:c="3">`: so many spaces."""
        self.spaces += _number(_local(attributes, "c", "1"))
        if self.spaces > _MOST_SPACES:
            raise ProtocolError("roll.area", limit=_MOST_SPACES)


_STARTS: Mapping[str, Mapping[str, Callable[[_Claims, dict[str, str]], None]]] = {
    "XLSX": {
        "c": _Claims.xlsx_cell,
        "col": _Claims.xlsx_column,
        "dimension": _Claims.xlsx_dimension,
        "row": _Claims.xlsx_row,
        "worksheet": _Claims.sheet,
    },
    "ODS": {
        "covered-table-cell": _Claims.ods_cell,
        "p": _Claims.ods_text,
        "s": _Claims.ods_spaces,
        "table": _Claims.sheet,
        "table-cell": _Claims.ods_cell,
        "table-column": _Claims.ods_column,
        "table-row": _Claims.ods_row,
    },
}


def _refuse(*_: object) -> None:
    raise ProtocolError("roll.workbook")


def _local(attributes: dict[str, str], name: str, default: str) -> str:
    for key, value in attributes.items():
        if key.endswith(name) and key.rpartition(":")[2] == name:
            return value
    return default


def _number(text: str) -> int:
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ProtocolError("roll.workbook")
    number = int(found[1])
    if number > MOST_CELLS:
        raise ProtocolError("roll.area", limit=MOST_CELLS)
    return number


def _place(text: str) -> tuple[int, int]:
    """Row and column of a cell by its name, as B3."""
    found = _CELL.fullmatch(text)
    if found is None:
        raise ProtocolError("roll.workbook")
    return int(found[2]), _column(found[1])


@cache
def _column(letters: str) -> int:
    """The number of a column by its letters, from 1."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column
