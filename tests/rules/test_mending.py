"""The clock of filing to the second, across changes of the clocks; withdrawal; what a correction may change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol.errors import ProtocolError
from elections.rules.deadlines import Clock, clock, end_of, last_to_withdraw
from elections.rules.filing import Withdrawal, candidacy_rules
from elections.rules.mending import check_replaced
from elections.rules.models import load
from tests.refused import refused

ART = {"article": "art. 8"}
SECOND = timedelta(seconds=1)


def test_the_general_college_s_clock():
    rules = candidacy_rules(load("cav-2026").contests[0].candidacies, "s1")
    hours = clock(rules, date(2026, 2, 6))
    assert hours == Clock(*(datetime(2026, 1, day, 23, tzinfo=UTC) for day in (6, 9, 12)))
    assert hours.closes
    assert hours.mended
    assert rules.ruling
    for at, files, mends in (
        (hours.closes - SECOND, True, False),
        (hours.closes, False, True),
        (hours.mended - SECOND, False, True),
        (hours.mended, False, False),
    ):
        assert (hours.files(at), hours.mends(at)) == (files, mends), at
    assert rules.withdrawal == Withdrawal(rules.ruling.basis, None, 0)
    assert last_to_withdraw(rules, date(2026, 2, 6)) is None


@pytest.mark.parametrize(
    ("day", "hour"),
    [(date(2026, 3, 28), 23), (date(2026, 3, 29), 22), (date(2026, 10, 24), 22), (date(2026, 10, 25), 23)],
)
def test_a_day_ends_at_midnight_in_paris_whatever_the_clocks_do(day, hour):
    assert end_of(day) == datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def test_without_a_last_day_filing_stays_open_and_nothing_is_mended():
    hours = clock(candidacy_rules({}, "x"), date(2026, 2, 6))
    assert (hours.files(datetime(2099, 1, 1, tzinfo=UTC)), hours.mends(datetime(2000, 1, 1, tzinfo=UTC))) == (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("table", "last"),
    [
        ({}, date(2026, 1, 29)),
        ({"withdrawal": {"days": 3, **ART}}, date(2026, 2, 3)),
        ({"withdrawal": {"weeks": 2, **ART}}, date(2026, 1, 23)),
        ({"withdrawal": {"never": True, **ART}}, None),
    ],
)
def test_until_when_a_filed_candidacy_may_be_withdrawn(table, last):
    rules = candidacy_rules({"closes": {"days": 8, **ART}, **table}, "x")
    assert last_to_withdraw(rules, date(2026, 2, 6)) == last


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ({"never": False, **ART}, "rules.one_of"),
        ({"never": True, "days": 3, **ART}, "rules.one_of"),
        ({"days": 3, "weeks": 1, **ART}, "rules.one_of"),
        ({**ART}, "rules.one_of"),
        ({"never": 1, **ART}, "json.type"),
        ({"days": 0, **ART}, "json.range"),
        ({"never": True}, "json.missing"),
    ],
)
def test_a_table_of_withdrawals_that_says_nothing_clear(table, rule):
    with refused(rule) as caught:
        candidacy_rules({"withdrawal": table}, "c")
    assert caught.value.values["what"].startswith("c, withdrawal")


names = st.lists(st.text("abcdefghij", min_size=1, max_size=3), min_size=1, max_size=12, unique=True)


@given(names, st.data())
def test_exactly_the_contested_names_go_and_no_other(before, data):
    contested = data.draw(st.lists(st.sampled_from(before), min_size=1, unique=True))
    replaced = [f"new {place}" if name in contested else name for place, name in enumerate(before)]
    check_replaced(before, contested, data.draw(st.permutations(replaced)), "art. 8")
    check_replaced(before, [contested[0].upper()], [n for n in before if n != contested[0]], "art. 8")
    with refused("nominations.left"):
        check_replaced(before, contested, before, "art. 8")
    with refused("nominations.others"):
        check_replaced(before, contested, [*replaced, "one more"], "art. 8")
    kept = [name for name in before if name not in contested]
    if kept:
        with refused("nominations.others"):
            check_replaced(before, contested, [name for name in replaced if name != kept[0]] + ["other"], "art. 8")


def test_a_name_twice_is_two_names():
    with pytest.raises(ProtocolError, match="only these names"):
        check_replaced(["a", "b", "b", "c"], ["a"], ["x", "b", "c", "y"], "art. 8")
