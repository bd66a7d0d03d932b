"""The count by the article: real figures, each sort of tie, who is elected, and hostile input."""

import re

import pytest

from elections.protocol.canonical import encode, parse_canonical
from elections.protocol.errors import ProtocolError
from elections.rules.seats import (
    MOST_CANDIDACIES,
    MOST_SEATS,
    MOST_VOTES,
    Lot,
    Presented,
    ballot_kind,
    check_candidacies,
    check_rule,
    count,
    elected,
    for_record,
    settle,
)
from elections.rules.steps import Name
from tests.rules import second

SHARES = (6099, 2503, 1251, 146)
"""The published shares of February 2026 in hundredths of a percent: USM, SM, UM-FO, CFDT."""

DRAW = {"tie": "draw"}


def lists(votes, seats, **more):
    return count("largest_remainder", votes, seats, **more)


def persons(votes, **parameters):
    return count("plurality", votes, 1, parameters=parameters or DRAW)


def ids(outcome):
    return [line.id for line in outcome.steps]


def refused(rule, *arguments, **more):
    with pytest.raises(ProtocolError) as caught:
        count(*arguments, **more)
    assert caught.value.rule == rule
    return str(caught.value)


# --- the real figures -----------------------------------------------------------------------------


def test_published_shares_of_2026_give_4_1_1_0():
    outcome = lists(SHARES, 6)
    assert outcome.seats == (4, 1, 1, 0)
    assert outcome.lot is None
    assert [line.numbers["rest"] for line in outcome.steps if line.id.startswith("list.")] == [6597, 5019, 7506, 876]


def test_published_shares_tell_the_two_rules_apart():
    assert second.highest_average(SHARES, 6) == ([4, 2, 0, 0], ([], 0))
    assert count("highest_average", SHARES, 6).seats == (4, 2, 0, 0)
    assert {count("highest_average", votes, 6).seats for votes in tables(4000)} == {(4, 2, 0, 0)}


def tables(least):
    """Every table of at most 5,750 valid votes whose shares round to the published ones."""
    for valid in range(least, 5751):
        # Below 10,000 votes, two neighbouring numbers never round to the same hundredth of a percent.
        votes = [(share * valid + 5000) // 10000 for share in SHARES]
        if sum(votes) == valid and all(
            (20000 * n + valid) // (2 * valid) == s for n, s in zip(votes, SHARES, strict=True)
        ):
            yield votes


def test_every_table_that_rounds_to_the_published_shares_gives_4_1_1_0():
    found = list(tables(1))
    assert [3501, 1437, 718, 84] in found
    assert [3373, 1384, 692, 81] in found
    assert len(found) == 27
    assert len(list(tables(4000))) == 20
    assert {lists(votes, 6).seats for votes in found} == {(4, 1, 1, 0)}


def test_full_demo_is_counted_line_by_line():
    outcome = lists((3501, 1437, 718, 84), 6, names=("USM", "SM", "UM-FO", "CFDT"))
    assert outcome.seats == (4, 1, 1, 0)
    assert [line.en for line in outcome.steps] == [
        "Valid votes: 3,501 + 1,437 + 718 + 84 = 5,740.",
        (
            "Quotient: 5,740 valid votes for 6 seats, that is 5,740/6 = 956 + 4/6;"
            " remainders are counted in 1/6 of a vote."
        ),
        "USM: 3,501 votes × 6 = 21,006 = 3 × 5,740 + 3,786; 3 seats by the quotient, remainder 3,786/6.",
        "SM: 1,437 votes × 6 = 8,622 = 1 × 5,740 + 2,882; 1 seat by the quotient, remainder 2,882/6.",
        "UM-FO: 718 votes × 6 = 4,308 = 0 × 5,740 + 4,308; 0 seats by the quotient, remainder 4,308/6.",
        "CFDT: 84 votes × 6 = 504 = 0 × 5,740 + 504; 0 seats by the quotient, remainder 504/6.",
        "4 seats given by the quotient, out of 6; 2 seats remain, for the largest remainders.",
        "UM-FO: remainder 4,308/6, 1 seat; 1 seat remains.",
        "USM: remainder 3,786/6, 1 seat; 0 seats remain.",
        "Seats: 4 for USM, 1 for SM, 1 for UM-FO, 0 for CFDT.",
    ]
    assert {line.article for line in outcome.steps} == {"décret 2025-659, art. 14"}
    assert outcome.steps[1].fr == (
        "Quotient électoral\u00a0: 5\u202f740 suffrages exprimés pour 6 sièges, soit 5\u202f740/6 = 956 + 4/6\u202f;"
        " les restes se comptent en 1/6 de voix."
    )


# --- ties -----------------------------------------------------------------------------------------


def test_same_remainder_goes_to_more_votes():
    # Quotient 5: remainders 2, 2, 1, and one seat left: the cut falls between the equal remainders.
    outcome = lists((7, 12, 1), 4)
    assert outcome.seats == (1, 3, 0)
    assert "more_votes" in ids(outcome)
    assert outcome.lot is None


def test_more_votes_are_not_named_where_they_decide_nothing():
    # Quotient 4: remainders 3, 3, 2, and two seats left: each of the equal remainders gets one.
    outcome = lists((3, 7, 2), 3)
    assert outcome.seats == (1, 2, 0)
    assert ids(outcome)[-4:] == ["left", "remainder.1", "remainder.0", "total"]


def test_same_remainder_and_votes_straddling_the_last_seat_need_a_lot():
    outcome = lists((10, 10, 10, 10), 6)
    assert outcome.seats == (1, 1, 1, 1)
    assert outcome.lot == Lot((0, 1, 2, 3), 2)
    assert ids(outcome)[-2:] == ["lot", "total"]
    assert outcome.steps[-1].en.endswith("; 2 seats depend on the lot.")
    assert outcome.steps[-1].fr.endswith("2 sièges dépendent du tirage au sort.")


def test_lot_is_only_between_those_with_most_votes():
    # Quotient 5: lists 0 and 1 (7 votes) and list 2 (2 votes) all have the remainder 2; one seat for them.
    outcome = lists((7, 7, 2, 4), 4)
    assert outcome.seats == (1, 1, 0, 1)
    assert outcome.lot == Lot((0, 1), 1)
    assert ids(outcome)[-3:] == ["more_votes", "lot", "total"]


def test_tie_that_does_not_straddle_the_last_seat_needs_no_lot():
    outcome = lists((4, 4, 2), 2)
    assert (outcome.seats, outcome.lot) == ((1, 1, 0), None)
    assert "lot" not in ids(outcome)


def test_one_vote_for_two_seats_goes_all_to_its_list():
    assert lists((1, 0), 2).seats == (2, 0)


def test_person_with_most_votes_wins_without_majority():
    outcome = persons((3, 4, 3))
    assert (outcome.seats, outcome.lot) == ((0, 1, 0), None)
    assert outcome.steps[-1].en == "One round, the most votes suffice: No. 2 is elected with 4 votes."
    assert outcome.steps[-1].fr == (
        "À un seul tour, le plus grand nombre de voix suffit\u00a0: l'emporte n° 2, 4 voix."
    )


def test_tie_of_persons_is_left_to_the_lot():
    outcome = persons((5, 7, 7))
    assert (outcome.seats, outcome.lot) == ((0, 0, 0), Lot((1, 2), 1))
    assert outcome.steps[-1].article == "setup.json, rule.parameters.tie"


@pytest.mark.parametrize("tie", ["oldest", "seniority"])
def test_tie_of_persons_by_the_sealed_order(tie):
    outcome = persons((7, 5, 7), tie=tie, order=[1, 2, 0])
    assert (outcome.seats, outcome.lot) == ((0, 0, 1), None)
    assert (outcome.steps[-1].id, outcome.steps[-1].numbers["candidacy"]) == ("tie", 2)


def test_order_decides_nothing_without_a_tie():
    assert persons((8, 5, 7), tie="oldest", order=[1, 2, 0]).seats == (1, 0, 0)


# --- what a step is -------------------------------------------------------------------------------

CASES = [
    lists((3501, 1437, 718, 84), 6),
    lists((10, 10, 10, 10), 6),
    lists((7, 7, 2, 4), 4),
    lists((1,), 1),
    persons((5, 7, 7)),
    persons((5, 7)),
    persons((7, 7), tie="oldest", order=[1, 0]),
    for_record("largest_remainder", (0, 0), 6),
    count("highest_average", (3501, 1437, 718, 84), 6),
    count("highest_average", (6, 6, 3, 2), 2),
    count(
        "highest_average", (9, 6, 3), 3, None, {"names": [1, 9]}, [Presented(1, 1), Presented(4, 2), Presented(6, 3)]
    ),
    count(
        "highest_average", (5, 5, 5), 2, None, {"names": [1, 9]}, [Presented(4, 2), Presented(3, 3), Presented(2, 2)]
    ),
    count("largest_remainder", (60, 30, 4, 6), 6, None, {"bar": [5, 100], "base": "admitted"}),
    count("largest_remainder", (60, 5, 5, 5), 9, None, {"bar": [1, 2], "base": "valid"}),
    count("largest_remainder", (2, 2, 2), 2, None, {"bar": [1, 2], "base": "valid"}),
    count("majority_two_rounds", (6, 3, 2), 1, None, {"round": 1}),
    count("majority_two_rounds", (6, 4, 2), 1, None, {"round": 1}),
    count("majority_two_rounds", (5, 5), 1, None, {"round": 2, "first_round": "2" * 22, **DRAW}),
    count("block", (5, 5, 5, 7), 3, None, {"article": "art. 1", **DRAW}),
    count("block", (5, 5, 0, 7), 4, None, {"article": "art. 1", "tie": "oldest", "order": [3, 2, 1, 0]}),
    count("block", (5, 5, 5, 7), 3, None, {"article": "art. 1", "tie": "oldest", "order": [3, 2, 1, 0]}),
    settle(lists((10, 10, 10, 10), 6), (3, 0), "art. 9", Name("urn on the table", "urne sur la table")),
]


def figures(text):
    return [int(number) for number in re.findall(r"\d+", re.sub(r"(?<=\d)[,\u202f](?=\d{3})", "", text))]


@pytest.mark.parametrize("outcome", CASES)
def test_steps_say_the_same_in_both_languages(outcome):
    for line in outcome.steps:
        assert line.article
        assert sorted(figures(line.en)) == sorted(figures(line.fr)), line
        assert not set("{}|") & set(line.en + line.fr)
    assert len(set(ids(outcome))) == len(outcome.steps)


@pytest.mark.parametrize("outcome", CASES[:4])
def test_sentences_hold_with_a_pencil(outcome):
    lines = [line for line in outcome.steps if line.id.startswith("list.")]
    assert len(lines) == len(outcome.votes)
    for line in lines:
        votes, seats, product, won, valid, rest, again, left, size = figures(
            line.en.replace("No.", "").split(": ", 1)[1]
        )
        assert votes * seats == product == won * valid + rest
        assert (again, left, size) == (won, rest, seats)
        assert rest < valid


@pytest.mark.parametrize("outcome", CASES)
def test_outcome_is_canonical_json(outcome):
    value = parse_canonical(encode(outcome.json()), "outcome")
    assert set(value) == {"lot", "method", "seats", "steps", "votes"}
    assert all(set(line) == {"article", "en", "fr", "id", "numbers"} for line in value["steps"])


def test_largest_case_stays_exact_in_json():
    outcome = lists((MOST_VOTES,) * MOST_CANDIDACIES, MOST_SEATS)
    assert max(number for line in outcome.steps for number in line.numbers.values()) < 2**53
    assert outcome.seats == (1,) * MOST_CANDIDACIES


def test_article_of_the_contest_stands_in_its_steps():
    outcome = persons((5, 7), tie="draw", article="décret 2025-659, art. 27")
    assert {line.article for line in outcome.steps} == {"décret 2025-659, art. 27"}


def test_titles_cannot_disturb_a_sentence():
    title = "{valid} | {0.__class__} : %s"
    outcome = lists((3, 2), 2, names=(title, title))
    assert outcome.steps[2].en.startswith(f"{title}: 3 votes")
    assert outcome.steps[2].fr.startswith(f"{title}\u00a0: 3 voix")


def test_figures_are_singular_and_plural_as_the_language_wants():
    nothing, one = lists((0, 1), 1).steps[2:4]
    assert "0 votes × 1" in nothing.en
    assert "0 seats by" in nothing.en
    assert "0 siège au" in nothing.fr
    assert "1 vote × 1" in one.en
    assert "1 seat by" in one.en


# --- who is elected -------------------------------------------------------------------------------


def filed(*names):
    return {"id": "x", "names": [{"substitute": s, "titular": t} for t, s in names], "title": "X"}


def test_elected_are_the_first_titulars_and_the_first_substitutes():
    candidacies = [
        filed(("A1", "a1"), ("A2", None), ("A3", "a3"), ("A4", "a4")),
        filed(("B1", "b1"), ("B2", "b2"), ("B3", "b3"), ("B4", "b4")),
    ]
    persons_ = elected(lists((3, 1), 4), candidacies)
    assert [person.json() for person in persons_] == [
        {"candidacy": 0, "substitutes": ["a1", "a3", "a4"], "titulars": ["A1", "A2", "A3"]},
        {"candidacy": 1, "substitutes": ["b1"], "titulars": ["B1"]},
    ]


def test_nobody_is_elected_from_a_list_without_seat():
    candidacies = [filed(("A1", "a1")), filed(("B1", None))]
    assert [person.candidacy for person in elected(persons((3, 9)), candidacies)] == [1]
    assert elected(persons((3, 9)), candidacies)[0].substitutes == ()


def test_ticket_whose_tie_waits_for_the_lot_elects_nobody():
    assert elected(persons((3, 3)), [filed(("A1", "a1")), filed(("B1", "b1"))]) == ()


def test_candidacies_are_checked_before_they_are_counted():
    check_candidacies("plurality", 1, {}, [filed(("A", "a"))])
    with pytest.raises(ProtocolError, match="candidacy 2: 1 names cannot fill 2 seats") as caught:
        check_candidacies("largest_remainder", 2, {}, [filed(("A", "a"), ("B", "b")), filed(("A", "a"))])
    assert caught.value.rule == "rules.short_list"
    with pytest.raises(ProtocolError, match="candidacy 1: a ticket holds one name"):
        check_candidacies("plurality", 1, {}, [filed(("A", "a"), ("B", "b"))])
    with pytest.raises(ProtocolError, match="candidacy 1: 1 names cannot fill 2 seats"):
        elected(lists((5,), 2), [filed(("A", "a"))])


def test_ballot_kind_follows_the_method():
    assert (ballot_kind("largest_remainder"), ballot_kind("plurality")) == ("list", "ticket")


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["largest_remainder", "plurality"])
def test_no_valid_vote_is_refused_and_a_record_says_so(method):
    parameters = DRAW if method == "plurality" else {}
    assert "art. 1" in refused("rules.no_votes", method, (0, 0), 1, parameters=parameters)
    outcome = for_record(method, (0, 0), 1, parameters=parameters)
    assert (outcome.seats, outcome.lot, ids(outcome)) == ((0, 0), None, ["no_votes"])


def test_record_states_what_count_gives():
    assert for_record("largest_remainder", (3, 2), 2) == lists((3, 2), 2)


@pytest.mark.parametrize(
    "vote", [-1, MOST_VOTES + 1, 1.0, True, None, "5", pytest.param(10**5000, id="huge"), float("nan")]
)
def test_votes_must_be_whole_numbers(vote):
    assert "votes of candidacy 2" in refused("rules.number", "largest_remainder", (5, vote), 6)


@pytest.mark.parametrize("seats", [0, -1, MOST_SEATS + 1, 6.0, True, None, "6"])
def test_seats_must_be_a_whole_number(seats):
    assert "the rule, seats" in refused("rules.number", "largest_remainder", (5, 3), seats)


@pytest.mark.parametrize("votes", [(), (1,) * (MOST_CANDIDACIES + 1)])
def test_number_of_candidacies_is_bounded(votes):
    refused("rules.number", "largest_remainder", votes, 6)


@pytest.mark.parametrize(
    ("rule", "method", "parameters"),
    [
        ("rules.method", "hare_niemeyer", {}),
        ("rules.pair", "largest_remainder", {"bar": "5%"}),
        ("rules.parameter", "largest_remainder", {"tie": "draw"}),
        ("rules.article", "largest_remainder", {"article": ""}),
        ("rules.article", "largest_remainder", {"article": 14}),
        ("rules.article", "largest_remainder", {"article": "art. 14\nart. 15"}),
        ("rules.article", "largest_remainder", {"article": "x" * 201}),
        ("rules.open", "plurality", {}),
        ("rules.open", "plurality", {"tie": "first"}),
        ("rules.open", "plurality", {"tie": ["draw"]}),
        ("rules.order", "plurality", {"order": [0, 1], "tie": "draw"}),
        ("rules.tie_order", "plurality", {"tie": "oldest"}),
        ("rules.tie_order", "plurality", {"order": [0], "tie": "oldest"}),
        ("rules.tie_order", "plurality", {"order": [0, 0], "tie": "oldest"}),
        ("rules.tie_order", "plurality", {"order": [1, 2], "tie": "oldest"}),
        ("rules.tie_order", "plurality", {"order": [0, True], "tie": "oldest"}),
        ("rules.tie_order", "plurality", {"order": ["0", "1"], "tie": "oldest"}),
        ("rules.tie_order", "plurality", {"order": "01", "tie": "seniority"}),
    ],
)
def test_rule_is_refused_by_name(rule, method, parameters):
    refused(rule, method, (5, 3), 1, parameters=parameters)


def test_one_round_fills_one_seat():
    refused("rules.one_seat", "plurality", (5, 3), 2, parameters=DRAW)


def test_names_must_be_as_many_as_candidacies():
    refused("rules.names", "largest_remainder", (5, 3), 2, names=("A",))


def test_order_of_persons_is_unknown_before_the_candidacies():
    check_rule("plurality", 1, {"tie": "oldest"}, None)
    with pytest.raises(ProtocolError, match="once candidacies are known"):
        check_rule("plurality", 1, {"order": [0, 1], "tie": "oldest"}, None)


def test_rule_names_the_place_it_was_given():
    with pytest.raises(ProtocolError, match=r"^setup, rule: the method 'x' is not known here"):
        check_rule("x", 1, {}, 2, "setup, rule")


# --- known paradoxes: shown where theory has them --------------------------------------------------


def test_alabama_paradox_of_remainders():
    # With one seat more, the smallest list loses its only seat: known of remainders, and no fault here.
    found = [lists((6, 6, 2), seats).seats for seats in range(10, 12)]
    assert found == [(4, 4, 2), (5, 5, 1)]
    assert [count("highest_average", (6, 6, 2), seats).seats for seats in range(10, 12)] == [(4, 4, 1), (5, 5, 1)]


def test_new_states_paradox_of_remainders():
    # A fourth list comes and brings a seat, its own share; a seat changes hands between two of the old lists.
    before, after = lists((37, 16, 31), 8), lists((37, 16, 31, 13), 9)
    assert (before.seats, after.seats) == ((4, 1, 3), (3, 2, 3, 1))


def test_averages_may_give_a_list_more_than_its_share_rounded_up():
    # Four fifths of nine seats are 7.2, yet the large list has all: remainders never exceed 8.
    assert count("highest_average", (80, 5, 5, 5, 5), 9).seats == (9, 0, 0, 0, 0)
    assert lists((80, 5, 5, 5, 5), 9).lot == Lot((1, 2, 3, 4), 2)


def test_averages_reward_a_merger_and_remainders_may_punish_it():
    apart, together = count("highest_average", (20, 4, 42, 30), 5), count("highest_average", (20, 46, 30), 5)
    assert (apart.seats, together.seats) == ((1, 0, 2, 2), (1, 3, 1))
    apart, together = lists((8, 22, 10, 24), 5), lists((8, 32, 24), 5)
    assert (apart.seats, together.seats) == ((0, 2, 1, 2), (1, 2, 2))


def test_several_votes_each_let_the_majority_take_all():
    # Nine ballots for the first three names, eight for the others: three seats to none.
    outcome = count("block", (9, 9, 9, 8, 8, 8), 3, parameters={"article": "art. 1", **DRAW})
    assert outcome.seats == (1, 1, 1, 0, 0, 0)
