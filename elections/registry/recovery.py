"""An account given back to who has lost the way in, by two people (ADR 0021).

An officer asks, and somebody else agrees: an officer of another number, the president or the secretary. Neither is
the person herself. Then password and second factors are void, her sessions end, and a link goes to the address that
the account has had from the start: the two together can lock somebody out, not take her place.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from elections.protocol.errors import ProtocolError
from elections.registry import accounts, factors, hashes, invitations, sessions
from elections.registry.account_tables import Recovery
from elections.registry.tables import Account
from elections.rules.phases import Role

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.account_tables import Invitation

LIFE = timedelta(days=7)
"""How long a second person may agree."""
AGREEING = (Role.OFFICER, Role.PRESIDENT, Role.SECRETARY)


def ask(session: Session, login: str, by: Account, now: datetime) -> Recovery:
    """The first person asks; asked again by another officer, it is hers to be agreed upon."""
    account = _of(session, login, by)
    if by.role != Role.OFFICER:
        raise ProtocolError("accounts.two-people")
    row = session.get(Recovery, account.login) or Recovery(login=account.login)
    row.asked_by, row.asked_at = by.login, now
    session.add(row)
    session.flush()
    accounts.note(session, account, "recovery", accounts.actor_of(by), now)
    return row


def agree(session: Session, login: str, by: Account, now: datetime) -> tuple[Invitation, str]:
    """The second person agrees: the old way in is closed, and a new one made; the link's invitation and content."""
    account = _of(session, login, by)
    row = session.get(Recovery, account.login, with_for_update=True)
    if row is None or now - row.asked_at >= LIFE:
        raise ProtocolError("accounts.recovery")
    _check_two(session.get_one(Account, row.asked_by), by)
    session.delete(row)
    account.password = hashes.make(secrets.token_urlsafe(32), hashes.PASSWORD)
    factors.clear(session, account.login)
    sessions.end_all(session, account, now)
    accounts.note(session, account, "recovery-agreed", accounts.actor_of(by), now)
    return invitations.give_back(session, account, now)


def refuse(session: Session, login: str, by: Account, now: datetime) -> None:
    """One person is enough to leave everything as it is."""
    account = _of(session, login, by)
    row = session.get(Recovery, account.login)
    if row is None:
        raise ProtocolError("accounts.recovery")
    session.delete(row)
    accounts.note(session, account, "recovery-refused", accounts.actor_of(by), now)


def waiting(session: Session, by: Account, now: datetime) -> list[tuple[Account, Account, Recovery]]:
    """What waits for a second person among the accounts in this one's reach: whose it is, who asked, and when."""
    rows = session.scalars(select(Recovery).where(Recovery.asked_at > now - LIFE).order_by(Recovery.asked_at))
    found = [(session.get_one(Account, row.login), session.get_one(Account, row.asked_by), row) for row in rows]
    return [item for item in found if _reaches(by, item[0])]


def may_agree(asked: Account, by: Account, whose: Account) -> bool:
    """Whether this person would be the second one: what a page offers."""
    try:
        _check_two(asked, by)
    except ProtocolError:
        return False
    return by.login != whose.login


def _of(session: Session, login: str, by: Account) -> Account:
    account = accounts.by_login(session, login)
    if account is None or not _reaches(by, account):
        raise ProtocolError("accounts.unknown")
    if account.login == by.login or account.email.casefold() == by.email.casefold():
        raise ProtocolError("accounts.oneself")
    return account


def _reaches(by: Account, account: Account) -> bool:
    """The board of an election answers for its accounts and, as the office may be one person, for the office's."""
    return by.election_uuid is None or account.election_uuid in (None, by.election_uuid)


def _check_two(first: Account, second: Account) -> None:
    """Refuse one person for two: one login, one mailbox, or what the journal could not tell apart."""
    if (
        second.role not in AGREEING
        or first.login == second.login
        or (first.role, first.number) == (second.role, second.number)
        or first.email.casefold() == second.email.casefold()
    ):
        raise ProtocolError("accounts.two-people")
