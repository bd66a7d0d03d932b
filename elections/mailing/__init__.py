"""The door between roll and post: who is written to, what about, and what became of it.

`notices` are the messages that tell electors of the vote, `ledger` is what was sent to whom, `bounces` what came back,
`reached` whom nothing reaches,
`watching` what the clock looks at by itself. Post knows no elector but by number, the registry no message.
"""

from elections.mailing.bounces import take_bounces
from elections.mailing.ledger import KINDS, NONE, UNREACHED, Filter, Line, Progress, domains, lines, progress
from elections.mailing.notices import Letter, Which, announce, owed, preview, writable
from elections.mailing.reached import LINES, count_unreached
from elections.mailing.watching import look

__all__ = [
    "KINDS",
    "LINES",
    "NONE",
    "UNREACHED",
    "Filter",
    "Letter",
    "Line",
    "Progress",
    "Which",
    "announce",
    "count_unreached",
    "domains",
    "lines",
    "look",
    "owed",
    "preview",
    "progress",
    "take_bounces",
    "writable",
]
