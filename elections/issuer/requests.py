"""The token: one answer for each elector, contest and request key (protocol.md §5).

The order is that of the protocol: phase, entitlement, signature, that no other z was asked for; then the
record, on disk; then the signature of the issuer. A crash between the two loses nothing: the same z is
answered the same, whenever it comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from elections.issuer.roll import get
from elections.issuer.tables import RequestKey, SignedRequest
from elections.protocol.canonical import sha256_hex
from elections.protocol.code import check_request
from elections.protocol.errors import ProtocolError
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from elections.protocol.token import IssuerKey, IssuerPublic

_ISSUING = (Phase.OPEN, Phase.CLOSING)
_CONTESTED = (Phase.PROCLAIMED, Phase.ARCHIVED, Phase.STOPPED)


@dataclass(frozen=True, slots=True)
class Request:
    """An elector asks for her token: z as it travels, and her signature by her request key, Base64."""

    contest: str
    number: int
    z: bytes
    signature: str


def sign(sessions: sessionmaker[Session], key: IssuerKey, request: Request) -> bytes:
    """The issuer's answer s, of the length of z, with s^e = z.

    This one opens and commits its own transaction: the record must be on disk before the key is used, so
    no caller's rollback may come between them.
    """
    with sessions.begin() as session:
        authorise(session, key.public, request)
    return key.sign_blinded(request.z)


def authorise(session: Session, issuer: IssuerPublic, request: Request) -> None:
    """Check a request and record it; the same one again is recorded already.

    Refused by `issuer.phase`, `issuer.entitlement`, `token.blinded`, by the rules of a signature, or by
    `issuer.second` where the same key has asked for another z.
    """
    contest = get(session, request.contest)
    if contest.phase not in _ISSUING:
        raise ProtocolError("issuer.phase", contest=request.contest, phase=contest.phase.value)
    values = {"contest": request.contest, "issuer": issuer.id, "number": request.number}
    entitled = session.get(RequestKey, (request.contest, issuer.id, request.number))
    if entitled is None:
        raise ProtocolError("issuer.entitlement", **values)
    # What cannot be signed must not take the place of what can.
    if len(request.z) != issuer.length or not 1 < int.from_bytes(request.z, "big") < issuer.n:
        raise ProtocolError("token.blinded", issuer=issuer.id, length=issuer.length)
    check_request(entitled.key, issuer.id, contest.fingerprint, request.number, request.z, request.signature)
    digest = sha256_hex(request.z)
    known = session.get(SignedRequest, (request.contest, issuer.id, request.number, entitled.key))
    if known is None:
        session.add(SignedRequest(**values, key=entitled.key, digest=digest, signature=request.signature))
        session.flush()
    elif known.digest != digest:
        raise ProtocolError("issuer.second", **values)


def requests_of(session: Session, contest: str, number: int) -> list[SignedRequest]:
    """All that an elector has asked for in a contest, to be shown to her and to nobody else."""
    mine = (SignedRequest.contest == contest, SignedRequest.number == number)
    return list(session.scalars(select(SignedRequest).where(*mine).order_by(SignedRequest.issuer)))


def token_counts(session: Session, contest: str) -> dict[str, int]:
    """By issuer, how many requests it has answered; every issuer of the contest is named, also with 0."""
    here = (RequestKey.contest == SignedRequest.contest) & (RequestKey.issuer == SignedRequest.issuer)
    rows = session.execute(
        select(RequestKey.issuer, func.count(SignedRequest.digest).label("tokens"))
        .outerjoin(SignedRequest, here & (RequestKey.number == SignedRequest.number))
        .where(RequestKey.contest == contest)
        .group_by(RequestKey.issuer)
    )
    return {row.issuer: row.tokens for row in rows}


def destroy_requests(session: Session, contest: str) -> None:
    """Destroy the signed requests, once the time for contestation has passed; refused before the result."""
    phase = get(session, contest).phase
    if phase not in _CONTESTED:
        raise ProtocolError("issuer.phase", contest=contest, phase=phase.value)
    session.execute(delete(SignedRequest).where(SignedRequest.contest == contest))
