"""How long judging an archive takes us, beside another program on the same machine (contracts.md, `bench verify`).

The archive is an honest one: three lists and blank, the law's two groups of key holders, ballots made as an
elector's device makes them. What is timed is the wall time of whole processes, start and parsing included,
on one core and the same bytes. The runs alternate, so that what disturbs the machine disturbs both, and the
median counts.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from elections.protocol import archive
from elections.protocol.answers import answer
from elections.protocol.ballot import Ballot, Election, Question, make_ballot, write_election
from elections.protocol.ceremony import Ceremony, Finished, next_inputs
from elections.protocol.invitation import Invitation
from elections.protocol.setup import KeyHolders
from elections.protocol.tally import PartialDecryption, encrypted_tally, partial_decryption, totals, write_result
from elections.protocol.trustees import Trustees
from elections.verify.decryption import combined_factors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.answers import Secrets
    from elections.protocol.canonical import Json
    from elections.protocol.group import Group

RUNS = 3

_UUID = "Bench111111111"
_QUESTION = Question("Bench", ("List 1", "List 2", "List 3"), blank=True, minimum=1, maximum=1)
_POLICY = (
    KeyHolders(("president", "secretary"), 1),
    KeyHolders(("delegate-1", "delegate-2", "delegate-3"), 2),
)
_PRESENT = ("president", "delegate-1", "delegate-3")
_OURS = (sys.executable, "-c", "from elections.cli import main; main()", "verify")


class BenchError(Exception):
    """A program that cannot be timed: it is missing, or does not accept the archive."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The median wall time of one program, in seconds, for an archive of so many ballots."""

    seconds: float
    ballots: int

    @property
    def each(self) -> float:
        """Milliseconds a ballot."""
        return 1000 * self.seconds / self.ballots

    def json(self) -> dict[str, Json]:
        """As `bench verify --json` shows it."""
        return {"ms_per_ballot": round(self.each, 3), "seconds": round(self.seconds, 3)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `bench verify` found; `peer` is None where nobody was compared."""

    group: str
    ours: Timing
    peer_name: str | None
    peer: Timing | None

    @property
    def ratio(self) -> float | None:
        """How many times as fast as the peer we are."""
        return self.peer.seconds / self.ours.seconds if self.peer else None

    def json(self) -> dict[str, Json]:
        """`bench verify --json` (contracts.md)."""
        return {
            "ballots": self.ours.ballots,
            "cores": 1,
            "group": self.group,
            "ours": self.ours.json(),
            "peer": {"name": self.peer_name, **self.peer.json()} if self.peer else None,
            "ratio": round(self.ratio, 2) if self.ratio else None,
        }


def compare(group: Group, ballots: int, peer: str | None = None) -> Comparison:
    """Time `elections verify` on an archive of `ballots` ballots, and `peer` (belenios-tool) where it is named."""
    if peer is not None and shutil.which(peer) is None:
        raise BenchError(f"{peer} is not installed")
    with TemporaryDirectory() as folder:
        path = Path(folder, f"{_UUID}.bel")
        path.write_bytes(write_archive(group, ballots))
        ours, theirs = [], []
        for _ in range(RUNS):
            if peer is not None:
                theirs.append(_time(peer, (peer, "election", "verify", "--dir", folder), "all checks passed"))
            ours.append(_time("elections verify", (*_OURS, str(path)), "CONSISTENT"))
    peer_timing = Timing(median(theirs), ballots) if theirs else None
    return Comparison(group.name, Timing(median(ours), ballots), peer, peer_timing)


def _time(name: str, command: Sequence[str], accepted: str) -> float:
    """The seconds a process takes; refused unless it ends well and says that it accepts."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - written above
    seconds = time.perf_counter() - start
    said = done.stdout + done.stderr
    if done.returncode != 0 or accepted not in said:
        last = said.splitlines()[-1:] or ["it says nothing"]
        raise BenchError(f"{name} does not accept the archive: {last[0]}")
    return seconds


# --- The archive -----------------------------------------------------------------------------------


def write_archive(group: Group, ballots: int, seed: int = 1) -> bytes:
    """An honest archive of `ballots` ballots; the seed draws the choices, never a key."""
    draw = random.Random(seed)
    trustees, shares = _hold_ceremony(group)
    key = trustees.public_key(group)
    election = Election.parse(write_election(_UUID, "Bench", "", group, key, [_QUESTION]))
    cast = [_cast(election, draw.randrange(_QUESTION.choices)) for _ in range(ballots)]
    tally = encrypted_tally(election, cast)
    decryptions = {owner: partial_decryption(election, tally, share, owner)[0] for owner, share in shares.items()}
    factors = {
        owner: PartialDecryption.parse(raw, election, f"decryption of owner {owner}").factors
        for owner, raw in decryptions.items()
    }
    counts = totals(election, tally, combined_factors(election, trustees, factors), ballots)
    return archive.write(
        timestamp=0,
        election=election.raw,
        trustees=trustees.raw,
        credentials=archive.encode_credentials(ballot.credential.text for ballot in cast),
        ballots=[ballot.raw for ballot in cast],
        encrypted_tally=tally.raw,
        decryptions=decryptions.items(),
        result=write_result(counts),
    )


def _cast(election: Election, choice: int) -> Ballot:
    vote = [int(position == choice) for position in range(_QUESTION.choices)]
    made = make_ballot(election, election.group.random_scalar(), [vote])
    return Ballot.parse(made.raw, election.group)


def _hold_ceremony(group: Group) -> tuple[Trustees, dict[int, int]]:
    """The trustees of one contest, and the secret share of each holder who is present, by owner."""
    invitation = Invitation.make(_UUID, [_UUID], group, _POLICY)
    kept: dict[str, dict[str, Secrets]] = {role: {} for role in invitation.seats}
    answers: dict[str, list[bytes]] = {role: [] for role in invitation.seats}
    while not isinstance(inputs := next_inputs(invitation, answers), Finished):
        for role, document in inputs.items():
            ceremony, seat = Ceremony.parse_input(document)
            kept[role], given = answer(ceremony, seat, kept[role])
            answers[role].append(given)
    shares = {invitation.seats[role].owner: kept[role][_UUID].share or 0 for role in _PRESENT}
    return Trustees.parse(inputs.trustees[_UUID], group), shares
