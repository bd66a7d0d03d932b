"""The `[mandate]` table of a model: how long who is elected sits, and who takes a seat that falls vacant.

    [mandate]
    years     = 4                 how long a mandate lasts
    renewable = "never"           whether who has sat may be elected again: "never", "not_at_once" (not at the
                                  next election), "freely"
    article   = "…"               the text that says it
    assumed   = true              optional: our reading of the text, which a jurist must confirm
    [[mandate.replacements]]      one for each way of replacing; every contest stands in exactly one
    contests  = ["s1"]            the contests that are replaced so
    by        = "own_substitute"  who takes the seat, one of `WAYS`:
                                    own_substitute   the substitute on the same line of the candidacy
                                    list_substitute  the first substitute of the list who was not yet called
                                    next_name        the next name of the list that was not elected
                                    election         nobody: a new election
    article   = "…"               the text that says it, or that would
    assumed   = true              optional, as above
    election  = { within = 3, article = "…" }
                                  optional: where nobody is left, an election within so many months;
                                  `spare = 6` instead or besides: none in the last so many months of the mandates.
                                  Missing: no text at hand says what happens then

A model without the table says nothing of mandates. `mandates` computes from it who sits on a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.canonical import boolean, fields, integer, string
from elections.protocol.errors import ProtocolError
from elections.rules.tables import LINE, choice, choices, distinct, numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.canonical import Json

WAYS = ("own_substitute", "list_substitute", "next_name", "election")
RENEWABLE = ("never", "not_at_once", "freely")

_LONGEST = 12
_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Complementary:
    """An election where nobody is left: `within` so many months, none in the last `spare` months of the mandates."""

    within: int | None
    spare: int | None
    article: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """How a seat of these contests is filled that falls vacant."""

    contests: tuple[str, ...]
    by: str
    article: str
    assumed: bool = False
    election: Complementary | None = None


@dataclass(frozen=True, slots=True)
class Mandate:
    """The table, checked."""

    years: int
    renewable: str
    article: str
    assumed: bool
    replacements: tuple[Replacement, ...]

    def replacement(self, contest: str) -> Replacement:
        """How a seat of the contest with this key is filled that falls vacant."""
        return next(item for item in self.replacements if contest in item.contests)


def parse(value: Json, what: str, contests: Sequence[str]) -> Mandate:
    """Check the table of a model whose contests have these keys."""
    table = fields(value, what, ("years", "renewable", "article", "replacements"), ("assumed",))
    replacements = tuple(
        _replacement(item, f"{what}, replacement {place}", contests)
        for place, item in numbered(table["replacements"], f"{what}, replacements")
    )
    covered = [key for item in replacements for key in item.contests]
    distinct(covered, f"{what}, replacements, contests")
    missing = [key for key in contests if key not in covered]
    if missing:
        raise ProtocolError("rules.replacement", what=what, contests=", ".join(missing))
    return Mandate(
        years=integer(table["years"], f"{what}, years", 1, _LONGEST),
        renewable=choice(table["renewable"], f"{what}, renewable", RENEWABLE),
        article=string(table["article"], f"{what}, article", LINE),
        assumed=boolean(table.get("assumed", False), f"{what}, assumed"),
        replacements=replacements,
    )


def _replacement(value: Json, what: str, contests: Sequence[str]) -> Replacement:
    table = fields(value, what, ("contests", "by", "article"), ("assumed", "election"))
    return Replacement(
        contests=choices(table["contests"], f"{what}, contests", contests),
        by=choice(table["by"], f"{what}, by", WAYS),
        article=string(table["article"], f"{what}, article", LINE),
        assumed=boolean(table.get("assumed", False), f"{what}, assumed"),
        election=_complementary(table["election"], f"{what}, election") if "election" in table else None,
    )


def _complementary(value: Json, what: str) -> Complementary:
    table = fields(value, what, ("article",), ("within", "spare"))
    if len(table) == 1:
        raise ProtocolError("json.missing", what=what, key="within")
    within, spare = (
        integer(table[key], f"{what}, {key}", 1, _MONTHS) if key in table else None for key in ("within", "spare")
    )
    return Complementary(within, spare, string(table["article"], f"{what}, article", LINE))
