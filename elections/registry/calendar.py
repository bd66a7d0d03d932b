"""The legal dates of an election as it stands: its hours in force, its journal, the timetable of its model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError
from elections.registry import elections, journal
from elections.rules import calendar
from elections.rules.calendar import State, Vote
from elections.rules.french import PARIS
from elections.rules.phases import Act, Phase
from elections.rules.timetable import Timetable

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from elections.registry.tables import Election
    from elections.rules.calendar import Line

    Dated = tuple[Line, State]

_HOURS = Timetable(internet=False, territory="metropole", window=None, dates=())


@dataclass(frozen=True, slots=True)
class Dates:
    """Every date with where it stands, and what the law would not have (`rules.calendar.faults`)."""

    lines: tuple[tuple[Line, State], ...]
    faults: tuple[ProtocolError, ...]


def read(session: Session, election_uuid: str, now: datetime, expiry: date | None = None) -> Dates:
    """The dates of an election at an hour; none where its model counts none, or where they cannot be computed.

    Dates that have passed are faults while the election is a draft: later, the program cannot know who did what.
    """
    election = elections.find(session, election_uuid)
    timetable = elections.timetable(election)
    return Dates((), ()) if timetable is None else _read(session, election, timetable, now, expiry)


def around(session: Session, election: Election, now: datetime, past: int = 2, coming: int = 5) -> list[Dated]:
    """The dates nearest to an hour: what was missed, the last ones that passed, and those that come next.

    Of a model that counts no legal dates they are the hours of the vote.
    """
    timetable = elections.timetable(election) or _HOURS
    lines = [item for item in _read(session, election, timetable, now, None).lines if item[0].day is not None]
    missed = [item for item in lines if item[1] is State.MISSED]
    over = [item for item in lines if item[1] in (State.DONE, State.PAST)]
    ahead = [item for item in lines if item[1] in AHEAD]
    kept = {line.key for line, _ in (*missed, *over[-past:], *ahead[:coming])}
    return [item for item in lines if item[0].key in kept]


AHEAD = (State.TODAY, State.NEXT, State.COMING)
"""The states of what has not passed yet."""


def _read(session: Session, election: Election, timetable: Timetable, now: datetime, expiry: date | None) -> Dates:
    vote, acts = _vote(session, election, expiry)
    draft = elections.phase(election) is Phase.DRAFT and not election.rehearsal
    try:
        lines = calendar.dates(timetable, vote)
    except ProtocolError as error:
        # Years that the almanac does not know: the vote stands, its dates are the office's to count.
        return Dates((), (error,))
    states = calendar.states(lines, now, acts)
    return Dates(
        tuple((line, states[line.key]) for line in lines),
        tuple(calendar.faults(timetable, vote, now.astimezone(PARIS).date() if draft else None)),
    )


def proclaimed(session: Session, election: Election) -> date:
    """The day in Paris on which the last contest of a proclaimed election was."""
    entries = journal.entries(session, election.uuid)
    return max(entry.at for entry in entries if entry.act == Act.PROCLAIM).astimezone(PARIS).date()


def _vote(session: Session, election: Election, expiry: date | None) -> tuple[Vote, set[Act]]:
    """What dates are counted from, and the acts that every contest has done which was not stopped."""
    going = {contest.uuid for contest in election.contests if contest.phase != Phase.STOPPED}
    seen: dict[str, set[str]] = {}
    for entry in journal.entries(session, election.uuid):
        if entry.contest in going:
            seen.setdefault(entry.act, set()).add(entry.contest)
    acts = {act for act in Act if going and seen.get(act) == going}
    closing = max((contest.closing for contest in election.contests), default=election.closing)
    published = proclaimed(session, election) if Act.PROCLAIM in acts else None
    return Vote(election.opening, closing, election.grace, published, expiry), acts
