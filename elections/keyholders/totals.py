"""What holders decrypt: the totals, and the slips of a lot that the totals need (protocol.md §9, §10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections import drawing, publication
from elections.keyholders import places
from elections.protocol.ballot import Election as ElectionRecord
from elections.protocol.canonical import Json, fields
from elections.protocol.errors import ProtocolError
from elections.protocol.slips import product
from elections.registry import ceremony, lots
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor
    from elections.registry.tables import Election
    from elections.storage import Store


def take(
    store: Store, session: Session, election: Election, value: Json, raw: bytes, actor: Actor, now: datetime
) -> str:
    """One holder's part of the totals, of every contest that is frozen."""
    what = "decryption"
    fields(value, what, ("contests", "format", "owner", "role"))
    role, owner = places.holder(election, value, what)
    counted = [contest for contest in election.contests if contest.phase == Phase.FROZEN]
    parts = fields(value["contests"], what, [contest.uuid for contest in counted])
    tallies = {}
    for contest in counted:
        record, tally, _ = tallies[contest.uuid] = publication.tally_of(store, contest)
        part = fields(parts[contest.uuid], what, ("fingerprint", "partial", "strong", "tally"))
        if (part["fingerprint"], part["tally"]) != (record.fingerprint, tally.digest):
            raise ProtocolError("keyholders.other-tally", role=role, contest=contest.title)
        places.check_decryption(record, tally, places.trustees(contest), owner, part, f"decryption of {role}")
    ceremony.put(session, election.uuid, role, publication.DECRYPTED, raw, actor, now)
    drawing.ask(session, election, tallies, actor, now)
    return role


def take_lot(
    _store: Store, session: Session, election: Election, value: Json, raw: bytes, actor: Actor, now: datetime
) -> str:
    """One holder's part of the product of slips, of every contest whose lot is not drawn yet."""
    what = "lot"
    fields(value, what, ("contests", "format", "owner", "role"))
    role, owner = places.holder(election, value, what)
    if ceremony.get(session, election.uuid, role, lots.OPENED) == raw:
        return role
    if ceremony.get(session, election.uuid, role, publication.DECRYPTED) is None:
        raise ProtocolError("keyholders.early", role=role)
    undecided = drawing.undecided(session, election)
    given = fields(value["contests"], what, (), [contest.uuid for contest in election.contests])
    for contest in election.contests:
        if contest.uuid in given and contest.uuid not in undecided:
            raise ProtocolError("drawing.none", contest=contest.title)
    parts = fields(given, what, list(undecided))
    for contest in election.contests:
        if contest.uuid not in undecided:
            continue
        part, record = parts[contest.uuid], ElectionRecord.parse(contest.record or b"")
        opened = product(record, publication.sealed_slips(record, contest.slips or b""))
        fields(part, what, ("fingerprint", "partial", "product", "strong"))
        if (part["fingerprint"], part["product"]) != (record.fingerprint, opened.digest):
            raise ProtocolError("keyholders.other-lot", role=role, contest=contest.title)
        places.check_decryption(record, opened, places.trustees(contest), owner, part, f"lot opened by {role}")
    ceremony.put(session, election.uuid, role, lots.OPENED, raw, actor, now)
    return role
