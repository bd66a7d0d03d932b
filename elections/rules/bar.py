"""Who takes part in the sharing of seats, and on which votes: the bar of the quotient methods.

LO 94-100, art. 3: a list under 5 % of the suffrages exprimés wins nothing. Whether the quotient is then that of all
valid votes or of the votes of the lists that are left, the text does not say: the parameter `base` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from elections.rules.steps import Step, fraction, step, summed

if TYPE_CHECKING:
    from elections.rules.outcome import Case

BASES = ("admitted", "valid")


class Admitted(NamedTuple):
    """The lists that share the seats, the votes that make the quotient, and the steps that say so."""

    places: list[int]
    base: int
    steps: list[Step]


def admitted(case: Case) -> Admitted:
    """The lists that reach the bar, or all where there is none; a list exactly at the bar reaches it."""
    everyone = list(range(len(case.votes)))
    valid = sum(case.votes)
    bar = case.parameters.get("bar")
    if bar is None:
        return Admitted(everyone, valid, [])
    part, whole = bar
    value, numbers = fraction(valid * part, whole)
    steps = [
        step(
            "bar",
            case.articles.bar,
            en="Bar: {part}/{under} of {valid:valid vote|valid votes}, that is "
            + value
            + "; a list with fewer votes wins nothing.",
            fr="Seuil : {part}/{under} de {valid:suffrage exprimé|suffrages exprimés}, soit "
            + value
            + " ; une liste qui a moins de voix n'obtient aucun siège.",
            numbers={**numbers, "part": part, "valid": valid},
        )
    ]
    steps += [_compared(case, place, case.votes[place] * whole, valid * part) for place in everyone]
    places = [place for place in everyone if case.votes[place] * whole >= valid * part]
    base = valid if case.parameters["base"] == "valid" else sum(case.votes[place] for place in places)
    return Admitted(places, base, [*steps, _base(case, places, base)])


def _compared(case: Case, place: int, left: int, right: int) -> Step:
    under = left < right
    return step(
        f"bar.{place}",
        case.articles.bar,
        en="{name}: {votes:vote|votes} × {whole} = {left}, "
        + ("less than {right}: below the bar." if under else "not less than {right}: the bar is reached."),
        fr="{name} : {votes} voix × {whole} = {left}, "
        + ("moins que {right} : sous le seuil." if under else "au moins {right} : le seuil est atteint."),
        numbers={
            "candidacy": place,
            "left": left,
            "right": right,
            "votes": case.votes[place],
            "whole": case.parameters["bar"][1],
        },
        name=case.names[place],
    )


def _base(case: Case, places: list[int], base: int) -> Step:
    """The votes that make the quotient; no text says which, so the article is the sealed choice."""
    sealed = "setup.json, rule.parameters.base"
    if not places:
        return step(
            "nobody",
            case.articles.bar,
            en="No list reaches the bar: no seat is given.",
            fr="Aucune liste n'atteint le seuil : aucun siège n'est attribué.",
            numbers={"admitted": 0},
        )
    if case.parameters["base"] == "valid":
        return step(
            "base",
            sealed,
            en="The quotient is made of all valid votes, {base}, by the rule chosen.",
            fr="Le quotient se calcule sur tous les suffrages exprimés, {base}, selon la règle choisie.",
            numbers={"base": base},
        )
    return step(
        "base",
        sealed,
        en="The quotient is made of the votes of the lists that reach the bar, by the rule chosen: {sum} = {base}.",
        fr="Le quotient se calcule sur les voix des listes qui atteignent le seuil, selon la règle choisie :"
        " {sum} = {base}.",
        numbers={"base": base},
        sum=summed([case.votes[place] for place in places]),
    )
