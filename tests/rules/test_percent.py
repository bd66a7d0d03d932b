"""Shares as they are shown, French as it is printed, and the table of unions."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, getcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.rules.french import day_and_hour, hour_in_words, number, typeset
from elections.rules.percent import percent
from elections.rules.representativity import told, unions

COUNTS = st.integers(0, 10**7)


@given(part=COUNTS, more=COUNTS)
def test_a_share_is_the_nearest_hundredth(part, more):
    whole = part + more or 1
    shown, exact = percent(part, whole), Fraction(part, whole) * 10_000
    assert abs(shown.hundredths - exact) <= Fraction(1, 2)
    assert shown.exact == (shown.hundredths == exact)
    getcontext().prec = 40
    decimal = (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert shown.text(".") == f"{decimal}"


@pytest.mark.parametrize(
    ("part", "whole", "text", "exact"),
    [(5750, 9163, "62,75", False), (251, 400, "62,75", True), (1, 20_000, "0,01", False), (0, 7, "0,00", True),
     (7, 7, "100,00", True), (2, 3, "66,67", False)],
)  # fmt: skip
def test_shares_that_were_published(part, whole, text, exact):
    assert (percent(part, whole).text(), percent(part, whole).exact) == (text, exact)


def test_hours_are_those_of_paris():
    assert hour_in_words(datetime(2026, 2, 6, 8, tzinfo=UTC)) == "vendredi 6 février 2026 à 9\u00a0h\u00a000"
    assert hour_in_words(datetime(2026, 7, 31, 22, 5, tzinfo=UTC)) == "samedi 1er août 2026 à 0\u00a0h\u00a005"
    assert day_and_hour(datetime(2026, 12, 31, 23, 0, 1, tzinfo=UTC)) == "01/01/2027\u00a000:00:01"


def test_french_is_set_as_it_is_printed():
    assert typeset("L'urne : « vide » ; 12 500 !") == (
        "L’urne\u00a0: «\u00a0vide\u00a0»\u202f; 12\u202f500\u202f!"
    )  # fmt: skip
    assert number(1_234_567) == "1\u202f234\u202f567"


# --- Unions -------------------------------------------------------------------------------------------------


def test_unions_by_their_share_of_february_2026():
    rows = unions(["USM", "SM", "UM", "CFDT"], [3501, 1437, 718, 84])
    assert [(row.name, row.share.text(), row.reaches) for row in rows] == [
        ("USM", "60,99", True), ("SM", "25,03", True), ("UM", "12,51", True), ("CFDT", "1,46", False),
    ]  # fmt: skip


@given(votes=st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_the_threshold_compares_fractions_and_the_order_is_by_votes(votes):
    rows = unions([f"{place}" for place in range(len(votes))], votes)
    assert len(rows) == (len(votes) if any(votes) else 0)
    for row in rows:
        assert row.reaches == (Fraction(row.votes, sum(votes)) >= Fraction(6, 100))
    assert [(row.votes, int(row.name)) for row in rows] == sorted(
        ((row.votes, int(row.name)) for row in rows), key=lambda row: (-row[0], row[1])
    )


def test_a_share_just_below_the_threshold_does_not_reach_it_though_it_is_shown_as_six():
    below = unions(["A", "B"], [59_999, 940_001])[1]
    assert (below.share.text(), below.reaches) == ("6,00", False)


@pytest.mark.parametrize(
    ("model", "method", "tells"),
    [("cav-2026", "largest_remainder", True), ("cav-2026", "plurality", False), ("csa", "highest_average", False)],
)
def test_only_lists_of_the_commission_tell_of_unions(model, method, tells):
    assert told(method, model) is tells
