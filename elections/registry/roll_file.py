"""The roll as the office hands it in: a sheet with one line an elector, checked line by line (U1).

Columns, in any order: identifiant; nom; prénom; email; collège; rôle d'inscription. `collège` is the key of a
contest in the model. Every trouble names its line and column; one trouble anywhere and nothing is applied.
No database here: what is found is a value, and whoever wants may show it before anything is written.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError
from elections.registry import sheets

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

COLUMNS = {
    "identifier": ("identifiant", "identifier"),
    "last_name": ("nom", "last name"),
    "first_name": ("prénom", "first name"),
    "email": ("email", "e-mail", "courriel", "adresse électronique"),
    "college": ("collège", "college"),
    "roll_unit": ("rôle d'inscription", "roll unit"),
}

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}", re.ASCII)
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.ASCII | re.IGNORECASE)
_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
_LONGEST_NAME = 200


def fold(identifier: str) -> str:
    """The one spelling of a sign-in name: without outer spaces, lower case."""
    return identifier.strip().lower()


@dataclass(frozen=True, slots=True)
class Row:
    """One elector as the file has her; `line` is where."""

    line: int
    identifier: str
    last_name: str
    first_name: str
    email: str
    college: str
    roll_unit: str


@dataclass(frozen=True, slots=True)
class RollFile:
    """A roll file read to its end: its electors by identifier, and all that is wrong with it, by line."""

    encoding: str
    separator: str
    rows: tuple[Row, ...]
    problems: tuple[ProtocolError, ...]
    totals: Mapping[str, int]
    """Electors by college key, a line for every college even where there is none."""


def read(data: bytes, colleges: Collection[str]) -> RollFile:
    """Read a roll file for an election with these college keys.

    Refused whole (`roll.encoding`, `roll.size`, `roll.columns`) only where no line can be looked at; anything
    else is among the problems. The rows are sorted by identifier, so the order of lines decides nothing.
    """
    sheet = sheets.read(data, COLUMNS)
    problems = list(sheet.problems)
    rows: dict[str, Row] = {}
    emails: dict[str, int] = {}
    for line in sheet.lines:
        row = Row(line=line.number, **{**line.cells, "identifier": fold(line.cells["identifier"])})
        found = _troubles(row, colleges)
        if row.identifier in rows:
            found.append(_twice(row, rows[row.identifier]))
        elif row.email.lower() in emails:
            found.append(
                ProtocolError("roll.email-twice", line=row.line, field="email", first=emails[row.email.lower()])
            )
        problems += found
        rows.setdefault(row.identifier, row)
        emails.setdefault(row.email.lower(), row.line)
    if not rows and not problems:
        problems.append(ProtocolError("roll.empty"))
    totals = Counter(row.college for row in rows.values())
    problems.sort(key=lambda problem: int(str(problem.values.get("line", 0))))
    return RollFile(
        sheet.encoding,
        sheet.separator,
        tuple(rows[identifier] for identifier in sorted(rows)),
        tuple(problems),
        {college: totals[college] for college in colleges},
    )


def _troubles(row: Row, colleges: Collection[str]) -> list[ProtocolError]:
    """What is wrong with a line by itself."""
    found = []
    if not _IDENTIFIER.fullmatch(row.identifier):
        found.append(ProtocolError("roll.identifier", line=row.line, field="identifiant", text=row.identifier[:40]))
    if len(row.email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(row.email):
        found.append(ProtocolError("roll.email", line=row.line, field="email", text=row.email[:40]))
    if row.college not in colleges:
        known = ", ".join(colleges)
        found.append(ProtocolError("roll.college", line=row.line, field="collège", text=row.college[:40], known=known))
    for name, value in (("nom", row.last_name), ("prénom", row.first_name), ("rôle d'inscription", row.roll_unit)):
        if not 0 < len(value) <= _LONGEST_NAME:
            found.append(ProtocolError("roll.text", line=row.line, field=name, limit=_LONGEST_NAME))
    return found


def _twice(row: Row, first: Row) -> ProtocolError:
    """The same person on two lines: twice in one college, or in two (nobody belongs to two, ordonnance art. 10-1-1)."""
    if row.college == first.college:
        return ProtocolError("roll.twice", line=row.line, field="identifiant", first=first.line)
    return ProtocolError("roll.two-colleges", line=row.line, field="collège", first=first.line, other=first.college)
