"""One line of an arithmetic, to be followed with a pencil.

A step carries its numbers, the article it applies, and one sentence in each language. These sentences
are the law's text, not the screen's: they stand in result.json and in the minutes, and the verifier
(V13) writes them anew and compares. So they must depend on nothing but the count itself.

Sentences are templates in which a figure knows its language: `{won:seat|seats}` is "4 seats" in English
and `{won:siège|sièges}` "4 sièges" in French, thousands separated as each language does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Language = Literal["en", "fr"]


@dataclass(frozen=True, slots=True)
class Step:
    """One line: `id` is unique within its outcome; candidacies are numbered from 0 in `numbers`."""

    id: str
    article: str
    en: str
    fr: str
    numbers: dict[str, int] = field(default_factory=dict)

    def json(self) -> dict[str, object]:
        """The step as it stands in result.json (contracts.md)."""
        return {"article": self.article, "en": self.en, "fr": self.fr, "id": self.id, "numbers": dict(self.numbers)}

    def text(self, language: Language) -> str:
        """The sentence in one language."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Name:
    """What a candidacy is called in a sentence; a title is the same in both languages."""

    en: str
    fr: str


def names_of(titles: Sequence[str] | None, count: int) -> tuple[Name, ...]:
    """The titles as names, or numbers from 1 where there are none."""
    if titles is None:
        return tuple(Name(f"No. {place}", f"n° {place}") for place in range(1, count + 1))
    return tuple(Name(title, title) for title in titles)


def joined(names: Sequence[Name]) -> Name:
    """Several names in a row: "A, B and C", « A, B et C »."""
    if len(names) == 1:
        return names[0]
    en, fr = [name.en for name in names], [name.fr for name in names]
    return Name(f"{', '.join(en[:-1])} and {en[-1]}", f"{', '.join(fr[:-1])} et {fr[-1]}")


def summed(values: Sequence[int]) -> Name:
    """A sum written out: "3,501 + 84"."""
    return Name(
        " + ".join(f"{_Figure(value, 'en')}" for value in values),
        " + ".join(f"{_Figure(value, 'fr')}" for value in values),
    )


def shares(names: Sequence[Name], seats: Sequence[int]) -> Name:
    """Who has how many seats: "4 for USM, 1 for SM"."""
    return Name(
        ", ".join(f"{_Figure(won, 'en')} for {name.en}" for name, won in zip(names, seats, strict=True)),
        ", ".join(f"{_Figure(won, 'fr')} pour {name.fr}" for name, won in zip(names, seats, strict=True)),
    )


def step(
    id: str,  # noqa: A002 - the name of the field in result.json
    article: str,
    *,
    en: str,
    fr: str,
    numbers: dict[str, int],
    **words: Name,
) -> Step:
    """Fill both templates with the same numbers and words."""
    return Step(
        id,
        article,
        en.format(**{key: _Figure(value, "en") for key, value in numbers.items()}, **_said(words, "en")),
        _typeset(fr).format(**{key: _Figure(value, "fr") for key, value in numbers.items()}, **_said(words, "fr")),
        numbers,
    )


def _said(words: dict[str, Name], language: Language) -> dict[str, str]:
    return {key: word.fr if language == "fr" else word.en for key, word in words.items()}


def _typeset(text: str) -> str:
    """A French template with the no-break space before its colons and semicolons; titles stay as they are."""
    return re.sub(r" ([:;])", "\N{NO-BREAK SPACE}\\1", text)


@dataclass(frozen=True, slots=True)
class _Figure:
    """A whole number that knows how its language writes it; the format is empty or `one|many`."""

    value: int
    language: Language

    def __format__(self, form: str) -> str:
        french = self.language == "fr"
        text = f"{self.value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") if french else f"{self.value:,}"
        if not form:
            return text
        # French says "0 siège" and "1 siège", English "0 seats" and "1 seat".
        one, many = form.split("|")
        return f"{text} {one if self.value == 1 or (french and self.value == 0) else many}"
