"""The rehearsal: test urns that every holder opens with her key file (protocol.md §9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections import rehearsal
from elections.keyholders import places
from elections.protocol.canonical import Json, fields
from elections.protocol.errors import ProtocolError
from elections.registry import ceremony

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor
    from elections.registry.tables import Election
    from elections.storage import Store

_REHEARSAL = "rehearsal"


def document(session: Session, election: Election, actor: Actor, now: datetime) -> bytes:
    """The test urns, made once."""
    raw = ceremony.get(session, election.uuid, places.OFFICE, _REHEARSAL)
    if raw is None:
        trustees = {contest.uuid: places.trustees(contest) for contest in election.contests}
        raw = rehearsal.compose(trustees)
        ceremony.put(session, election.uuid, places.OFFICE, _REHEARSAL, raw, actor, now)
    return raw


def take(
    _store: Store, session: Session, election: Election, value: Json, raw: bytes, actor: Actor, now: datetime
) -> str:
    """What one holder's key file made of the test urns."""
    what = "rehearsal"
    fields(value, what, ("contests", "format", "owner", "role"))
    role, owner = places.holder(election, value, what)
    asked = ceremony.get(session, election.uuid, places.OFFICE, _REHEARSAL)
    if asked is None:
        raise ProtocolError("keyholders.early", role=role)
    tests = rehearsal.tallies(asked)
    parts = fields(value["contests"], what, tuple(tests))
    for contest in election.contests:
        test, tally = tests[contest.uuid]
        part = fields(parts[contest.uuid], what, ("fingerprint", "partial", "strong"))
        if part["fingerprint"] != test.fingerprint:
            raise ProtocolError("keyholders.other-tally", role=role, contest=contest.title)
        places.check_decryption(test, tally, places.trustees(contest), owner, part, f"rehearsal of {role}")
    ceremony.put(session, election.uuid, role, ceremony.REHEARSED, raw, actor, now)
    return role
