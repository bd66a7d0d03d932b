"""Two implementations that share nothing agree, and what theory says of the methods holds."""

import random
import secrets
from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.rules.seats import Presented, count
from tests.rules import second

QUOTIENT = ("largest_remainder", "highest_average")
SHORT = [1, 20]
"""Lists may be as short as they like."""


@pytest.fixture
def draw(pytestconfig):
    """Other cases in every run; the gate's seed, if it gave one, makes them the same again."""
    return random.Random(str(pytestconfig.getoption("hypothesis_seed") or secrets.randbits(32)))


def waiting(outcome):
    return (list(outcome.lot.between), outcome.lot.seats) if outcome.lot else ([], 0)


def both(method, votes, seats, lists=None, bar=None, base="admitted"):
    parameters = ({"names": SHORT} if lists else {}) | ({"bar": list(bar), "base": base} if bar else {})
    outcome = count(method, votes, seats, None, parameters, lists)
    other = getattr(second, method)(votes, seats, lists, bar and Fraction(*bar), base)
    assert (list(outcome.seats), waiting(outcome)) == other, (method, votes, seats, lists, bar, base)
    return outcome


@pytest.mark.parametrize("method", QUOTIENT)
def test_quotient_methods_agree_on_200_000_small_cases(method, draw):
    """Ties in plenty; a fifth with a bar, a fifth with lists too short."""
    lots = parted = empty = 0
    for _ in range(200_000):
        votes = [draw.randrange(13) for _ in range(draw.randint(1, 6))]
        if not any(votes):
            votes[0] = 1
        lists = bar = None
        if draw.random() < 0.2:
            lists = [Presented(draw.randint(1, 3), draw.randint(1, 3)) for _ in votes]
        if draw.random() < 0.2:
            bar = (draw.randint(1, 9), 20)
        outcome = both(method, votes, draw.randint(1, 8), lists, bar, draw.choice(("admitted", "valid")))
        lots += outcome.lot is not None
        ids = [line.id for line in outcome.steps]
        parted += "more_votes" in ids or "more_candidates" in ids
        empty += "short.0" in ids or "spare" in ids
    assert min(lots, parted, empty) > 1000, "the cases must hold what is worth comparing"


@pytest.mark.parametrize("method", QUOTIENT)
def test_quotient_methods_agree_on_every_table_of_8_votes(method):
    """All tables of up to 5 lists and 8 votes in all, for 1 to 6 seats."""
    tables = 0
    for lists in range(1, 6):
        for votes in product(range(9), repeat=lists):
            if 0 < sum(votes) <= 8:
                tables += 1
                for seats in range(1, 7):
                    both(method, votes, seats)
    assert tables == 2001 - 5


def test_quotient_methods_agree_on_real_sizes(draw):
    for _ in range(500):
        votes = [*(draw.randint(0, 5000) for _ in range(draw.randint(2, 8))), 1]
        for method in QUOTIENT:
            both(method, votes, draw.randint(1, 20))


def persons(method, votes, seats=1, **parameters):
    return count(method, votes, seats, parameters={"article": "art. 1", **parameters})


def test_persons_agree_on_every_small_table():
    for votes in filter(any, product(range(4), repeat=4)):
        for outcome in (
            persons("plurality", votes, tie="draw"),
            persons("majority_two_rounds", votes, round=2, tie="draw"),
            *(persons("block", votes, seats, tie="draw") for seats in range(1, 6)),
        ):
            assert (list(outcome.seats), waiting(outcome)) == second.most_votes(votes, outcome.case.seats)
        outcome = persons("majority_two_rounds", votes, round=1)
        assert [place for place, seat in enumerate(outcome.seats) if seat] == second.majority(votes)
        assert (outcome.lot, outcome.second_round) == (None, not second.majority(votes))


def test_sealed_order_agrees_with_a_lot_that_falls_in_that_order(draw):
    for votes in filter(any, product(range(3), repeat=4)):
        order = draw.sample(range(4), 4)
        for seats in range(1, 5):
            seats_of = list(persons("block", votes, seats, tie="oldest", order=order).seats)
            certain, (between, open_) = second.most_votes(votes, seats)
            for place in sorted(between, key=order.index)[:open_]:
                certain[place] += 1
            assert seats_of == certain


TABLES = st.lists(st.integers(0, 60), min_size=1, max_size=7).filter(any)
SEATS = st.integers(1, 12)
METHOD = st.sampled_from(QUOTIENT)


def fate(outcome):
    """For each candidacy its certain seats and what it draws for, without names or places."""
    lot = outcome.lot
    return [(won, lot.seats if lot and place in lot.between else 0) for place, won in enumerate(outcome.seats)]


def worst_and_best(outcome):
    """For each candidacy the fewest and the most seats that the lot may leave it."""
    return [(won, won + bool(drawn)) for won, drawn in fate(outcome)]


@given(METHOD, TABLES, SEATS)
def test_all_seats_are_given_or_drawn(method, votes, seats):
    outcome = count(method, votes, seats)
    lot = outcome.lot
    assert sum(outcome.seats) + (lot.seats if lot else 0) == seats
    if lot:
        assert 0 < lot.seats < len(lot.between)
        assert len({votes[place] for place in lot.between}) == 1, "a lot is between equal votes only"
        assert list(lot.between) == sorted(lot.between)


@given(METHOD, TABLES, SEATS)
def test_no_list_has_less_than_its_whole_quotients(method, votes, seats):
    for number, (won, _) in zip(votes, fate(count(method, votes, seats)), strict=True):
        assert won >= number * seats // sum(votes)


@given(TABLES, SEATS)
def test_remainders_leave_nobody_further_than_a_seat_from_the_exact_share(votes, seats):
    outcome = count("largest_remainder", votes, seats)
    for number, (won, drawn) in zip(votes, fate(outcome), strict=True):
        floor, rest = divmod(number * seats, sum(votes))
        assert floor <= won <= floor + (rest > 0)
        assert won + bool(drawn) <= floor + 1
        assert number or not (won or drawn), "no vote, no seat"


@given(TABLES, SEATS)
def test_averages_are_such_that_no_list_would_be_served_better_by_anothers_seat(votes, seats):
    """Jefferson's rule: every seat given cost its list at least as many votes as another would now cost any."""
    outcome = count("highest_average", votes, seats)
    certain = [(number, won) for number, (won, _) in zip(votes, fate(outcome), strict=True)]
    open_ = any(drawn for _, drawn in fate(outcome))
    for number, won in certain:
        for other, others in certain:
            if won and not open_:
                assert number * (others + 1) >= other * won


@given(METHOD, TABLES, SEATS)
def test_more_votes_never_mean_fewer_seats(method, votes, seats):
    ranked = sorted(zip(votes, fate(count(method, votes, seats)), strict=True))
    for (fewer, (won, drawn)), (more, (won_more, drawn_more)) in pairwise(ranked):
        assert won <= won_more
        if fewer == more:
            assert (won, drawn) == (won_more, drawn_more), "equals are treated as equals"


@given(TABLES, SEATS)
def test_averages_never_take_a_seat_back_when_there_is_one_more(votes, seats):
    """House monotonicity, which remainders do not have: see the Alabama paradox."""
    fewer = worst_and_best(count("highest_average", votes, seats))
    more = worst_and_best(count("highest_average", votes, seats + 1))
    for (worst, best), (worst_after, best_after) in zip(fewer, more, strict=True):
        assert worst <= worst_after
        assert best <= best_after


@given(METHOD, TABLES, SEATS, st.randoms(use_true_random=False))
def test_order_of_the_lists_changes_nothing(method, votes, seats, shuffler):
    places = list(range(len(votes)))
    shuffler.shuffle(places)
    straight = fate(count(method, votes, seats))
    shuffled = fate(count(method, [votes[place] for place in places], seats))
    assert shuffled == [straight[place] for place in places]


@given(METHOD, TABLES, SEATS, st.integers(1, 1000))
def test_scale_of_the_votes_changes_nothing(method, votes, seats, factor):
    scaled = count(method, [number * factor for number in votes], seats)
    assert fate(scaled) == fate(count(method, votes, seats))


@given(METHOD, TABLES, SEATS)
def test_list_without_votes_changes_nothing(method, votes, seats):
    assert fate(count(method, [*votes, 0], seats)) == [*fate(count(method, votes, seats)), (0, 0)]


@given(METHOD, TABLES)
def test_one_seat_goes_to_the_most_votes(method, votes):
    assert fate(count(method, votes, 1)) == fate(persons("plurality", votes, tie="draw"))


@given(TABLES, SEATS, st.integers(1, 19))
def test_base_of_the_quotient_changes_nothing_for_averages(votes, seats, bar):
    """Averages alone decide, as long as the quotient gives no more than they would."""
    counted = [
        count("highest_average", votes, seats, parameters={"bar": [bar, 20], "base": base})
        for base in ("admitted", "valid")
    ]
    assert fate(counted[0]) == fate(counted[1])


@given(METHOD, TABLES, SEATS, st.integers(1, 19), st.sampled_from(["admitted", "valid"]))
def test_nobody_below_the_bar_has_a_seat_and_nobody_at_it_is_below(method, votes, seats, bar, base):
    outcome = count(method, votes, seats, parameters={"bar": [bar, 20], "base": base})
    for number, (won, drawn) in zip(votes, fate(outcome), strict=True):
        assert number * 20 >= bar * sum(votes) or not (won or drawn)
    if base == "admitted":
        kept = [number if number * 20 >= bar * sum(votes) else 0 for number in votes]
        if any(kept):
            assert fate(outcome) == fate(count(method, kept, seats))


@given(METHOD, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 5)), min_size=1, max_size=6), SEATS)
def test_short_lists_only_leave_seats_empty(method, rows, seats):
    """What a short list cannot take, nobody else has; and only lists that are full are spared the lot."""
    votes = [number for number, _ in rows]
    if not any(votes):
        return
    lists = [Presented(1, names) for _, names in rows]
    short = count(method, votes, seats, None, {"names": SHORT}, lists)
    whole = count(method, votes, seats, None, {"names": SHORT}, [Presented(1, seats)] * len(rows))
    assert short.seats == tuple(min(won, names) for won, (_, names) in zip(whole.seats, rows, strict=True))
    full = whole.lot and all(whole.seats[place] >= rows[place][1] for place in whole.lot.between)
    assert short.lot == (None if full else whole.lot)
