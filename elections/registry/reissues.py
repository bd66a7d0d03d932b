"""A code to be given anew: asked for by an officer, agreed to by the board, each in a session of their own (R22).

Until the maker's keys come (`codes.reissue`) the two names wait here, beside the elector's number; the journal says
that it was asked and agreed, and not for whom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from elections.protocol.errors import ProtocolError
from elections.registry import codes, elections, journal, roll
from elections.registry.journal import Actor
from elections.registry.roll_tables import ReissueRequest
from elections.registry.tables import Elector
from elections.rules.phases import Role

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_BOARD = (Role.PRESIDENT, Role.SECRETARY)


def ask(session: Session, election_uuid: str, identifier: str, officer: Actor, now: datetime) -> None:
    """An officer asks, by the elector's identifier.

    Refused: somebody who is no officer (`codes.two-people`), a name that nobody has (`codes.nobody-so`), who was
    asked for already (`codes.asked`), and who may get none, as `codes.check_replaceable` says. Whether she has voted
    is not looked at: the register is the board's, and an office that asks must not read it so (R. 211-570).
    """
    if officer.role is not Role.OFFICER:
        raise ProtocolError("codes.two-people")
    elections.find(session, election_uuid)
    elector = roll.by_identifier(session, election_uuid, identifier)
    if elector is None:
        raise ProtocolError("codes.nobody-so")
    if session.get(ReissueRequest, (election_uuid, elector.number)) is not None:
        raise ProtocolError("codes.asked")
    codes.check_replaceable(session, election_uuid, elector.number)
    session.add(
        ReissueRequest(election_uuid=election_uuid, number=elector.number, officer=officer.number, asked_at=now)
    )
    journal.append(session, election_uuid, "reissue-asked", officer, now)


def agree(session: Session, election_uuid: str, number: int, board: Actor, now: datetime) -> None:
    """President or secretary agree to what was asked; agreed to already, it stays as it is.

    Refused: what nobody asks for any more (`codes.unasked`), and who has voted (`codes.voted`).
    """
    if board.role not in _BOARD:
        raise ProtocolError("codes.two-people")
    row = _find(session, election_uuid, number)
    if row.board_role is not None:
        return
    codes.check_reissuable(session, election_uuid, number)
    row.board_role, row.board_number = board.role.value, board.number
    journal.append(session, election_uuid, "reissue-agreed", board, now)


def withdraw(session: Session, election_uuid: str, number: int, actor: Actor, now: datetime) -> None:
    """It is not asked for any more: the letter was found, or the elector has voted."""
    session.delete(_find(session, election_uuid, number))
    journal.append(session, election_uuid, "reissue-withdrawn", actor, now)


def waiting(session: Session, election_uuid: str) -> list[tuple[ReissueRequest, Elector]]:
    """What is asked for and not yet done, with whose code it is, the oldest first."""
    query = (
        select(ReissueRequest, Elector)
        .join(
            Elector,
            (Elector.election_uuid == ReissueRequest.election_uuid) & (Elector.number == ReissueRequest.number),
        )
        .where(ReissueRequest.election_uuid == election_uuid)
        .order_by(ReissueRequest.asked_at, ReissueRequest.number)
    )
    return [(row, elector) for row, elector in session.execute(query)]


def agreed(session: Session, election_uuid: str) -> dict[int, tuple[Actor, Actor]]:
    """By number, the officer and the board member who agreed to a new code."""
    return {
        row.number: (Actor(Role.OFFICER, row.officer), Actor(Role(row.board_role), row.board_number))
        for row, _ in waiting(session, election_uuid)
        if row.board_role is not None and row.board_number is not None
    }


def _find(session: Session, election_uuid: str, number: int) -> ReissueRequest:
    row = session.get(ReissueRequest, (election_uuid, number))
    if row is None:
        raise ProtocolError("codes.unasked")
    return row
