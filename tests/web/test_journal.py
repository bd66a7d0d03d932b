"""The journal at the desk: in words, by filters, page by page, and as a file."""

import ast
import json
import re
from datetime import datetime
from pathlib import Path
from time import process_time

import pytest

import elections
from elections.protocol.journal import parse_journal, write_entry
from elections.registry import journal, roll
from elections.registry.tables import JournalLine
from elections.rules.parts import PARTS
from elections.rules.phases import Act
from elections.rules.words import ACTS
from elections.web.journal.details import NAMES, told
from tests.doors.world import DRAFTED, NOON
from tests.web.site import FIRST, ROLES, Site
from tests.web.test_public import text


@pytest.fixture
def base(site):
    return f"/bureau/election/{site.election}/journal"


def fill(site, count, act="document", **more):
    """Lines enough, chained, as an office might write them in a long year."""
    with site.world.store.registry.begin() as session:
        last = journal.entries(session, site.election)[-1]
        for number in range(count):
            details = {"candidacy": f"liste-{number}", "kind": "logo", "sha256": "0" * 64}
            last = write_entry(act, "officer", 1, NOON, site.contest, details | more, last)
            session.add(JournalLine(election_uuid=site.election, sequence=last.sequence, line=last.line))


def lines(page):
    return [int(number) - 1 for number in re.findall(r'<tr id="ligne-(\d+)">', page.text)]


def entries(site):
    with site.world.store.registry_reader() as session:
        return journal.entries(session, site.election)


# --- Words ------------------------------------------------------------------------------------------


def written():
    """Every act that the program writes into a journal: the third argument of each call of `journal.append`."""
    found = set()
    for path in Path(elections.__path__[0]).rglob("*.py"):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            if ast.unparse(node.func) == "accounts.note":
                found.add(str(ast.literal_eval(node.args[2])))
            if ast.unparse(node.func) == "journal.append":
                if isinstance(node.args[2], ast.Constant):
                    found.add(str(node.args[2].value))
                else:
                    # Of the lifecycle, or what one calls `accounts.note` with.
                    assert ast.unparse(node.args[2]) in ("act.value", "act"), f"{path}: an act without a name"
    return found | set(Act) | {part.act for part in PARTS.values()}


def test_every_act_that_is_written_has_its_words_and_no_other_has():
    assert written() == set(ACTS)
    assert all(words.fr and words.en for words in ACTS.values())


def test_every_detail_of_a_whole_election_has_its_words(proclaimed):
    with proclaimed.app.test_request_context():
        names = {detail.name for entry in entries(proclaimed) for detail in told(entry.details, {"a": "A", "b": "B"})}
        known = {told({key: "x"}, {})[0].name for key in NAMES}
    assert names <= known | {"A", "B"}


def test_acts_are_told_with_their_details(site, base):
    page = text(site.desk("delegate").get(f"{base}?acte=create"))
    assert "Élection créée" in page
    assert "Clôture jeudi 12 février 2026 à 16 h 00 (2026-02-12T15:00:00Z)" in page
    assert f"Empreinte de cette ligne {entries(site)[0].digest}" in page
    assert f"Empreinte de la ligne précédente {'0' * 64}" in page
    held = text(site.desk("delegate").get(f"{base}?acte=ceremony"))
    assert "Étape urne d’essai dépouillée" in held
    english = text(site.desk("delegate").get(f"{base}?acte=create&langue=en"))
    assert "Election created" in english
    assert "Closing Thursday 12 February 2026" in english


def test_details_that_nobody_foresaw_are_shown_as_they_stand(site, base):
    fill(site, 1, novel=["a", 1], deep={"deeper": {"role": "delegate-2"}}, markup="<b>gras</b>\u202e", none=None)
    page = site.desk("officer").get(base)
    shown = text(page)
    assert "Novel a, 1" in shown
    assert "Rôle délégué de liste n° 2" in shown
    assert "<b>gras" not in page.text


# --- Filters and pages ------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_every_role_of_the_desk_reads_the_whole_journal(site, base, role):
    browser, known = site.desk(role), entries(site)  # the account's own line comes with the browser
    assert len(known) > 25
    first = browser.get(base)
    assert lines(first) == [entry.sequence for entry in known[::-1]][:25]
    rest = [number for page in range(2, 17) for number in lines(browser.get(f"{base}?page={page}"))]
    assert set(lines(first) + rest) == {entry.sequence for entry in known}
    assert f"{len(known)} lignes" in text(first)


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ("acte=seal", lambda entry: entry.act == "seal"),
        ("par=president", lambda entry: entry.role == "president"),
        ("scrutin=election", lambda entry: entry.contest is None),
        ("du=2026-02-06", lambda entry: entry.at >= datetime.fromisoformat("2026-02-05T23:00:00Z")),
        ("au=2026-01-05", lambda entry: entry.at < datetime.fromisoformat("2026-01-05T23:00:00Z")),
        ("acte=open&par=president&du=2026-02-06&au=2026-02-06", lambda entry: entry.act == "open"),
        ("acte=&par=&scrutin=&du=&au=&page=", lambda _: True),
    ],
)
def test_lines_are_filtered(site, base, asked, holds):
    browser = site.desk("supervision")
    wanted = [entry.sequence for entry in entries(site)[::-1] if holds(entry)]
    assert wanted
    assert lines(browser.get(f"{base}?{asked}")) == wanted[:25]


def test_a_contest_has_lines_of_its_own(site, base):
    found = lines(site.desk("officer").get(f"{base}?scrutin={site.contest}"))
    known = {entry.sequence: entry.contest for entry in entries(site)}
    assert {known[number] for number in found} == {site.contest}


def test_filters_stay_while_pages_turn(site, base):
    fill(site, 120)
    page = site.desk("officer").get(f"{base}?acte=document&page=2")
    assert "De 26 à 50 sur 120." in text(page)
    assert 'href="?acte=document&amp;page=3#lignes"' in page.text
    assert '<option selected value="document">' in page.text
    nothing = site.desk("officer").get(f"{base}?acte=document&du=2030-01-01")
    assert "Aucune ligne ne répond à ces critères." in text(nothing)


@pytest.mark.parametrize("page", ["0", "-1", "999999999", "9" * 400, "1.5", "deux", "²", "1'--", "\x00"])
def test_a_page_that_is_none_is_the_nearest(site, base, page):
    answer = site.desk("officer").get(base, query_string={"page": page})
    assert answer.status_code == 200
    assert lines(answer)


@pytest.mark.parametrize(
    ("asked", "told_"),
    [
        ({"acte": "<script>alert(1)</script>"}, "Choisissez un acte de la liste."),
        ({"acte": "' OR 1=1 --"}, "Choisissez un acte de la liste."),
        ({"par": "elector"}, "Choisissez un rôle de la liste."),
        ({"scrutin": "z" * 5000}, "Choisissez un scrutin de la liste."),
        ({"du": "hier"}, "Indiquez un jour, ou laissez vide."),
        ({"au": "2026-02-31"}, "Indiquez un jour, ou laissez vide."),
        ({"du": "0000-00-00\x00"}, "Indiquez un jour, ou laissez vide."),
    ],
)
def test_a_filter_that_makes_no_sense_is_told_beside_its_field(site, base, asked, told_):
    answer = site.desk("officer").get(base, query_string=asked)
    assert answer.status_code == 422
    assert text(answer).count(told_) == 2
    assert "<script>alert" not in answer.text
    assert lines(answer)


def test_five_thousand_lines_are_read_quickly(site, base):
    fill(site, 5000)
    browser = site.desk("officer")
    browser.get(base)
    begun = process_time()
    page = browser.get(f"{base}?acte=document&page=60")
    assert process_time() - begun < 1
    assert len(lines(page)) == 25


def test_no_elector_is_named(site, world, base):
    world.cast(1)
    page = site.desk("supervision").get(base).text
    with world.store.registry_reader() as session:
        person = roll.by_identifier(session, site.election, FIRST.identifier)
        assert person
        assert person.last_name not in page
    assert FIRST.identifier not in page


# --- The chain, and the file ------------------------------------------------------------------------


def test_the_file_is_what_will_be_published(site, base):
    browser = site.desk("observer" if "observer" in ROLES else "supervision")
    raw = browser.get(f"{base}.jsonl")
    assert parse_journal(raw.data) == entries(site)
    assert "attachment" in raw.headers["Content-Disposition"]
    log = browser.get(f"{base}.nist.json")
    [device] = json.loads(log.data)["Device"]
    assert [event["Hash"] for event in device["Event"]] == [entry.digest for entry in entries(site)]
    assert site.client().get(f"{base}.jsonl").status_code == 303
    assert site.elector().get(f"{base}.jsonl").status_code == 403


def test_a_broken_chain_is_told_and_its_file_given_out(drafted):
    site = Site(drafted, DRAFTED)
    base, browser = f"/bureau/election/{site.election}/journal", site.desk("officer")
    with site.world.store.registry.begin() as session:
        connection = session.connection()
        connection.exec_driver_sql("DROP TRIGGER journal_no_update")
        connection.exec_driver_sql(
            "UPDATE journal SET line = CAST(replace(line, 'officer', 'nobodyx') AS BLOB) WHERE sequence = 0"
        )
    page = browser.get(base)
    assert "Journal, ligne 2 : l’enchaînement du journal est rompu." in text(page)
    assert not lines(page)
    assert b"nobodyx" in browser.get(f"{base}.jsonl").data
    assert browser.get(f"{base}.nist.json").status_code == 400
