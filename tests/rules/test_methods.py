"""Highest average, bars, short lists, two rounds, block vote: figures and sentences a lawyer can follow."""

import pytest

from elections.protocol.errors import ProtocolError
from elections.rules.parameters import choices
from elections.rules.seats import (
    Lot,
    Presented,
    check_candidacies,
    check_rule,
    count,
    elected,
    for_record,
    settle,
)
from elections.rules.steps import Name

CGFP = "code général de la fonction publique, art. R. 211-"
DRAW = {"article": "statuts, art. 12", "tie": "draw"}
AGE = {"article": "statuts, art. 12", "tie": "oldest"}
FIRST = "3Y157V2zVchJbv"


def averages(votes, seats, *, titles=None, lists=None, **parameters):
    return count("highest_average", votes, seats, titles, parameters, lists)


def rounds(votes, number, **parameters):
    return count("majority_two_rounds", votes, 1, None, {"round": number, **parameters})


def ids(outcome):
    return [line.id for line in outcome.steps]


def said(outcome, name, language="en"):
    [line] = [line for line in outcome.steps if line.id == name]
    return line.text(language)


def refused(rule, *arguments, **more):
    with pytest.raises(ProtocolError) as caught:
        count(*arguments, **more)
    assert caught.value.rule == rule
    return str(caught.value)


# --- highest average ------------------------------------------------------------------------------


def test_averages_are_counted_line_by_line():
    outcome = averages((3501, 1437, 718, 84), 6, titles=("USM", "SM", "UM-FO", "CFDT"))
    assert outcome.seats == (4, 2, 0, 0)
    assert [line.en for line in outcome.steps[6:]] == [
        "4 seats given by the quotient, out of 6; 2 seats remain, for the highest averages, one by one.",
        "USM: 3 seats, average 3,501/4 = 875 + 1/4.",
        "SM: 1 seat, average 1,437/2 = 718 + 1/2.",
        "UM-FO: 0 seats, average 718/1 = 718.",
        "CFDT: 0 seats, average 84/1 = 84.",
        "Seat 5: USM, highest average, 3,501/4 = 875 + 1/4; with 4 seats it becomes 3,501/5 = 700 + 1/5.",
        "Seat 6: SM, highest average, 1,437/2 = 718 + 1/2.",
        "Seats: 4 for USM, 2 for SM, 0 for UM-FO, 0 for CFDT.",
    ]
    assert said(outcome, "seat.5", "fr") == (
        "Siège n° 5\u00a0: USM, plus forte moyenne, 3\u202f501/4 = 875 + 1/4\u202f;"
        " avec 4 sièges, elle devient 3\u202f501/5 = 700 + 1/5."
    )
    assert {line.article for line in outcome.steps} == {f"{CGFP}118 et R. 211-119"}


def test_one_seat_left_is_said_as_one():
    one = averages([50, 40, 10], 2)
    assert said(one, "left").endswith("1 seat remains, for the highest average.")
    assert said(one, "left", "fr").endswith("1 siège reste, attribué à la plus forte moyenne.")


def test_nothing_is_averaged_where_the_quotient_gives_all():
    outcome = averages((6, 3, 3), 4)
    assert outcome.seats == (2, 1, 1)
    assert ids(outcome)[-2:] == ["left", "total"]


def test_same_average_goes_to_more_votes():
    # Averages 6/2 and 3/1 are equal, and one seat is left.
    outcome = averages((6, 3, 1), 2)
    assert outcome.seats == (2, 0, 0)
    outcome = averages((12, 6, 1), 4, lists=[Presented(1, 4), Presented(9, 4), Presented(1, 4)])
    assert (outcome.seats, outcome.lot) == ((3, 1, 0), None)
    outcome = averages((6, 3, 2, 1), 3)
    assert (outcome.seats, outcome.lot) == ((2, 1, 0, 0), None)
    assert "more_votes" not in ids(outcome), "both are served"


def test_equals_go_on_from_votes_to_candidates_and_to_the_lot():
    lists = [Presented(candidates, 9) for candidates in (8, 6, 8, 8, 9)]
    outcome = averages((4, 4, 4, 4, 2), 3, lists=lists)
    # 18 votes, none holds the quotient; four lists have the average 4 for three seats.
    assert (outcome.seats, outcome.lot) == ((1, 0, 1, 1, 0), None)
    assert said(outcome, "more_candidates") == (
        "No. 1, No. 2, No. 3 and No. 4 have the same average (4) and the same votes (4): more candidates presented go"
        " first, No. 1 (8 candidates), No. 3 (8 candidates), No. 4 (8 candidates) and No. 2 (6 candidates)."
    )
    drawn = averages((4, 4, 4, 4, 2), 2, lists=lists)
    assert (drawn.seats, drawn.lot) == ((0, 0, 0, 0, 0), Lot((0, 2, 3), 2))
    assert said(drawn, "lot", "fr") == (
        "n° 1, n° 3 et n° 4 ont la même moyenne (4), le même nombre de voix (4) et le même nombre de"
        " candidats (8)\u00a0: 2 sièges entre 3 listes, par tirage au sort."
    )
    assert {line.article for line in drawn.steps if line.id in {"lot", "more_candidates"}} == {f"{CGFP}122"}


def test_without_the_numbers_of_candidates_equal_votes_draw():
    outcome = averages((4, 4, 4, 4, 2), 3)
    assert outcome.lot == Lot((0, 1, 2, 3), 3)
    assert "more_candidates" not in ids(outcome)


# --- bars -----------------------------------------------------------------------------------------

BAR = {"bar": [5, 100], "base": "admitted"}


def test_list_just_at_the_bar_takes_part_and_one_below_does_not():
    outcome = count("largest_remainder", (60, 31, 5, 4), 3, None, BAR)
    assert outcome.seats == (2, 1, 0, 0)
    assert said(outcome, "bar") == (
        "Bar: 5/100 of 100 valid votes, that is 500/100 = 5; a list with fewer votes wins nothing."
    )
    assert said(outcome, "bar.2") == "No. 3: 5 votes × 100 = 500, not less than 500: the bar is reached."
    assert said(outcome, "bar.3") == "No. 4: 4 votes × 100 = 400, less than 500: below the bar."
    assert "list.3" not in ids(outcome)
    assert said(outcome, "base").endswith(": 60 + 31 + 5 = 96.")
    assert [line.article for line in outcome.steps if line.id == "base"] == ["setup.json, rule.parameters.base"]


def test_base_decides_who_wins_by_remainders():
    # Two lists of four reach 20 %: five seats make a quotient of 78/5 from their votes, of 100/5 from all.
    votes = (56, 22, 18, 4)
    outcomes = [
        count("largest_remainder", votes, 5, None, {"bar": [20, 100], "base": base}) for base in ("admitted", "valid")
    ]
    assert [outcome.seats for outcome in outcomes] == [(4, 1, 0, 0), (3, 2, 0, 0)]
    assert [said(outcome, "quotient").partition(";")[0] for outcome in outcomes] == [
        "Quotient: 78 valid votes for 5 seats, that is 78/5 = 15 + 3/5",
        "Quotient: 100 valid votes for 5 seats, that is 100/5 = 20",
    ]


def test_seats_that_no_remainder_takes_stay_empty():
    outcome = count("largest_remainder", (60, *[4] * 10), 6, None, {"bar": [5, 100], "base": "valid"})
    assert outcome.seats == (4, *[0] * 10)
    assert outcome.lot is None
    assert said(outcome, "spare").endswith("2 seats remain, which no text gives.")
    assert outcome.steps[-1].en.endswith("; 2 seats stay empty.")
    whole = count("highest_average", (60, *[4] * 10), 6, None, {"bar": [5, 100], "base": "valid"})
    assert whole.seats == (6, *[0] * 10), "averages go on until no seat is left"


@pytest.mark.parametrize("method", ["largest_remainder", "highest_average"])
@pytest.mark.parametrize("base", ["admitted", "valid"])
def test_where_nobody_reaches_the_bar_nobody_has_a_seat(method, base):
    outcome = count(method, (2, 2, 2), 2, None, {"bar": [1, 2], "base": base})
    assert (outcome.seats, outcome.lot) == ((0, 0, 0), None)
    assert ids(outcome)[-2:] == ["nobody", "total"]
    assert outcome.steps[-1].fr.endswith("2 sièges restent vacants.")


# --- lists with fewer names than seats ------------------------------------------------------------

SHORT = {"names": [1, 12]}


def test_short_list_leaves_seats_empty_to_everybody():
    outcome = averages((80, 14, 6), 6, lists=[Presented(3, 3), Presented(5, 5), Presented(5, 5)], **SHORT)
    assert outcome.seats == (3, 1, 0)
    assert said(outcome, "short.0") == "No. 1 has 3 names for 5 seats: it takes 3, 2 seats stay empty."
    assert outcome.steps[-1].en == "Seats: 3 for No. 1, 1 for No. 2, 0 for No. 3; 2 seats stay empty."
    assert [line.article for line in outcome.steps if line.id == "short.0"] == [f"{CGFP}121"]


def test_full_lists_do_not_draw_for_a_seat_that_none_can_take():
    lists = [Presented(1, 1)] * 3
    outcome = count("largest_remainder", (4, 4, 4), 4, None, SHORT, lists)
    assert (outcome.seats, outcome.lot) == ((1, 1, 1), None)
    assert said(outcome, "full", "fr").endswith("mais aucune n'a plus de nom\u00a0: il n'y a rien à tirer au sort.")
    one_has = count("largest_remainder", (4, 4, 4), 4, None, SHORT, [*lists[:2], Presented(2, 2)])
    assert one_has.lot == Lot((0, 1, 2), 1), "the seat may be won, or stay empty"


def test_lists_are_told_by_number_and_size():
    lists = [Presented(2, 2), Presented(2, 2)]
    assert "candidacy 1: 2 names cannot fill 3 seats (décret 2025-659, art. 7)" in refused(
        "rules.short_list", "largest_remainder", (5, 3), 3, lists=lists
    )
    refused("rules.lists", "largest_remainder", (5, 3, 1), 2, lists=lists)
    assert "candidates of list 2" in refused(
        "rules.number", "highest_average", (5, 3), 3, None, SHORT, [Presented(2, 2), Presented(0, 0)]
    )


def filed(*names):
    return {"id": "x", "names": [{"substitute": s, "titular": t} for t, s in names], "title": "X"}


def row(letter, names):
    return filed(*((f"{letter}{number}", None) for number in range(1, names + 1)))


def test_bounds_of_a_list_are_those_of_the_rule():
    check_candidacies("highest_average", 15, {"names": [20, 30]}, [row("A", 20), row("B", 30)])
    for names in (19, 31):
        with pytest.raises(ProtocolError, match=rf"candidacy 2: {names} names, a list has 20 to 30.*R\. 211-121"):
            check_candidacies("highest_average", 15, {"names": [20, 30]}, [row("A", 20), row("B", names)])


def test_names_that_follow_are_the_substitutes():
    parameters = {"article": "art. 1", "substitutes": "following"}
    lists = [row("A", 8), row("B", 8)]
    check_candidacies("largest_remainder", 4, parameters, lists)
    outcome = count("largest_remainder", (3, 1), 4, None, parameters)
    assert [(person.titulars, person.substitutes) for person in elected(outcome, lists)] == [
        (("A1", "A2", "A3"), ("A4", "A5", "A6")),
        (("B1",), ("B2",)),
    ]
    # A short list may not have enough names for all its substitutes.
    assert elected(outcome, [row("A", 5), row("B", 8)])[0].substitutes == ("A4", "A5")


def test_list_that_labels_its_substitutes_does_not_let_them_follow():
    parameters = {"article": "art. 1", "substitutes": "following"}
    with pytest.raises(ProtocolError, match=r"candidacy 1: 7 names cannot fill 8 seats \(art. 1\)"):
        check_candidacies("largest_remainder", 4, parameters, [row("A", 7)])
    with pytest.raises(ProtocolError, match="candidacy 1: substitutes follow"):
        check_candidacies("largest_remainder", 1, parameters, [filed(("A", "a"), ("B", None))])


# --- two rounds -----------------------------------------------------------------------------------


def test_more_than_half_is_elected_in_the_first_round():
    outcome = rounds((7, 4, 2), 1)
    assert (outcome.seats, outcome.lot, outcome.second_round) == ((1, 0, 0), None, False)
    assert said(outcome, "majority") == "Absolute majority: more than half of 13 valid votes, so 7 or more."
    assert said(outcome, "most", "fr") == "n° 1 l'emporte au premier tour\u00a0: 2 × 7 = 14, plus que 13."


@pytest.mark.parametrize("votes", [(6, 4, 2), (5, 5), (6, 6, 1)])
def test_half_or_less_needs_a_second_round_and_no_lot(votes):
    outcome = rounds(votes, 1)
    assert (set(outcome.seats), outcome.lot, outcome.second_round) == ({0}, None, True)
    assert ids(outcome)[-1] == "second_round"


def test_second_round_names_the_first_and_the_most_votes_suffice():
    outcome = rounds((6, 5, 4), 2, first_round=FIRST, tie="draw")
    assert (outcome.seats, outcome.second_round) == ((1, 0, 0), False)
    assert outcome.steps[0].en == f"Second round of the contest {FIRST}, in which nobody had a majority."
    assert outcome.steps[-1].fr == "Au second tour, le plus grand nombre de voix suffit\u00a0: l'emporte n° 1, 6 voix."


@pytest.mark.parametrize(("tie", "seats"), [("oldest", (0, 1, 0)), ("seniority", (0, 1, 0)), ("draw", (0, 0, 0))])
def test_tie_of_the_second_round_is_the_sealed_rule(tie, seats):
    order = {} if tie == "draw" else {"order": [2, 1, 0]}
    outcome = rounds((6, 6, 4), 2, tie=tie, first_round=FIRST, **order)
    assert outcome.seats == seats
    assert outcome.lot == (Lot((0, 1), 1) if tie == "draw" else None)


# --- block vote -----------------------------------------------------------------------------------


def test_block_vote_goes_to_the_most_votes_seat_by_seat():
    outcome = count("block", (4, 9, 7, 9), 3, ("A", "B", "C", "D"), DRAW)
    assert (outcome.seats, outcome.lot) == ((0, 1, 1, 1), None)
    assert said(outcome, "given") == "Votes given, up to 3 by a ballot: 4 + 9 + 7 + 9 = 29."
    assert said(outcome, "most.2") == "The most votes suffice: C is elected with 7 votes."
    assert {line.article for line in outcome.steps} == {"statuts, art. 12"}


def test_only_a_tie_at_the_last_seat_is_drawn():
    assert count("block", (5, 5, 3), 2, None, DRAW).lot is None
    outcome = count("block", (5, 5, 5, 7), 3, None, DRAW)
    assert (outcome.seats, outcome.lot) == ((0, 0, 0, 1), Lot((0, 1, 2), 2))
    assert said(outcome, "total").endswith("; 2 seats depend on the lot.")
    assert [line.article for line in outcome.steps if line.id == "lot"] == ["setup.json, rule.parameters.tie"]


def test_several_seats_go_to_the_oldest():
    outcome = count("block", (5, 5, 5, 7), 3, None, {**AGE, "order": [3, 2, 1, 0], "tie_article": "statuts, art. 13"})
    assert (outcome.seats, outcome.lot) == ((0, 1, 1, 1), None)
    assert said(outcome, "tie").endswith("2 seats among 3, age decides: No. 3 and No. 2.")
    assert said(outcome, "tie", "fr").endswith(
        "choisie, pour 2 sièges entre 3 candidatures, le bénéfice de l'âge désigne n° 3 et n° 2."
    )
    assert [line.article for line in outcome.steps if line.id == "tie"] == ["statuts, art. 13"]


def test_nobody_is_elected_without_a_vote():
    outcome = count("block", (5, 0, 0), 2, None, DRAW)
    assert (outcome.seats, outcome.lot) == ((1, 0, 0), None)
    assert said(outcome, "total").endswith("; 1 seat stays empty.")


# --- after the lot --------------------------------------------------------------------------------

HOW = Name("sealed slips", "bulletins scellés")


def test_lot_settles_the_outcome():
    outcome = averages((4, 4, 4, 4), 6)
    assert outcome.lot == Lot((0, 1, 2, 3), 2)
    final = settle(outcome, (3, 1), "art. 9", HOW)
    assert (final.seats, final.lot) == ((1, 2, 1, 2), None)
    assert final.steps[:-2] == outcome.steps
    assert [line.en for line in final.steps[-2:]] == [
        "2 seats drawn by lot among 4 (sealed slips): No. 2 and No. 4.",
        "Seats: 1 for No. 1, 2 for No. 2, 1 for No. 3, 2 for No. 4.",
    ]
    assert final.steps[-2].fr == "2 sièges tirés au sort entre 4 (bulletins scellés)\u00a0: n° 2 et n° 4."
    assert final.steps[-2].article == "art. 9"


def test_lot_of_a_full_list_leaves_the_seat_empty():
    lists = [Presented(1, 1), Presented(2, 2), Presented(2, 2)]
    outcome = count("largest_remainder", (4, 4, 4), 4, None, SHORT, lists)
    assert settle(outcome, [0], "art. 9", HOW).seats == (1, 1, 1)
    assert settle(outcome, [0], "art. 9", HOW).steps[-1].en.endswith("; 1 seat stays empty.")
    assert settle(outcome, [2], "art. 9", HOW).seats == (1, 1, 2)


@pytest.mark.parametrize("chosen", [(), (0,), (0, 0), (0, 1, 2), (0, 4), (-1, 0)])
def test_lot_is_of_those_concerned_each_once(chosen):
    with pytest.raises(ProtocolError, match="2 seats among 4 candidacies") as caught:
        settle(averages((4, 4, 4, 4, 1), 6), chosen, "art. 9", HOW)
    assert caught.value.rule == "rules.drawn"


def test_outcome_without_a_lot_is_not_settled():
    with pytest.raises(ProtocolError, match="0 seats among 0"):
        settle(averages((4, 2), 3), (0,), "art. 9", HOW)


# --- rules that could not be sealed ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "method", "parameters"),
    [
        ("rules.pair", "largest_remainder", {"bar": 5}),
        ("rules.pair", "highest_average", {"bar": [5]}),
        ("rules.number", "highest_average", {"bar": [0, 100]}),
        ("rules.number", "highest_average", {"bar": [5, 1001]}),
        ("rules.number", "highest_average", {"bar": [True, 100]}),
        ("rules.number", "highest_average", {"bar": [0.5, 100]}),
        ("rules.bar", "highest_average", {"bar": [100, 100]}),
        ("rules.open", "highest_average", {"bar": [5, 100]}),
        ("rules.open", "highest_average", {"bar": [5, 100], "base": "all"}),
        ("rules.alone", "highest_average", {"base": "valid"}),
        ("rules.alone", "highest_average", {"bar_article": "art. 3"}),
        ("rules.article", "highest_average", {"bar": [5, 100], "bar_article": "", "base": "valid"}),
        ("rules.pair", "highest_average", {"names": 2}),
        ("rules.number", "highest_average", {"names": [0, 2]}),
        ("rules.bounds", "highest_average", {"names": [3, 2]}),
        ("rules.alone", "highest_average", {"names_article": "art. 3"}),
        ("rules.open", "highest_average", {"substitutes": "none"}),
        ("rules.parameter", "highest_average", {"order": [0, 1]}),
        ("rules.parameter", "plurality", {"tie": "draw", "bar": [5, 100]}),
        ("rules.parameter", "plurality", {"tie": "draw", "round": 1}),
        ("rules.article", "plurality", {"tie": "draw", "tie_article": 7}),
        ("rules.open", "majority_two_rounds", {}),
        ("rules.open", "majority_two_rounds", {"round": 3}),
        ("rules.open", "majority_two_rounds", {"round": True}),
        ("rules.open", "majority_two_rounds", {"round": [1]}),
        ("rules.alone", "majority_two_rounds", {"round": 1, "tie": "draw"}),
        ("rules.alone", "majority_two_rounds", {"round": 1, "first_round": FIRST}),
        ("rules.open", "majority_two_rounds", {"round": 2}),
        ("rules.first_round", "majority_two_rounds", {"round": 2, "tie": "draw", "first_round": "x"}),
        ("rules.first_round", "majority_two_rounds", {"round": 2, "tie": "draw", "first_round": 3}),
        ("rules.article", "block", {"tie": "draw"}),
        ("rules.open", "block", {"article": "art. 1"}),
        ("rules.tie_order", "block", {"article": "art. 1", "tie": "oldest"}),
    ],
)
def test_rule_is_refused_by_name(rule, method, parameters):
    refused(rule, method, (5, 3), 1, parameters=parameters)


def test_second_round_is_not_sealed_without_its_first():
    parameters = {"round": 2, "tie": "draw"}
    assert rounds((2, 1), 2, tie="draw").seats == (1, 0)
    check_rule("majority_two_rounds", 1, parameters, None)
    with pytest.raises(ProtocolError, match="needs 'first_round'"):
        check_rule("majority_two_rounds", 1, parameters, 2)
    check_rule("majority_two_rounds", 1, {**parameters, "first_round": FIRST}, 2)


@pytest.mark.parametrize(
    ("method", "seats", "parameters"),
    [
        ("plurality", 1, {}),
        ("block", 3, {"article": "art. 1"}),
        ("majority_two_rounds", 1, {"round": 2}),
        ("highest_average", 6, {"bar": [5, 100]}),
    ],
)
def test_model_may_leave_open_what_sealing_asks_for(method, seats, parameters):
    check_rule(method, seats, parameters, None)
    with pytest.raises(ProtocolError, match="has no default; choose one of"):
        check_rule(method, seats, parameters, 2)


@pytest.mark.parametrize(
    ("method", "parameters", "open_"),
    [
        ("largest_remainder", {}, ()),
        ("highest_average", {"bar": [5, 100], "base": "valid"}, ("base",)),
        ("plurality", {}, ("tie",)),
        ("block", {"tie": "oldest"}, ("tie", "order")),
        ("majority_two_rounds", {"round": 1}, ()),
        ("majority_two_rounds", {"round": 2, "tie": "draw"}, ("first_round", "tie")),
    ],
)
def test_office_may_choose_what_no_text_settles(method, parameters, open_):
    assert choices(method, parameters) == open_


def test_own_articles_go_with_the_method_and_not_with_another_text():
    lists = [Presented(2, 2), Presented(2, 2)]
    mine = count("highest_average", (5, 5), 3, None, {"names": [1, 9], "article": "statuts, art. 4"}, lists)
    assert {line.article for line in mine.steps} == {"statuts, art. 4"}
    named = {"tie_article": "statuts, art. 5", "names_article": "statuts, art. 6", "article": "statuts, art. 4"}
    outcome = count("highest_average", (5, 5), 5, None, {"names": [1, 9], **named}, lists)
    assert [line.article for line in outcome.steps if line.id == "full"] == ["statuts, art. 5"]
    outcome = count("highest_average", (9, 1), 5, None, {"names": [1, 9], **named}, lists)
    assert [line.article for line in outcome.steps if line.id == "short.0"] == ["statuts, art. 6"]


@pytest.mark.parametrize(
    ("method", "parameters"), [("highest_average", {}), ("block", DRAW), ("majority_two_rounds", {"round": 1})]
)
def test_no_valid_vote_gives_no_seat(method, parameters):
    refused("rules.no_votes", method, (0, 0), 1, parameters=parameters)
    outcome = for_record(method, (0, 0), 1, parameters=parameters)
    assert (outcome.seats, outcome.lot, outcome.second_round) == ((0, 0), None, False)
