"""V05 at scale: ballots judged in chunks, in this process or in several (`verify --jobs N`).

Each chunk gives back what later checks need (credentials, α, the chunk's part of the tally), so that
no ballot is parsed twice.
"""

from __future__ import annotations

import concurrent.futures
import multiprocessing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from elections.protocol.ballot import Ballot, Election, check_ballot, check_randomness
from elections.protocol.errors import ProtocolError
from elections.protocol.tally import EncryptedTally, encrypted_tally, weighted_tally

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
        context = multiprocessing.get_context("spawn")
        with concurrent.futures.ProcessPoolExecutor(jobs, mp_context=context) as pool:
            results = list(pool.map(work, chunks))
    else:
        results = [_judge_chunk(election.raw, chunk, own=own, election=election) for chunk in chunks]
    total = Judged(tally=encrypted_tally(election, []))
    for refusals, credentials, alphas, tally in results:
        total.refusals += refusals
        total.credentials += credentials
        total.alphas += alphas
        total.tally *= EncryptedTally.parse(tally, election)
    return total


_Result = tuple[list[str], list[str], list[list[str]], bytes]


def _judge_chunk(raw: bytes, tasks: Sequence[Task], *, own: bool, election: Election | None = None) -> _Result:
    election = election or Election.parse(raw)
    refusals, credentials, alphas = [], [], []
    counted: list[tuple[Ballot, int]] = []
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
        counted.append((ballot, task.weight))
    return refusals, credentials, alphas, weighted_tally(election, counted).raw
