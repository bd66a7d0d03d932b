"""Elections in two degrees: grand electors, the roll of the second degree, the choice of formations."""

import pytest

from elections.protocol.canonical import encode, parse_canonical
from elections.protocol.errors import ProtocolError
from elections.rules.degrees import MOST_MAGISTRATES, Unit, grand_electors
from elections.rules.formations import formations
from elections.rules.steps import Name

CSM = {"siège": 2, "parquet": 1}


def units(*numbers):
    return [Unit(Name(f"unit {place}", f"unité {place}"), number) for place, number in enumerate(numbers)]


def fractions(magistrates):
    """Seats counted one by one: a seat at the first, the eleventh, the thirty-sixth … magistrate."""
    return sum(number == 1 or (number > 10 and (number - 11) % 25 == 0) for number in range(1, magistrates + 1))


# --- first degree ---------------------------------------------------------------------------------


def test_a_fraction_begins_a_seat():
    numbers = [0, 1, 9, 10, 11, 35, 36, 60, 61, 85, 86]
    assert grand_electors(units(*numbers)).seats == (0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5)


def test_seats_agree_with_counting_magistrates_one_by_one():
    numbers = list(range(400))
    assert list(grand_electors(units(*numbers)).seats) == [fractions(number) for number in numbers]


def test_the_other_reading_would_give_far_more_than_there_were():
    # 36 rolls of two groups, some 8,000 magistrates: close to the 398 seats of 2013.
    corps = [111] * 72
    assert sum(grand_electors(units(*corps)).seats) == 432
    assert sum(-(-number // 10) + -(-(number - 10) // 25) for number in corps) == 1224


def test_grand_electors_are_told_unit_by_unit():
    told = grand_electors(units(0, 10, 47))
    assert [line.en for line in told.steps] == [
        "unit 0: 0 magistrates; 0 seats in all.",
        "unit 1: 10 magistrates; 1 seat in all.",
        "unit 2: 47 magistrates, 1 seat for the first ten; 37 more = 1 × 25 + 12; 3 seats in all.",
        "4 grand electors in 3 units, and as many substitutes.",
    ]
    assert told.steps[2].fr == (
        "unité 2\u00a0: 47 magistrats, 1 siège pour les dix premiers\u202f; 37 au-delà = 1 × 25 + 12\u202f;"
        " 3 sièges en tout."
    )
    assert [line.article for line in told.steps[2:]] == ["décret 71-257, art. 2", "décret 71-257, art. 3"]
    assert parse_canonical(encode(told.json()), "seats")["seats"] == [0, 1, 3]


@pytest.mark.parametrize("number", [-1, 1.0, True, "47", MOST_MAGISTRATES + 1])
def test_magistrates_are_a_whole_number(number):
    with pytest.raises(ProtocolError, match="magistrates of unit 2") as caught:
        grand_electors(units(3, number))
    assert caught.value.rule == "rules.number"


# --- formations -----------------------------------------------------------------------------------


def csm(votes, seats, *choices, drawn=()):
    return formations(votes, seats, CSM, choices, drawn=drawn)


def test_lists_choose_in_turn_by_seats_and_then_by_votes():
    done = csm((90, 130, 90), (1, 2, 0), "parquet")
    assert done.taken == ((1, "parquet"), (0, "siège"), (1, "siège"))
    assert (done.turn, done.equals) == (None, ())
    assert [line.en for line in done.steps] == [
        (
            "3 seats; the lists choose in falling order of seats, then of votes: No. 2 (2 seats, 130 votes)"
            " and No. 1 (1 seat, 90 votes)."
        ),
        "Turn 1: No. 2 chooses parquet.",
        "Turn 2: No. 1 chooses siège, the only formation left.",
        "Turn 3: No. 2 chooses siège, the only formation left.",
    ]
    assert done.steps[2].fr == "Tour n° 2\u00a0: n° 1 choisit siège, seule formation restante."
    assert {line.article for line in done.steps} == {"loi organique 94-100, art. 4"}


def test_seats_come_before_votes():
    assert csm((90, 130), (2, 1)).turn == 0
    assert csm((90, 130), (1, 1)).turn == 1


def test_first_list_may_leave_the_choice_to_the_next():
    assert csm((130, 90), (2, 1), "siège", "siège").taken == ((0, "siège"), (1, "siège"), (0, "parquet"))
    assert csm((130, 90), (2, 1), "siège", "parquet").taken == ((0, "siège"), (1, "parquet"), (0, "siège"))


def test_choice_that_is_missing_is_asked_for():
    waiting = csm((130, 90), (2, 1), "siège")
    assert (waiting.taken, waiting.turn) == (((0, "siège"),), 1)
    assert waiting.steps[-1].fr == "Tour suivant\u00a0: n° 2 choisit entre siège et parquet."
    assert parse_canonical(encode(waiting.json()), "formations")["turn"] == 1


def test_order_of_equals_is_drawn_only_if_it_matters():
    first = csm((90, 90, 130), (1, 1, 1), "siège")
    assert (first.taken, first.turn, first.equals) == (((2, "siège"),), None, (0, 1))
    assert first.steps[-1].en.endswith("are equal: the order of these 2 is to be drawn by lot.")
    assert csm((90, 90, 130), (1, 1, 1), "parquet").equals == ()
    drawn = csm((90, 90, 130), (1, 1, 1), "siège", "parquet", drawn=(1, 0))
    assert drawn.taken == ((2, "siège"), (1, "parquet"), (0, "siège"))
    assert csm((90, 90, 90), (1, 1, 1), drawn=(1, 2, 0)).turn == 1


@pytest.mark.parametrize("drawn", [(0,), (0, 2), (0, 0), (1, 1, 0), (0, 1, 2), (3, 4)])
def test_only_equals_are_drawn_and_all_of_them(drawn):
    with pytest.raises(ProtocolError) as caught:
        csm((90, 90, 130), (1, 1, 1), "siège", drawn=drawn)
    assert caught.value.rule == "rules.order_drawn"


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (((130, 90), (2, 2), CSM, ["siège"]), "rules.places"),
        (((130, 90), (0, 0), CSM, []), "rules.places"),
        (((130, 90), (2, 1), CSM, ["Siège"]), "rules.formation"),
        (((130, 90), (2, 1), CSM, ["parquet", "siège"]), "rules.choices"),
        (((130, 90), (2,), CSM, []), "rules.names"),
        (((130, -1), (2, 1), CSM, []), "rules.number"),
        (((130, 90), (2, True), CSM, []), "rules.number"),
        (((130, 90), (2, 1), {"siège": 0, "parquet": 3}, []), "rules.number"),
    ],
)
def test_choice_that_cannot_be_is_refused(arguments, rule):
    with pytest.raises(ProtocolError) as caught:
        formations(*arguments)
    assert caught.value.rule == rule


def test_lists_are_called_by_their_titles():
    [order, *_] = formations((130, 90), (2, 1), CSM, ["siège"], titles=("USM", "SM")).steps
    assert order.fr.endswith("USM (2 sièges, 130 voix) et SM (1 siège, 90 voix).")
