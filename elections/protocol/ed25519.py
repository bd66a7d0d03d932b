"""Ed25519 (RFC 8032) by `cryptography`, with the strictness that library leaves to its caller.

OpenSSL refuses S ≥ L and compares R byte for byte, so a signature cannot be altered into another
one. But it accepts public keys of small order, under which one signature fits many messages, and
keys written in two ways. Both are refused here, before any signature is looked at.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from elections.protocol.errors import ProtocolError

_PRIME = 2**255 - 19
# The eight points whose order divides 8 have only these five y. One of order 8 is a root of
# d·y⁴ + 2·y² − 1 = 0; the tests compute all five from the curve.
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset({0, 1, _PRIME - 1, _ORDER_8, _PRIME - _ORDER_8})


def public_key(raw: bytes, what: str) -> Ed25519PublicKey:
    """The public key of 32 bytes; refused if it is not canonical or of small order."""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if len(raw) != 32 or y >= _PRIME or y in _SMALL_ORDER:
        raise ProtocolError("ed25519.key", what=what)
    return Ed25519PublicKey.from_public_bytes(raw)


def check(public: bytes, signature: bytes, message: bytes, what: str) -> None:
    """Refuse unless the 64 bytes of `signature` sign `message` under the 32 bytes of `public`."""
    try:
        public_key(public, what).verify(signature, message)
    except InvalidSignature as error:
        raise ProtocolError("ed25519.signature", what=what) from error
