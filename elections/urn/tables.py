"""The tables of the urn (protocol.md §7).

Storage must not keep what the log hides: no rowid, no sequence, no time, no elector. A key is a digest or
public (contest, size of the log). Whatever belongs to waiting ballots lies in one row, sorted, which every
cast writes anew: even within a page SQLite puts what comes later before what came earlier, so that a row
of its own, however short, would tell its turn. That goes for the marks by which ballots are kept unique,
too: they reach their table with their batch. `arrived` and `void` alone get a row at each turn, and
none that leads to a ballot.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from elections.storage import Phased, UrnBase

MARK = 16
"""Bytes of a mark: the digest of a credential, a tracker or an α."""


class Contest(Phased, UrnBase):
    """What the urn received at the seal; after that it asks nobody."""

    __tablename__ = "contest"

    uuid: Mapped[str] = mapped_column(String(64), primary_key=True)
    finished: Mapped[bool] = mapped_column(default=False)
    """All attempts are settled and forgotten; none may be settled again."""
    setup: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    record: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """The Belenios election, whose fingerprint is φ."""


class Waiting(UrnBase):
    """The ballots of a contest that wait for their batch: three lists of `size` items, sorted by leaf hash."""

    __tablename__ = "waiting"

    contest: Mapped[str] = mapped_column(ForeignKey("contest.uuid"), primary_key=True)
    size: Mapped[int] = mapped_column(default=0)
    hashes: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    """32 bytes each."""
    marks: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    """Packed, and of each ballot the marks one after the other."""
    leaves: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    """Packed."""


class Batch(UrnBase):
    """A published batch and the checkpoint after it, written once; the first, of size 0, stands in the seal."""

    __tablename__ = "batch"

    contest: Mapped[str] = mapped_column(ForeignKey("contest.uuid"), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Of the whole log, this batch included."""
    note: Mapped[str]
    """The checkpoint, signed."""
    hashes: Mapped[bytes] = mapped_column(LargeBinary)
    """32 bytes each, in log order."""
    leaves: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """Packed, in log order."""


class Mark(UrnBase):
    """That a published ballot has this credential, tracker or α."""

    __tablename__ = "mark"

    contest: Mapped[str] = mapped_column(ForeignKey("contest.uuid"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(MARK), primary_key=True)


class Arrived(UrnBase):
    """An attempt whose ballot is in the urn; which ballot, nothing says."""

    __tablename__ = "arrived"

    contest: Mapped[str] = mapped_column(ForeignKey("contest.uuid"), primary_key=True)
    arrival: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class Void(UrnBase):
    """An attempt whose ballot is not in the urn and never will be."""

    __tablename__ = "void"

    contest: Mapped[str] = mapped_column(ForeignKey("contest.uuid"), primary_key=True)
    arrival: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
