"""Which unions the vote of a general college shows to be representative: their shares of the valid votes.

The shares come from the contests by lists of the commission d'avancement. That 6 % is the first threshold is as the
press reports it, not as a text read here says (law.md §3.3): the table shows who reaches it and decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from elections.protocol.setup import QUOTIENT_METHODS
from elections.rules.percent import Percent, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

REPORTED = 6
"""The threshold as reported, in percent of the valid votes."""

_BODY = "cav-"
"""The models of the one body whose vote the reports speak of."""


class Union(NamedTuple):
    """One list's votes among the valid ones, and whether they reach the reported threshold, without any rounding."""

    name: str
    votes: int
    valid: int
    share: Percent
    reaches: bool


def told(method: str, model: str) -> bool:
    """Whether a contest tells of representativity: by lists, for the commission d'avancement."""
    return method in QUOTIENT_METHODS and model.startswith(_BODY)


def unions(names: Sequence[str], votes: Sequence[int]) -> list[Union]:
    """All lists, the strongest first, equal ones in the order electors saw; none without any valid vote."""
    valid = sum(votes)
    if not valid:
        return []
    rows = [
        Union(name, number, valid, percent(number, valid), 100 * number >= REPORTED * valid)
        for name, number in zip(names, votes, strict=True)
    ]
    return sorted(rows, key=lambda row: -row.votes)
