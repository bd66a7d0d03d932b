"""Until when candidacies may be filed, ruled upon and mended, from the first day of the vote.

Each is a last day, which ends at midnight in Paris: no text that was read says at what hour filing ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from elections.rules.days import months_later

if TYPE_CHECKING:
    from elections.rules.filing import CandidacyRules


@dataclass(frozen=True, slots=True)
class Days:
    """The last days of a contest's filing, None where the model names none."""

    closes: date | None
    ruled: date | None
    mended: date | None


def days(rules: CandidacyRules, first_day: date) -> Days:
    """The last day to file, the last of the ruling and the last to replace an ineligible name (art. 7 and 8)."""
    if rules.closes is None:
        return Days(None, None, None)
    closes = _before(first_day, rules.closes.unit, rules.closes.count)
    ruled = closes + timedelta(rules.ruling.days) if rules.ruling and rules.ruling.days else None
    mended = (ruled or closes) + timedelta(rules.mending.days) if rules.mending else None
    return Days(closes, ruled, mended)


def _before(day: date, unit: str, count: int) -> date:
    """So many months, weeks or days before."""
    return months_later(day, -count) if unit == "months" else day - timedelta(count * {"weeks": 7, "days": 1}[unit])
