"""What may change, once filing is over, in a list of which the authority found names ineligible (décret 2025-659, 8).

The delegate replaces these names and no other, and may put the list into another order; what the article on lists asks
(number, substitutes, shares of women and men) must hold for the corrected list too, for there is no later hour to mend
it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError
from elections.rules.eligibility import plain
from elections.rules.findings import Kind
from elections.rules.phases import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from elections.rules.findings import Examined

KEPT = ("names", "substitutes", "shares", "one_per_person")
"""The rules that a corrected list must still meet."""


def check_replaced(before: Iterable[str], contested: Sequence[str], after: Iterable[str], article: str) -> None:
    """Refuse a correction that leaves an ineligible name, drops another one, or adds more names than it replaces."""
    was, barred, now = Counter(map(plain, before)), Counter(map(plain, contested)), Counter(map(plain, after))
    left = [name for name in contested if plain(name) in now]
    if left:
        raise ProtocolError("nominations.left", names=", ".join(left))
    kept = was - barred
    if kept - now or now.total() > was.total():
        raise ProtocolError("nominations.others", names=", ".join(contested), article=article)


def check_kept(examined: Examined) -> None:
    """Refuse a corrected list that is no longer what the article on lists asks, with the first line that says so."""
    for line in examined.findings:
        if line.kind is Kind.FAULT and line.step.id in KEPT:
            raise ProtocolError(
                "nominations.kept", article=line.step.article, finding=Words(line.step.en, line.step.fr)
            )
