"""Shares as they are shown: exact fractions, rounded to hundredths of a percent by one rule.

Nothing is decided by a rounded figure: seats and thresholds compare whole numbers. What is shown is the nearest
hundredth, the half going up, and whoever reads is told whether it is exact.
"""

from __future__ import annotations

from typing import NamedTuple


class Percent(NamedTuple):
    """A share of a whole in hundredths of a percent: 6275 is 62.75 %. `exact` says that nothing was rounded."""

    hundredths: int
    exact: bool

    def text(self, point: str = ",") -> str:
        """The figure with two decimals, without the sign."""
        return f"{self.hundredths // 100}{point}{self.hundredths % 100:02}"


def percent(part: int, whole: int) -> Percent:
    """`part` of `whole`, which is not zero."""
    return Percent((20_000 * part + whole) // (2 * whole), 10_000 * part % whole == 0)
