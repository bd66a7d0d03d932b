"""Accounts of the office, the board, the delegates and the supervision; electors have none, they are on the roll."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from elections.protocol.canonical import string
from elections.protocol.errors import ProtocolError
from elections.registry import hashes, journal
from elections.registry.journal import Actor
from elections.registry.tables import Account
from elections.rules.phases import Role

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

SHORTEST_PASSWORD = 12
_LONGEST_PASSWORD = 1_000
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Somebody who is given an account; without an election it is for all of them."""

    login: str
    name: str
    email: str
    role: Role
    password: str = field(repr=False)
    number: int = 1
    election_uuid: str | None = None


def create(session: Session, new: NewAccount, actor: Actor, now: datetime) -> Account:
    """Open an account; in the journal of its election, if it has one, stand role and number.

    Refused: a login that is malformed or taken (`registry.login`), a role nobody can have, a short password.
    """
    login = fold(new.login)
    if not _LOGIN.fullmatch(login) or by_login(session, login) is not None:
        raise ProtocolError("registry.login", login=login[:40])
    if new.role is Role.CLOCK:
        raise ProtocolError("registry.role", role=new.role.value)
    account = Account(
        login=login,
        name=string(new.name, "name", r"[^\x00-\x1f]{1,200}"),
        email=string(new.email, "email", r"[^\s@]+@[^\s@]+"),
        role=new.role.value,
        number=new.number,
        election_uuid=new.election_uuid,
        password=hashes.make(_checked(new.password), hashes.PASSWORD),
    )
    session.add(account)
    session.flush()
    if new.election_uuid is not None:
        details = {"number": new.number, "role": new.role.value}
        journal.append(session, new.election_uuid, "account", actor, now, details=details)
    return account


def set_password(session: Session, login: str, password: str) -> None:
    """Give an account another password; its sessions are for the caller to end (`sessions.end_all`)."""
    account = by_login(session, login)
    if account is None:
        raise ProtocolError("registry.login", login=login[:40])
    account.password = hashes.make(_checked(password), hashes.PASSWORD)


def by_login(session: Session, login: str) -> Account | None:
    """The account of that login, in whatever case it is typed; None where there is none."""
    return session.get(Account, fold(login))


def everyone(session: Session, election_uuid: str) -> list[Account]:
    """All accounts that may act in an election."""
    query = select(Account).where(Account.election_uuid.in_([election_uuid]) | Account.election_uuid.is_(None))
    return list(session.scalars(query.order_by(Account.role, Account.number, Account.login)))


def actor_of(account: Account) -> Actor:
    """As whom this account stands in the journal."""
    return Actor(Role(account.role), account.number)


def fold(login: str) -> str:
    """The one spelling of a login."""
    return login.strip().lower()


def _checked(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise ProtocolError("registry.password", least=SHORTEST_PASSWORD)
    return password
