"""What the clock looks at by itself: domains that take nothing, and what a changed roll owes people (R12)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import select

from elections.mailing import notices, texts
from elections.post import Message, Outbox, queue, raise_alarms
from elections.protocol.canonical import encode, sha256_hex
from elections.protocol.errors import ProtocolError
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
        drafts = [each.uuid for each in elections.everything(session) if elections.phase(each) is Phase.DRAFT]
        behind = [uuid for uuid in drafts if _announced(session, uuid) and notices.owed(session, uuid)]
        for uuid in drafts:
            _codes_owed(session, elections.find(session, uuid), config)
    for uuid in behind:
        # Somebody of the office may have been quicker, and nobody is left to write to.
        with suppress(ProtocolError):
            notices.announce(store, uuid, "owed", config, journal.CLOCK, now)


def _announced(session: Session, election_uuid: str) -> bool:
    """Whether notices have begun to go out."""
    begun = select(Outbox.id).where(Outbox.election_uuid == election_uuid, Outbox.kind == notices.KIND).limit(1)
    return session.scalar(begun) is not None


def _codes_owed(session: Session, election: Election, config: Config) -> None:
    """Electors came after the codes were made elsewhere: the office is told, once for each set of them."""
    keyless = codes.keyless(session, election.uuid) if election.code_maker == "elsewhere" else []
    if keyless:
        kind = f"{_OWED}-{sha256_hex(encode(keyless))[:12]}"
        told = select(Outbox.id).where(Outbox.election_uuid == election.uuid, Outbox.kind == kind).limit(1)
        if session.scalar(told) is None:
            _tell(session, kind, election.uuid, texts.codes_owed(election, len(keyless), config))


def _tell(session: Session, kind: str, election_uuid: str | None, text: texts.Text) -> None:
    """Write to every officer."""
    subject, body = text
    addresses = session.scalars(select(Account.email).where(Account.role == Role.OFFICER.value).distinct())
    for address in addresses:
        queue(session, Message(kind, address, subject, body, election=election_uuid))
