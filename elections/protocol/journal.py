"""The journal of an election: one line an act, chained by hashes (contracts.md, V14).

`previous` is the SHA-256 of the line before without its line feed, 64 zeros in the first line. No
elector's name or number ever stands here: the journal is published whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from elections.protocol.canonical import (
    Json,
    encode,
    fields,
    hexadecimal,
    hour,
    hour_text,
    integer,
    parse_lines,
    sha256_hex,
    string,
)
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from datetime import datetime

FIRST = "0" * 64
_KEYS = ("act", "actor", "at", "contest", "details", "previous", "sequence")


@dataclass(frozen=True)
class JournalEntry:
    """One act. `actor` is a role and a number (0 for the program itself); `contest` is None for the whole election."""

    act: str
    role: str
    number: int
    at: datetime
    contest: str | None
    details: Json
    previous: str
    sequence: int
    line: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the line: what the next one names as `previous`."""
        return sha256_hex(self.line)


def write_entry(
    act: str, role: str, number: int, at: datetime, contest: str | None, details: Json, previous: JournalEntry | None
) -> JournalEntry:
    """The line that follows `previous`; `at` is cut to whole seconds."""
    value = {
        "act": act,
        "actor": {"number": number, "role": role},
        "at": hour_text(at),
        "contest": contest,
        "details": details,
        "previous": previous.digest if previous else FIRST,
        "sequence": previous.sequence + 1 if previous else 0,
    }
    return _entry(value, encode(value), "journal")


def parse_journal(raw: bytes, what: str = "journal.jsonl") -> list[JournalEntry]:
    """Read a whole journal: canonical lines, an unbroken chain, hours that never go back."""
    entries: list[JournalEntry] = []
    for number, (line, value) in enumerate(parse_lines(raw, what), 1):
        place = f"{what}, line {number}"
        entry = _entry(value, line, place)
        _check_link(entry, entries[-1] if entries else None, place)
        entries.append(entry)
    return entries


def parse_end(raw: bytes, what: str) -> JournalEntry | None:
    """The last entry of a journal of which only the last lines are at hand, chained to the one before it.

    At the price of two lines, whatever the journal's length: that the lines above hold as well, `parse_journal` says.
    """
    before: JournalEntry | None = None
    entry: JournalEntry | None = None
    for line, value in parse_lines(raw, what):
        before, entry = entry, _entry(value, line, what)
        if before or not entry.sequence:
            _check_link(entry, before, what)
    return entry


def _check_link(entry: JournalEntry, before: JournalEntry | None, what: str) -> None:
    if before is None:
        linked = (entry.previous, entry.sequence) == (FIRST, 0)
    else:
        linked = (entry.previous, entry.sequence) == (before.digest, before.sequence + 1)
    if not linked:
        raise ProtocolError("journal.chain", what=what)
    if before and entry.at < before.at:
        raise ProtocolError("journal.hours", what=what)


def _entry(value: Json, line: bytes, what: str) -> JournalEntry:
    fields(value, what, _KEYS)
    actor = fields(value["actor"], f"{what}, actor", ("number", "role"))
    if not isinstance(value["details"], dict):
        raise ProtocolError("json.type", what=f"{what}, details", expected="an object")
    return JournalEntry(
        act=string(value["act"], f"{what}, act", "[a-z-]{1,40}"),
        role=string(actor["role"], f"{what}, role", "[a-z0-9-]{1,64}"),
        number=integer(actor["number"], f"{what}, actor"),
        at=hour(value["at"], f"{what}, at"),
        contest=None if value["contest"] is None else string(value["contest"], f"{what}, contest"),
        details=value["details"],
        previous=hexadecimal(value["previous"], f"{what}, previous"),
        sequence=integer(value["sequence"], f"{what}, sequence"),
        line=line,
    )
