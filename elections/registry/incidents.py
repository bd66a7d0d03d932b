"""Incidents and interventions: entered before anybody touches the system, closed with their outcome (R23, R. 211-571).

The journal holds them, and nothing else does: what is open is what the journal says is open, as with amendments. So an
incident is public; what may tell of a person goes into a note, which stays in the registry. An intervention is begun
under an open incident and has the hours at which it was entered as begun and as ended; a suspension or a stop names the
incident that it answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from elections.protocol.canonical import check_year, hour, hour_text
from elections.protocol.errors import ProtocolError
from elections.registry import elections, journal, published_text
from elections.registry.board_tables import IncidentNote
from elections.rules.phases import Phase, Role
from elections.rules.words import CATEGORIES, NOTICERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.protocol.journal import JournalEntry
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest

_ENTERING = (Role.OFFICER, Role.PRESIDENT, Role.SECRETARY, Role.DELEGATE, Role.SUPERVISION)
_CLOSING = (Role.OFFICER, Role.PRESIDENT, Role.SECRETARY)
_LONGEST_NOTE = 4_000


@dataclass(frozen=True)
class Notice:
    """What somebody enters: published all of it but the note."""

    category: str
    summary: str
    noticed: datetime
    noticed_by: str
    contest: str | None = None
    note: str = field(default="", repr=False)


@dataclass
class Intervention:
    """Work on the system under an incident: who does what, from when to when, and what was done."""

    number: int
    by: str
    plan: str
    began: datetime
    ended: datetime | None = None
    done: str = ""


@dataclass
class Incident:
    """An incident as the journal tells it."""

    number: int
    contest: str | None
    category: str
    summary: str
    noticed: datetime
    noticed_by: str
    entered: datetime
    role: str
    interventions: list[Intervention] = field(default_factory=list)
    acts: list[tuple[str, str | None, datetime]] = field(default_factory=list)
    """Suspensions and stops that name it: act, contest, hour."""
    closed: datetime | None = None
    outcome: str = ""

    @property
    def under_way(self) -> bool:
        """Whether an intervention has begun and not ended."""
        return any(item.ended is None for item in self.interventions)


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why the board acts, who authorised it, and the incident that it answers (R. 211-541)."""

    reason: str | None = None
    authority: str | None = None
    incident: int | None = None

    @property
    def details(self) -> dict[str, Json]:
        """What the journal says of them."""
        given = {"authority": self.authority, "incident": self.incident, "reason": self.reason}
        return {key: value for key, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Note:
    """What stays in the registry."""

    role: str
    number: int
    at: datetime
    text: str = field(repr=False)


def known(session: Session, election_uuid: str) -> dict[int, Incident]:
    """All incidents of an election by number, in their order."""
    found: dict[int, Incident] = {}
    for entry in journal.entries(session, election_uuid):
        _read(found, entry)
    return found


def _read(found: dict[int, Incident], entry: JournalEntry) -> None:
    details = entry.details
    if entry.act == "incident":
        noticed = hour(details["noticed"], "noticed")
        found[details["incident"]] = Incident(
            details["incident"], entry.contest, details["category"], details["summary"], noticed,
            details["noticed_by"], entry.at, entry.role,
        )  # fmt: skip
        return
    incident = found.get(details.get("incident", 0))
    if incident is None:
        return
    if entry.act == "intervention":
        number = len(incident.interventions) + 1
        incident.interventions.append(Intervention(number, details["by"], details["plan"], entry.at))
    elif entry.act == "intervention-end":
        item = incident.interventions[details["intervention"] - 1]
        item.ended, item.done = entry.at, details["done"]
    elif entry.act == "incident-close":
        incident.closed, incident.outcome = entry.at, details["outcome"]
    elif entry.act in ("suspend", "stop", "resume"):
        incident.acts.append((entry.act, entry.contest, entry.at))


def enter(session: Session, election_uuid: str, notice: Notice, actor: Actor, now: datetime) -> int:
    """Enter an incident; its number.

    Refused: a draft (`rules.phase`), a role that only looks on, a category or function that is not on the list
    (`incidents.choice`), an hour still to come (`incidents.hour`), a text that is none or names an elector, the very
    words of an incident that is open (`incidents.again`): a click that came twice tells nobody twice.
    """
    _check_actor(session, election_uuid, "incident", actor, _ENTERING)
    for value, choices in ((notice.category, CATEGORIES), (notice.noticed_by, NOTICERS)):
        if value not in choices:
            raise ProtocolError("incidents.choice", value=value[:40])
    check_year(notice.noticed)
    if notice.noticed > now:
        raise ProtocolError("incidents.hour", hour=hour_text(notice.noticed))
    if notice.contest is not None and elections.contest(session, notice.contest).election_uuid != election_uuid:
        raise ProtocolError("registry.contest", uuid=notice.contest[:64])
    summary = published_text.check(session, election_uuid, notice.summary, "summary")
    told = (notice.contest, notice.category, summary, notice.noticed, notice.noticed_by)
    before = known(session, election_uuid)
    for one in before.values():
        if one.closed is None and (one.contest, one.category, one.summary, one.noticed, one.noticed_by) == told:
            raise ProtocolError("incidents.again", incident=one.number)
    number = len(before) + 1
    details: dict[str, Json] = {
        "category": notice.category,
        "incident": number,
        "noticed": hour_text(notice.noticed),
        "noticed_by": notice.noticed_by,
        "summary": summary,
    }
    journal.append(session, election_uuid, "incident", actor, now, contest=notice.contest, details=details)
    if notice.note.strip():
        annotate(session, election_uuid, number, notice.note, actor, now)
    return number


def annotate(session: Session, election_uuid: str, number: int, text: str, actor: Actor, now: datetime) -> None:
    """Add a note to an incident, closed or not. The journal says that there is one, and nothing of it."""
    _check_actor(session, election_uuid, "incident-note", actor, _ENTERING)
    contest = _find(session, election_uuid, number).contest
    if not 0 < len(text.strip()) <= _LONGEST_NOTE:
        raise ProtocolError("incidents.note", longest=_LONGEST_NOTE)
    last = session.scalar(select(func.max(IncidentNote.sequence)).where(IncidentNote.election_uuid == election_uuid))
    session.add(
        IncidentNote(
            election_uuid=election_uuid, sequence=(last or 0) + 1, incident=number, role=actor.role.value,
            number=actor.number, at=now, text=text.strip(),
        )
    )  # fmt: skip
    details: dict[str, Json] = {"incident": number}
    journal.append(session, election_uuid, "incident-note", actor, now, contest=contest, details=details)


def notes(session: Session, election_uuid: str, number: int) -> list[Note]:
    """The notes on an incident in their order."""
    rows = select(IncidentNote).where(IncidentNote.election_uuid == election_uuid, IncidentNote.incident == number)
    return [
        Note(row.role, row.number, row.at, row.text) for row in session.scalars(rows.order_by(IncidentNote.sequence))
    ]


def begin(session: Session, election_uuid: str, number: int, by: str, plan: str, actor: Actor, now: datetime) -> int:
    """Begin an intervention under an open incident, refused as long as another is under way; its number."""
    _check_actor(session, election_uuid, "intervention", actor, (*_CLOSING, Role.SUPERVISION))
    incident = check_open(session, election_uuid, number)
    if incident.under_way:
        raise ProtocolError("incidents.under-way", incident=number)
    place = len(incident.interventions) + 1
    details: dict[str, Json] = {
        "by": published_text.check(session, election_uuid, by, "by"),
        "incident": number,
        "intervention": place,
        "plan": published_text.check(session, election_uuid, plan, "plan"),
    }
    journal.append(session, election_uuid, "intervention", actor, now, contest=incident.contest, details=details)
    return place


def end(session: Session, election_uuid: str, number: int, done: str, actor: Actor, now: datetime) -> None:
    """End the intervention that is under way, and say what was done; refused (`incidents.none`) where none is."""
    _check_actor(session, election_uuid, "intervention-end", actor, (*_CLOSING, Role.SUPERVISION))
    incident = check_open(session, election_uuid, number)
    if not incident.under_way:
        raise ProtocolError("incidents.none", incident=number)
    details: dict[str, Json] = {
        "done": published_text.check(session, election_uuid, done, "done"),
        "incident": number,
        "intervention": len(incident.interventions),
    }
    journal.append(session, election_uuid, "intervention-end", actor, now, contest=incident.contest, details=details)


def close(session: Session, election_uuid: str, number: int, outcome: str, actor: Actor, now: datetime) -> None:
    """Close an incident with its outcome; refused as long as an intervention is under way."""
    _check_actor(session, election_uuid, "incident-close", actor, _CLOSING)
    incident = check_open(session, election_uuid, number)
    if incident.under_way:
        raise ProtocolError("incidents.under-way", incident=number)
    details: dict[str, Json] = {
        "incident": number,
        "outcome": published_text.check(session, election_uuid, outcome, "outcome"),
    }
    journal.append(session, election_uuid, "incident-close", actor, now, contest=incident.contest, details=details)


def check_open(session: Session, election_uuid: str, number: int, contest: str | None = None) -> Incident:
    """The incident, refused if it is closed (`incidents.closed`) or concerns another contest (`incidents.contest`)."""
    incident = _find(session, election_uuid, number)
    if incident.closed is not None:
        raise ProtocolError("incidents.closed", incident=number)
    if contest is not None and incident.contest not in (None, contest):
        raise ProtocolError("incidents.contest", incident=number)
    return incident


def grounds(session: Session, contest: Contest, given: Mapping[str, Json], needed: Sequence[str]) -> dict[str, Json]:
    """The grounds of an act as the journal gives them, out of its details: `reason`, `authority` and `incident`.

    Refused (`incidents.grounds`) without one that is `needed`; those that need not be given are published all the same.
    """
    for key in needed:
        if key not in given:
            raise ProtocolError("incidents.grounds", key=key)
    if "incident" in given:
        check_open(session, contest.election_uuid, given["incident"], contest.uuid)
    return {
        key: published_text.check(session, contest.election_uuid, given[key], key)
        for key in ("reason", "authority")
        if key in given
    }


def _find(session: Session, election_uuid: str, number: int) -> Incident:
    incident = known(session, election_uuid).get(number)
    if incident is None:
        raise ProtocolError("incidents.unknown", incident=number)
    return incident


def _check_actor(session: Session, election_uuid: str, act: str, actor: Actor, roles: tuple[Role, ...]) -> None:
    phase = elections.phase(elections.find(session, election_uuid))
    if actor.role not in roles:
        raise ProtocolError("rules.role", act=act, phase=phase.value, role=actor.role.value)
    if phase in (Phase.DRAFT, Phase.ARCHIVED):
        raise ProtocolError("rules.phase", act=act, phase=phase.value)
