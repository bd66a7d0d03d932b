"""Amendments: what changes after the seal, and the key holders who sign it (protocol.md §3).

The board's act takes effect at once; its journal line states the `change`. Until enough holders have signed that
very line and change, the act is pending: it holds back a resumption that comes after it, and the freeze. Pending
is what the journal says is pending; signatures are documents of the ceremony, taken once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.ballot import Election as ElectionRecord
from elections.protocol.canonical import encode, fields, integer, parse_canonical, string
from elections.protocol.elgamal import Proof, check_signature
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import Setup, amendment_text, missing_signatures
from elections.protocol.trustees import Trustees
from elections.registry import ceremony, elections, journal

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.protocol.journal import JournalEntry
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest

CHANGING = ("suspend", "resume", "reschedule")
"""The acts that change what was sealed; V14 knows the same."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An act that waits for its signatures: the digest of its line, its name, its hour, and what it changes."""

    digest: str
    act: str
    at: datetime
    change: Json


def pending(session: Session, contest_uuid: str) -> list[Pending]:
    """The acts of a contest that lack their amendment, in their order."""
    contest = elections.contest(session, contest_uuid)
    waiting: dict[str, Pending] = {}
    for entry in journal.entries(session, contest.election_uuid):
        if entry.contest != contest_uuid:
            continue
        if entry.act in CHANGING:
            waiting[entry.digest] = Pending(entry.digest, entry.act, entry.at, entry.details["change"])
        elif entry.act == "amendment":
            waiting.pop(entry.details["act"], None)
    return list(waiting.values())


def check_none_pending(session: Session, contest_uuid: str) -> None:
    """Refuse (`registry.pending`) as long as an amendment lacks its signatures."""
    for item in pending(session, contest_uuid):
        raise ProtocolError("registry.pending", act=item.act)


def text(contest: Contest, item: Pending) -> str:
    """What a holder signs: this contest, this line, this change."""
    return amendment_text(contest.fingerprint or "", item.digest, item.change)


def sign(
    session: Session, contest_uuid: str, digest: str, signature: Json, actor: Actor, now: datetime
) -> JournalEntry | None:
    """Take one holder's signature of the pending act with this digest, in the shape of an item of seal.json.

    `actor` is who hands it in. With the last one that was needed the amendment enters the journal, and its line is
    given back. Refused: an act that is not pending (`registry.not-pending`), a holder who is none, a wrong signature.
    """
    contest = elections.locked(session, contest_uuid)
    found = [item for item in pending(session, contest_uuid) if item.digest == digest]
    if not found:
        raise ProtocolError("registry.not-pending", digest=str(digest)[:64])
    setup = Setup.parse(contest.setup or b"")
    role = _check(contest, setup, found[0], signature)
    step = f"amendment-{digest}"
    ceremony.put(session, contest.election_uuid, role, step, encode(signature), actor, now)
    documents = ceremony.handed_in(session, contest.election_uuid, step)
    if missing_signatures(setup.policy, set(documents)):
        return None
    signatures = sorted(
        (parse_canonical(body, f"signature of {role}") for role, body in documents.items()),
        key=lambda value: int(value["owner"]),
    )
    details = {"act": digest, "change": found[0].change, "setup": setup.digest, "signatures": signatures}
    return journal.append(
        session, contest.election_uuid, "amendment", actor, now, contest=contest_uuid, details=details
    )


def _check(contest: Contest, setup: Setup, item: Pending, signature: Json) -> str:
    """The role of the holder whose signature this is."""
    what = f"signature of {item.act}"
    fields(signature, what, ("challenge", "owner", "response", "role"))
    owner, role = integer(signature["owner"], what, 1), string(signature["role"], what)
    record = ElectionRecord.parse(contest.record or b"")
    certificates = Trustees.parse(contest.trustees or b"", record.group).certificates
    certificate = certificates[owner - 1] if owner <= len(certificates) else None
    if certificate is None or setup.holders[owner - 1] != role:
        raise ProtocolError("setup.seal-holder", what=what, role=role, owner=owner)
    proof = Proof.parse(record.group, {key: signature[key] for key in ("challenge", "response")}, what)
    check_signature(record.group, certificate.verification, text(contest, item), proof, what)
    return role
