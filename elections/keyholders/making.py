"""The four rounds of the ceremony, from the invitation to trustees.json of every contest (protocol.md §9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.keyholders import places
from elections.protocol.canonical import Json, encode, parse_canonical, string
from elections.protocol.ceremony import KINDS, Ceremony
from elections.protocol.errors import ProtocolError
from elections.protocol.group import group_by_name
from elections.protocol.invitation import Invitation
from elections.protocol.setup import KeyHolders
from elections.registry import ceremony
from elections.registry import sealing as registry_sealing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor
    from elections.registry.tables import Election
    from elections.storage import Store

_INVITATION = "invitation"


def inputs(session: Session, election: Election, actor: Actor, now: datetime) -> dict[str, tuple[str, bytes]]:
    """The next round to everybody who has not answered it; the first time, the invitation is made."""
    raw = ceremony.get(session, election.uuid, places.OFFICE, _INVITATION)
    if raw is None:
        contests = [contest.uuid for contest in election.contests]
        made = Invitation.make(election.uuid, contests, group_by_name(election.group), _policy(election))
        raw = encode(made.json())
        ceremony.put(session, election.uuid, places.OFFICE, _INVITATION, raw, actor, now)
    current = _replay(session, election, _invitation(raw))
    return {role: (KINDS[current.round], current.input(role)) for role in current.waiting}


def waiting(session: Session, election: Election) -> list[str]:
    """Who has not answered this round; everybody, before the office has invited."""
    raw = ceremony.get(session, election.uuid, places.OFFICE, _INVITATION)
    return places.roles(election) if raw is None else _replay(session, election, _invitation(raw)).waiting


def take(
    _store: Store, session: Session, election: Election, value: Json, raw: bytes, actor: Actor, now: datetime
) -> str:
    """One holder's answer of one round; the last one makes the keys of all contests."""
    role, kind = string(value.get("role"), "answer, role"), string(value.get("kind"), "answer, kind")
    if ceremony.get(session, election.uuid, role, kind) == raw:
        return role
    invitation_raw = ceremony.get(session, election.uuid, places.OFFICE, _INVITATION)
    if invitation_raw is None:
        raise ProtocolError("keyholders.early", role=role)
    invitation = _invitation(invitation_raw)
    current = _replay(session, election, invitation)
    current.take(role, value)
    ceremony.put(session, election.uuid, role, kind, raw, actor, now)
    if not current.waiting:
        for uuid, dealing in current.dealings.items():
            registry_sealing.set_trustees(session, uuid, dealing.trustees().raw, actor, now)
    return role


def _policy(election: Election) -> list[KeyHolders]:
    return [KeyHolders(tuple(group["holders"]), group["threshold"]) for group in election.policy]


def _invitation(raw: bytes) -> Invitation:
    return Invitation.parse(parse_canonical(raw, "invitation"), "invitation")


def _answers(session: Session, election: Election) -> dict[str, list[bytes]]:
    answers: dict[str, list[bytes]] = {role: [] for role in places.roles(election)}
    for kind in KINDS:
        for role, raw in ceremony.handed_in(session, election.uuid, kind).items():
            answers[role].append(raw)
    return answers


def _replay(session: Session, election: Election, invitation: Invitation) -> Ceremony:
    answers = {
        role: [parse_canonical(raw, f"answer of {role}") for raw in documents]
        for role, documents in _answers(session, election).items()
    }
    return Ceremony.replay(invitation, answers)
