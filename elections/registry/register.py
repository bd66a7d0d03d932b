"""The register of signatures, and the attempts that lead to one (protocol.md §6, steps 1, 2 and 4).

A cast leaves two rows here, one after the other: an attempt before the ballot is put into the urn, and in its
place a signature when the urn has it. An attempt carries the hour and the elector's signature, so that whoever
finds it after a crash can finish the act without her. What is random in it, `a`, comes from no ballot and goes
nowhere but, under a key, to the urn.

Nobody overwrites an attempt: the door resolves it first. A signature is for ever.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, func, insert, select

from elections.protocol.canonical import hour_text
from elections.protocol.code import check_register
from elections.protocol.errors import ProtocolError
from elections.registry import codes, roll
from elections.registry.tables import Attempt, Contest, Election, ElectorKey, Entitlement, Signature
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import BindParameter, Select
    from sqlalchemy.orm import Session

_CASTING = (Phase.OPEN, Phase.CLOSING)


@dataclass(frozen=True, slots=True)
class Counts:
    """What register.json says of a contest, and the attempts that are still open."""

    roll: int
    signatures: int
    attempts: int
    reissues: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an elector stands in a contest: all that a cast asks of the registry, read at once and as plain values."""

    election: str
    phase: Phase
    halted: bool
    closing: datetime
    grace: int
    fingerprint: str | None
    entitled: bool
    key: str | None
    """Her register key, in hexadecimal."""
    signed_at: datetime | None
    attempt: bytes | None

    def check_voting(self, opened_at: datetime, now: datetime) -> None:
        """Refuse who may not cast now: the phase, the hour (`check_hour`), the entitlement."""
        self.check_phase()
        check_hour(self.closing, _last(self.closing, self.grace), opened_at, now)
        self.check_entitled()

    def check_phase(self) -> None:
        """Refuse (`registry.phase`) a contest that is not being voted in, or whose freeze has begun."""
        if self.phase not in _CASTING or self.halted:
            raise ProtocolError("registry.phase", phase=self.phase.value)

    def check_entitled(self) -> None:
        """Refuse (`registry.entitled`) an elector who may not vote in this contest."""
        if not self.entitled:
            raise ProtocolError("registry.entitled")

    def check_elector(self, number: int, signature: str) -> None:
        """Refuse who may not vote in this contest, and a signature in its register that is not hers."""
        self.check_entitled()
        if self.key is None or self.fingerprint is None:
            raise ProtocolError("registry.entitled")
        check_register(self.key, self.fingerprint, number, signature)


def _query() -> Select[*tuple[Any, ...]]:
    contest: BindParameter[str] = bindparam("contest")
    number: BindParameter[int] = bindparam("number")
    columns = (
        Contest.election_uuid,
        Contest.phase,
        Contest.halted,
        Contest.closing,
        Election.grace,
        Contest.fingerprint,
        Entitlement.number.is_not(None),
        ElectorKey.register,
        Signature.at,
        Attempt.a,
    )
    query = select(*columns).join(Election, Election.uuid == Contest.election_uuid).where(Contest.uuid == contest)
    for table in (Entitlement, Signature, Attempt):
        query = query.outerjoin(table, and_(table.contest_uuid == contest, table.number == number))
    hers = and_(ElectorKey.election_uuid == Contest.election_uuid, ElectorKey.number == number)
    return query.outerjoin(ElectorKey, hers)


# What every cast asks is written once: to put a query together costs more than to run it.
_STANDING = _query()
_LOCKED = _STANDING.with_for_update(read=True, of=Contest)
_ATTEMPT = and_(Attempt.contest_uuid == bindparam("contest"), Attempt.number == bindparam("number"))
_OPEN_ATTEMPT = select(Attempt.a, Attempt.at, Attempt.signature).where(_ATTEMPT).with_for_update()
_NO_ATTEMPT = delete(Attempt).where(_ATTEMPT).execution_options(synchronize_session=False)


def standing(session: Session, contest_uuid: str, number: int, *, locked: bool = False) -> Standing:
    """Where the elector of that number stands, refused (`registry.contest`) where there is no such contest.

    `locked` holds the contest's row, shared with other casts, so that a change of phase waits for casts in flight and
    none begins before it ends (protocol.md §10).
    """
    query, values = _LOCKED if locked else _STANDING, {"contest": contest_uuid, "number": number}
    row = session.execute(query, values).one_or_none()
    if row is None:
        raise ProtocolError("registry.contest", uuid=contest_uuid[:64])
    return Standing(*row)


def last_hour(contest: Contest) -> datetime:
    """When the grace ends: from then on nobody casts."""
    return _last(contest.closing, contest.election.grace)


def _last(closing: datetime, grace: int) -> datetime:
    return closing + timedelta(seconds=grace)


def check_hour(closing: datetime, last: datetime, opened_at: datetime, now: datetime) -> None:
    """Refuse (`registry.hour`) a cast that comes too late.

    Before the closing hour everybody may cast; from then to the `last_hour`, only who signed in before (R. 211-563).
    `opened_at` is the hour of that sign-in; that the session was not ended since, `sessions.find` has checked.
    """
    if now >= closing and not (now < last and opened_at < closing):
        raise ProtocolError("registry.hour", closing=hour_text(closing))


def add_attempt(session: Session, contest_uuid: str, number: int, signature: str, now: datetime) -> bytes:
    """Step 2: note that this elector is about to cast, and give the 16 random bytes of the attempt.

    `now` is the hour by which the cast was let in; it becomes the hour of the signature. Refused: a contest that is
    not being voted in (`registry.phase`), what `Standing.check_elector` refuses (a code may have been re-issued since
    the door looked), an elector who has signed (`registry.signed`) or has an attempt open (`registry.attempt`), which
    the door must resolve first.
    """
    found = standing(session, contest_uuid, number, locked=True)
    found.check_phase()
    found.check_elector(number, signature)
    if found.signed_at is not None:
        raise ProtocolError("registry.signed", at=hour_text(found.signed_at))
    if found.attempt is not None:
        raise ProtocolError("registry.attempt")
    a = secrets.token_bytes(16)
    here = {"contest_uuid": contest_uuid, "number": number}
    session.execute(insert(Attempt), {**here, "a": a, "at": now, "signature": signature})
    return a


def sign(session: Session, contest_uuid: str, number: int, a: bytes) -> datetime:
    """Step 4: turn the attempt `a` into the signature, and give its hour. Repeated, it gives that which is there.

    Refused (`registry.no-attempt`) where there is neither; never where another attempt of the elector is open, for
    that one belongs to another ballot.
    """
    mine = {"contest": contest_uuid, "number": number}
    attempt = session.execute(_OPEN_ATTEMPT, mine).first()
    if attempt is not None and attempt.a == a:
        here = {"contest_uuid": contest_uuid, "number": number}
        session.execute(_NO_ATTEMPT, mine)
        session.execute(insert(Signature), {**here, "at": attempt.at, "signature": attempt.signature})
        hour: datetime = attempt.at
        return hour
    known = session.get(Signature, (contest_uuid, number))
    if known is None or attempt is not None:
        raise ProtocolError("registry.no-attempt")
    return known.at


def drop_attempt(session: Session, contest_uuid: str, number: int, a: bytes) -> None:
    """Forget an attempt that the urn has declared void: the elector may try again. Repeated, it does nothing."""
    session.execute(
        delete(Attempt).where(Attempt.contest_uuid == contest_uuid, Attempt.number == number, Attempt.a == a)
    )


def open_attempts(session: Session, contest_uuid: str) -> list[tuple[int, bytes]]:
    """(number, a) of every attempt that waits to be resolved."""
    query = select(Attempt.number, Attempt.a).where(Attempt.contest_uuid == contest_uuid).order_by(Attempt.number)
    return [(number, a) for number, a in session.execute(query)]


def attempt_of(session: Session, contest_uuid: str, number: int) -> bytes | None:
    """The attempt that an elector has open, None if she has none."""
    attempt = session.get(Attempt, (contest_uuid, number))
    return None if attempt is None else attempt.a


def signature_of(session: Session, contest_uuid: str, number: int) -> Signature | None:
    """The elector's signature: "already recorded at HH:MM"; None if she has not voted."""
    return session.get(Signature, (contest_uuid, number))


def count(session: Session, contest_uuid: str) -> Counts:
    """The counts of a contest, in one transaction; nobody's number."""
    signatures, attempts = (
        session.scalar(select(func.count()).select_from(table).where(table.contest_uuid == contest_uuid)) or 0
        for table in (Signature, Attempt)
    )
    return Counts(roll.size(session, contest_uuid), signatures, attempts, codes.reissues(session, contest_uuid))
