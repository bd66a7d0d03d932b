"""The roll: who is an elector, in which contest, under which number and with which public keys.

A file replaces the whole roll of a draft. Who stays keeps her number, her keys and her sessions; who comes gets
the next free number, in the order of identifiers; who goes takes everything of hers along. `compare` says what a
file would change without writing, `apply` compares again and writes, in the caller's one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from elections.protocol.code import roll_digest
from elections.protocol.errors import ProtocolError
from elections.registry import elections, journal, roll_file
from elections.registry.tables import Contest, Elector, ElectorKey, Entitlement

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor
    from elections.registry.roll_file import RollFile, Row
    from elections.registry.tables import Election

_FIELDS = ("last_name", "first_name", "email", "phone", "roll_unit")


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file changes in the roll in place, by identifier."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    totals: Mapping[str, int]
    """Electors by college key, once applied."""

    def json(self) -> dict[str, Any]:
        """Counts only: the details of the journal's entry."""
        counts = {name: len(getattr(self, name)) for name in ("added", "changed", "removed")}
        return {**counts, "colleges": dict(self.totals)}


def read_file(session: Session, election_uuid: str, data: bytes) -> RollFile:
    """Read a roll file for this election, against the keys of its contests."""
    election = elections.find(session, election_uuid)
    return roll_file.read(data, [contest.key for contest in election.contests])


def compare(session: Session, election_uuid: str, file: RollFile) -> Difference:
    """What the file would change; nothing is written."""
    return _difference(_in_place(session, election_uuid), file)


def apply(session: Session, election_uuid: str, file: RollFile, actor: Actor, now: datetime) -> Difference:
    """Make the file the roll of this draft; refused if anything at all is wrong with it (`roll.refused`)."""
    election = elections.changeable(session, election_uuid)
    if file.problems:
        raise ProtocolError("roll.refused", problems=len(file.problems), first=file.problems[0])
    place = _in_place(session, election_uuid)
    difference = _difference(place, file)
    rows = {row.identifier: row for row in file.rows}
    contests = {contest.key: contest.uuid for contest in election.contests}
    for identifier in difference.removed:
        # Her keys and entitlements go with her, by the foreign keys of their tables.
        session.delete(place[identifier][0])
    for identifier in difference.changed:
        _change(session, *place[identifier], rows[identifier], contests)
    session.flush()
    _add(session, election, [rows[identifier] for identifier in difference.added], contests)
    journal.append(session, election_uuid, "roll", actor, now, details=difference.json())
    return difference


def _difference(place: Mapping[str, tuple[Elector, Entitlement, str]], file: RollFile) -> Difference:
    rows = {row.identifier: row for row in file.rows}
    common = [identifier for identifier in rows if identifier in place]
    changed = tuple(identifier for identifier in common if _differs(*place[identifier], rows[identifier]))
    return Difference(
        added=tuple(identifier for identifier in rows if identifier not in place),
        changed=changed,
        removed=tuple(identifier for identifier in place if identifier not in rows),
        unchanged=len(common) - len(changed),
        totals=file.totals,
    )


def _differs(elector: Elector, _: Entitlement, college: str, row: Row) -> bool:
    return college != row.college or any(getattr(elector, name) != getattr(row, name) for name in _FIELDS)


def _in_place(session: Session, election_uuid: str) -> dict[str, tuple[Elector, Entitlement, str]]:
    """The roll as it stands, by identifier: the elector, her entitlement, the key of its contest."""
    query = (
        select(Elector, Entitlement, Contest.key)
        .join(
            Entitlement,
            (Entitlement.election_uuid == Elector.election_uuid) & (Entitlement.number == Elector.number),
        )
        .join(Contest, Contest.uuid == Entitlement.contest_uuid)
        .where(Elector.election_uuid == election_uuid)
        .order_by(Elector.identifier)
    )
    return {elector.identifier: (elector, entitlement, key) for elector, entitlement, key in session.execute(query)}


def _change(
    session: Session, elector: Elector, entitlement: Entitlement, college: str, row: Row, contests: Mapping[str, str]
) -> None:
    for name in _FIELDS:
        setattr(elector, name, getattr(row, name))
    if college != row.college:
        session.delete(entitlement)
        session.flush()
        here = {"election_uuid": elector.election_uuid, "number": elector.number}
        session.add(Entitlement(contest_uuid=contests[row.college], **here))


def _add(session: Session, election: Election, rows: list[Row], contests: Mapping[str, str]) -> None:
    """Give the next numbers, in the order of `rows`, which is that of identifiers."""
    if not rows:
        return
    numbered = list(enumerate(rows, election.last_number + 1))
    election.last_number = numbered[-1][0]
    here = {"election_uuid": election.uuid}
    session.execute(
        insert(Elector),
        [
            {**here, "number": number, "identifier": row.identifier} | {name: getattr(row, name) for name in _FIELDS}
            for number, row in numbered
        ],
    )
    session.execute(
        insert(Entitlement),
        [{**here, "number": number, "contest_uuid": contests[row.college]} for number, row in numbered],
    )


def by_identifier(session: Session, election_uuid: str, identifier: str) -> Elector | None:
    """The elector who signs in under that name, in whatever case it is typed; None where there is none."""
    name = roll_file.fold(identifier)
    return session.scalar(select(Elector).where(Elector.election_uuid == election_uuid, Elector.identifier == name))


def phones(session: Session, election_uuid: str) -> bool:
    """Whether any elector of the election has a telephone: then all are asked how their code should come."""
    query = select(Elector.number).where(Elector.election_uuid == election_uuid, Elector.phone.is_not(None)).limit(1)
    return session.scalar(query) is not None


def contests_of(session: Session, election_uuid: str, number: int) -> list[Contest]:
    """The contests an elector may vote in, in the election's order."""
    mine = (Entitlement.election_uuid == election_uuid) & (Entitlement.number == number)
    query = select(Contest).join(Entitlement, Entitlement.contest_uuid == Contest.uuid).where(mine)
    return list(session.scalars(query.order_by(Contest.position)))


def may_vote(session: Session, contest_uuid: str, number: int) -> bool:
    """Whether the elector of that number may vote in a contest."""
    mine = Entitlement.contest_uuid == contest_uuid, Entitlement.number == number
    return session.scalar(select(Entitlement.number).where(*mine)) is not None


def size(session: Session, contest_uuid: str) -> int:
    """How many may vote in a contest."""
    query = select(func.count()).select_from(Entitlement).where(Entitlement.contest_uuid == contest_uuid)
    return session.scalar(query) or 0


def keys(session: Session, contest_uuid: str) -> list[tuple[int, str, dict[str, str]]]:
    """The rows of the roll digest of a contest, by number: number, register key, request key by issuer.

    Refused (`roll.keyless`) as long as an elector of the contest has no keys.
    """
    query = (
        select(Entitlement.number, ElectorKey.register, ElectorKey.requests)
        .outerjoin(
            ElectorKey,
            (ElectorKey.election_uuid == Entitlement.election_uuid) & (ElectorKey.number == Entitlement.number),
        )
        .where(Entitlement.contest_uuid == contest_uuid)
        .order_by(Entitlement.number)
    )
    rows = [(number, register, requests) for number, register, requests in session.execute(query)]
    keyless = sum(register is None for _, register, _ in rows)
    if keyless:
        raise ProtocolError("roll.keyless", electors=keyless)
    return rows


def digest(session: Session, contest_uuid: str) -> str:
    """SHA-256 of a contest's roll: what is sealed of it, and what a re-issued code changes (protocol.md §4)."""
    return roll_digest(keys(session, contest_uuid))
