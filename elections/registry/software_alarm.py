"""The alarm of an election whose software is not the sealed one (R25): it stands until the two are equal again.

Who compares is above; here stand the two lines of the journal, and what pages show meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from elections.protocol.canonical import parse_canonical
from elections.registry import elections, journal
from elections.registry.journal import CLOCK
from elections.registry.tables import Contest
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json

WATCHED = (Phase.SEALED, Phase.OPEN, Phase.SUSPENDED, Phase.CLOSING, Phase.FROZEN, Phase.COUNTED)
"""From the seal to the proclamation nothing is installed."""


def watched(session: Session) -> dict[str, Json]:
    """The elections that are sealed and not proclaimed, each with the set-up of one such contest: all seal the same."""
    query = select(Contest).where(Contest.phase.in_(WATCHED)).order_by(Contest.position)
    found: dict[str, Json] = {}
    for contest in session.scalars(query):
        if contest.setup is not None and contest.election_uuid not in found:
            found[contest.election_uuid] = parse_canonical(contest.setup, "setup.json")
    return found


def standing(session: Session, election_uuid: str) -> Json | None:
    """What the alarm of an election says, None where there is none."""
    return elections.find(session, election_uuid).alarm


def differ(session: Session, election_uuid: str, details: dict[str, Json], now: datetime) -> None:
    """Raise the alarm, or raise it again with what is found now."""
    elections.find(session, election_uuid).alarm = details
    journal.append(session, election_uuid, "software-differs", CLOCK, now, details=details)


def agree(session: Session, election_uuid: str, digest: str, now: datetime) -> None:
    """The software is the sealed one again."""
    elections.find(session, election_uuid).alarm = None
    journal.append(session, election_uuid, "software-equal", CLOCK, now, details={"digest": digest})
