"""A finished record taken apart: any file, line or event is changed, and what holds it together is mended.

Paths name a contest by its college: `s1/register.json`. The journal's chain is closed again after an edit, and
amendments are signed again where the line that they name has changed; an archive's events are chained anew.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from elections.protocol import events
from elections.protocol.ballot import Election
from elections.protocol.canonical import Json, encode, encode_lines, hour, hour_text, sha256_hex
from elections.protocol.elgamal import sign
from elections.protocol.errors import ProtocolError
from elections.protocol.journal import FIRST, parse_journal
from elections.protocol.record import JOURNAL, MANIFEST, MANIFEST_NOTE, manifest_text, write_manifest
from elections.protocol.setup import amendment_text
from elections.protocol.trustees import Trustees
from elections.rules import cdf, minutes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from elections.protocol.answers import Secrets
    from elections.protocol.events import Step
    from elections.protocol.note import NoteKey
    from tests.records import Record


@dataclass
class Editor:
    """The files of a record. `rewrite` changes the manifest before it is signed, `last` whatever stands after it."""

    record: Record
    files: dict[str, bytes]
    rewrite: Callable[[dict[str, Json]], bytes | None] = lambda _: None
    last: list[Callable[[Editor], object]] = field(default_factory=list)
    borrowed: dict[str, str] = field(default_factory=dict)
    """The contest whose holders' keys a contest uses instead of its own."""

    # --- Files

    def path(self, short: str) -> str:
        """`s1/setup.json` with the contest's uuid."""
        college, slash, name = short.partition("/")
        return f"{self.record.contests.get(college, college)}{slash}{name}"

    def read(self, short: str) -> Json:
        """A JSON file, or the lines of a `.jsonl`, as a value of its own."""
        raw = self.files[self.path(short)]
        return [json.loads(line) for line in raw.splitlines()] if short.endswith(".jsonl") else json.loads(raw)

    def write(self, short: str, value: Json) -> None:
        """Write it back canonically."""
        self.files[self.path(short)] = encode_lines(value) if short.endswith(".jsonl") else encode(value)

    def put(self, short: str, new: object, *keys: str | int) -> None:
        """Change one value of a JSON file: `new` is the value, or what makes it from the old one."""
        value = self.read(short)
        self.write(short, changed(value, new, *keys))

    def drop(self, short: str) -> None:
        """Remove a file."""
        del self.files[self.path(short)]

    def raw(self, short: str, edit: Callable[[bytes], bytes]) -> None:
        """Change a file byte by byte."""
        path = self.path(short)
        self.files[path] = edit(self.files[path])

    def finish(self, key: NoteKey | None) -> dict[str, bytes]:
        """The files with their manifest mended, and signed anew by `key` unless that is None; may be done twice."""
        done = replace(self, files=dict(self.files))
        done.tell()
        old = done.read("manifest.json")
        others = {path: raw for path, raw in done.files.items() if path not in (MANIFEST, MANIFEST_NOTE)}
        value = json.loads(write_manifest(old["election"]["title"], old["election"]["uuid"], old["contests"], others))
        done.files[MANIFEST] = self.rewrite(value) or encode(value)
        if key is not None:
            text = manifest_text(old["election"]["uuid"], done.files[MANIFEST])
            done.files[MANIFEST_NOTE] = key.sign(text).encode()
        for edit in self.last:
            edit(done)
        return done.files

    # --- Minutes and export

    def tell(self) -> None:
        """Write minutes and export again, as the record would have them now, unless the attack wrote its own.

        Where the record is too broken to be told they stay, and V15 fails like everything that reads it.
        """
        there = {path: raw for path, raw in self.files.items() if _is_told(path)}
        if not there or there != {path: raw for path, raw in self.record.files.items() if _is_told(path)}:
            return
        contests = {uuid: self.contest(uuid) for uuid in self.record.contests.values() if self.contest(uuid)}
        with suppress(ProtocolError):
            account = minutes.read(contests, parse_journal(self.files[JOURNAL]))
            told = minutes.write(account) if account.concluded else {}
            told |= {minutes.pdf_of(path): self._pdf(path, raw) for path, raw in told.items()}
            told |= {cdf.CDF: cdf.write(account)} if account.concluded else {}
            self.files = {path: raw for path, raw in self.files.items() if path not in there} | told

    def _pdf(self, path: str, data: bytes) -> bytes:
        return self.files[minutes.pdf_of(path)] if self.files.get(path) == data else stand_in(data)

    def contest(self, uuid: str) -> dict[str, bytes]:
        """The files of a contest, by their names inside its folder."""
        return {path.removeprefix(f"{uuid}/"): raw for path, raw in self.files.items() if path.startswith(f"{uuid}/")}

    # --- The journal

    def journal(self, edit: Callable[[list[Json]], object]) -> None:
        """Change the lines of the journal; the chain is closed again, amendments are signed again for the new lines."""
        lines = self.read("journal.jsonl")
        known = [sha256_hex(encode(line)) for line in lines]
        for line, digest in zip(lines, known, strict=True):
            line["was"] = digest
        lines = _edited(edit, lines)
        digests: dict[str, str] = {}
        previous = FIRST
        for number, line in enumerate(lines):
            was = line.pop("was", None)
            line |= {"previous": previous, "sequence": number}
            act = line["details"].get("act", "")
            if line["act"] == "amendment" and digests.get(act, act) != act:
                self._sign_again(line, digests[act])
            previous = sha256_hex(encode(line))
            if was is not None:
                digests[was] = previous
        self.write("journal.jsonl", lines)

    def act(self, act: str, college: str | None, edit: Callable[[Json], object]) -> None:
        """Change the last line of an act on a contest, or on the whole election."""

        def change(lines: list[Json]) -> None:
            edit([line for line in lines if (line["act"], line["contest"]) == (act, self._uuid(college))][-1])

        self.journal(change)

    def insert(self, before: str, college: str, act: str, role: str, details: Json, **more: Json) -> None:
        """Put a line before the last one of the act `before`, at its hour unless `at` is given."""

        def add(lines: list[Json]) -> None:
            there = [number for number, line in enumerate(lines) if self.is_act(line, before, college)][-1]
            actor = {"number": int(role != "clock"), "role": role}
            line = {"act": act, "actor": actor, "contest": self._uuid(college), "details": details}
            lines.insert(there, {**line, "at": lines[there]["at"], **more})

        self.journal(add)

    def is_act(self, line: Json, act: str, college: str) -> bool:
        """Whether a line of the journal is this act on this contest."""
        return (line["act"], line["contest"]) == (act, self._uuid(college))

    def _uuid(self, college: str | None) -> str | None:
        return None if college is None else self.record.contests.get(college, college)

    def _sign_again(self, line: Json, act: str) -> None:
        uuid, details = line["contest"], line["details"]
        election = Election.parse(self._setup_bodies(uuid)[0])
        text = amendment_text(election.fingerprint, act, details["change"])
        rows = [self.seal_row(uuid, row["owner"], text) for row in details["signatures"]]
        line["details"] = {**details, "act": act, "signatures": rows}

    def seal_row(self, uuid: str, owner: int, text: str) -> Json:
        """A holder's signature as seal.json and amendments have it."""
        election, setup = Election.parse(self._setup_bodies(uuid)[0]), json.loads(self.files[f"{uuid}/setup.json"])
        role = [role for group in setup["policy"] for role in group["holders"]][owner - 1]
        proof = sign(election.group, self.secrets(uuid, owner).signing, text)
        return {**proof.json(), "owner": owner, "role": role}

    def secrets(self, college: str, owner: int) -> Secrets:
        """What a holder keeps of a contest."""
        uuid = self.path(college)
        return self.record.holders[owner - 1][self.borrowed.get(uuid, uuid)]

    def share(self, college: str, owner: int) -> int:
        """Her share of the contest's key."""
        return self.secrets(college, owner).share or 0

    # --- The archive

    def steps(self, college: str, edit: Callable[[list[Step]], object]) -> None:
        """Change the events of an archive; chain and heights are written anew."""
        path = self.path(f"{college}/archive.bel")
        timestamp, steps = events.decode(self.files[path], path)
        self.files[path] = events.encode(timestamp, _edited(edit, list(steps)))

    def body(self, college: str, event: str, edit: Callable[[bytes], bytes], *, place: int = 0, data: int = 0) -> None:
        """Change one data record of the event's `place`-th occurrence; whoever names its digest names the new one."""

        def change(steps: list[Step]) -> None:
            number = [at for at, item in enumerate(steps) if item.event == event][place]
            bodies = list(steps[number].bodies)
            bodies[data] = edit(bodies[data])
            steps[number] = restep(event, bodies)

        self.steps(college, change)

    def _setup_bodies(self, uuid: str) -> tuple[bytes, ...]:
        path = f"{uuid}/archive.bel"
        return events.decode(self.files[path], path)[1][0].bodies

    def election(self, college: str) -> Election:
        """The Belenios election of a contest, as its archive has it now."""
        return Election.parse(self._setup_bodies(self.path(college))[0])

    def trustees(self, college: str) -> Trustees:
        """Its trustees."""
        return Trustees.parse(self._setup_bodies(self.path(college))[1], self.election(college).group)


def changed(value: Json, new: object, *keys: str | int) -> Json:
    """`value` with what stands under `keys` replaced by `new`, or by what it makes of the old one."""
    if not keys:
        return new(value) if callable(new) else new
    value[keys[0]] = changed(value[keys[0]], new, *keys[1:])
    return value


def stand_in(data: bytes) -> bytes:
    """What V15 takes for the PDF of these data: all that it reads of one is the digest."""
    return b"%PDF-1.7\n%sha256:" + sha256_hex(data).encode()


def _is_told(path: str) -> bool:
    return path == cdf.CDF or path.startswith("minutes/")


def later(line: Json, **by: int) -> None:
    """Change the hour of a line of the journal."""
    line["at"] = hour_text(hour(line["at"], "at") + timedelta(**by))


def _edited(edit: Callable[[Json], object], value: Json) -> Json:
    """What an edit gives, or the value that it changed in place."""
    new = edit(value)
    return value if new is None else new


def restep(event: str, bodies: Sequence[bytes]) -> Step:
    """A step whose index, where it has one, names the digests of these bodies."""
    if not events.index_keys(event):
        return events.Step(event, tuple(bodies))
    index = json.loads(bodies[-1])
    numbers = {key: index[key] for key in index if key not in events.DATA[event]}
    return events.step(event, *bodies[:-1], **numbers)
