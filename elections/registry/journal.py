"""The journal of operations: every act, one line each, chained by hashes and published whole (contracts.md).

A line names a role and which one of that role acted. Never an elector: neither name, nor number, nor an hour
that belongs to one person only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from elections.protocol.errors import ProtocolError
from elections.protocol.journal import parse_end, parse_journal, write_entry
from elections.registry.tables import JournalLine
from elections.rules.phases import Role

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.protocol.journal import JournalEntry


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a role, and which one of that role, from 1."""

    role: Role
    number: int = 1


CLOCK = Actor(Role.CLOCK, 0)
"""The program itself, at an hour that was sealed."""


def append(
    session: Session,
    election_uuid: str,
    act: str,
    actor: Actor,
    now: datetime,
    *,
    contest: str | None = None,
    details: dict[str, Json] | None = None,
) -> JournalEntry:
    """Write the next line and give it back; `contest` is None for an act on the whole election.

    A journal whose last line is not chained to the one before is refused, not continued; a break further up is
    found by whoever reads the whole (`entries`), and need not be looked for at each act. A clock that was set back is
    no reason to refuse an act of the board: the line then has the hour of the one before, for hours of a journal
    never go back.
    """
    last = _last(session, election_uuid)
    at = max(now, last.at) if last else now
    entry = write_entry(act, actor.role, actor.number, at, contest, details or {}, last)
    session.add(JournalLine(election_uuid=election_uuid, sequence=entry.sequence, line=entry.line))
    session.flush()
    return entry


def lines(session: Session, election_uuid: str) -> bytes:
    """journal.jsonl as it is published."""
    rows = select(JournalLine.line).where(JournalLine.election_uuid == election_uuid).order_by(JournalLine.sequence)
    return b"".join(line + b"\n" for line in session.scalars(rows))


def entries(session: Session, election_uuid: str) -> list[JournalEntry]:
    """The lines as values, the chain checked."""
    return list(_parsed(lines(session, election_uuid), f"journal of {election_uuid}"))


@lru_cache(maxsize=16)
def _parsed(raw: bytes, what: str) -> tuple[JournalEntry, ...]:
    """Acts and pages ask for the same lines many times over; what they hold is found again by their very bytes."""
    return tuple(parse_journal(raw, what))


def _last(session: Session, election_uuid: str) -> JournalEntry | None:
    """The last entry, None before the first; its row is where its sequence says."""
    mine = select(JournalLine).where(JournalLine.election_uuid == election_uuid)
    rows = list(session.scalars(mine.order_by(JournalLine.sequence.desc()).limit(2)))
    what = f"journal of {election_uuid}"
    last = parse_end(b"".join(row.line + b"\n" for row in reversed(rows)), what)
    if last is not None and last.sequence != rows[0].sequence:
        raise ProtocolError("journal.chain", what=what)
    return last
