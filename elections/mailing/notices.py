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
from elections.mailing.texts import Addressee
from elections.post import Message, Outbox, State, queue_all
from elections.protocol.errors import ProtocolError
from elections.registry import elections, journal
from elections.registry.tables import Elector, Entitlement
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.config import Config
    from elections.protocol.canonical import Json
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest, Election
    from elections.storage import Store

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


@dataclass(frozen=True, slots=True)
class _Draft:
    """What notices are written from, once no transaction is open any more."""

    election: str
    electors: list[Addressee]
    contests: dict[int, list[Contest]]
    notice: texts.Notice


def writable(election: Election) -> bool:
    """Whether a notice still makes sense: not once the vote is over everywhere."""
    return any(contest.phase in _TIMELY for contest in election.contests)


def owed(session: Session, election_uuid: str, which: Which = "owed") -> list[Addressee]:
    """Who is to be written to, by number."""
    mine = and_(
        Outbox.election_uuid == Elector.election_uuid,
        Outbox.number == Elector.number,
        Outbox.kind == KIND,
        Outbox.recipient == Elector.email,
    )
    columns = (Elector.number, Elector.email, Elector.identifier, Elector.first_name, Elector.last_name)
    query = select(*columns).where(Elector.election_uuid == election_uuid).order_by(Elector.number)
    if which == "owed":
        query = query.where(~select(Outbox.id).where(mine).exists())
    else:
        latest = select(func.max(Outbox.id)).where(mine).correlate(Elector).scalar_subquery()
        query = query.join(Outbox, Outbox.id == latest).where(Outbox.state.in_(_FAILED))
    return [Addressee(*row) for row in session.execute(query)]


def preview(session: Session, election_uuid: str, which: Which, config: Config) -> Letter:
    """The very message of the first elector; refused where nobody is to be written to (`mailing.nobody`)."""
    draft = _gather(session, election_uuid, which, config)
    (message,) = _write(draft, draft.electors[:1])
    return Letter(message.recipient, message.subject, message.body, len(draft.electors))


def announce(store: Store, election_uuid: str, which: Which, config: Config, actor: Actor, now: datetime) -> int:
    """Queue the notices, all or none; how many. The journal says that, and to nobody in particular.

    They are written outside of any transaction: ten thousand take a second, in which people vote. Who is owed one is
    asked again before they are queued, so that two who announce at once send nothing twice.

    Refused: nobody to write to (`mailing.nobody`), a vote that is over (`mailing.over`).
    """
    with store.registry_reader() as session:
        draft = _gather(session, election_uuid, which, config)
    messages = _write(draft, draft.electors)
    with store.registry.begin() as session:
        _writable(session, election_uuid)
        still = {(elector.number, elector.email) for elector in owed(session, election_uuid, which)}
        count = queue_all(session, [one for one in messages if (one.number, one.recipient) in still])
        if not count:
            raise ProtocolError("mailing.nobody")
        details: dict[str, Json] = {"electors": count, "repeated": which == "failed"}
        journal.append(session, election_uuid, "notices", actor, now, details=details)
    return count


def _writable(session: Session, election_uuid: str) -> Election:
    election = elections.find(session, election_uuid)
    if not writable(election):
        raise ProtocolError("mailing.over")
    return election


def _gather(session: Session, election_uuid: str, which: Which, config: Config) -> _Draft:
    """What the messages are written from; a read, and short."""
    election = _writable(session, election_uuid)
    electors = owed(session, election_uuid, which)
    if not electors:
        raise ProtocolError("mailing.nobody")
    contests = {contest.uuid: contest for contest in election.contests}
    entitled: dict[int, list[str]] = defaultdict(list)
    query = select(Entitlement.number, Entitlement.contest_uuid).where(Entitlement.election_uuid == election_uuid)
    for number, contest in session.execute(query):
        entitled[number].append(contest)
    # In the order of the election, whatever order the rows came in.
    found = {number: [contests[uuid] for uuid in contests if uuid in mine] for number, mine in entitled.items()}
    return _Draft(election_uuid, electors, found, texts.Notice(election, config))


def _write(draft: _Draft, electors: Sequence[Addressee]) -> list[Message]:
    return [
        Message(
            KIND, elector.email, *draft.notice.text(elector, draft.contests.get(elector.number, [])),
            election=draft.election, number=elector.number,
        )
        for elector in electors
    ]  # fmt: skip
