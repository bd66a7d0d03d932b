"""Until when candidacies may be filed, ruled upon and mended, from the first day of the vote.

Each is a last day, which ends at midnight in Paris: no text that was read says at what hour filing ends. A `Clock`
gives these ends as hours, and says what may be done with a candidacy before and after them: until filing closes it is
filed and changed, then only a list of which the authority found a name ineligible is corrected, then nothing is
(décret 2025-659, art. 8). Whoever asks brings the hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from elections.rules.days import months_later
from elections.rules.french import PARIS

if TYPE_CHECKING:
    from elections.rules.filing import CandidacyRules


@dataclass(frozen=True, slots=True)
class Days:
    """The last days of a contest's filing, None where the model names none."""

    closes: date | None
    ruled: date | None
    mended: date | None


@dataclass(frozen=True, slots=True)
class Clock:
    """The hours at which filing, ruling and mending end, in UTC; each is the first second at which it is too late."""

    closes: datetime | None
    ruled: datetime | None
    mended: datetime | None

    def files(self, now: datetime) -> bool:
        """Whether candidacies may be filed and changed; without a last day, as long as nobody says otherwise."""
        return self.closes is None or now < self.closes

    def mends(self, now: datetime) -> bool:
        """Whether an ineligible name may be replaced, filing being over."""
        return not self.files(now) and self.mended is not None and now < self.mended


def days(rules: CandidacyRules, first_day: date) -> Days:
    """The last day to file, the last of the ruling and the last to replace an ineligible name (art. 7 and 8)."""
    if rules.closes is None:
        return Days(None, None, None)
    closes = _before(first_day, rules.closes.unit, rules.closes.count)
    ruled = closes + timedelta(rules.ruling.days) if rules.ruling and rules.ruling.days else None
    mended = (ruled or closes) + timedelta(rules.mending.days) if rules.mending else None
    return Days(closes, ruled, mended)


def clock(rules: CandidacyRules, first_day: date) -> Clock:
    """The ends of those days."""
    last = days(rules, first_day)
    return Clock(*(None if day is None else end_of(day) for day in (last.closes, last.ruled, last.mended)))


def last_to_withdraw(rules: CandidacyRules, first_day: date) -> date | None:
    """The last day on which a filed candidacy may be withdrawn; None where the model names none, or forbids it."""
    rule = rules.withdrawal
    if rule is None:
        return days(rules, first_day).closes
    return None if rule.unit is None else _before(first_day, rule.unit, rule.count)


def end_of(day: date) -> datetime:
    """The midnight in Paris that ends a day, in UTC."""
    return datetime.combine(day + timedelta(1), time(), PARIS).astimezone(UTC)


def _before(day: date, unit: str, count: int) -> date:
    """So many months, weeks or days before."""
    return months_later(day, -count) if unit == "months" else day - timedelta(count * {"weeks": 7, "days": 1}[unit])
