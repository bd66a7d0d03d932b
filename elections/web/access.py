"""Who may come, and in which phase. Every route declares it, or the program refuses to start.

    @blueprint.get("/scrutin/<contest_uuid>/vote")
    @access({ELECTOR: VOTING})
    def vote(contest_uuid): …

A declaration maps roles to the phases in which they may come; the phase is that of the contest or of the election
in the address. What `anyone` may see, everybody may. An elector must besides be entitled in that contest, and an
account belong to that election. An account that owes a second factor is led to enrol one, and to nothing else but
what is declared `first`; what is declared `grave` needs a proof of who comes that is some minutes old at most. One
place decides, before any view runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from flask import current_app, request

from elections.protocol.errors import ProtocolError
from elections.registry import roll
from elections.rules.phases import TRANSITIONS, Act, Phase, Role
from elections.web import visit
from elections.web.visit import ANYONE, ELECTOR

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from flask import Flask
    from sqlalchemy.orm import Session

View = TypeVar("View", bound="Callable[..., object]")

ALWAYS = frozenset(Phase)
DRAFT = frozenset({Phase.DRAFT})
FIXED = ALWAYS - DRAFT
"""From the seal on: what is sealed is public."""
VOTING = frozenset({Phase.OPEN, Phase.CLOSING})
OPENED = FIXED - {Phase.SEALED}
"""From the opening on, whatever came after: who has voted may always hear so."""
PUBLISHED = frozenset({Phase.PROCLAIMED, Phase.ARCHIVED})

OFFICER: str = Role.OFFICER.value
DESK = tuple(role.value for role in Role if role is not Role.CLOCK)
"""Everybody who has an account."""
BOARD = (Role.PRESIDENT.value, Role.SECRETARY.value)
WATCHING = (*BOARD, Role.DELEGATE.value)
COUNTING = (*WATCHING, Role.SUPERVISION.value)
"""Who may see, while the vote goes on, how many have voted (R. 211-524, R. 211-570)."""

SMALL = 64 * 1024


@dataclass(frozen=True, slots=True)
class Access:
    """The declaration of one view; `json` answers refusals as JSON, `body` is the longest request in bytes."""

    grants: Mapping[str, frozenset[Phase]]
    json: bool = False
    body: int = SMALL
    grave: bool = False
    """Whoever comes has just proved who she is, or does so in between."""
    first: bool = False
    """On the way to a first second factor."""


def access(
    grants: Mapping[str, Collection[Phase]],
    *,
    json: bool = False,
    body: int = SMALL,
    grave: bool = False,
    first: bool = False,
) -> Callable[[View], View]:
    """Declare who may come to a view, by role and phase."""
    declared = Access({role: frozenset(phases) for role, phases in grants.items()}, json, body, grave, first)

    def mark(view: View) -> View:
        view.access = declared  # type: ignore[attr-defined]
        return view

    return mark


def to(roles: Collection[str], phases: Collection[Phase] = ALWAYS) -> dict[str, Collection[Phase]]:
    """The same phases for several roles."""
    return dict.fromkeys(roles, phases)


EVERYBODY = to((ANYONE,))


def by_table(act: Act) -> dict[str, Collection[Phase]]:
    """Who may do an act, as the lifecycle table says; the clock needs no screen."""
    grants: dict[str, set[Phase]] = {}
    for row in TRANSITIONS:
        if row.act is act:
            for role in row.roles:
                grants.setdefault(role.value, set()).update(row.sources)
    grants.pop(Role.CLOCK.value, None)
    return dict(grants)


def declared(endpoint: str | None) -> Access | None:
    """The declaration of an endpoint, None where there is none."""
    view = current_app.view_functions.get(endpoint or "")
    found: Access | None = getattr(view, "access", None)
    return found


def init_app(app: Flask) -> None:
    """Guard every request; to be followed by `check` once all routes are there."""
    app.before_request(_enter)


def check(app: Flask) -> None:
    """Refuse to start with a route that declares no access."""
    open_doors = sorted(
        {rule.endpoint for rule in app.url_map.iter_rules() if not hasattr(app.view_functions[rule.endpoint], "access")}
    )
    if open_doors:
        message = f"no declared access: {', '.join(open_doors)}"
        raise RuntimeError(message)


def may_enter(endpoint: str) -> bool:
    """Whether this visitor would be let into a view about the election of this request, as it stands."""
    rules, place, role = declared(endpoint), visit.place(), visit.visitor().role
    phases = place.phases if place is not None else ALWAYS
    return rules is not None and any(rules.grants.get(name, frozenset()) & phases for name in (ANYONE, role))


def _enter() -> None:
    """Let the visitor in, or raise why not."""
    rules = declared(request.endpoint)
    if rules is None:
        # No route: the 404 or 405 of the router follows.
        return
    request.max_content_length = request.max_form_memory_size = rules.body
    # Another site's page may not even try: a browser says where a request comes from.
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise ProtocolError("web.csrf")
    if request.endpoint == "static":
        return
    with visit.store().registry_reader() as session:
        visit.arrive(session)
        _judge(session, rules)
    _check_proof(rules)
    visit.touch()


def _judge(session: Session, rules: Access) -> None:
    visitor, place = visit.visitor(), visit.place()
    roles = {role for role in (ANYONE, visitor.role) if role in rules.grants}
    if not roles:
        raise ProtocolError("web.session" if visitor.role == ANYONE else "web.role")
    if place is None:
        return
    if not any(rules.grants[role] & place.phases for role in roles):
        # Somebody who would be let in with a name is asked for it first.
        others = any(phases & place.phases for phases in rules.grants.values())
        if others and visitor.role == ANYONE:
            raise ProtocolError("web.session")
        raise ProtocolError("web.role" if others and visitor.role not in rules.grants else "web.phase")
    if ANYONE in roles and rules.grants[ANYONE] & place.phases:
        return
    if visitor.election not in (None, place.election):
        raise ProtocolError("web.role")
    if (
        visitor.role == ELECTOR
        and place.contest is not None
        and not roll.may_vote(session, place.contest, visitor.number)
    ):
        raise ProtocolError("web.role")


def _check_proof(rules: Access) -> None:
    """Lead who owes a second factor to enrol one, and who comes to a grave act to prove again who she is."""
    visitor, place = visit.visitor(), visit.place()
    if rules.grants.get(ANYONE, frozenset()) & (ALWAYS if place is None else place.phases):
        return
    if visitor.owes and not rules.first:
        raise ProtocolError("web.factor")
    if rules.grave and not visitor.fresh:
        raise ProtocolError("web.proof")
