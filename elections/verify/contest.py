"""One contest of a record as the checks see it: files parsed once, when first asked for.

A property raises what its file breaks; every check that needs it then fails with that rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

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
from elections.rules.lots import possible
from elections.verify.ballots import Judged, Task, judge
from elections.verify.decryption import check_decryptions, check_result

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["full", "frozen", "stopped"]
"""The three forms that a contest's part of a record has (protocol.md §10)."""

_STOPPED = frozenset({"checkpoints.jsonl", "register.json", "seal.json", "setup.json"})
_FROZEN = _STOPPED | {"archive.bel", "entries.jsonl"}
_FULL = _FROZEN | {"decryptions.jsonl", "result.json"}
_FILES: dict[Kind, frozenset[str]] = {"full": _FULL, "frozen": _FROZEN, "stopped": _STOPPED}


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

    @property
    def frozen(self) -> bool:
        """A frozen one has neither decryptions nor result, and its archive ends at the tally."""
        if self.stopped or {"decryptions.jsonl", "result.json"} & self.files.keys():
            return False
        try:
            return self.archive.result is None and not self.archive.decryptions
        except ProtocolError:
            return True

    @property
    def kind(self) -> Kind:
        """Which form this contest has; whether the journal says so too is for V14."""
        return "stopped" if self.stopped else "frozen" if self.frozen else "full"

    @property
    def lots(self) -> bool:
        """Whether the count may need a lot, for which slips were sealed; of a stopped contest nothing is counted."""
        return not self.stopped and possible(self.setup.rule.parameters, len(self.setup.candidacies))

    def check_files(self) -> None:
        """Refuse (V01) a file that is missing in this form, and one that no check of it would look at."""
        wanted = _FILES[self.kind] | ({"slips.json"} if self.lots else set())
        for name in sorted(wanted - self.files.keys()):
            self.raw(name)
        for name in sorted(self.files.keys() - wanted):
            raise ProtocolError("record.foreign", path=self.name(name), kind=self.kind)

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
    def notes(self) -> list[tuple[str, str]]:
        """The lines of checkpoints.jsonl, signed notes, one at least; each with its place."""
        what = self.name("checkpoints.jsonl")
        lines = parse_lines(self.raw("checkpoints.jsonl"), what)
        if not lines:
            raise ProtocolError("verify.first-checkpoint", what=what)
        places = [(value, f"{what}, line {number}") for number, (_, value) in enumerate(lines, 1)]
        return [(string(fields(value, place, ("note",))["note"], place), place) for value, place in places]

    @cached_property
    def checkpoints(self) -> list[Checkpoint]:
        """The urn's checkpoints in order, each signed under the sealed urn key."""
        return [Checkpoint.parse(self.setup.urn_key.check(note, place), place) for note, place in self.notes]

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

    @cached_property
    def totals(self) -> list[int]:
        """The totals of the one question, blank first, each the one that the decryptions show (V11)."""
        election, trustees, archive, tally = self.election, self.trustees, self.archive, self.tally
        factors = check_decryptions(election, trustees, archive.decryptions, tally, None)
        return check_result(election, trustees, archive, tally, factors, len(self.entries))[0]
