"""The office's side of everything key holders do: their next input, and their answers checked (protocol.md §9, §14).

Holders work on their own devices; what goes between is files, public parts only. An answer names its format
and role; `take` checks all of it before it is kept, so that what is wrong is refused while its sender is
still there. `inputs` says what each holder is asked for now. Both may be repeated.

The order: four rounds of the ceremony → trustees.json of every contest; the rehearsal; once the draft is
prepared, the seal with its slips; later amendments; after the freeze the count, whose input is the exported record
itself; and the lot, if the totals need one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections import drawing, publication, sealing
from elections.holder import decryption
from elections.holder import lots as opening
from elections.holder import rehearsal as rehearsing
from elections.holder import sealing as signing
from elections.keyholders import making, places, rehearsals, seals, totals
from elections.protocol.canonical import Json, encode, parse_canonical
from elections.protocol.ceremony import ANSWER_FORMAT
from elections.protocol.errors import ProtocolError
from elections.registry import amendments, ceremony, elections
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor
    from elections.registry.tables import Election
    from elections.storage import Store

_REHEARSAL = "rehearsal"


def inputs(store: Store, election_uuid: str, actor: Actor, now: datetime) -> dict[str, tuple[str, bytes]]:
    """For every holder who is waited for, the step and the document she is given; empty when nobody is."""
    with store.registry.begin() as session:
        election = elections.find(session, election_uuid)
        step = _current_step(session, election)
        if step == "ceremony":
            return making.inputs(session, election, actor, now)
        if step == _REHEARSAL:
            document = rehearsals.document(session, election, actor, now)
            return dict.fromkeys(places.missing(session, election, ceremony.REHEARSED), (_REHEARSAL, document))
        if step == "amendment":
            return seals.amendment_inputs(session, election)
        if step == "lot":
            return dict.fromkeys(drawing.waiting(session, election), (step, drawing.document(session, election)))
        waiting = places.missing(session, election, ceremony.SEALED) if step == "seal" else []
    if not waiting:
        return {}
    texts = sealing.seal_inputs(store, election_uuid)
    document = encode({"contests": texts, "format": signing.SEAL_FORMAT})
    return dict.fromkeys(waiting, ("seal", document))


def waiting_for(store: Store, election_uuid: str) -> tuple[str, list[str]]:
    """The step the holders are at, and who is late.

    `ceremony`, `rehearsal`, `prepare` (the office's turn), `seal`, `amendment`, `decrypt`, `lot` or `none`.
    """
    with store.registry_reader() as session:
        election = elections.find(session, election_uuid)
        step = _current_step(session, election)
        steps = {_REHEARSAL: ceremony.REHEARSED, "seal": ceremony.SEALED, "decrypt": publication.DECRYPTED}
        if step in steps:
            return step, places.missing(session, election, steps[step])
        if step == "lot":
            return step, drawing.waiting(session, election)
        if step == "ceremony":
            return step, making.waiting(session, election)
        return step, []


def take(store: Store, election_uuid: str, raw: bytes, actor: Actor, now: datetime) -> str:
    """Check and keep one answer; the role it came from. Handed in again, the same answer changes nothing."""
    value = parse_canonical(raw, "answer of a key holder")
    # As text, whatever stands there: not every value of JSON can be looked up.
    kind = str(value.get("format")) if isinstance(value, dict) else ""
    if kind not in _TAKERS:
        raise ProtocolError("keyholders.format", format=kind[:60])
    with store.registry.begin() as session:
        return _TAKERS[kind](store, session, elections.find(session, election_uuid), value, raw, actor, now)


def seal_signatures(store: Store, election_uuid: str) -> dict[str, list[tuple[Json, Json | None]]]:
    """The holders' signatures of the seal so far, by contest: rows of seal.json, each with its slip if there is one."""
    signatures: dict[str, list[tuple[Json, Json | None]]] = {}
    with store.registry_reader() as session:
        election = elections.find(session, election_uuid)
        missing = places.missing(session, election, ceremony.REHEARSED)
        if missing:
            raise ProtocolError("keyholders.unrehearsed", roles=", ".join(missing))
        for raw in ceremony.handed_in(session, election_uuid, ceremony.SEALED).values():
            answer = parse_canonical(raw, "seal")
            for uuid, signature in answer["contests"].items():
                signatures.setdefault(uuid, []).append((signature, answer["slips"].get(uuid)))
    return signatures


def _current_step(session: Session, election: Election) -> str:
    contests = election.contests
    phases = {Phase(contest.phase) for contest in contests}
    if phases == {Phase.DRAFT}:
        if any(contest.trustees is None for contest in contests):
            return "ceremony"
        if places.missing(session, election, ceremony.REHEARSED):
            return _REHEARSAL
        return "prepare" if any(contest.setup is None for contest in contests) else "seal"
    if any(amendments.pending(session, contest.uuid) for contest in contests):
        return "amendment"
    if drawing.undecided(session, election):
        return "lot"
    return "decrypt" if Phase.FROZEN in phases and phases <= {Phase.FROZEN, Phase.STOPPED} else "none"


_TAKERS = {
    ANSWER_FORMAT: making.take,
    rehearsing.ANSWER_FORMAT: rehearsals.take,
    signing.SEALED_FORMAT: seals.take,
    signing.AMENDED_FORMAT: seals.take_amended,
    decryption.ANSWER_FORMAT: totals.take,
    opening.ANSWER_FORMAT: totals.take_lot,
}
"""What each format of answer is taken by."""
