"""The display order in the journal: drawn again, bound before, and that of the sealed candidacies."""

from datetime import UTC, datetime

import pytest

from elections.protocol.journal import JournalEntry, write_entry
from elections.rules.display_order import commitment, order
from elections.verify.display import check_order
from tests.refused import refused

U, SECRET, IDS = "Contest", bytes(range(32)), ["a", "b", "c"]
NUMBERS = ["7", "11"]
ORDER = order(U, IDS, SECRET, NUMBERS)
BEGUN = ("display-begun", {"candidacies": IDS, "commitment": commitment(SECRET)})
DRAWN = (
    "display",
    {
        "candidacies": IDS,
        "commitment": commitment(SECRET),
        "given": [{"number": number, "who": "x"} for number in NUMBERS],
        "order": ORDER,
        "secret": SECRET.hex(),
    },
)
PAPER = (
    "display",
    {"candidacies": IDS, "drawn_at": "2026-01-07T08:00:00Z", "drawn_by": "x", "how": "y", "order": ["c", "a", "b"]},
)
NEW = ("nomination", {"act": "filed", "candidacy": "d", "digest": "0", "receipt": 1})
SHEET = ("candidacies", {"candidacies": ["a", "b", "c", "d"]})


def journal(*acts):
    entries: list[JournalEntry] = []
    for act, details in acts:
        before = entries[-1] if entries else None
        entries.append(write_entry(act, "officer", 1, datetime(2026, 1, 7, tzinfo=UTC), U, details, before))
    return entries


@pytest.mark.parametrize(
    ("acts", "sealed"),
    [
        ((), ["b", "a"]),
        ((BEGUN,), ["b", "a"]),
        ((BEGUN, DRAWN), ORDER),
        ((BEGUN, DRAWN), [ORDER[0], ORDER[2]]),
        ((BEGUN, DRAWN, PAPER), ["c", "a", "b"]),
        ((BEGUN, DRAWN, NEW), ["d", *ORDER[::-1]]),
        ((BEGUN, DRAWN, SHEET), IDS[::-1]),
        ((BEGUN, DRAWN, ("candidacies", {"candidacies": ["a", "b"]})), [id_ for id_ in ORDER if id_ != "c"]),
        ((BEGUN, DRAWN, ("nomination", NEW[1] | {"candidacy": "a", "act": "changed"})), ORDER),
    ],
)
def test_an_order_that_was_drawn_or_never_was(acts, sealed):
    check_order(U, sealed, journal(*acts))
    check_order("Another", ["z", "y"], journal(*acts))


@pytest.mark.parametrize(
    ("acts", "sealed", "rule"),
    [
        ((BEGUN, DRAWN), ORDER[::-1], "verify.display"),
        ((BEGUN, DRAWN), [ORDER[2], ORDER[0]], "verify.display"),
        ((BEGUN, PAPER), ["a", "b", "c"], "verify.display"),
        ((DRAWN,), ORDER, "display.commitment"),
        ((DRAWN, BEGUN), ORDER, "display.commitment"),
        ((BEGUN, ("display", DRAWN[1] | {"order": ORDER[::-1]})), ORDER[::-1], "display.order"),
        ((BEGUN, ("display", DRAWN[1] | {"secret": "00" * 32})), ORDER, "display.commitment"),
    ],
)
def test_an_order_that_nobody_drew(acts, sealed, rule):
    with refused(rule):
        check_order(U, sealed, journal(*acts))
