"""The roll as the office hands it in: a sheet with one line an elector, checked line by line (U1).

Columns, in any order: identifiant; nom; prénom; email; téléphone; collège; rôle d'inscription. `collège` is the key
of a contest in the model; `téléphone` may be left out, or empty, and has its country code. Every trouble names its
line and column; one trouble anywhere and nothing is applied. No database here: what is found is a value, and whoever
wants may show it before anything is written.
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
OPTIONAL = {"phone": ("téléphone", "telephone", "phone", "mobile", "portable")}

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}", re.ASCII)
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.ASCII | re.IGNORECASE)
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)  # ITU-T E.164, 6.1: a country code and at most 15 digits
_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
_LONGEST_NAME = 200


def fold(identifier: str) -> str:
    """The one spelling of a sign-in name: without outer spaces, lower case."""
    return identifier.strip().lower()


def plain_phone(typed: str) -> str:
    """A telephone without the signs that group its digits, and with `+` for a leading 00."""
    digits = re.sub(r"[ .()/-]", "", typed)
    return "+" + digits[2:] if digits.startswith("00") else digits


@dataclass(frozen=True, slots=True)
class Row:
    """One elector as the file has her; `line` is where."""

    line: int
    identifier: str
    last_name: str
    first_name: str
    email: str
    phone: str | None
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

    @property
    def phones(self) -> int:
        """How many electors have a telephone."""
        return sum(row.phone is not None for row in self.rows)


def read(data: bytes, colleges: Collection[str]) -> RollFile:
    """Read a roll file for an election with these college keys.

    Refused whole (`roll.encoding`, `roll.size`, `roll.columns`) only where no line can be looked at; anything
    else is among the problems. The rows are sorted by identifier, so the order of lines decides nothing.
    """
    sheet = sheets.read(data, COLUMNS, OPTIONAL)
    problems = list(sheet.problems)
    rows: dict[str, Row] = {}
    emails: dict[str, int] = {}
    phones: dict[str, int] = {}
    for line in sheet.lines:
        row = _row(line)
        found = _troubles(row, colleges)
        if row.identifier in rows:
            found.append(_twice(row, rows[row.identifier]))
        elif row.email.lower() in emails:
            found.append(
                ProtocolError("roll.email-twice", line=row.line, field="email", first=emails[row.email.lower()])
            )
        elif row.phone in phones:
            found.append(ProtocolError("roll.phone-twice", line=row.line, field="téléphone", first=phones[row.phone]))
        problems += found
        rows.setdefault(row.identifier, row)
        emails.setdefault(row.email.lower(), row.line)
        if row.phone is not None:
            phones.setdefault(row.phone, row.line)
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


def _row(line: sheets.Line) -> Row:
    cells = line.cells
    phone = plain_phone(cells.get("phone", "")) or None
    others = {name: cells[name] for name in COLUMNS if name != "identifier"}
    return Row(line=line.number, identifier=fold(cells["identifier"]), phone=phone, **others)


def _troubles(row: Row, colleges: Collection[str]) -> list[ProtocolError]:
    """What is wrong with a line by itself."""
    found = []
    if not _IDENTIFIER.fullmatch(row.identifier):
        found.append(ProtocolError("roll.identifier", line=row.line, field="identifiant", text=row.identifier[:40]))
    if len(row.email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(row.email):
        found.append(ProtocolError("roll.email", line=row.line, field="email", text=row.email[:40]))
    if row.phone is not None and not _PHONE.fullmatch(row.phone):
        found.append(ProtocolError("roll.phone", line=row.line, field="téléphone", text=row.phone[:40]))
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
