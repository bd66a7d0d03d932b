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

from elections import drawing, publication, rehearsal, sealing
from elections.holder import decryption
from elections.holder import lots as opening
from elections.holder import rehearsal as rehearsing
from elections.holder import sealing as signing
from elections.protocol.ballot import Election as ElectionRecord
from elections.protocol.canonical import Json, array, encode, fields, integer, parse_canonical, string
from elections.protocol.ceremony import ANSWER_FORMAT, KINDS, Ceremony
from elections.protocol.elgamal import Proof, check_signature
from elections.protocol.errors import ProtocolError
from elections.protocol.group import group_by_name
from elections.protocol.invitation import Invitation
from elections.protocol.log import Checkpoint, root
from elections.protocol.setup import KeyHolders, Setup, seal_text
from elections.protocol.slips import product
from elections.protocol.tally import EncryptedTally, PartialDecryption, check_partial, check_strong
from elections.protocol.trustees import Trustees
from elections.registry import amendments, ceremony, elections, lots
from elections.registry import sealing as registry_sealing
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor
    from elections.registry.tables import Contest, Election
    from elections.storage import Store

_OFFICE = "office"
_INVITATION, _REHEARSAL = "invitation", "rehearsal"
_ROW = ("challenge", "owner", "response", "role")
"""The keys of a row of seal.json."""


def inputs(store: Store, election_uuid: str, actor: Actor, now: datetime) -> dict[str, tuple[str, bytes]]:
    """For every holder who is waited for, the step and the document she is given; empty when nobody is."""
    with store.registry.begin() as session:
        election = elections.find(session, election_uuid)
        step = _current_step(session, election)
        if step == "ceremony":
            return _ceremony_inputs(session, election, actor, now)
        if step == _REHEARSAL:
            document = _rehearsal_input(session, election, actor, now)
            return dict.fromkeys(_missing(session, election, ceremony.REHEARSED), (_REHEARSAL, document))
        if step == "amendment":
            return _amendment_inputs(session, election)
        if step == "lot":
            return dict.fromkeys(drawing.waiting(session, election), (step, drawing.document(session, election)))
        waiting = _missing(session, election, ceremony.SEALED) if step == "seal" else []
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
            return step, _missing(session, election, steps[step])
        if step == "lot":
            return step, drawing.waiting(session, election)
        if step == "ceremony":
            invitation = ceremony.get(session, election_uuid, _OFFICE, _INVITATION)
            if invitation is None:
                return step, _roles(election)
            return step, _replay(session, election, _invitation(invitation)).waiting
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
        missing = _missing(session, election, ceremony.REHEARSED)
        if missing:
            raise ProtocolError("keyholders.unrehearsed", roles=", ".join(missing))
        for raw in ceremony.handed_in(session, election_uuid, ceremony.SEALED).values():
            answer = parse_canonical(raw, "seal")
            for uuid, signature in answer["contests"].items():
                signatures.setdefault(uuid, []).append((signature, answer["slips"].get(uuid)))
    return signatures


def _roles(election: Election) -> list[str]:
    return [role for group in election.policy for role in group["holders"]]


def _missing(session: Session, election: Election, step: str) -> list[str]:
    given = ceremony.handed_in(session, election.uuid, step)
    return [role for role in _roles(election) if role not in given]


def _current_step(session: Session, election: Election) -> str:
    contests = election.contests
    phases = {Phase(contest.phase) for contest in contests}
    if phases == {Phase.DRAFT}:
        if any(contest.trustees is None for contest in contests):
            return "ceremony"
        if _missing(session, election, ceremony.REHEARSED):
            return _REHEARSAL
        return "prepare" if any(contest.setup is None for contest in contests) else "seal"
    if any(amendments.pending(session, contest.uuid) for contest in contests):
        return "amendment"
    if drawing.undecided(session, election):
        return "lot"
    return "decrypt" if Phase.FROZEN in phases and phases <= {Phase.FROZEN, Phase.STOPPED} else "none"


# --- The ceremony ------------------------------------------------------------------------------------


def _policy(election: Election) -> list[KeyHolders]:
    return [KeyHolders(tuple(group["holders"]), group["threshold"]) for group in election.policy]


def _invitation(raw: bytes) -> Invitation:
    return Invitation.parse(parse_canonical(raw, "invitation"), "invitation")


def _answers(session: Session, election: Election) -> dict[str, list[bytes]]:
    answers: dict[str, list[bytes]] = {role: [] for role in _roles(election)}
    for kind in KINDS:
        for role, raw in ceremony.handed_in(session, election.uuid, kind).items():
            answers[role].append(raw)
    return answers


def _replay(session: Session, election: Election, invitation: Invitation) -> Ceremony:
    answers = {
        role: [parse_canonical(raw, f"answer of {role}") for raw in documents]
        for role, documents in _answers(session, election).items()
    }
    return Ceremony.replay(invitation, answers)


def _ceremony_inputs(session: Session, election: Election, actor: Actor, now: datetime) -> dict[str, tuple[str, bytes]]:
    raw = ceremony.get(session, election.uuid, _OFFICE, _INVITATION)
    if raw is None:
        contests = [contest.uuid for contest in election.contests]
        made = Invitation.make(election.uuid, contests, group_by_name(election.group), _policy(election))
        raw = encode(made.json())
        ceremony.put(session, election.uuid, _OFFICE, _INVITATION, raw, actor, now)
    current = _replay(session, election, _invitation(raw))
    return {role: (KINDS[current.round], current.input(role)) for role in current.waiting}


def _take_step(
    _store: Store, session: Session, election: Election, value: Json, raw: bytes, actor: Actor, now: datetime
) -> str:
    role, kind = string(value.get("role"), "answer, role"), string(value.get("kind"), "answer, kind")
    if ceremony.get(session, election.uuid, role, kind) == raw:
        return role
    invitation_raw = ceremony.get(session, election.uuid, _OFFICE, _INVITATION)
    if invitation_raw is None:
        raise ProtocolError("keyholders.early", role=role)
    invitation = _invitation(invitation_raw)
    current = _replay(session, election, invitation)
    current.take(role, value)
    ceremony.put(session, election.uuid, role, kind, raw, actor, now)
    if not current.waiting:
        for uuid, dealing in current.dealings.items():
            registry_sealing.set_trustees(session, uuid, dealing.trustees().raw, actor, now)
    return role


# --- The rehearsal -----------------------------------------------------------------------------------


def _rehearsal_input(session: Session, election: Election, actor: Actor, now: datetime) -> bytes:
    raw = ceremony.get(session, election.uuid, _OFFICE, _REHEARSAL)
    if raw is None:
        trustees = {contest.uuid: _trustees(contest) for contest in election.contests}
        raw = rehearsal.compose(trustees)
        ceremony.put(session, election.uuid, _OFFICE, _REHEARSAL, raw, actor, now)
    return raw


def _take_rehearsed(
    _store: Store, session: Session, election: Election, value: Json, raw: bytes, actor: Actor, now: datetime
) -> str:
    what = "rehearsal"
    fields(value, what, ("contests", "format", "owner", "role"))
    role, owner = _holder(election, value, what)
    asked = ceremony.get(session, election.uuid, _OFFICE, _REHEARSAL)
    if asked is None:
        raise ProtocolError("keyholders.early", role=role)
    tests = rehearsal.tallies(asked)
    parts = fields(value["contests"], what, tuple(tests))
    for contest in election.contests:
        test, tally = tests[contest.uuid]
        part = fields(parts[contest.uuid], what, ("fingerprint", "partial", "strong"))
        if part["fingerprint"] != test.fingerprint:
            raise ProtocolError("keyholders.other-tally", role=role, contest=contest.title)
        _check_decryption(test, tally, _trustees(contest), owner, part, f"rehearsal of {role}")
    ceremony.put(session, election.uuid, role, ceremony.REHEARSED, raw, actor, now)
    return role


# --- The seal and its amendments ---------------------------------------------------------------------


def _take_sealed(
    _store: Store, session: Session, election: Election, value: Json, raw: bytes, actor: Actor, now: datetime
) -> str:
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


def _one_role(rows: Iterable[Json], what: str) -> str:
    """The role that all rows of an answer bear: what two have signed is no answer of either."""
    roles = {string(fields(row, what, _ROW, ("contest", "line"))["role"], f"{what}, role") for row in rows}
    if len(roles) > 1:
        raise ProtocolError("keyholders.mixed", what=what, roles=", ".join(sorted(role[:64] for role in roles)))
    return roles.pop()


def _check_row(election: Election, contest: Contest, row: Json, text: str, what: str) -> None:
    """One row of seal.json: the holder's place, and her signature of the text."""
    fields(row, what, _ROW)
    role, owner = _holder(election, row, what)
    trustees = _trustees(contest)
    certificate = trustees.certificates[owner - 1]
    if certificate is None:
        raise ProtocolError("setup.seal-holder", what=what, role=role, owner=owner)
    proof = Proof.parse(trustees.group, {key: row[key] for key in ("challenge", "response")}, what)
    check_signature(trustees.group, certificate.verification, text, proof, what)


def _amendment_inputs(session: Session, election: Election) -> dict[str, tuple[str, bytes]]:
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
            for role in _roles(election):
                if role not in signed:
                    asked.setdefault(role, []).append(document)
    return {
        role: ("amend", encode({"amendments": documents, "format": signing.AMENDMENT_FORMAT}))
        for role, documents in asked.items()
    }


def _take_amended(
    _store: Store, session: Session, _election: Election, value: Json, _raw: bytes, actor: Actor, now: datetime
) -> str:
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


# --- The count ---------------------------------------------------------------------------------------


def _take_decrypted(
    store: Store, session: Session, election: Election, value: Json, raw: bytes, actor: Actor, now: datetime
) -> str:
    what = "decryption"
    fields(value, what, ("contests", "format", "owner", "role"))
    role, owner = _holder(election, value, what)
    counted = [contest for contest in election.contests if contest.phase == Phase.FROZEN]
    parts = fields(value["contests"], what, [contest.uuid for contest in counted])
    tallies = {}
    for contest in counted:
        record, tally, _ = tallies[contest.uuid] = publication.tally_of(store, contest)
        part = fields(parts[contest.uuid], what, ("fingerprint", "partial", "strong", "tally"))
        if (part["fingerprint"], part["tally"]) != (record.fingerprint, tally.digest):
            raise ProtocolError("keyholders.other-tally", role=role, contest=contest.title)
        _check_decryption(record, tally, _trustees(contest), owner, part, f"decryption of {role}")
    ceremony.put(session, election.uuid, role, publication.DECRYPTED, raw, actor, now)
    drawing.ask(session, election, tallies, actor, now)
    return role


def _take_opened(
    _store: Store, session: Session, election: Election, value: Json, raw: bytes, actor: Actor, now: datetime
) -> str:
    """One holder's part of the product of slips, of every contest whose lot is not drawn yet."""
    what = "lot"
    fields(value, what, ("contests", "format", "owner", "role"))
    role, owner = _holder(election, value, what)
    if ceremony.get(session, election.uuid, role, lots.OPENED) == raw:
        return role
    if ceremony.get(session, election.uuid, role, publication.DECRYPTED) is None:
        raise ProtocolError("keyholders.early", role=role)
    undecided = drawing.undecided(session, election)
    given = fields(value["contests"], what, (), [contest.uuid for contest in election.contests])
    for contest in election.contests:
        if contest.uuid in given and contest.uuid not in undecided:
            raise ProtocolError("drawing.none", contest=contest.title)
    parts = fields(given, what, list(undecided))
    for contest in election.contests:
        if contest.uuid not in undecided:
            continue
        part, record = parts[contest.uuid], ElectionRecord.parse(contest.record or b"")
        opened = product(record, publication.sealed_slips(record, contest.slips or b""))
        fields(part, what, ("fingerprint", "partial", "product", "strong"))
        if (part["fingerprint"], part["product"]) != (record.fingerprint, opened.digest):
            raise ProtocolError("keyholders.other-lot", role=role, contest=contest.title)
        _check_decryption(record, opened, _trustees(contest), owner, part, f"lot opened by {role}")
    ceremony.put(session, election.uuid, role, lots.OPENED, raw, actor, now)
    return role


def _check_decryption(
    record: ElectionRecord, tally: EncryptedTally, trustees: Trustees, owner: int, part: Json, what: str
) -> None:
    """Both proofs of one holder's factors in one contest."""
    partial = PartialDecryption.parse(string(part["partial"], what).encode(), record, what, tally.shape)
    key = trustees.verification_keys[owner - 1]
    check_partial(record, tally, key, partial, what)
    check_strong(record, tally, owner, key, partial, part["strong"], what)


def _trustees(contest: Contest) -> Trustees:
    return Trustees.parse(contest.trustees or b"", group_by_name(contest.election.group))


def _holder(election: Election, value: Mapping[str, Json], what: str) -> tuple[str, int]:
    """The role and number of a holder, as the policy has them."""
    role, owner = string(value["role"], f"{what}, role"), integer(value["owner"], f"{what}, owner", 1)
    roles = _roles(election)
    if owner > len(roles) or roles[owner - 1] != role:
        raise ProtocolError("setup.seal-holder", what=what, role=role[:64], owner=owner)
    return role, owner


_TAKERS = {
    ANSWER_FORMAT: _take_step,
    rehearsing.ANSWER_FORMAT: _take_rehearsed,
    signing.SEALED_FORMAT: _take_sealed,
    signing.AMENDED_FORMAT: _take_amended,
    decryption.ANSWER_FORMAT: _take_decrypted,
    opening.ANSWER_FORMAT: _take_opened,
}
"""What each format of answer is taken by."""
