"""What moves in the calendar when a configuration changes: told before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError
from elections.rules import calendar, configuration
from elections.rules.calendar import Vote

if TYPE_CHECKING:
    from datetime import date

    from elections.rules.calendar import Line
    from elections.rules.configuration import Configuration


@dataclass(frozen=True, slots=True)
class Moves:
    """Each date before and after, None where there is none, and what the law would not have of the dates after.

    `moved` are those that differ, in the order of time; `same` is how many others there are.
    """

    moved: tuple[tuple[Line | None, Line | None], ...]
    same: int
    faults: tuple[ProtocolError, ...]


def between(old: Configuration, new: Configuration, today: date) -> Moves:
    """The dates of one configuration beside those of another, both checked."""
    before, _ = _dates(old, today)
    after, faults = _dates(new, today)
    pairs: list[tuple[Line | None, Line | None]] = [(before.get(key), line) for key, line in after.items()]
    pairs += [(line, None) for key, line in before.items() if key not in after]
    moved = tuple(pair for pair in pairs if _when(pair[0]) != _when(pair[1]))
    return Moves(moved, len(pairs) - len(moved), faults)


def _when(line: Line | None) -> tuple[object, ...] | None:
    return None if line is None else (line.day, line.at, line.bound)


def _dates(wanted: Configuration, today: date) -> tuple[dict[str, Line], tuple[ProtocolError, ...]]:
    checked = configuration.check(wanted)
    timetable = checked.model.calendar
    if timetable is None:
        return {}, ()
    vote = Vote(checked.opening, checked.closing, checked.model.grace)
    try:
        lines = calendar.dates(timetable, vote)
    except ProtocolError as error:
        # Years that the almanac does not know: the vote may be held, its dates are the office's to count.
        return {}, (error,)
    faults = calendar.faults(timetable, vote, None if checked.model.rehearsal else today)
    return {line.key: line for line in lines}, tuple(faults)
