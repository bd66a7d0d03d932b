"""What key holders hand in during the ceremony, the rehearsal, the seal and amendments: public parts only.

A document is taken once: a holder who could hand in a second one could answer what others have said since. The
same bytes again change nothing, so `elections ceremony` may be repeated. What a document must say is checked by
whoever knows the step; here it is kept, and noted in the journal by its digest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from elections.protocol.canonical import sha256_hex, string
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import ROLE_PATTERN
from elections.registry import elections, journal
from elections.registry.tables import CeremonyDocument

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor

REHEARSED, SEALED = "rehearsed", "sealed"
"""The steps at which a holder has counted the test urn, and signed the seal."""

_STEP = "[a-zA-Z0-9-]{1,100}"


def put(session: Session, election_uuid: str, role: str, step: str, body: bytes, actor: Actor, now: datetime) -> None:
    """Keep a document of `role` (as the policy names it) at `step`; another one in its place is refused."""
    elections.find(session, election_uuid)
    string(role, "role", ROLE_PATTERN)
    string(step, "step", _STEP)
    known = get(session, election_uuid, role, step)
    if known == body:
        return
    if known is not None:
        raise ProtocolError("registry.document", role=role, step=step)
    session.add(CeremonyDocument(election_uuid=election_uuid, role=role, step=step, body=body))
    session.flush()
    details = {"role": role, "sha256": sha256_hex(body), "step": step}
    journal.append(session, election_uuid, "ceremony", actor, now, details=details)


def get(session: Session, election_uuid: str, role: str, step: str) -> bytes | None:
    """A document, None if it was not handed in yet."""
    document = session.get(CeremonyDocument, (election_uuid, role, step))
    return None if document is None else document.body


def handed_in(session: Session, election_uuid: str, step: str) -> dict[str, bytes]:
    """The documents of a step, by role."""
    query = select(CeremonyDocument).where(
        CeremonyDocument.election_uuid == election_uuid, CeremonyDocument.step == step
    )
    return {document.role: document.body for document in session.scalars(query.order_by(CeremonyDocument.role))}


def begun(session: Session, election_uuid: str) -> bool:
    """Whether anything was handed out or in."""
    query = select(CeremonyDocument.step).where(CeremonyDocument.election_uuid == election_uuid)
    return session.scalar(query.limit(1)) is not None


def discard(session: Session, election_uuid: str, step: str, actor: Actor, now: datetime) -> None:
    """Void a step: unlocking a draft voids the seals, a wrong share the ceremony (protocol.md §9, §14)."""
    elections.find(session, election_uuid)
    here = CeremonyDocument.election_uuid == election_uuid, CeremonyDocument.step == step
    gone = len(session.execute(delete(CeremonyDocument).where(*here).returning(CeremonyDocument.role)).all())
    if gone:
        details = {"documents": gone, "step": step}
        journal.append(session, election_uuid, "ceremony-void", actor, now, details=details)
