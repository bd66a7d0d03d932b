"""The tables beside a roll: files that are looked at, changes by hand, codes to be given anew."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads annotations

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from elections.registry.tables import Hour
from elections.storage import RegistryBase


class RollTrial(RegistryBase):
    """A roll file that somebody is looking at and has not applied yet; it does not stay (ADR 0024)."""

    __tablename__ = "roll_trial"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"))
    at: Mapped[datetime] = mapped_column(Hour)
    name: Mapped[str] = mapped_column(String(100))
    """What the office calls the file."""
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class RollHeadings(RegistryBase):
    """What the headings of an election's roll files mean, where the office had to say it: heading to column."""

    __tablename__ = "roll_headings"

    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"), primary_key=True)
    headings: Mapped[dict[str, str]] = mapped_column(JSON)


class RollChange(RegistryBase):
    """One entry, correction or removal by hand, with its cause: what the journal only counts."""

    __tablename__ = "roll_change"

    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Hour)
    kind: Mapped[str] = mapped_column(String(8))
    """`add`, `correct` or `remove`."""
    cause: Mapped[str] = mapped_column(String(8))
    """`mistake`, `claim` or `event`; `day` is when the event took effect."""
    day: Mapped[str | None] = mapped_column(String(10))
    reference: Mapped[str]
    """The act or the ruling it rests on, in the office's words; it may be empty."""
    identifier: Mapped[str] = mapped_column(String(64))
    contest_uuid: Mapped[str] = mapped_column(ForeignKey("contest.uuid"))


class ReissueRequest(RegistryBase):
    """That an elector's code is to be given anew: asked for by an officer, agreed to by the board, until it is done."""

    __tablename__ = "reissue_request"
    __table_args__ = (
        ForeignKeyConstraint(
            ["election_uuid", "number"], ["elector.election_uuid", "elector.number"], ondelete="CASCADE"
        ),
    )

    election_uuid: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    officer: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(Hour)
    board_role: Mapped[str | None] = mapped_column(String(16))
    board_number: Mapped[int | None]
