"""The doors by which people come in: passwords, and one-time codes sent on another channel (R. 211-555).

Three attempts are counted: to have a code sent, to use a password, and to use the code of a second factor. Each is in
a transaction of its own that must be committed before anything is decided. So a refusal, whose transaction is rolled
back, stays counted; a hundred at once are a hundred. After some there is a wait, which doubles up to a limit.

Whoever knows an elector's name can make attempts under it, so nothing that others do may keep her out (ADR 0019).
The right code opens whatever was tried before: not a wait but its twelve digits stand against guessing. A code lives
three times as long as the longest wait for the next one, and a newer one does not replace it: while somebody else
has codes sent, each of them is hers to use. What can be done under her name is to send her messages, one in five
minutes on each channel.

A name that nobody has is treated in every way like one that somebody has, with the same rows and the same work;
whether it exists shows in the message that comes, or does not.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import delete

from elections.protocol.errors import ProtocolError
from elections.registry import accounts, hashes, roll, roll_file
from elections.registry.tables import Account, Elector, Knocks, OneTimeCode

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Kind = Literal["elector", "account"]
Channel = Literal["mail", "sms"]

FORGOTTEN = timedelta(days=1)
CODE_LIFE = timedelta(minutes=15)
CODE_DIGITS = 12
_GROUP = 4
"""Digits between two spaces of a code as messages show it."""


class Door(StrEnum):
    """What is attempted and counted: to get a one-time code on a channel, to use a password, a second factor."""

    ASK = "ask"
    ASK_SMS = "ask-sms"
    PASSWORD = "password"  # noqa: S105 - the door's name
    FACTOR = "factor"


class Limit(NamedTuple):
    """Attempts before there is a wait, the first wait, and the longest."""

    free: int
    first: timedelta
    longest: timedelta


_ASKING = Limit(1, timedelta(minutes=1), timedelta(minutes=5))
_TRYING = Limit(5, timedelta(seconds=30), timedelta(minutes=15))
LIMITS = {
    Door.ASK: _ASKING,
    Door.ASK_SMS: _ASKING,
    Door.PASSWORD: _TRYING,
    Door.FACTOR: _TRYING,
}


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
class NewCode:
    """A one-time code that was drawn after a knock, and its hash."""

    knock: Knock
    code: str = field(repr=False)
    hash: str


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code as somebody typed it, hashed; whether it opens is for `by_code` to say."""

    subject: Subject
    hash: str


@dataclass(frozen=True, slots=True)
class RightPassword:
    """A password that was typed, found right by the hash that was kept then."""

    knock: Knock
    known: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A one-time code for somebody who exists: to be sent in the same transaction, and forgotten."""

    name: str
    channel: Channel
    address: str
    code: str = field(repr=False)
    number: int | None = None
    """The elector's, None for an account."""


def knock(session: Session, subject: Subject, door: Door, now: datetime) -> Knock:
    """Count an attempt, or refuse it (`sign-in.wait`, with the seconds to wait); commit before going on."""
    row = session.get(Knocks, (subject.key, door.value), with_for_update=True)
    if row is None:
        row = Knocks(subject=subject.key, door=door.value, count=0, last=now)
        session.add(row)
    if now - row.last >= FORGOTTEN:
        row.count = 0
    # A clock that was set back makes nobody wait longer.
    wait = _wait(LIMITS[door], row.count) - max(now - row.last, timedelta(0))
    if wait > timedelta(0):
        raise ProtocolError("sign-in.wait", seconds=int(wait.total_seconds()) + 1)
    row.count, row.last = row.count + 1, now
    session.flush()
    return Knock(subject, door)


def draw(knock: Knock) -> NewCode:
    """A new code, hashed: the work of asking for one, to be done in no transaction."""
    if knock.door not in (Door.ASK, Door.ASK_SMS):
        raise ProtocolError("sign-in.refused")
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    return NewCode(knock, code, _hash(knock.subject, code))


def ask(session: Session, new: NewCode, now: datetime) -> Delivery | None:
    """Keep one more one-time code; None where nobody has that name.

    It goes by SMS where that was asked and the roll has a number, else by mail. The answer on screen must be the
    same in all cases.
    """
    knock, code = new.knock, new.code
    session.add(OneTimeCode(subject=knock.subject.key, hash=new.hash, expires=now + CODE_LIFE))
    session.flush()
    person = _person(session, knock.subject)
    if person is None:
        return None
    shown = " ".join(code[place : place + _GROUP] for place in range(0, CODE_DIGITS, _GROUP))
    if isinstance(person, Account):
        return Delivery(person.name, "mail", person.email, shown)
    name = f"{person.first_name} {person.last_name}"
    if knock.door is Door.ASK_SMS and person.phone is not None:
        return Delivery(name, "sms", person.phone, shown, person.number)
    return Delivery(name, "mail", person.email, shown, person.number)


def read_code(subject: Subject, typed: str) -> TypedCode:
    """What was typed, hashed: the work of an attempt, to be done before a transaction keeps others waiting."""
    return TypedCode(subject, _hash(subject, re.sub(r"\D", "", typed)))


def by_code(session: Session, typed: TypedCode, now: datetime) -> Elector | Account:
    """Who comes in by a one-time code; all of hers are used up. Refused by `sign-in.refused`, whatever the reason."""
    row = session.get(OneTimeCode, (typed.subject.key, typed.hash))
    if row is None or now >= row.expires:
        raise ProtocolError("sign-in.refused")
    return _come_in(session, typed.subject)


def known_password(session: Session, knock: Knock) -> str | None:
    """The hash to which an attempt is compared; None for a name that nobody has."""
    person = _person(session, knock.subject)
    return person.password if isinstance(person, Account) else None


def read_password(knock: Knock, known: str | None, typed: str) -> RightPassword:
    """The work of an attempt, to be done in no transaction: anybody can have it done, and casts would wait.

    Refused by `sign-in.refused`, whatever the reason.
    """
    if knock.door is not Door.PASSWORD:
        raise ProtocolError("sign-in.refused")
    hashes.check(typed, known, hashes.PASSWORD)
    return RightPassword(knock, known)


def by_password(session: Session, right: RightPassword) -> Account:
    """Who comes in by login and password; refused (`sign-in.refused`) if it was changed meanwhile."""
    if known_password(session, right.knock) != right.known:
        raise ProtocolError("sign-in.refused")
    found = _come_in(session, right.knock.subject)
    if not isinstance(found, Account):
        raise ProtocolError("sign-in.refused")
    return found


def forget(session: Session, knock: Knock) -> None:
    """Whoever had the right key waits for nobody's earlier attempts at that door."""
    session.execute(delete(Knocks).where(Knocks.subject == knock.subject.key, Knocks.door == knock.door.value))


def sweep(session: Session, now: datetime) -> None:
    """Forget codes that are over and attempts of long ago."""
    session.execute(delete(OneTimeCode).where(OneTimeCode.expires <= now))
    session.execute(delete(Knocks).where(Knocks.last <= now - FORGOTTEN))


def _wait(limit: Limit, count: int) -> timedelta:
    if count < limit.free:
        return timedelta(0)
    # The exponent is bounded before the power is: attempts may go on for years.
    return min(limit.first * (1 << min(count - limit.free, 16)), limit.longest)


def _hash(subject: Subject, code: str) -> str:
    return hashes.one_time(code, subject.key)


def _person(session: Session, subject: Subject) -> Elector | Account | None:
    if subject.kind == "account":
        return accounts.by_login(session, subject.name)
    return roll.by_identifier(session, subject.election_uuid or "", subject.name)


def _come_in(session: Session, subject: Subject) -> Elector | Account:
    person = _person(session, subject)
    if person is None:
        raise ProtocolError("sign-in.refused")
    session.execute(delete(OneTimeCode).where(OneTimeCode.subject == subject.key))
    # The password does not make attempts at the second factor forgotten: who has the one could try the other for ever.
    session.execute(delete(Knocks).where(Knocks.subject == subject.key, Knocks.door != Door.FACTOR.value))
    return person
