"""A roll file at the desk: looked at, its columns said, its report paged and taken home, applied as it was seen."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

import pytest

from elections.bench.workbooks import write_csv, write_ods, write_xlsx
from elections.post import Outbox
from elections.protocol.errors import ProtocolError
from elections.registry import elections, journal, roll, roll_trials
from elections.registry.roll_tables import RollTrial
from elections.registry.sheets import neutral
from tests.doors.world import DRAFTED, fiction
from tests.web.site import EVERYBODY, FIRST, Site, found
from tests.web.test_public import text

HEADINGS = ["identifiant", "nom", "prénom", "email", "collège", "rôle d'inscription"]
FIRST_CELLS = [FIRST.identifier, FIRST.last_name, FIRST.first_name, FIRST.email, FIRST.college, FIRST.unit]
NINE = ["neuf", "Neuf", "Zoé", "z@exemple.fr", "b", "Lyon"]


@pytest.fixture
def draft(drafted):
    """The site of an election in preparation."""
    return Site(drafted, DRAFTED)


@pytest.fixture
def path(draft):
    """The address of its roll."""
    return f"/bureau/election/{draft.election}/liste"


def upload(name, data):
    return {"file": (io.BytesIO(data), name)}


def look(officer, path, data, name="liste.csv"):
    """Hand a file in; the report that follows."""
    return officer.send(f"{path}/essai", follow=True, **upload(name, data))


def apply(officer, report, follow=True, **changes):
    """Press the button of a report."""
    where = found(r'action="([^"]+/appliquer)"', report.text)
    seen = found(r'name="seen"[^>]*value="([^"]+)"', report.text)
    return officer.send(where, follow=follow, **{"seen": seen, **changes})


def size(site):
    with site.world.store.registry_reader() as session:
        return sum(roll.size(session, contest.uuid) for contest in elections.find(session, site.election).contests)


@pytest.mark.parametrize(
    ("write", "name", "told"),
    [
        (write_csv, "liste.csv", "Lu comme CSV en UTF-8, séparateur « ; »."),
        (write_xlsx, "liste.xlsx", "Lu comme classeur XLSX, feuille « Feuil1 »."),
        (write_ods, "liste.ods", "Lu comme classeur ODS, feuille « Feuille1 »."),
    ],
)
def test_a_roll_is_tried_before_it_is_applied(draft, path, write, name, told):
    officer = draft.desk("officer")
    assert f"Total {EVERYBODY}" in text(officer.get(path))
    report = look(officer, path, write([HEADINGS, FIRST_CELLS, NINE]), name)
    page = text(report)
    assert told in page
    assert "Ajouts (1)" in page
    assert f"Retraits ({EVERYBODY - 1})" in page
    assert re.search(r"neuf Neuf Zoé .*Lyon", page)
    assert f"Total {EVERYBODY}" in text(officer.get(path))
    done = apply(officer, report)
    assert f"1 ajouts, 0 changements, {EVERYBODY - 1} retraits" in text(done)
    assert "Total 2" in text(done)
    # Nothing is left of the file.
    with draft.world.store.registry_reader() as session:
        assert session.query(RollTrial).count() == 0


def test_every_trouble_is_told_by_its_line_and_nothing_is_applied(draft, path):
    officer = draft.desk("officer")
    data = (";".join(HEADINGS) + "\né;N;P;pas-une-adresse;z;Paris\na;;P;a@b.fr;a;Paris\n").encode("cp1252")
    page = look(officer, path, data)
    told = text(page)
    assert "4 points à corriger" in told
    assert "Ligne 2, email : « pas-une-adresse » n’est pas une adresse." in told
    assert "Ligne 2, collège : « z » n’est aucun de : a, b." in told
    assert "Ligne 3, nom" in told
    assert "Appliquer cette liste" not in told
    # Whoever presses a button that is not there is refused.
    trial = found(r'action="[^"]+/essai/([^"/]+)/abandonner"', page.text)
    refused = officer.send(f"{path}/essai/{trial}/appliquer", seen="x")
    assert refused.status_code == 400
    assert "4 points à corriger ; le premier : Ligne 2" in text(refused)
    assert size(draft) == EVERYBODY


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04\x00\x00", "Le classeur ne peut pas être lu"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "ni un classeur (XLSX, ODS), ni du texte"),
        ("a;b;c\n".encode("utf-16"), "ni un classeur (XLSX, ODS), ni du texte"),
    ],
)
def test_a_file_that_is_no_roll_is_told(draft, path, data, told):
    answer = look(draft.desk("officer"), path, data, "x")
    assert answer.status_code == 422
    assert told in text(answer)


@pytest.mark.parametrize("data", [b"", b"nom;nom\n", b"\n\n"])
def test_a_file_without_the_columns_asks_what_they_mean(draft, path, data):
    page = text(look(draft.desk("officer"), path, data))
    assert "Que désignent les colonnes" in page
    assert "Il manque encore" in page
    assert "Appliquer cette liste" not in page


def test_no_file_and_too_large_a_file_are_told(draft, path):
    officer = draft.desk("officer")
    assert "Choisissez un fichier." in text(officer.send(f"{path}/essai"))
    kind = "multipart/form-data; boundary=x"
    assert officer.post(f"{path}/essai", data=bytes(20_500_001), content_type=kind).status_code == 413


def test_columns_are_said_once_and_remembered(draft, path):
    officer = draft.desk("officer")
    odd = ["Matricule", "NOM", "Prenom", "Mél", "Scrutin", "Ressort", "Observations"]
    data = write_xlsx([odd, [*FIRST_CELLS, "à revoir"]])
    asked = look(officer, path, data, "agents.xlsx")
    page = text(asked)
    assert "Que désignent les colonnes" in page
    assert "Observations à revoir" in page
    trial = found(r'action="[^"]+/essai/([^"/]+)/colonnes"', asked.text)
    # What is known already is chosen already.
    assert '<option value="last_name" selected>' in asked.text
    meanings = ["identifier", "last_name", "first_name", "email", "college", "roll_unit", ""]
    twice = {f"colonne-{at}": "email" for at in range(7)}
    wrong = officer.send(f"{path}/essai/{trial}/colonnes", **twice)
    assert (wrong.status_code, "ne peuvent pas avoir le même sens" in text(wrong)) == (422, True)
    unknown = officer.send(f"{path}/essai/{trial}/colonnes", **{"colonne-0": "password"})
    assert unknown.status_code == 422
    fields = {f"colonne-{at}": name for at, name in enumerate(meanings)}
    report = officer.send(f"{path}/essai/{trial}/colonnes", follow=True, **fields)
    assert "Appliquer cette liste" in text(report)
    # The next file with these headings needs no answer.
    again = look(officer, path, data, "agents.xlsx")
    assert (again.status_code, "Appliquer cette liste" in text(again)) == (200, True)


def test_a_difference_is_shown_field_by_field_and_taken_home(draft, path):
    officer = draft.desk("officer")
    people = fiction().people
    rows = [[p.identifier, p.last_name, p.first_name, p.email, p.college, p.unit] for p in people]
    rows[0][1], rows[0][3], rows[1][4] = "=1+1", "ailleurs@exemple.fr", "b"
    report = look(officer, path, write_csv([HEADINGS, *rows[:-1]]))
    page = text(report)
    assert "Changements (2)" in page
    trial = found(r"/essai/([^/?\"]+)/abandonner", report.text)
    changed = text(officer.get(f"{path}/essai/{trial}?partie=changements"))
    assert f"nom : « {rows[0][1]} »" not in changed
    assert f"nom : « {people[0].last_name} » devient « =1+1 »" in changed
    assert f"email : « {people[0].email} » devient « ailleurs@exemple.fr »" in changed
    assert "collège : « a » devient « b »" in changed
    home = officer.get(f"{path}/essai/{trial}/changements.csv")
    cells = list(csv.reader(io.StringIO(home.data.decode("utf-8-sig")), delimiter=";"))
    assert len(cells) == 3
    assert cells[1][2].startswith("'=1+1")
    assert all(not cell.startswith(("=", "+", "-", "@")) for line in cells for cell in line)
    assert home.headers["Cache-Control"] == "no-store"
    assert officer.get(f"{path}/essai/{trial}/autre.csv").status_code == 404


def test_who_has_a_code_hears_of_a_file_though_the_roll_is_shown_to_nobody(draft, path):
    """Two files could else strike an elector off and enter her anew at an address of the officer's (R22)."""
    officer = draft.desk("officer")
    moved, gone, *others = fiction().people
    rows = [[p.identifier, p.last_name, p.first_name, p.email, p.college, p.unit] for p in (moved, *others)]
    rows[0][3] = "ailleurs@exemple.fr"
    report = look(officer, path, write_csv([HEADINGS, *rows, NINE]))
    assert "1 électeur qui serait retiré a un code de vote" in text(report)
    assert "1 électeur qui a un code de vote change d’adresse ou de téléphone" in text(report)
    apply(officer, report)
    with draft.world.store.registry_reader() as session:
        told = {row.recipient: row.body for row in session.query(Outbox) if row.kind == "roll-change"}
    assert told.keys() == {moved.email, "ailleurs@exemple.fr", gone.email}
    assert "Vous ne figurez plus" in told[gone.email]
    assert "a été modifiée" in told[moved.email]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_that_leaves_the_desk_is_a_formula(start):
    assert neutral(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    assert neutral("Nom") == "Nom"


def test_two_officers_at_once_do_not_overwrite_each_other(draft, path):
    one, other = draft.desk("officer"), draft.desk("officer")
    mine = look(one, path, write_csv([HEADINGS, FIRST_CELLS, NINE]))
    hers = look(other, path, write_csv([HEADINGS, FIRST_CELLS]))
    assert "Total 2" in text(apply(one, mine))
    late = apply(other, hers)
    page = text(late)
    assert "Depuis la comparaison, la liste ou la lecture du fichier a changé" in page
    assert "Retraits (1)" in page
    assert size(draft) == 2
    # Now she has seen what she takes away.
    assert "Total 1" in text(apply(other, late))


def test_a_file_waits_for_an_hour_and_for_its_own_election(draft, path):
    officer = draft.desk("officer")
    report = look(officer, path, write_csv([HEADINGS, FIRST_CELLS]))
    trial = found(r"/essai/([^/?\"]+)/abandonner", report.text)
    with draft.world.store.registry_reader() as session, pytest.raises(ProtocolError):
        roll_trials.find(session, "1" * 22, trial, draft.now)
    draft.now += timedelta(hours=1, seconds=1)
    officer = draft.desk("officer")
    gone = officer.get(f"{path}/essai/{trial}")
    assert (gone.status_code, "Ce fichier n’est plus là" in text(gone)) == (404, True)


def test_a_file_that_is_given_up_is_forgotten(draft, path):
    officer = draft.desk("officer")
    report = look(officer, path, write_csv([HEADINGS, FIRST_CELLS]))
    done = officer.send(found(r'action="([^"]+/abandonner)"', report.text), follow=True)
    assert "Le fichier est effacé" in text(done)
    with draft.world.store.registry_reader() as session:
        assert session.query(RollTrial).count() == 0
    assert size(draft) == EVERYBODY


def test_the_name_of_a_file_is_only_a_name(draft, path):
    report = look(draft.desk("officer"), path, write_csv([HEADINGS, FIRST_CELLS]), "../../etc/<b>liste</b>\u202e.csv")
    assert "<b>liste" not in report.text
    assert "etc" not in text(report)


def test_thousands_of_lines_come_in_pages(draft, path):
    officer = draft.desk("officer")
    rows = [[f"e{n}", "Nom", f"Prénom {n}", f"e{n}@exemple.fr", "a", "Paris"] for n in range(10_000)]
    report = look(officer, path, write_csv([HEADINGS, *rows]))
    assert "Page 1 sur 200" in text(report)
    assert len(report.data) < 100_000
    last = urljoin(report.request.path, unescape(found(r'href="([^"]+page=200[^"]*)"', report.text)))
    assert "Page 200 sur 200" in text(officer.get(last))
    assert "Page 200 sur 200" in text(officer.get(last.replace("page=200", "page=9999")))
    assert "Total 10 000" in text(apply(officer, report)).replace("\u202f", " ")


def test_the_journal_counts_and_names_nobody(draft, path):
    officer = draft.desk("officer")
    apply(officer, look(officer, path, write_csv([HEADINGS, FIRST_CELLS, NINE])))
    with draft.world.store.registry_reader() as session:
        lines = journal.lines(session, draft.election)
        entry = journal.entries(session, draft.election)[-1]
    assert entry.details == {"added": 1, "changed": 0, "colleges": {"a": 1, "b": 1}, "removed": EVERYBODY - 1}
    assert b"neuf" not in lines
