"""Elections and contests: from a model to a draft, and finding them again.

A draft may be changed until the first run of `elections seal` fixes the setups of its contests (protocol.md
§14, 9); `changeable` is the one question every change of a draft asks first.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from elections.protocol.canonical import check_year, hour_text, string
from elections.protocol.errors import ProtocolError
from elections.protocol.group import group_by_name
from elections.protocol.setup import URN_PATTERN
from elections.registry import journal
from elections.registry.tables import Contest, Election
from elections.rules import models
from elections.rules.phases import Phase, least_advanced
from elections.rules.timetable import check_duration

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor
    from elections.rules.models import Model
    from elections.rules.timetable import Timetable

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_UUID_LENGTH = 22


def new_uuid() -> str:
    """A new uuid of an election or a contest: 22 symbols of Base58, 128 bits (belenios-format.md §1.5)."""
    return "".join(secrets.choice(_BASE58) for _ in range(_UUID_LENGTH))


def create(  # noqa: PLR0913 - what an office decides
    session: Session,
    model: Model,
    actor: Actor,
    now: datetime,
    *,
    opening: datetime,
    closing: datetime,
    title: str | None = None,
    group: str = "Ed25519",
    delegates: Sequence[str] = ("delegate-1", "delegate-2", "delegate-3"),
    issuers: Sequence[str] = ("issuer-1",),
    urn_name: str = "urn",
    source: str | None = None,
) -> Election:
    """A new election in phase draft, with one contest for each of the model's; hours are aware, whole seconds.

    Refused: hours in the wrong order or past (`registry.hours`), a duration that the law forbids (`rules.duration`),
    a group or a name that the protocol does not know, the same issuer twice, key holders that the model's policy
    cannot do with. `source` is noted where the configuration came from elsewhere.
    """
    check_hours(opening, closing, now)
    check_duration(None if model.rehearsal else model.calendar, opening, closing)
    group_by_name(group, "group")
    for name in (urn_name, *issuers):
        string(name, "name of an urn or an issuer", URN_PATTERN)
    if not issuers or len(set(issuers)) != len(issuers):
        raise ProtocolError("registry.issuers")
    election = Election(
        uuid=new_uuid(),
        title=string(model.title if title is None else title, "title", r"[^\x00-\x1f]{1,400}"),
        model=model.name,
        model_table=dict(model.table),
        group=group,
        rehearsal=model.rehearsal,
        opening=opening,
        closing=closing,
        grace=model.grace,
        urn_name=urn_name,
        issuers=list(issuers),
        audience=list(model.audience),
        batches=dict(model.batches),
        policy=model.policy_for(delegates),
        contests=[
            Contest(
                uuid=new_uuid(),
                position=position,
                key=contest.key,
                title=contest.title,
                college=contest.college,
                method=contest.method,
                seats=contest.seats,
                parameters=dict(contest.parameters),
                kind=contest.ballot,
                display_order=contest.order,
                admission=None if contest.candidacies is None else dict(contest.candidacies),
                phase=Phase.DRAFT,
                closing=closing,
            )
            for position, contest in enumerate(model.contests)
        ],
    )
    session.add(election)
    session.flush()
    details = {"closing": hour_text(closing), "model": model.name, "opening": hour_text(opening)}
    details |= {"source": source} if source else {}
    journal.append(session, election.uuid, "create", actor, now, details=details)
    return election


def check_hours(opening: datetime, closing: datetime, now: datetime) -> None:
    """Refuse hours in the wrong order, or a closing that has passed (`registry.hours`)."""
    # Every page reads these hours: one that cannot be read back would stop them all.
    check_year(opening)
    check_year(closing)
    if not (opening < closing and now < closing):
        raise ProtocolError("registry.hours", opening=hour_text(opening), closing=hour_text(closing))


def model_of(election: Election) -> Model:
    """The model with which an election began, as it was then."""
    return models.read(election.model_table, election.model)


def timetable(election: Election) -> Timetable | None:
    """The legal dates that its model counts, None where it counts none."""
    return model_of(election).calendar


def find(session: Session, uuid: str) -> Election:
    """The election of that uuid, refused (`registry.election`) where there is none."""
    election = session.get(Election, uuid)
    if election is None:
        raise ProtocolError("registry.election", uuid=uuid[:64])
    return election


def everything(session: Session) -> list[Election]:
    """All elections of this site, the last to open first."""
    query = select(Election).options(selectinload(Election.contests))
    return list(session.scalars(query.order_by(Election.opening.desc(), Election.uuid)))


def contest(session: Session, uuid: str) -> Contest:
    """The contest of that uuid, refused (`registry.contest`) where there is none."""
    found = session.get(Contest, uuid)
    if found is None:
        raise ProtocolError("registry.contest", uuid=uuid[:64])
    return found


def locked(session: Session, uuid: str, *, share: bool = False) -> Contest:
    """The contest, its row held until the end of the transaction.

    Who changes it holds it alone; casts share it, so that a change of phase waits for casts in flight and none
    begins before it ends (protocol.md §10). SQLite holds the whole database for every writer instead.
    """
    found = session.get(Contest, uuid, populate_existing=True, with_for_update={"read": share})
    if found is None:
        raise ProtocolError("registry.contest", uuid=uuid[:64])
    return found


def changeable(session: Session, uuid: str) -> Election:
    """The election, refused (`registry.locked`) unless all of it is a draft that was not yet fixed for sealing."""
    election = find(session, uuid)
    if any(contest.phase != Phase.DRAFT or contest.setup is not None for contest in election.contests):
        raise ProtocolError("registry.locked")
    return election


def phase(election: Election) -> Phase:
    """What an election shows: the least advanced of its contests' phases."""
    return least_advanced(Phase(contest.phase) for contest in election.contests)
