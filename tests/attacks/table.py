"""The list of attacks, and how one is entered into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.attacks.forger import Forger

CLAUSES = {
    "V01": ("signed note", "every file there", "every digest right", "nothing extra", "exactly the contests"),
    "V02": (
        "canonical", "rule", "its digest in description", "φ", "questions", "seal complete", "policy sane",
        "issuers' keys", "slips",
    ),
    "V03": ("byte-exact tar", "hash chain", "heights", "event grammar", "nothing unreferenced", "form of §10"),
    "V04": ("proofs", "contexts", "signatures", "product", "policy", "digest", "no key in two contests"),
    "V05": ("canonical", "uuid", "φ", "every proof", "ranges", "membership", "signature", "credential ≠ 1", "α ≠ 1"),
    "V06": ("credential", "tracker", "α of two entries", "α in one entry"),
    "V07": ("issuer key in setup", "this φ", "this credential", "all issuers"),
    "V08": (
        "first checkpoint", "keep_back", "single_below", "no ballot", "order in batches", "roots", "signatures",
        "consistent", "covers all", "entries and ballots",
    ),
    "V09": ("recomputed", "num_tallied", "total_weight"),
    "V10": ("Belenios proofs", "strong proofs", "distinct owners", "policy satisfied"),
    "V11": ("each number proved", "sums"),
    "V12": ("ballots = signatures", "signatures ≤ tokens", "tokens ≤ roll + re-issues", "signatures ≤ roll"),
    "V13": ("seats", "line by line", "lots"),
    "V14": (
        "chain", "phases in order", "opening", "closing", "freeze", "amendments", "early closing",
        "seal before opening", "result after freeze", "re-issues", "slips", "paper",
    ),
    "V15": ("minutes", "operations", "PDF", "CDF", "all or none"),
}  # fmt: skip
"""What the sentences of §12 say, clause by clause; a test counts that each has its attack."""


@dataclass(frozen=True)
class Attack:
    """One edit, the clause it breaks, the rule by which its check must refuse it, the checks that fail beside.

    `record` is the one that is attacked, or its frozen form; `accepted` says that belenios-tool lets it pass.
    """

    check: str
    clause: str
    rule: str
    edit: Callable[[Forger], object]
    record: str
    frozen: bool
    also: Sequence[str] | None
    accepted: bool

    @property
    def name(self) -> str:
        """Check and edit, as pytest shows them."""
        return f"{self.check} {self.edit.__name__}"


ATTACKS: list[Attack] = []


def attack(
    check: str,
    clause: str,
    rule: str,
    *,
    on: str = "commission",
    frozen: bool = False,
    also: Sequence[str] | None = (),
    accepted: bool = False,
) -> Callable[[Callable[[Forger], object]], Callable[[Forger], object]]:
    """Enter an edit into the list."""

    def enter(edit: Callable[[Forger], object]) -> Callable[[Forger], object]:
        ATTACKS.append(Attack(check, clause, rule, edit, on, frozen, also, accepted))
        return edit

    return enter
