"""Seats by the electoral quotient: as often as a list holds it, then what is left by a second rule."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from elections.rules.outcome import Case, Lot, Outcome, valid_votes
from elections.rules.steps import Step, joined, shares, step

if TYPE_CHECKING:
    from collections.abc import Sequence


def largest_remainder(case: Case) -> Outcome:
    """Quotient, then the largest remainders (décret 2025-659, art. 14).

    The quotient is V/S exactly, V valid votes for S seats. List i holds it floor(vᵢ·S / V) times, and the
    remainder of that division, (vᵢ·S) mod V, is S times its remaining votes: all remainders share the
    denominator S, and comparing them is comparing whole numbers. Equal votes have equal remainders, so a
    lot always is between lists with the same votes.
    """
    valid, size = sum(case.votes), case.seats
    seats, rests = [], []
    steps = [valid_votes(case), _quotient(case, valid)]
    for place, (votes, name) in enumerate(zip(case.votes, case.names, strict=True)):
        won, rest = divmod(votes * size, valid)
        seats.append(won)
        rests.append(rest)
        numbers = {"candidacy": place, "product": votes * size, "rest": rest, "seats": size, "valid": valid}
        steps.append(
            step(
                f"list.{place}",
                case.article,
                en="{name}: {votes:vote|votes} × {seats} = {product} = {won} × {valid} + {rest};"
                " {won:seat|seats} by the quotient, remainder {rest}/{seats}.",
                fr="{name} : {votes} voix × {seats} = {product} = {won} × {valid} + {rest} ;"
                " {won:siège|sièges} au quotient, reste {rest}/{seats}.",
                numbers={**numbers, "votes": votes, "won": won},
                name=name,
            )
        )
    left = size - sum(seats)
    steps.append(_left(case, left))
    lot, lines = _give_remainders(case, seats, rests, left)
    return Outcome("largest_remainder", case.votes, tuple(seats), (*steps, *lines, _total(case, seats)), lot)


def _quotient(case: Case, valid: int) -> Step:
    whole, rest = divmod(valid, case.seats)
    value = " = {whole} + {rest}/{seats}" if rest else " = {whole}"
    return step(
        "quotient",
        case.article,
        en="Quotient: {valid:valid vote|valid votes} for {seats:seat|seats}, that is {valid}/{seats}"
        + value
        + "; remainders are counted in 1/{seats} of a vote.",
        fr="Quotient électoral : {valid:suffrage exprimé|suffrages exprimés} pour {seats:siège|sièges},"
        " soit {valid}/{seats}" + value + " ; les restes se comptent en 1/{seats} de voix.",
        numbers={"rest": rest, "seats": case.seats, "valid": valid, "whole": whole},
    )


def _left(case: Case, left: int) -> Step:
    return step(
        "left",
        case.article,
        en="{given:seat|seats} given by the quotient, out of {seats}; "
        + ("{left:seat remains|seats remain}, for the largest remainders." if left else "none remains."),
        fr="{given:siège attribué|sièges attribués} au quotient sur {seats} ; "
        + (
            "{left:siège reste, attribué|sièges restent, attribués} aux plus forts restes."
            if left
            else "aucun ne reste."
        ),
        numbers={"given": case.seats - left, "left": left, "seats": case.seats},
    )


def _give_remainders(case: Case, seats: list[int], rests: Sequence[int], left: int) -> tuple[Lot | None, list[Step]]:
    """Give the `left` seats, adding to `seats`: largest remainder, then more votes, then lot."""

    def rank(place: int) -> tuple[int, int]:
        return -rests[place], -case.votes[place]

    steps = []
    for _, equal in groupby(sorted(range(len(seats)), key=rank), key=rank):
        if not left:
            break
        tied = tuple(equal)
        rest, votes = rests[tied[0]], case.votes[tied[0]]
        behind = [place for place, other in enumerate(rests) if other == rest and case.votes[place] < votes]
        numbers = {"rest": rest, "seats": case.seats, "votes": votes}
        # More votes decide only where not everybody with this remainder can be served.
        if behind and len(tied) + len(behind) > left:
            steps.append(_more_votes(case, tied, behind, numbers))
        if len(tied) > left:
            steps.append(_lot(case, tied, left, numbers))
            return Lot(tied, left), steps
        for place in tied:
            seats[place] += 1
            left -= 1
            steps.append(_remainder(case, place, {**numbers, "candidacy": place, "left": left}))
    return None, steps


def _remainder(case: Case, place: int, numbers: dict[str, int]) -> Step:
    return step(
        f"remainder.{place}",
        case.article,
        en="{name}: remainder {rest}/{seats}, 1 seat; {left:seat remains|seats remain}.",
        fr="{name} : reste {rest}/{seats}, 1 siège ; {left:siège reste|sièges restent}.",
        numbers=numbers,
        name=case.names[place],
    )


def _more_votes(case: Case, ahead: Sequence[int], behind: Sequence[int], numbers: dict[str, int]) -> Step:
    return step(
        f"more_votes.{ahead[0]}",
        case.article,
        en="{all} have the same remainder {rest}/{seats}: more votes go first, {ahead} ({votes:vote|votes}).",
        fr="{all} ont le même reste {rest}/{seats} : le plus grand nombre de voix l'emporte, {ahead} ({votes} voix).",
        numbers=numbers,
        all=joined([case.names[place] for place in sorted([*ahead, *behind])]),
        ahead=joined([case.names[place] for place in ahead]),
    )


def _lot(case: Case, tied: Sequence[int], left: int, numbers: dict[str, int]) -> Step:
    return step(
        "lot",
        case.article,
        en="{all} have the same remainder {rest}/{seats} and the same votes, {votes}:"
        " {left:seat|seats} among {many}, to be drawn by lot.",
        fr="{all} ont le même reste {rest}/{seats} et le même nombre de voix, {votes} :"
        " {left:siège|sièges} entre {many} listes, par tirage au sort.",
        numbers={**numbers, "left": left, "many": len(tied)},
        all=joined([case.names[place] for place in tied]),
    )


def _total(case: Case, seats: Sequence[int]) -> Step:
    open_ = case.seats - sum(seats)
    return step(
        "total",
        case.article,
        en="Seats: {shares}" + ("; {open:seat depends|seats depend} on the lot." if open_ else "."),
        fr="Sièges : {shares}" + (" ; {open:siège dépend|sièges dépendent} du tirage au sort." if open_ else "."),
        numbers={"given": sum(seats), "open": open_, "seats": case.seats},
        shares=shares(case.names, seats),
    )
