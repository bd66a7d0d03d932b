"""Workbooks: they are read like CSV, and one that claims to be far more than it is is not opened."""

import io
import struct
import unicodedata
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elections.bench.workbooks import ods_frame, pack, write_ods, write_xlsx, xlsx_frame
from elections.protocol.errors import ProtocolError
from elections.registry import packages, roll_file, workbooks
from tests.refused import refused
from tests.registry.common import HEADER, line
from tests.registry.test_roll_file import COLLEGES

WRITERS = {"XLSX": write_xlsx, "ODS": write_ods}
ROWS = [HEADER.split(";"), line("ada").split(";"), line("bea", "one", nom="Autre").split(";")]
TEXT = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'


def xlsx(rows, **more):
    """A workbook with one sheet of these rows, written as XML."""
    return pack({**xlsx_frame({"Feuil1": rows}), **more})


def ods(rows, **more):
    return pack({**ods_frame(f'<table:table table:name="F">{rows}</table:table>'), **more})


def ods_row(*cells, attributes=""):
    return f"<table:table-row{attributes}>{''.join(cells)}</table:table-row>"


@pytest.mark.parametrize("kind", WRITERS)
def test_a_workbook_is_read_like_csv(kind):
    file = roll_file.read(WRITERS[kind](ROWS), COLLEGES)
    assert (file.origin.kind, file.problems, file.warnings) == (kind, (), ())
    assert [(row.identifier, row.college, row.line) for row in file.rows] == [("ada", "list", 2), ("bea", "one", 3)]


cells = st.text(st.characters(codec="utf-8", categories=("L", "Nd", "P", "S", "Zs")), max_size=12).map(
    lambda text: " ".join(text.split())
)


@pytest.mark.parametrize("kind", WRITERS)
@settings(deadline=None, max_examples=40)
@given(rows=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=6))
def test_every_text_that_is_written_is_read_back(kind, rows):
    grid = workbooks.read(WRITERS[kind]([["a", "b", "c"], *rows]))
    written = [(number, row) for number, row in enumerate(rows, 2) if any(row)]
    normal = [(number, [unicodedata.normalize("NFC", cell) for cell in row]) for number, row in written]
    assert grid.lines[1:] == normal


def test_numbers_days_and_truths_are_written_as_typed_and_lost_zeros_are_told():
    rows = "".join(
        (
            f'<row r="1">{TEXT.format("A1", "identifiant")}{TEXT.format("B1", "x")}</row>',
            '<row r="2"><c r="A2"><v>123456</v></c><c r="B2" t="b"><v>1</v></c></row>',
            '<row r="3"><c r="A3"><v>0.5</v></c><c r="B3" t="d"><v>2026-01-31</v></c></row>',
            f'<row r="4">{TEXT.format("A4", "007")}<c r="B4" t="str"><f>HYPERLINK("x")</f><v>calculé</v></c></row>',
        )
    )
    grid = workbooks.read(xlsx(rows))
    assert [row[0] for _, row in grid.lines] == ["identifiant", "123456", "0.5", "007"]
    assert grid.lines[1][1][1] == "VRAI"
    assert grid.lines[3][1][1] == "calculé"
    assert grid.numbers == {0: (2, 2)}
    dated = ods_row(CELL.format("x").replace('value-type="string"', 'value-type="date" office:date-value="2026-01-31"'))
    assert workbooks.read(ods(dated)).lines == [(1, [str(date(2026, 1, 31))])]


def test_a_number_where_an_identifier_should_be_is_told():
    header = "".join(TEXT.format(f"{'ABCDEF'[at]}1", name.replace("'", "&apos;")) for at, name in enumerate(ROWS[0]))
    one = '<c r="A2"><v>612</v></c>' + "".join(
        TEXT.format(f"{'BCDEF'[at]}2", cell) for at, cell in enumerate(ROWS[1][1:])
    )
    file = roll_file.read(xlsx(f'<row r="1">{header}</row><row r="2">{one}</row>'), COLLEGES)
    assert [(item.rule, item.values["count"]) for item in file.warnings] == [("roll.numbers", 1)]
    assert (file.rows[0].identifier, file.problems) == ("612", ())


def test_the_first_sheet_that_is_seen_and_holds_anything_is_read_and_the_others_are_told():
    row = f'<row r="1">{TEXT.format("A1", "{}")}</row>'
    frame = xlsx_frame(
        {"Cachée": row.format("no"), "Vide": "", "Liste": row.format("yes"), "Notes": row.format("no")},
        {"Cachée": "hidden"},
    )
    grid = workbooks.read(pack(frame))
    assert (grid.origin.sheet, grid.lines) == ("Liste", [(1, ["yes"])])
    assert [(item.rule, item.values["others"]) for item in grid.warnings] == [("roll.other-sheets", 3)]


def test_hidden_rows_and_columns_are_read_and_told():
    rows = f'<row r="1">{TEXT.format("A1", "a")}</row><row r="2" hidden="1">{TEXT.format("A2", "b")}</row>'
    grid = workbooks.read(xlsx(rows))
    assert ([row for _, row in grid.lines], [item.rule for item in grid.warnings]) == ([["a"], ["b"]], ["roll.hidden"])
    filtered = ods_row(CELL.format("a")) + ods_row(CELL.format("b"), attributes=' table:visibility="filter"')
    assert [item.rule for item in workbooks.read(ods(filtered)).warnings] == ["roll.hidden"]


def test_macros_are_neither_kept_nor_handed_on():
    row = f'<row r="1">{TEXT.format("A1", "a")}</row>'
    data = xlsx(row, **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    assert [item.rule for item in workbooks.read(data).warnings] == ["roll.macros"]
    with zipfile.ZipFile(io.BytesIO(packages.look_through(data).data)) as clean:
        assert "xl/vbaProject.bin" not in clean.namelist()


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r="A1048576"><v>1</v></c></row><row r="2"><c r="XFD2"><v>1</v></c></row>',
        '<row r="99999999999"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZ9999999"><v>1</v></c></row>',
    ],
)
def test_a_cell_in_the_last_corner_is_not_believed(rows):
    with refused("roll.area"):
        workbooks.read(xlsx(rows))


@pytest.mark.parametrize("count", ["4000000000", " +4000000000 ", "99999999999999999999"])
def test_a_count_of_strings_is_not_believed(count):
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    table = f'<sst xmlns="x" count="1" uniqueCount="{count}"><si><t>z</t></si></sst>'
    with refused("roll.area"):
        workbooks.read(xlsx(row, **{"xl/sharedStrings.xml": table}))


def test_what_a_sheet_says_that_it_spans_is_not_believed():
    frame = xlsx_frame({"F": '<row r="1"><c r="A1"><v>1</v></c></row>'})
    name = "xl/worksheets/sheet1.xml"
    frame[name] = frame[name].replace("<sheetData>", '<dimension ref="A1:XFD200000"/><sheetData>')
    with refused("roll.area"):
        workbooks.read(pack(frame))


@pytest.mark.parametrize(
    "rows",
    [
        ods_row(CELL.format("a"), attributes=' table:number-rows-repeated="1000000000"'),
        ods_row(
            CELL.format("a").replace(
                "<table:table-cell", '<table:table-cell table:number-columns-repeated="1000000000"'
            )
        ),
        ods_row('<table:table-cell table:number-columns-repeated="16383"/>', CELL.format("a"))
        + ods_row("<table:table-cell/>", attributes=' table:number-rows-repeated="1000000"')
        + ods_row(CELL.format("a")),
        ods_row(CELL.format('a<text:s text:c="2000000000"/>')),
        ods_row(CELL.format('a<text:s text:c="9999"/><text:s text:c="9999"/>')),
    ],
)
def test_what_repeats_without_end_is_not_unfolded(rows):
    with refused("roll.area"):
        workbooks.read(ods(rows))


def test_a_table_with_empty_rows_to_its_end_is_no_bomb():
    assert workbooks.read(write_ods([["a", "b"]])).lines == [(1, ["a", "b"])]


def test_what_unpacks_without_end_is_not_unpacked():
    with refused("roll.unpacked"):
        workbooks.read(xlsx("", **{"xl/media/zeros.xml": b"0" * 101_000_000}))
    with refused("roll.unpacked"):
        workbooks.read(xlsx("", **{"xl/zeros.xml": b" " * 60_000_000}))


def test_a_directory_that_lies_about_sizes_unpacks_no_more_than_it_says():
    data = bytearray(xlsx("", **{"xl/zeros.xml": b" " * 900_000}))
    at = data.rindex(b"xl/zeros.xml") - 46 + 24
    assert struct.unpack_from("<I", data, at) == (900_000,)
    struct.pack_into("<I", data, at, 10)
    with refused("roll.workbook"):
        workbooks.read(bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        b"PK\x03\x04" + bytes(200),
        pack({"word/document.xml": "<document/>"}),
        pack({"xl/workbook.xml": "<workbook"}),
        pack({"xl/workbook.xml": "<workbook/>"}),
        pack({"content.xml": "<x/>"}),
        pack({"mimetype": "text/plain", "content.xml": "<x/>"}),
        xlsx("", **{"xl/entities.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        xlsx("", **{"xl/workbook.xml": b"\xff\xfe<\x00a\x00/\x00>\x00"}),
        xlsx("<row r='x'><c r='A1'><v>1</v></c></row>"),
        xlsx("<row r='1'><c r='1A'><v>1</v></c></row>"),
        pack({f"{n}.xml": "<a/>" for n in range(2_001)} | xlsx_frame({"F": ""})),
    ],
)
def test_what_is_no_workbook_is_refused(data):
    with refused("roll.workbook"):
        workbooks.read(data)


def test_members_whose_paths_lead_elsewhere_are_only_names():
    """Nothing is ever written by the name of a member."""
    row = f'<row r="1">{TEXT.format("A1", "a")}</row>'
    data = xlsx(row, **{"../../../../tmp/evil.xml": "<a/>", "/etc/passwd": "x", "C:\\x.xml": "<a/>"})
    assert workbooks.read(data).lines == [(1, ["a"])]


def test_a_member_that_stands_twice_is_refused():
    out = io.BytesIO(xlsx('<row r="1"/>'))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with refused("roll.workbook"):
        workbooks.read(out.getvalue())


def test_a_workbook_with_nothing_in_it_is_an_empty_roll():
    for data in (xlsx(""), ods("")):
        with refused("roll.empty"):
            workbooks.read(data)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(WRITERS)), st.data())
def test_whatever_is_changed_in_a_workbook_is_read_or_refused(kind, data):
    """Bytes of the XML, changed behind the checks of the archive: the reader of cells never brings the process down."""
    members = {}
    with zipfile.ZipFile(io.BytesIO(WRITERS[kind](ROWS))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(members)))
    raw = bytearray(members[name])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
        if not raw:
            break
    members[name] = bytes(raw)
    try:
        roll_file.read(pack(members), COLLEGES)
    except ProtocolError as error:
        assert error.rule.startswith("roll.")  # noqa: PT017 - either is right
