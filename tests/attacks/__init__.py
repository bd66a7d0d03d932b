"""Attacks on a finished record: one at least for each sentence of V01 to V15 (protocol.md §12), named for what it does.

An attack is an edit by somebody who has as many keys as the sentence presumes. `forger` has them all, so that
everything else in the record fits and only the sentence is broken. It names the check that must refuse it and by
which rule, and the other checks that then fail too (`also`; None where what was broken lies below many checks).
The edits of `limits` are those that no check can refuse: docs/limitations.md tells each of them.
"""

from tests.attacks import (
    archive,
    ballots,
    belenios,
    count,
    journal,
    log,
    lots,
    manifest,
    minutes,
    register,
    setup,
    trustees,
)  # fmt: skip
from tests.attacks.forger import Forger
from tests.attacks.limits import LIMITS
from tests.attacks.table import ATTACKS, CLAUSES, Attack

__all__ = [
    "ATTACKS",
    "CLAUSES",
    "LIMITS",
    "Attack",
    "Forger",
    "archive",
    "ballots",
    "belenios",
    "count",
    "journal",
    "log",
    "lots",
    "manifest",
    "minutes",
    "register",
    "setup",
    "trustees",
]
