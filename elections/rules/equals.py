"""Who comes first among equal lists, where seats are left for some of them only.

The rules of the text are tried in its order. Whoever a rule puts before the last seat has one, whoever it puts behind
has none, and only those whom it cannot tell apart at the last seat go on to the next rule, in the end to the lot
(décret 2025-659, art. 14; CGFP, art. R. 211-122).
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from elections.rules.outcome import Case, Lot
from elections.rules.steps import Counted, Step, joined, step, with_figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Rule(NamedTuple):
    """A rule for equals: a figure, its name and that of each list, the more the better; its English and French."""

    id: str
    figure: str
    figures: Sequence[int]
    first: tuple[str, str]
    unit: tuple[str, str]
    same: tuple[str, str]


class Equals(NamedTuple):
    """Lists with the same figure `same`, more than seats are `left`; what each has `won` so far."""

    tied: Sequence[int]
    left: int
    won: Sequence[int]
    same: tuple[str, str]
    numbers: Mapping[str, int]


class Parted(NamedTuple):
    """The lists that have a seat, the lot if one is needed, and the steps that say why."""

    served: list[int]
    lot: Lot | None
    steps: list[Step]


def by_votes(case: Case) -> Rule:
    """More votes go first."""
    return Rule(
        "more_votes",
        "votes",
        case.votes,
        first=("more votes go first", "le plus grand nombre de voix l'emporte"),
        unit=("vote|votes", "voix|voix"),
        same=("the same votes ({votes})", "le même nombre de voix ({votes})"),
    )


def by_candidates(case: Case) -> list[Rule]:
    """More candidates presented go first (R. 211-122); no rule where it is not known how many there were."""
    if case.lists is None:
        return []
    return [
        Rule(
            "more_candidates",
            "candidates",
            [presented.candidates for presented in case.lists],
            first=("more candidates presented go first", "le plus grand nombre de candidats présentés l'emporte"),
            unit=("candidate|candidates", "candidat|candidats"),
            same=("as many candidates ({candidates})", "le même nombre de candidats ({candidates})"),
        )
    ]


def part(case: Case, equals: Equals, rules: Sequence[Rule]) -> Parted:
    """Part equal lists by the rules, in their order; who is left at the last seat draws."""
    tied, left, same, numbers = list(equals.tied), equals.left, [equals.same], dict(equals.numbers)
    served, steps = [], []
    for rule in rules:
        ranked = sorted(tied, key=rule.figures.__getitem__, reverse=True)
        classes = [list(equal) for _, equal in groupby(ranked, key=rule.figures.__getitem__)]
        if len(classes) > 1:
            steps.append(_decides(case, rule, classes, same, numbers))
        # There are fewer seats than lists, so one class at least does not fit.
        ahead = iter(classes)
        while len(tied := next(ahead)) <= left:
            served += tied
            left -= len(tied)
        if not left:
            return Parted(served, None, steps)
        same.append(rule.same)
        numbers[rule.figure] = rule.figures[tied[0]]
    full = all(case.full(place, equals.won[place]) for place in tied)
    steps.append(_drawn(case, sorted(tied), left, same, numbers, full=full))
    return Parted(served, None if full else Lot(tuple(sorted(tied)), left), steps)


def _decides(
    case: Case, rule: Rule, classes: Sequence[Sequence[int]], same: Sequence[tuple[str, str]], numbers: dict[str, int]
) -> Step:
    en, fr = rule.unit
    return step(
        rule.id,
        case.articles.tie,
        en="{all} have " + _listed([each[0] for each in same], "and") + f": {rule.first[0]}, " + "{order}.",
        fr="{all} ont " + _listed([each[1] for each in same], "et") + f" : {rule.first[1]}, " + "{order}.",
        numbers=dict(numbers),
        all=joined([case.names[place] for place in sorted(place for equal in classes for place in equal)]),
        order=joined(
            [
                with_figures(case.names[place], Counted(rule.figures[place], en, fr))
                for equal in classes
                for place in equal
            ]
        ),
    )


def _drawn(
    case: Case, tied: Sequence[int], left: int, same: Sequence[tuple[str, str]], numbers: dict[str, int], *, full: bool
) -> Step:
    """The lot that is needed; or why none is, because none of these lists has a name left for the seat."""
    ends = (
        ("{left:seat|seats} among {many}, but none has a name left: nothing is drawn.",
         "{left:siège|sièges} entre {many} listes, mais aucune n'a plus de nom : il n'y a rien à tirer au sort.")
        if full
        else ("{left:seat|seats} among {many}, to be drawn by lot.",
              "{left:siège|sièges} entre {many} listes, par tirage au sort.")
    )  # fmt: skip
    return step(
        "full" if full else "lot",
        case.articles.tie,
        en="{all} have " + _listed([each[0] for each in same], "and") + ": " + ends[0],
        fr="{all} ont " + _listed([each[1] for each in same], "et") + " : " + ends[1],
        numbers={**numbers, "left": left, "many": len(tied)},
        all=joined([case.names[place] for place in tied]),
    )


def _listed(parts: Sequence[str], word: str) -> str:
    *first, last = parts
    return f"{', '.join(first)} {word} {last}" if first else last
