"""The roll as the office hands it in: a sheet with one line an elector, checked line by line (U1).

Columns, in any order: identifiant; nom; prénom; email; rôle d'inscription; téléphone, which may be left out, or
empty, and has its country code; and who votes where, in one of two ways. `collège` names a contest, by its key in the
model or by what the model calls its college. Or `position`, `fonction` and, if there are any, `situations`, separated
by semicolons: then the model's rules say in which contest somebody votes, or why in none (rules/eligibility.py). Where
both stand they must agree.

Every trouble names its line and column; one trouble anywhere and nothing is applied. A warning is for the office to
look at and forbids nothing. No database here: what is found is a value, and whoever wants may show it before anything
is written.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from elections.protocol.errors import ProtocolError
from elections.registry import sheets
from elections.rules.eligibility import Status, membership, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from elections.registry.grids import Grid, Origin
    from elections.rules.eligibility import Membership
    from elections.rules.filing import ElectorRules

COLUMNS = {
    "identifier": ("identifiant", "identifier"),
    "last_name": ("nom", "last name"),
    "first_name": ("prénom", "first name"),
    "email": ("email", "e-mail", "courriel", "adresse électronique"),
    "roll_unit": ("rôle d'inscription", "roll unit"),
}
COLLEGE = {"college": ("collège", "college")}
STATUS = {
    "position": ("position", "position administrative"),
    "function": ("fonction", "function"),
}
OPTIONAL = {
    "phone": ("téléphone", "telephone", "phone", "mobile", "portable"),
    "situations": ("situations", "situation"),
}
ALL = COLUMNS | COLLEGE | STATUS | OPTIONAL

GIVEN: Final = "given"
"""Why somebody votes where she does, if the office's file says it and no rule was asked."""

IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}", re.ASCII)
EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.ASCII | re.IGNORECASE)
PHONE = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)  # ITU-T E.164, 6.1: a country code and at most 15 digits
_GROUPING = str.maketrans("", "", " .()/-")
_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
_LONGEST_NAME = 200


def fold(identifier: str) -> str:
    """The one spelling of a sign-in name: without outer spaces, lower case."""
    return identifier.strip().lower()


def plain_phone(typed: str) -> str:
    """A telephone without the signs that group its digits, and with `+` for a leading 00."""
    digits = typed.translate(_GROUPING)
    return "+" + digits[2:] if digits.startswith("00") else digits


@dataclass(frozen=True, slots=True)
class College:
    """A contest that a roll may name: by its key, or by the name of its college; its rules, where the model has any."""

    key: str
    name: str
    rules: ElectorRules | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One elector as the file has her; `line` is where, `reason` why she votes there."""

    line: int
    identifier: str
    last_name: str
    first_name: str
    email: str
    phone: str | None
    college: str
    roll_unit: str
    reason: str = GIVEN


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody whom the rules let vote in no contest, and why."""

    row: Row
    membership: Membership


@dataclass(frozen=True, slots=True)
class RollFile:
    """A roll file read to its end: its electors by identifier, and all that is to be told of it, by line.

    `left_out` are those of the file who are no electors; `reasons` counts why the others vote where they do, by
    college and reason; `totals` has a line for every college even where there is none, `units` the electors of a
    college by roll unit.
    """

    origin: Origin
    rows: tuple[Row, ...]
    problems: tuple[ProtocolError, ...]
    warnings: tuple[ProtocolError, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    totals: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    reasons: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def phones(self) -> int:
        """How many electors have a telephone."""
        return sum(row.phone is not None for row in self.rows)


def read(data: bytes, colleges: Mapping[str, College], chosen: Mapping[str, str] | None = None) -> RollFile:
    """Read a roll file for an election with these colleges, by key.

    Refused whole (`roll.encoding`, `roll.size`, `roll.columns` and their like) only where no line can be looked at;
    anything else is among the problems. The rows are sorted by identifier, so the order of lines decides nothing.
    """
    return read_grid(sheets.unfold(data), colleges, chosen)


def read_grid(grid: Grid, colleges: Mapping[str, College], chosen: Mapping[str, str] | None = None) -> RollFile:
    """The same of a file whose lines are read already."""
    computed = any(sheets.meaning(cell, ALL, chosen or {}) in STATUS for cell in sheets.headings(grid))
    needed, more = (COLUMNS | STATUS, COLLEGE | OPTIONAL) if computed else (COLUMNS | COLLEGE, OPTIONAL)
    sheet = sheets.fit(grid, needed, more, chosen)
    places = _Places(colleges, computed=computed)
    reading = _Reading(places, list(sheet.problems), list(sheet.warnings))
    for line in sheet.lines:
        reading.take(line)
    return reading.finish(sheet)


class _Places:
    """In which college somebody votes: as the file says, or as the rules do, each answer worked out once."""

    def __init__(self, colleges: Mapping[str, College], *, computed: bool) -> None:
        self.keys = tuple(colleges)
        self._names = {plain(college.name): college.key for college in colleges.values()}
        self._names |= {plain(key): key for key in colleges}
        self._said: dict[str, str | None] = {}
        self._rules = {key: college.rules for key, college in colleges.items() if college.rules is not None}
        self._known: dict[tuple[str, str, str], Membership] = {}
        if computed and len(self._rules) != len(colleges):
            raise ProtocolError("roll.no-rules")

    def named(self, text: str) -> str | None:
        """The key of a college by what the file calls it."""
        if text not in self._said:
            self._said[text] = self._names.get(plain(text))
        return self._said[text]

    def of(self, cells: Mapping[str, str]) -> Membership | None:
        """Where the rules have somebody vote; None where the file does not ask them."""
        if "function" not in cells:
            return None
        status = cells["position"], cells["function"], cells.get("situations", "")
        if status not in self._known:
            situations = tuple(part.strip() for part in status[2].split(";") if part.strip())
            self._known[status] = membership(Status(status[0], status[1], situations), self._rules)
        return self._known[status]


class _Reading:
    """A file under way: what was found so far, and who was seen in which line."""

    def __init__(self, places: _Places, problems: list[ProtocolError], warnings: list[ProtocolError]) -> None:
        self.places, self.problems, self.warnings = places, problems, warnings
        self.rows: dict[str, Row] = {}
        self.left_out: list[LeftOut] = []
        self._first: dict[str, Row] = {}
        self._emails: dict[str, int] = {}
        self._phones: dict[str, int] = {}
        self._people: dict[tuple[str, str], int] = {}
        self._others: dict[str, tuple[int, int, str]] = {}

    def take(self, line: sheets.Line) -> None:
        """One line: an elector, or somebody who is none."""
        row, place, found = self._row(line)
        found += _troubles(row)
        first = self._first.setdefault(row.identifier, row)
        out = place is not None and place.contest is None
        if first is not row:
            found.append(_twice(row, first))
        elif row.email.lower() in self._emails and not out:
            first_line = self._emails[row.email.lower()]
            found.append(ProtocolError("roll.email-twice", line=row.line, field="email", first=first_line))
        elif row.phone in self._phones and not out:
            first_line = self._phones[row.phone]
            found.append(ProtocolError("roll.phone-twice", line=row.line, field="téléphone", first=first_line))
        self.problems += found
        if place is not None and out:
            self.left_out.append(LeftOut(row, place))
            return
        self._look_alike(row)
        self.rows.setdefault(row.identifier, row)
        self._emails.setdefault(row.email.lower(), row.line)
        if row.phone is not None:
            self._phones.setdefault(row.phone, row.line)

    def _row(self, line: sheets.Line) -> tuple[Row, Membership | None, list[ProtocolError]]:
        cells, found = line.cells, []
        given, place = cells.get("college", ""), self.places.of(cells)
        college = self.places.named(given) if given or place is None else place.contest
        if given or place is None:
            if college is None:
                known = ", ".join(self.places.keys)
                what = {"field": "collège", "text": given[:40], "known": known}
                found.append(ProtocolError("roll.college", line=line.number, **what))
            elif place is not None and place.contest != college:
                reckoned = {"field": "collège", "text": college, "computed": place.contest or "–"}
                found.append(ProtocolError("roll.disagrees", line=line.number, **reckoned))
        empty = [name for name in STATUS if place is not None and not cells[name]]
        found += [ProtocolError("roll.text", line=line.number, field=ALL[n][0], limit=_LONGEST_NAME) for n in empty]
        if place is not None and place.step.id == "others" and cells["function"]:
            count, first, _ = self._others.get(plain(cells["function"]), (0, line.number, ""))
            self._others[plain(cells["function"])] = count + 1, first, cells["function"]
        row = Row(
            line=line.number,
            identifier=fold(cells["identifier"]),
            last_name=cells["last_name"],
            first_name=cells["first_name"],
            email=cells["email"],
            phone=plain_phone(cells.get("phone", "")) or None,
            college=college or "",
            roll_unit=cells["roll_unit"],
            reason=GIVEN if place is None else place.step.id,
        )
        return row, place, found

    def _look_alike(self, row: Row) -> None:
        """Two people may have one name in one unit; one person may also have come in twice."""
        person = f"{row.last_name}\n{row.first_name}".casefold(), row.roll_unit
        first = self._people.setdefault(person, row.line)
        if first != row.line and row.identifier not in self.rows:
            self.warnings.append(ProtocolError("roll.same-name", line=row.line, field="nom", first=first))

    def finish(self, sheet: sheets.Sheet) -> RollFile:
        """All that was found, in the order of lines; electors by identifier."""
        if not self.rows and not self.problems:
            self.problems.append(ProtocolError("roll.empty"))
        for name in ("identifier", "phone"):
            if name in sheet.numbers:
                count, line = sheet.numbers[name]
                what = {"field": ALL[name][0], "count": count}
                self.warnings.append(ProtocolError("roll.numbers", line=line, **what))
        for count, line, text in self._others.values():
            self.warnings.append(ProtocolError("roll.others", line=line, field="fonction", text=text[:80], count=count))
        rows = self.rows.values()
        totals = Counter(row.college for row in rows)
        units: dict[str, Counter[str]] = {}
        for row in rows:
            units.setdefault(row.roll_unit, Counter())[row.college] += 1
        return RollFile(
            sheet.origin,
            tuple(self.rows[identifier] for identifier in sorted(self.rows)),
            tuple(sorted(self.problems, key=_line)),
            tuple(sorted(self.warnings, key=_line)),
            tuple(self.left_out),
            {college: totals[college] for college in self.places.keys},
            {unit: units[unit] for unit in sorted(units, key=plain)},
            Counter((row.college, row.reason) for row in rows),
        )


def _line(problem: ProtocolError) -> int:
    return int(str(problem.values.get("line", 0)))


def _troubles(row: Row) -> list[ProtocolError]:
    """What is wrong with a line by itself."""
    found = []
    if not IDENTIFIER.fullmatch(row.identifier):
        found.append(ProtocolError("roll.identifier", line=row.line, field="identifiant", text=row.identifier[:40]))
    if len(row.email) > _LONGEST_EMAIL or not EMAIL.fullmatch(row.email):
        found.append(ProtocolError("roll.email", line=row.line, field="email", text=row.email[:40]))
    if row.phone is not None and not PHONE.fullmatch(row.phone):
        found.append(ProtocolError("roll.phone", line=row.line, field="téléphone", text=row.phone[:40]))
    for name, value in (("nom", row.last_name), ("prénom", row.first_name), ("rôle d'inscription", row.roll_unit)):
        if not 0 < len(value) <= _LONGEST_NAME:
            found.append(ProtocolError("roll.text", line=row.line, field=name, limit=_LONGEST_NAME))
    return found


def check_row(row: Row) -> None:
    """Refuse the first thing that is wrong with one elector, typed in by hand."""
    for problem in _troubles(row):
        raise ProtocolError("roll.entry", field=problem.values["field"])


def _twice(row: Row, first: Row) -> ProtocolError:
    """The same person on two lines: twice in one college, or in two (nobody belongs to two, ordonnance art. 10-1-1).

    Whoever is no elector by one of the lines is in no college there.
    """
    if row.college == first.college or not (row.college and first.college):
        return ProtocolError("roll.twice", line=row.line, field="identifiant", first=first.line)
    return ProtocolError("roll.two-colleges", line=row.line, field="collège", first=first.line, other=first.college)
