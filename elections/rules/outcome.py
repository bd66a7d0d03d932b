"""What a method of counting takes and gives: a `Case`, an `Outcome`, and the line every count begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from elections.rules.steps import Name, Step, step, summed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from elections.protocol.canonical import Json


class Case(NamedTuple):
    """One count to make, already checked; there is at least one valid vote."""

    votes: tuple[int, ...]
    seats: int
    names: tuple[Name, ...]
    parameters: Mapping[str, Json]
    article: str


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
    """Who has how many seats, and why; with a lot still to draw, `seats` are those already certain."""

    method: str
    votes: tuple[int, ...]
    seats: tuple[int, ...]
    steps: tuple[Step, ...]
    lot: Lot | None = None

    def json(self) -> dict[str, object]:
        """The outcome as `seats --json` shows it (contracts.md)."""
        return {
            "lot": self.lot and self.lot.json(),
            "method": self.method,
            "seats": list(self.seats),
            "steps": [line.json() for line in self.steps],
            "votes": list(self.votes),
        }


def valid_votes(case: Case) -> Step:
    """The first line of every count: the valid votes, added up."""
    return step(
        "valid",
        case.article,
        en="Valid votes: {sum} = {valid}.",
        fr="Suffrages exprimés : {sum} = {valid}.",
        numbers={"valid": sum(case.votes)},
        sum=summed(case.votes),
    )
