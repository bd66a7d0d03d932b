"""The ledger: for each elector of an election what became of the last message of a kind (U2).

Nothing tells whether a message was read: that would need a tracker in it, and there is none. Of one-time codes only
those stand here that do not arrive: the others would tell who signed in and when, and how many do, which the office is
not to know while the vote goes on (R. 211-524).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Select, and_, func, or_, select

from elections.mailing.reached import unreached
from elections.post import Outbox, State
from elections.registry.tables import Contest, Elector, Entitlement
from elections.rules.eligibility import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

Query = TypeVar("Query", bound="Select[Any, Any]")

_CODE = "one-time-code"
KINDS = ("notice", _CODE)
"""Kinds of messages that electors get."""
NONE = "none"
"""The state of who was never sent a message of the kind."""
UNREACHED = "unreached"
"""No state of a message: whom no channel reaches, whatever the kind."""

_SORTS: dict[str, Any] = {
    "identifier": (Elector.identifier,),
    "name": (Elector.last_name, Elector.first_name, Elector.identifier),
    "state": (func.coalesce(Outbox.state, ""), Elector.identifier),
    "domain": (Outbox.domain, Elector.identifier),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines: of a kind and, where given, in a state, a mail domain, a contest, with a text in the name."""

    kind: str = KINDS[0]
    state: str = ""
    domain: str = ""
    contest: str = ""
    text: str = ""
    sort: str = "identifier"


@dataclass(frozen=True, slots=True)
class Line:
    """An elector and her last message of the kind; hours are as records write them."""

    number: int
    identifier: str
    name: str
    college: str
    recipient: str
    channel: str
    state: str
    at: str | None
    answer: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the messages of a kind are: electors by state, and those who were sent none."""

    states: Mapping[str, int]
    total: int

    @property
    def done(self) -> int:
        """Electors whose message our mail server has taken."""
        return self.states.get(State.SENT, 0)


def progress(session: Session, election_uuid: str, kind: str = KINDS[0]) -> Progress:
    """How many electors are in each state."""
    query = select(func.coalesce(Outbox.state, NONE), func.count()).select_from(Elector)
    query = _joined(query, election_uuid, kind).group_by(Outbox.state)
    counts: dict[str, int] = dict(session.execute(query).all())
    return Progress(counts, sum(counts.values()))


def lines(
    session: Session, election_uuid: str, wanted: Filter, offset: int, most: int | None
) -> tuple[list[Line], int]:
    """A page of the ledger, and how many lines there are in all."""
    query = _joined(select(Elector, Outbox).select_from(Elector), election_uuid, wanted.kind)
    if wanted.state == NONE:
        query = query.where(Outbox.id.is_(None))
    elif wanted.state == UNREACHED:
        query = query.where(unreached())
    elif wanted.state:
        query = query.where(Outbox.state == wanted.state)
    if wanted.domain:
        query = query.where(Outbox.domain == wanted.domain)
    if wanted.contest:
        here = select(Entitlement.number).where(Entitlement.contest_uuid == wanted.contest)
        query = query.where(Elector.number.in_(here))
    if wanted.text:
        # Databases do not fold accents as people do.
        electors = session.scalars(select(Elector).where(Elector.election_uuid == election_uuid))
        query = query.where(Elector.number.in_([one.number for one in electors if _matches(one, wanted.text)]))
    count = session.scalar(select(func.count()).select_from(query.with_only_columns(Elector.number).subquery())) or 0
    ordered = query.order_by(*_SORTS.get(wanted.sort, _SORTS["identifier"])).offset(offset)
    rows = session.execute(ordered if most is None else ordered.limit(most))
    colleges = _colleges(session, election_uuid)
    return [_line(elector, message, colleges.get(elector.number, "")) for elector, message in rows], count


def domains(session: Session, election_uuid: str) -> list[str]:
    """Every mail domain to which a message of the election went or is to go."""
    query = select(Outbox.domain).where(Outbox.election_uuid == election_uuid, Outbox.domain != "").distinct()
    return sorted(session.scalars(query))


def _joined(query: Query, election_uuid: str, kind: str) -> Query:
    """The electors with the last message of the kind to each."""
    last = (
        select(func.max(Outbox.id))
        .where(Outbox.election_uuid == election_uuid, Outbox.kind == kind)
        .group_by(Outbox.number)
        .correlate(None)
    )
    mine = and_(
        Outbox.election_uuid == Elector.election_uuid,
        Outbox.number == Elector.number,
        Outbox.kind == kind,
        # A sum is no column: the list is looked into, never gone through for each elector.
        (Outbox.id + 0).in_(last),
    )
    if kind == _CODE:
        waits = and_(Outbox.state == State.WAITING, Outbox.failures > 0)
        mine = and_(mine, or_(waits, Outbox.state.in_((State.REFUSED, State.BOUNCED, State.UNCERTAIN))))
    return query.outerjoin(Outbox, mine).where(Elector.election_uuid == election_uuid)


def _matches(elector: Elector, text: str) -> bool:
    """Whether identifier or name holds the text, without regard to case and accents."""
    return plain(text) in plain(f"{elector.identifier} {elector.first_name} {elector.last_name}")


def _colleges(session: Session, election_uuid: str) -> dict[int, str]:
    query = (
        select(Entitlement.number, Contest.college)
        .join(Contest, Contest.uuid == Entitlement.contest_uuid)
        .where(Entitlement.election_uuid == election_uuid)
        .order_by(Contest.position.desc())
    )
    return dict(session.execute(query).all())


def _line(elector: Elector, message: Outbox | None, college: str) -> Line:
    name = f"{elector.last_name} {elector.first_name}"
    if message is None:
        return Line(elector.number, elector.identifier, name, college, elector.email, "mail", NONE, None, "")
    at = message.bounced_at or message.sent_at or message.tried_at
    return Line(
        elector.number, elector.identifier, name, college, message.recipient, message.channel, message.state, at,
        message.answer,
    )  # fmt: skip
