"""A declarative base for each of the two databases, and the phase row that both know."""

from __future__ import annotations

from sqlalchemy import Enum
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from elections.protocol.errors import ProtocolError
from elections.rules.phases import TRANSITIONS, Phase


class RegistryBase(DeclarativeBase):
    """The tables of registry and issuers."""


class UrnBase(DeclarativeBase):
    """The tables of the urn. None has a rowid: it alone would give the order of arrival back (protocol.md §7)."""

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it, nobody writes it


_PHASE = Enum(Phase, native_enum=False, length=10, values_callable=lambda phases: [phase.value for phase in phases])


class Phased:
    """A mixin for the row by which a party knows the phase of a contest."""

    phase: Mapped[Phase] = mapped_column(_PHASE)

    def follow(self, phase: Phase) -> None:
        """Go to `phase`, by one row of the lifecycle or by several.

        A party may be told late, but the table leads nowhere back: a frozen contest never opens again.
        Being told the same phase twice changes nothing, so whoever tells may repeat it after a crash.
        """
        if phase not in _ahead(self.phase):
            raise ProtocolError("storage.phase", current=self.phase.value, phase=phase.value)
        self.phase = phase


def _ahead(start: Phase) -> set[Phase]:
    """`start` and every phase that the table leads to from there."""
    reached: set[Phase] = set()
    edge = {start}
    while edge:
        reached |= edge
        edge = {row.target for row in TRANSITIONS if edge & set(row.sources)} - reached
    return reached
