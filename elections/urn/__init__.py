"""The urn: what was voted, and nothing of who or when (protocol.md §7).

- `contests`: what the urn received at the seal, and its own phase row;
- `ballots`: one cast's part in the urn, and the settling of attempts (§6, step 3 and `resolve`);
- `batches`: when waiting ballots are published, and the freeze;
- `log`: what leaves the urn: leaf hashes, checkpoints, at the end the entries;
- `waiting`, `marks`: the one row of waiting ballots, and what must not come twice; `tables`.

Every operation takes the `Session` first and never commits: the transaction is its caller's, a writing one
wherever something is changed. Nobody below this room knows the time. No ballot is ever changed, removed or
replaced; triggers refuse it for what is published.
"""

from elections.urn.ballots import count, holds, put, resolve
from elections.urn.batches import due, freeze, publish
from elections.urn.contests import discard, phase, receive, received, set_phase
from elections.urn.log import check_extends, checkpoints, entries, last_checkpoint, leaf_hashes

__all__ = [
    "check_extends",
    "checkpoints",
    "count",
    "discard",
    "due",
    "entries",
    "freeze",
    "holds",
    "last_checkpoint",
    "leaf_hashes",
    "phase",
    "publish",
    "put",
    "receive",
    "received",
    "resolve",
    "set_phase",
]
