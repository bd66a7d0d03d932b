"""What every table of a model is read with; each refusal names the place in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import array, string
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.canonical import Json

LINE = r"[^\x00-\x1f\x7f]{1,400}"
KEY = r"[a-z0-9-]{1,32}"


def numbered(value: Json, what: str) -> list[tuple[int, Json]]:
    """The items of an array that must not be empty, numbered from 1."""
    items = array(value, what)
    if not items:
        raise ProtocolError("json.type", what=what, expected="at least one item")
    return list(enumerate(items, 1))


def texts(value: Json, what: str) -> tuple[str, ...]:
    """Lines of text."""
    return tuple(string(item, f"{what} {place}", LINE) for place, item in enumerate(array(value, what), 1))


def choice(value: Json, what: str, known: Sequence[str]) -> str:
    """One of several words."""
    text = string(value, what)
    if text not in known:
        raise ProtocolError("rules.choice", what=what, text=text[:40], known=", ".join(known))
    return text


def choices(value: Json, what: str, known: Sequence[str]) -> tuple[str, ...]:
    """At least one of several words, each once."""
    found = [choice(item, f"{what} {place}", known) for place, item in numbered(value, what)]
    distinct(found, what)
    return tuple(found)


def distinct(values: Sequence[str], what: str) -> None:
    """Refuse a word that stands twice."""
    for place, value in enumerate(values):
        if value in values[:place]:
            raise ProtocolError("rules.twice", what=what, text=value)
