"""One contest of a record as the checks see it: files parsed once, when first asked for.

A property raises what its file breaks; every check that needs it then fails with that rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from elections.protocol import archive as belenios
from elections.protocol.ballot import Election
from elections.protocol.canonical import Json, fields, parse_canonical, parse_lines, string
from elections.protocol.entry import Entry
from elections.protocol.errors import ProtocolError
from elections.protocol.log import Checkpoint
from elections.protocol.record import RegisterCounts
from elections.protocol.setup import Setup
from elections.protocol.tally import EncryptedTally
from elections.protocol.trustees import Trustees
from elections.verify.ballots import Judged, Task, judge

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass
class Contest:
    """The files of one contest, by their names inside its folder."""

    uuid: str
    files: Mapping[str, bytes]
    jobs: int = 1

    def raw(self, name: str) -> bytes:
        """The bytes of a file, or the refusal `record.missing`."""
        if name not in self.files:
            raise ProtocolError("record.missing", path=f"{self.uuid}/{name}")
        return self.files[name]

    def name(self, file: str) -> str:
        """How messages name a file of this contest."""
        return f"{self.uuid}/{file}"

    @cached_property
    def setup(self) -> Setup:
        """What was sealed."""
        return Setup.parse(self.raw("setup.json"), self.name("setup.json"))

    @property
    def stopped(self) -> bool:
        """A stopped contest has neither archive nor entries (protocol.md §10)."""
        return "archive.bel" not in self.files and "entries.jsonl" not in self.files

    @cached_property
    def archive(self) -> belenios.Archive:
        """The Belenios archive, its bytes and grammar checked."""
        return belenios.read(self.raw("archive.bel"), self.name("archive.bel"))

    @cached_property
    def election(self) -> Election:
        """The Belenios election of the archive."""
        return Election.parse(self.archive.election, self.name("archive.bel, election"))

    @cached_property
    def trustees(self) -> Trustees:
        """The trustees of the archive, parsed but not yet checked."""
        return Trustees.parse(self.archive.trustees, self.election.group, self.name("archive.bel, trustees"))

    @cached_property
    def entries(self) -> list[Entry]:
        """The urn's entries in log order."""
        what = self.name("entries.jsonl")
        lines = parse_lines(self.raw("entries.jsonl"), what)
        return [Entry.read(value, f"{what}, line {number}") for number, (_, value) in enumerate(lines, 1)]

    @cached_property
    def checkpoints(self) -> list[Checkpoint]:
        """The urn's checkpoints in order, each signed under the sealed urn key."""
        what = self.name("checkpoints.jsonl")
        result = []
        for number, (_, value) in enumerate(parse_lines(self.raw("checkpoints.jsonl"), what), 1):
            place = f"{what}, line {number}"
            note = string(fields(value, place, ("note",))["note"], place)
            result.append(Checkpoint.parse(self.setup.urn_key.check(note, place), place))
        return result

    @cached_property
    def seal(self) -> Json:
        """seal.json, canonical."""
        return parse_canonical(self.raw("seal.json"), self.name("seal.json"))

    @cached_property
    def register(self) -> RegisterCounts:
        """The counts of the register."""
        return RegisterCounts.parse(self.raw("register.json"), self.name("register.json"))

    @cached_property
    def judged(self) -> Judged:
        """Every ballot of the entries judged once, with the tally of those that hold."""
        tasks = [Task(number, entry.ballot) for number, entry in enumerate(self.entries, 1)]
        return judge(self.election, tasks, own=True, jobs=self.jobs)

    @cached_property
    def tally(self) -> EncryptedTally:
        """The archive's encrypted tally."""
        raw = self.archive.encrypted_tally
        if raw is None:
            raise ProtocolError("record.missing", path=self.name("archive.bel, encrypted tally"))
        return EncryptedTally.parse(raw, self.election, self.name("archive.bel, encrypted tally"))
