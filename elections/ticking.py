"""What is due: compare, close, freeze, publish, recover, send (protocol.md §6, §7, §10). The tables are the queue.

Every step is idempotent and may be cut off anywhere; the next tick goes on. One lock file keeps two tickers of
a state apart, another two senders: whoever ticks for long sends beside it, so that no mail server, however slow,
holds up a closing. Nothing opens by itself: opening needs the hour and an act of the board (R20).
"""

from __future__ import annotations

import fcntl
import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from elections import alarms, casting, counting, mailing, making, post, server_keys
from elections.config import Config
from elections.protocol.errors import ProtocolError
from elections.registry import lifecycle, passkeys, register, roll_trials, sessions, sign_in
from elections.registry.journal import CLOCK
from elections.registry.tables import Contest
from elections.rules.phases import Act, Phase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from elections.post import Carrier
    from elections.storage import Store

_LOG = logging.getLogger(__name__)
_BETWEEN = timedelta(minutes=1)
"""How often the software is compared (R25): it costs a twentieth of a second."""
_LIVE = (Phase.OPEN, Phase.SUSPENDED, Phase.CLOSING)
_OVER = (Phase.FROZEN, Phase.COUNTED, Phase.PROCLAIMED, Phase.ARCHIVED, Phase.STOPPED)
_LOOK = timedelta(minutes=1)
"""How often one looks whether a mail domain takes nothing, and whether the roll owes somebody a message."""


@dataclass
class Ticker:
    """Does what is due in one state. `published` is only a memory of this process: the urn keeps no hour."""

    store: Store
    carrier: Carrier
    published: dict[str, datetime] = field(default_factory=dict)
    compared: datetime | None = None
    """When this process last compared the software with what is sealed."""
    config: Config = field(default_factory=Config)
    """What messages that the roll owes must say: the site's address, its help centre."""
    looked: datetime | None = None

    def tick(self, now: datetime) -> None:
        """One round of everything, for who ticks now and then."""
        self.advance(now)
        self.send(now)

    def advance(self, now: datetime) -> None:
        """What contests are due; one that refuses does not keep the others from theirs."""
        with _alone(self.store, "tick.lock") as mine:
            if not mine:
                return
            if self.compared is None or now - self.compared >= _BETWEEN:
                self.compared = now
                alarms.compare(self.store, now)
            for uuid in self._contests():
                try:
                    self._contest(uuid, now)
                except ProtocolError as error:
                    # The rule is public; what it says of the contest may not be.
                    _LOG.warning("tick: contest %s: %s", uuid, error.rule)
            with self.store.registry.begin() as session:
                sign_in.sweep(session, now)
                sessions.sweep(session, now)
                passkeys.sweep(session, now)
                post.sweep(session, now)
                roll_trials.sweep(session, now)

    def send(self, now: datetime) -> bool:
        """A slice of what waits to be sent; whether more waits, for which there was no time."""
        with _alone(self.store, "post.lock") as mine:
            if not mine:
                return False
            if self.looked is None or not timedelta(0) <= now - self.looked < _LOOK:
                self.looked = now
                making.pay(self.store, self.config, now)
                mailing.look(self.store, self.config, now)
            making.send(self.store, self.carrier)
            return post.deliver(self.store.registry, self.carrier, now).more

    def _contests(self) -> list[str]:
        with self.store.registry_reader() as session:
            return list(session.scalars(select(Contest.uuid).where(Contest.phase.in_((*_LIVE, *_OVER)))))

    def _contest(self, uuid: str, now: datetime) -> None:
        with self.store.registry_reader() as session:
            contest = session.get_one(Contest, uuid)
            phase, closing, freezing = Phase(contest.phase), contest.closing, lifecycle.freezing(contest)
            election, attempts = contest.election_uuid, register.count(session, uuid).attempts
        if phase in _OVER:
            if server_keys.linking_keys_exist(self.store.keys, election, uuid):
                counting.align(self.store, uuid) if phase is Phase.STOPPED else counting.freeze(self.store, uuid, now)
            if phase is Phase.PROCLAIMED:
                counting.republish(self.store, election)
            return
        if attempts:
            casting.recover(self.store, uuid)
        if phase is Phase.OPEN and now >= closing:
            counting.act(self.store, uuid, Act.CLOSE, CLOCK, now)
            phase = Phase.CLOSING
        if phase is Phase.CLOSING and now >= freezing:
            # It tells the others itself; if it was cut off, the urn may be frozen already, and nothing leads back.
            counting.freeze(self.store, uuid, now)
        else:
            counting.align(self.store, uuid)
            self.publish(uuid, now)

    def publish(self, uuid: str, now: datetime) -> None:
        """Publish a batch if one is due; after a start the interval counts as not yet over."""
        with self.store.registry_reader() as session:
            every = session.get_one(Contest, uuid).election.batches["every"]
        since = self.published.setdefault(uuid, now)
        elapsed = (now - since).total_seconds() >= every
        if counting.publish(self.store, uuid, elapsed=elapsed) is not None or elapsed:
            self.published[uuid] = now


@contextmanager
def _alone(store: Store, name: str) -> Iterator[bool]:
    """Whether this is the only one of the state to do so at this moment."""
    with (store.state / name).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
