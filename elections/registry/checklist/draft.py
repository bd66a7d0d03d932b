"""What a line of the checklist says, and what it looks at."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from elections.protocol.setup import KeyHolders
from elections.registry import admission, calendar, documents
from elections.registry.tables import Elector
from elections.rules.french import PARIS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from elections.registry.admission import Review
    from elections.registry.tables import Contest, Document, Election, ElectorKey
    from elections.rules.phases import Words


@dataclass(frozen=True, slots=True)
class Item:
    """One line, as its function finds it."""

    key: str
    what: Words
    article: str
    done: int
    of: int
    contests: tuple[str, ...] = ()
    """Keys of the contests in which something is lacking."""
    holders: tuple[str, ...] = ()
    """Roles of the key holders who are waited for."""
    dates: tuple[str, ...] = ()
    """Keys of the legal dates by which it should be done."""
    needed: bool = True
    optional: bool = False
    enough: bool = False
    """Done, although not all is: of key holders fewer than all are needed."""

    @property
    def complete(self) -> bool:
        """Nothing is lacking."""
        return self.enough or self.done >= self.of


@dataclass
class Draft:
    """What the lines look at; each part is read once, when a line first asks for it."""

    session: Session
    election: Election
    now: datetime
    contests: Sequence[Contest] = field(init=False)

    def __post_init__(self) -> None:
        self.contests = self.election.contests

    @cached_property
    def reviews(self) -> list[Review]:
        """Every candidacy, examined."""
        return admission.report(self.session, self.election.uuid)

    @cached_property
    def electors(self) -> int:
        """How many are on the roll."""
        return self.count(Elector)

    @cached_property
    def holders(self) -> list[KeyHolders]:
        """Who holds the keys, group by group."""
        return [KeyHolders(tuple(group["holders"]), group["threshold"]) for group in self.election.policy]

    @cached_property
    def dates(self) -> calendar.Dates:
        """The legal dates."""
        return calendar.read(self.session, self.election.uuid, self.now)

    @property
    def today(self) -> date:
        """The day in Paris."""
        return self.now.astimezone(PARIS).date()

    def count(self, table: type[Elector | ElectorKey], *conditions: ColumnElement[bool]) -> int:
        """Rows of this election for which all conditions hold."""
        query = select(func.count()).select_from(table).where(table.election_uuid == self.election.uuid, *conditions)
        return self.session.scalar(query) or 0

    def documents(self, kind: str) -> list[tuple[str, Document | None]]:
        """For each candidacy on a ballot, the key of its contest and its document of that kind."""
        found = [(contest.key, mine) for contest in self.contests for mine in documents.of(contest).values()]
        return [(key, mine.get(kind)) for key, mine in found]
