"""Texts that people type for the journal, which is published whole: short, plain, and naming no elector.

That no elector is named cannot be decided by a program; but whoever types a sign-in name, an address or a full name of
the roll has hardly meant to publish it, and is told.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from sqlalchemy import select

from elections.protocol.errors import ProtocolError
from elections.registry.tables import Elector

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LONGEST = 400
_PLAIN = re.compile(rf"[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]{{1,{LONGEST}}}")
"""One line, with no character that is invisible or turns the direction of what follows."""
_WORDS = re.compile(r"[^\W_]+")
_SHORTEST = 5
"""Sign-in names that are shorter are words of the language as often as not."""


def check(session: Session, election_uuid: str, text: str, what: str) -> str:
    """The text with single spaces; refused if it is none (`text.plain`) or names an elector (`text.elector`)."""
    found = " ".join(text.split())
    if not _PLAIN.fullmatch(found):
        raise ProtocolError("text.plain", what=what, longest=LONGEST)
    folded = _fold(found)
    words = set(_WORDS.findall(folded))
    query = select(Elector.identifier, Elector.email, Elector.first_name, Elector.last_name)
    for identifier, email, first, last in session.execute(query.where(Elector.election_uuid == election_uuid)):
        named = _words(first), _words(last)
        if (
            (email and _fold(email) in folded)
            or (len(identifier) >= _SHORTEST and _within(_fold(identifier), folded))
            or (all(named) and all(part <= words for part in named))
        ):
            raise ProtocolError("text.elector", what=what)
    return found


def _words(name: str) -> set[str]:
    return set(_WORDS.findall(_fold(name)))


def _within(word: str, text: str) -> bool:
    """Whether the word stands in the text by itself, not as a part of another."""
    return word in text and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _fold(text: str) -> str:
    """Without case and accents, as people compare names."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
