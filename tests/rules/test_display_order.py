"""The draw of the display order: always a permutation, replayed from its line, exactly uniform over what is read."""

import hashlib
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.rules import display_order, lots
from elections.rules.display_order import commitment, draws, order, replay, seed
from tests.refused import refused

SECRET = bytes(range(32))
IDS = ["cfdt", "sm", "um", "usm"]
NUMBERS = ["17", "000042", "5"]
KNOWN_SEED = "50a858b6e4dda6dc7925c47dadcbf8c2e751e9bedbd7d664a30a9510d2b7b117"
KNOWN_ORDER = ["cfdt", "um", "usm", "sm"]
KNOWN_COMMITMENT = "6f8ce77503ebddbfa219d866b1ca3421692e45a005fea766e26689f6b6a4a007"


def details(**change):
    return {
        "candidacies": IDS,
        "commitment": commitment(SECRET),
        "given": [{"number": number, "who": f"personne {place}"} for place, number in enumerate(NUMBERS)],
        "order": order("contest", IDS, SECRET, NUMBERS),
        "secret": SECRET.hex(),
        **change,
    }


def second_order(contest, ids, secret, numbers):
    """The same calculation, written from the page of the protocol alone."""
    text = f"isoloir|order|{contest}|{','.join(sorted(ids))}|{secret.hex()}|{','.join(numbers)}"
    start = hashlib.sha256(text.encode()).hexdigest()
    stream = b"".join(hashlib.sha256(f"isoloir|draw|{start}|{n}".encode()).digest() for n in range(64))
    left, found, at = sorted(ids), [], 0
    while len(left) > 1:
        if stream[at] < 256 // len(left) * len(left):
            found.append(left.pop(stream[at] % len(left)))
        at += 1
    return found + left


def test_known_values():
    assert seed("contest", IDS, SECRET, NUMBERS).hex() == KNOWN_SEED
    assert order("contest", IDS, SECRET, NUMBERS) == KNOWN_ORDER
    assert commitment(SECRET) == KNOWN_COMMITMENT


ids = st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True), min_size=1, max_size=12, unique=True)
numbers = st.lists(st.from_regex(r"[0-9]{1,12}", fullmatch=True), min_size=2, max_size=20)


@given(ids, st.binary(min_size=32, max_size=32), numbers)
def test_an_order_is_a_permutation_that_two_programs_find(ids, secret, numbers):
    found = order("c", ids, secret, numbers)
    assert sorted(found) == sorted(ids)
    assert found == second_order("c", ids, secret, numbers)
    assert order("c", ids[::-1], secret, numbers) == found
    line = {
        "candidacies": sorted(ids),
        "commitment": commitment(secret),
        "given": [{"number": number, "who": "x"} for number in numbers],
        "order": found,
        "secret": secret.hex(),
    }
    assert replay("c", line, "line") == found


@pytest.mark.parametrize("many", [2, 3, 4])
def test_every_order_comes_out_of_exactly_as_many_streams(many, monkeypatch):
    """Over all that the bytes can be: a byte that is not passed over, for each place, in all combinations."""
    found: Counter[tuple[int, ...]] = Counter()
    tops = [256 // left * left for left in range(many, 1, -1)]
    # Every residue once is as good as every byte: a byte stands for its residue, and each has equally many.
    for residues in _all([range(left) for left in range(many, 1, -1)]):
        monkeypatch.setattr(lots, "_stream", lambda _seed, r=residues: iter(r))
        found[tuple(item.candidacy for item in lots.draw(b"", range(many), many))] += 1
    assert set(found) == set(permutations(range(many)))
    assert set(found.values()) == {1}
    assert all(top % left == 0 for top, left in zip(tops, range(many, 1, -1), strict=True))


def _all(ranges):
    if not ranges:
        yield ()
        return
    for first in ranges[0]:
        for rest in _all(ranges[1:]):
            yield (first, *rest)


@given(st.integers(0, 2**32))
def test_whoever_changes_a_number_or_the_secret_changes_the_seed(number):
    one = seed("c", IDS, SECRET, ["1", str(number)])
    assert one != seed("c", IDS, SECRET, ["1", str(number + 1)])
    assert one != seed("c", IDS, SECRET, ["1", f"0{number}"])
    assert one != seed("c", IDS, bytes(32), ["1", str(number)])
    assert one != seed("d", IDS, SECRET, ["1", str(number)])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"order": IDS[::-1]}, "display.order"),
        ({"order": IDS[:3]}, "display.order"),
        ({"order": [*IDS[:3], "cfdt"]}, "display.order"),
        ({"candidacies": IDS[::-1]}, "display.order"),
        ({"secret": "00" * 32}, "display.commitment"),
        ({"secret": "00"}, "text.hex"),
        ({"commitment": "00" * 32}, "display.commitment"),
        ({"given": [{"number": "17", "who": "x"}]}, "display.numbers"),
        ({"given": [{"number": "17"}] * 2}, "json.missing"),
        ({"given": [{"number": "x", "who": "x"}] * 2}, "text.pattern"),
        ({"given": [{"number": "18", "who": "x"}, {"number": "1", "who": "y"}]}, "display.order"),
        ({"more": 1}, "json.unknown"),
    ],
)
def test_a_line_that_does_not_add_up_is_refused(change, rule):
    assert replay("contest", details(), "line") == details()["order"]
    if change.get("order") == details()["order"]:
        pytest.fail("this order is the right one")
    with refused(rule):
        replay("contest", details(**change), "line")


def test_a_draw_on_paper_is_read_strictly():
    paper = {"candidacies": IDS, "drawn_at": "2026-01-07T08:00:00Z", "drawn_by": "x", "how": "y", "order": IDS[::-1]}
    assert replay("contest", paper, "line") == IDS[::-1]
    for change, rule in (
        ({"order": IDS[1:]}, "display.order"),
        ({"how": ""}, "text.pattern"),
        ({"drawn_at": "x"}, "text.hour"),
    ):
        with refused(rule):
            replay("contest", {**paper, **change}, "line")


@pytest.mark.parametrize("numbers", [[], ["1"], ["1"] * 21, ["1", ""], ["1", "1" * 13], ["1", "+1"], ["1", "٤"]])
def test_numbers_that_are_none(numbers):
    with refused("display.numbers"):
        order("c", IDS, SECRET, numbers)


def test_the_arithmetic_of_every_place_can_be_told():
    steps = draws("contest", IDS, SECRET, NUMBERS)
    assert [IDS[step.candidacy] for step in steps] == order("contest", IDS, SECRET, NUMBERS)
    assert all(lots.arithmetic(step.json(), IDS).fr for step in steps)
    assert display_order.MOST == 20
