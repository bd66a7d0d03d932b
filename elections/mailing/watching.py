"""What the clock looks at by itself: domains that take nothing, and what a changed roll owes people (R12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from elections.mailing import notices, texts
from elections.post import Message, Outbox, queue, raise_alarms
from elections.registry import codes, elections, journal
from elections.registry.tables import Account
from elections.rules.phases import Phase, Role

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.config import Config
    from elections.registry.tables import Election
    from elections.storage import Store

_OWED = "codes-owed"


def look(store: Store, config: Config, now: datetime) -> None:
    """Tell the office which mail domains are in trouble, and write to whom the roll's last change owes a notice."""
    with store.registry.begin() as session:
        new = raise_alarms(session, now)
        if new:
            _tell(session, "mail-alarm", None, texts.alarm(new, config))
        for election in elections.everything(session):
            if elections.phase(election) is Phase.DRAFT:
                _roll_changed(session, election, config, now)


def _roll_changed(session: Session, election: Election, config: Config, now: datetime) -> None:
    """Notices once they have begun to go out; codes once they were made."""
    begun = select(Outbox.id).where(Outbox.election_uuid == election.uuid, Outbox.kind == notices.KIND).limit(1)
    if session.scalar(begun) is not None and notices.owed(session, election.uuid):
        notices.announce(session, election.uuid, "owed", config, journal.CLOCK, now)
    keyless = codes.keyless(session, election.uuid) if election.code_maker else []
    if keyless:
        subject, body = texts.codes_owed(election, len(keyless), config)
        last = select(Outbox.subject).where(Outbox.election_uuid == election.uuid, Outbox.kind == _OWED)
        # Told once for each number of them, not every minute.
        if session.scalar(last.order_by(Outbox.id.desc()).limit(1)) != subject:
            _tell(session, _OWED, election.uuid, (subject, body))


def _tell(session: Session, kind: str, election_uuid: str | None, text: texts.Text) -> None:
    """Write to every officer."""
    subject, body = text
    addresses = session.scalars(select(Account.email).where(Account.role == Role.OFFICER.value).distinct())
    for address in addresses:
        queue(session, Message(kind, address, subject, body, election=election_uuid))
