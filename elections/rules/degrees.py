"""Elections in two degrees: how many grand electors there are.

The old commission d'avancement had a first degree by roll and group, courts of appeal and tribunals apart (décret
71-257, art. 2); the CSM has one in each court of appeal, 160 seats of the siège and 80 of the parquet in all
(loi organique 94-100, art. 3). The second degree then votes by list, like any other contest with its roll:
`formations` says where its elected of the CSM sit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from elections.rules.parameters import whole
from elections.rules.steps import Name, Step, step

if TYPE_CHECKING:
    from collections.abc import Sequence

FRACTIONS = "décret 71-257, art. 2"
SUBSTITUTES = "décret 71-257, art. 3"

MOST_MAGISTRATES = 25_000
"""Far above any real roll; a thousand seats of the first degree at the most."""


class Unit(NamedTuple):
    """A roll and a group on it, as "Paris, tribunaux", and the magistrates that it counts."""

    name: Name
    magistrates: int


@dataclass(frozen=True, slots=True)
class GrandElectors:
    """The seats of the first degree, unit by unit."""

    seats: tuple[int, ...]
    steps: tuple[Step, ...]

    def json(self) -> dict[str, object]:
        """The seats as `degrees first --json` shows them (contracts.md)."""
        return {"seats": list(self.seats), "steps": [line.json() for line in self.steps]}


def grand_electors(units: Sequence[Unit]) -> GrandElectors:
    """One seat for the first ten magistrates of a unit, full or not, and one for each 25 beyond, full or not.

    The other reading of the sentence, a seat for every ten and one more for every 25, would have given the
    whole corps more than a thousand; there were 398 in 2013.
    """
    seats = [_seats(unit.magistrates, f"unit {place}") for place, unit in enumerate(units, 1)]
    steps = [_fractions(place, unit, won) for place, (unit, won) in enumerate(zip(units, seats, strict=True))]
    total = step(
        "total",
        SUBSTITUTES,
        en="{seats:grand elector|grand electors} in {units:unit|units}, and as many substitutes.",
        fr="{seats:membre du collège|membres du collège} pour {units:unité|unités}, et autant de suppléants.",
        numbers={"seats": sum(seats), "units": len(units)},
    )
    return GrandElectors(tuple(seats), (*steps, total))


def _seats(magistrates: int, what: str) -> int:
    whole(magistrates, f"magistrates of {what}", 0, MOST_MAGISTRATES)
    # -(-n // 25) is n/25 rounded up.
    return -(-max(0, magistrates - 10) // 25) + (magistrates > 0)


def _fractions(place: int, unit: Unit, seats: int) -> Step:
    beyond = max(0, unit.magistrates - 10)
    full, rest = divmod(beyond, 25)
    numbers = {
        "beyond": beyond,
        "full": full,
        "magistrates": unit.magistrates,
        "rest": rest,
        "seats": seats,
        "unit": place,
    }
    en, fr = "{name}: {magistrates:magistrate|magistrates}", "{name} : {magistrates:magistrat|magistrats}"
    if beyond:
        en += ", 1 seat for the first ten; {beyond} more = {full} × 25 + {rest}"
        fr += ", 1 siège pour les dix premiers ; {beyond} au-delà = {full} × 25 + {rest}"
    return step(
        f"unit.{place}",
        FRACTIONS,
        en=en + "; {seats:seat|seats} in all.",
        fr=fr + " ; {seats:siège|sièges} en tout.",
        numbers=numbers,
        name=unit.name,
    )
