"""The urn's log: the Merkle tree of RFC 6962 and RFC 9162, its proofs, its checkpoints.

Leaves are known here by their hashes only, 32 bytes each. A tree of n leaves is one of the largest
power of two below n beside one of the rest; level by level this is the same as pairing neighbours
and letting a last one without a neighbour rise. A checkpoint is the text of a C2SP
`tlog-checkpoint`; note.py signs it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.canonical import base64_decode, base64_encode, decimal, string
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 2**53


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf: SHA-256 of a zero byte and its bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _check_lengths(*hashes: bytes) -> None:
    # Two hashes are joined without a mark between them: a short and a long one would pass as both.
    if any(len(hash_) != 32 for hash_ in hashes):
        raise ProtocolError("log.hash")


def _left(size: int) -> int:
    """The largest power of two below `size`: how many leaves stand on the left."""
    return 1 << (size - 1).bit_length() - 1


def _parents(level: Sequence[bytes]) -> list[bytes]:
    pairs = zip(level[::2], level[1::2], strict=False)
    return [_node(left, right) for left, right in pairs] + list(level[len(level) & ~1 :])


def root(hashes: Sequence[bytes]) -> bytes:
    """The root of the tree with these leaf hashes; of the empty one SHA-256 of nothing."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    level = hashes
    while len(level) > 1:
        level = _parents(level)
    return level[0]


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from leaf `index`, counted from 0, to the root (RFC 9162 §2.1.3.1)."""
    if not 0 <= index < len(hashes):
        raise ProtocolError("log.range", what="inclusion proof")
    proof: list[bytes] = []
    level = hashes
    while len(level) > 1:
        proof += level[index ^ 1 : (index ^ 1) + 1]  # empty where there is no neighbour
        level, index = _parents(level), index >> 1
    return proof


def check_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Refuse unless the leaf stands at `index` of the tree of this size and root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        raise ProtocolError("log.range", what="inclusion proof")
    _check_lengths(leaf_hash, *proof)
    reached, rest = leaf_hash, list(reversed(proof))
    while size > 1:
        if index ^ 1 < size:
            if not rest:
                raise ProtocolError("log.inclusion")
            neighbour = rest.pop()
            reached = _node(neighbour, reached) if index & 1 else _node(reached, neighbour)
        index, size = index >> 1, (size + 1) >> 1
    if rest or reached != root:
        raise ProtocolError("log.inclusion")


def consistency_proof(hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """The hashes that show the first `old_size` leaves unchanged (RFC 9162 §2.1.4.1); of 0, none."""
    if not 0 <= old_size <= len(hashes):
        raise ProtocolError("log.range", what="consistency proof")
    return _subproof(hashes, old_size, whole=True) if old_size else []


def _subproof(hashes: Sequence[bytes], old_size: int, *, whole: bool) -> list[bytes]:
    # `whole`: the old tree has been the whole of every subtree so far that it ends in, so that its
    # root, which whoever checks has, stands for the last one.
    if old_size == len(hashes):
        return [] if whole else [root(hashes)]
    left = _left(len(hashes))
    if old_size <= left:
        return [*_subproof(hashes[:left], old_size, whole=whole), root(hashes[left:])]
    return [*_subproof(hashes[left:], old_size - left, whole=False), root(hashes[:left])]


def check_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Refuse unless the new tree begins with all leaves of the old one (RFC 9162 §2.1.4.2).

    Every tree extends the empty one, and a tree extends itself; both by an empty proof.
    """
    if not 0 <= old_size <= new_size:
        raise ProtocolError("log.range", what="consistency proof")
    _check_lengths(old_root, new_root, *proof)
    rest = list(proof)
    if old_size == 0:
        reached = root([]), root([]) if new_size == 0 else new_root
    else:
        reached = _rebuild(old_size, new_size, rest, old_root)
    if rest or reached != (old_root, new_root):
        raise ProtocolError("log.consistency")


def _rebuild(old_size: int, new_size: int, rest: list[bytes], known: bytes | None) -> tuple[bytes, bytes]:
    """The roots of both trees as the proof has them: `_subproof` read from its end.

    `known` is the old root as long as it is the whole of the subtree; what is used leaves `rest`.
    """
    if known is not None and old_size == new_size:
        return known, known
    if not rest:
        raise ProtocolError("log.consistency")
    other = rest.pop()
    if old_size == new_size:
        return other, other
    left = _left(new_size)
    if old_size <= left:
        old, new = _rebuild(old_size, left, rest, known)
        return old, _node(new, other)
    old, new = _rebuild(old_size - left, new_size - left, rest, None)
    return _node(other, old), _node(other, new)


@dataclass(frozen=True)
class Checkpoint:
    """What the log holds at one moment: so many leaves under this root, 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed: origin, size and root in Base64, a line each."""
        return f"{self.origin}\n{self.size}\n{base64_encode(self.root)}\n"

    @classmethod
    def parse(cls, text: str, what: str) -> Checkpoint:
        """Read a checkpoint's text strictly: exactly three lines, for ours have no extension lines.

        An origin is printable ASCII without a space: `<urn name>/<contest uuid>`.
        """
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise ProtocolError("log.checkpoint", what=what)
        origin = string(lines[0], f"{what}, origin", "[!-~]+")
        size = decimal(lines[1], f"{what}, size", _MOST)
        return cls(origin, size, base64_decode(lines[2], f"{what}, root", 32))
