"""Which mail domains take none of our messages, minutes after they began (R12).

Two mail domains of a ministry once took no codes for four days, and nobody saw it. What is looked at are the
messages themselves, one-time codes among them; a domain is in trouble when it turned away at least five in the last
ten minutes and no fewer than it took, or when one has been waiting for ten and it took none since.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import String, and_, case, delete, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from elections.post.outbox import DOWN, Outbox, State
from elections.protocol.canonical import hour_text
from elections.storage import RegistryBase

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

WINDOW = timedelta(minutes=10)
LEAST_FAILURES = 5
_TOLD_AGAIN = timedelta(hours=6)

TroubleKind = Literal["refusing", "silent", "server"]


class MailAlarm(RegistryBase):
    """A trouble that the office was told of, so that it is not told every minute; `domain` is empty for the server."""

    __tablename__ = "mail_alarm"

    domain: Mapped[str] = mapped_column(String(253), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    told_at: Mapped[str] = mapped_column(String(20))


@dataclass(frozen=True, slots=True)
class Trouble:
    """A domain that takes nothing, or the mail server itself (`server`, domain empty)."""

    domain: str
    kind: TroubleKind
    accepted: int = 0
    failed: int = 0


def troubles(session: Session, now: datetime) -> list[Trouble]:
    """What is wrong at this hour, by domain, the mail server first."""
    since = hour_text(now - WINDOW)
    failing = and_(Outbox.state == State.WAITING, Outbox.failures > 0, Outbox.answer != DOWN)
    turned = or_(
        and_(failing, Outbox.tried_at >= since),
        and_(Outbox.state == State.REFUSED, Outbox.answer != DOWN, Outbox.tried_at >= since),
        and_(Outbox.state == State.BOUNCED, Outbox.bounced_at >= since),
    )
    taken = and_(Outbox.state == State.SENT, Outbox.sent_at >= since)
    waits = and_(failing, Outbox.failing_since <= since)
    query = (
        select(Outbox.domain, _count(taken), _count(turned), _count(waits))
        .where(Outbox.channel == "mail", Outbox.domain != "")
        .group_by(Outbox.domain)
        .order_by(Outbox.domain)
    )
    found: list[Trouble] = []
    for domain, accepted, failed, waiting in session.execute(query):
        if failed >= LEAST_FAILURES and failed >= accepted:
            found.append(Trouble(domain, "refusing", accepted, failed))
        elif waiting and not accepted:
            found.append(Trouble(domain, "silent", accepted, waiting))
    return [*_server(session, since), *found]


def _server(session: Session, since: str) -> list[Trouble]:
    """Whether the mail server itself has answered nothing for the whole window while messages wait."""
    unanswered = and_(
        Outbox.channel == "mail",
        Outbox.state == State.WAITING,
        Outbox.answer == DOWN,
        Outbox.failing_since <= since,
    )
    waiting = session.scalar(select(func.count()).where(unanswered)) or 0
    taken = session.scalar(select(func.max(Outbox.sent_at)).where(Outbox.channel == "mail")) or ""
    return [Trouble("", "server", 0, waiting)] if waiting and taken < since else []


def raise_alarms(session: Session, now: datetime) -> list[Trouble]:
    """The troubles that the office should be told of now; they count as told. One that is over is forgotten."""
    current = {trouble.domain: trouble for trouble in troubles(session, now)}
    session.execute(delete(MailAlarm).where(MailAlarm.domain.not_in(current)))
    told = {alarm.domain: alarm for alarm in session.scalars(select(MailAlarm))}
    late = hour_text(now - _TOLD_AGAIN)
    new = [trouble for domain, trouble in current.items() if domain not in told or told[domain].told_at <= late]
    for trouble in new:
        session.merge(MailAlarm(domain=trouble.domain, kind=trouble.kind, told_at=hour_text(now)))
    session.flush()
    return new


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
