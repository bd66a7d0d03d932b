"""The tables `[calendar]` and `[mandate]` of a model: what is shipped, and where a broken copy is broken."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from elections.cli import main
from elections.protocol.errors import ProtocolError
from elections.rules import models
from elections.rules.calendar import Vote, dates
from elections.rules.deadlines import days
from elections.rules.filing import candidacy_rules
from elections.rules.succession import Complementary, Replacement
from elections.rules.timetable import INTERNET, Due, Offset, Window
from tests.rules.test_models import CAV, broken, refused


def calendar_of(model):
    assert model.calendar
    return model.calendar


def mandate_of(model):
    assert model.mandate
    return model.mandate


def test_dates_of_the_commission_follow_those_of_every_vote_by_internet():
    calendar = calendar_of(models.load("cav-2026"))
    assert calendar.dates[: len(INTERNET)] == INTERNET
    assert (calendar.internet, calendar.territory) == (True, "metropole")
    assert calendar.window == Window(5, 15, "décret 2025-659, art. 1")
    assert calendar.dates[len(INTERNET)] == Due(
        "order", "Arrêté fixant la date du scrutin", "Order that fixes the date of the vote", "opening",
        Offset(-2, "month"), "décret 2025-659, art. 1",
    )  # fmt: skip
    assert {due.key for due in calendar.dates if due.offset is None} == {"general-roll", "cassation-tickets"}


def test_mandates_of_the_commission():
    mandate = mandate_of(models.load("cav-2026"))
    assert (mandate.years, mandate.renewable, mandate.assumed) == (4, "never", True)
    assert (mandate.replacement("s1").by, mandate.replacement("s4b").by) == ("list_substitute", "own_substitute")
    assert {item.election for item in mandate.replacements} == {None}


def test_model_without_the_tables_counts_no_dates_and_no_mandates():
    text = CAV.decode()
    start, end = text.index("# The dates of this body"), text.index("# One national")
    bare = models.parse((text[:start] + text[end:]).encode(), "bare")
    assert (bare.calendar, bare.mandate) == (None, None)


def test_tables_are_inherited_with_the_contests_they_name():
    trial = models.load("cav-2026-rehearsal")
    assert trial.calendar == models.load("cav-2026").calendar
    other = CAV.decode()
    contests = other[other.index("[[contests]]") :]
    copy = models.parse(f'format = "isoloir-model-1"\nbased_on = "cav-2026"\n{contests}'.encode(), "copy")
    assert (copy.calendar, copy.mandate) == (None, None)
    again = f'format = "isoloir-model-1"\nbased_on = "cav-2026"\n[calendar]\ninternet = false\n{contests}'
    assert calendar_of(models.parse(again.encode(), "copy")).dates == ()


@pytest.mark.parametrize(
    ("old", "new", "rule", "place"),
    [
        ("internet = true", "internet = 1", "json.type", "model copy, calendar, internet"),
        ("internet = true", "", "json.missing", "'internet'"),
        ("internet = true", "internet = true\ncolour = 1", "json.unknown", "model copy, calendar"),
        ("internet = true", 'internet = true\nterritory = "corse"', "rules.choice", "calendar, territory"),
        ("window = { months = 5", "window = { months = 0", "json.range", "calendar, window, months"),
        ("months = 5, days = 15,", "months = 5,", "json.missing", "calendar, window"),
        ('key = "tickets-sent"', 'key = "order"', "rules.twice", "calendar, dates, key"),
        ('key = "tickets-sent"', 'key = "notice"', "rules.twice", "calendar, dates, key"),
        ('key = "tickets-sent"', 'key = "opening"', "rules.twice", "calendar, dates, key"),
        ('key = "lists"', 'key = "L"', "text.pattern", "calendar, date 3, key"),
        ('of = "lists"', 'of = "tickets"', "rules.choice", "calendar, date 4 (admissibility), of"),
        ('offset = "-1 month"', 'offset = "1 month"', "rules.offset", "calendar, date 3 (lists), offset"),
        ('offset = "-1 month"', 'offset = "-1 week"', "rules.offset", "calendar, date 3 (lists), offset"),
        ('offset = "-1 month"', 'offset = "-5 clear days"', "rules.offset", "calendar, date 3 (lists), offset"),
        ('offset = "-1 month"', 'offset = "-1 month "', "rules.offset", "calendar, date 3 (lists), offset"),
        ('offset = "-1 month"', "offset = -1", "json.type", "calendar, date 3 (lists), offset"),
        ('offset = "-1 month"', "", "json.missing", "calendar, date 3"),
        ('contests = ["s1"]', 'contests = ["s9"]', "rules.choice", "calendar, date 2 (general-roll), contests 1"),
        ('contests = ["s1"]', 'contests = ["s1", "s1"]', "rules.twice", "calendar, date 2 (general-roll), contests"),
        ('contests = ["s1"]', "contests = []", "json.type", "calendar, date 2 (general-roll), contests"),
        ('before = ["candidacies"]', 'before = ["none"]', "rules.choice", "calendar, date corrections, before"),
        ('before = ["candidacies"]', "before = 1", "json.type", "calendar, date 5 (corrections), before"),
        ('offset = "-1 month"', 'offset = "-1 month"\nbound = "last"', "rules.choice", "(lists), bound"),
        ('offset = "-1 month"', 'offset = "-1 month"\nassumed = "no"', "json.type", "(lists), assumed"),
        ("public = true", "public = 1", "json.type", "(general-roll), public"),
        ("years = 4", "years = 0", "json.range", "mandate, years"),
        ('renewable = "never"', 'renewable = "once"', "rules.choice", "mandate, renewable"),
        ("assumed = true", "assumed = 1", "json.type", "mandate, assumed"),
        ('by = "list_substitute"', 'by = "next"', "rules.choice", "mandate, replacement 1, by"),
        ('"s4a", "s4b"]\nby', '"s1", "s4b"]\nby', "rules.twice", "mandate, replacements, contests"),
        ('"s4a", "s4b"]\nby', '"s4a"]\nby', "rules.replacement", "takes a seat of s4b"),
        (
            'by = "own_substitute"', 'by = "own_substitute"\nelection = { article = "art. 7" }', "json.missing",
            "mandate, replacement 2, election",
        ),
        (
            'by = "own_substitute"', 'by = "own_substitute"\nelection = { within = 0, article = "art. 7" }',
            "json.range", "mandate, replacement 2, election, within",
        ),
    ],
)  # fmt: skip
def test_broken_copy_names_its_place(old, new, rule, place):
    refused(broken(old, new), rule, place)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("-21 days", Offset(-21, "day")),
        ("+1 day", Offset(1, "day")),
        ("-2 months", Offset(-2, "month")),
        ("+2 years", Offset(2, "year")),
        ("+5 clear days", Offset(5, "clear day")),
        ("+0 days", Offset(0, "day")),
        ("not found", None),
    ],
)
def test_offsets(text, offset):
    model = models.parse(broken('offset = "-1 month"', f'offset = "{text}"'), "copy")
    assert next(due for due in calendar_of(model).dates if due.key == "lists").offset == offset
    assert str(offset or "not found") == text


def test_election_where_nobody_is_left():
    text = 'by = "list_substitute"\nelection = { within = 3, spare = 6, article = "art. 7" }'
    model = models.parse(broken('by = "list_substitute"', text), "copy")
    assert mandate_of(model).replacement("s1") == Replacement(
        ("s1",), "list_substitute", "ordonnance 58-1270, art. 35-1 (ancien)", True, Complementary(3, 6, "art. 7")
    )


def test_tables_must_be_tables():
    for name in ("calendar", "mandate"):
        with pytest.raises(ProtocolError, match=f"model copy, {name}"):
            models.parse(f'format = "isoloir-model-1"\nbased_on = "cav-2026"\n{name} = 1\n'.encode(), "copy")


def test_the_command_shows_both_tables(tmp_path):
    shown = CliRunner().invoke(main, ["model", "show", "cav-2026"]).stdout
    assert "legal dates, with the holidays of metropole:\n  5 months to 15 days before the mandates expire" in shown
    assert "  lists: Lists of candidates filed (s1), opening -1 month [décret 2025-659, art. 7]\n" in shown
    assert (
        "  cassation-tickets: Declarations of candidacy at the Cour de cassation (s4a, s4b), opening not found" in shown
    )
    assert "mandates of 4 years, renewable: never [ordonnance 58-1270, art. 10-1-1]\n  s1: list_substitute" in shown
    text = 'by = "list_substitute"\nelection = { within = 3, spare = 6, article = "art. 7" }'
    copy = tmp_path / "copy.toml"
    copy.write_bytes(broken('by = "list_substitute"', text).replace(b"window = {", b"#"))
    shown = CliRunner().invoke(main, ["model", "show", str(copy)]).stdout
    assert "where nobody is left, an election: within 3 months, none in the last 6 months [art. 7]" in shown
    assert "before the mandates expire" not in shown


@pytest.mark.parametrize("name", models.names())
def test_filing_ends_where_the_calendar_says_too(name):
    """The same last day stands in two tables of a model: for the report on a candidacy, and among the dates."""
    model, opening = models.load(name), datetime(2026, 2, 6, 8, tzinfo=UTC)
    vote = Vote(opening, opening + timedelta(days=6))
    filed = {
        (line.day, key)
        for line in (dates(model.calendar, vote) if model.calendar else ())
        if line.key in ("lists", "tickets")
        for key in line.contests or [contest.key for contest in model.contests]
    }
    for contest in model.contests:
        closes = days(candidacy_rules(contest.candidacies or {}, "copy"), opening.date()).closes
        assert closes is None or (closes, contest.key) in filed
