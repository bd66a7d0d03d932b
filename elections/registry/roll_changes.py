"""The roll after it was shown: its publication, and entries, corrections and removals one by one (E14, E15).

A change has a cause: a mistake of ours, a claim that was admitted, or an event that gives or takes away the quality of
elector. Of an event the law wants that it takes effect at the latest on the eve of the vote, and is entered at the
latest then (décret 2025-659, art. 17 and 28; R. 211-528); sealing comes after, and from its preparation on nothing
changes here. What concerns one person stands in the registry; the journal counts it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from elections.protocol.canonical import string
from elections.protocol.errors import ProtocolError
from elections.registry import elections, electors, journal, reissues, roll, roll_file
from elections.registry.roll_tables import ReissueRequest, RollChange
from elections.registry.tables import Contest, Elector
from elections.rules.french import PARIS
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor
    from elections.registry.roll_file import RollFile, Row
    from elections.registry.tables import Election

MISTAKE, CLAIM, EVENT = "mistake", "claim", "event"
CAUSES = (MISTAKE, CLAIM, EVENT)
LONGEST_REFERENCE = 200


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a roll changes: one of `CAUSES`, the day of an event, and what it rests on in the office's words."""

    kind: str
    day: date | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Who is to hear of a change at once, and of what: `kind` is `add`, `correct` or `remove`.

    `addresses` are the new one and, where it changes, the one before: whoever could have a code sent to an address
    of her own must not do so unseen. None as long as the roll was shown to nobody and she has no code.
    """

    kind: str
    name: str
    contest: str
    election: str
    addresses: tuple[str, ...]
    again: bool = False
    """A new voting code is asked for her with the change."""


def publish(session: Session, election_uuid: str, actor: Actor, now: datetime) -> None:
    """Show the roll to its electors from now on (R. 211-529); from here it changes one by one.

    Refused (`roll.nobody`) as long as a college has no elector.
    """
    election = elections.changeable(session, election_uuid)
    for contest in election.contests:
        if not roll.size(session, contest.uuid):
            raise ProtocolError("roll.nobody", contest=contest.title)
    if election.roll_published is None:
        election.roll_published = now
        journal.append(session, election_uuid, "roll-published", actor, now, details=_totals(session, election))


def withdraw(session: Session, election_uuid: str, actor: Actor, now: datetime) -> None:
    """Show the roll to nobody any more: it was wrong as a whole, and may be imported anew, as long as it may change."""
    election = elections.changeable(session, election_uuid)
    roll.check_eve(election, now)
    if election.roll_published is not None:
        election.roll_published = None
        journal.append(session, election_uuid, "roll-withdrawn", actor, now)


def add(session: Session, election_uuid: str, row: Row, cause: Cause, actor: Actor, now: datetime) -> Told:
    """Enter an elector; she gets the next number, and has no voting code yet."""
    election = _changeable(session, election_uuid, cause, now)
    contest = _contest(election, row.college)
    _check(session, election_uuid, row, None)
    roll.add(session, election, [row], {row.college: contest.uuid})
    return _note(session, election, "add", row.identifier, contest, cause, actor, now, _told(election, row))


def correct(  # noqa: PLR0913 - an entry, its cause, and whether the code is to follow
    session: Session,
    election_uuid: str,
    number: int,
    row: Row,
    cause: Cause,
    actor: Actor,
    now: datetime,
    *,
    again: bool = False,
) -> Told:
    """Let an elector stand on the roll as `row` says; her identifier and her number stay, and her code for now.

    Where her code went to an address that she no longer has, a new one is asked for (`again`), to which the board must
    agree (R22): who changes an address alone shall not get a code sent there. Codes that went by mail say so of
    themselves; where letters went is not on the roll, and the office says it. Refused (`roll.same`) where nothing
    would change.
    """
    election = _changeable(session, election_uuid, cause, now)
    placed = _placed(session, election_uuid, number)
    contest = _contest(election, row.college)
    if row.identifier != placed.identifier:
        raise ProtocolError("roll.entry", field=roll_file.COLUMNS["identifier"][0])
    if not roll.differences(placed, row):
        raise ProtocolError("roll.same")
    _check(session, election_uuid, row, number)
    roll.change(session, election_uuid, [(placed, row)], {row.college: contest.uuid})
    session.expire_all()
    to = _told(election, row, placed.email, coded=placed.coded)
    told = _note(session, election, "correct", row.identifier, contest, cause, actor, now, to)
    moved = election.code_form == "mail" and row.email != placed.email
    if not (placed.coded and (again or moved)):
        return told
    if session.get(ReissueRequest, (election_uuid, number)) is None:
        reissues.ask(session, election_uuid, row.identifier, actor, now)
    return replace(told, again=True)


def remove(session: Session, election_uuid: str, number: int, cause: Cause, actor: Actor, now: datetime) -> Told:
    """Strike an elector off, with her voting code if she has one."""
    election = _changeable(session, election_uuid, cause, now)
    placed = _placed(session, election_uuid, number)
    contest = _contest(election, placed.college)
    roll.remove(session, election_uuid, [number])
    session.expire_all()
    to = _told(election, placed, coded=placed.coded)
    return _note(session, election, "remove", placed.identifier, contest, cause, actor, now, to)


def by_file(session: Session, election_uuid: str, file: RollFile, difference: roll.Difference) -> list[Told]:
    """Who is to hear of a file that was applied: whoever has a code and goes, or is reached elsewhere from now on.

    The roll was shown to nobody then; but whoever would have her code sent elsewhere could strike her off by one file
    and enter her anew by the next.
    """
    election = elections.find(session, election_uuid)
    titles = {contest.key: contest.title for contest in election.contests}
    rows, before = {row.identifier: row for row in file.rows}, difference.before

    def told(kind: str, who: Row | roll.Placed, *more: str) -> Told:
        name, addresses = _told(election, who, *more, coded=True)
        return Told(kind, name, titles[who.college], election.title, addresses)

    gone = [told("remove", before[identifier]) for identifier in difference.removed if before[identifier].coded]
    return gone + [told("correct", rows[identifier], before[identifier].email) for identifier in difference.moved]


def changes(session: Session, election_uuid: str, page: int = 1) -> tuple[list[tuple[RollChange, Contest]], int]:
    """A page of the changes, the last one first, and how many pages there are."""
    mine = RollChange.election_uuid == election_uuid
    total = session.scalar(select(func.count()).select_from(RollChange).where(mine)) or 0
    pages = max(1, -(-total // electors.PAGE))
    query = (
        select(RollChange, Contest)
        .join(Contest, Contest.uuid == RollChange.contest_uuid)
        .where(mine)
        .order_by(RollChange.sequence.desc())
        .limit(electors.PAGE)
        .offset((min(max(1, page), pages) - 1) * electors.PAGE)
    )
    return list(session.execute(query)), pages


def check_shown(contest: Contest) -> None:
    """Refuse (`roll.unpublished`) to show the roll of a contest before its electors may see it."""
    if contest.election.roll_published is None and contest.phase is Phase.DRAFT:
        raise ProtocolError("roll.unpublished")


def _changeable(session: Session, election_uuid: str, cause: Cause, now: datetime) -> Election:
    election = elections.changeable(session, election_uuid)
    first = election.opening.astimezone(PARIS).date()
    roll.check_eve(election, now)
    if cause.kind not in CAUSES or (cause.day is None) != (cause.kind != EVENT):
        raise ProtocolError("roll.cause")
    if cause.day is not None and cause.day >= first:
        raise ProtocolError("roll.event", day=first.isoformat())
    string(cause.reference, "reference", rf"[^\x00-\x1f]{{0,{LONGEST_REFERENCE}}}")
    return election


def _contest(election: Election, key: str) -> Contest:
    found = next((contest for contest in election.contests if contest.key == key), None)
    if found is None:
        raise ProtocolError("roll.entry", field=roll_file.COLLEGE["college"][0])
    return found


def _placed(session: Session, election_uuid: str, number: int) -> roll.Placed:
    known = electors.one(session, election_uuid, number)
    here = {name: getattr(known.elector, name) for name in ("number", "identifier", *roll.FIELDS)}
    return roll.Placed(**here, college=known.contest.key, reason=known.reason, coded=known.coded)


def _check(session: Session, election_uuid: str, row: Row, number: int | None) -> None:
    """Refuse a row that is wrong by itself, or has what belongs to somebody else (`roll.taken`)."""
    roll_file.check_row(row)
    others = (Elector.election_uuid == election_uuid) & (Elector.number != (number or 0))
    owned = {
        "identifier": Elector.identifier == row.identifier,
        "email": func.lower(Elector.email) == row.email.lower(),
        # Many have no telephone, and share nothing by that.
        "phone": Elector.phone == (row.phone or ""),
    }
    for name, mine in owned.items():
        if session.scalar(select(Elector.number).where(others & mine).limit(1)) is not None:
            raise ProtocolError("roll.taken", field=roll_file.ALL[name][0])


def _told(election: Election, who: Row | roll.Placed, *more: str, coded: bool = False) -> tuple[str, tuple[str, ...]]:
    """Her name, and where she is told."""
    told = coded or election.roll_published is not None
    return f"{who.first_name} {who.last_name}", tuple(dict.fromkeys((who.email, *more))) if told else ()


def _note(  # noqa: PLR0913 - one entry of the journal, and one of the registry
    session: Session,
    election: Election,
    kind: str,
    identifier: str,
    contest: Contest,
    cause: Cause,
    actor: Actor,
    now: datetime,
    told: tuple[str, tuple[str, ...]],
) -> Told:
    here = RollChange.election_uuid == election.uuid
    sequence = (session.scalar(select(func.max(RollChange.sequence)).where(here)) or 0) + 1
    session.add(
        RollChange(
            election_uuid=election.uuid,
            sequence=sequence,
            at=now,
            kind=kind,
            cause=cause.kind,
            day=cause.day and cause.day.isoformat(),
            reference=cause.reference,
            identifier=identifier,
            contest_uuid=contest.uuid,
        )
    )
    session.flush()
    counts = {name: int(name == {"add": "added", "correct": "changed", "remove": "removed"}[kind])
              for name in ("added", "changed", "removed")}  # fmt: skip
    details = {**counts, **_totals(session, election)}
    journal.append(session, election.uuid, "roll-change", actor, now, details=details)
    name, addresses = told
    return Told(kind, name, contest.title, election.title, addresses)


def _totals(session: Session, election: Election) -> dict[str, dict[str, int]]:
    return {"colleges": {contest.key: roll.size(session, contest.uuid) for contest in election.contests}}
