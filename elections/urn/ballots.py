"""One cast's part in the urn, and the settling of attempts (protocol.md §6).

An arrival is a′ = HMAC-SHA256(cast_key, a), 32 bytes: an attempt as the urn knows it. It ends up in
`arrived` or in `void`, never in both: whichever transaction comes first decides, no clock and no lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import func, insert, select

from elections.protocol.errors import ProtocolError
from elections.rules.phases import Phase
from elections.urn.contests import get, locked
from elections.urn.marks import mark, marks_of
from elections.urn.tables import Arrived, Batch, Contest, Mark, Void, Waiting
from elections.urn.waiting import WaitingBallots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

_CASTING = (Phase.OPEN, Phase.CLOSING)


def put(
    session: Session, contest: str, arrival: bytes, credential: str, tracker: str, alphas: Sequence[str], leaf: bytes
) -> None:
    """Step 3 of a cast: the entry waits for its batch, and its attempt has arrived.

    `leaf` are the canonical bytes of the entry, already checked as V05 and V07 do; credential, tracker and
    alphas are the ballot's, in the text of its serialisation. Refused by `urn.phase`, `urn.arrived`,
    `urn.void`, `urn.credential`, `urn.tracker` or `urn.alpha`, in this order; also when the very same ballot
    comes again.
    """
    _check_arrival(session, contest, arrival)
    waiting = WaitingBallots(session, contest)
    marks = marks_of(credential, tracker, alphas)
    _check_new(session, contest, waiting, marks)
    waiting.add(leaf, [digest for _, digest in marks])
    waiting.save()
    session.execute(insert(Arrived), {"contest": contest, "arrival": arrival})


def _check_arrival(session: Session, contest: str, arrival: bytes) -> None:
    """Hold the contest's row, and refuse an attempt that comes too late or was settled."""
    arrived = select(Arrived.arrival).where(Arrived.contest == contest, Arrived.arrival == arrival).exists()
    void = select(Void.arrival).where(Void.contest == contest, Void.arrival == arrival).exists()
    row = session.execute(select(Contest.phase, arrived, void).where(Contest.uuid == contest).with_for_update()).first()
    if row is None:
        raise ProtocolError("urn.unknown", contest=contest)
    phase, has_arrived, is_void = row
    if phase not in _CASTING:
        raise ProtocolError("urn.phase", contest=contest, phase=phase.value)
    if has_arrived or is_void:
        raise ProtocolError("urn.arrived" if has_arrived else "urn.void", contest=contest)


def _check_new(session: Session, contest: str, waiting: WaitingBallots, marks: Sequence[tuple[str, bytes]]) -> None:
    digests = [digest for _, digest in marks]
    published = session.scalars(select(Mark.digest).where(Mark.contest == contest, Mark.digest.in_(digests)))
    taken = waiting.all_marks().union(published)
    for kind, digest in marks:
        if digest in taken:
            raise ProtocolError(f"urn.{kind}", contest=contest)
        taken.add(digest)


def resolve(session: Session, contest: str, arrival: bytes) -> Literal["arrived", "void"]:
    """Settle an attempt for ever: its ballot has arrived, or will be refused from now on.

    Works in every phase until `freeze` has forgotten the attempts (`urn.finished`): a late answer could
    then only be wrong.
    """
    if locked(session, contest).finished:
        raise ProtocolError("urn.finished", contest=contest)
    if session.get(Arrived, (contest, arrival)) is not None:
        return "arrived"
    if session.get(Void, (contest, arrival)) is None:
        session.add(Void(contest=contest, arrival=arrival))
        session.flush()
    return "void"


def holds(session: Session, contest: str, tracker: str) -> bool:
    """Whether the ballot of this tracker is in the urn, waiting or published; it says nothing of where."""
    get(session, contest)
    digest = mark("tracker", tracker)
    return session.get(Mark, (contest, digest)) is not None or digest in WaitingBallots(session, contest).all_marks()


def count(session: Session, contest: str) -> int:
    """How many ballots are in the urn, waiting or published."""
    get(session, contest)
    published = select(func.max(Batch.size)).where(Batch.contest == contest).scalar_subquery()
    total: int = session.execute(select(published + Waiting.size).where(Waiting.contest == contest)).scalar_one()
    return total
