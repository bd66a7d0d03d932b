"""The draw of the display order, as the journal tells it: done again, and compared with the sealed candidacies.

A draw holds until a candidacy comes that was not in it; one that left keeps the order of the others. What was drawn on
paper is compared with the seal all the same, and cannot be done again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError
from elections.rules.display_order import ids, replay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from elections.protocol.canonical import Json
    from elections.protocol.journal import JournalEntry

_COMING: Mapping[str, Callable[[Mapping[str, Json]], Json]] = {
    "candidacies": lambda details: details.get("candidacies"),
    "nomination": lambda details: [details.get("candidacy")],
}
"""The acts with which candidacies come, and which."""


def check_order(contest: str, sealed: Sequence[str], entries: Iterable[JournalEntry]) -> None:
    """Refuse a draw that gives another order, one whose secret was not bound before, and a seal in another order."""
    shown: object = None
    drawn: list[str] = []
    for entry in entries:
        if entry.contest != contest:
            continue
        what, details = f"journal.jsonl, line {entry.sequence + 1}", entry.details
        if entry.act == "display-begun":
            shown = details.get("commitment")
        elif entry.act == "display":
            drawn = replay(contest, details, what)
            if "drawn_by" not in details and details["commitment"] != shown:
                raise ProtocolError("display.commitment", what=what)
        elif entry.act in _COMING and not set(ids(_COMING[entry.act](details), what)) <= set(drawn):
            drawn = []
    if drawn and list(sealed) != [id_ for id_ in drawn if id_ in sealed]:
        raise ProtocolError("verify.display", what=contest)
