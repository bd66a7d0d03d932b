"""The journal in the words of NIST SP 1500-101, version 1, for programs that know no word of ours.

One log of one device, the election management system; each line of the journal is an event. What an event has no
member for, contest and details, stands in its `Details` as canonical JSON, and its `Hash` is the digest of the line:
from the events every line of journal.jsonl can be written again, and a test does so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, encode, hour_text
from elections.rules.phases import Role
from elections.rules.words import ACTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from elections.protocol.journal import JournalEntry

_DEVICE = "isoloir"
_HASHES = "Hash is the SHA-256 of the event's line in journal.jsonl, which states the Hash of the event before it."
_BY_ITSELF, _BY_SOMEBODY = "system-action", "user-action"


def write(entries: Sequence[JournalEntry], election_uuid: str, version: str, generated: datetime) -> bytes:
    """The canonical bytes of the log; `version` is that of the program, `generated` the hour of the export."""
    device = _made(
        "Device",
        Event=[_event(entry) for entry in entries],
        HashType="sha-256",
        Id=f"{_DEVICE}-{election_uuid}",
        Model=_DEVICE,
        Type="ems",
        Version=version,
    )
    log = _made(
        "ElectionEventLog",
        Details=_HASHES,
        Device=[device],
        ElectionId=election_uuid,
        GeneratedTime=hour_text(generated),
    )
    return encode(log)


def _event(entry: JournalEntry) -> Json:
    """An act on record was done, so that its disposition is always the same: what was refused has no line."""
    known = ACTS.get(entry.act)
    return _made(
        "Event",
        Description=entry.act if known is None else known.en,
        Details=encode({"contest": entry.contest, "details": entry.details}).decode(),
        Disposition="success",
        Hash=entry.digest,
        Id=entry.act,
        Sequence=str(entry.sequence),
        TimeStamp=hour_text(entry.at),
        Type=_BY_ITSELF if entry.role == Role.CLOCK else _BY_SOMEBODY,
        UserId=f"{entry.role}-{entry.number}",
    )


def _made(kind: str, **members: Json) -> dict[str, Json]:
    return {"@type": f"EventLogging.{kind}", **members}
