"""The data of the minutes, computed from the rest of the record and from nothing else (R. 211-576, R. 211-577).

Two kinds (E44): the minutes of a contest's result, and those of the operations, one for the whole election. What
they say is what setups, registers, checkpoints, decryptions, results and journal say: publication writes their
data by these functions, and V15 writes them again and compares. They are final once every contest is proclaimed
or stopped, and nothing that the journal tells later changes them; before that they are a draft.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.canonical import (
    Json,
    base64_encode,
    encode,
    hour_text,
    integer,
    parse_canonical,
    parse_lines,
    sha256_hex,
    string,
)
from elections.protocol.errors import ProtocolError
from elections.protocol.log import Checkpoint
from elections.protocol.record import MINUTES, RegisterCounts
from elections.protocol.setup import Setup
from elections.rules.phases import Act

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elections.protocol.journal import JournalEntry

FORMAT = "isoloir-minutes-1"
OPERATIONS_FORMAT = "isoloir-operations-1"
OPERATIONS = f"{MINUTES}/operations.json"

_ENDS = (Act.PROCLAIM, Act.STOP)
_HOURS = (Act.SEAL, Act.OPEN, Act.CLOSE, Act.FREEZE, Act.COUNT, Act.PROCLAIM, Act.STOP)


@dataclass(frozen=True)
class Part:
    """One contest of the record, as far as minutes tell of it; without `result` it was stopped."""

    setup: Setup
    register: RegisterCounts
    checkpoint: Checkpoint
    owners: tuple[int, ...]
    """Who decrypted: owner n is the n-th of the holders, from 1."""
    result: Json | None
    digest: str | None
    """SHA-256 of result.json."""
    acts: tuple[JournalEntry, ...]

    @property
    def fingerprint(self) -> str:
        """φ as the seal states it; V14 holds the journal to it."""
        stated = [entry.details.get("fingerprint") for entry in self.acts if entry.act == Act.SEAL]
        return string(stated[-1] if stated else None, f"journal, seal of {self.setup.uuid}")

    @property
    def hours(self) -> dict[str, Json]:
        """When each act was done, the last time; None for what was not done."""
        last = {entry.act: hour_text(entry.at) for entry in self.acts}
        return {act.value: last.get(act.value) for act in _HOURS}

    @property
    def closing(self) -> str:
        """The closing hour in force at the end."""
        changes = [entry.details.get("change") for entry in self.acts if entry.act == "reschedule"]
        closings = [change["closing"] for change in changes if isinstance(change, dict) and "closing" in change]
        return string([hour_text(self.setup.closing), *closings][-1], f"journal, closing of {self.setup.uuid}")


@dataclass(frozen=True)
class Account:
    """A whole record as minutes tell it. `concluded` is the hour from which they are final, None in a draft."""

    parts: tuple[Part, ...]
    entries: tuple[JournalEntry, ...]
    """The journal to the conclusion, or as far as it goes."""
    concluded: str | None


def read(contests: Mapping[str, Mapping[str, bytes]], journal: Sequence[JournalEntry]) -> Account:
    """The account of the contests, one at least, given by uuid, each as its files by name."""
    if not contests:
        raise ProtocolError("record.contests", what=MINUTES)
    ends = {entry.contest: entry for entry in reversed(journal) if entry.act in _ENDS}
    concluded = None
    if contests.keys() <= ends.keys():
        last = max((ends[uuid] for uuid in contests), key=lambda entry: entry.sequence)
        concluded, journal = hour_text(last.at), journal[: last.sequence + 1]
    parts = [_part(uuid, files, journal) for uuid, files in contests.items()]
    order = parts[0].setup.contests
    parts.sort(key=lambda part: order.index(part.setup.uuid) if part.setup.uuid in order else len(order))
    return Account(tuple(parts), tuple(journal), concluded)


def _part(uuid: str, files: Mapping[str, bytes], journal: Sequence[JournalEntry]) -> Part:
    def raw(name: str) -> bytes:
        if name not in files:
            raise ProtocolError("record.missing", path=f"{uuid}/{name}")
        return files[name]

    setup = Setup.parse(raw("setup.json"), f"{uuid}/setup.json")
    place = f"{uuid}/checkpoints.jsonl"
    notes = [value for _, value in parse_lines(raw("checkpoints.jsonl"), place)]
    note = string(notes[-1].get("note") if notes and isinstance(notes[-1], dict) else None, place)
    owners = []
    if "decryptions.jsonl" in files:
        place = f"{uuid}/decryptions.jsonl"
        lines = [value for _, value in parse_lines(files["decryptions.jsonl"], place)]
        owners = [integer(line.get("owner") if isinstance(line, dict) else None, place, 1) for line in lines]
    result = files.get("result.json")
    return Part(
        setup=setup,
        register=RegisterCounts.parse(raw("register.json"), f"{uuid}/register.json"),
        checkpoint=Checkpoint.parse(setup.urn_key.check(note, place), place),
        owners=tuple(sorted(owners)),
        result=None if result is None else parse_canonical(result, f"{uuid}/result.json"),
        digest=None if result is None else sha256_hex(result),
        acts=tuple(entry for entry in journal if entry.contest == uuid),
    )


def write(account: Account) -> dict[str, bytes]:
    """The data of all minutes by path: one file for each contest with a result, one for the operations."""
    files = {
        f"{MINUTES}/{part.setup.uuid}.json": encode(_result(part)) for part in account.parts if part.result is not None
    }
    return {**files, OPERATIONS: encode(_operations(account))}


def pdf_of(path: str) -> str:
    """Where the PDF of these data stands: beside them."""
    return path.removesuffix(".json") + ".pdf"


def _result(part: Part) -> Json:
    """The minutes of a result: the result whole, and what it rests on."""
    return {
        **_sealed(part),
        "format": FORMAT,
        "holders": [
            {"owner": owner, "present": owner in part.owners, "role": role}
            for owner, role in enumerate(part.setup.holders, 1)
        ],
        "policy": part.setup.value["policy"],
        "result": part.result,
        "result_sha256": part.digest,
    }


def _sealed(part: Part) -> dict[str, Json]:
    """What both kinds say of a contest: what was sealed, when what was done, and the counts."""
    setup = part.setup
    return {
        "checkpoint": {"root": base64_encode(part.checkpoint.root), "size": part.checkpoint.size},
        "closing": part.closing,
        "contest": setup.value["contest"],
        "election": setup.value["election"],
        "fingerprint": part.fingerprint,
        "grace": int(setup.grace.total_seconds()),
        "hours": part.hours,
        "opening": hour_text(setup.opening),
        "register": parse_canonical(part.register.encode(), "register"),
        "rehearsal": setup.rehearsal,
        "setup": setup.digest,
        "software": setup.value["software"],
    }


def _operations(account: Account) -> Json:
    """The minutes of the operations: every contest, every act of the journal, and the journal's last digest."""
    setup = account.parts[0].setup
    return {
        "acts": [
            {
                "act": entry.act,
                "actor": {"number": entry.number, "role": entry.role},
                "at": hour_text(entry.at),
                "contest": entry.contest,
                "details": entry.details,
                "sequence": entry.sequence,
            }
            for entry in account.entries
        ],
        "concluded": account.concluded,
        "contests": [_sealed(part) for part in account.parts],
        "election": setup.value["election"],
        "format": OPERATIONS_FORMAT,
        "holders": list(setup.holders),
        "journal": {"digest": account.entries[-1].digest if account.entries else None, "lines": len(account.entries)},
        "policy": setup.value["policy"],
        "rehearsal": setup.rehearsal,
    }
