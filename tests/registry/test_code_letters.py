"""What the code maker sends: letters, a table, mail; by no channel that the site uses; and forgotten afterwards."""

import csv
import io
import stat

import pypdf
import pytest
import segno
from click.testing import CliRunner
from sqlalchemy import update

from elections.cli import main
from elections.protocol.canonical import encode, parse_canonical
from elections.protocol.code import read as read_code
from elections.registry import code_files, code_letters, codes, elections, sheets
from elections.registry.code_files import CodeRequest, Vote
from elections.registry.tables import Elector
from elections.storage import Store
from tests.refused import refused
from tests.registry.common import CLOSING, OPENING, enrolled
from tests.registry.mailserver import mail_server

VOTE = Vote(
    "Élection d'essai", OPENING, CLOSING, "https://vote.exemple.fr/election/x/connexion", "Aide : 01 02 03 04 05."
)
REQUEST = CodeRequest("1" * 22, ("issuer-1",), (1, 2, 7), ("mail",), VOTE)
SHEET = (
    "numéro;destinataire;scrutins;ligne 1;ligne 2;courriel;téléphone\n"
    "1;Ada LOVELACE;Une liste;1 rue du Code;75001 PARIS;ada@exemple.fr;'+33612345678\n"
    "2;'=HYPERLINK(1);Une liste / Une personne;2 rue;75002 PARIS;bea@exemple.fr;\n"
    "7;Cleo N'GUYEN;Une personne;;;cleo@exemple.fr;\n"
).encode()


def known(request=REQUEST, sheet=SHEET):
    return code_letters.read_addresses(sheet, request)


def rehearsal():
    return CodeRequest(REQUEST.election, REQUEST.issuers, REQUEST.numbers, (), VOTE)


def words(pdf):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_a_request_with_channels_and_vote_is_read_as_it_was_written():
    assert CodeRequest.parse(REQUEST.encode()) == REQUEST


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"taken": ["letter"]}, "text.pattern"),
        ({"vote": {"title": "x"}}, "json.missing"),
        ({"vote": {**VOTE.json(), "title": "a\nb"}}, "text.pattern"),
        ({"vote": {**VOTE.json(), "opening": "tomorrow"}}, "text.hour"),
    ],
)
def test_what_it_says_of_the_vote_is_read_strictly(change, rule):
    with refused(rule):
        CodeRequest.parse(encode({**parse_canonical(REQUEST.encode(), "request"), **change}))


def test_a_letter_has_one_page_with_everything_to_vote():
    made = code_files.make(REQUEST)
    ((name, count, pdf),) = code_letters.pdfs(REQUEST, made, known(), None)
    pages = words(pdf)
    assert (name, count, len(pages)) == ("000001-000007.pdf", 3, 3)
    for item, page in zip(made, pages, strict=True):
        plain = "".join(page.split())
        assert item.code in plain
        assert [other.code in plain for other in made].count(True) == 1
        for said in ("essai", "vote.exemple.fr", "Aide:0102030405", "vendredi6février2026", "07:00UTC"):
            assert said in plain
    assert "1ruedu" in "".join(pages[0].split())
    assert "=HYPERLINK(1)" in pages[1]


def test_the_drawing_holds_the_link(monkeypatch):
    drawn = []
    real = segno.make

    def make(text, **more):
        drawn.append(text)
        return real(text, **more)

    monkeypatch.setattr(segno, "make", make)
    made = code_files.make(REQUEST)
    ((_, _, pdf),) = code_letters.pdfs(REQUEST, made, known(), "https://vote.exemple.fr")
    assert drawn == [f"https://vote.exemple.fr/mes-scrutins#code={item.code}" for item in made]
    assert "codeQR" in "".join(words(pdf)[0].split())
    # Vectors, not pixels.
    assert not any(page.images for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_thousand_letters_are_several_files_and_lose_none():
    request = CodeRequest("1" * 22, ("issuer-1",), tuple(range(1, 1002)), ("mail",), VOTE)
    people = {number: code_letters.Addressee(number, f"E {number}", "Une liste", ()) for number in request.numbers}
    keys = code_files.make(CodeRequest("1" * 22, ("issuer-1",), (1,)))[0].keys
    made = [
        code_files.MadeCode("AAAAA-AAAAA-AAAAA-AAAAA", code_files.PublicKeys(number, keys.register, keys.requests))
        for number in request.numbers
    ]
    files = {name: pdf for name, _, pdf in code_letters.pdfs(request, made, people, None)}
    assert [len(pypdf.PdfReader(io.BytesIO(pdf)).pages) for pdf in files.values()] == [500, 500, 1]


def test_the_table_runs_nothing_and_has_no_channel_that_is_taken():
    made = code_files.make(REQUEST)
    raw = code_letters.table(REQUEST, made, known(), None)
    first, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";")
    found = [dict(zip(first, row, strict=True)) for row in rows]
    assert [row["code de vote"] for row in found] == [item.code for item in made]
    assert {row["courriel"] for row in found} == {""}
    assert found[0]["téléphone"] == "'+33612345678"
    assert found[1]["destinataire"] == "'=HYPERLINK(1)"
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@"}]


def test_only_a_rehearsal_sends_codes_by_mail():
    made = code_files.make(REQUEST)
    with refused("codes.channel"):
        code_letters.mails(REQUEST, made, known())
    assert [mail[1] for mail in code_letters.mails(rehearsal(), made, known())] == [
        "ada@exemple.fr", "bea@exemple.fr", "cleo@exemple.fr",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("7;Cleo", "8;Cleo", "codes.address"),
        ("7;Cleo", "1;Cleo", "codes.numbers"),
        ("7;Cleo", "x;Cleo", "codes.numbers"),
        ("destinataire;", "nom;", "roll.columns"),
        ("7;Cleo", "7;Cl\u202eeo", "roll.cell"),
    ],
)
def test_the_sheet_of_addresses_is_read_strictly(old, new, rule):
    with refused(rule):
        known(sheet=SHEET.decode().replace(old, new).encode())


def test_the_office_gives_addresses_of_whom_it_asks_for_only(session):
    election = enrolled(session)
    session.execute(update(Elector).where(Elector.number == 1).values(last_name="=1+1", phone="+33612345678"))
    session.expire_all()
    request = codes.request(session, election.uuid, [1, 4], site="https://vote.exemple.fr")
    assert request.taken == ("mail", "sms")
    assert request.vote
    assert request.vote.site == f"https://vote.exemple.fr/election/{election.uuid}/connexion"
    postal = b"identifiant;ligne 1;ligne 2\nADA;1 rue;75001 PARIS\ndina;'-2 rue;\n"
    people = code_letters.read_addresses(code_letters.addresses(session, request, postal), request)
    assert sorted(people) == [1, 4]
    assert people[1].lines == ("1 rue", "75001 PARIS")
    assert (people[1].name, people[1].phone) == ("Prénom =1+1", "+33612345678")
    assert people[4].lines == ("-2 rue",)
    with refused("codes.address"):
        code_letters.addresses(session, request, b"identifiant;ligne 1\nada;1 rue\n")


def test_a_cell_that_was_made_harmless_is_found_again():
    for text in ("=1", "+33", "-x", "@y", "'quoted", "plain", "'", ""):
        raw = sheets.write(["a", "b"], [[text, "x"]])
        (_, (cell, _)) = csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";")
        assert sheets.plain_cell(cell) == text
        assert cell[:1] not in {"=", "+", "-", "@"}


# --- The maker's commands -----------------------------------------------------------------------------


def run(*words, status=0, env=None):
    done = CliRunner().invoke(main, [str(word) for word in words], env=env)
    assert done.exit_code == status, done.output
    return done.output


@pytest.fixture
def asked(tmp_path):
    """The request and the sheet as files."""

    def write(request=REQUEST):
        (tmp_path / "request.json").write_bytes(request.encode())
        (tmp_path / "addresses.csv").write_bytes(SHEET)
        return tmp_path / "request.json", "--addresses", tmp_path / "addresses.csv", "--out", tmp_path / "out"

    return write


@pytest.mark.parametrize(("form", "files"), [("letter", ["000001-000007.pdf"]), ("table", ["codes.csv"])])
def test_letters_are_made_private_and_forgotten(asked, tmp_path, form, files):
    run("codes", "make", *asked(), "--form", form)
    letters = tmp_path / "out/letters"
    assert [path.name for path in letters.iterdir()] == files
    assert {stat.S_IMODE(path.stat().st_mode) for path in letters.iterdir()} == {0o600}
    keys = (tmp_path / "out/public-keys.json").read_bytes()
    assert len(code_files.read_keys(keys, REQUEST.election, REQUEST.issuers)) == 3
    assert "1 files are overwritten" in run("codes", "forget", tmp_path / "out")
    assert list(letters.iterdir()) == []
    assert (tmp_path / "out/public-keys.json").read_bytes() == keys


def test_what_is_no_maker_s_folder_is_left_alone(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/mine.txt").write_text("mine")
    run("codes", "forget", tmp_path, status=1)
    assert (tmp_path / "letters/mine.txt").read_text() == "mine"


def test_the_channel_that_is_taken_leaves_no_folder(asked, tmp_path):
    assert "must not come by mail" in run("codes", "make", *asked(), "--form", "mail", status=1)
    assert not (tmp_path / "out").exists()
    run("codes", "make", asked()[0], "--out", tmp_path / "out", "--form", "letter", status=2)


def test_mails_are_sent_once_erased_and_resumed(asked, tmp_path):
    run("codes", "make", *asked(rehearsal()), "--form", "mail")
    letters = tmp_path / "out/letters"
    assert len(list(letters.glob("*.eml"))) == 3
    run("codes", "send", tmp_path / "out", status=2)
    with mail_server() as (handler, config):
        env = {"ELECTIONS_SMTP_HOST": "127.0.0.1", "ELECTIONS_SMTP_PORT": str(config.smtp_port)}
        handler.data = {"bea@exemple.fr": "gone after"}
        run("codes", "send", tmp_path / "out", status=1, env=env)
        assert [address for address, _ in handler.taken] == ["ada@exemple.fr", "bea@exemple.fr"]
        handler.data = {"cleo@exemple.fr": "550 5.1.1 nobody"}
        assert "1 refused; 1 in doubt" in run("codes", "send", tmp_path / "out", status=1, env=env)
        assert sorted(path.suffix for path in letters.iterdir()) == [".refused", ".sending"]
        handler.data = {}
        run("codes", "send", tmp_path / "out", "--again", status=1, env=env)
    assert [address for address, _ in handler.taken] == ["ada@exemple.fr", "bea@exemple.fr", "bea@exemple.fr"]
    body = handler.taken[0][1].decode()
    assert any(len(part) == 23 and read_code(part) for part in body.split() if part.count("-") == 3)
    assert [path.suffix for path in letters.iterdir()] == [".refused"]
    run("codes", "forget", tmp_path / "out")
    assert list(letters.iterdir()) == []


def test_codes_made_here_are_letters_too_and_the_site_knows(tmp_path):
    with Store.create(tmp_path / "state") as store, store.registry.begin() as session:
        uuid = enrolled(session).uuid
    state = ("--state", tmp_path / "state")
    assert "must not come by mail" in run(
        "codes", "issue", uuid, "--out", tmp_path / "a", "--form", "mail", *state, status=1
    )
    run("codes", "issue", uuid, "--out", tmp_path / "b", "--form", "letter", *state)
    (pdf,) = (tmp_path / "b/letters").iterdir()
    assert len(words(pdf.read_bytes())) == 5
    with Store.open(tmp_path / "state") as store, store.registry_reader() as session:
        assert elections.find(session, uuid).code_maker == "site"
        assert codes.keyless(session, uuid) == []
