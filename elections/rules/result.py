"""result.json: totals, arithmetic and elected of one contest, from the counts of its urn (contracts.md).

The counting door writes it and the verifier writes it again to compare (V13): one function for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import encode
from elections.rules.outcome import settle
from elections.rules.seats import elected, for_record, presented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.canonical import Json
    from elections.protocol.setup import Setup
    from elections.rules.lots import Drawn

FORMAT = "isoloir-result-1"


def result(setup: Setup, counts: Sequence[int], ballots: int, drawn: Drawn | None = None) -> dict[str, Json]:
    """The value of result.json; `counts` has blank first, then one number a candidacy.

    Where the count ends in a lot, `lot` names it and `seats` are those already certain, until it is `drawn`.
    Signatures are as many as ballots: the count is refused otherwise.
    """
    blank, *votes = counts
    names = [candidacy.title for candidacy in setup.candidacies]
    rule = setup.rule
    filed = setup.value["candidacies"]
    outcome = for_record(rule.method, votes, rule.seats, names, rule.parameters, presented(filed))
    lot = outcome.lot and {**outcome.lot.json(), "transcript": drawn.transcript if drawn else {}}
    if drawn is not None:
        outcome = settle(outcome, drawn.chosen, outcome.case.articles.tie, drawn.how)
    return {
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


def write_result(setup: Setup, counts: Sequence[int], ballots: int, drawn: Drawn | None = None) -> bytes:
    """The canonical bytes of result.json."""
    return encode(result(setup, counts, ballots, drawn))
