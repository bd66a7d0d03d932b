"""`Ed25519`: the subgroup of prime order of the curve of RFC 8032, through libsodium.

libsodium refuses the identity and the scalar 0, which Belenios accepts, so both are met before it is asked.
With every power it proves that the base is a member, whether or not one asks for it: that is why an element
that was only claimed is not proved before.
"""

from __future__ import annotations

from typing import Final

from nacl import bindings as sodium
from nacl.exceptions import RuntimeError as SodiumError

from elections.protocol.canonical import hexadecimal
from elections.protocol.group.interface import Element, FixedBase, Group

_Q: Final = 2**252 + 27742317777372353535851937790883648493
_IDENTITY: Final = (1).to_bytes(32, "little")


def _bytes(scalar: int) -> bytes:
    return scalar.to_bytes(32, "little")


class _Point(Element):
    """A point as its 32 bytes of RFC 8032."""

    __slots__ = ("_bytes",)

    group_name = "Ed25519"

    def __init__(self, data: bytes, claim: str | None = None) -> None:
        super().__init__(claim)
        self._bytes = data

    @property
    def text(self) -> str:
        return self._bytes[::-1].hex()

    def _is_member(self) -> bool:
        return self._bytes == _IDENTITY or sodium.crypto_core_ed25519_is_valid_point(self._bytes)

    def __mul__(self, other: Element) -> Element:
        if not isinstance(other, _Point):
            return NotImplemented
        self.prove()
        other.prove()
        return _Point(sodium.crypto_core_ed25519_add(self._bytes, other._bytes))

    def __truediv__(self, other: Element) -> Element:
        if not isinstance(other, _Point):
            return NotImplemented
        self.prove()
        other.prove()
        return _Point(sodium.crypto_core_ed25519_sub(self._bytes, other._bytes))

    def __pow__(self, exponent: int) -> Element:
        scalar = exponent % _Q
        if scalar == 0:
            # Nothing was computed, so nothing is proved.
            self.prove()
            return _Point(_IDENTITY)
        if self._bytes == _IDENTITY:
            return self
        try:
            power = sodium.crypto_scalarmult_ed25519_noclamp(_bytes(scalar), self._bytes)
        except SodiumError:
            self._settle(member=False)
            raise
        self._claim = None
        return _Point(power)

    def secret_power(self, exponent: int) -> Element:
        return self**exponent

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Point) and self._bytes == other._bytes

    def __hash__(self) -> int:
        return hash(self._bytes)


class _GeneratorPowers(FixedBase):
    """Powers of g, for which libsodium has a table."""

    def __init__(self) -> None:
        super().__init__(self.power(1))

    def power(self, exponent: int) -> Element:
        scalar = exponent % _Q
        return _Point(sodium.crypto_scalarmult_ed25519_base_noclamp(_bytes(scalar)) if scalar else _IDENTITY)


class Ed25519(Group):
    """The group of that name."""

    name = _Point.group_name
    q = _Q
    digits = 64

    def __init__(self) -> None:
        self.identity = _Point(_IDENTITY)
        self.powers = _GeneratorPowers()

    def claimed(self, text: object, what: str) -> Element:
        """64 hexadecimal digits: the 32 bytes in reverse."""
        return _Point(bytes.fromhex(hexadecimal(text, what))[::-1], claim=what)

    def respond(self, nonce: int, secret: int, challenge: int) -> int:
        """In constant time, by libsodium."""
        product = sodium.crypto_core_ed25519_scalar_mul(_bytes(secret), _bytes(challenge))
        return int.from_bytes(sodium.crypto_core_ed25519_scalar_sub(_bytes(nonce), product), "little")
