"""What came back: reports of mail servers, attributed to the messages of an election."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from elections.post import note_bounce
from elections.registry import elections, journal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.post import Bounce
    from elections.registry.journal import Actor


class Taken(NamedTuple):
    """How many messages are marked as come back, and how many of the file say nothing of this election."""

    bounced: int
    others: int


def take_bounces(
    session: Session, election_uuid: str, read: tuple[Sequence[Bounce], int], actor: Actor, now: datetime
) -> Taken:
    """Mark what `post.read_bounces` found, before the transaction: no file keeps a cast waiting while it is read.

    The journal says how many came back, and of whom it is silent.
    """
    elections.find(session, election_uuid)
    bounces, others = read
    marked = sum(note_bounce(session, bounce, election_uuid, now) for bounce in bounces)
    if marked:
        journal.append(session, election_uuid, "bounces", actor, now, details={"messages": marked})
    return Taken(marked, others + len(bounces) - marked)
