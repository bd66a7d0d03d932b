"""Marks: short digests of what must not come twice in the urn of a contest (protocol.md §6, §7)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from elections.urn.tables import MARK

if TYPE_CHECKING:
    from collections.abc import Sequence


def mark(kind: str, value: str) -> bytes:
    """The 16 bytes for a `credential`, a `tracker` or an `alpha`; the kind keeps them apart in one table.

    Two values of the same mark would cost 2^64 hashes, and gain their maker the refusal of her own ballot.
    """
    return hashlib.sha256(f"{kind}|{value}".encode()).digest()[:MARK]


def marks_of(credential: str, tracker: str, alphas: Sequence[str]) -> list[tuple[str, bytes]]:
    """The marks of one ballot, each with the kind that a refusal names."""
    values = [("credential", credential), ("tracker", tracker), *(("alpha", alpha) for alpha in alphas)]
    return [(kind, mark(kind, value)) for kind, value in values]
