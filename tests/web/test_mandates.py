"""Mandates after the proclamation: the office enters what happened, everybody sees who sits."""

import json
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from elections import counting, mandates
from elections.cli import main
from elections.commands import mandates as command
from elections.registry import elections, journal
from elections.registry.journal import Actor
from elections.rules.mandates import Cause, Person, Rank, Vacancy
from elections.rules.models import load, parse
from elections.rules.phases import Phase, Role
from elections.verify import verify
from tests.doors.world import FREEZING, HOUR, MODEL
from tests.refused import refused
from tests.web.site import found
from tests.web.test_public import text

OFFICER = Actor(Role.OFFICER)
TABLES = """
[calendar]
internet = true
window = { months = 5, days = 15, article = "art. 1" }
[mandate]
years = 4
renewable = "never"
article = "art. 6"
[[mandate.replacements]]
contests = ["a", "b"]
by = "own_substitute"
article = "art. 7"
election = { within = 3, article = "art. 8" }
"""
PROCLAIMED = (FREEZING + 2 * HOUR).date()
DAY = date(2026, 6, 1)
TITULAR, SUBSTITUTE = Person(0, Rank.TITULAR, 0), Person(0, Rank.SUBSTITUTE, 0)


@pytest.fixture
def site(proclaimed, monkeypatch):
    """The proclaimed election, of a model that speaks of mandates, four months later."""
    model = parse((MODEL + TABLES).encode(), "small")
    monkeypatch.setattr(elections, "model_of", lambda _: model)
    proclaimed.now = datetime.combine(DAY + timedelta(days=20), proclaimed.now.time(), proclaimed.now.tzinfo)
    return proclaimed


@pytest.fixture
def store(site):
    return site.world.store


def vacate(store, site, person=TITULAR, day=DAY, cause=Cause.DEATH, actor=OFFICER):
    mandates.vacate(store, site.contest, Vacancy(person, day, cause), actor, site.now)


def sits(store, site, on):
    """Who sits for the contest that has a result."""
    [seats] = [seats for seats in mandates.read(store, site.election, on).contests if seats.uuid == site.contest]
    return [seat.holder for seat in seats.sitting.seats]


# --- The door ---------------------------------------------------------------------------------------


def test_the_elected_sit_from_the_proclamation_until_another_day_is_stated(site, store):
    assert mandates.read(store, site.election, DAY).term.first == PROCLAIMED
    assert sits(store, site, PROCLAIMED) == [TITULAR]
    mandates.begin(store, site.election, date(2026, 3, 2), OFFICER, site.now)
    mandates.begin(store, site.election, date(2026, 3, 1), OFFICER, site.now)
    term = mandates.read(store, site.election, DAY).term
    assert (term.first, term.last, term.known) == (date(2026, 3, 1), date(2030, 2, 28), True)
    assert sits(store, site, PROCLAIMED) == [None]


def test_a_vacancy_seats_the_substitute_and_may_be_withdrawn(site, store):
    vacate(store, site)
    assert sits(store, site, DAY) == [SUBSTITUTE]
    assert sits(store, site, DAY - timedelta(days=1)) == [TITULAR]
    vacate(store, site, SUBSTITUTE, DAY + timedelta(days=9))
    assert sits(store, site, DAY + timedelta(days=9)) == [None]
    mandates.withdraw(store, site.election, 2, OFFICER, site.now)
    assert sits(store, site, DAY + timedelta(days=9)) == [SUBSTITUTE]
    for number in (2, 3, 4):
        with refused("mandates.event"):
            mandates.withdraw(store, site.election, number, OFFICER, site.now)


def test_what_cannot_be_leaves_no_trace(site, store):
    vacate(store, site)
    before = _journal(store, site)
    for rule, refuse in (
        ("mandates.gone", lambda: vacate(store, site)),
        ("mandates.person", lambda: vacate(store, site, Person(1, Rank.TITULAR, 0))),
        ("mandates.day", lambda: vacate(store, site, SUBSTITUTE, PROCLAIMED - timedelta(days=1))),
        ("mandates.day", lambda: mandates.begin(store, site.election, DAY + timedelta(days=1), OFFICER, site.now)),
        ("rules.role", lambda: vacate(store, site, SUBSTITUTE, actor=Actor(Role.PRESIDENT))),
    ):
        with refused(rule):
            refuse()
    assert _journal(store, site) == before
    assert sits(store, site, DAY) == [SUBSTITUTE]


def _journal(store, site):
    with store.registry_reader() as session:
        return journal.lines(session, site.election)


def test_the_journal_tells_neither_name_nor_cause_and_still_verifies(site, store, tmp_path):
    mandates.begin(store, site.election, date(2026, 3, 1), OFFICER, site.now)
    vacate(store, site, cause=Cause.IMPEDIMENT)
    mandates.withdraw(store, site.election, 2, OFFICER, site.now)
    lines = [json.loads(line) for line in _journal(store, site).splitlines()[-3:]]
    assert [(line["act"], line["contest"], line["details"]) for line in lines] == [
        ("mandates-begin", None, {"day": "2026-03-01"}),
        ("vacancy", site.contest, {"candidacy": "a-1", "day": "2026-06-01", "line": 1, "rank": "titular"}),
        ("mandates-withdraw", None, {"number": 2}),
    ]
    counting.export(store, site.election, tmp_path / "record")
    assert verify(tmp_path / "record").holds


@pytest.mark.parametrize("statement", ["UPDATE mandate_event SET day = '2026-01-01'", "DELETE FROM mandate_event"])
def test_entries_only_grow(site, store, statement):
    vacate(store, site)
    with pytest.raises(IntegrityError, match="only grows"), store.registry.begin() as session:
        session.execute(sql(statement))


def test_nothing_is_kept_before_the_proclamation_of_a_rehearsal_or_without_the_table(site, store, monkeypatch):
    with store.registry.begin() as session:
        elections.find(session, site.election).rehearsal = True
    with refused("mandates.none"):
        mandates.read(store, site.election, DAY)
    with store.registry.begin() as session:
        elections.find(session, site.election).rehearsal = False
    shutil.move(counting.published(store, site.election), store.state / "away")
    with refused("mandates.none"):
        mandates.read(store, site.election, DAY)
    silent = replace(load("cav-2026"), mandate=None)
    monkeypatch.setattr(elections, "model_of", lambda _: silent)
    with refused("mandates.none"):
        mandates.begin(store, site.election, DAY, OFFICER, site.now)


def test_a_contest_that_was_stopped_seats_nobody(site, store):
    with store.registry.begin() as session:
        elections.contest(session, site.world.b).phase = Phase.STOPPED
    assert [seats.uuid for seats in mandates.read(store, site.election, DAY).contests] == [site.contest]


def test_an_open_election_has_no_mandates(world):
    with world.store.registry_reader() as session:
        assert not mandates.kept(session, world.staging.uuid)
    with refused("rules.phase") as caught:
        mandates.begin(world.store, world.staging.uuid, DAY, OFFICER, FREEZING)
    assert str(caught.value) == "mandates-begin is not possible in the phase open"


# --- Commands ---------------------------------------------------------------------------------------


@pytest.fixture
def run(site, store, monkeypatch):
    monkeypatch.setenv("ELECTIONS_STATE", str(store.state))
    monkeypatch.setattr(command, "now", lambda: site.now)
    return lambda *words: CliRunner().invoke(main, ["mandates", *map(str, words)], prog_name="elections")


def test_commands_show_enter_and_withdraw(site, run):
    person = ("--candidacy", "a-1", "--line", "1")
    shown = run("show", site.election)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "They are supposed to begin on the day of the proclamation" in shown.stdout
    assert "  2026-02-12  CANDIDAT1 a (a-1)\n              + SUPPLEANT1 a (a-1)\n" in shown.stdout
    assert run("begin", site.election, "--on", "2026-03-01").exit_code == 0
    entered = run("vacate", site.election, site.contest, *person, "--on", DAY, "--cause", "death")
    assert (entered.exit_code, entered.output) == (0, "")
    french = run("show", site.election, "--language", "fr").stdout
    assert "  2026-06-01  SUPPLEANT1 a (a-1)" in french
    assert "entry 2: CANDIDAT1 a, 2026-06-01, décès" in french
    words = (*person, "--rank", "substitute", "--on", DAY, "--cause", "quality")
    assert run("vacate", site.election, site.contest, *words).exit_code == 0
    assert "  2026-06-01  vacant (a-1)" in run("show", site.election).stdout
    assert run("withdraw", site.election, 3).exit_code == 0
    assert "  2026-03-01  CANDIDAT1 a (a-1)" in run("show", site.election, "--on", "2026-05-31").stdout


def test_json_says_all_but_causes(site, store, run):
    vacate(store, site, cause=Cause.RESIGNATION)
    value = json.loads(run("show", site.election, "--on", DAY, "--json").stdout)
    assert {key: value[key] for key in ("election", "first", "known", "last", "on")} == {
        "election": site.election, "first": "2026-02-12", "known": False, "last": "2030-02-11", "on": "2026-06-01",
    }  # fmt: skip
    assert [line["id"] for line in value["steps"]] == ["term", "supposed", "again", "next"]
    [contest] = [item for item in value["contests"] if item["contest"] == site.contest]
    holder = {"again": "never", "candidacy": "a-1", "line": 1, "name": "SUPPLEANT1 a", "rank": "substitute"}
    assert contest["seats"] == [{"candidacy": "a-1", "election": None, "holder": holder, "since": "2026-06-01"}]
    assert (contest["waiting"], contest["steps"][0]["id"]) == ([], "replaced-1")
    assert "resignation" not in json.dumps(value)


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("--candidacy", "z", "--line", "1"), 1, "there is no candidacy 'z' (known: a-1, a-2)"),
        (("--candidacy", "a-1", "--line", "2"), 1, "stands at line 2 of this candidacy"),
        (("--candidacy", "a-2", "--line", "1"), 1, "stands at line 1 of this candidacy"),
        (("--candidacy", "a-1", "--line", "0"), 2, "--line"),
        (("--candidacy", "a-1", "--line", "1", "--cause", "war"), 2, "--cause"),
        (("--candidacy", "a-1", "--line", "1", "--on", "tomorrow"), 2, "not a day like 2026-03-01"),
        (("--candidacy", "a-1", "--line", "1", "--on", "2031-01-01"), 1, "not a day of the mandates"),
    ],
)
def test_bad_entries_are_refused(site, run, words, status, says):
    done = run("vacate", site.election, site.contest, "--on", DAY, "--cause", "death", *words)
    assert (done.exit_code, done.stdout) == (status, "")
    assert says in done.stderr


# --- The site ---------------------------------------------------------------------------------------


def test_everybody_sees_who_sits_and_nobody_why(site, store):
    vacate(store, site, cause=Cause.IMPEDIMENT)
    browser = site.client()
    assert f'href="/election/{site.election}/mandats"' in browser.get(f"/election/{site.election}").text
    page = text(browser.get(f"/election/{site.election}/mandats"))
    assert "Qui siège aujourd’hui État au dimanche 21 juin 2026" in page
    assert "SUPPLEANT1 a 1er juin 2026" in page
    assert "À compter du 1er juin 2026, CANDIDAT1 a ne siège plus ; SUPPLEANT1 a, suppléant de la même" in page
    assert "empêchement" not in page
    english = text(browser.get(f"/election/{site.election}/mandats?langue=en"))
    assert "Who sits today As of Sunday 21 June 2026" in english


def test_a_vacant_seat_says_by_when_it_is_filled(site, store):
    for person in (TITULAR, SUBSTITUTE):
        vacate(store, site, person)
    page = text(site.client().get(f"/election/{site.election}/mandats"))
    assert "siège vacant 1er juin 2026 Élection complémentaire au plus tard le 1er septembre 2026" in page


def test_pages_are_not_there_where_nothing_is_kept(proclaimed):
    path = f"/election/{proclaimed.election}/mandats"
    assert "Qui siège" not in text(proclaimed.client().get(f"/election/{proclaimed.election}"))
    assert "Mandats" not in text(proclaimed.desk("officer").get(f"/bureau/election/{proclaimed.election}"))
    assert proclaimed.client().get(path).status_code == 404


def test_the_office_enters_and_withdraws_on_screen(site):
    officer, path = site.desk("officer"), f"/bureau/election/{site.election}/mandats"
    assert path in officer.get(f"/bureau/election/{site.election}").text
    page = officer.get(path)
    person = found(r'value="([^"]+)">CANDIDAT1 a \(Un délégué\)<', page.text)
    done = officer.send(f"{path}/debut", follow=True, begin="2026-03-01")
    assert "Le premier jour des mandats est enregistré. " in text(done)
    done = officer.send(f"{path}/siege-vacant", follow=True, person=person, day="2026-06-01", cause="quality")
    assert "La vacance est enregistrée." in text(done)
    assert "CANDIDAT1 a, lundi 1er juin 2026, perte de la qualité" in text(done)
    assert "SUPPLEANT1 a 1er juin 2026 non rééligible" in text(done)
    assert "CANDIDAT1 a (" not in done.text.partition("<select")[2]
    done = officer.send(f"{path}/retrait", follow=True, number=found(r'name="number" value="(\d+)"', done.text))
    assert "La saisie est retirée" in text(done)
    assert "CANDIDAT1 a 1er mars 2026" in text(done)
    entries = text(officer.get(f"/bureau/election/{site.election}/journal"))
    assert "Saisie sur les mandats retirée" in entries
    assert "Siège vacant" in entries


@pytest.mark.parametrize(
    ("page", "fields", "told"),
    [
        ("debut", {"begin": ""}, "Indiquez le premier jour des mandats."),
        ("debut", {"begin": "2026-07-01"}, "n’est pas un jour de ces mandats"),
        ("siege-vacant", {"day": "2026-06-01", "cause": "death"}, "Choisissez une personne."),
        (
            "siege-vacant",
            {"person": "x/0/titular/0", "day": "2026-06-01", "cause": "death"},
            "Choisissez une personne.",
        ),
        ("siege-vacant", {"day": "2026-06-01", "cause": "war", "person": "heir"}, "Choisissez une cause."),
        ("siege-vacant", {"day": "2026-02-01", "cause": "death", "person": "heir"}, "n’est pas un jour de ces mandats"),
        ("retrait", {"number": "9"}, "Il n’y a pas d’événement numéro 9, ou il a été retiré."),
        ("retrait", {"number": "x"}, "Indiquez un nombre entier."),
    ],
)
def test_a_wrong_entry_is_told_and_nothing_is_written(site, store, page, fields, told):
    vacate(store, site)
    before = _journal(store, site)
    officer, path = site.desk("officer"), f"/bureau/election/{site.election}/mandats"
    if fields.get("person") == "heir":
        fields = fields | {"person": f"{site.contest}/0/substitute/0"}
    answer = officer.send(f"{path}/{page}", **fields)
    assert answer.status_code == 422
    assert told in text(answer)
    assert _journal(store, site) == before
