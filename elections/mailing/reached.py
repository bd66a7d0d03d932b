"""Whom messages reach: for the office's checklist, and those whom no channel reaches (U2).

Somebody is not reached whose messages all came back or were refused for good, as far as they went to the address and
the telephone that the roll has now. A corrected address takes her off the list, for a new notice is queued to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from elections.mailing.notices import KIND
from elections.post import Outbox, State
from elections.registry.checklist import Item
from elections.registry.tables import Elector
from elections.rules.phases import Words

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from elections.registry.checklist import Draft

_FAILED = (State.REFUSED, State.BOUNCED)
_ARTICLE = "R. 211-553"


def unreached() -> ColumnElement[bool]:
    """The condition that an elector of a query is reached by no channel."""
    mine = select(Outbox.id).where(
        Outbox.election_uuid == Elector.election_uuid,
        Outbox.number == Elector.number,
        (Outbox.recipient == Elector.email) | (Outbox.recipient == Elector.phone),
    )
    failed = mine.where(Outbox.state.in_(_FAILED)).correlate(Elector).exists()
    hopeful = mine.where(Outbox.state.not_in(_FAILED)).correlate(Elector).exists()
    return failed & ~hopeful


def count_unreached(session: Session, election_uuid: str) -> int:
    """How many they are."""
    query = select(func.count()).select_from(Elector).where(Elector.election_uuid == election_uuid, unreached())
    return session.scalar(query) or 0


def _undelivered(draft: Draft) -> Item | None:
    """For people to judge: a mail that does not come is mended by a telephone call as well."""
    begun = select(Outbox.id).where(Outbox.election_uuid == draft.election.uuid, Outbox.kind == KIND).limit(1)
    if draft.session.scalar(begun) is None:
        return None
    return Item(
        "undelivered",
        Words("Electors whom messages can reach", "Électeurs que les messages peuvent joindre"),
        _ARTICLE,
        draft.electors - count_unreached(draft.session, draft.election.uuid),
        draft.electors,
        needed=False,
        optional=True,
    )


LINES = (_undelivered,)
"""The line of the checklist that the outbox knows; registry and post know nothing of each other."""
