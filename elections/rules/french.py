"""French as it is printed: typography, numbers, hours of Paris in words.

The law's zone is Europe/Paris (R24); records hold UTC, so that every hour is said here in the one and shown
beside in the other. Screens and minutes say both through these functions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date, datetime

PARIS = ZoneInfo("Europe/Paris")
"""The zone of the law (R24); every hour on a screen is said in it, with UTC beside."""

NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"

_MARKS = (
    (re.compile(r"(?<=\w)'(?=[\w«<%])"), "’"),
    (re.compile(r" (?=[;!?])"), NARROW),
    (re.compile(r" (?=[:»])"), WIDE),
    (re.compile(r" (?=%(?!\())"), WIDE),
    (re.compile(r"(?<=«) "), WIDE),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), NARROW),
    (re.compile(r"\b(R\.|art\.|n°) (?=\d)"), rf"\1{WIDE}"),
)
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def typeset(text: str) -> str:
    """French as it is printed: curly apostrophes, no-break spaces before `; ! ? : » %` and after `«`."""
    for pattern, mark in _MARKS:
        text = pattern.sub(mark, text)
    return text


def number(value: int) -> str:
    """A whole number, its thousands apart."""
    return f"{value:,}".replace(",", NARROW)


def day_in_words(day: date, *, weekday: bool = False) -> str:
    """« 6 février 2026 », or « vendredi 6 février 2026 »; the first of a month is « 1er »."""
    text = f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{_DAYS[day.weekday()]} {text}" if weekday else text


def hour_in_words(hour: datetime) -> str:
    """Day and hour in Paris, in words: « lundi 2 février 2026 à 9 h 00 »."""
    here = hour.astimezone(PARIS)
    return f"{day_in_words(here, weekday=True)} à {here.hour}{WIDE}h{WIDE}{here.minute:02}"


def day_and_hour(hour: datetime) -> str:
    """The same in figures, for tables."""
    here = hour.astimezone(PARIS)
    return f"{here:%d/%m/%Y}{WIDE}{here:%H:%M:%S}"


def day_and_minute(hour: datetime) -> str:
    """The same without seconds, for hours that have none."""
    here = hour.astimezone(PARIS)
    return f"{here:%d/%m/%Y}{WIDE}{here:%H:%M}"
