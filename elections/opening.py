"""What is found before a contest is opened: every figure of R. 211-541, and whether it is as it must be.

The act itself is `counting.act`, which checks again; here nothing is changed. What cannot even be read does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections import issuer, server_keys, software, urn
from elections.protocol.ballot import Election as ElectionRecord
from elections.protocol.canonical import hour_text, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.protocol.group import group_by_name
from elections.protocol.log import Checkpoint
from elections.protocol.setup import Setup, check_binding
from elections.protocol.trustees import Trustees
from elections.registry import elections, register

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.tables import Contest
    from elections.storage import Store


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it holds, and the figures by name."""

    key: str
    holds: bool
    figures: dict[str, Json]


def findings(store: Store, contest_uuid: str, now: datetime) -> list[Finding]:
    """What a board looks at before it opens, in the order of the article; refused for a contest that is not sealed."""
    with store.registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        if contest.setup is None:
            raise ProtocolError("registry.unsealed", contest=contest.title)
        setup = Setup.parse(contest.setup)
        found = [_hour(setup, contest, now), *_registry(session, contest), _key(contest, setup)]
        link = sha256_hex(server_keys.link_key(store.keys, contest.election_uuid, contest_uuid))
    with store.urn_reader() as session:
        found[1:1] = _urn(session, setup)
    found.append(Finding("link", link == setup.link_key_digest, {"found": link, "sealed": setup.link_key_digest}))
    return [*found, _software(setup)]


def check_software(contest: str, setup: Setup) -> None:
    """Refuse (`opening.software`) unless what runs and what lies on the disk are what was sealed."""
    if not _software(setup).holds:
        raise ProtocolError("opening.software", contest=contest)


def _hour(setup: Setup, contest: Contest, now: datetime) -> Finding:
    figures = {"now": hour_text(now), "opening": hour_text(setup.opening), "closing": hour_text(contest.closing)}
    return Finding("hour", setup.opening <= now < contest.closing, figures)


def _registry(session: Session, contest: Contest) -> list[Finding]:
    counts = register.count(session, contest.uuid)
    tokens = sum(issuer.token_counts(session, contest.uuid).values())
    return [
        Finding("register", not counts.signatures, {"signatures": counts.signatures}),
        Finding("requests", not (counts.attempts or tokens), {"attempts": counts.attempts, "tokens": tokens}),
        Finding("roll", counts.roll == contest.roll_size, {"roll": counts.roll, "sealed": contest.roll_size}),
    ]


def _urn(session: Session, setup: Setup) -> list[Finding]:
    ballots, note = urn.count(session, setup.uuid), urn.last_checkpoint(session, setup.uuid)
    try:
        urn.check_extends(session, setup.uuid, setup.urn_key, note)
        size: int | None = Checkpoint.parse(setup.urn_key.check(note, "checkpoint"), "checkpoint").size
    except ProtocolError:
        size = None
    return [Finding("urn", not ballots, {"ballots": ballots}), Finding("counter", size == 0, {"size": size})]


def _key(contest: Contest, setup: Setup) -> Finding:
    """The public key: the election record is the one computed from the set-up and the holders' keys."""
    try:
        record = ElectionRecord.parse(contest.record or b"")
        check_binding(setup, record, Trustees.parse(contest.trustees or b"", group_by_name(contest.election.group)))
        found: str | None = record.fingerprint
    except ProtocolError:
        found = None
    return Finding("key", found == contest.fingerprint, {"found": found, "sealed": contest.fingerprint})


def _software(setup: Setup) -> Finding:
    loaded, disk = software.loaded(), software.on_disk()
    differing = sorted({*loaded.differing(setup.value), *disk.differing(setup.value)})
    same = all(reading.software == setup.value["software"] for reading in (loaded, disk))
    figures = {
        "sealed": setup.software_digest,
        "loaded": loaded.software["digest"],
        "disk": disk.software["digest"],
        "files": differing,
    }
    return Finding("software", same and not differing, figures)
