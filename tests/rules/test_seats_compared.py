"""Two implementations that share nothing agree, and what theory says of the methods holds."""

import random
from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from elections.rules.seats import count
from tests.rules import second


def both(votes, seats):
    outcome = count("largest_remainder", votes, seats)
    between, open_ = (list(outcome.lot.between), outcome.lot.seats) if outcome.lot else ([], 0)
    assert (list(outcome.seats), (between, open_)) == second.largest_remainder(votes, seats), (votes, seats)
    return outcome


def test_remainders_agree_on_thousands_of_small_cases():
    draw = random.Random(2026)
    lots = 0
    for _ in range(4000):
        votes = [draw.randint(0, 12) for _ in range(draw.randint(1, 6))]
        if any(votes):
            lots += both(votes, draw.randint(1, 8)).lot is not None
    assert lots > 100, "the cases must hold ties worth comparing"


def test_remainders_agree_on_real_sizes():
    draw = random.Random(9163)
    for _ in range(500):
        votes = [draw.randint(0, 5000) for _ in range(draw.randint(2, 8))]
        both([*votes, 1], draw.randint(1, 20))


def test_remainders_agree_on_every_small_table():
    for votes in product(range(5), repeat=3):
        for seats in range(1, 6 if any(votes) else 0):
            both(votes, seats)


def test_plurality_agrees_on_every_small_table():
    for votes in product(range(4), repeat=4):
        if any(votes):
            outcome = count("plurality", votes, 1, parameters={"tie": "draw"})
            winners, between = second.plurality(votes)
            assert [place for place, seat in enumerate(outcome.seats) if seat] == winners
            assert (list(outcome.lot.between) if outcome.lot else []) == between


TABLES = st.lists(st.integers(0, 60), min_size=1, max_size=7).filter(any)
SEATS = st.integers(1, 12)


def fate(outcome):
    """For each candidacy its certain seats and what it draws for, without names or places."""
    lot = outcome.lot
    return [(won, lot.seats if lot and place in lot.between else 0) for place, won in enumerate(outcome.seats)]


@given(TABLES, SEATS)
def test_all_seats_are_given_or_drawn(votes, seats):
    outcome = count("largest_remainder", votes, seats)
    lot = outcome.lot
    assert sum(outcome.seats) + (lot.seats if lot else 0) == seats
    if lot:
        assert 0 < lot.seats < len(lot.between)
        assert len({votes[place] for place in lot.between}) == 1, "a lot is between equal votes only"
        assert list(lot.between) == sorted(lot.between)


@given(TABLES, SEATS)
def test_nobody_is_further_than_a_seat_from_the_exact_share(votes, seats):
    outcome = count("largest_remainder", votes, seats)
    for number, (won, drawn) in zip(votes, fate(outcome), strict=True):
        floor, rest = divmod(number * seats, sum(votes))
        assert floor <= won <= floor + (rest > 0)
        assert won + bool(drawn) <= floor + 1
        assert number or not (won or drawn), "no vote, no seat"


@given(TABLES, SEATS)
def test_more_votes_never_mean_fewer_seats(votes, seats):
    ranked = sorted(zip(votes, fate(count("largest_remainder", votes, seats)), strict=True))
    for (fewer, (won, drawn)), (more, (won_more, drawn_more)) in pairwise(ranked):
        assert won <= won_more
        if fewer == more:
            assert (won, drawn) == (won_more, drawn_more), "equals are treated as equals"


@given(TABLES, SEATS, st.randoms(use_true_random=False))
def test_order_of_the_lists_changes_nothing(votes, seats, shuffler):
    places = list(range(len(votes)))
    shuffler.shuffle(places)
    straight = fate(count("largest_remainder", votes, seats))
    shuffled = fate(count("largest_remainder", [votes[place] for place in places], seats))
    assert shuffled == [straight[place] for place in places]


@given(TABLES, SEATS, st.integers(1, 1000))
def test_scale_of_the_votes_changes_nothing(votes, seats, factor):
    scaled = count("largest_remainder", [number * factor for number in votes], seats)
    assert fate(scaled) == fate(count("largest_remainder", votes, seats))


@given(TABLES, SEATS)
def test_list_without_votes_changes_nothing(votes, seats):
    assert fate(count("largest_remainder", [*votes, 0], seats)) == [
        *fate(count("largest_remainder", votes, seats)),
        (0, 0),
    ]


@given(TABLES)
def test_remainders_with_one_seat_are_plurality(votes):
    persons = count("plurality", votes, 1, parameters={"tie": "draw"})
    assert fate(count("largest_remainder", votes, 1)) == fate(persons)
