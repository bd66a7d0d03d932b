"""Door 2, counting: phases, freeze, tally, result and publication (protocol.md §10, §11, §14).

The registry's act comes first, then issuers and urn are told; `align` tells them again after a crash. A
frozen contest is counted from its published entries; nothing is ever decrypted but the totals and, for a lot, the
product of the slips. What is published is what the verifier has judged, byte for byte, or nothing is (R13).
"""

from __future__ import annotations

import shutil
import tempfile
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from elections import casting, issuer, opening, server_keys, urn
from elections.protocol.canonical import parse_canonical, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import Setup
from elections.publication import contest_files, gather, record_files, write_folder
from elections.registry import elections, journal, lifecycle, register
from elections.registry.incidents import Grounds
from elections.registry.journal import CLOCK
from elections.registry.tables import Contest
from elections.rules.phases import Act, Phase, permit
from elections.verify.judge import judge_record

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.journal import Actor
    from elections.storage import Store
    from elections.verify import Report

_FROZEN = (Phase.FROZEN, Phase.COUNTED, Phase.PROCLAIMED, Phase.ARCHIVED)
NO_GROUNDS = Grounds()
_LOOKS, _PAUSE = 5, 0.2
"""How often, and after how many seconds, a contest is looked at again that may be in the middle of a cast."""
_FOLLOWED = {Act.OPEN, Act.SUSPEND, Act.RESUME, Act.STOP, Act.CLOSE}
"""The acts that issuers and urn follow at once, and that need no more than the table and the registry say."""


def act(store: Store, contest_uuid: str, name: Act, actor: Actor, now: datetime, grounds: Grounds = NO_GROUNDS) -> None:
    """Open, suspend, resume, stop or close a contest; the `grounds` stand in the journal."""
    if name not in _FOLLOWED:
        raise ProtocolError("counting.act", act=name.value)
    # The table is asked here too: of a draft nothing is there yet that could be recovered or found whole.
    with store.registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        permit(contest.phase, name, actor.role, rehearsal=contest.election.rehearsal)
    if name in (Act.OPEN, Act.RESUME, Act.CLOSE, Act.STOP):
        casting.recover(store, contest_uuid)
    if name in (Act.OPEN, Act.RESUME):
        check_ready(store, contest_uuid, empty=name is Act.OPEN)
    if name is Act.OPEN:
        with store.registry_reader() as session:
            contest = elections.contest(session, contest_uuid)
            opening.check_software(contest.title, _setup(contest.setup or b""))
    with store.registry.begin() as session:
        lifecycle.act(session, contest_uuid, name, actor, now, grounds.details)
    align(store, contest_uuid)


@lru_cache(maxsize=64)
def _setup(raw: bytes) -> Setup:
    return Setup.parse(raw)


def align(store: Store, contest_uuid: str) -> None:
    """Tell issuers and urn the phase of the registry; a stopped contest's attempts are settled and its keys die."""
    with store.registry.begin() as session:
        contest = elections.contest(session, contest_uuid)
        phase, election = Phase(contest.phase), contest.election_uuid
        issuer.set_phase(session, contest_uuid, phase)
    with store.urn.begin() as session:
        urn.set_phase(session, contest_uuid, phase)
    if phase is Phase.STOPPED and server_keys.linking_keys_exist(store.keys, election, contest_uuid):
        casting.recover(store, contest_uuid)
        _finish_urn(store, contest_uuid)
        server_keys.destroy_linking_keys(store.keys, election, contest_uuid)


def check_ready(store: Store, contest_uuid: str, *, empty: bool) -> None:
    """Refuse unless signatures = ballots, the log is whole, and the link key is the sealed one (protocol.md §6).

    With `empty`, both counts must be zero. Casting does not open after a start unless this holds.
    """
    with store.registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        setup = _setup(contest.setup or b"")
        signatures = register.count(session, contest_uuid).signatures
        key = server_keys.link_key(store.keys, contest.election_uuid, contest_uuid)
    if sha256_hex(key) != setup.link_key_digest:
        raise ProtocolError("counting.link-key", contest=setup.title)
    with store.urn_reader() as session:
        ballots = urn.count(session, contest_uuid)
        urn.check_extends(session, contest_uuid, setup.urn_key, urn.last_checkpoint(session, contest_uuid))
    if ballots != signatures or (empty and ballots):
        raise ProtocolError("registry.counts", signatures=signatures, ballots=ballots)


def unready(store: Store) -> frozenset[str]:
    """The contests in which casting must not go on after this start: `check_ready` refuses them (protocol.md §6).

    Other processes may be in the middle of a cast, between their two databases: a difference counts only if it
    lasts. What is found is for the board: it suspends, and resumes once the contest is whole again, or stops it.
    """
    with store.registry_reader() as session:
        voting = list(session.scalars(select(Contest.uuid).where(Contest.phase.in_((Phase.OPEN, Phase.CLOSING)))))
    return frozenset(uuid for uuid in voting if not _settles(store, uuid))


def _settles(store: Store, contest_uuid: str) -> bool:
    for _ in range(_LOOKS):
        try:
            casting.recover(store, contest_uuid)
            check_ready(store, contest_uuid, empty=False)
        except ProtocolError:
            time.sleep(_PAUSE)
        else:
            return True
    return False


def publish(store: Store, contest_uuid: str, *, elapsed: bool) -> str | None:
    """Publish a batch if one is due; the new checkpoint, or None."""
    with store.registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        setup, election = _setup(contest.setup or b""), contest.election_uuid
    with store.urn_reader() as session:
        if not urn.due(session, contest_uuid, setup.batches, setup.roll_size, elapsed=elapsed):
            return None
    key = server_keys.urn_key(store.keys, election, setup.urn_name)
    with store.urn.begin() as session:
        note = urn.publish(session, contest_uuid, key, setup.batches, setup.roll_size, elapsed=elapsed)
    if note is not None:
        store.vacuum_urn()
    return note


def freeze(store: Store, contest_uuid: str, now: datetime) -> None:
    """The freeze (protocol.md §10), in steps that may each be repeated after a crash.

    No attempt is let in, those in flight are resolved, the urn publishes what waits and closes its log, the
    counts are compared and written into the journal, link and cast keys are destroyed.
    """
    with store.registry.begin() as session:
        contest = elections.contest(session, contest_uuid)
        election, done = contest.election_uuid, contest.phase in _FROZEN
        if not done:
            lifecycle.halt(session, contest_uuid, now)
    if not done:
        casting.recover(store, contest_uuid)
        with store.urn.begin() as session:
            urn.set_phase(session, contest_uuid, Phase.FROZEN)
        note = _finish_urn(store, contest_uuid)
        with store.urn_reader() as session:
            ballots = urn.count(session, contest_uuid)
        with store.registry.begin() as session:
            signatures = register.count(session, contest_uuid).signatures
            details = {"ballots": ballots, "checkpoint": sha256_hex(note.encode()), "signatures": signatures}
            lifecycle.act(session, contest_uuid, Act.FREEZE, CLOCK, now, details)
            issuer.set_phase(session, contest_uuid, Phase.FROZEN)
    server_keys.destroy_linking_keys(store.keys, election, contest_uuid)


def _finish_urn(store: Store, contest_uuid: str) -> str:
    with store.registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        election, urn_name = contest.election_uuid, contest.election.urn_name
    key = server_keys.urn_key(store.keys, election, urn_name)
    with store.urn.begin() as session:
        note = urn.freeze(session, contest_uuid, key)
    store.vacuum_urn()
    return note


def count(store: Store, election_uuid: str, actor: Actor, now: datetime, *, jobs: int = 1) -> Report:
    """Step 19: compute the result from the holders' decryptions, verify everything, then → `counted`."""
    return _advance(store, election_uuid, Act.COUNT, actor, now, jobs)[1]


def proclaim(store: Store, election_uuid: str, actor: Actor, now: datetime, *, jobs: int = 1) -> tuple[Path, Report]:
    """Step 20: the record is built, verified and published, or nothing is committed; its folder and its report."""
    files, report = _advance(store, election_uuid, Act.PROCLAIM, actor, now, jobs)
    return publish_record(store, election_uuid, files), report


def archive(store: Store, election_uuid: str, actor: Actor, now: datetime) -> None:
    """Contestation is over: the issuers' signed requests are destroyed, every proclaimed contest is `archived`.

    That the time has passed is the office's to know (R. 211-586); holders destroy their files themselves.
    """
    with store.registry.begin() as session:
        contests = [(contest.uuid, contest.phase) for contest in elections.find(session, election_uuid).contests]
        for uuid, phase in contests:
            if phase != Phase.STOPPED:
                lifecycle.act(session, uuid, Act.ARCHIVE, actor, now)
            issuer.destroy_requests(session, uuid)
    for uuid, _ in contests:
        align(store, uuid)


def _advance(
    store: Store, election_uuid: str, name: Act, actor: Actor, now: datetime, jobs: int
) -> tuple[dict[str, bytes], Report]:
    """Do an act on every contest that is not stopped, if the record that follows from it is verified.

    Verification takes long, and nobody should wait for it: the act is tried and taken back, its record
    judged, and the act then done for good if it gives the very same journal.
    """
    materials = gather(store, election_uuid, counting=True)
    files = {material.setup.uuid: contest_files(material) for material in materials}
    with store.registry() as trial:
        lines = _act_on_all(trial, election_uuid, name, actor, now, files)
        trial.rollback()
    record = record_files(files, lines, server_keys.record_key(store.keys, election_uuid))
    report = _judged(record, jobs)
    with store.registry.begin() as session:
        if _act_on_all(session, election_uuid, name, actor, now, files) != lines:
            raise ProtocolError("counting.moved")
    for uuid in files:
        align(store, uuid)
    return record, report


def _act_on_all(
    session: Session, election_uuid: str, name: Act, actor: Actor, now: datetime, files: dict[str, dict[str, bytes]]
) -> bytes:
    """The act on each contest, and the journal that it gives."""
    election = elections.find(session, election_uuid)
    for contest in election.contests:
        if contest.phase == Phase.STOPPED:
            continue
        # Before anything is read that only this phase has.
        permit(contest.phase, name, actor.role, rehearsal=election.rehearsal)
        details: dict[str, Json] = {}
        if name is Act.COUNT:
            if "result.json" not in files[contest.uuid]:
                raise ProtocolError("counting.decryptions", contest=contest.title)
            raw = files[contest.uuid]["result.json"]
            lot = parse_canonical(raw, "result.json")["lot"]
            if lot is not None and not lot["transcript"]:
                raise ProtocolError("counting.lot", contest=contest.title)
            details = {"result": sha256_hex(raw)}
        lifecycle.act(session, contest.uuid, name, actor, now, details)
    return journal.lines(session, election_uuid)


def _judged(record: dict[str, bytes], jobs: int) -> Report:
    report = judge_record(record, jobs=jobs)
    for check in report.checks:
        if check.verdict == "fails":
            raise ProtocolError("counting.unverified", id=check.id, detail=check.detail)
    return report


def export(store: Store, election_uuid: str, out: Path, *, jobs: int = 1) -> Report:
    """Write the record into the new folder `out`: frozen before the count, full after it; verified, or refused."""
    record, report = _record(store, election_uuid, jobs)
    write_folder(record, out)
    return report


def _record(store: Store, election_uuid: str, jobs: int) -> tuple[dict[str, bytes], Report]:
    """The record as things stand, and how it was judged."""
    materials = gather(store, election_uuid)
    files = {material.setup.uuid: contest_files(material) for material in materials}
    with store.registry_reader() as session:
        lines = journal.lines(session, election_uuid)
    record = record_files(files, lines, server_keys.record_key(store.keys, election_uuid))
    return record, _judged(record, jobs)


def published(store: Store, election_uuid: str) -> Path:
    """Where the record of a proclaimed election lies."""
    return store.state / "records" / election_uuid


def publish_record(store: Store, election_uuid: str, record: dict[str, bytes]) -> Path:
    """Put the record where anyone may download it, whole or not at all."""
    folder = published(store, election_uuid)
    if not folder.exists():
        folder.parent.mkdir(mode=0o755, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=".record-", dir=folder.parent))
        try:
            write_folder(record, partial / "record")
            (partial / "record").rename(folder)
        finally:
            shutil.rmtree(partial)
    return folder


def republish(store: Store, election_uuid: str) -> None:
    """Publish the record of a proclaimed election where a crash came between the act and the folder: the same bytes."""
    if not published(store, election_uuid).exists():
        publish_record(store, election_uuid, _record(store, election_uuid, 1)[0])
