"""The doors by which people come in: passwords, and one-time codes sent on another channel (R. 211-555).

Whoever comes in does so in two steps, each a transaction of its own: `knock` counts the attempt and must be
committed, then `ask`, `by_code` or `by_password` decides. So an attempt is counted before it is judged, and a
refusal, whose transaction is rolled back, stays counted; a hundred at once are a hundred.

Nobody is ever locked out for good: after some attempts in vain there is a wait, which doubles up to a limit. A
name that nobody has is treated in every way like one that somebody has, with the same rows and the same work;
whether it exists shows in the mail that comes, or does not.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from sqlalchemy import delete

from elections.protocol.errors import ProtocolError
from elections.registry import accounts, hashes, roll, roll_file
from elections.registry.tables import Account, Elector, Knocks, OneTimeCode

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Kind = Literal["elector", "account"]

FREE = 5
"""Attempts before there is a wait."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
CODE_DIGITS = 8


class Door(StrEnum):
    """What is attempted: to get a one-time code, to use it, to use a password."""

    ASK = "ask"
    CODE = "code"
    PASSWORD = "password"  # noqa: S105 - the door's name


@dataclass(frozen=True, slots=True)
class Subject:
    """Who somebody says to be: an elector of an election, or the holder of an account."""

    kind: Kind
    name: str
    election_uuid: str | None = None

    @property
    def key(self) -> str:
        """What the tables know the subject by; the name itself may be of nobody, and is not kept."""
        fold = roll_file.fold if self.kind == "elector" else accounts.fold
        text = f"isoloir|subject|{self.kind}|{self.election_uuid or ''}|{fold(self.name)}"
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Knock:
    """An attempt that was counted; the proof, for the step after it, that it was."""

    subject: Subject
    door: Door


@dataclass(frozen=True, slots=True)
class Delivery:
    """A one-time code for somebody who exists: to be sent in the same transaction, and forgotten."""

    name: str
    email: str
    code: str = field(repr=False)


def knock(session: Session, subject: Subject, door: Door, now: datetime) -> Knock:
    """Count an attempt, or refuse it (`sign-in.wait`, with the seconds to wait); commit before going on."""
    row = session.get(Knocks, (subject.key, door.value), with_for_update=True)
    if row is None:
        row = Knocks(subject=subject.key, door=door.value, count=0, last=now)
        session.add(row)
    if now - row.last >= FORGOTTEN:
        row.count = 0
    # A clock that was set back makes nobody wait longer.
    wait = _wait(row.count) - max(now - row.last, timedelta(0))
    if wait > timedelta(0):
        raise ProtocolError("sign-in.wait", seconds=int(wait.total_seconds()) + 1)
    row.count, row.last = row.count + 1, now
    if door is Door.CODE:
        code = session.get(OneTimeCode, subject.key)
        if code is not None:
            code.tries += 1
    session.flush()
    return Knock(subject, door)


def ask(session: Session, knock: Knock, now: datetime) -> Delivery | None:
    """Make a one-time code, which replaces an earlier one; None where nobody has that name.

    The answer on screen must be the same in both cases.
    """
    _check_door(knock, Door.ASK)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    row = session.get(OneTimeCode, knock.subject.key) or OneTimeCode(subject=knock.subject.key)
    row.hash, row.expires, row.tries = hashes.make(code, hashes.CODE), now + CODE_LIFE, 0
    session.add(row)
    session.flush()
    person = _person(session, knock.subject)
    if person is None:
        return None
    name = person.name if isinstance(person, Account) else f"{person.first_name} {person.last_name}"
    return Delivery(name, person.email, code)


def by_code(session: Session, knock: Knock, typed: str, now: datetime) -> Elector | Account:
    """Who comes in by a one-time code; it is used up. Refused by `sign-in.refused`, whatever the reason."""
    _check_door(knock, Door.CODE)
    row = session.get(OneTimeCode, knock.subject.key)
    usable = row is not None and now < row.expires and row.tries <= CODE_TRIES
    hashes.check("".join(typed.split()), row.hash if row is not None and usable else None, hashes.CODE)
    return _come_in(session, knock)


def by_password(session: Session, knock: Knock, password: str) -> Account:
    """Who comes in by login and password. Refused by `sign-in.refused`, whatever the reason."""
    _check_door(knock, Door.PASSWORD)
    person = _person(session, knock.subject)
    account = person if isinstance(person, Account) else None
    hashes.check(password, account.password if account is not None else None, hashes.PASSWORD)
    found = _come_in(session, knock)
    if not isinstance(found, Account):
        raise ProtocolError("sign-in.refused")
    return found


def sweep(session: Session, now: datetime) -> None:
    """Forget codes that are over and attempts of long ago."""
    session.execute(delete(OneTimeCode).where(OneTimeCode.expires <= now))
    session.execute(delete(Knocks).where(Knocks.last <= now - FORGOTTEN))


def _wait(count: int) -> timedelta:
    if count < FREE:
        return timedelta(0)
    # The exponent is bounded before the power is: attempts may go on for years.
    return min(FIRST_WAIT * (1 << min(count - FREE, 16)), LONGEST_WAIT)


def _check_door(knock: Knock, door: Door) -> None:
    if knock.door is not door:
        raise ProtocolError("sign-in.refused")


def _person(session: Session, subject: Subject) -> Elector | Account | None:
    if subject.kind == "account":
        return accounts.by_login(session, subject.name)
    return roll.by_identifier(session, subject.election_uuid or "", subject.name)


def _come_in(session: Session, knock: Knock) -> Elector | Account:
    person = _person(session, knock.subject)
    if person is None:
        raise ProtocolError("sign-in.refused")
    for table in (OneTimeCode, Knocks):
        session.execute(delete(table).where(table.subject == knock.subject.key))
    return person
