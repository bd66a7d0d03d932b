"""The tables of what the board saw before the seal, and of what it wrote on incidents."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads annotations

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from elections.registry.tables import Hour
from elections.storage import RegistryBase


class SealSheet(RegistryBase):
    """What was about to be sealed, as a member of the board saw it: a sheet (rules/sheet.py) by its digest."""

    __tablename__ = "seal_sheet"

    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Viewing(RegistryBase):
    """That a member of the board or a delegate has seen a sheet on her own screen. This table only grows."""

    __tablename__ = "viewing"
    __table_args__ = (
        ForeignKeyConstraint(["election_uuid", "digest"], ["seal_sheet.election_uuid", "seal_sheet.digest"]),
    )

    election_uuid: Mapped[str] = mapped_column(String(64), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Hour)


class IncidentNote(RegistryBase):
    """What is written on an incident and never published: it may tell of a person. This table only grows."""

    __tablename__ = "incident_note"

    election_uuid: Mapped[str] = mapped_column(ForeignKey("election.uuid"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    incident: Mapped[int]
    role: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(Hour)
    text: Mapped[str]
