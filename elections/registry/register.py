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
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from elections.protocol.canonical import hour_text
from elections.protocol.code import check_register
from elections.protocol.errors import ProtocolError
from elections.registry import codes, elections, roll
from elections.registry.tables import Attempt, ElectorKey, Entitlement, Signature
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.tables import Contest

_CASTING = (Phase.OPEN, Phase.CLOSING)


@dataclass(frozen=True, slots=True)
class Counts:
    """What register.json says of a contest, and the attempts that are still open."""

    roll: int
    signatures: int
    attempts: int
    reissues: int


def last_hour(contest: Contest) -> datetime:
    """When the grace ends: from then on nobody casts."""
    return contest.closing + timedelta(seconds=contest.election.grace)


def check_hour(contest: Contest, opened_at: datetime, now: datetime) -> None:
    """Refuse (`registry.hour`) a cast that comes too late.

    Before the closing hour everybody may cast; in the grace after it, only who signed in before it (R. 211-563).
    `opened_at` is the hour of that sign-in; that the session was not ended since, `sessions.find` has checked.
    """
    late = now >= contest.closing
    in_time = now < last_hour(contest)
    if late and not (in_time and opened_at < contest.closing):
        raise ProtocolError("registry.hour", closing=hour_text(contest.closing))


def check_entitled(session: Session, contest: Contest, number: int) -> None:
    """Refuse (`registry.entitled`) an elector who may not vote in this contest."""
    if session.get(Entitlement, (contest.uuid, number)) is None:
        raise ProtocolError("registry.entitled")


def check_elector(session: Session, contest: Contest, number: int, signature: str) -> None:
    """Refuse who may not vote in this contest, and a signature in its register that is not hers."""
    check_entitled(session, contest, number)
    key = session.get(ElectorKey, (contest.election_uuid, number))
    if key is None or contest.fingerprint is None:
        raise ProtocolError("registry.entitled")
    check_register(key.register, contest.fingerprint, number, signature)


def add_attempt(session: Session, contest_uuid: str, number: int, signature: str, now: datetime) -> bytes:
    """Step 2: note that this elector is about to cast, and give the 16 random bytes of the attempt.

    `now` is the hour by which the cast was let in; it becomes the hour of the signature. Refused: a contest that is
    not being voted in (`registry.phase`), what `check_elector` refuses (a code may have been re-issued since the
    door looked), an elector who has signed (`registry.signed`) or has an attempt open (`registry.attempt`), which
    the door must resolve first.
    """
    contest = elections.locked(session, contest_uuid, share=True)
    if contest.phase not in _CASTING or contest.halted:
        raise ProtocolError("registry.phase", phase=contest.phase.value)
    check_elector(session, contest, number, signature)
    signed = session.get(Signature, (contest_uuid, number))
    if signed is not None:
        raise ProtocolError("registry.signed", at=hour_text(signed.at))
    if session.get(Attempt, (contest_uuid, number)) is not None:
        raise ProtocolError("registry.attempt")
    attempt = Attempt(contest_uuid=contest_uuid, number=number, a=secrets.token_bytes(16), at=now, signature=signature)
    session.add(attempt)
    session.flush()
    return attempt.a


def sign(session: Session, contest_uuid: str, number: int, a: bytes) -> Signature:
    """Step 4: turn the attempt `a` into the signature. Repeated, it gives the signature that is there.

    Refused (`registry.no-attempt`) where there is neither; never where another attempt of the elector is open, for
    that one belongs to another ballot.
    """
    attempt = session.get(Attempt, (contest_uuid, number), with_for_update=True)
    if attempt is not None and attempt.a == a:
        signature = Signature(contest_uuid=contest_uuid, number=number, at=attempt.at, signature=attempt.signature)
        session.delete(attempt)
        session.add(signature)
        session.flush()
        return signature
    known = session.get(Signature, (contest_uuid, number))
    if known is None or attempt is not None:
        raise ProtocolError("registry.no-attempt")
    return known


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
