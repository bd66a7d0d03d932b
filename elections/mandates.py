"""Door 2 after the end, mandates: who sits by virtue of a published result, and what the office enters of it.

Names come from what was sealed and published, events from the registry, the rule from the model. An entry is written
and judged with all others in one transaction: what `rules.mandates` does not accept is taken back with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections import counting
from elections.protocol.canonical import parse_canonical
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import Setup
from elections.registry import calendar, candidacies, elections
from elections.registry import mandates as registry
from elections.rules import mandates as rules
from elections.rules.mandates import Contest, Person, Vacancy

__all__ = ["Mandates", "Seats", "Vacancy", "begin", "json", "kept", "person", "read", "vacate", "withdraw"]

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest as ContestRow
    from elections.registry.tables import Election
    from elections.rules.mandates import Rank, Sitting
    from elections.rules.steps import Step
    from elections.rules.succession import Mandate
    from elections.rules.timetable import Window
    from elections.storage import Store


@dataclass(frozen=True, slots=True)
class Seats:
    """One contest of a published election: its titles, who sits, and the entries with their numbers."""

    uuid: str
    title: str
    contest: Contest
    sitting: Sitting
    entries: Sequence[tuple[int, Vacancy]]


@dataclass(frozen=True, slots=True)
class Mandates:
    """Every contest of an election on a day."""

    election: str
    title: str
    on: date
    rule: Mandate
    term: rules.Term
    steps: Sequence[Step]
    contests: tuple[Seats, ...]


def kept(session: Session, election_uuid: str) -> bool:
    """Whether there is anything to ask: a published result of a model that speaks of mandates."""
    return _rule(elections.find(session, election_uuid)) is not None


def read(store: Store, election_uuid: str, on: date) -> Mandates:
    """Who sits on that day, refused (`mandates.none`) where nothing is kept."""
    with store.registry_reader() as session:
        return _read(store, session, election_uuid, on)


def json(found: Mandates) -> dict[str, Json]:
    """The whole as `mandates show --json` prints it (contracts.md): names, places, lines; no cause."""
    return {
        "contests": [_json(found.rule, seats) for seats in found.contests],
        "election": found.election,
        "first": found.term.first.isoformat(),
        "known": found.term.known,
        "last": found.term.last.isoformat(),
        "on": found.on.isoformat(),
        "steps": [line.json() for line in found.steps],
    }


def _json(rule: Mandate, seats: Seats) -> dict[str, Json]:
    return {
        "contest": seats.uuid,
        "seats": [
            {
                "candidacy": seats.contest.candidacies[seat.candidacy]["id"],
                "election": seat.election and seat.election.isoformat(),
                "holder": seat.holder and _said(rule, seats, seat.holder),
                "since": seat.since.isoformat(),
            }
            for seat in seats.sitting.seats
        ],
        "steps": [line.json() for line in seats.sitting.steps],
        "waiting": [_said(rule, seats, person) for person in seats.sitting.waiting],
    }


def _said(rule: Mandate, seats: Seats, person: Person) -> dict[str, Json]:
    return {
        "again": rules.again(rule, seats.sitting, person).value,
        "candidacy": seats.contest.candidacies[person.candidacy]["id"],
        "line": person.place + 1,
        "name": rules.name_of(seats.contest, person),
        "rank": person.rank.value,
    }


def person(store: Store, contest_uuid: str, candidacy: str, rank: Rank, place: int) -> Person:
    """The person on that line of the candidacy with that short name."""
    with store.registry_reader() as session:
        filed = candidacies.standing(elections.contest(session, contest_uuid))
        for number, item in enumerate(filed):
            if item.id == candidacy:
                return Person(number, rank, place)
    raise ProtocolError("mandates.candidacy", candidacy=candidacy[:40], known=", ".join(item.id for item in filed))


def begin(store: Store, election_uuid: str, day: date, actor: Actor, now: datetime) -> None:
    """State the first day of the mandates; vacancies entered already must lie within them."""
    with store.registry.begin() as session:
        registry.begin(session, election_uuid, day, actor, now)
        _read(store, session, election_uuid, day)


def vacate(store: Store, contest_uuid: str, vacancy: Vacancy, actor: Actor, now: datetime) -> None:
    """A seat falls vacant, or a substitute can no longer be called: refused as `rules.mandates.sitting` says."""
    with store.registry.begin() as session:
        election_uuid = elections.contest(session, contest_uuid).election_uuid
        registry.vacate(session, contest_uuid, vacancy, actor, now)
        _read(store, session, election_uuid, vacancy.day)


def withdraw(store: Store, election_uuid: str, number: int, actor: Actor, now: datetime) -> None:
    """Take an entry back."""
    with store.registry.begin() as session:
        registry.withdraw(session, election_uuid, number, actor, now)
        _read(store, session, election_uuid, now.date())


def _rule(election: Election) -> tuple[Mandate, Window | None] | None:
    """What its model says of mandates and of the window of the next vote; None while there is nothing to ask."""
    model = elections.model_of(election)
    if election.rehearsal or model is None or model.mandate is None or elections.phase(election) not in registry.PHASES:
        return None
    return model.mandate, model.calendar.window if model.calendar else None


def _read(store: Store, session: Session, election_uuid: str, on: date) -> Mandates:
    election = elections.find(session, election_uuid)
    found = _rule(election)
    if found is None:
        raise ProtocolError("mandates.none")
    rule, window = found
    entered = registry.entered(session, election_uuid)
    first = entered.begin or calendar.proclaimed(session, election)
    term = rules.term(rule, first, known=entered.begin is not None)
    seats = []
    for item in election.contests:
        if item.phase in registry.PHASES:
            contest = _contest(store, item)
            sitting = rules.sitting(rule, contest, term, entered.of(item.uuid), on)
            seats.append(Seats(item.uuid, item.title, contest, sitting, entered.vacancies.get(item.uuid, ())))
    steps = rules.lines(rule, term, on, window)
    return Mandates(election_uuid, election.title, on, rule, term, steps, tuple(seats))


def _contest(store: Store, contest: ContestRow) -> Contest:
    """What was sealed and what was published of a contest."""
    path = counting.published(store, contest.election_uuid) / contest.uuid / "result.json"
    if not path.is_file():
        # The record is published again by the next tick: until then nobody can see who was elected.
        raise ProtocolError("mandates.none")
    result = parse_canonical(path.read_bytes(), "result.json")
    setup = Setup.parse(contest.setup or b"")
    return Contest(contest.key, setup.value["candidacies"], result["elected"])
