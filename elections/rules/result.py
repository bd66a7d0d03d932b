"""result.json: totals, arithmetic and elected of one contest, from the counts of its urn (contracts.md).

The counting door writes it and the verifier writes it again to compare (V13): one function for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import encode
from elections.rules.seats import elected, for_record, presented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.setup import Setup

FORMAT = "isoloir-result-1"


def write_result(setup: Setup, counts: Sequence[int], ballots: int) -> bytes:
    """The canonical bytes of result.json; `counts` has blank first, then one number a candidacy.

    Signatures are as many as ballots: the count is refused otherwise.
    """
    blank, *votes = counts
    names = [candidacy.title for candidacy in setup.candidacies]
    rule = setup.rule
    filed = setup.value["candidacies"]
    outcome = for_record(rule.method, votes, rule.seats, names, rule.parameters, presented(filed))
    lot = outcome.lot and {**outcome.lot.json(), "transcript": {}}
    return encode(
        {
            "ballots": ballots,
            "blank": blank,
            "contest": setup.uuid,
            "elected": [item.json() for item in elected(outcome, filed)],
            "format": FORMAT,
            "lot": lot,
            "method": rule.method,
            "names": names,
            "roll": setup.roll_size,
            "seats": list(outcome.seats),
            "seats_to_fill": rule.seats,
            "signatures": ballots,
            "steps": [step.json() for step in outcome.steps],
            "valid": ballots - blank,
            "votes": votes,
        }
    )
