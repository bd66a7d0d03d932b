"""What the registry keeps of a lot: what is asked of the key holders, what they opened, a draw on paper.

What is asked is a document of the office, made once from the decryptions that showed the need (holder/lots.py). A draw
on paper is a line of the journal. Whichever decides a lot first decides it: the other is then refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import parse_canonical
from elections.protocol.errors import ProtocolError
from elections.registry import ceremony, elections, journal
from elections.rules.phases import Phase, Role

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.protocol.journal import JournalEntry
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest, Election

OFFICE, ASKED, OPENED = "office", "lot", "lot-opened"
"""Whose document asks, and the steps under which asking and answers are kept."""


def asked(session: Session, election_uuid: str) -> dict[str, Json]:
    """What must be drawn, by contest; empty as long as no total has shown it."""
    raw = ceremony.get(session, election_uuid, OFFICE, ASKED)
    found: dict[str, Json] = {} if raw is None else parse_canonical(raw, "lot")["contests"]
    return found


def opened(session: Session, election_uuid: str) -> dict[str, Json]:
    """What holders opened, by role; each was checked when it was handed in."""
    given = ceremony.handed_in(session, election_uuid, OPENED)
    return {role: parse_canonical(raw, f"lot opened by {role}") for role, raw in given.items()}


def paper(session: Session, contest: Contest) -> JournalEntry | None:
    """The line of a draw on paper, None where there is none."""
    lines = journal.entries(session, contest.election_uuid)
    return next((line for line in lines if (line.act, line.contest) == ("lot", contest.uuid)), None)


def decided(session: Session, contest: Contest) -> bool:
    """Whether the lot of a contest is drawn: on paper, or because enough holders have opened the product."""
    answers = opened(session, contest.election_uuid)
    roles = {role for role, answer in answers.items() if contest.uuid in answer["contests"]}
    return paper(session, contest) is not None or enough(contest.election, roles)


def enough(election: Election, roles: Collection[str]) -> bool:
    """Whether these holders satisfy every group of the policy (R. 211-573)."""
    return all(len(set(group["holders"]) & set(roles)) >= group["threshold"] for group in election.policy)


def enter(session: Session, contest_uuid: str, details: dict[str, Json], actor: Actor, now: datetime) -> JournalEntry:
    """A draw on paper, by the president or the secretary, of a contest that is frozen; who calls has checked it."""
    contest = elections.locked(session, contest_uuid)
    if actor.role not in (Role.PRESIDENT, Role.SECRETARY):
        raise ProtocolError("rules.role", act="lot", phase=contest.phase.value, role=actor.role.value)
    if contest.phase is not Phase.FROZEN:
        raise ProtocolError("rules.phase", act="lot", phase=contest.phase.value)
    return journal.append(session, contest.election_uuid, "lot", actor, now, contest=contest_uuid, details=details)
