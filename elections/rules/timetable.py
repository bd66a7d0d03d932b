"""The `[calendar]` table of a model: the dates that the law sets, each counted from another one.

    [calendar]
    internet  = true              the dates and the duration of every vote by internet, `INTERNET` and
                                  R. 211-561, stand in it too; false: only what follows
    territory = "metropole"       optional: whose public holidays count, one of `TERRITORIES`
    window    = { months = 5, days = 15, article = "…" }
                                  optional: the vote lies between so many months and so many days before the
                                  mandates expire
    [[calendar.dates]]            one for each date that this body has besides
    key       = "lists"           short name, unique, none of internet's
    fr        = "…"               what is due, in French
    en        = "…"               and in English
    of        = "opening"         what it is counted from: "opening", "closing", "publication" (of the result),
                                  or the key of a date that stands above it or is internet's
    offset    = "-1 month"        how far from it: "-21 days", "-2 months", "+3 days", "+2 years",
                                  "+5 clear days"; or "not found" where no text at hand says it
    article   = "…"               the text that says it, or that would
    bound     = "latest"          optional: "latest", or "earliest" for what must not come before
    assumed   = true              optional: our reading of the text, which a jurist must confirm
    contests  = ["s2a", "s2b"]    optional: the contests that it concerns; all, if it is missing
    before    = ["eve"]           optional: dates that must not come before this one
    public    = true              optional: electors need it, so the election's public page shows it

A model without the table has no legal dates. `calendar` computes them from the hours of a vote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from elections.protocol.canonical import array, boolean, fields, hour_text, integer, string
from elections.protocol.errors import ProtocolError
from elections.rules.french import PARIS
from elections.rules.tables import KEY, LINE, choice, choices, distinct, numbered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from elections.protocol.canonical import Json

BASES = ("opening", "closing", "publication")
"""What a date can be counted from besides another date: the hours of the vote, and the day of its result."""

TERRITORIES: Mapping[str, str | None] = {
    "metropole": None,
    "moselle": "57",
    "alsace": "6AE",
    "guadeloupe": "971",
    "martinique": "972",
    "guyane": "973",
    "reunion": "974",
    "mayotte": "976",
    "saint-barthelemy": "BL",
    "saint-martin": "MF",
    "nouvelle-caledonie": "NC",
    "polynesie-francaise": "PF",
    "wallis-et-futuna": "WF",
}
"""Whose public holidays can count, each with its name in the library of holidays; none is metropolitan France."""

SHORTEST, LONGEST = timedelta(hours=72), timedelta(days=8)
"""How long a vote by internet lasts (R. 211-561)."""

NOT_FOUND = "not found"
_OFFSET = r"([+-])([0-9]{1,3}) (day|month|year|clear day)s?"
_CALENDAR = ("internet",)
_DATE = ("key", "fr", "en", "of", "offset", "article")
_MOST = 120


@dataclass(frozen=True, slots=True)
class Offset:
    """So many days, months, years or clear days after, or before if `count` is negative."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count:+} {self.unit}{'' if abs(self.count) == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Due:
    """One date of the law; without `offset`, no text at hand says how it is counted."""

    key: str
    fr: str
    en: str
    of: str
    offset: Offset | None
    article: str
    bound: str = "latest"
    assumed: bool = False
    contests: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Between `months` and `days` before the mandates expire."""

    months: int
    days: int
    article: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """The table, checked; `dates` begins with those of internet voting if the body votes so."""

    internet: bool
    territory: str
    window: Window | None
    dates: tuple[Due, ...]


INTERNET: tuple[Due, ...] = (
    Due(
        "training",
        "Formation des membres du bureau de vote électronique",
        "Members of the electronic voting board trained",
        "opening",
        Offset(-1, "month"),
        "R. 211-544",
    ),
    Due(
        "expert",
        "Remise du rapport de l'expert indépendant",
        "Report of the independent expert handed over",
        "opening",
        Offset(-15, "day"),
        "R. 211-519",
    ),
    Due(
        "candidacies",
        "Mise en ligne des candidatures et des professions de foi",
        "Candidacies and statements published on line",
        "opening",
        Offset(-15, "day"),
        "R. 211-532",
        before=("eve",),
        public=True,
    ),
    Due(
        "notice",
        "Notice et moyens d'authentification remis à chaque électeur",
        "Notice and means of authentication with every elector",
        "opening",
        Offset(-15, "day"),
        "R. 211-553",
        public=True,
    ),
    Due(
        "eve",
        "Dernière inscription ou radiation d'un électeur",
        "Last elector entered or struck off",
        "opening",
        Offset(-1, "day"),
        "R. 211-528",
    ),
    Due(
        "contestation",
        "Contestation du résultat devant l'autorité organisatrice",
        "Result contested before the organising authority",
        "publication",
        Offset(5, "clear day"),
        "R. 211-586",
        public=True,
    ),
    Due(
        "destruction",
        "Destruction des fichiers, sauf instance en cours",
        "Files destroyed, unless a case is pending",
        "closing",
        Offset(2, "year"),
        "R. 211-580, R. 211-584",
        "earliest",
        public=True,
    ),
)
"""What every vote by internet owes to section 6 of the code général de la fonction publique."""


def check_duration(timetable: Timetable | None, opening: datetime, closing: datetime) -> None:
    """Refuse a vote by internet shorter than 72 hours or longer than 8 days (R. 211-561).

    Hours are those that pass; days are those of the clock in Paris, so that a vote from nine to nine lasts whole
    days even when the clocks change in between.
    """
    if timetable is None or not timetable.internet:
        return
    days = closing.astimezone(PARIS).replace(tzinfo=None) - opening.astimezone(PARIS).replace(tzinfo=None)
    if closing - opening < SHORTEST or days > LONGEST:
        raise ProtocolError("rules.duration", opening=hour_text(opening), closing=hour_text(closing))


def parse(value: Json, what: str, contests: Sequence[str]) -> Timetable:
    """Check the table of a model whose contests have these keys."""
    table = fields(value, what, _CALENDAR, ("territory", "window", "dates"))
    internet = boolean(table["internet"], f"{what}, internet")
    dates = list(INTERNET) if internet else []
    if "dates" in table:
        for place, item in numbered(table["dates"], f"{what}, dates"):
            dates.append(_due(item, f"{what}, date {place}", (*BASES, *(due.key for due in dates)), contests))
    keys = [due.key for due in dates]
    distinct([*BASES, *keys], f"{what}, dates, key")
    for due in dates:
        for key in due.before:
            choice(key, f"{what}, date {due.key}, before", (*BASES, *keys))
    return Timetable(
        internet,
        choice(table.get("territory", "metropole"), f"{what}, territory", tuple(TERRITORIES)),
        _window(table["window"], f"{what}, window") if "window" in table else None,
        tuple(dates),
    )


def _due(value: Json, what: str, known: Sequence[str], contests: Sequence[str]) -> Due:
    table = fields(value, what, _DATE, ("bound", "assumed", "contests", "before", "public"))
    key = string(table["key"], f"{what}, key", KEY)
    what = f"{what} ({key})"
    return Due(
        key=key,
        fr=string(table["fr"], f"{what}, fr", LINE),
        en=string(table["en"], f"{what}, en", LINE),
        of=choice(table["of"], f"{what}, of", known),
        offset=_offset(table["offset"], f"{what}, offset"),
        article=string(table["article"], f"{what}, article", LINE),
        bound=choice(table.get("bound", "latest"), f"{what}, bound", ("latest", "earliest")),
        assumed=boolean(table.get("assumed", False), f"{what}, assumed"),
        contests=choices(table["contests"], f"{what}, contests", contests) if "contests" in table else (),
        before=tuple(
            string(item, f"{what}, before {place}", KEY)
            for place, item in enumerate(array(table.get("before", []), f"{what}, before"), 1)
        ),
        public=boolean(table.get("public", False), f"{what}, public"),
    )


def _offset(value: Json, what: str) -> Offset | None:
    text = string(value, what)
    if text == NOT_FOUND:
        return None
    found = re.fullmatch(_OFFSET, text, re.ASCII)
    if found is None or (found[1] == "-" and found[3] == "clear day"):
        # Clear days are those of a time-limit, and a limit ends after it begins.
        raise ProtocolError("rules.offset", what=what, text=text[:40])
    return Offset(int(found[1] + found[2]), found[3])


def _window(value: Json, what: str) -> Window:
    table = fields(value, what, ("months", "days", "article"))
    return Window(
        integer(table["months"], f"{what}, months", 1, _MOST),
        integer(table["days"], f"{what}, days", 0, _MOST),
        string(table["article"], f"{what}, article", LINE),
    )
