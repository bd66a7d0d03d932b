"""The demo's votes: the real ones at the real size, and the real seats at every size."""

import pytest

from elections.demo.fiction import REAL_ELECTORS, general_ballots, invent
from elections.rules.seats import count

SEATS = {"s1": 6, "s2a": 1, "s4b": 1}


def votes(ballots):
    return [ballots.count(candidacy) for candidacy in range(4)]


def test_at_the_real_size_the_votes_are_those_of_february_2026():
    ballots = general_ballots(REAL_ELECTORS)
    assert votes(ballots) == [3501, 1437, 718, 84]
    assert ballots.count(None) == 10


@pytest.mark.parametrize("electors", [*range(40, 140), 400, 1_000, REAL_ELECTORS, 20_000])
def test_seats_are_4_1_1_0_at_every_size_from_forty(electors):
    assert count("largest_remainder", votes(general_ballots(electors)), 6).seats == (4, 1, 1, 0)


def test_other_colleges_shrink_with_the_general_one_down_to_six():
    sizes = {electors: _sizes(invent(electors, 1, SEATS)) for electors in (400, REAL_ELECTORS)}
    assert sizes == {400: {"s1": 400, "s2a": 6, "s4b": 6}, REAL_ELECTORS: {"s1": REAL_ELECTORS, "s2a": 36, "s4b": 40}}


def _sizes(fiction):
    return {college: sum(person.college == college for person in fiction.people) for college in SEATS}


def test_a_seed_draws_who_votes_and_how():
    assert invent(40, 1, SEATS) == invent(40, 1, SEATS)
    assert invent(40, 1, SEATS).votes != invent(40, 2, SEATS).votes
