"""The count on the holder's side: from the frozen record to her decryption factors (protocol.md §9, §10).

The program reads the record into memory once and judges what it has read, so that nothing can be exchanged
between the judgement and the use. It asks for V01 to V09, for the φ and digests of its own seal, and computes
the tally again from the entries. It writes the digest of that tally into the key file before it decrypts,
and refuses any other tally of that key for ever; with it that of the product of the slips, so that what a lot
may open is settled before any total is known. A contest that was stopped has nothing to decrypt.

Answer `{"contests":{u:count…},"format":"isoloir-decrypted-1","owner":n,"role":r}`, each count
`{"fingerprint":φ,"partial":s,"strong":{"owner":n,"payload":hex,"proofs":[[proof…]…]},"tally":hex}`: `partial` is the
Belenios record, `strong` the line of decryptions.jsonl, `tally` the SHA-256 of the encrypted tally.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from elections.holder.state import Outcome, State
from elections.protocol.ballot import Ballot, Election
from elections.protocol.canonical import Json, base64_encode, encode, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.protocol.slips import product
from elections.protocol.tally import EncryptedTally, encrypted_tally, partial_decryption, write_strong
from elections.verify.checks import slips
from elections.verify.contest import Contest
from elections.verify.files import read_record
from elections.verify.judge import judge_record

if TYPE_CHECKING:
    from pathlib import Path

ANSWER_FORMAT = "isoloir-decrypted-1"
REQUIRED = ("V01", "V02", "V03", "V04", "V05", "V06", "V07", "V08", "V09")
"""What must hold of the record before anything is decrypted."""


@dataclass(frozen=True)
class Count:
    """One contest that may be decrypted: its tally over all entries under the last checkpoint, the product of slips."""

    contest: Contest
    election: Election
    tally: EncryptedTally
    ballots: int
    root: str
    product: EncryptedTally | None

    @property
    def opens(self) -> tuple[str, str | None]:
        """The digests of all that the key may ever open."""
        return self.tally.digest, None if self.product is None else self.product.digest


def read_counts(state: State, folder: Path) -> dict[str, Count]:
    """Judge the record; the counts of its contests that were not stopped."""
    invitation, _ = state.finished()
    files = read_record(folder)
    judge_record(files).require(*REQUIRED)
    if all(path.partition("/")[0] not in invitation.contests for path in files):
        raise ProtocolError("holder.other-election")
    counts = {}
    for uuid in invitation.contests:
        inside = {path.partition("/")[2]: data for path, data in files.items() if path.startswith(f"{uuid}/")}
        if not inside:
            raise ProtocolError("record.missing", path=uuid)
        contest = Contest(uuid, inside)
        if not contest.stopped:
            counts[uuid] = _count(state, contest)
    if not counts:
        raise ProtocolError("holder.nothing")
    return counts


def _count(state: State, contest: Contest) -> Count:
    sealed, election = state.sealed(contest.uuid), contest.election
    found = (election.fingerprint, contest.setup.digest, sha256_hex(contest.trustees.raw))
    if found != (sealed.fingerprint, sealed.setup, sealed.trustees):
        raise ProtocolError("holder.other-seal", what=f"contest {contest.uuid}")
    tally = encrypted_tally(election, (Ballot.parse(entry.ballot, election.group) for entry in contest.entries))
    last, sealed_slips = contest.checkpoints[-1], slips(contest) if contest.lots else None
    opening = None if sealed_slips is None else product(election, sealed_slips)
    return Count(contest, election, tally, last.size, base64_encode(last.root), opening)


def remember(state: State, counts: dict[str, Count]) -> State:
    """The state that names these tallies and products; refused if a key has others already."""
    changed = {}
    for uuid, count in counts.items():
        held, (tally, opening) = state.held(uuid), count.opens
        if held.tally is not None:
            check_remembered(state, uuid, count)
        changed[uuid] = replace(held, tally=tally, product=opening)
    return state.with_contests(changed)


def check_remembered(state: State, uuid: str, count: Count) -> None:
    """Refuse a tally or a product that is not the one in the key file."""
    held, (tally, opening) = state.held(uuid), count.opens
    if held.tally != tally:
        raise ProtocolError("holder.other-tally", contest=uuid)
    if held.product != opening:
        raise ProtocolError("holder.other-product", contest=uuid)


def _missed(count: Count, role: str) -> list[str]:
    """Who sealed too late to be in the seal should hear so: her slip is not part of any lot."""
    late = count.product is not None and role not in [row["role"] for row in count.contest.seal]
    return ["  The seal has neither your signature nor your slip: ask the board why."] if late else []


def decrypt(state: State, counts: dict[str, Count]) -> Outcome:
    """The holder's factors with both proofs; `state` must name these tallies and must be on disk already."""
    _, seat = state.finished()
    parts: dict[str, Json] = {}
    said: list[str] = []
    for uuid, count in counts.items():
        check_remembered(state, uuid, count)
        partial, proofs = partial_decryption(count.election, count.tally, state.share(uuid), seat.owner)
        parts[uuid] = {
            "fingerprint": count.election.fingerprint,
            "partial": partial.decode(),
            "strong": write_strong(seat.owner, partial, proofs),
            "tally": count.tally.digest,
        }
        said += (
            f"Contest {uuid}, fingerprint {count.election.fingerprint}: decrypted the sum of {count.ballots} ballots.",
            *_missed(count, seat.role),
            f"  The urn's last checkpoint has size {count.ballots} and root {count.root}: compare with the board's.",
        )
    said.append("Everything was checked from the record itself. These keys will never open another tally.")
    answer = encode({"contests": parts, "format": ANSWER_FORMAT, "owner": seat.owner, "role": seat.role})
    return Outcome(state, answer, tuple(said))
