"""When waiting ballots are published, and the freeze (protocol.md §7, §10).

A batch is all waiting ballots but `keep_back` of them, drawn at random; the rest goes out at the freeze. So
every batch, the last too, holds at least `keep_back` ballots if the contest has as many, and whoever knows
when each elector signed learns not even the batch. A small contest has one batch.
"""

from __future__ import annotations

from secrets import SystemRandom
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from elections.protocol.errors import ProtocolError
from elections.protocol.log import Checkpoint, root
from elections.protocol.note import Verifier
from elections.rules.phases import Phase
from elections.urn.contests import locked, phase
from elections.urn.log import check_extends, last_checkpoint, leaf_hashes
from elections.urn.tables import Arrived, Batch, Mark, Void, Waiting
from elections.urn.waiting import WaitingBallots, pack

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from elections.protocol.note import NoteKey
    from elections.protocol.setup import Batches

_PUBLISHING = (Phase.OPEN, Phase.SUSPENDED, Phase.CLOSING)


def due(session: Session, contest: str, batches: Batches, roll_size: int, *, elapsed: bool) -> bool:
    """Whether a batch should be published now; it reads one number.

    `elapsed`: `batches.every` seconds have passed since the last batch, or since the opening. That is for
    the caller to know, as no hour enters the urn; who has forgotten it may say yes.
    """
    if roll_size < batches.single_below or phase(session, contest) not in _PUBLISHING:
        return False
    size = session.scalar(select(Waiting.size).where(Waiting.contest == contest)) or 0
    # Both lie at twice keep_back or above in every sealed setup; a batch of fewer must not come of any other.
    return size >= 2 * batches.keep_back and (size >= batches.at_once or (elapsed and size >= batches.publish_at))


def publish(
    session: Session, contest: str, key: NoteKey, batches: Batches, roll_size: int, *, elapsed: bool
) -> str | None:
    """Publish a batch if one is `due`, and give the new checkpoint, a signed note; else None.

    After the commit the caller has the urn's file written anew (`Store.vacuum_urn`).
    """
    locked(session, contest)
    if not due(session, contest, batches, roll_size, elapsed=elapsed):
        return None
    return _publish(session, contest, key, batches.keep_back)


def freeze(session: Session, contest: str, key: NoteKey) -> str:
    """The last batch and the last checkpoint, a signed note; the attempts are forgotten.

    To be called in the phase `frozen` once every attempt is settled; in `stopped` likewise, where nothing
    more is published. With nothing to publish the last checkpoint stays as it is. Repeated, it does nothing.
    """
    row = locked(session, contest)
    if row.phase not in {Phase.FROZEN, Phase.STOPPED}:
        raise ProtocolError("urn.phase", contest=contest, phase=row.phase.value)
    if not row.finished:
        if row.phase is Phase.FROZEN and session.get_one(Waiting, contest).size:
            _publish(session, contest, key, 0)
        for table in (Arrived, Void):
            session.execute(delete(table).where(table.contest == contest))
        row.finished = True
        session.flush()
    return last_checkpoint(session, contest)


def _publish(session: Session, contest: str, key: NoteKey, keep_back: int) -> str:
    """One batch of all waiting ballots but `keep_back`, and its checkpoint."""
    verifier = Verifier(key.name, key.public)
    last = check_extends(session, contest, verifier, last_checkpoint(session, contest))
    waiting = WaitingBallots(session, contest)
    kept = SystemRandom().sample(range(len(waiting.hashes)), keep_back)
    hashes, marks, leaves = waiting.split(set(kept))
    waiting.save()
    log = leaf_hashes(session, contest) + hashes
    note = key.sign(Checkpoint(last.origin, len(log), root(log)).text)
    session.add(Batch(contest=contest, size=len(log), note=note, hashes=b"".join(hashes), leaves=pack(leaves)))
    session.execute(insert(Mark), [{"contest": contest, "digest": digest} for digest in marks])
    session.flush()
    return note
