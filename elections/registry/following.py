"""What comes next in an election that is sealed: the act, by whom, from which hour, in which contests.

The lifecycle table knows what may be done; here stands which of it an election waits for. What the clock does itself
has its hour; what people do is due from an hour on, where a sealed one or the law sets it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.registry import calendar
from elections.registry.lifecycle import freezing
from elections.rules.french import PARIS
from elections.rules.phases import TRANSITIONS, Act, Phase, Role

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from elections.registry.tables import Contest, Election
    from elections.rules.phases import Transition

_NEXT = {
    Phase.SEALED: Act.OPEN,
    Phase.OPEN: Act.CLOSE,
    Phase.SUSPENDED: Act.RESUME,
    Phase.CLOSING: Act.FREEZE,
    Phase.FROZEN: Act.COUNT,
    Phase.COUNTED: Act.PROCLAIM,
    Phase.PROCLAIMED: Act.ARCHIVE,
}
"""What each phase waits for; the other acts of a phase are for what nobody hopes for."""


@dataclass(frozen=True, slots=True)
class Next:
    """One act that is waited for: `at` its hour or `after` the day before it, and whether that has passed."""

    row: Transition
    contests: tuple[Contest, ...]
    at: datetime | None
    after: date | None
    due: bool

    @property
    def by_itself(self) -> bool:
        """The program does it, at its hour."""
        return self.row.roles == (Role.CLOCK,)


def read(session: Session, election: Election, now: datetime) -> list[Next]:
    """What the contests of an election wait for, those at the same hour together, in the order of the lifecycle."""
    found: dict[tuple[Phase, datetime | None], list[Contest]] = {}
    for contest in election.contests:
        phase = Phase(contest.phase)
        if phase in _NEXT:
            found.setdefault((phase, _hour(contest, phase)), []).append(contest)
    order = list(Phase)
    return [
        _next(session, election, phase, at, contests, now)
        for (phase, at), contests in sorted(found.items(), key=lambda item: order.index(item[0][0]))
    ]


def _next(
    session: Session,
    election: Election,
    phase: Phase,
    at: datetime | None,
    contests: list[Contest],
    now: datetime,
) -> Next:
    row = next(row for row in TRANSITIONS if row.act is _NEXT[phase] and phase in row.sources)
    after = _contested(session, election, now) if phase is Phase.PROCLAIMED else None
    due = (at is None or at <= now) and (after is None or after < now.astimezone(PARIS).date())
    return Next(row, tuple(contests), at, after, due)


def _hour(contest: Contest, phase: Phase) -> datetime | None:
    """The sealed hour of what comes next, None where no hour is set."""
    if phase is Phase.SEALED:
        return contest.election.opening
    if phase is Phase.OPEN:
        return contest.closing
    if phase is Phase.CLOSING:
        return freezing(contest)
    return None


def _contested(session: Session, election: Election, now: datetime) -> date | None:
    """The last day on which the result may be contested, where the model counts it."""
    lines = calendar.read(session, election.uuid, now).lines
    return next((line.day for line, _ in lines if line.key == "contestation"), None)
