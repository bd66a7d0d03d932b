"""What came back: reports of mail servers, attributed to the messages of an election."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from elections.post import note_bounce, read_bounces
from elections.registry import elections, journal

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor


class Taken(NamedTuple):
    """How many messages are marked as come back, and how many of the file say nothing of this election."""

    bounced: int
    others: int


def take_bounces(session: Session, election_uuid: str, data: bytes, actor: Actor, now: datetime) -> Taken:
    """Read a mail or a mailbox file; the journal says how many came back, and of whom it is silent."""
    elections.find(session, election_uuid)
    bounces, others = read_bounces(data)
    marked = sum(note_bounce(session, bounce, election_uuid, now) for bounce in bounces)
    if marked:
        journal.append(session, election_uuid, "bounces", actor, now, details={"messages": marked})
    return Taken(marked, others + len(bounces) - marked)
