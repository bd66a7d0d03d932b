"""The door of the display order: the program's secret lies in the keys folder between its digest and the numbers."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError
from elections.registry import display_order, elections
from elections.rules.display_order import SECRET_BYTES, commitment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from elections.registry.journal import Actor
    from elections.storage import Store


def begin(store: Store, contest_uuid: str, actor: Actor, now: datetime) -> None:
    """Draw the secret and show its digest. Repeated for the same candidacies, the secret stays what it was."""
    with store.registry.begin() as session:
        contest = elections.contest(session, contest_uuid)
        election = contest.election_uuid
        if display_order.begun(contest) is not None and store.keys.exists(election, _name(contest_uuid)):
            return
        # In the transaction, which a second hand waits for; a secret that was never shown binds nobody.
        store.keys.destroy(election, _name(contest_uuid))
        secret = secrets.token_bytes(SECRET_BYTES)
        display_order.begin(session, contest_uuid, commitment(secret), actor, now)
        store.keys.write(election, _name(contest_uuid), secret)


def draw(store: Store, contest_uuid: str, given: Sequence[tuple[str, str]], actor: Actor, now: datetime) -> list[str]:
    """The order from the secret and everybody's numbers; then the secret is in the journal and no secret any more."""
    with store.registry.begin() as session:
        contest = elections.contest(session, contest_uuid)
        election, title = contest.election_uuid, contest.title
        display_order.check_due(session, contest_uuid, now)
        if not store.keys.exists(election, _name(contest_uuid)):
            raise ProtocolError("display.unbegun", contest=title)
        secret = store.keys.read(election, _name(contest_uuid))
        order = display_order.draw(session, contest_uuid, secret, given, actor, now)
    store.keys.destroy(election, _name(contest_uuid))
    return order


def _name(contest_uuid: str) -> str:
    return f"order-{contest_uuid}"
