"""What a request has at hand: the site's parts, the hour, who comes, and what contest or election is concerned.

The visitor is read from the session table at each request (R. 211-563: a session ended here is over everywhere).
Plain values only leave this module: no database session outlives the reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import current_app, g, request

from elections import counting
from elections.protocol.errors import ProtocolError
from elections.registry import accounts, elections, factors, sessions
from elections.registry.tables import Account
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.config import Config
    from elections.protocol.canonical import Json
    from elections.registry.journal import Actor
    from elections.registry.tables import WebSession
    from elections.storage import Store

ANYONE, ELECTOR = "anyone", "elector"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_EXTENSION = "isoloir"


@dataclass(frozen=True, slots=True)
class Site:
    """What the whole application shares."""

    config: Config
    store: Store
    clock: Callable[[], datetime]
    unready: set[str] = field(default_factory=set)
    """Contests in which no cast is taken since this start, until they are whole (protocol.md §6)."""

    @property
    def secure(self) -> bool:
        """Whether browsers reach the site over TLS: cookies and headers depend on it."""
        return self.config.address.startswith("https://")

    @property
    def cookie(self) -> str:
        """The session cookie's name; the prefix binds it to this very host and to TLS."""
        return "__Host-isoloir" if self.secure else "isoloir"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who comes: `role` is "anyone", "elector" or a role of the desk. `election` is None for all of them.

    Whoever has given a password only, of an account that has a second factor, is nobody yet: "anyone" with a login.
    """

    role: str = ANYONE
    number: int = 0
    name: str = ""
    election: str | None = None
    opened_at: datetime = _LONG_AGO
    actor: Actor | None = None
    login: str = ""
    """Of an account."""
    substitute: bool = False
    owes: bool = False
    """A second factor must be enrolled before anything else."""
    excused: bool = False
    """None has to be: a rehearsal's account, or the demo's."""
    fresh: bool = True
    """Whether she proved who she is lately enough for a grave act."""
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """What an address is about. An election has the phases of all its contests, a contest its own."""

    election: str
    contest: str | None
    phases: frozenset[Phase]
    alarm: Json | None = None
    """What the alarm on the software says (R25); read here, for no page may open a second reading transaction."""


def init_app(app: Flask, site: Site) -> None:
    """Keep the site's parts, and give templates the visitor and the settings."""
    app.extensions[_EXTENSION] = site
    app.context_processor(lambda: {"visitor": visitor(), "settings": site.config})


def site() -> Site:
    """The parts of the application that answers."""
    found: Site = current_app.extensions[_EXTENSION]
    return found


def store() -> Store:
    """Both databases and the keys; sessions are opened from it where they are needed, and are short."""
    return site().store


def now() -> datetime:
    """The hour of this request, in UTC and whole seconds: one for all that the request does."""
    if "now" not in g:
        g.now = site().clock().astimezone(UTC).replace(microsecond=0)
    hour: datetime = g.now
    return hour


def check_ready(contest_uuid: str) -> None:
    """Refuse a vote in a contest that was not whole when this process started, and is not yet: the board looks at it.

    It is asked again as a start would, so that what the board has mended, or what was only many casts at once, needs
    no restart.
    """
    if contest_uuid in site().unready:
        try:
            counting.check_ready(store(), contest_uuid, empty=False)
        except ProtocolError as error:
            raise ProtocolError("counting.unready", contest=contest_uuid) from error
        site().unready.discard(contest_uuid)


def visitor() -> Visitor:
    """Who comes; nobody before `arrive` has looked."""
    found: Visitor = g.get("visitor", Visitor())
    return found


def actor() -> Actor:
    """As whom the visitor acts in the journal."""
    found = visitor().actor
    if found is None:
        raise ProtocolError("web.role")
    return found


def place() -> Place | None:
    """What this address is about, None where it is about no election."""
    found: Place | None = g.get("place")
    return found


def election() -> str:
    """The uuid of the election that this address is about."""
    found = place()
    if found is None:
        raise ProtocolError("web.missing")
    return found.election


def arrive(session: Session) -> None:
    """Find visitor and place of this request. A cookie of nobody is no error: it makes an anonymous visitor."""
    g.place = _place(session)
    token = request.cookies.get(site().cookie, "")
    try:
        row = sessions.find(session, token, now())
        person = sessions.person(session, row)
    except ProtocolError:
        g.visitor = Visitor()
        return
    g.touch = sessions.due(row, now())
    if isinstance(person, Account):
        g.visitor = _account(session, person, row, token)
    else:
        name = f"{person.first_name} {person.last_name}"
        g.visitor = Visitor(ELECTOR, person.number, name, person.election_uuid, row.opened_at, token=token)


def _account(session: Session, person: Account, row: WebSession, token: str) -> Visitor:
    if row.proved_at is None:
        return Visitor(login=person.login, token=token)
    return Visitor(
        person.role,
        person.number,
        person.name,
        person.election_uuid,
        row.opened_at,
        accounts.actor_of(person),
        login=person.login,
        substitute=person.substitute,
        owes=factors.owed(session, person),
        excused=factors.excused(session, person),
        fresh=sessions.fresh(row, now()),
        token=token,
    )


def _place(session: Session) -> Place | None:
    named = request.view_args or {}
    try:
        if "contest_uuid" in named:
            contest = elections.contest(session, named["contest_uuid"])
            alarm = contest.election.alarm
            return Place(contest.election_uuid, contest.uuid, frozenset({Phase(contest.phase)}), alarm)
        if "election_uuid" in named:
            election = elections.find(session, named["election_uuid"])
            phases = frozenset(Phase(contest.phase) for contest in election.contests)
            return Place(election.uuid, None, phases, election.alarm)
    except ProtocolError as error:
        raise ProtocolError("web.missing") from error
    return None


def touch() -> None:
    """Note, about once a minute, that the session is in use."""
    if g.get("touch"):
        with store().registry.begin() as session:
            sessions.touch(session, visitor().token, now())


def keep(response: Response, token: str) -> None:
    """Give the browser the cookie of a session that was just opened; it lasts as long as the browser does."""
    response.set_cookie(site().cookie, token, httponly=True, secure=site().secure, samesite="Lax", path="/")


def forget(response: Response) -> None:
    """Take the session cookie back."""
    response.delete_cookie(site().cookie, httponly=True, secure=site().secure, samesite="Lax", path="/")
