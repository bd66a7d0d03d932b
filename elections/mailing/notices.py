"""The notice of the vote: queued for everybody who has not had it, in one transaction, and looked at before.

An elector has had it when a message went, or waits, for the address that the roll has now. So asking twice sends
nothing twice, and a changed address or a new elector is owed a notice without anybody keeping a list.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import and_, func, select

from elections.mailing import texts
from elections.post import Message, Outbox, State, queue_all
from elections.protocol.errors import ProtocolError
from elections.registry import elections, journal
from elections.registry.tables import Contest, Elector, Entitlement
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.config import Config
    from elections.registry.journal import Actor
    from elections.registry.tables import Election

Which = Literal["owed", "failed"]
"""Those who have not had the notice, or those to whom it did not come: refused, sent back, or in doubt."""

KIND = "notice"
_TIMELY = (Phase.DRAFT, Phase.SEALED, Phase.OPEN, Phase.SUSPENDED)
_FAILED = (State.REFUSED, State.BOUNCED, State.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as one elector will get it, and how many will get theirs."""

    recipient: str
    subject: str
    body: str
    electors: int


def writable(election: Election) -> bool:
    """Whether a notice still makes sense: not once the vote is over everywhere."""
    return any(contest.phase in _TIMELY for contest in election.contests)


def owed(session: Session, election_uuid: str, which: Which = "owed") -> list[Elector]:
    """Who is to be written to, by number."""
    mine = and_(
        Outbox.election_uuid == Elector.election_uuid,
        Outbox.number == Elector.number,
        Outbox.kind == KIND,
        Outbox.recipient == Elector.email,
    )
    query = select(Elector).where(Elector.election_uuid == election_uuid).order_by(Elector.number)
    if which == "owed":
        return list(session.scalars(query.where(~select(Outbox.id).where(mine).exists())))
    latest = select(func.max(Outbox.id)).where(mine).correlate(Elector).scalar_subquery()
    return list(session.scalars(query.join(Outbox, Outbox.id == latest).where(Outbox.state.in_(_FAILED))))


def preview(session: Session, election_uuid: str, which: Which, config: Config) -> Letter:
    """The very message of the first elector; refused where nobody is to be written to (`mailing.nobody`)."""
    messages = _messages(session, election_uuid, which, config, 1)
    return Letter(
        messages[0].recipient, messages[0].subject, messages[0].body, len(owed(session, election_uuid, which))
    )


def announce(session: Session, election_uuid: str, which: Which, config: Config, actor: Actor, now: datetime) -> int:
    """Queue the notices, all or none; how many. The journal says that, and to nobody in particular.

    Refused: nobody to write to (`mailing.nobody`), a vote that is over (`mailing.over`).
    """
    count = queue_all(session, _messages(session, election_uuid, which, config))
    journal.append(
        session, election_uuid, "notices", actor, now, details={"electors": count, "repeated": which == "failed"}
    )
    return count


def _messages(
    session: Session, election_uuid: str, which: Which, config: Config, most: int | None = None
) -> list[Message]:
    election = elections.find(session, election_uuid)
    if not writable(election):
        raise ProtocolError("mailing.over")
    electors = owed(session, election_uuid, which)[:most]
    if not electors:
        raise ProtocolError("mailing.nobody")
    contests = _contests(session, election_uuid)
    notice = texts.Notice(election, config)
    return [
        Message(
            KIND, elector.email, *notice.text(elector, contests[elector.number]), election=election.uuid,
            number=elector.number,
        )
        for elector in electors
    ]  # fmt: skip


def _contests(session: Session, election_uuid: str) -> dict[int, list[Contest]]:
    """The contests of every elector, in one query for ten thousand of them."""
    query = (
        select(Entitlement.number, Contest)
        .join(Contest, Contest.uuid == Entitlement.contest_uuid)
        .where(Entitlement.election_uuid == election_uuid)
        .order_by(Contest.position)
    )
    found: dict[int, list[Contest]] = defaultdict(list)
    for number, contest in session.execute(query):
        found[number].append(contest)
    return found
