"""What the urn received of a contest at the seal, and the urn's own phase row (protocol.md §6, §14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from elections.protocol.errors import ProtocolError
from elections.protocol.log import Checkpoint, root
from elections.rules.phases import Phase
from elections.urn.tables import Batch, Contest, Waiting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from elections.protocol.note import NoteKey


def receive(session: Session, contest: str, setup: bytes, record: bytes, key: NoteKey, urn_name: str) -> str:
    """Take a contest in (§14, step 11), and sign that its log is empty: the note of size 0.

    `setup` is setup.json, `record` the Belenios election. Received again the same, it gives the same note;
    another set-up takes the place of a draft, and is refused after the seal.
    """
    known = session.get(Contest, contest, with_for_update=True)
    if known is not None:
        if (known.setup, known.record) == (setup, record):
            return session.get_one(Batch, (contest, 0)).note
        if known.phase is not Phase.DRAFT:
            raise ProtocolError("urn.received", contest=contest)
        discard(session, contest)
    note = key.sign(Checkpoint(f"{urn_name}/{contest}", 0, root([])).text)
    session.add(Contest(uuid=contest, phase=Phase.DRAFT, setup=setup, record=record))
    session.flush()
    session.add_all([Waiting(contest=contest), Batch(contest=contest, size=0, note=note, hashes=b"", leaves=b"")])
    session.flush()
    return note


def received(session: Session, contest: str) -> tuple[bytes, bytes]:
    """setup.json and the Belenios election, as they were received."""
    row = get(session, contest)
    return row.setup, row.record


def discard(session: Session, contest: str) -> None:
    """Forget a contest whose draft is unlocked (§14, step 9), if it is known; refused after the seal."""
    row = session.get(Contest, contest, with_for_update=True)
    if row is None:
        return
    if row.phase is not Phase.DRAFT:
        raise ProtocolError("urn.phase", contest=contest, phase=row.phase.value)
    for table in (Waiting, Batch):
        session.execute(delete(table).where(table.contest == contest))
    session.delete(row)
    session.flush()


def phase(session: Session, contest: str) -> Phase:
    """The phase as the urn knows it: the only one that it obeys."""
    found = session.scalar(select(Contest.phase).where(Contest.uuid == contest))
    if found is None:
        raise ProtocolError("urn.unknown", contest=contest)
    return found


def set_phase(session: Session, contest: str, phase: Phase) -> None:
    """Follow the contest to `phase`; this waits for casts in flight, and no later one slips through."""
    locked(session, contest).follow(phase)
    session.flush()


def get(session: Session, contest: str) -> Contest:
    """The contest's row; refused if the urn has none."""
    row = session.get(Contest, contest)
    if row is None:
        raise ProtocolError("urn.unknown", contest=contest)
    return row


def locked(session: Session, contest: str) -> Contest:
    """The contest's row, for who will write: other writers of this contest wait until the transaction ends.

    SQLite lets one writer in at a time and knows no such lock; another database would lose ballots without it.
    """
    row = session.get(Contest, contest, with_for_update=True)
    if row is None:
        raise ProtocolError("urn.unknown", contest=contest)
    return row
