"""How seats are won: whole numbers, every line of the arithmetic, and ties as a result.

- `check_rule` and `check_candidacies` say before the sealing what must be right; what they accept, `count`
  never refuses but for want of valid votes, about which the texts are silent.
- A tie ends where the text ends: in a `Lot` that names who is concerned and for how many seats. It arises
  only when the tie straddles the last seat; the seats of the outcome are then those already certain.
- Where the law's rule was not found it is a parameter without default: the tie of a one-round ballot.
- Candidacies are numbered from 0 in the order electors saw. No rule here depends on that order.

The methods live in `quotient` and `majority`; a new one is a function from `Case` to `Outcome` and its row in
`_METHODS`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from elections.protocol.errors import ProtocolError
from elections.rules.majority import plurality
from elections.rules.outcome import Case, Lot, Outcome
from elections.rules.quotient import largest_remainder
from elections.rules.steps import names_of, step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from elections.protocol.canonical import Json

Ballot = Literal["list", "ticket"]

MOST_SEATS = 1_000
MOST_VOTES = 10**9
MOST_CANDIDACIES = 1_000
"""Far above any real ballot; their product stays below 2**53, so that every JSON reader keeps it exact."""

TIES = ("draw", "oldest", "seniority")

__all__ = [
    "METHODS",
    "TIES",
    "Elected",
    "Lot",
    "Outcome",
    "ballot_kind",
    "check_candidacies",
    "check_rule",
    "count",
    "elected",
    "for_record",
]


@dataclass(frozen=True, slots=True)
class Elected:
    """The persons one candidacy sends, in list order."""

    candidacy: int
    titulars: tuple[str, ...]
    substitutes: tuple[str, ...]

    def json(self) -> dict[str, object]:
        """One item of `elected` in result.json (contracts.md)."""
        return {
            "candidacy": self.candidacy,
            "substitutes": list(self.substitutes),
            "titulars": list(self.titulars),
        }


class _Method(NamedTuple):
    """How a method counts, what electors choose, its parameters, and its article if none is named."""

    run: Callable[[Case], Outcome]
    ballot: Ballot
    parameters: tuple[str, ...]
    article: str


def count(
    method: str,
    votes: Sequence[int],
    seats: int,
    names: Sequence[str] | None = None,
    parameters: Mapping[str, Json] | None = None,
) -> Outcome:
    """Share `seats` seats by `method` from the valid votes of each candidacy; blank votes are not among them.

    Refuses what `check_rule` refuses, votes that are not whole numbers, and, by `rules.no_votes`, a
    contest without any valid vote: the texts attribute nothing then, and a human must decide.
    """
    case = _case(method, votes, seats, names, parameters or {})
    if not any(case.votes):
        raise ProtocolError("rules.no_votes", article=case.article)
    return _METHODS[method].run(case)


def for_record(
    method: str,
    votes: Sequence[int],
    seats: int,
    names: Sequence[str] | None = None,
    parameters: Mapping[str, Json] | None = None,
) -> Outcome:
    """What a record states: as `count`, but without any valid vote no seat, and one step that says so."""
    case = _case(method, votes, seats, names, parameters or {})
    if any(case.votes):
        return _METHODS[method].run(case)
    silent = step(
        "no_votes",
        case.article,
        en="No valid vote: the text says nothing of this case, no seat is given.",
        fr="Aucun suffrage exprimé : le texte ne prévoit pas ce cas, aucun siège n'est attribué.",
        numbers={"seats": seats, "valid": 0},
    )
    return Outcome(method, case.votes, (0,) * len(case.votes), (silent,))


def check_rule(
    method: str, seats: int, parameters: Mapping[str, Json], candidacies: int | None, what: str = "the rule"
) -> None:
    """Refuse a rule that could not be counted by; `candidacies` is their number, None until they are known.

    Parameters: `article`, the text applied (each method has its own of the décret 2025-659);
    for `plurality` also `tie`, one of `TIES`, and unless it is `draw` the `order` of all candidacies,
    the oldest or most senior first, known only with the candidacies.
    """
    known = _METHODS.get(method)
    if known is None:
        raise ProtocolError("rules.method", what=what, method=method, known=", ".join(METHODS))
    _whole(seats, f"{what}, seats", 1, MOST_SEATS)
    if candidacies is not None:
        _whole(candidacies, "number of candidacies", 1, MOST_CANDIDACIES)
    for name in parameters:
        if name not in known.parameters:
            raise ProtocolError("rules.parameter", what=what, method=method, name=name)
    article = parameters.get("article", known.article)
    if not isinstance(article, str) or not re.fullmatch(r"\S[^\n\r]{0,199}", article):
        raise ProtocolError("rules.article", what=what)
    if method == "plurality":
        if seats != 1:
            raise ProtocolError("rules.one_seat", what=what, method=method, seats=seats)
        _check_tie(parameters, candidacies, what)


def check_candidacies(method: str, seats: int, candidacies: Sequence[Mapping[str, Json]]) -> None:
    """Refuse a list that could win more seats than it has names (décret 2025-659, art. 7), or a ticket of several.

    `candidacies` have the shape of setup.json; which persons may stand is another matter.
    """
    for place, candidacy in enumerate(candidacies, 1):
        names = len(candidacy["names"])
        if names < seats:
            raise ProtocolError("rules.short_list", place=place, names=names, seats=seats)
        if method == "plurality" and names != 1:
            raise ProtocolError("rules.ticket", place=place, names=names)


def elected(outcome: Outcome, candidacies: Sequence[Mapping[str, Json]]) -> tuple[Elected, ...]:
    """The persons elected, for each candidacy with a seat, in the order of candidacies (décret 2025-659, art. 14).

    A list with k seats sends its first k titulars and its first k substitutes, in list order: a filed list
    says itself who is titular and who substitute. `candidacies` have the shape of setup.json.
    """
    persons = []
    for candidacy, (won, filed) in enumerate(zip(outcome.seats, candidacies, strict=True)):
        names = filed["names"]
        if won > len(names):
            raise ProtocolError("rules.short_list", place=candidacy + 1, names=len(names), seats=won)
        substitutes = [name["substitute"] for name in names if name["substitute"] is not None]
        if won:
            titulars = tuple(name["titular"] for name in names[:won])
            persons.append(Elected(candidacy, titulars, tuple(substitutes[:won])))
    return tuple(persons)


def ballot_kind(method: str) -> Ballot:
    """Whether electors choose a list, or the ticket of a person and a substitute (protocol.md §3)."""
    return _METHODS[method].ballot


def _whole(value: object, what: str, least: int, most: int) -> int:
    """A whole number within its bounds; `True` is not one."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ProtocolError("rules.number", what=what, least=least, most=most)
    return value


def _check_tie(parameters: Mapping[str, Json], candidacies: int | None, what: str) -> None:
    """The sealed rule for a tie, and with `oldest` or `seniority` the order it needs."""
    tie, order = parameters.get("tie"), parameters.get("order")
    if tie not in TIES:
        raise ProtocolError("rules.tie", what=what, known=", ".join(TIES))
    if tie == "draw" or candidacies is None:
        if order is not None:
            raise ProtocolError("rules.order", what=what)
    elif (
        not isinstance(order, list)
        or any(type(place) is not int for place in order)
        or sorted(order) != list(range(candidacies))
    ):
        raise ProtocolError("rules.tie_order", what=what, tie=tie, last=candidacies - 1)


def _case(
    method: str, votes: Sequence[int], seats: int, names: Sequence[str] | None, parameters: Mapping[str, Json]
) -> Case:
    """Everything checked and in one value."""
    check_rule(method, seats, parameters, len(votes))
    for place, number in enumerate(votes, 1):
        _whole(number, f"votes of candidacy {place}", 0, MOST_VOTES)
    if names is not None and len(names) != len(votes):
        raise ProtocolError("rules.names", names=len(names), candidacies=len(votes))
    article = parameters.get("article", _METHODS[method].article)
    return Case(tuple(votes), seats, names_of(names, len(votes)), parameters, article)


_METHODS = {
    "largest_remainder": _Method(largest_remainder, "list", ("article",), "décret 2025-659, art. 14"),
    "plurality": _Method(plurality, "ticket", ("article", "order", "tie"), "décret 2025-659, art. 16"),
}
METHODS = tuple(_METHODS)
