"""The roll to be looked at: searched, filtered, in pages; one elector as the office sees her (U1).

Whether she has voted stands nowhere here: nobody may draw that from the register (R. 211-570).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from elections.protocol.errors import ProtocolError
from elections.registry.tables import Contest, Elector, ElectorKey, Entitlement
from elections.rules.eligibility import plain

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

PAGE = 25
"""Electors on one page."""
ORDERS = {
    "nom": (Elector.folded, Elector.number),
    "identifiant": (Elector.identifier,),
    "ressort": (Elector.roll_unit, Elector.folded, Elector.number),
    "numero": (Elector.number,),
}
"""By what electors may be sorted, by its name in the address."""

_KEYED = and_(ElectorKey.election_uuid == Elector.election_uuid, ElectorKey.number == Elector.number)
_ENTITLED = and_(Entitlement.election_uuid == Elector.election_uuid, Entitlement.number == Elector.number)


class Known(NamedTuple):
    """What is known of an elector: her row, her contest, why she votes there, whether she has a voting code."""

    elector: Elector
    contest: Contest
    reason: str
    coded: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which electors: a part of a name or an identifier, a contest, a unit, with or without a code; None is all."""

    text: str = ""
    contest: str | None = None
    unit: str | None = None
    coded: bool | None = None
    order: str = "nom"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was found: `number` from 1, `pages` at least one, `total` of all pages."""

    rows: list[Known]
    number: int
    pages: int
    total: int


def page(session: Session, election_uuid: str, wanted: Wanted, number: int = 1) -> Page:
    """A page of the electors that are wanted; a page beyond the last one is the last one."""
    query = _wanted(election_uuid, wanted)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    order = ORDERS.get(wanted.order, ORDERS["nom"])
    found = session.execute(query.order_by(*order).limit(PAGE).offset((number - 1) * PAGE))
    return Page([Known(*row) for row in found], number, pages, total)


def one(session: Session, election_uuid: str, number: int) -> Known:
    """One elector, refused (`roll.elector`) where there is none of that number."""
    row = session.execute(_all(election_uuid).where(Elector.number == number)).first()
    if row is None:
        raise ProtocolError("roll.elector", number=number)
    return Known(*row)


def units(session: Session, election_uuid: str, contest: str | None = None) -> dict[str, dict[str, int]]:
    """Electors by roll unit and contest uuid, of the whole election or of one contest; units in their order."""
    query = (
        select(Elector.roll_unit, Entitlement.contest_uuid, func.count())
        .join(Entitlement, _ENTITLED)
        .where(Elector.election_uuid == election_uuid)
        .group_by(Elector.roll_unit, Entitlement.contest_uuid)
    )
    if contest is not None:
        query = query.where(Entitlement.contest_uuid == contest)
    found: dict[str, dict[str, int]] = {}
    for unit, uuid, count in session.execute(query):
        found.setdefault(unit, {})[uuid] = count
    return {unit: found[unit] for unit in sorted(found, key=plain)}


def coded(session: Session, election_uuid: str) -> int:
    """How many electors have a voting code."""
    query = select(func.count()).select_from(ElectorKey).where(ElectorKey.election_uuid == election_uuid)
    return session.scalar(query) or 0


def _all(election_uuid: str) -> Select[Elector, Contest, str, bool]:
    return (
        select(Elector, Contest, Entitlement.reason, ElectorKey.number.is_not(None).label("coded"))
        .join(Entitlement, _ENTITLED)
        .join(Contest, Contest.uuid == Entitlement.contest_uuid)
        .outerjoin(ElectorKey, _KEYED)
        .where(Elector.election_uuid == election_uuid)
    )


def _wanted(election_uuid: str, wanted: Wanted) -> Select[Elector, Contest, str, bool]:
    conditions: list[ColumnElement[bool]] = []
    for word in plain(wanted.text).split():
        found = Elector.folded.contains(word, autoescape=True)
        conditions.append(or_(found, Elector.identifier.contains(word, autoescape=True)))
    if wanted.contest is not None:
        conditions.append(Entitlement.contest_uuid == wanted.contest)
    if wanted.unit is not None:
        conditions.append(Elector.roll_unit == wanted.unit)
    if wanted.coded is not None:
        conditions.append(ElectorKey.number.is_not(None) if wanted.coded else ElectorKey.number.is_(None))
    return _all(election_uuid).where(*conditions)
