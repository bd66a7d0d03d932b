"""The two groups, behind one interface (protocol.md §2, belenios-format.md §1.3–1.4).

`Ed25519` is the prime-order subgroup of RFC 8032 through libsodium; `BELENIOS-2048` is the order-q
subgroup modulo a 2048-bit prime through GMP. There are no other parameters.

An element that takes part in a computation is always a member of its group: `Group.element`, the way in
from text, checks it at once; what comes in by `Group.claimed` is checked by the first computation with it.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from elections.protocol.errors import ProtocolError
from elections.protocol.group.belenios2048 import Belenios2048
from elections.protocol.group.ed25519 import Ed25519
from elections.protocol.group.interface import Element, FixedBase, Group

__all__ = ["GROUP_NAMES", "Element", "FixedBase", "Group", "group_by_name"]

GROUP_NAMES: Final = (Ed25519.name, Belenios2048.name)


@cache
def _group(name: str) -> Group:
    return Ed25519() if name == Ed25519.name else Belenios2048()


def group_by_name(name: object, what: str = "group") -> Group:
    """The group of that name; any other name is refused."""
    if name not in GROUP_NAMES:
        raise ProtocolError("group.name", what=what, name=str(name)[:40])
    return _group(str(name))
