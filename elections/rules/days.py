"""Days as the law counts them: months that end early, clear days, public holidays; and days in English words.

A month before 31 March is 28 February, or the 29th: the day of that number, or the last one of its month (law.md
§7.8). Of clear days neither the first counts nor the last: five of them from the 13th lead to the 19th. A limit
that falls on a Saturday, a Sunday or a public holiday is carried to the next working day; that rule is assumed for
these elections, and whoever uses it says so. Public holidays come from the library `holidays`, from 2000 to 2100.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

import holidays

from elections.protocol.errors import ProtocolError
from elections.rules.timetable import TERRITORIES

if TYPE_CHECKING:
    from elections.rules.timetable import Offset

FIRST_YEAR, LAST_YEAR = 2000, 2099
"""The years in which dates are computed; a limit carried over from the last of them still finds its holidays."""

_SATURDAY = 5
_EN_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EN_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
              "November", "December")  # fmt: skip


def check_year(day: date, what: str) -> None:
    """Refuse a day whose holidays nobody knows."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ProtocolError("rules.year", what=what, least=FIRST_YEAR, most=LAST_YEAR)


def months_later(day: date, months: int) -> date:
    """The day of the same number so many months later, or earlier; the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def eve(day: date) -> date:
    """The day before."""
    return day - timedelta(days=1)


def is_worked(day: date, territory: str) -> bool:
    """Whether a day is neither a Saturday, nor a Sunday, nor a public holiday there."""
    return day.weekday() < _SATURDAY and day not in holidays.country_holidays("FR", TERRITORIES[territory])


def next_worked(day: date, territory: str) -> date:
    """The day itself if it is worked, else the first one after it that is."""
    while not is_worked(day, territory):
        day += timedelta(days=1)
    return day


def limit(day: date, offset: Offset) -> date:
    """Where an offset leads from a day, before anything is carried over."""
    if offset.unit == "day":
        return day + timedelta(days=offset.count)
    if offset.unit == "clear day":
        return day + timedelta(days=offset.count + 1)
    return months_later(day, offset.count * (12 if offset.unit == "year" else 1))


def in_english(day: date, *, weekday: bool = False) -> str:
    """6 February 2026, or Friday 6 February 2026."""
    text = f"{day.day} {_EN_MONTHS[day.month - 1]} {day.year}"
    return f"{_EN_DAYS[day.weekday()]} {text}" if weekday else text
