"""The door of on-line filing: what the registry takes in, acknowledged with the record key (R. 211-531).

The key is made here if nobody needed it before, and its public half is kept, so that the acknowledgement can be checked
against what will be sealed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections import server_keys
from elections.registry import elections, filings, nominations, sealing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.note import NoteKey
    from elections.registry.journal import Actor
    from elections.registry.tables import Nomination, NominationReceipt
    from elections.storage import Store

    Told = Callable[[Session, NominationReceipt], None]
    """What is queued in the transaction of an acknowledgement."""


def file(
    store: Store, contest_uuid: str, candidacy: str, actor: Actor, now: datetime, told: Told = lambda *_: None
) -> int:
    """File a draft, or the change of what was filed; the number of the acknowledgement."""
    return _acknowledged(store, contest_uuid, candidacy, actor, now, filings.file, told)


def withdraw(
    store: Store, contest_uuid: str, candidacy: str, actor: Actor, now: datetime, told: Told = lambda *_: None
) -> int:
    """Take back what was filed, where the model allows it; the number of the acknowledgement."""
    return _acknowledged(store, contest_uuid, candidacy, actor, now, filings.withdraw, told)


def _acknowledged(
    store: Store,
    contest_uuid: str,
    candidacy: str,
    actor: Actor,
    now: datetime,
    act: Callable[[Session, Nomination, NoteKey, Actor, datetime], NominationReceipt],
    told: Told,
) -> int:
    with store.registry_reader() as session:
        # Nothing is made for somebody who may not file.
        nomination = nominations.find(session, contest_uuid, candidacy, actor)
        election = nominations.held(session, nomination, actor).election
        uuid, urn_name = election.uuid, election.urn_name
    urn_key, record_key = server_keys.make_election_keys(store.keys, uuid, urn_name)
    with store.registry.begin() as session:
        if elections.find(session, uuid).record_key is None:
            sealing.set_keys(session, uuid, record_key.vkey, urn_key.vkey)
        receipt = act(session, nominations.find(session, contest_uuid, candidacy, actor), record_key, actor, now)
        told(session, receipt)
        return receipt.sequence
