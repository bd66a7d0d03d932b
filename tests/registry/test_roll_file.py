"""The roll file: any spreadsheet's CSV is read alike, and every trouble is told with its line."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol.errors import ProtocolError
from elections.registry import roll_file
from tests.refused import refused
from tests.registry.common import HEADER, ROLL, line, sheet

COLLEGES = {key: roll_file.College(key, name) for key, name in (("list", "Un collège"), ("one", "Un autre collège"))}


def read(data):
    return roll_file.read(data, COLLEGES)


def troubles(*lines):
    """(rule, line) of each problem."""
    return [(problem.rule, problem.values.get("line")) for problem in read(sheet(*lines)).problems]


def test_rows_come_in_the_order_of_identifiers_with_their_lines():
    file = read(sheet(line("zoe", "one"), "", line("ada")))
    assert [(row.identifier, row.college, row.line) for row in file.rows] == [("ada", "list", 4), ("zoe", "one", 2)]
    assert (file.problems, file.totals) == ((), {"list": 1, "one": 1})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encoding_and_separator_are_guessed(encoding, separator, newline):
    data = sheet(line("ada", nom="Noël"), newline=newline).decode().replace(";", separator).encode(encoding)
    file = read(data)
    assert (file.rows[0].last_name, file.origin.separator, file.problems) == ("Noël", separator, ())
    assert file.origin.encoding == ("Windows-1252" if encoding == "cp1252" else "UTF-8")


def test_headings_are_forgiven_case_accents_and_apostrophes():
    header = "NOM;PRENOM;Courriel;Rôle d’inscription;Identifiant;college"
    file = read(sheet("Nom;Prénom;a@b.fr;Paris;ada;list", header=header))
    assert (file.problems, file.rows[0].identifier, file.rows[0].roll_unit) == ((), "ada", "Paris")


def test_quoted_cells_may_hold_the_separator_and_a_line_end():
    file = read(sheet(line("ada", nom='"Du ; Pont"'), line("bea", prénom='"Anne\nMarie"'), line("cleo")))
    assert file.problems == ()
    assert [(row.last_name, row.first_name, row.line) for row in file.rows] == [
        ("Du ; Pont", "Prénom", 2),
        ("Nom", "Anne Marie", 3),
        ("Nom", "Prénom", 5),
    ]


def test_identifiers_differ_by_more_than_case():
    assert troubles(line("ada"), line("Ada", email="other@exemple.fr")) == [("roll.twice", 3)]


PHONES = HEADER + ";téléphone"


@pytest.mark.parametrize(
    "typed", ["+33612345678", "+33 6 12 34 56 78", "+33 (6) 12.34.56-78", "0033612345678", "00 33 6 12/34/56/78"]
)
def test_a_telephone_is_written_as_it_is_dialled_from_abroad(typed):
    file = read(sheet(f"{line('ada')};{typed}", f"{line('bea')};", header=PHONES))
    assert file.problems == ()
    assert [row.phone for row in file.rows] == ["+33612345678", None]
    assert file.phones == 1


def test_without_the_column_nobody_has_a_telephone():
    file = read(sheet(line("ada")))
    assert (file.problems, file.phones, file.rows[0].phone) == ((), 0, None)


@pytest.mark.parametrize(
    "typed", ["0612345678", "+0612345678", "+33", "+3361234567890123", "+33x", "+٣٣612345678", "sans"]
)
def test_a_telephone_without_its_country_is_told(typed):
    file = read(sheet(f"{line('ada')};{typed}", header=PHONES))
    assert [(problem.rule, problem.values["line"]) for problem in file.problems] == [("roll.phone", 2)]


def test_two_electors_with_one_telephone_are_told():
    file = read(sheet(f"{line('ada')};+33612345678", f"{line('bea')};0033 612345678", header=PHONES))
    assert [(problem.rule, problem.values["first"]) for problem in file.problems] == [("roll.phone-twice", 2)]


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (line("ad a", email="x@exemple.fr"), "roll.identifier"),
        (line("é", email="x@exemple.fr"), "roll.identifier"),
        (line("=cmd", email="x@exemple.fr"), "roll.identifier"),
        (line("x", email="é@exemple.fr"), "roll.email"),
        (line("x" * 65, email="x@exemple.fr"), "roll.identifier"),
        (line("x", email="nobody"), "roll.email"),
        (line("x", email="a@b"), "roll.email"),
        (line("x", email="a@b.fr,c@d.fr"), "roll.email"),
        (line("x", email=f"{'a' * 64}@{'b.' * 100}fr"), "roll.email"),
        (line("x", "three"), "roll.college"),
        (line("x", nom=""), "roll.text"),
        (line("x", prénom="y" * 201), "roll.text"),
        (line("x", unit=""), "roll.text"),
        (line("x", nom="a\x1b[2J"), "roll.cell"),
        (line("x", nom="z" * 1001), "roll.cell"),
        (line("x") + ";more", "roll.cells"),
        ("x", "roll.cells"),
        (line("ada", email="other@exemple.fr"), "roll.twice"),
        (line("ada", "one", email="other@exemple.fr"), "roll.two-colleges"),
        (line("x", email="ADA@exemple.fr"), "roll.email-twice"),
        (line("x", nom='"open'), "roll.csv"),
    ],
)
def test_every_trouble_names_its_line(bad, rule):
    assert troubles(line("ada"), bad) == [(rule, 3)]


def test_all_troubles_are_told_in_the_order_of_lines():
    assert troubles(line("a", "x"), "short", line("b", nom="", email="-"), line("c")) == [
        ("roll.college", 2),
        ("roll.cells", 3),
        ("roll.email", 4),
        ("roll.text", 4),
    ]


@pytest.mark.parametrize("data", [b"", b"\n", HEADER.encode().replace(b"nom;", b""), HEADER.encode() + b";x\n"])
def test_columns_must_be_those(data):
    with refused("roll.columns"):
        read(data)


def test_a_column_that_stands_twice_is_refused():
    with refused("roll.columns"):
        read(f"{HEADER};nom\n".encode())


@pytest.mark.parametrize("data", [b"\x81\x8d", ROLL.decode().encode("utf-16")])
def test_what_is_no_text_is_refused(data):
    with refused("roll.encoding"):
        read(data)


def test_a_file_far_too_large_is_refused_unread():
    with refused("roll.size"):
        read(b"x" * 20_000_001)


def test_a_header_alone_is_an_empty_roll():
    assert [problem.rule for problem in read(sheet()).problems] == ["roll.empty"]


names = st.text(st.characters(codec="cp1252", categories=("L", "Nd", "Pd", "Po")), min_size=1, max_size=20)


@st.composite
def rolls(draw):
    """Rows of a roll that is right, with any names that a spreadsheet may quote."""
    identifiers = draw(st.lists(st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True), min_size=1, unique=True))
    return [
        (who, draw(names), draw(names), f"{n}@exemple.fr", draw(st.sampled_from([*COLLEGES])), draw(names))
        for n, who in enumerate(identifiers)
    ]


@given(rolls(), st.sampled_from(";,\t"), st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]), st.randoms())
def test_what_a_spreadsheet_writes_is_read_back(rows, separator, encoding, random):
    """Whatever the encoding, the separator and the order of lines."""
    random.shuffle(rows)
    quoted = [separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    data = "\r\n".join([HEADER.replace(";", separator), *quoted]).encode(encoding)
    file = roll_file.read(data, COLLEGES)
    found = [
        (row.identifier, row.last_name, row.first_name, row.email, row.college, row.roll_unit) for row in file.rows
    ]
    assert file.problems == ()
    assert found == sorted(tuple(_shown(cell) for cell in row) for row in rows)


def _shown(cell):
    return " ".join(unicodedata.normalize("NFC", cell).split())


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail_otherwise_than_by_a_rule(data):
    for start in (b"", HEADER.encode() + b"\n"):
        assert all(rule.startswith("roll.") for rule in _rules(start + data))


def _rules(data):
    try:
        return [problem.rule for problem in read(data).problems]
    except ProtocolError as error:
        return [error.rule]
