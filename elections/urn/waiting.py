"""The one row of waiting ballots, as lists: read, changed, written back whole (protocol.md §7).

`pack` joins byte strings of any length, each after its length in four bytes, big-endian.
"""

from __future__ import annotations

from bisect import bisect
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from elections.protocol.log import leaf_hash
from elections.urn.tables import MARK, Waiting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.orm import Session

_HASH = 32


def pack(items: Iterable[bytes]) -> bytes:
    """Join byte strings so that `unpack` finds them again."""
    return b"".join(len(item).to_bytes(4, "big") + item for item in items)


def unpack(data: bytes) -> list[bytes]:
    """What `pack` joined."""
    items, start = [], 0
    while start < len(data):
        end = start + 4 + int.from_bytes(data[start : start + 4], "big")
        items.append(data[start + 4 : end])
        start = end
    return items


def slices(data: bytes, length: int) -> list[bytes]:
    """Cut what was joined of items of one length."""
    return [data[start : start + length] for start in range(0, len(data), length)]


class WaitingBallots:
    """The waiting ballots of a contest, in three lists sorted by leaf hash: hashes, marks, leaves.

    They stay sorted; `save` writes them into the row they came from.
    """

    def __init__(self, session: Session, contest: str) -> None:
        self._session, self._here = session, Waiting.contest == contest
        query = select(Waiting.hashes, Waiting.marks, Waiting.leaves).where(self._here)
        hashes, marks, leaves = session.execute(query).one()
        self.hashes = slices(hashes, _HASH)
        self.marks = unpack(marks)
        self.leaves = unpack(leaves)

    def all_marks(self) -> set[bytes]:
        """Every mark of a waiting ballot."""
        return set(slices(b"".join(self.marks), MARK))

    def add(self, leaf: bytes, marks: Iterable[bytes]) -> None:
        """Put a ballot in its place."""
        hash_ = leaf_hash(leaf)
        place = bisect(self.hashes, hash_)
        self.hashes.insert(place, hash_)
        self.marks.insert(place, b"".join(marks))
        self.leaves.insert(place, leaf)

    def split(self, kept: Collection[int]) -> tuple[list[bytes], list[bytes], list[bytes]]:
        """Take out all ballots but those at the places `kept`: their hashes, single marks and leaves."""
        going = [place for place in range(len(self.hashes)) if place not in kept]
        taken = (
            [self.hashes[place] for place in going],
            [mark for place in going for mark in slices(self.marks[place], MARK)],
            [self.leaves[place] for place in going],
        )
        for items in (self.hashes, self.marks, self.leaves):
            items[:] = [item for place, item in enumerate(items) if place in kept]
        return taken

    def save(self) -> None:
        """Write the row anew."""
        row = {
            "size": len(self.hashes),
            "hashes": b"".join(self.hashes),
            "marks": pack(self.marks),
            "leaves": pack(self.leaves),
        }
        self._session.execute(update(Waiting).where(self._here).values(row))
