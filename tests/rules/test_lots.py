"""The choice by lot: unbiased for any number, the same for everybody, and told so that a pencil can follow."""

import hashlib
from collections import Counter
from fractions import Fraction
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.rules import lots
from elections.rules.lots import Drawn, arithmetic, check_paper, draw, drawn_on_paper, matter, possible
from elections.rules.outcome import Lot, settle
from elections.rules.seats import count
from tests.refused import refused

SEED = bytes(range(32))


def second(seed, between, seats):
    """The choice by another way: the whole stream as hexadecimal text, and places kept instead of taken out."""
    text = "".join(hashlib.sha256(f"isoloir|draw|{seed.hex()}|{k}".encode()).hexdigest() for k in range(200))
    at, out = 0, []
    for _ in range(seats):
        left = [place for place in between if place not in out]
        digits = 0
        while 256 ** (digits // 2) < len(left):
            digits += 2
        while True:
            number = int(text[at : at + digits] or "0", 16)
            at += digits
            if number // len(left) < 256 ** (digits // 2) // len(left):
                break
        out.append(left[number % len(left)])
    return out


@given(st.binary(min_size=32, max_size=32), st.integers(1, 700), st.data())
def test_two_ways_to_choose_agree(seed, many, data):
    between = list(range(0, 2 * many, 2))
    seats = data.draw(st.integers(0, min(many, 12)))
    draws = draw(seed, between, seats)
    assert [item.candidacy for item in draws] == second(seed, between, seats)
    assert len({item.candidacy for item in draws}) == seats
    for number, item in enumerate(draws):
        assert set(item.among) == set(between) - {other.candidacy for other in draws[:number]}


def chances(many, seats, bytes_each=1):
    """For every way the stream may begin, who comes out: exact chances by trying all readings of one byte."""
    found: Counter[tuple[int, ...]] = Counter()

    def go(left, out, weight):
        if len(out) == seats:
            found[tuple(out)] += weight
            return
        most = 256 // len(left) * len(left)
        for place, candidacy in enumerate(left):
            share = Fraction(sum(1 for byte in range(most) if byte % len(left) == place), most)
            go([item for item in left if item != candidacy], [*out, candidacy], weight * share)

    go(list(range(many)), [], Fraction(1))
    return found


@pytest.mark.parametrize(("many", "seats"), [(2, 1), (3, 1), (3, 2), (5, 3), (7, 2), (255, 1), (256, 1)])
def test_everybody_has_exactly_the_same_chance(monkeypatch, many, seats):
    """The reading of one byte, tried for all 256: accepted bytes name each candidacy equally often."""
    hits: Counter[int] = Counter()
    for byte in range(256):
        stream = [byte, *([0] * 40)]
        monkeypatch.setattr(lots, "_stream", lambda _, stream=stream: iter(stream))
        [first] = draw(SEED, range(many), 1)
        if len(first.read) == 1:
            hits[first.candidacy] += 1
    assert set(hits.values()) == {256 // many}
    assert len(hits) == many
    if many < 8:
        orders = chances(many, seats)
        assert set(orders.values()) == {Fraction(1, len(list(permutations(range(many), seats))))}


def test_several_seats_fall_on_every_set_about_as_often():
    """Two of four, over many seeds: a rough look that no set is forgotten."""
    found = Counter(
        frozenset(item.candidacy for item in draw(number.to_bytes(32, "big"), range(4), 2)) for number in range(3000)
    )
    assert set(found) == {frozenset(pair) for pair in combinations(range(4), 2)}
    assert all(400 < times < 600 for times in found.values())


def test_known_draws():
    assert [item.json() for item in draw(SEED, (0, 3), 1)] == [{"among": [0, 3], "candidacy": 3, "read": ["6f"]}]
    # Of one, and of more than a byte can tell apart.
    assert draw(SEED, (7,), 1)[0].json() == {"among": [7], "candidacy": 7, "read": [""]}
    [wide] = draw(SEED, range(257), 1)
    assert len(wide.read[0]) == 4


def test_a_reading_that_would_favour_somebody_is_passed_over_and_told(monkeypatch):
    monkeypatch.setattr(lots, "_stream", lambda _: iter([255, 143]))
    [item] = draw(SEED, (0, 1, 4), 1)
    assert item.json() == {"among": [0, 1, 4], "candidacy": 4, "read": ["ff", "8f"]}
    told = arithmetic(item.json(), ["A", "B", "C", "D", "E"])
    assert told.en == (
        "Among A (0), B (1), E (2): ff is 255, passed over: from 255 to 255 not all remainders would come up;"
        " 8f is 143 = 47 × 3 + 2: E."
    )
    assert "8f vaut 143 = 47 × 3 + 2 : E." in told.fr


@pytest.mark.parametrize(
    ("parameters", "candidacies", "expected"),
    [
        ({}, 2, True),
        ({"tie": "draw"}, 2, True),
        ({"tie": "draw"}, 1, False),
        ({"tie": "oldest", "order": [0, 1]}, 2, False),
        ({"round": 1}, 3, False),
        ({"round": 2, "tie": "draw"}, 3, True),
    ],
)
def test_a_lot_is_possible_where_equals_are_left_to_it(parameters, candidacies, expected):
    assert possible(parameters, candidacies) is expected


def on_paper(*chosen):
    return Drawn(chosen, {"kind": "paper"})


def settled(outcome, drawn):
    return settle(outcome, drawn.chosen, "art. 1", drawn.how)


def test_a_settled_outcome_has_all_its_seats_and_says_how():
    outcome = count("largest_remainder", [2, 2, 2], 2, ["A", "B", "C"])
    assert outcome.lot == Lot((0, 1, 2), 2)
    final = settled(outcome, on_paper(0, 2))
    assert (final.seats, final.lot) == ((1, 0, 1), None)
    assert [line.id for line in final.steps[-2:]] == ["drawn", "settled"]
    assert final.steps[-2].en == "2 seats drawn by lot among 3 (on paper, on the board's word): A and C."
    assert final.steps[-2].fr == (
        "2 sièges tirés au sort entre 3 (sur papier, sur la parole du bureau de vote)\N{NO-BREAK SPACE}: A et C."
    )
    assert final.steps[: len(outcome.steps)] == outcome.steps
    tied = count("plurality", [1, 1], 1, ["A", "B"], {"tie": "draw"})
    one = settled(tied, Drawn((1,), {"kind": "slips"}))
    assert one.steps[-2].en == "1 seat drawn by lot among 2 (from the sealed slips): B."


@pytest.mark.parametrize("chosen", [[], [0], [0, 0], [0, 3], [0, 1, 2]])
def test_others_than_the_lot_is_between_are_not_chosen(chosen):
    outcome = count("largest_remainder", [2, 2, 2], 2, ["A", "B", "C"])
    with refused("rules.drawn"):
        settled(outcome, on_paper(*chosen))


def test_an_outcome_without_a_lot_is_not_settled():
    with refused("rules.drawn"):
        settled(count("largest_remainder", [5, 2], 1, ["A", "B"]), on_paper(0))


PAPER = {"chosen": [1], "drawn_at": "2026-02-12T16:00:00Z", "drawn_by": "the president", "how": "two papers"}


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("lots.chosen", {"chosen": []}),
        ("lots.chosen", {"chosen": [0, 1]}),
        ("lots.chosen", {"chosen": [2]}),
        ("json.type", {"chosen": ["B"]}),
        ("json.type", {"chosen": 1}),
        ("text.hour", {"drawn_at": "yesterday"}),
        ("text.pattern", {"drawn_by": ""}),
        ("text.pattern", {"how": "a\nb"}),
        ("json.unknown", {"more": 1}),
    ],
)
def test_a_draw_on_paper_is_told_whole(rule, change):
    check_paper(PAPER, Lot((0, 1), 1), "paper")
    with refused(rule):
        check_paper({**PAPER, **change}, Lot((0, 1), 1), "paper")


def test_a_draw_on_paper_is_its_own_transcript():
    assert drawn_on_paper(PAPER) == Drawn((1,), {**PAPER, "kind": "paper"})


def test_the_matter_is_the_same_before_and_after():
    value = {
        "ballots": 4, "blank": 0, "contest": "u", "lot": {"between": [0, 2], "seats": 1}, "method": "plurality",
        "names": ["A", "B", "C"], "seats": [0, 0, 0], "votes": [2, 0, 2],
    }  # fmt: skip
    assert matter(value)["names"] == ["A", "C"]
    assert matter({**value, "seats": [1, 0, 0], "elected": [1]}) == matter(value)
