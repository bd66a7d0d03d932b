"""Signed-in browsers. A session can be ended from here at any moment, and a cast asks when it was opened.

The cookie holds 32 random bytes, the table their digest: who reads the table gets no session. An ended session,
one left alone for `IDLE` or older than `LIFE` is as good as none; nothing brings it back (R. 211-563: any
disconnection is final once the contest has closed).

An account's session may await its second factor: it opens nothing but the page that asks for it, and not for long.
Before a grave act whoever holds a session proves once more who she is, unless she did within `FRESH`.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from elections.protocol.errors import ProtocolError
from elections.registry.tables import Account, Elector, WebSession

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

IDLE = timedelta(minutes=30)
LIFE = timedelta(hours=12)
FRESH = timedelta(minutes=10)
"""How long a proof of who comes is good for a grave act, and how long a second factor is awaited."""
_EVERY = timedelta(minutes=1)
_BYTES = 32


def open_for(session: Session, person: Elector | Account, now: datetime, *, proved: bool = True) -> str:
    """A new session for who has just come in; what its cookie must hold, 43 characters.

    It is not `proved` where the second factor has yet to come.
    """
    token = secrets.token_urlsafe(_BYTES)
    kind, name = _who(person)
    here = {"id_hash": _digest(token), "kind": kind, "election_uuid": person.election_uuid, "name": name}
    session.add(WebSession(**here, opened_at=now, last_seen=now, proved_at=now if proved else None))
    session.flush()
    return token


def find(session: Session, token: str, now: datetime) -> WebSession:
    """The session of a cookie, refused (`sign-in.session`) if there is none or it is over. Only reads."""
    row = session.get(WebSession, _digest(token))
    if row is None or not _alive(row, now):
        raise ProtocolError("sign-in.session")
    return row


def prove(session: Session, token: str, now: datetime) -> None:
    """Note that whoever holds the session has just proved again who she is."""
    find(session, token, now).proved_at = now


def fresh(row: WebSession, now: datetime) -> bool:
    """Whether its person proved who she is so lately that a grave act may follow."""
    return row.proved_at is not None and now - row.proved_at < FRESH


def of(session: Session, account: Account, now: datetime) -> list[WebSession]:
    """The sessions of an account that are open, the last one used first."""
    query = select(WebSession).where(*_of(account)).order_by(WebSession.last_seen.desc(), WebSession.opened_at.desc())
    return [row for row in session.scalars(query) if row.proved_at is not None and _alive(row, now)]


def person(session: Session, row: WebSession) -> Elector | Account:
    """Whose session it is; refused if the roll or the accounts have lost the person since."""
    found: Elector | Account | None
    if row.kind == "elector":
        found = session.get(Elector, (row.election_uuid, int(row.name)))
    else:
        found = session.get(Account, row.name)
    if found is None:
        raise ProtocolError("sign-in.session")
    return found


def due(row: WebSession, now: datetime) -> bool:
    """Whether `touch` would write: once a minute is enough, and most requests then only read."""
    return now - row.last_seen >= _EVERY


def touch(session: Session, token: str, now: datetime) -> None:
    """Note that the session is in use; one that is over stays over."""
    row = find(session, token, now)
    if due(row, now):
        row.last_seen = now


def end(session: Session, token: str, now: datetime) -> None:
    """Sign out. Repeated, it changes nothing."""
    mine = WebSession.id_hash == _digest(token), WebSession.ended_at.is_(None)
    session.execute(update(WebSession).where(*mine).values(ended_at=now))


def end_all(session: Session, person: Elector | Account, now: datetime, but: str = "") -> None:
    """End every session of a person, but one if its token is given: the password was changed, or somebody had it."""
    others = *_of(person), WebSession.id_hash != _digest(but)
    session.execute(update(WebSession).where(*others).values(ended_at=now))


def end_named(session: Session, account: Account, id_hash: str, now: datetime) -> None:
    """End one session of an account, by the name that `of` gives it; of anybody else's, none."""
    session.execute(update(WebSession).where(*_of(account), WebSession.id_hash == id_hash).values(ended_at=now))


def sweep(session: Session, now: datetime) -> None:
    """Forget sessions that can never be used again."""
    session.execute(delete(WebSession).where(WebSession.opened_at <= now - LIFE))


def _alive(row: WebSession, now: datetime) -> bool:
    awaited = row.kind == "account" and row.proved_at is None and now - row.opened_at >= FRESH
    return row.ended_at is None and now - row.last_seen < IDLE and now - row.opened_at < LIFE and not awaited


def _of(person: Elector | Account) -> tuple[ColumnElement[bool], ...]:
    """What the open sessions of a person have in common."""
    kind, name = _who(person)
    mine = WebSession.kind == kind, WebSession.name == name, WebSession.ended_at.is_(None)
    return (*mine, WebSession.election_uuid == person.election_uuid) if kind == "elector" else mine


def _who(person: Elector | Account) -> tuple[str, str]:
    """Kind and name of a person in the table."""
    return ("elector", str(person.number)) if isinstance(person, Elector) else ("account", person.login)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
