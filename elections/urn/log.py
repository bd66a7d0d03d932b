"""What leaves the urn: leaf hashes and checkpoints while it is open, the entries after the freeze."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from elections.protocol.errors import ProtocolError
from elections.protocol.log import Checkpoint, root
from elections.rules.phases import Phase
from elections.urn.contests import get
from elections.urn.tables import Batch
from elections.urn.waiting import slices, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from elections.protocol.note import Verifier

_READABLE = (Phase.FROZEN, Phase.COUNTED, Phase.PROCLAIMED, Phase.ARCHIVED)


def leaf_hashes(session: Session, contest: str) -> list[bytes]:
    """The hashes of all published leaves in log order, 32 bytes each."""
    batches = session.scalars(select(Batch.hashes).where(Batch.contest == contest).order_by(Batch.size))
    return slices(b"".join(batches), 32)


def checkpoints(session: Session, contest: str) -> list[str]:
    """Every checkpoint, as the signed note that it is; the first is of size 0."""
    notes = list(session.scalars(select(Batch.note).where(Batch.contest == contest).order_by(Batch.size)))
    if not notes:
        raise ProtocolError("urn.unknown", contest=contest)
    return notes


def last_checkpoint(session: Session, contest: str) -> str:
    """The newest checkpoint, a signed note."""
    newest = select(Batch.note).where(Batch.contest == contest).order_by(Batch.size.desc()).limit(1)
    note = session.scalar(newest)
    if note is None:
        raise ProtocolError("urn.unknown", contest=contest)
    return note


def check_extends(session: Session, contest: str, verifier: Verifier, note: str) -> Checkpoint:
    """Refuse unless the log begins with all that `note`, a checkpoint given out earlier, has signed.

    The last of our own is checked likewise before it is extended, so this gives what the note says.
    """
    what = f"checkpoint of contest {contest}"
    checkpoint = Checkpoint.parse(verifier.check(note, what), what)
    hashes = leaf_hashes(session, contest)
    if (
        checkpoint.origin.rpartition("/")[2] != contest
        or checkpoint.size > len(hashes)
        or checkpoint.root != root(hashes[: checkpoint.size])
    ):
        raise ProtocolError("urn.log", contest=contest)
    return checkpoint


def entries(session: Session, contest: str) -> Iterator[bytes]:
    """The leaves of all entries in log order, batch after batch; refused before the freeze is complete.

    Until then nobody, whatever the role, can be shown what is in the urn (R. 211-570).
    """
    row = get(session, contest)
    if row.phase not in _READABLE or not row.finished:
        raise ProtocolError("urn.phase", contest=contest, phase=row.phase.value)
    batches = session.scalars(select(Batch.leaves).where(Batch.contest == contest).order_by(Batch.size))
    return (leaf for leaves in batches for leaf in unpack(leaves))
