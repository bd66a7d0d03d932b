"""One line of an arithmetic, to be followed with a pencil.

A step carries its numbers, the article it applies, and one sentence in each language. These sentences
are the law's text, not the screen's: they stand in result.json and in the minutes, and the verifier
(V13) writes them anew and compares. So they must depend on nothing but the count itself.

Sentences are templates in which a figure knows its language: `{won:seat|seats}` is "4 seats" in English
and `{won:siège|sièges}` "4 sièges" in French, thousands separated as each language does. They are filled
when they are read: a count that nobody reads is arithmetic and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from elections.rules.french import NARROW, WIDE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Language = Literal["en", "fr"]


class Word(Protocol):
    """What a sentence says beside its figures."""

    def said(self, language: Language) -> str:
        """The word in one language."""


class Step(NamedTuple):
    """One line: `id` is unique within its outcome; candidacies are numbered from 0 in `numbers`."""

    id: str
    article: str
    numbers: dict[str, int]
    templates: dict[Language, str]
    words: Mapping[str, Word]

    @property
    def en(self) -> str:
        """The sentence in English."""
        return self.text("en")

    @property
    def fr(self) -> str:
        """The sentence in French."""
        return self.text("fr")

    def text(self, language: Language) -> str:
        """The sentence in one language."""
        template = self.templates[language]
        return (_typeset(template) if language == "fr" else template).format(
            **{key: _Figure(value, language) for key, value in self.numbers.items()},
            **{key: word.said(language) for key, word in self.words.items()},
        )

    def json(self) -> dict[str, object]:
        """The step as it stands in result.json (contracts.md)."""
        return {"article": self.article, "en": self.en, "fr": self.fr, "id": self.id, "numbers": dict(self.numbers)}


def step(
    id: str,  # noqa: A002 - the name of the field in result.json
    article: str,
    *,
    en: str,
    fr: str,
    numbers: dict[str, int],
    **words: Word,
) -> Step:
    """A line whose two templates are filled with the same numbers and words."""
    return Step(id, article, numbers, {"en": en, "fr": fr}, words)


@dataclass(frozen=True, slots=True)
class Name:
    """What a candidacy is called in a sentence; a title is the same in both languages."""

    en: str
    fr: str

    def said(self, language: Language) -> str:
        """The name in one language."""
        return self.fr if language == "fr" else self.en


def names_of(titles: Sequence[str] | None, count: int) -> tuple[Name, ...]:
    """The titles as names, or numbers from 1 where there are none."""
    if titles is None:
        return tuple(Name(f"No. {place}", f"n° {place}") for place in range(1, count + 1))
    return tuple(Name(title, title) for title in titles)


@dataclass(frozen=True, slots=True)
class _Joined:
    names: tuple[Word, ...]

    def said(self, language: Language) -> str:
        *first, last = [name.said(language) for name in self.names]
        return f"{', '.join(first)} {'et' if language == 'fr' else 'and'} {last}" if first else last


def joined(names: Sequence[Word]) -> Word:
    """Several names in a row: "A, B and C", « A, B et C »."""
    return _Joined(tuple(names))


@dataclass(frozen=True, slots=True)
class _Sum:
    values: tuple[int, ...]

    def said(self, language: Language) -> str:
        return " + ".join(f"{_Figure(value, language)}" for value in self.values)


def summed(values: Sequence[int]) -> Word:
    """A sum written out: "3,501 + 84"."""
    return _Sum(tuple(values))


@dataclass(frozen=True, slots=True)
class _Shares:
    names: tuple[Name, ...]
    seats: tuple[int, ...]

    def said(self, language: Language) -> str:
        word = "pour" if language == "fr" else "for"
        return ", ".join(
            f"{_Figure(won, language)} {word} {name.said(language)}"
            for name, won in zip(self.names, self.seats, strict=True)
        )


def shares(names: Sequence[Name], seats: Sequence[int]) -> Word:
    """Who has how many seats: "4 for USM, 1 for SM"."""
    return _Shares(tuple(names), tuple(seats))


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure with its unit in each language, as `one|many`."""

    count: int
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class _WithFigures:
    name: Name
    figures: tuple[Counted, ...]

    def said(self, language: Language) -> str:
        said = [
            format(_Figure(figure.count, language), figure.fr if language == "fr" else figure.en)
            for figure in self.figures
        ]
        return f"{self.name.said(language)} ({', '.join(said)})"


def with_figures(name: Name, *figures: Counted) -> Word:
    """A name with its figures: "USM (2 seats, 12 votes)"."""
    return _WithFigures(name, figures)


def fraction(numerator: int, denominator: int, prefix: str = "") -> tuple[str, dict[str, int]]:
    """The template of a division as one does it by hand, "5,740/6 = 956 + 4/6", and its numbers.

    `prefix` begins the names of the four numbers, where a sentence has two divisions.
    """
    whole, rest = divmod(numerator, denominator)
    over, under = f"{prefix}over", f"{prefix}under"
    template = f"{{{over}}}/{{{under}}} = {{{prefix}whole}}" + (f" + {{{prefix}rest}}/{{{under}}}" if rest else "")
    return template, {over: numerator, under: denominator, f"{prefix}whole": whole, f"{prefix}rest": rest}


def _typeset(text: str) -> str:
    """A French template with the no-break spaces before its colons and semicolons; titles stay as they are."""
    return text.replace(" :", f"{WIDE}:").replace(" ;", f"{NARROW};")


@dataclass(frozen=True, slots=True)
class _Figure:
    """A whole number that knows how its language writes it; the format is empty or `one|many`."""

    value: int
    language: Language

    def __format__(self, form: str) -> str:
        french = self.language == "fr"
        text = f"{self.value:,}".replace(",", NARROW) if french else f"{self.value:,}"
        if not form:
            return text
        # French says "0 siège" and "1 siège", English "0 seats" and "1 seat".
        one, many = form.split("|")
        return f"{text} {one if self.value == 1 or (french and self.value == 0) else many}"
