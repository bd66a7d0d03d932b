"""Links that open an account, or give one back: mailed once, used once, good for some days.

The link holds 32 random bytes, the table their digest: who reads the table opens nothing. To look at the page of a
link does not use it, for mail programs look before people do. Whoever has the link chooses a password, and the login
where the office left it open; a second factor is enrolled right after, as at any first sign-in.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from elections.protocol.canonical import string
from elections.protocol.errors import ProtocolError
from elections.registry import accounts
from elections.registry.account_tables import Invitation
from elections.registry.accounts import EMAIL, NAME, NewAccount
from elections.registry.tables import Account
from elections.rules.phases import Role

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor

LIFE = timedelta(days=7)
_BYTES = 32
_MOST_OF_A_ROLE = 100


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is invited, and as what she will act; without an election in all of them, without a login she chooses it."""

    name: str
    email: str
    role: Role
    number: int = 1
    substitute: bool = False
    election_uuid: str | None = None
    login: str | None = None


def invite(session: Session, guest: Guest, actor: Actor, now: datetime) -> tuple[Invitation, str]:
    """Invite somebody; the invitation, and what her link must hold, 43 characters.

    Refused as `check_place` says.
    """
    accounts.check_role(guest.role, guest.number, substitute=guest.substitute)
    if not 1 <= guest.number <= _MOST_OF_A_ROLE:
        raise ProtocolError("accounts.number", most=_MOST_OF_A_ROLE)
    login = accounts.free(session, guest.login) if guest.login else None
    check_place(session, guest)
    invitation = Invitation(
        login=login,
        recovers=False,
        name=string(guest.name, "name", NAME),
        email=string(guest.email, "email", EMAIL),
        role=guest.role.value,
        number=guest.number,
        substitute=guest.substitute,
        election_uuid=guest.election_uuid,
    )
    accounts.note(session, invitation, "invitation", actor, now)
    return invitation, _link(session, invitation, now)


def give_back(session: Session, account: Account, now: datetime) -> tuple[Invitation, str]:
    """A link by which its owner comes back into an account; earlier ones are void."""
    session.execute(delete(Invitation).where(Invitation.login == account.login, Invitation.recovers))
    invitation = Invitation(
        login=account.login,
        recovers=True,
        name=account.name,
        email=account.email,
        role=account.role,
        number=account.number,
        substitute=account.substitute,
        election_uuid=account.election_uuid,
    )
    return invitation, _link(session, invitation, now)


def renew(session: Session, invitation_id: int, actor: Actor, now: datetime) -> tuple[Invitation, str]:
    """Another link in place of the one that was sent, which is void."""
    invitation = find(session, invitation_id)
    accounts.note(session, invitation, "invitation", actor, now)
    return invitation, _link(session, invitation, now)


def withdraw(session: Session, invitation_id: int, actor: Actor, now: datetime) -> None:
    """Take an invitation back; its link opens nothing any more."""
    invitation = find(session, invitation_id)
    accounts.note(session, invitation, "invitation-withdrawn", actor, now)
    session.delete(invitation)
    session.flush()


def find(session: Session, invitation_id: int) -> Invitation:
    """An invitation that waits; what gives an account back is none, two people have agreed on it (recovery)."""
    found = session.get(Invitation, invitation_id, with_for_update=True)
    if found is None or found.recovers:
        raise ProtocolError("accounts.invitation")
    return found


def waiting(session: Session, election_uuid: str | None) -> list[Invitation]:
    """Invitations to an election, or all, that nobody has used yet; those whose time is over among them."""
    query = select(Invitation).where(~Invitation.recovers, *accounts.within(Invitation, election_uuid))
    return list(session.scalars(query.order_by(Invitation.role, Invitation.number, Invitation.id)))


def open_link(session: Session, token: str, now: datetime) -> Invitation:
    """The invitation of a link; refused (`accounts.link`) if it is unknown, used, withdrawn or over. Only reads."""
    found = session.scalar(select(Invitation).where(Invitation.digest == _digest(token)))
    if found is None or now >= found.expires:
        raise ProtocolError("accounts.link")
    return found


def accept(session: Session, token: str, login: str, password: str, now: datetime) -> Account:
    """Use a link: the account is opened, or gets the new password. `login` counts where the office left it open."""
    invitation = open_link(session, token, now)
    used = session.execute(delete(Invitation).where(Invitation.id == invitation.id).returning(Invitation.id))
    if used.scalar() is None:
        # Somebody was quicker with the same link.
        raise ProtocolError("accounts.link")
    if invitation.recovers:
        accounts.set_password(session, invitation.login or "", password)
        return session.get_one(Account, invitation.login)
    new = NewAccount(
        login=invitation.login or login,
        name=invitation.name,
        email=invitation.email,
        role=Role(invitation.role),
        password=password,
        number=invitation.number,
        election_uuid=invitation.election_uuid,
        substitute=invitation.substitute,
    )
    account = accounts.create(session, new, accounts.actor_of(invitation), now)
    session.flush()
    return account


def check_place(session: Session, guest: Guest | NewAccount) -> None:
    """Refuse to confuse two people, and to take one for two, among those who act or were invited to.

    The journal names role and number only, so nobody has those of somebody else (`accounts.taken`); and what takes two
    people is not done by one with two logins, so one mailbox has one role and number (`accounts.mailbox`).
    """
    for table in (Account, Invitation):
        taken = select(table).where(
            table.role == guest.role.value,
            table.number == guest.number,
            table.substitute == guest.substitute,
            *accounts.within(table, guest.election_uuid),
        )
        if table is Invitation:
            taken = taken.where(~Invitation.recovers)
        if session.scalar(taken.limit(1)) is not None:
            raise ProtocolError("accounts.taken", role=guest.role.value, number=guest.number)
    for table in (Account, Invitation):
        same = func.lower(table.email) == guest.email.lower(), *accounts.within(table, guest.election_uuid)
        others = select(table).where((table.role != guest.role.value) | (table.number != guest.number), *same)
        if session.scalar(others.limit(1)) is not None:
            raise ProtocolError("accounts.mailbox")


def _link(session: Session, invitation: Invitation, now: datetime) -> str:
    token = secrets.token_urlsafe(_BYTES)
    invitation.digest, invitation.expires = _digest(token), now + LIFE
    session.add(invitation)
    session.flush()
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
