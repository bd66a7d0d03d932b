"""A candidacy as it was filed, and what the office knows of each name in it.

Two names are the same person if their identifiers are, or, where one of them has none, if they are spelled alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from elections.rules.eligibility import plain


@dataclass(frozen=True, slots=True)
class Person:
    """A name of a candidacy, and what the office knows of her; None is not known.

    `sex` is "f" or "m"; `situation` is empty if she is known to be in none; `signed`: her declaration or acceptance is
    on file; `enrolled`: she is on the roll of the contest.
    """

    name: str
    identifier: str | None = None
    sex: str | None = None
    functions: str | None = None
    court: str | None = None
    situation: str | None = None
    signed: bool | None = None
    enrolled: bool | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """A candidacy as it was filed: each titular with her substitute, in the order of the list."""

    contest: str
    id: str
    title: str
    pairs: tuple[tuple[Person, Person | None], ...]
    union: str | None = None
    delegate: str | None = None

    @property
    def persons(self) -> tuple[Person, ...]:
        """All names, titulars and substitutes."""
        return tuple(person for pair in self.pairs for person in pair if person is not None)


@dataclass(frozen=True, slots=True)
class Electorate:
    """Women and men among the electors of a contest, as numbers in any one unit."""

    women: int
    men: int


def same_person(one: Person, other: Person) -> bool:
    """Whether two names are one person, as far as is known."""
    if one.identifier is not None and other.identifier is not None:
        return one.identifier == other.identifier
    return plain(one.name) == plain(other.name)
