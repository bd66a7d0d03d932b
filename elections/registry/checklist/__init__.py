"""What a draft needs before it is sealed, and what the office should look at besides: one function for each line.

A line counts what is done of how much, and names its article and where something is lacking. `needed` is what the
seal is refused without; the rest the law asks for, or, if `optional`, leaves to those who stand or to the office. A
line that is not done is late once a legal date has passed by which it should have been.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from elections.registry import elections
from elections.registry.checklist import candidacies, electors, keys
from elections.registry.checklist.draft import Draft, Item
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from elections.rules.calendar import Line

LINES: tuple[Callable[[Draft], Item | None], ...] = (*candidacies.LINES, *electors.LINES, *keys.LINES)
"""The lines, in the order in which an office comes to them; None where an election has no such line."""


__all__ = ["LINES", "Draft", "Entry", "Item", "State", "lacking", "read"]


class State(StrEnum):
    """Where a line stands; `open` is for people to judge, and nothing waits for it."""

    DONE = "done"
    LACKING = "todo"
    LATE = "late"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the checklist: what was found, where it stands, and the last day for it if a text sets one."""

    item: Item
    state: State
    until: date | None


def read(
    session: Session, election_uuid: str, now: datetime, more: Iterable[Callable[[Draft], Item | None]] = ()
) -> list[Entry]:
    """The checklist of a draft, and `more` lines that the registry does not know; nothing for a sealed election."""
    election = elections.find(session, election_uuid)
    if elections.phase(election) is not Phase.DRAFT:
        return []
    draft = Draft(session, election, now)
    items = [item for line in (*LINES, *more) if (item := line(draft)) is not None]
    return [_entry(draft, item) for item in items]


def lacking(entries: Iterable[Entry]) -> int:
    """How many lines are still to be done."""
    return sum(entry.state in (State.LACKING, State.LATE) for entry in entries)


def _entry(draft: Draft, item: Item) -> Entry:
    # A rehearsal is held when it is held: the law's dates are those of the real vote.
    dates = () if draft.election.rehearsal else draft.dates.lines
    due = [line for line, _ in dates if line.key in item.dates and _concerns(line, item)]
    until = min((line.day for line in due if line.day is not None), default=None)
    if item.complete:
        return Entry(item, State.DONE, until)
    if item.optional:
        return Entry(item, State.OPEN, until)
    over = (until is not None and until < draft.today) or draft.now >= draft.election.opening
    return Entry(item, State.LATE if over else State.LACKING, until)


def _concerns(line: Line, item: Item) -> bool:
    """Whether a date is that of a contest in which something is lacking, or of all contests."""
    return not (line.contests and item.contests) or not set(line.contests).isdisjoint(item.contests)
