"""Accounts of the office, the board, the delegates and the supervision; electors have none, they are on the roll."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from elections.protocol.canonical import string
from elections.protocol.errors import ProtocolError
from elections.registry import hashes, journal
from elections.registry.account_tables import Invitation
from elections.registry.journal import Actor
from elections.registry.tables import Account, Contest
from elections.rules.phases import Phase, Role

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json

SHORTEST_PASSWORD = 12
REPLACED = (Role.SECRETARY, Role.DELEGATE)
"""Whom a substitute may replace (R. 211-536, R. 211-538); the president is replaced by the secretary."""
ALONE = (Role.PRESIDENT, Role.SECRETARY)
"""Of whom a board has one: another one, whom the office invites, could give the board's half of what takes two."""
_LONGEST_PASSWORD = 1_000
NAME = r"[^\x00-\x1f]{1,200}"
EMAIL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
"""As the roll has them: any other would break the program that writes the head of a mail."""
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
    substitute: bool = False
    excused: bool = False


def create(session: Session, new: NewAccount, actor: Actor, now: datetime) -> Account:
    """Open an account; in the journal of its election, if it has one, stand role and number.

    Refused: a login that is malformed or taken (`registry.login`), a role nobody can have, a short password.
    """
    login = free(session, new.login)
    check_role(new.role, new.number, substitute=new.substitute)
    account = Account(
        login=login,
        name=string(new.name, "name", NAME),
        email=string(new.email, "email", EMAIL),
        role=new.role.value,
        number=new.number,
        election_uuid=new.election_uuid,
        password=hashes.make(_checked(new.password), hashes.PASSWORD),
        substitute=new.substitute,
        excused=new.excused,
    )
    session.add(account)
    session.flush()
    if new.election_uuid is not None:
        journal.append(session, new.election_uuid, "account", actor, now, details=told(account))
    return account


def free(session: Session, login: str) -> str:
    """A login in its one spelling, refused (`registry.login`) if malformed, somebody's, or promised to a guest."""
    login = fold(login)
    promised = select(Invitation.id).where(Invitation.login == login).limit(1)
    if not _LOGIN.fullmatch(login) or by_login(session, login) is not None or session.scalar(promised) is not None:
        raise ProtocolError("registry.login", login=login[:40])
    return login


def check_role(role: Role, number: int = 1, *, substitute: bool = False) -> None:
    """Refuse a role that nobody can have, a second president or secretary, and a substitute of whom none replaces."""
    if role is Role.CLOCK:
        raise ProtocolError("registry.role", role=role.value)
    if substitute and role not in REPLACED:
        raise ProtocolError("accounts.substitute", role=role.value)
    if role in ALONE and number != 1:
        raise ProtocolError("accounts.alone", role=role.value)


def told(person: Account | Invitation) -> dict[str, Json]:
    """What the journal tells of an account: role and which one of that role, and whether it is a substitute's."""
    details: dict[str, Json] = {"number": person.number, "role": person.role}
    return {**details, "substitute": True} if person.substitute else details


def note(session: Session, person: Account | Invitation, act: str, actor: Actor, now: datetime) -> None:
    """Write into the journal what was done to an account: of all elections, in that of each that is under way."""
    over = (Phase.PROCLAIMED, Phase.ARCHIVED, Phase.STOPPED)
    live = select(Contest.election_uuid).where(Contest.phase.not_in(over)).distinct()
    concerned = sorted(session.scalars(live)) if person.election_uuid is None else [person.election_uuid]
    for uuid in concerned:
        journal.append(session, uuid, act, actor, now, details=told(person))


def within(table: type[Account | Invitation], election_uuid: str | None) -> list[ColumnElement[bool]]:
    """What is of an election or of all; None is the latter, and meets everybody."""
    if election_uuid is None:
        return []
    return [table.election_uuid.in_([election_uuid]) | table.election_uuid.is_(None)]


def set_password(session: Session, login: str, password: str) -> None:
    """Give an account another password; its sessions are for the caller to end (`sessions.end_all`)."""
    account = by_login(session, login)
    if account is None:
        raise ProtocolError("registry.login", login=login[:40])
    account.password = hashes.make(_checked(password), hashes.PASSWORD)


def by_login(session: Session, login: str) -> Account | None:
    """The account of that login, in whatever case it is typed; None where there is none."""
    return session.get(Account, fold(login))


def everyone(session: Session, election_uuid: str | None) -> list[Account]:
    """All accounts that may act in an election, or in any."""
    query = select(Account).where(*within(Account, election_uuid))
    return list(session.scalars(query.order_by(Account.role, Account.number, Account.substitute, Account.login)))


def actor_of(account: Account | Invitation) -> Actor:
    """As whom this account stands in the journal."""
    return Actor(Role(account.role), account.number)


def fold(login: str) -> str:
    """The one spelling of a login."""
    return login.strip().lower()


def _checked(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise ProtocolError("registry.password", least=SHORTEST_PASSWORD)
    return password
