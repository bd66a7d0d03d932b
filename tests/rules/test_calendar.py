"""The dates of a vote: those that the law's texts name, the edges of months and clocks, and a second reckoning."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol.errors import ProtocolError
from elections.rules import calendar, days, models
from elections.rules.calendar import State, Vote
from elections.rules.phases import Act
from elections.rules.timetable import INTERNET, TERRITORIES, Due, Offset, Timetable, check_duration
from tests.refused import refused
from tests.rules import second_calendar

PARIS = ZoneInfo("Europe/Paris")
BARE = Timetable(internet=False, territory="metropole", window=None, dates=())
CAV = models.load("cav-2026").calendar or BARE
YEARS = st.dates(date(2000, 3, 1), date(2098, 12, 31))


def vote(opening=date(2026, 2, 6), closing=date(2026, 2, 12), **values):
    opened, closed = (datetime.combine(day, time(9), PARIS).astimezone(UTC) for day in (opening, closing))
    return Vote(opened, closed, **({"grace": 1800} | values))


def lines(timetable=CAV, given=None):
    return {line.key: line for line in calendar.dates(timetable, given or vote())}


def one(offset, of="opening", territory="metropole", given=None):
    """The line of a timetable with a single date."""
    due = Due("x", "Une date", "A date", of, offset, "art. 1")
    return lines(Timetable(False, territory, None, (due,)), given)["x"]


def test_the_dates_of_february_2026():
    found = lines(given=vote(published=date(2026, 2, 13)))
    assert {key: str(line.day) for key, line in found.items() if line.day} == {
        "order": "2025-12-06", "lists": "2026-01-06", "training": "2026-01-06", "admissibility": "2026-01-09",
        "corrections": "2026-01-12", "rolls": "2026-01-16", "roll-checks": "2026-01-21", "candidacies": "2026-01-22",
        "expert": "2026-01-22", "notice": "2026-01-22", "roll-claims": "2026-01-24", "tickets": "2026-01-29",
        "tickets-sent": "2026-02-03", "eve": "2026-02-05", "sealing": "2026-02-06", "opening": "2026-02-06",
        "closing": "2026-02-12", "freeze": "2026-02-12", "count": "2026-02-13", "publication": "2026-02-13",
        "contestation": "2026-02-19", "destruction": "2028-02-12",
    }  # fmt: skip
    assert {key for key, line in found.items() if line.day is None} == {"general-roll", "cassation-tickets"}
    assert not any(line.assumed or line.provisional for line in found.values())
    assert list(found)[-2:] == ["cassation-tickets", "general-roll"]


def test_what_an_hour_ends_stands_before_it_and_what_a_day_ends_after_it():
    keys = list(lines())
    assert keys.index("sealing") < keys.index("opening") < keys.index("closing") < keys.index("freeze")
    assert keys.index("freeze") < keys.index("count")


def test_what_follows_the_result_is_provisional_until_it_is_known():
    found = lines()
    assert (found["publication"].day, found["contestation"].day) == (date(2026, 2, 13), date(2026, 2, 19))
    assert {key for key, line in found.items() if line.provisional} == {"publication", "contestation"}


@pytest.mark.parametrize(
    ("opening", "before"),
    [
        (date(2026, 3, 31), date(2026, 2, 28)),
        (date(2024, 3, 30), date(2024, 2, 29)),
        (date(2026, 3, 28), date(2026, 2, 28)),
        (date(2027, 1, 6), date(2026, 12, 6)),
        (date(2026, 12, 31), date(2026, 11, 30)),
    ],
)
def test_a_month_before_is_the_same_number_or_the_end_of_the_month(opening, before):
    line = one(Offset(-1, "month"), given=vote(opening, opening + timedelta(days=6)))
    assert line.day == before
    assert line.assumed == (before.day != opening.day)
    assert (f"that month has no day {opening.day}" in line.how.en) == line.assumed
    assert (f"ce mois n'a pas de jour {opening.day}" in line.how.fr) == line.assumed


def test_two_years_after_a_leap_day():
    line = one(Offset(2, "year"), "closing", given=vote(date(2028, 2, 24), date(2028, 2, 29)))
    assert (line.day, line.assumed) == (date(2030, 2, 28), True)
    assert line.how.fr == "2 ans après la clôture du scrutin (29 février 2028) ; ce mois n'a pas de jour 29."


@pytest.mark.parametrize(
    ("published", "last", "carried"),
    [
        (date(2026, 2, 13), date(2026, 2, 19), False),
        (date(2026, 2, 14), date(2026, 2, 20), False),
        (date(2026, 2, 15), date(2026, 2, 23), True),  # the sixth day after is a Saturday
        (date(2026, 3, 31), date(2026, 4, 7), True),  # Easter Monday, the 6th of April
        (date(2026, 4, 25), date(2026, 5, 4), True),  # the first of May, a Friday
        (date(2026, 12, 19), date(2026, 12, 28), True),  # Christmas, a Friday
        (date(2026, 12, 26), date(2027, 1, 4), True),  # the first of January of the next year
    ],
)
def test_clear_days_and_the_next_working_day(published, last, carried):
    line = lines(given=vote(published=published))["contestation"]
    assert (line.day, line.assumed) == (last, carried)
    assert ("report au premier jour ouvré" in line.how.fr) == ("no working day" in line.how.en) == carried


@given(YEARS, st.integers(0, 30))
def test_clear_days_are_those_of_a_second_reckoning(published, count):
    line = one(Offset(count, "clear day"), "publication", given=vote(published=published))
    assert line.day == second_calendar.clear(published, count)


@given(YEARS)
def test_holidays_are_those_of_a_second_almanac(day):
    assert days.is_worked(day, "metropole") == second_calendar.worked(day)


@given(YEARS)
def test_months_are_those_of_a_second_reckoning(day):
    assert days.months_later(day, -1) == second_calendar.month_before(day)


@given(YEARS, st.integers(-24, 24))
def test_months_go_and_come_back(day, months):
    there = days.months_later(day, months)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == months
    assert there.day == day.day or (there + timedelta(days=1)).month != there.month


def test_easter_of_known_years():
    years = {2000: (4, 23), 2008: (3, 23), 2011: (4, 24), 2025: (4, 20), 2026: (4, 5), 2038: (4, 25), 2049: (4, 18)}
    assert {year: second_calendar.easter(year) for year in years} == {y: date(y, *md) for y, md in years.items()}


def test_overseas_holidays_count_where_the_model_says_so():
    abolition = date(2026, 5, 22)
    assert days.is_worked(abolition, "metropole")
    assert not days.is_worked(abolition, "martinique")
    published = abolition - timedelta(days=6)
    assert one(Offset(5, "clear day"), "publication", "metropole", vote(published=published)).day == abolition
    # The day after is a Saturday, and Monday that of Pentecost.
    assert one(Offset(5, "clear day"), "publication", "martinique", vote(published=published)).day == date(2026, 5, 26)


@pytest.mark.parametrize("territory", TERRITORIES)
def test_every_territory_has_its_holidays(territory):
    assert not days.is_worked(date(2026, 7, 14), territory)
    assert days.is_worked(date(2026, 7, 15), territory)


def test_days_are_those_of_paris():
    night = datetime(2026, 2, 5, 23, 30, tzinfo=UTC)  # half past midnight in Paris
    found = lines(given=Vote(night, night + timedelta(days=6), 1800))
    assert (found["opening"].day, found["eve"].day) == (date(2026, 2, 6), date(2026, 2, 5))
    assert found["count"].day == date(2026, 2, 13)


def test_grace_passes_the_hour_at_which_clocks_change():
    closing = datetime(2026, 3, 29, 0, 45, tzinfo=UTC)  # a quarter to two in Paris, a quarter of an hour before
    line = lines(given=Vote(closing - timedelta(days=5), closing, 1800))["freeze"]
    assert line.at.astimezone(PARIS).strftime("%H:%M") == "03:15"


@pytest.mark.parametrize(
    ("grace", "fr", "en"),
    [
        (1800, "30 minutes après la clôture.", "30 minutes after the closing."),
        (60, "1 minute après la clôture.", "1 minute after the closing."),
        (90, "90 secondes après la clôture.", "90 seconds after the closing."),
        (0, "À la clôture.", "At the closing."),
    ],
)
def test_grace_in_words(grace, fr, en):
    words = lines(given=vote(grace=grace))["freeze"].how
    assert (words.fr, words.en) == (fr, en)


@pytest.mark.parametrize(
    ("offset", "fr", "en"),
    [
        (Offset(-15, "day"), "15 jours avant l'ouverture du scrutin (1er mai 2026).", "15 days before the opening of"),
        (
            Offset(1, "day"),
            "1 jour après l'ouverture du scrutin (1er mai 2026).",
            "1 day after the opening of the vote",
        ),
        (Offset(-2, "month"), "2 mois avant l'ouverture du scrutin (1er mai 2026).", "2 months before the opening"),
        (Offset(1, "year"), "1 an après l'ouverture du scrutin (1er mai 2026).", "1 year after the opening of the"),
        (
            Offset(1, "clear day"),
            (
                "1 jour franc après l'ouverture du scrutin (1er mai 2026) ; ni ce jour ni le dernier ne comptent ; le"
                " dimanche 3 mai 2026 n'étant pas ouvré, report au premier jour ouvré suivant."
            ),
            "1 clear day after the opening of the vote (1 May 2026); neither that day nor the last one counts; Sunday",
        ),
        (None, "Aucun texte à portée ne fixe cette date : le bureau des élections doit l'arrêter.", "No text at hand"),
    ],
)
def test_how_a_date_was_found_in_words(offset, fr, en):
    words = one(offset, given=vote(date(2026, 5, 1), date(2026, 5, 7))).how
    assert words.fr == fr
    assert words.en.startswith(en)


def test_a_date_counted_from_another_names_it_and_is_unknown_where_that_one_is():
    first = Due("a", "Le dépôt", "The filing", "opening", Offset(-10, "day"), "art. 1", assumed=True)
    lost = Due("b", "L'affichage", "The posting", "opening", None, "art. 2")
    after = [Due(f"after-{due.key}", "Après", "After", due.key, Offset(2, "day"), "art. 3") for due in (first, lost)]
    found = lines(Timetable(False, "metropole", None, (first, lost, *after)))
    assert found["after-a"].how.fr == "2 jours après « Le dépôt » (27 janvier 2026)."
    assert found["after-a"].how.en == "2 days after “The filing” (27 January 2026)."
    assert (found["after-a"].day, found["after-a"].assumed) == (date(2026, 1, 29), True)
    assert found["after-b"].day is None


def test_a_vote_that_is_not_by_internet_has_its_hours_only():
    found = lines(BARE)
    assert list(found) == ["opening", "closing", "publication"]
    assert {line.article for line in found.values()} == {""}


def test_json_is_all_that_a_line_says():
    line = lines()["contestation"]
    assert line.json() == {
        "article": "R. 211-586", "assumed": False, "at": None, "bound": "latest", "contests": [], "day": "2026-02-19",
        "en": {"how": line.how.en, "what": line.what.en}, "fr": {"how": line.how.fr, "what": line.what.fr},
        "key": "contestation", "provisional": True,
    }  # fmt: skip
    assert lines()["opening"].json()["at"] == "2026-02-06T08:00:00Z"
    assert lines()["general-roll"].json()["day"] is None


# --- What the law would not have


def test_duration_from_72_hours_to_8_days():
    opening = datetime(2026, 2, 6, 8, tzinfo=UTC)
    for hours in (72, 8 * 24):
        check_duration(CAV, opening, opening + timedelta(hours=hours))
    for seconds in (72 * 3600 - 1, 8 * 24 * 3600 + 1):
        with refused("rules.duration"):
            check_duration(CAV, opening, opening + timedelta(seconds=seconds))
    for timetable in (None, BARE):
        check_duration(timetable, opening, opening + timedelta(hours=1))


@pytest.mark.parametrize(("opening", "hours"), [(date(2026, 3, 26), 191), (date(2026, 10, 22), 193)])
def test_eight_days_are_those_of_the_clock_and_72_hours_those_that_pass(opening, hours):
    start = datetime.combine(opening, time(9), PARIS)
    end = start + timedelta(days=8)  # nine o'clock in Paris again, clocks having changed
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
    check_duration(CAV, start.astimezone(UTC), end.astimezone(UTC))
    with refused("rules.duration"):
        check_duration(CAV, start.astimezone(UTC), end.astimezone(UTC) + timedelta(minutes=1))
    # Three days of the clock in the night when one hour is lost are 71 hours.
    if hours == 191:
        with refused("rules.duration"):
            check_duration(
                CAV, start.astimezone(UTC), (start + timedelta(days=3)).astimezone(UTC) - timedelta(hours=0.5)
            )


def told(timetable=CAV, given=None, today=None):
    return [(fault.rule, str(fault)) for fault in calendar.faults(timetable, given or vote(), today)]


def test_a_vote_inside_its_window_has_no_fault():
    # [expiry - 5 months, expiry - 15 days], both included.
    assert calendar.between(5, 15, date(2026, 2, 27)) == (date(2025, 9, 27), date(2026, 2, 12))
    for expiry in (date(2026, 2, 27), date(2026, 7, 6)):
        assert told(given=vote(expiry=expiry)) == []
    assert told(given=vote(expiry=None)) == []


@pytest.mark.parametrize(
    ("expiry", "which"), [(date(2026, 2, 26), "Closing"), (date(2026, 7, 7), "Opening"), (date(2026, 7, 20), "both")]
)
def test_a_vote_outside_its_window_is_told(expiry, which):
    found = told(given=vote(expiry=expiry))
    assert {rule for rule, _ in found} == {"rules.window"}
    names = ["Opening", "Closing"] if which == "both" else [which]
    assert [text.split()[0] for _, text in found] == names
    assert all("décret 2025-659, art. 1" in text for _, text in found)


def test_a_date_that_comes_after_what_it_must_precede_is_told():
    late = Due("late", "Trop tard", "Too late", "opening", Offset(-3, "day"), "art. 9", before=("candidacies", "eve"))
    timetable = Timetable(True, "metropole", None, (*INTERNET, late))
    [(rule, text)] = told(timetable)
    assert rule == "rules.date-order"
    assert text.startswith("Too late, 2026-02-03: comes after what it must precede, Candidacies")
    assert text.endswith("2026-01-22 (art. 9)")
    same = Due("same", "À temps", "In time", "opening", Offset(-15, "day"), "art. 9", before=("candidacies", "notice"))
    assert told(Timetable(True, "metropole", None, (*INTERNET, same))) == []
    lost = Due("lost", "Introuvable", "Lost", "opening", None, "art. 8", before=("eve",))
    early = Due("early", "Tôt", "Early", "opening", Offset(-30, "day"), "art. 7", before=("lost",))
    assert told(Timetable(True, "metropole", None, (*INTERNET, lost, early))) == []


def test_notice_shorter_than_fifteen_days_is_told_while_a_vote_is_prepared():
    assert told(Timetable(True, "metropole", None, INTERNET), today=date(2026, 1, 6)) == []
    found = told(Timetable(True, "metropole", None, INTERNET), today=date(2026, 1, 23))
    assert {rule for rule, _ in found} == {"rules.date-passed"}
    notice = "Notice and means of authentication with every elector: the last day was 2026-01-22 (R. 211-553)"
    assert ("rules.date-passed", notice) in found
    # Neither what comes after the opening nor what must not come too early has passed.
    assert len(told(Timetable(True, "metropole", None, INTERNET), today=date(2030, 1, 1))) == 5


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (vote(date(1999, 12, 30), date(2000, 1, 4)), "opening"),
        (vote(date(2099, 12, 28), date(2100, 1, 2)), "closing"),
        (vote(date(2098, 12, 28), date(2099, 1, 2)), "destruction"),
        (vote(published=date(2100, 1, 1)), "publication"),
    ],
)
def test_years_that_the_almanac_does_not_know_are_refused(given, what):
    with pytest.raises(ProtocolError, match=f"^{what}: legal dates are computed for the years 2000 to 2099 only"):
        calendar.faults(CAV, given)


def test_an_end_of_mandates_in_such_a_year_is_told():
    assert [rule for rule, _ in told(given=vote(expiry=date(2100, 1, 1)))] == ["rules.year"]


# --- Where a date stands


def stands(now, acts=(), given=None):
    found = calendar.dates(CAV, given or vote())
    return calendar.states(found, now, acts)


def test_dates_pass_one_after_the_other():
    found = stands(datetime(2026, 1, 6, 10, tzinfo=UTC))
    assert (found["order"], found["lists"], found["training"]) == (State.PAST, State.TODAY, State.TODAY)
    assert (found["admissibility"], found["corrections"]) == (State.NEXT, State.COMING)
    assert (found["general-roll"], found["contestation"]) == (State.UNKNOWN, State.COMING)
    assert set(stands(datetime(2030, 1, 1, tzinfo=UTC), set(Act)).values()) == {
        State.DONE, State.PAST, State.UNKNOWN, State.COMING,
    }  # fmt: skip


def test_what_the_program_does_is_done_or_missed():
    at_nine = datetime(2026, 2, 6, 8, tzinfo=UTC)
    before = stands(at_nine - timedelta(seconds=1), {Act.SEAL})
    assert (before["sealing"], before["opening"]) == (State.DONE, State.NEXT)
    assert stands(at_nine - timedelta(seconds=1))["sealing"] is State.NEXT
    after = stands(at_nine)
    assert (after["sealing"], after["opening"], after["eve"]) == (State.MISSED, State.MISSED, State.PAST)
    assert stands(datetime(2026, 2, 13, 22, tzinfo=UTC))["count"] is State.TODAY
    assert stands(datetime(2026, 2, 13, 23, tzinfo=UTC))["count"] is State.MISSED
    assert stands(datetime(2026, 2, 14, tzinfo=UTC))["publication"] is State.COMING
    assert stands(datetime(2026, 2, 14, tzinfo=UTC), {Act.PROCLAIM}, vote(published=date(2026, 2, 13)))[
        "contestation"
    ] is State.NEXT  # fmt: skip
