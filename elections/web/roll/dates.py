"""When a roll can be checked and claimed against: the dates of the calendar that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.registry import calendar

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.tables import Election
    from elections.rules.calendar import Line, State

_KEYS = ("general-roll", "rolls", "rolls-mended", "roll-checks", "roll-claims")
"""What the models call these dates."""


def claims(session: Session, election: Election, now: datetime, contest: str | None = None) -> list[tuple[Line, State]]:
    """The dates about the roll in their order, of one contest or of all; none where the model counts none."""
    lines = calendar.read(session, election.uuid, now).lines
    mine = [item for item in lines if item[0].key in _KEYS]
    return [item for item in mine if contest is None or not item[0].contests or contest in item[0].contests]
