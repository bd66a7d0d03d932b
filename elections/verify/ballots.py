"""V05 at scale: ballots judged in chunks, in this process or in several (`verify --jobs N`).

Each chunk gives back what later checks need (credentials, α, the chunk's part of the tally), so that
no ballot is parsed twice.
"""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING

from elections.protocol.ballot import Ballot, Election, check_ballot, check_randomness
from elections.protocol.elgamal import Ciphertext
from elections.protocol.errors import ProtocolError
from elections.protocol.tally import EncryptedTally, encrypted_tally

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHUNK = 64


@dataclass(frozen=True, slots=True)
class Task:
    """A ballot to judge; weight 0 leaves it out of the tally (a re-vote replaced it)."""

    number: int
    raw: bytes
    weight: int = 1


@dataclass
class Judged:
    """What was found: refusals by ballot number, credentials and α as texts, the sum of the good ballots."""

    tally: EncryptedTally
    refusals: list[str] = field(default_factory=list)
    credentials: list[str] = field(default_factory=list)
    alphas: list[list[str]] = field(default_factory=list)


def judge(election: Election, tasks: Sequence[Task], *, own: bool, jobs: int = 1) -> Judged:
    """Judge every ballot; `own` adds what only records of ours ask for."""
    chunks = [tasks[start : start + _CHUNK] for start in range(0, len(tasks), _CHUNK)]
    work = partial(_judge_chunk, election.raw, own=own)
    if jobs > 1 and len(chunks) > 1:
        # `spawn`: a fork would copy the threads and locks of whoever calls.
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            results = list(pool.map(work, chunks))
    else:
        results = [_judge_chunk(election.raw, chunk, own=own, election=election) for chunk in chunks]
    total = Judged(tally=encrypted_tally(election, []))
    for refusals, credentials, alphas, tally in results:
        total.refusals += refusals
        total.credentials += credentials
        total.alphas += alphas
        total.tally = _add(total.tally, EncryptedTally.parse(tally, election))
    return total


_Result = tuple[list[str], list[str], list[list[str]], bytes]


def _judge_chunk(raw: bytes, tasks: Sequence[Task], *, own: bool, election: Election | None = None) -> _Result:
    election = election or Election.parse(raw)
    refusals, credentials, alphas = [], [], []
    counted: dict[int, list[Ballot]] = defaultdict(list)
    for task in tasks:
        what = f"ballot {task.number}"
        try:
            ballot = check_ballot(election, task.raw, what)
            # What V06 compares is kept before the randomness is judged: that is V06's matter too.
            credentials.append(ballot.credential.text)
            alphas.append([alpha.text for alpha in ballot.alphas])
            if own:
                check_randomness(ballot, what)
        except ProtocolError as error:
            refusals.append(f"{error} [{error.rule}]")
            continue
        counted[task.weight].append(ballot)
    tally = encrypted_tally(election, counted.pop(1, []))
    for weight, ballots in counted.items():
        tally = _add(tally, encrypted_tally(election, ballots), weight)
    return refusals, credentials, alphas, tally.raw


def _add(total: EncryptedTally, more: EncryptedTally, weight: int = 1) -> EncryptedTally:
    """The sum of the one and `weight` times the other."""
    return EncryptedTally.of(
        [
            [one * (other if weight == 1 else _times(other, weight)) for one, other in zip(mine, theirs, strict=True)]
            for mine, theirs in zip(total.columns, more.columns, strict=True)
        ]
    )


def _times(ciphertext: Ciphertext, weight: int) -> Ciphertext:
    return Ciphertext(ciphertext.alpha**weight, ciphertext.beta**weight)
