"""What happened to the mandates of a proclaimed election: entered by the office, in order, and never changed.

An entry that was wrong is taken back by another one. The journal, which is published, gets contest, candidacy, line
and day, but no name and no cause. Whether an entry makes sense is for the door to judge, which knows the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from elections.protocol.errors import ProtocolError
from elections.registry import candidacies, elections, journal
from elections.registry.tables import MandateEvent
from elections.rules.mandates import Cause, Person, Rank, Vacancy
from elections.rules.phases import Phase, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.journal import Actor
    from elections.registry.tables import Election

PHASES = (Phase.PROCLAIMED, Phase.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Entered:
    """The entries that hold: the first day if it was stated, and by contest each vacancy with its number."""

    begin: date | None
    vacancies: Mapping[str, Sequence[tuple[int, Vacancy]]]

    def of(self, contest_uuid: str) -> list[Vacancy]:
        """The vacancies of a contest, in the order in which they were entered."""
        return [vacancy for _, vacancy in self.vacancies.get(contest_uuid, ())]


def entered(session: Session, election_uuid: str) -> Entered:
    """What was entered and not taken back; of several first days the last one holds."""
    rows = _standing(session, election_uuid)
    begins = [date.fromisoformat(row.day) for row in rows.values() if row.kind == "begin" and row.day]
    vacancies: dict[str, list[tuple[int, Vacancy]]] = {}
    for number, row in rows.items():
        if row.kind == "vacancy":
            vacancies.setdefault(row.contest_uuid or "", []).append((number, _vacancy(row)))
    return Entered(begins[-1] if begins else None, vacancies)


def begin(session: Session, election_uuid: str, day: date, actor: Actor, now: datetime) -> None:
    """State the first day of the mandates."""
    election = _open(session, election_uuid, actor, "mandates-begin")
    _add(session, election, now, kind="begin", day=day.isoformat())
    journal.append(session, election.uuid, "mandates-begin", actor, now, details={"day": day.isoformat()})


def vacate(session: Session, contest_uuid: str, vacancy: Vacancy, actor: Actor, now: datetime) -> None:
    """A seat falls vacant, or a substitute can no longer be called."""
    contest = elections.contest(session, contest_uuid)
    election = _open(session, contest.election_uuid, actor, "vacancy")
    person, day = vacancy.person, vacancy.day.isoformat()
    _add(
        session, election, now, kind="vacancy", day=day, contest_uuid=contest_uuid, candidacy=person.candidacy,
        rank=person.rank.value, place=person.place, cause=vacancy.cause.value,
    )  # fmt: skip
    candidacy = candidacies.standing(contest)[person.candidacy].id
    details: dict[str, Json] = {"candidacy": candidacy, "day": day, "line": person.place + 1, "rank": person.rank.value}
    journal.append(session, election.uuid, "vacancy", actor, now, contest=contest_uuid, details=details)


def withdraw(session: Session, election_uuid: str, number: int, actor: Actor, now: datetime) -> None:
    """Take the entry of that number back, refused (`mandates.event`) where none stands."""
    election = _open(session, election_uuid, actor, "mandates-withdraw")
    if number not in _standing(session, election_uuid):
        raise ProtocolError("mandates.event", number=number)
    _add(session, election, now, kind="withdraw", withdrawn=number)
    journal.append(session, election.uuid, "mandates-withdraw", actor, now, details={"number": number})


def _open(session: Session, election_uuid: str, actor: Actor, act: str) -> Election:
    """The election, refused unless it is proclaimed and the office acts."""
    election = elections.find(session, election_uuid)
    phase = elections.phase(election)
    if actor.role is not Role.OFFICER:
        raise ProtocolError("rules.role", act=act, phase=phase.value, role=actor.role.value)
    if phase not in PHASES:
        raise ProtocolError("rules.phase", act=act, phase=phase.value)
    return election


def _add(session: Session, election: Election, now: datetime, **values: Json) -> None:
    rows = session.scalars(select(MandateEvent.sequence).where(MandateEvent.election_uuid == election.uuid))
    session.add(MandateEvent(election_uuid=election.uuid, sequence=max(rows, default=0) + 1, at=now, **values))
    session.flush()


def _standing(session: Session, election_uuid: str) -> dict[int, MandateEvent]:
    """The entries by number, without those that were taken back and those that took them back."""
    found = select(MandateEvent).where(MandateEvent.election_uuid == election_uuid).order_by(MandateEvent.sequence)
    rows = {row.sequence: row for row in session.scalars(found)}
    gone = {row.withdrawn for row in rows.values()}
    return {number: row for number, row in rows.items() if row.kind != "withdraw" and number not in gone}


def _vacancy(row: MandateEvent) -> Vacancy:
    person = Person(row.candidacy or 0, Rank(row.rank or ""), row.place or 0)
    return Vacancy(person, date.fromisoformat(row.day or ""), Cause(row.cause or ""))
