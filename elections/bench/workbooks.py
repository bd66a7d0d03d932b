"""Sheets as an office's program writes them: CSV, XLSX with shared strings, ODS with repeated empty cells.

Only what a reader of cells must understand is written: this is material to measure and to test with.
"""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Rows = Sequence[Sequence[str]]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"


def write_csv(rows: Rows) -> bytes:
    """Semicolons and UTF-8 with its mark, as Excel writes in French."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Rows) -> bytes:
    """One sheet, every cell a shared string."""
    places: dict[str, int] = {}
    lines = []
    for number, cells in enumerate(rows, 1):
        refs = [
            f'<c r="{_letters(at)}{number}" t="s"><v>{places.setdefault(cell, len(places))}</v></c>'
            for at, cell in enumerate(cells)
            if cell
        ]
        lines.append(f'<row r="{number}">{"".join(refs)}</row>')
    strings = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in places)
    counts = f'count="{len(places)}" uniqueCount="{len(places)}"'
    members = xlsx_frame({"Feuil1": "".join(lines)})
    members["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}" {counts}>{strings}</sst>'
    return pack(members)


def xlsx_frame(sheets: Mapping[str, str], states: Mapping[str, str] | None = None) -> dict[str, str]:
    """The members of an XLSX workbook with these sheets: by name the rows of each, and whether it is hidden."""
    listed = related = ""
    members = {}
    for place, (name, rows) in enumerate(sheets.items(), 1):
        state = f' state="{(states or {})[name]}"' if name in (states or {}) else ""
        listed += f'<sheet name="{escape(name)}" sheetId="{place}"{state} r:id="rId{place}"/>'
        related += f'<Relationship Id="rId{place}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        members[f"xl/worksheets/sheet{place}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    strings = f'<Relationship Id="rId0" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    document = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{document}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{related}{strings}'
        "</Relationships>",
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}"/>',
        **members,
    }


def write_ods(rows: Rows) -> bytes:
    """One table, with the empty rows and cells up to the last corner that LibreOffice leaves."""
    lines = []
    for cells in rows:
        texts = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            if cell
            else "<table:table-cell/>"
            for cell in cells
        )
        rest = f'<table:table-cell table:number-columns-repeated="{16384 - len(cells)}"/>'
        lines.append(f"<table:table-row>{texts}{rest}</table:table-row>")
    tail = (
        f'<table:table-row table:number-rows-repeated="{1048576 - len(rows)}">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    return pack(ods_frame(f'<table:table table:name="Feuille1">{"".join(lines)}{tail}</table:table>'))


def ods_frame(tables: str) -> dict[str, str]:
    """The members of an ODS workbook with these tables."""
    spaces = " ".join(f'xmlns:{name}="{_OASIS}:{name}:1.0"' for name in ("office", "style", "table", "text"))
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0"/>',
        "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>",
    }


def pack(members: Mapping[str, str | bytes]) -> bytes:
    """The archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _letters(at: int) -> str:
    """What a sheet calls its column number `at`, from 0: A to Z, then AA."""
    return chr(65 + at) if at < 26 else chr(64 + at // 26) + chr(65 + at % 26)


WRITERS: Mapping[str, Callable[[Rows], bytes]] = {"CSV": write_csv, "XLSX": write_xlsx, "ODS": write_ods}
"""By what each format is called."""
