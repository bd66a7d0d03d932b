"""Seats by the electoral quotient: as often as a list holds it, then what is left by a second rule."""

from __future__ import annotations

from itertools import groupby
from math import gcd
from typing import TYPE_CHECKING, NamedTuple

from elections.rules.bar import admitted
from elections.rules.equals import Equals, Parted, Rule, by_candidates, by_votes, part
from elections.rules.outcome import Case, Outcome, total, valid_votes
from elections.rules.steps import Step, fraction, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from elections.rules.bar import Admitted

    Group = tuple[list[int], dict[str, int]]
    """Lists with the same remainder or average, and the numbers of that figure."""


class _Way(NamedTuple):
    """How seats left by the quotient are given: by remainders or not, in words for one and for several; whose turn."""

    remainders: bool
    left: tuple[tuple[str, str], tuple[str, str]]
    before: Callable[[Case, list[int], dict[int, int]], list[Step]]
    turns: Callable[[Case, list[int], dict[int, int]], Iterator[Group]]
    rules: Callable[[Case], list[Rule]]
    same: Callable[[dict[str, int]], tuple[str, str]]
    line: Callable[[Case, int, dict[str, int]], Step]


def largest_remainder(case: Case) -> Outcome:
    """Quotient, then the largest remainders (décret 2025-659, art. 14; LO 94-100, art. 3).

    The quotient is V/S exactly, V votes for S seats. List i holds it floor(vᵢ·S / V) times, and the
    remainder of that division, (vᵢ·S) mod V, is S times its remaining votes: all remainders share the
    denominator S, and comparing them is comparing whole numbers. A remainder wins one seat at the most.
    """
    return _share(case, _REMAINDERS)


def highest_average(case: Case) -> Outcome:
    """Quotient, then the highest averages, one seat after the other (CGFP, art. R. 211-118, 119 and 122).

    The average of a list with k seats is its votes divided by k + 1. Averages are compared as fractions, by
    multiplying crosswise.
    """
    return _share(case, _AVERAGES)


def _share(case: Case, way: _Way) -> Outcome:
    """The quotient, the seats left, and what lists with too few names leave empty (R. 211-121)."""
    taking = admitted(case)
    steps = [valid_votes(case), *taking.steps]
    won = [0] * len(case.votes)
    if not taking.places:
        return Outcome(case, tuple(won), (*steps, total(case, won)))
    rests = _hold(case, taking, won, steps, remainders=way.remainders)
    left = case.seats - sum(won)
    steps += [_left(case, left, way), *(way.before(case, won, rests) if left else ())]
    lot = None
    for tied, numbers in way.turns(case, won, rests) if left else ():
        straddling = len(tied) > left
        parted = Parted(sorted(tied, key=lambda place: -case.votes[place]), None, [])
        if straddling:
            parted = part(case, Equals(tied, left, won, way.same(numbers), numbers), way.rules(case))
        steps += parted.steps
        for place in parted.served:
            left -= 1
            won[place] += 1
            steps.append(way.line(case, place, {**numbers, "candidacy": place, "left": left, "won": won[place]}))
        if straddling or not left:
            lot, left = parted.lot, 0
            break
    if left:
        steps.append(_spare(case, left))
    seats = case.taken(won)
    steps += [_short(case, place, won[place]) for place, taken in enumerate(seats) if taken < won[place]]
    return Outcome(case, seats, (*steps, total(case, seats, drawn=lot.seats if lot else 0)), lot)


def _hold(case: Case, taking: Admitted, won: list[int], steps: list[Step], *, remainders: bool) -> dict[int, int]:
    """How often each list holds the quotient, added to `won`; the remainders, in 1/S of a vote."""
    base, size = taking.base, case.seats
    steps.append(_quotient(case, base, remainders=remainders))
    rests = {}
    for place in taking.places:
        votes = case.votes[place]
        won[place], rests[place] = divmod(votes * size, base)
        en, fr = (f", {text} {{rest}}/{{seats}}" for text in ("remainder", "reste")) if remainders else ("", "")
        steps.append(
            step(
                f"list.{place}",
                case.articles.count,
                en="{name}: {votes:vote|votes} × {seats} = {product} = {won} × {base} + {rest};"
                " {won:seat|seats} by the quotient" + en + ".",
                fr="{name} : {votes} voix × {seats} = {product} = {won} × {base} + {rest} ;"
                " {won:siège|sièges} au quotient" + fr + ".",
                numbers={
                    "base": base,
                    "candidacy": place,
                    "product": votes * size,
                    "rest": rests[place],
                    "seats": size,
                    "votes": votes,
                    "won": won[place],
                },
                name=case.names[place],
            )
        )
    return rests


def _quotient(case: Case, base: int, *, remainders: bool) -> Step:
    value, numbers = fraction(base, case.seats)
    return step(
        "quotient",
        case.articles.count,
        en="Quotient: {over:valid vote|valid votes} for {under:seat|seats}, that is "
        + value
        + ("; remainders are counted in 1/{under} of a vote." if remainders else "."),
        fr="Quotient électoral : {over:suffrage exprimé|suffrages exprimés} pour {under:siège|sièges}, soit "
        + value
        + (" ; les restes se comptent en 1/{under} de voix." if remainders else "."),
        numbers=numbers,
    )


def _left(case: Case, left: int, way: _Way) -> Step:
    en, fr = way.left[left > 1]
    return step(
        "left",
        case.articles.count,
        en="{given:seat|seats} given by the quotient, out of {seats}; "
        + (f"{{left:seat remains|seats remain}}, for the {en}." if left else "none remains."),
        fr="{given:siège attribué|sièges attribués} au quotient sur {seats} ; "
        + (f"{{left:siège reste, attribué|sièges restent, attribués}} {fr}." if left else "aucun ne reste."),
        numbers={"given": case.seats - left, "left": left, "seats": case.seats},
    )


def _remainders(case: Case, won: list[int], rests: dict[int, int]) -> Iterator[Group]:  # noqa: ARG001 - a `_Way`
    """Lists by their remainder, the largest first, each once."""
    ranked = sorted(rests, key=lambda place: -rests[place])
    for rest, tied in groupby(ranked, key=lambda place: rests[place]):
        yield list(tied), {"rest": rest, "seats": case.seats}


def _remainder(case: Case, place: int, numbers: dict[str, int]) -> Step:
    return step(
        f"remainder.{place}",
        case.articles.count,
        en="{name}: remainder {rest}/{seats}, 1 seat; {left:seat remains|seats remain}.",
        fr="{name} : reste {rest}/{seats}, 1 siège ; {left:siège reste|sièges restent}.",
        numbers=numbers,
        name=case.names[place],
    )


def _averages(case: Case, won: list[int], rests: dict[int, int]) -> Iterator[Group]:
    """Lists with the highest average, again and again; `won` grows between two turns."""
    while True:
        over, under, tied = 0, 1, list[int]()
        for place in rests:
            # vᵢ/(kᵢ+1) against over/under, multiplied crosswise.
            more = case.votes[place] * under - over * (won[place] + 1)
            if more > 0:
                over, under, tied = case.votes[place], won[place] + 1, [place]
            elif more == 0:
                tied.append(place)
        common = gcd(over, under)
        yield tied, {"over": over // common, "under": under // common}


def _table(case: Case, won: list[int], rests: dict[int, int]) -> list[Step]:
    """The average of every list before the first seat is given by it."""
    lines = []
    for place in rests:
        value, numbers = fraction(case.votes[place], won[place] + 1)
        lines.append(
            step(
                f"average.{place}",
                case.articles.count,
                en="{name}: {won:seat|seats}, average " + value + ".",
                fr="{name} : {won:siège|sièges}, moyenne " + value + ".",
                numbers={"candidacy": place, "won": won[place], **numbers},
                name=case.names[place],
            )
        )
    return lines


def _seat(case: Case, place: int, numbers: dict[str, int]) -> Step:
    """One seat by the highest average, and what the average of its list becomes, while seats remain."""
    votes, won, left = case.votes[place], numbers["won"], numbers["left"]
    value, highest = fraction(votes, won)
    after, lower = fraction(votes, won + 1, "next_")
    return step(
        f"seat.{case.seats - left}",
        case.articles.count,
        en="Seat {seat}: {name}, highest average, "
        + value
        + (f"; with {{won:seat|seats}} it becomes {after}." if left else "."),
        fr="Siège n° {seat} : {name}, plus forte moyenne, "
        + value
        + (f" ; avec {{won:siège|sièges}}, elle devient {after}." if left else "."),
        numbers={
            "candidacy": place,
            "seat": case.seats - left,
            "won": won,
            **highest,
            **(lower if left else {}),
        },
        name=case.names[place],
    )


def _same_average(numbers: dict[str, int]) -> tuple[str, str]:
    value = "{over}" if numbers["under"] == 1 else "{over}/{under}"
    return f"the same average ({value})", f"la même moyenne ({value})"


def _spare(case: Case, left: int) -> Step:
    return step(
        "spare",
        case.articles.count,
        en="Every list that takes part has a seat for its remainder; {left:seat remains|seats remain},"
        " which no text gives.",
        fr="Chaque liste admise a reçu un siège pour son reste ; {left:siège reste, que|sièges restent, que}"
        " aucun texte n'attribue.",
        numbers={"left": left},
    )


def _short(case: Case, place: int, won: int) -> Step:
    names = case.taken([won] * len(case.votes))[place]
    return step(
        f"short.{place}",
        case.articles.names,
        en="{name} has {names:name|names} for {won:seat|seats}: it takes {names}, {empty:seat stays|seats stay} empty.",
        fr="{name} compte {names:nom|noms} pour {won:siège|sièges} : elle en prend {names},"
        " {empty:siège reste vacant|sièges restent vacants}.",
        numbers={"candidacy": place, "empty": won - names, "names": names, "won": won},
        name=case.names[place],
    )


_REMAINDERS = _Way(
    remainders=True,
    left=(("largest remainder", "au plus fort reste"), ("largest remainders", "aux plus forts restes")),
    before=lambda _case, _won, _rests: [],
    turns=_remainders,
    rules=lambda case: [by_votes(case)],
    same=lambda _numbers: ("the same remainder ({rest}/{seats})", "le même reste ({rest}/{seats})"),
    line=_remainder,
)
_AVERAGES = _Way(
    remainders=False,
    left=(
        ("highest average", "à la plus forte moyenne"),
        ("highest averages, one by one", "un par un à la plus forte moyenne"),
    ),
    before=_table,
    turns=_averages,
    rules=lambda case: [by_votes(case), *by_candidates(case)],
    same=_same_average,
    line=_seat,
)
