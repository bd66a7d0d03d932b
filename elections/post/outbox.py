"""The outbox: what waits to be sent, and what became of each message (U2).

A message is queued in the transaction of its reason, so that neither is there without the other, and sent outside of
any transaction, since a slow mail server must not hold the registry. Before it goes it is marked `sending`, in the
transaction that notes the one before it. So of a process that dies one message at most is in doubt: sent again where
that harms nobody, else `uncertain` until somebody of the office decides (ADR 0025). Once a message is gone its text is
erased: it may hold a one-time code. The row of such a code goes too, a day later: it tells when somebody signed in.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import ForeignKeyConstraint, Index, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from elections.post.carriers import FAILURES, Verdict, judge
from elections.post.message import Channel, Message, domain_of
from elections.protocol.canonical import hour_text
from elections.storage import RegistryBase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Table
    from sqlalchemy.orm import Session, sessionmaker

    from elections.post.bounces import Bounce
    from elections.post.carriers import Carrier

SLICE = 200
"""Messages of one round."""
SECONDS = 5.0
"""And how long it may last, but for the message that is on its way then."""
MOST_FAILURES = 20
"""After so many failures, about ten hours, a message is given up; it stays in the table for the office to see."""
DOWN = "down"
"""The answer of a server that gave none."""

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
_KEPT = timedelta(days=1)
"""How long the row of a one-time code stays, for a report that it came back."""
_REPEATED = ("one-time-code",)
"""Messages to electors that may come twice: the second one says the same, and the first is waited for."""


class State(StrEnum):
    """What became of a message. `sent` means that our mail server has taken it; whether it was read nobody measures."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    BOUNCED = "bounced"
    UNCERTAIN = "uncertain"


class Outbox(RegistryBase):
    """A message, until and after it was sent; without its text it is the ledger's line on an elector."""

    __tablename__ = "outbox"
    __table_args__ = (
        # Who leaves the roll takes her messages along, sent or not.
        ForeignKeyConstraint(
            ["election_uuid", "number"], ["elector.election_uuid", "elector.number"], ondelete="CASCADE"
        ),
        Index("outbox_next", "state", "rank", "id"),
        Index("outbox_elector", "election_uuid", "number", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    """What it is about, such as `one-time-code`."""
    channel: Mapped[Channel] = mapped_column(String(4), default="mail", server_default="mail")
    election_uuid: Mapped[str | None] = mapped_column(String(64))
    number: Mapped[int | None]
    """The elector it is for, if it is for one."""
    recipient: Mapped[str]
    domain: Mapped[str] = mapped_column(String(253), default="")
    subject: Mapped[str]
    body: Mapped[str]
    rank: Mapped[int] = mapped_column(default=1)
    """Whose turn it is: 0 for what somebody waits for, 1 for the rest."""
    state: Mapped[str] = mapped_column(String(9), default=State.WAITING, server_default="waiting")
    token: Mapped[str] = mapped_column(String(32), default="")
    due: Mapped[str | None] = mapped_column(String(20))
    """Not to be tried again before this hour; all hours are as records write them."""
    tried_at: Mapped[str | None] = mapped_column(String(20))
    failing_since: Mapped[str | None] = mapped_column(String(20))
    sent_at: Mapped[str | None] = mapped_column(String(20))
    bounced_at: Mapped[str | None] = mapped_column(String(20))
    failures: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str] = mapped_column(String(40), default="")
    """The figures of the server's last answer that was no success, such as `550 5.1.1`; its text may quote anything."""


class Round(NamedTuple):
    """What one round of sending did; `more` says that it ended before the messages did."""

    sent: int = 0
    failed: int = 0
    more: bool = False


def queue(session: Session, message: Message) -> int:
    """Put a message into the outbox, in the transaction of its reason; its id."""
    row = Outbox(**_values(message))
    session.add(row)
    session.flush()
    return row.id


def queue_all(session: Session, messages: Sequence[Message]) -> int:
    """Put many at once, all or none; how many."""
    if messages:
        # By the table and not by the class: that takes half the time, and the registry is locked meanwhile.
        session.execute(insert(cast("Table", Outbox.__table__)), [_values(message) for message in messages])
    return len(messages)


def _values(message: Message) -> dict[str, Any]:
    names = ("kind", "channel", "recipient", "subject", "body", "number")
    return {
        **{name: getattr(message, name) for name in names},
        "election_uuid": message.election,
        "domain": domain_of(message.recipient) if message.channel == "mail" else "",
        "rank": 0 if _urgent(message.kind, message.number) else 1,
        "token": secrets.token_hex(16),
    }


def _urgent(kind: str, number: int | None) -> bool:
    """One-time codes, and whatever goes to somebody with an account."""
    return kind == "one-time-code" or number is None


def deliver(
    registry: sessionmaker[Session], carrier: Carrier, now: datetime, *, most: int = SLICE, seconds: float = SECONDS
) -> Round:
    """Send what waits, the urgent first, for a bounded time. Nobody else may do so meanwhile.

    A channel whose server cannot be reached is left until the next round: each message would wait for it as long as
    the first.
    """
    until = monotonic() + seconds
    sent = failed = 0
    down: set[Channel] = set()
    more = False
    try:
        with registry.begin() as session:
            _settle(session, now)
            message = _take(session, now, down)
        while message is not None:
            verdict = _try(carrier, message)
            sent, failed = (sent + 1, failed) if verdict is None else (sent, failed + 1)
            if verdict is not None and verdict.down:
                down.add(message.channel)
            more = sent + failed >= most or monotonic() >= until
            with registry.begin() as session:
                _note(session, message, verdict, now)
                message = None if more else _take(session, now, down)
    finally:
        carrier.close()
    return Round(sent, failed, more)


def _try(carrier: Carrier, message: Message) -> Verdict | None:
    """Send one message; None if it was taken."""
    try:
        carrier.send(message)
    except FAILURES as error:
        return judge(error)
    return None


def _settle(session: Session, now: datetime) -> None:
    """What was on its way when a process died: again, if that harms nobody, else in doubt."""
    for row in session.scalars(select(Outbox).where(Outbox.state == State.SENDING)):
        _doubt(row, now)


def _doubt(row: Outbox, now: datetime) -> None:
    if row.kind in _REPEATED or row.number is None:
        _later(row, now, "")
    else:
        row.state, row.body = State.UNCERTAIN, ""


def _take(session: Session, now: datetime, down: set[Channel]) -> Message | None:
    """The next message, marked as on its way before it is."""
    row = session.scalars(
        select(Outbox)
        .where(
            Outbox.state == State.WAITING,
            Outbox.due.is_(None) | (Outbox.due <= hour_text(now)),
            Outbox.channel.not_in(down),
        )
        .order_by(Outbox.rank, Outbox.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    row.state, row.tried_at = State.SENDING, hour_text(now)
    return Message(
        row.kind, row.recipient, row.subject, row.body, row.id, row.channel, row.election_uuid, row.number, row.token
    )


def _note(session: Session, message: Message, verdict: Verdict | None, now: datetime) -> None:
    """What became of a message."""
    row = session.get(Outbox, message.id)
    if row is None:
        # Its elector left the roll while it was on its way.
        return
    if verdict is None:
        row.state, row.sent_at, row.body, row.failing_since = State.SENT, hour_text(now), "", None
    elif verdict.unknown:
        row.answer = DOWN
        _doubt(row, now)
    elif verdict.for_good:
        row.state, row.body, row.failures = State.REFUSED, "", row.failures + 1
        row.answer = verdict.answer
    else:
        _later(row, now, DOWN if verdict.down else verdict.answer)


def _later(row: Outbox, now: datetime, answer: str) -> None:
    """Try again, later each time; give up in the end."""
    row.failures, row.answer = row.failures + 1, answer
    row.failing_since = row.failing_since or hour_text(now)
    if row.failures >= MOST_FAILURES:
        row.state, row.body = State.REFUSED, ""
        return
    wait = min(_FIRST_WAIT * 2 ** (row.failures - 1), _LONGEST_WAIT)
    row.state, row.due = State.WAITING, hour_text(now + wait)


def note_bounce(session: Session, bounce: Bounce, election_uuid: str, now: datetime) -> bool:
    """Mark the message that came back, if it is one of this election's that really went; whether it was."""
    row = session.get(Outbox, bounce.id)
    if row is None or row.election_uuid != election_uuid or not hmac.compare_digest(row.token, bounce.token):
        return False
    marked = session.execute(
        update(Outbox)
        .where(Outbox.id == row.id, Outbox.state.in_((State.SENT, State.UNCERTAIN)))
        .values(state=State.BOUNCED, bounced_at=hour_text(now), answer=bounce.status)
    )
    return bool(marked.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it


def sweep(session: Session, now: datetime) -> None:
    """Forget one-time codes that went, or were given up, a day ago: nobody needs to know who asked for one and when."""
    over = Outbox.state.not_in((State.WAITING, State.SENDING)), Outbox.tried_at <= hour_text(now - _KEPT)
    session.execute(delete(Outbox).where(Outbox.kind == _REPEATED[0], *over))
