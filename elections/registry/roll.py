"""The roll: who is an elector, in which contest, under which number and with which public keys.

A file replaces the whole roll of a draft. Who stays keeps her number, her keys and her sessions; who comes gets
the next free number, in the order of identifiers; who goes takes everything of hers along. `compare` says what a
file would change without writing, `apply` compares again and writes, in the caller's one transaction. Once the roll
is shown to its electors it changes one by one, for a cause (`roll_changes`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, update

from elections.protocol.canonical import encode, sha256_hex
from elections.protocol.code import roll_digest
from elections.protocol.errors import ProtocolError
from elections.registry import elections, journal, roll_file, roll_trials
from elections.registry.roll_file import College
from elections.registry.roll_tables import ReissueRequest
from elections.registry.tables import Contest, Elector, ElectorKey, Entitlement
from elections.rules.eligibility import plain
from elections.rules.filing import elector_rules
from elections.rules.french import PARIS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.grids import Grid
    from elections.registry.journal import Actor
    from elections.registry.roll_file import RollFile, Row
    from elections.registry.tables import Election

FIELDS = ("last_name", "first_name", "email", "phone", "roll_unit")
_CHUNK = 500
"""Numbers in one statement: SQLite takes so many values and not many more."""
_UNAGREED = {"board_role": None, "board_number": None}


class Placed(NamedTuple):
    """An elector as she stands on the roll, with the key of her contest; `coded` if she has a voting code."""

    number: int
    identifier: str
    last_name: str
    first_name: str
    email: str
    phone: str | None
    roll_unit: str
    college: str
    reason: str
    coded: bool


class Change(NamedTuple):
    """One field of an elector, before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file changes in the roll in place, by identifier.

    `digest` is that of the roll before and after, and of the codes that go: what was looked at and what is done must
    be the same.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    totals: Mapping[str, int]
    """Electors by college key, once applied."""
    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    before: Mapping[str, Placed] = field(default_factory=dict)
    digest: str = ""

    @property
    def codes_lost(self) -> int:
        """How many of those who go have a voting code, which goes with them."""
        return sum(self.before[identifier].coded for identifier in self.removed)

    @property
    def moved(self) -> list[str]:
        """Those who have a voting code and get another address or telephone."""
        ways = ("email", "phone")
        return [
            identifier
            for identifier, changes in self.changes.items()
            if self.before[identifier].coded and any(change.field in ways for change in changes)
        ]

    def json(self) -> dict[str, Any]:
        """Counts only: the details of the journal's entry."""
        counts = {name: len(getattr(self, name)) for name in ("added", "changed", "removed")}
        return {**counts, "colleges": dict(self.totals)}


def colleges(election: Election) -> dict[str, College]:
    """What a roll file may call the contests of an election, and by which rules of its model somebody votes there."""
    known = {contest.key: contest.electors for contest in elections.model_of(election).contests}
    return {
        contest.key: College(
            contest.key,
            contest.college,
            elector_rules(known[contest.key], contest.title) if known.get(contest.key) else None,
        )
        for contest in election.contests
    }


def read_file(session: Session, election_uuid: str, data: bytes, chosen: Mapping[str, str] | None = None) -> RollFile:
    """Read a roll file for this election; `chosen` says what headings mean, else what the office said last."""
    election = elections.find(session, election_uuid)
    meanings = roll_trials.headings(session, election_uuid) if chosen is None else chosen
    return roll_file.read(data, colleges(election), meanings)


def read_grid(session: Session, election_uuid: str, grid: Grid) -> RollFile:
    """The same of a file whose lines are read already."""
    election = elections.find(session, election_uuid)
    return roll_file.read_grid(grid, colleges(election), roll_trials.headings(session, election_uuid))


def compare(session: Session, election_uuid: str, file: RollFile) -> Difference:
    """What the file would change; nothing is written."""
    return _difference(in_place(session, election_uuid), file)


def apply(
    session: Session, election_uuid: str, file: RollFile, actor: Actor, now: datetime, *, seen: str | None = None
) -> Difference:
    """Make the file the roll of this draft.

    Refused if anything at all is wrong with it (`roll.refused`), if it would not do what was `seen`, by the digest that
    `compare` gave (`roll.moved`), if the roll is shown to its electors already (`roll.shown`), and too late
    (`roll.eve`).
    """
    election = elections.changeable(session, election_uuid)
    check_eve(election, now)
    if election.roll_published is not None:
        raise ProtocolError("roll.shown")
    if file.problems:
        raise ProtocolError("roll.refused", problems=len(file.problems), first=file.problems[0])
    place = in_place(session, election_uuid)
    difference = _difference(place, file)
    if seen not in (None, difference.digest):
        raise ProtocolError("roll.moved")
    rows = {row.identifier: row for row in file.rows}
    contests = {contest.key: contest.uuid for contest in election.contests}
    remove(session, election_uuid, [place[identifier].number for identifier in difference.removed])
    kept = [(place[identifier], row) for identifier, row in rows.items() if identifier in place]
    change(session, election_uuid, kept, contests)
    add(session, election, [rows[identifier] for identifier in difference.added], contests)
    # What the session remembers of electors is older than what was just written.
    session.expire_all()
    journal.append(session, election_uuid, "roll", actor, now, details=difference.json())
    return difference


def eve_over(election: Election, now: datetime) -> bool:
    """Whether the last day is over on which a roll may change (R. 211-528); a rehearsal has none."""
    return not election.rehearsal and now.astimezone(PARIS).date() >= election.opening.astimezone(PARIS).date()


def check_eve(election: Election, now: datetime) -> None:
    """Refuse (`roll.eve`) a change of the roll after that day."""
    if eve_over(election, now):
        raise ProtocolError("roll.eve", day=election.opening.astimezone(PARIS).date().isoformat())


def in_place(session: Session, election_uuid: str) -> dict[str, Placed]:
    """The roll as it stands, by identifier and in that order."""
    query = (
        select(
            Elector.number,
            Elector.identifier,
            *(getattr(Elector, name) for name in FIELDS),
            Contest.key,
            Entitlement.reason,
            ElectorKey.number.is_not(None),
        )
        .join(
            Entitlement,
            (Entitlement.election_uuid == Elector.election_uuid) & (Entitlement.number == Elector.number),
        )
        .join(Contest, Contest.uuid == Entitlement.contest_uuid)
        .outerjoin(
            ElectorKey, (ElectorKey.election_uuid == Elector.election_uuid) & (ElectorKey.number == Elector.number)
        )
        .where(Elector.election_uuid == election_uuid)
        .order_by(Elector.identifier)
    )
    return {row[1]: Placed(*row) for row in session.execute(query)}


def _difference(place: Mapping[str, Placed], file: RollFile) -> Difference:
    rows = {row.identifier: row for row in file.rows}
    common = [identifier for identifier in rows if identifier in place]
    changes = {
        identifier: found for identifier in common if (found := differences(place[identifier], rows[identifier]))
    }
    removed = tuple(identifier for identifier in place if identifier not in rows)
    # Codes are made all the time; of those only whose owners go are lost.
    gone = [identifier for identifier in removed if place[identifier].coded]
    # The headings of a file may get another meaning while its report is read, and a contest other rules.
    before, after = ([_stands(who) for who in whole] for whole in (place.values(), file.rows))
    return Difference(
        added=tuple(identifier for identifier in rows if identifier not in place),
        changed=tuple(changes),
        removed=removed,
        unchanged=len(common) - len(changes),
        totals=file.totals,
        changes=changes,
        before=place,
        digest=sha256_hex(encode([before, after, gone])),
    )


def _stands(who: Placed | Row) -> list[Json]:
    return [who.identifier, *(getattr(who, name) for name in FIELDS), who.college, who.reason]


def differences(placed: Placed, row: Row) -> tuple[Change, ...]:
    """The fields that differ; why somebody votes in her contest is none of them."""
    return tuple(
        Change(name, getattr(placed, name) or "", getattr(row, name) or "")
        for name in (*FIELDS, "college")
        if getattr(placed, name) != getattr(row, name)
    )


def remove(session: Session, election_uuid: str, numbers: Sequence[int]) -> None:
    """Strike electors off; their keys and entitlements go with them, by the foreign keys of their tables."""
    for start in range(0, len(numbers), _CHUNK):
        chosen = Elector.number.in_(numbers[start : start + _CHUNK])
        session.execute(delete(Elector).where(Elector.election_uuid == election_uuid, chosen))


def change(
    session: Session, election_uuid: str, pairs: Iterable[tuple[Placed, Row]], contests: Mapping[str, str]
) -> None:
    """Write what differs between an elector as she stands and as she is to stand.

    Where the board had agreed to a new code for her, it has to again: it agreed for who was called and reached so.
    """
    texts: list[dict[str, Any]] = []
    places: list[dict[str, Any]] = []
    for placed, row in pairs:
        here = {"election": election_uuid, "elector": placed.number}
        if any(getattr(placed, name) != getattr(row, name) for name in FIELDS):
            texts.append({**here, **_texts(row)})
        if (placed.college, placed.reason) != (row.college, row.reason):
            places.append({**here, "contest_uuid": contests[row.college], "reason": row.reason})
    void = [{**_UNAGREED, "election": election_uuid, "elector": known["elector"]} for known in texts]
    for table, values in (
        (Elector.__table__, texts),
        (Entitlement.__table__, places),
        (ReissueRequest.__table__, void),
    ):
        if values:
            mine = (table.c.election_uuid == bindparam("election")) & (table.c.number == bindparam("elector"))
            session.connection().execute(update(table).where(mine), values)  # type: ignore[arg-type]


def add(session: Session, election: Election, rows: Sequence[Row], contests: Mapping[str, str]) -> None:
    """Give the next numbers, in the order of `rows`."""
    if not rows:
        return
    numbered = list(enumerate(rows, election.last_number + 1))
    election.last_number = numbered[-1][0]
    session.flush()
    here = {"election_uuid": election.uuid}
    people = [{**here, "number": number, "identifier": row.identifier, **_texts(row)} for number, row in numbered]
    places = [
        {**here, "number": number, "contest_uuid": contests[row.college], "reason": row.reason}
        for number, row in numbered
    ]
    # Not through the mapper: it makes a statement of its own wherever somebody has no telephone.
    for table, values in ((Elector.__table__, people), (Entitlement.__table__, places)):
        session.connection().execute(insert(table), values)  # type: ignore[arg-type]


def _texts(row: Row) -> dict[str, str | None]:
    return {name: getattr(row, name) for name in FIELDS} | {"folded": plain(f"{row.last_name} {row.first_name}")}


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


def count(session: Session, election_uuid: str) -> int:
    """How many electors an election has in all."""
    query = select(func.count()).select_from(Elector).where(Elector.election_uuid == election_uuid)
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
