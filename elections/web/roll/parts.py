"""The report on a roll file, in its parts: what each shows on screen, and as a sheet to take home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from elections.registry import roll_file
from elections.rules.phases import Words
from elections.web.errors import sentence
from elections.web.i18n import words
from elections.web.words import why

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from elections.protocol.errors import ProtocolError
    from elections.registry.roll import Difference, Placed
    from elections.registry.roll_file import LeftOut, RollFile, Row
    from elections.registry.tables import Election

PARTS = {
    "erreurs": lazy_gettext("Points à corriger"),
    "avertissements": lazy_gettext("Avertissements"),
    "ajouts": lazy_gettext("Ajouts"),
    "changements": lazy_gettext("Changements"),
    "retraits": lazy_gettext("Retraits"),
    "non-electeurs": lazy_gettext("Non électeurs"),
}
"""The parts by their name in the address, in the order in which they are looked at."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a part: where in the file, who, and what is to be said, piece by piece."""

    at: str
    who: str
    name: str
    college: str
    pieces: tuple[str, ...]


class Report:
    """All that is found of a file, by part; a line is put into words when it is looked at, of thousands a page."""

    def __init__(self, election: Election, file: RollFile, difference: Difference) -> None:
        self.file, self.difference = file, difference
        self._names = {contest.key: contest.college for contest in election.contests}
        self._rows = {row.identifier: row for row in file.rows}
        self._parts: dict[str, tuple[Sequence[Any], Callable[[Any], Line]]] = {
            "erreurs": (file.problems, _problem),
            "avertissements": (file.warnings, _problem),
            "ajouts": (difference.added, self._added),
            "changements": (difference.changed, self._changed),
            "retraits": (difference.removed, self._removed),
            "non-electeurs": (file.left_out, self._left_out),
        }

    @property
    def first(self) -> str:
        """The part that is looked at first: what keeps the file from being used, else what there is."""
        return next((name for name in PARTS if self.size(name)), "ajouts")

    def size(self, part: str) -> int:
        """How many lines a part has."""
        return len(self._parts[part][0])

    def lines(self, part: str, start: int = 0, stop: int | None = None) -> list[Line]:
        """The lines of a part, or some of them."""
        items, say = self._parts[part]
        return [say(item) for item in items[start:stop]]

    def sheet(self, part: str) -> tuple[list[str], list[list[str]]]:
        """Headings and lines of a part, to take home."""
        header = [_("Ligne"), _("Identifiant"), _("Nom et prénom"), _("Collège"), _("Détail")]
        lines = self.lines(part)
        return header, [[line.at, line.who, line.name, line.college, " ; ".join(line.pieces)] for line in lines]

    def _added(self, identifier: str) -> Line:
        row = self._rows[identifier]
        reason = () if row.reason == roll_file.GIVEN else (why(row.reason),)
        return self._line(str(row.line), row, row.roll_unit, *reason)

    def _changed(self, identifier: str) -> Line:
        row = self._rows[identifier]
        pieces = [
            _(
                "%(field)s : « %(before)s » devient « %(after)s »",
                field=roll_file.ALL[change.field][0],
                before=change.before,
                after=change.after,
            )
            for change in self.difference.changes[identifier]
        ]
        return self._line(str(row.line), row, *pieces)

    def _removed(self, identifier: str) -> Line:
        placed = self.difference.before[identifier]
        code = (_("avait un code de vote"),) if placed.coded else ()
        return self._line("", placed, placed.roll_unit, *code)

    def _left_out(self, item: LeftOut) -> Line:
        step = item.membership.step
        return self._line(str(item.row.line), item.row, words(Words(step.en, step.fr)), step.article)

    def _line(self, at: str, who: Row | Placed, *pieces: str) -> Line:
        college = self._names.get(who.college, who.college)
        return Line(at, who.identifier, f"{who.last_name} {who.first_name}", college, pieces)


def _problem(item: ProtocolError) -> Line:
    return Line(str(item.values.get("line", "")), "", "", "", (sentence(item),))
