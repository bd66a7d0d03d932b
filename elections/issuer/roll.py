"""Whom an issuer answers: the electors' request keys by number, and the phase (protocol.md §4, §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from elections.issuer.tables import IssuerContest, RequestKey
from elections.protocol.canonical import hexadecimal
from elections.protocol.errors import ProtocolError
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


def receive(session: Session, contest: str, fingerprint: str) -> None:
    """Take a contest in, by its φ; again with another one as long as it is a draft (protocol.md §14, step 9)."""
    row = session.get(IssuerContest, contest)
    if row is None:
        session.add(IssuerContest(contest=contest, phase=Phase.DRAFT, fingerprint=fingerprint))
    elif row.fingerprint != fingerprint:
        _check_draft(row)
        row.fingerprint = fingerprint
    session.flush()


def enrol(session: Session, issuer: str, contest: str, keys: Mapping[int, str]) -> None:
    """The whole roll of an issuer in a contest: by elector number her request key, in hexadecimal.

    It replaces what was enrolled before, so that nobody struck off the roll keeps a key; after the seal it
    is refused, and `replace_key` changes one key at a time.
    """
    row = session.get(IssuerContest, contest)
    if row is not None:
        _check_draft(row)
    rows = [
        {"issuer": issuer, "contest": contest, "number": number, "key": hexadecimal(key, f"elector {number}")}
        for number, key in keys.items()
    ]
    session.execute(delete(RequestKey).where(RequestKey.issuer == issuer, RequestKey.contest == contest))
    if rows:
        session.execute(insert(RequestKey), rows)


def replace_key(session: Session, issuer: str, contest: str, number: int, key: str) -> None:
    """The elector's code was issued anew: she signs by another key from now on.

    What she asked for under the old one stays on record and counts. Whether she may have a new code, the
    registry has decided (§4).
    """
    row = session.get(RequestKey, (contest, issuer, number))
    if row is None:
        raise ProtocolError("issuer.entitlement", number=number, issuer=issuer, contest=contest)
    row.key = hexadecimal(key, f"elector {number}")
    session.flush()


def phase(session: Session, contest: str) -> Phase:
    """The phase as the issuers know it."""
    return get(session, contest).phase


def set_phase(session: Session, contest: str, phase: Phase) -> None:
    """Follow the contest to `phase`; tokens are given out in `open` and `closing` only."""
    get(session, contest).follow(phase)
    session.flush()


def get(session: Session, contest: str) -> IssuerContest:
    """The contest's row; refused if the issuers have none."""
    row = session.get(IssuerContest, contest)
    if row is None:
        raise ProtocolError("issuer.unknown", contest=contest)
    return row


def _check_draft(row: IssuerContest) -> None:
    if row.phase is not Phase.DRAFT:
        raise ProtocolError("issuer.phase", contest=row.contest, phase=row.phase.value)
