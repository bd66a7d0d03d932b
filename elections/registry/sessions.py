"""Signed-in browsers. A session can be ended from here at any moment, and a cast asks when it was opened.

The cookie holds 32 random bytes, the table their digest: who reads the table gets no session. An ended session,
one left alone for `IDLE` or older than `LIFE` is as good as none; nothing brings it back (R. 211-563: any
disconnection is final once the contest has closed).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from elections.protocol.errors import ProtocolError
from elections.registry.tables import Account, Elector, WebSession

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

IDLE = timedelta(minutes=30)
LIFE = timedelta(hours=12)
_EVERY = timedelta(minutes=1)
_BYTES = 32


def open_for(session: Session, person: Elector | Account, now: datetime) -> str:
    """A new session for who has just come in; what its cookie must hold, 43 characters."""
    token = secrets.token_urlsafe(_BYTES)
    kind, name = _who(person)
    here = {"id_hash": _digest(token), "kind": kind, "election_uuid": person.election_uuid, "name": name}
    session.add(WebSession(**here, opened_at=now, last_seen=now))
    session.flush()
    return token


def find(session: Session, token: str, now: datetime) -> WebSession:
    """The session of a cookie, refused (`sign-in.session`) if there is none or it is over. Only reads."""
    row = session.get(WebSession, _digest(token))
    if row is None or row.ended_at is not None or now - row.last_seen >= IDLE or now - row.opened_at >= LIFE:
        raise ProtocolError("sign-in.session")
    return row


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


def end_all(session: Session, person: Elector | Account, now: datetime) -> None:
    """End every session of a person: the password was changed, or somebody else had it."""
    kind, name = _who(person)
    mine = [WebSession.kind == kind, WebSession.name == name, WebSession.ended_at.is_(None)]
    if isinstance(person, Elector):
        mine.append(WebSession.election_uuid == person.election_uuid)
    session.execute(update(WebSession).where(*mine).values(ended_at=now))


def sweep(session: Session, now: datetime) -> None:
    """Forget sessions that can never be used again."""
    session.execute(delete(WebSession).where(WebSession.opened_at <= now - LIFE))


def _who(person: Elector | Account) -> tuple[str, str]:
    """Kind and name of a person in the table."""
    return ("elector", str(person.number)) if isinstance(person, Elector) else ("account", person.login)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
