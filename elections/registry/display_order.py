"""The draw of the display order: begun with a secret's digest, done with everybody's numbers, or entered from paper.

It is done in a draft, once filing is over, by the board or the office, before witnesses (R. 211-564). All candidacies
on file take part, so that one that a court admits has its place; one that is refused leaves it to the next, one that
is added voids the draw (`candidacies`). A draw that holds is not done again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import hour_text
from elections.protocol.errors import ProtocolError
from elections.registry import candidacies, elections, journal, nominations, published_text
from elections.rules import display_order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest


def begin(session: Session, contest_uuid: str, commitment: str, actor: Actor, now: datetime) -> None:
    """Show and keep the digest of the program's secret; from here on the candidacies of this draw are known."""
    contest = _ready(session, contest_uuid, now)
    ids = _ids(contest)
    contest.drawn_order = {"candidacies": ids, "commitment": commitment, "order": None}
    details: dict[str, Json] = {"candidacies": ids, "commitment": commitment}
    journal.append(session, contest.election_uuid, "display-begun", actor, now, contest=contest.uuid, details=details)


def draw(
    session: Session, contest_uuid: str, secret: bytes, given: Sequence[tuple[str, str]], actor: Actor, now: datetime
) -> list[str]:
    """The order from the secret and what everybody gave, `(who, number)`, who being a function; the ids in order.

    Refused: not begun, or with another secret or other candidacies (`display.unbegun`), and numbers that are none
    (`display.numbers`).
    """
    contest = _ready(session, contest_uuid, now)
    begun, ids = contest.drawn_order, _ids(contest)
    if begun is None or begun["candidacies"] != ids or begun["commitment"] != display_order.commitment(secret):
        raise ProtocolError("display.unbegun", contest=contest.title)
    order = display_order.order(contest_uuid, ids, secret, [number for _, number in given])
    details: dict[str, Json] = {
        "candidacies": ids,
        "commitment": begun["commitment"],
        "given": [{"number": number, "who": _published(session, contest, who, "who")} for who, number in given],
        "order": order,
        "secret": secret.hex(),
    }
    return _keep(session, contest, details, actor, now)


def enter(
    session: Session,
    contest_uuid: str,
    order: Sequence[str],
    drawn: tuple[datetime, str, str],
    actor: Actor,
    now: datetime,
) -> list[str]:
    """An order that was drawn on paper: the ids, and when, by whom (a function) and how.

    Refused: not every candidacy once (`display.every`), an hour to come (`display.hour`).
    """
    contest, (drawn_at, drawn_by, how) = _ready(session, contest_uuid, now), drawn
    ids = _ids(contest)
    if sorted(order) != ids:
        raise ProtocolError("display.every", contest=contest.title)
    if drawn_at > now:
        raise ProtocolError("display.hour", hour=hour_text(drawn_at))
    details: dict[str, Json] = {
        "candidacies": ids,
        "drawn_at": hour_text(drawn_at),
        "drawn_by": _published(session, contest, drawn_by, "drawn_by"),
        "how": _published(session, contest, how, "how"),
        "order": list(order),
    }
    return _keep(session, contest, details, actor, now)


def check_due(session: Session, contest_uuid: str, now: datetime) -> None:
    """Refuse a contest whose order is not to be drawn now, with the reason."""
    _ready(session, contest_uuid, now)


def done(contest: Contest) -> bool:
    """Whether there is a draw that holds for all candidacies on file."""
    drawn = None if contest.drawn_order is None else contest.drawn_order["order"]
    return drawn is not None and set(_ids(contest)) <= set(drawn)


def begun(contest: Contest) -> str | None:
    """The digest under which a draw of these very candidacies has begun and is not done."""
    state = contest.drawn_order
    if state is None or state["order"] or state["candidacies"] != _ids(contest):
        return None
    return str(state["commitment"])


def last(session: Session, contest: Contest) -> Json | None:
    """The details of the last draw in the journal, None where there is none that holds."""
    if not done(contest):
        return None
    found = [
        e for e in journal.entries(session, contest.election_uuid) if (e.act, e.contest) == ("display", contest.uuid)
    ]
    return found[-1].details if found else None


def _ready(session: Session, contest_uuid: str, now: datetime) -> Contest:
    """The contest, refused unless its order is to be drawn now."""
    contest = elections.contest(session, contest_uuid)
    elections.changeable(session, contest.election_uuid)
    if contest.display_order != "drawn":
        raise ProtocolError("display.alphabetical", contest=contest.title)
    closes = nominations.clock(contest).closes
    if closes is not None and now < closes:
        raise ProtocolError("display.early", contest=contest.title, at=hour_text(closes))
    if len(_ids(contest)) < 2:
        raise ProtocolError("display.few", contest=contest.title)
    if done(contest):
        raise ProtocolError("display.done", contest=contest.title)
    return contest


def _published(session: Session, contest: Contest, text: str, what: str) -> str:
    return published_text.check(session, contest.election_uuid, text, what)


def _ids(contest: Contest) -> list[str]:
    return sorted(item.id for item in contest.candidacies)


def _keep(session: Session, contest: Contest, details: dict[str, Json], actor: Actor, now: datetime) -> list[str]:
    # What the journal will hold is read as an observer will read it.
    order = display_order.replay(contest.uuid, details, "draw")
    contest.drawn_order = {
        "candidacies": details["candidacies"],
        "commitment": details.get("commitment"),
        "order": order,
    }
    candidacies.reorder(session, contest)
    journal.append(session, contest.election_uuid, "display", actor, now, contest=contest.uuid, details=details)
    return order
