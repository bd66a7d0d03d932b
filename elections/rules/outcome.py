"""What a method of counting takes and gives: a `Case`, an `Outcome`, and the outcome once its lot is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from elections.protocol.errors import ProtocolError
from elections.rules.steps import Name, Step, joined, shares, step, summed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elections.protocol.canonical import Json


@dataclass(frozen=True, slots=True)
class Articles:
    """The texts of a count: on the count itself, on equals, on the bar, on lists with fewer names than seats."""

    count: str
    tie: str
    bar: str
    names: str


class Presented(NamedTuple):
    """What a list presents: all its candidates, and its names, one for each seat that it can take."""

    candidates: int
    names: int


class Case(NamedTuple):
    """One count to make, already checked; there is at least one valid vote. `lists` is None where it is not known."""

    method: str
    votes: tuple[int, ...]
    seats: int
    names: tuple[Name, ...]
    parameters: Mapping[str, Json]
    articles: Articles
    lists: tuple[Presented, ...] | None = None

    def full(self, place: int, won: int) -> bool:
        """Whether a list that has won `won` seats has no name left."""
        return self.lists is not None and won >= self.lists[place].names

    def taken(self, won: Sequence[int]) -> tuple[int, ...]:
        """The seats that lists take of those they have won: never more than they have names."""
        if self.lists is None:
            return tuple(won)
        return tuple(min(each, presented.names) for each, presented in zip(won, self.lists, strict=True))


@dataclass(frozen=True, slots=True)
class Lot:
    """`seats` seats still to be drawn among the candidacies `between`, in ascending order."""

    between: tuple[int, ...]
    seats: int

    def json(self) -> dict[str, object]:
        """The lot as `seats --json` shows it (contracts.md)."""
        return {"between": list(self.between), "seats": self.seats}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who has how many seats, and why; with a lot still to draw, `seats` are those already certain.

    There is one lot at most, and it comes last: whoever stands before the equals has a seat, whoever stands
    behind them none, and the lot shares all that is left.
    """

    case: Case
    seats: tuple[int, ...]
    steps: tuple[Step, ...]
    lot: Lot | None = None
    second_round: bool = False
    """Nobody was elected in a first round: the second is an election of its own."""

    @property
    def method(self) -> str:
        """The method that counted."""
        return self.case.method

    @property
    def votes(self) -> tuple[int, ...]:
        """The valid votes of each candidacy."""
        return self.case.votes

    def json(self) -> dict[str, object]:
        """The outcome as `seats --json` shows it (contracts.md)."""
        return {
            "lot": self.lot and self.lot.json(),
            "method": self.method,
            "seats": list(self.seats),
            "steps": [line.json() for line in self.steps],
            "votes": list(self.votes),
        }


def settle(outcome: Outcome, chosen: Sequence[int], article: str, how: Name) -> Outcome:
    """The final outcome, once the lot has fallen on `chosen`: as many of the candidacies it was between as its seats.

    Two steps are added, `drawn` and `settled`; `article` is the text that the drawing applies, `how` says in
    brackets how it was made. A list drawn that has no name left takes nothing: its seat stays empty.
    Refused (`rules.drawn`): an outcome without a lot, another number, a candidacy twice or not concerned.
    """
    lot, case = outcome.lot, outcome.case
    if lot is None or len(chosen) != lot.seats or len(set(chosen) & set(lot.between)) != lot.seats:
        raise ProtocolError("rules.drawn", seats=lot.seats if lot else 0, between=len(lot.between) if lot else 0)
    places = sorted(chosen)
    seats = case.taken([won + (place in places) for place, won in enumerate(outcome.seats)])
    drawn = step(
        "drawn",
        article,
        en="{left:seat|seats} drawn by lot among {many} ({how}): {all}.",
        fr="{left:siège tiré|sièges tirés} au sort entre {many} ({how}) : {all}.",
        numbers={"left": lot.seats, "many": len(lot.between)},
        all=joined([case.names[place] for place in places]),
        how=how,
    )
    return replace(outcome, seats=seats, steps=(*outcome.steps, drawn, total(case, seats, "settled")), lot=None)


def valid_votes(case: Case) -> Step:
    """The first line of every count: the valid votes, added up."""
    return step(
        "valid",
        case.articles.count,
        en="Valid votes: {sum} = {valid}.",
        fr="Suffrages exprimés : {sum} = {valid}.",
        numbers={"valid": sum(case.votes)},
        sum=summed(case.votes),
    )


def total(case: Case, seats: Sequence[int], id: str = "total", drawn: int = 0) -> Step:  # noqa: A002 - as in `step`
    """The last line of a count: all seats, those that depend on the lot, those that stay empty."""
    empty = case.seats - sum(seats) - drawn
    return step(
        id,
        case.articles.count,
        en="Seats: {shares}"
        + ("; {drawn:seat depends|seats depend} on the lot" if drawn else "")
        + ("; {empty:seat stays|seats stay} empty." if empty else "."),
        fr="Sièges : {shares}"
        + (" ; {drawn:siège dépend|sièges dépendent} du tirage au sort" if drawn else "")
        + (" ; {empty:siège reste vacant|sièges restent vacants}." if empty else "."),
        numbers={"drawn": drawn, "empty": empty, "given": sum(seats), "seats": case.seats},
        shares=shares(case.names, seats),
    )
