"""The seal with its slips, and amendments of what was sealed (protocol.md §9, §14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.holder import sealing as signing
from elections.keyholders import places
from elections.protocol.ballot import Election as ElectionRecord
from elections.protocol.canonical import Json, array, encode, fields, parse_canonical, string
from elections.protocol.elgamal import Proof, check_signature
from elections.protocol.errors import ProtocolError
from elections.protocol.log import Checkpoint, root
from elections.protocol.setup import Setup, seal_text
from elections.registry import amendments, ceremony
from elections.registry import sealing as registry_sealing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor
    from elections.registry.tables import Contest, Election
    from elections.storage import Store

_ROW = ("challenge", "owner", "response", "role")
"""The keys of a row of seal.json."""


def take(
    _store: Store, session: Session, election: Election, value: Json, raw: bytes, actor: Actor, now: datetime
) -> str:
    """One holder's signatures of what is to be sealed, of all contests, and her slips."""
    rows, slips = (fields(value, "seal", ("contests", "format", "slips"))[key] for key in ("contests", "slips"))
    fields(rows, "seal, contests", [contest.uuid for contest in election.contests])
    drawable = [contest.uuid for contest in election.contests if registry_sealing.needs_slips(contest)]
    fields(slips, "seal, slips", drawable)
    given = ceremony.handed_in(session, election.uuid, ceremony.SEALED)
    others = {role: parse_canonical(document, f"seal of {role}")["slips"] for role, document in given.items()}
    role = _one_role(rows.values(), "seal")
    for contest in election.contests:
        what = f"seal of {contest.title}"
        if contest.setup is None or contest.record is None:
            raise ProtocolError("registry.unsealed", contest=contest.title)
        setup, record = Setup.parse(contest.setup), ElectionRecord.parse(contest.record)
        text = seal_text(record.fingerprint, setup.digest, Checkpoint(setup.origin, 0, root([])).text)
        _check_row(election, contest, rows[contest.uuid], text, what)
        if contest.uuid in slips:
            together = {other: theirs[contest.uuid] for other, theirs in others.items()} | {role: slips[contest.uuid]}
            registry_sealing.check_slips(contest, together)
    ceremony.put(session, election.uuid, role, ceremony.SEALED, raw, actor, now)
    return role


def amendment_inputs(session: Session, election: Election) -> dict[str, tuple[str, bytes]]:
    """Every pending act to every holder who has not signed it."""
    asked: dict[str, list[Json]] = {}
    for contest in election.contests:
        for item in amendments.pending(session, contest.uuid):
            signed = ceremony.handed_in(session, election.uuid, f"amendment-{item.digest}")
            document = {
                "change": item.change,
                "contest": contest.uuid,
                "fingerprint": contest.fingerprint,
                "line": item.digest,
                "setup": Setup.parse(contest.setup or b"").digest,
            }
            for role in places.roles(election):
                if role not in signed:
                    asked.setdefault(role, []).append(document)
    return {
        role: ("amend", encode({"amendments": documents, "format": signing.AMENDMENT_FORMAT}))
        for role, documents in asked.items()
    }


def take_amended(
    _store: Store, session: Session, _election: Election, value: Json, _raw: bytes, actor: Actor, now: datetime
) -> str:
    """One holder's signatures of acts; those that are no longer pending change nothing."""
    rows = array(fields(value, "amendment", ("format", "signatures"))["signatures"], "amendment, signatures")
    if not rows:
        raise ProtocolError("keyholders.format", format="no signature")
    role = _one_role(rows, "amendment")
    for row in rows:
        fields(row, "amendment", (*_ROW, "contest", "line"))
        uuid, line = string(row["contest"], "amendment"), string(row["line"], "amendment")
        if line in {item.digest for item in amendments.pending(session, uuid)}:
            signature = {key: row[key] for key in _ROW}
            amendments.sign(session, uuid, line, signature, actor, now)
    return role


def _one_role(rows: Iterable[Json], what: str) -> str:
    """The role that all rows of an answer bear: what two have signed is no answer of either."""
    roles = {string(fields(row, what, _ROW, ("contest", "line"))["role"], f"{what}, role") for row in rows}
    if len(roles) > 1:
        raise ProtocolError("keyholders.mixed", what=what, roles=", ".join(sorted(role[:64] for role in roles)))
    return roles.pop()


def _check_row(election: Election, contest: Contest, row: Json, text: str, what: str) -> None:
    """One row of seal.json: the holder's place, and her signature of the text."""
    fields(row, what, _ROW)
    role, owner = places.holder(election, row, what)
    trustees = places.trustees(contest)
    certificate = trustees.certificates[owner - 1]
    if certificate is None:
        raise ProtocolError("setup.seal-holder", what=what, role=role, owner=owner)
    proof = Proof.parse(trustees.group, {key: row[key] for key in ("challenge", "response")}, what)
    check_signature(trustees.group, certificate.verification, text, proof, what)
