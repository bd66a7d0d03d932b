"""How seats are won: whole numbers, every line of the arithmetic, and ties as a result.

- `check_rule` and `check_candidacies` (in `parameters`) say before the sealing what must be right; what they accept,
  `count` never refuses but for want of valid votes, about which the texts are silent.
- A tie ends where the text ends: in a `Lot` that names who is concerned and for how many seats. It arises
  only when the tie straddles the last seat; the seats of the outcome are then those already certain, and `settle`
  gives the final outcome once the lot is drawn.
- Where the law's rule was not found it is a parameter without default: `tie`, `base`, `first_round`.
- Candidacies are numbered from 0 in the order electors saw. No rule here depends on that order.

The methods live in `quotient` and `majority`; a new one is a function from `Case` to `Outcome` with its row in
`_METHODS`, and a `Kind` in `parameters`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError
from elections.rules.majority import block, majority_two_rounds, plurality
from elections.rules.outcome import Case, Lot, Outcome, Presented, settle
from elections.rules.parameters import (
    MOST_CANDIDACIES,
    MOST_NAMES,
    MOST_SEATS,
    MOST_VOTES,
    TIES,
    Ballot,
    articles,
    ballot_kind,
    check_candidacies,
    check_count,
    check_rule,
    presented,
    whole,
)
from elections.rules.quotient import highest_average, largest_remainder
from elections.rules.steps import names_of, step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from elections.protocol.canonical import Json

__all__ = [
    "METHODS",
    "MOST_CANDIDACIES",
    "MOST_SEATS",
    "MOST_VOTES",
    "TIES",
    "Ballot",
    "Elected",
    "Lot",
    "Outcome",
    "Presented",
    "ballot_kind",
    "check_candidacies",
    "check_rule",
    "count",
    "elected",
    "for_record",
    "presented",
    "settle",
]

_METHODS: dict[str, Callable[[Case], Outcome]] = {
    "largest_remainder": largest_remainder,
    "highest_average": highest_average,
    "plurality": plurality,
    "majority_two_rounds": majority_two_rounds,
    "block": block,
}
METHODS = tuple(_METHODS)


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


def count(
    method: str,
    votes: Sequence[int],
    seats: int,
    names: Sequence[str] | None = None,
    parameters: Mapping[str, Json] | None = None,
    lists: Sequence[Presented] | None = None,
) -> Outcome:
    """Share `seats` seats by `method` from the valid votes of each candidacy; blank votes are not among them.

    `lists` says what each list presents, where it is known: a quotient method then leaves seats empty rather
    than give a list more than it has names. Refuses what `check_count` refuses, votes that are not whole
    numbers, lists shorter than the rule lets them be, and, by `rules.no_votes`, a contest without any valid
    vote: the texts attribute nothing then, and a human must decide.
    """
    case = _case(method, votes, seats, names, parameters or {}, lists)
    if not any(case.votes):
        raise ProtocolError("rules.no_votes", article=case.articles.count)
    return _METHODS[method](case)


def for_record(
    method: str,
    votes: Sequence[int],
    seats: int,
    names: Sequence[str] | None = None,
    parameters: Mapping[str, Json] | None = None,
    lists: Sequence[Presented] | None = None,
) -> Outcome:
    """What a record states: as `count`, but without any valid vote no seat, and one step that says so."""
    case = _case(method, votes, seats, names, parameters or {}, lists)
    if any(case.votes):
        return _METHODS[method](case)
    silent = step(
        "no_votes",
        case.articles.count,
        en="No valid vote: the text says nothing of this case, no seat is given.",
        fr="Aucun suffrage exprimé : le texte ne prévoit pas ce cas, aucun siège n'est attribué.",
        numbers={"seats": seats, "valid": 0},
    )
    return Outcome(case, (0,) * len(case.votes), (silent,))


def elected(outcome: Outcome, candidacies: Sequence[Mapping[str, Json]]) -> tuple[Elected, ...]:
    """The persons elected, for each candidacy with a seat, in the order of candidacies (décret 2025-659, art. 14).

    A list with k seats sends its first k titulars and its first k substitutes, in list order, where the filed
    list says who is titular and who substitute. With `substitutes = "following"` it does not: names 1 to k are
    titulars, and names k+1 to 2k their substitutes, as far as there are names. `candidacies` have the shape of
    setup.json.
    """
    following = outcome.case.parameters.get("substitutes") == "following"
    persons = []
    for candidacy, (won, filed) in enumerate(zip(outcome.seats, candidacies, strict=True)):
        names = filed["names"]
        if won > len(names):
            article = outcome.case.articles.names
            raise ProtocolError("rules.short_list", place=candidacy + 1, names=len(names), seats=won, article=article)
        titulars = [name["titular"] for name in names]
        substitutes = titulars[won:] if following else [name["substitute"] for name in names if name["substitute"]]
        if won:
            persons.append(Elected(candidacy, tuple(titulars[:won]), tuple(substitutes[:won])))
    return tuple(persons)


def _case(
    method: str,
    votes: Sequence[int],
    seats: int,
    names: Sequence[str] | None,
    parameters: Mapping[str, Json],
    lists: Sequence[Presented] | None,
) -> Case:
    """Everything checked and in one value."""
    check_count(method, seats, parameters, len(votes))
    for place, number in enumerate(votes, 1):
        whole(number, f"votes of candidacy {place}", 0, MOST_VOTES)
    if names is not None and len(names) != len(votes):
        raise ProtocolError("rules.names", names=len(names), candidacies=len(votes))
    texts = articles(method, parameters)
    if ballot_kind(method) == "ticket":
        lists = None
    if lists is not None:
        lists = _lists(lists, len(votes), seats, texts.names, complete="names" not in parameters)
    return Case(method, tuple(votes), seats, names_of(names, len(votes)), parameters, texts, lists)


def _lists(
    lists: Sequence[Presented], candidacies: int, seats: int, article: str, *, complete: bool
) -> tuple[Presented, ...]:
    """What each list presents: somebody, and a name for every seat unless the rule lets lists be shorter."""
    if len(lists) != candidacies:
        raise ProtocolError("rules.lists", lists=len(lists), candidacies=candidacies)
    for place, (candidates, names) in enumerate(lists, 1):
        whole(candidates, f"candidates of list {place}", 1, 2 * MOST_NAMES)
        if complete and names < seats:
            raise ProtocolError("rules.short_list", place=place, names=names, seats=seats, article=article)
    return tuple(lists)
