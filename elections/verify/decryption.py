"""V09 to V11: the tally recomputed, decryptions proved, totals shown. The same for a bare archive and a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, parse_lines
from elections.protocol.errors import ProtocolError
from elections.protocol.tally import (
    PartialDecryption,
    check_partial,
    check_strong,
    check_sums,
    check_totals,
    parse_result,
)
from elections.protocol.trustees import combine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elections.protocol.archive import Archive
    from elections.protocol.ballot import Election
    from elections.protocol.tally import EncryptedTally, Grid
    from elections.protocol.trustees import Trustees


def check_tally(archive: Archive, tally: EncryptedTally, recomputed: EncryptedTally, ballots: int, weight: int) -> None:
    """V09: the tally is the product of the counted ballots; their number and weight are stated right."""
    if tally.columns != recomputed.columns:
        raise ProtocolError("verify.tally")
    sized = archive.sized_tally
    if sized is None or sized.num_tallied != ballots or sized.total_weight != weight:
        raise ProtocolError("verify.tally-size", ballots=ballots)


def check_decryptions(
    election: Election,
    trustees: Trustees,
    decryptions: Sequence[tuple[int, bytes]],
    tally: EncryptedTally,
    strong: list[Json] | None,
) -> dict[int, Grid]:
    """V10: distinct owners, the Belenios proofs and, where there are lines, the strong ones; factors by owner.

    A record of ours has such lines, and of everything one writing only.
    """
    factors: dict[int, Grid] = {}
    if strong is not None and len(strong) != len(decryptions):
        raise ProtocolError("verify.strong-lines")
    for position, (owner, raw) in enumerate(decryptions):
        what = f"decryption of owner {owner}"
        if owner in factors:
            raise ProtocolError("verify.owner-twice", what=what, owner=owner)
        if not 1 <= owner <= len(trustees.verification_keys):
            raise ProtocolError("verify.owner", what=what, owner=owner)
        key = trustees.verification_keys[owner - 1]
        partial = PartialDecryption.parse(raw, election, what, tally.shape)
        check_partial(election, tally, key, partial, what)
        if strong is not None:
            partial.check_canonical(what)
            check_strong(election, tally, owner, key, partial, strong[position], f"strong {what}")
        factors[owner] = partial.factors
    combined_factors(election, trustees, factors, tally.shape)
    return factors


def combined_factors(
    election: Election, trustees: Trustees, factors: Mapping[int, Grid], shape: Sequence[int] | None = None
) -> Grid:
    """The factors of the whole key, choice by choice; refused unless the policy is satisfied."""
    grid = []
    for question, choices in enumerate(shape or [row.choices for row in election.questions]):
        grid.append(
            tuple(
                combine(election.group, trustees, {owner: mine[question][choice] for owner, mine in factors.items()})
                for choice in range(choices)
            )
        )
    return tuple(grid)


def check_result(
    election: Election,
    trustees: Trustees,
    archive: Archive,
    tally: EncryptedTally,
    factors: dict[int, Grid],
    ballots: int,
) -> list[list[int]]:
    """V11: each total is the one the factors show, and together they fit the ballots; the totals."""
    counts = parse_result(archive.result or b"", election)
    check_totals(election, tally, combined_factors(election, trustees, factors), counts, "result")
    for number, (question, row) in enumerate(zip(election.questions, counts, strict=True), 1):
        check_sums(question, row, ballots, f"result, question {number}")
    return counts


def strong_lines(raw: bytes, what: str) -> list[Json]:
    """The lines of decryptions.jsonl."""
    return [value for _, value in parse_lines(raw, what)]
