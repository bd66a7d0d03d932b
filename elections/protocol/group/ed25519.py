"""`Ed25519`: the subgroup of prime order of the curve of RFC 8032, through libsodium.

libsodium proves every membership and computes every power; it refuses the identity and the scalar 0, which
Belenios accepts, so both are met before it is asked. A secret power is libsodium's own, in constant time. A
power to a public exponent is put together from two of its X25519, which is faster (`curve`).
"""

from __future__ import annotations

from typing import Final

from nacl import bindings as sodium

from elections.protocol.canonical import hexadecimal
from elections.protocol.errors import ProtocolError
from elections.protocol.group import curve
from elections.protocol.group.interface import Element, FixedBase, Group

_Q: Final = int(curve.Q)
_IDENTITY: Final = curve.encode(curve.IDENTITY)


def _bytes(scalar: int) -> bytes:
    return scalar.to_bytes(32, "little")


class _Point(Element):
    """A member as its 32 bytes of RFC 8032; its coordinates and its ladder once they are needed."""

    __slots__ = ("_bytes", "_coordinates", "_ladder")

    def __init__(self, data: bytes, coordinates: curve.Point | None = None) -> None:
        self._bytes = data
        self._coordinates = coordinates
        self._ladder: curve.Ladder | None = None

    @classmethod
    def at(cls, coordinates: curve.Point) -> _Point:
        """The member with these coordinates."""
        return cls(curve.encode(coordinates), coordinates)

    @property
    def text(self) -> str:
        return self._bytes[::-1].hex()

    def __mul__(self, other: Element) -> Element:
        if not isinstance(other, _Point):
            return NotImplemented
        if self._coordinates and other._coordinates:
            return _Point.at(curve.add(self._coordinates, other._coordinates))
        return _Point(sodium.crypto_core_ed25519_add(self._bytes, other._bytes))

    def __truediv__(self, other: Element) -> Element:
        if not isinstance(other, _Point):
            return NotImplemented
        if self._coordinates and other._coordinates:
            return _Point.at(curve.add(self._coordinates, curve.negative(other._coordinates)))
        return _Point(sodium.crypto_core_ed25519_sub(self._bytes, other._bytes))

    def __pow__(self, exponent: int) -> Element:
        if self._bytes == _IDENTITY:
            return self
        if self._ladder is None:
            self._coordinates = self._coordinates or curve.decode(self._bytes)
            self._ladder = curve.Ladder(self._coordinates)
        multiple = self._ladder.multiple(exponent)
        return _Point.at(multiple) if multiple else self.secret_power(exponent)

    def secret_power(self, exponent: int) -> Element:
        scalar = exponent % _Q
        if scalar == 0 or self._bytes == _IDENTITY:
            return _Point(_IDENTITY)
        return _Point(sodium.crypto_scalarmult_ed25519_noclamp(_bytes(scalar), self._bytes))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Point) and self._bytes == other._bytes

    def __hash__(self) -> int:
        return hash(self._bytes)


class _Powers(FixedBase):
    """Powers of an election's key, for which nothing is prepared but its ladder."""

    def __init__(self, base: Element) -> None:
        self.base = base

    def power(self, exponent: int) -> Element:
        return self.base**exponent


class _GeneratorPowers(FixedBase):
    """Powers of g, for which libsodium has a table."""

    def __init__(self) -> None:
        self.base = self.power(1)

    def power(self, exponent: int) -> Element:
        scalar = exponent % _Q
        return _Point(sodium.crypto_scalarmult_ed25519_base_noclamp(_bytes(scalar)) if scalar else _IDENTITY)


class Ed25519(Group):
    """The group of that name."""

    name = "Ed25519"
    q = _Q
    digits = 64

    def __init__(self) -> None:
        self.identity = _Point.at(curve.IDENTITY)
        self.powers = _GeneratorPowers()

    def element(self, text: object, what: str) -> Element:
        """64 hexadecimal digits, the 32 bytes in reverse; libsodium proves membership."""
        data = bytes.fromhex(hexadecimal(text, what))[::-1]
        if data != _IDENTITY and not sodium.crypto_core_ed25519_is_valid_point(data):
            raise ProtocolError("group.member", what=what, group=self.name)
        return _Point(data)

    def claimed(self, text: object, what: str) -> Element:
        return self.element(text, what)

    def table(self, base: Element) -> FixedBase:
        """Its ladder."""
        return _Powers(base)

    def respond(self, nonce: int, secret: int, challenge: int) -> int:
        """In constant time, by libsodium."""
        product = sodium.crypto_core_ed25519_scalar_mul(_bytes(secret), _bytes(challenge))
        return int.from_bytes(sodium.crypto_core_ed25519_scalar_sub(_bytes(nonce), product), "little")
