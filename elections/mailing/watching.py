"""What the clock looks at by itself: domains that take nothing, and what a changed roll owes people (R12)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import select

from elections.mailing import notices, texts
from elections.post import Message, Outbox, queue, raise_alarms
from elections.protocol.canonical import encode, hour_text, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.registry import codes, elections, journal, reissues
from elections.registry.tables import Account
from elections.rules.phases import Phase, Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.config import Config
    from elections.registry.tables import Election
    from elections.storage import Store

_OWED, _ASKED, _AGREED = "codes-owed", "codes-asked", "codes-agreed"


def look(store: Store, config: Config, now: datetime) -> None:
    """Tell office and board what waits for them, and write to whom the roll's last change owes a notice."""
    with store.registry.begin() as session:
        new = raise_alarms(session, now)
        if new:
            _tell(session, "mail-alarm", None, texts.alarm(new, config), (Role.OFFICER,))
        everything = elections.everything(session)
        for election in everything:
            _codes(session, election, config)
        drafts = [each.uuid for each in everything if elections.phase(each) is Phase.DRAFT]
        behind = [uuid for uuid in drafts if _announced(session, uuid) and notices.owed(session, uuid)]
    for uuid in behind:
        # Somebody of the office may have been quicker, and nobody is left to write to.
        with suppress(ProtocolError):
            notices.announce(store, uuid, "owed", config, journal.CLOCK, now)


def _announced(session: Session, election_uuid: str) -> bool:
    """Whether notices have begun to go out."""
    begun = select(Outbox.id).where(Outbox.election_uuid == election_uuid, Outbox.kind == notices.KIND).limit(1)
    return session.scalar(begun) is not None


def _codes(session: Session, election: Election, config: Config) -> None:
    """What codes wait for: the board, to agree to a new one; the office, to have them made, unless the site does."""
    # Whose code is lost twice is asked for twice: the hour tells the one from the other.
    waiting = [(row, f"{row.number} {hour_text(row.asked_at)}") for row, _ in reissues.waiting(session, election.uuid)]
    asked = [which for row, which in waiting if row.board_role is None]
    _tell_once(session, _ASKED, election, asked, texts.agreement_owed, config, (Role.PRESIDENT, Role.SECRETARY))
    if election.code_maker != "elsewhere":
        return
    if elections.phase(election) is Phase.DRAFT:
        keyless = [str(number) for number in codes.keyless(session, election.uuid)]
        _tell_once(session, _OWED, election, keyless, texts.codes_owed, config, (Role.OFFICER,))
    agreed = [which for row, which in waiting if row.board_role is not None]
    _tell_once(session, _AGREED, election, agreed, texts.codes_agreed, config, (Role.OFFICER,))


def _tell_once(
    session: Session,
    kind: str,
    election: Election,
    what: list[str],
    write: Callable[[Election, int, Config], texts.Text],
    config: Config,
    roles: tuple[Role, ...],
) -> None:
    """Tell of these electors, by their count, unless it was told of the very same before."""
    if not what:
        return
    kind = f"{kind}-{sha256_hex(encode(what))[:12]}"
    told = select(Outbox.id).where(Outbox.election_uuid == election.uuid, Outbox.kind == kind).limit(1)
    if session.scalar(told) is None:
        _tell(session, kind, election.uuid, write(election, len(what), config), roles)


def _tell(session: Session, kind: str, election_uuid: str | None, text: texts.Text, roles: tuple[Role, ...]) -> None:
    """Write to everybody of these roles who has to do with the election."""
    subject, body = text
    mine = Account.election_uuid.is_(None) | (Account.election_uuid == election_uuid)
    addresses = session.scalars(select(Account.email).where(Account.role.in_(roles), mine).distinct())
    for address in addresses:
        queue(session, Message(kind, address, subject, body, election=election_uuid))
