"""`Ed25519`: the subgroup of prime order of the curve of RFC 8032, through libsodium.

libsodium makes every power and proves every membership. It refuses the identity and the scalar 0, which
Belenios accepts, so both are met before it is asked. Sums of points whose coordinates are known, and
powers of an election's key, are computed in `curve`; all of these are public.

libsodium proves membership again with every power it makes of a point. An element that was `claimed` is
therefore not checked when it is read: its first power does it, or else `prove`.
"""

from __future__ import annotations

from typing import Final

from nacl import bindings as sodium
from nacl.exceptions import RuntimeError as SodiumError

from elections.protocol.canonical import hexadecimal
from elections.protocol.errors import ProtocolError
from elections.protocol.group import curve
from elections.protocol.group.interface import Element, FixedBase, Group

_Q: Final = 2**252 + 27742317777372353535851937790883648493
_IDENTITY: Final = curve.encode(curve.IDENTITY)
_WORTH_A_TABLE: Final = 256
"""A table costs as much as some 300 powers without it."""


def _bytes(scalar: int) -> bytes:
    return scalar.to_bytes(32, "little")


class _Point(Element):
    """A point as its 32 bytes of RFC 8032; its coordinates where they are known, or were asked for.

    `_claim` is what a refusal would name, as long as nothing has shown that the point is a member.
    """

    __slots__ = ("_bytes", "_claim", "_coordinates")

    def __init__(self, data: bytes, coordinates: curve.Point | None = None, claim: str | None = None) -> None:
        self._bytes = data
        self._coordinates = coordinates
        self._claim = claim

    @classmethod
    def at(cls, coordinates: curve.Point) -> _Point:
        """The member with these coordinates."""
        return cls(curve.encode(coordinates), coordinates)

    @property
    def text(self) -> str:
        return self._bytes[::-1].hex()

    @property
    def coordinates(self) -> curve.Point:
        if self._coordinates is None:
            self._coordinates = curve.decode(self._bytes)
        if self._coordinates is None:
            raise self._refusal()
        return self._coordinates

    def prove(self) -> None:
        if self._claim is not None:
            if self._bytes != _IDENTITY and not sodium.crypto_core_ed25519_is_valid_point(self._bytes):
                raise self._refusal()
            self._claim = None

    def _refusal(self) -> ProtocolError:
        return ProtocolError("group.member", what=self._claim, group=Ed25519.name)

    def __mul__(self, other: Element) -> Element:
        if not isinstance(other, _Point):
            return NotImplemented
        self.prove()
        other.prove()
        if self._coordinates and other._coordinates:
            return _Point.at(curve.add(self._coordinates, other._coordinates))
        return _Point(sodium.crypto_core_ed25519_add(self._bytes, other._bytes))

    def __truediv__(self, other: Element) -> Element:
        if not isinstance(other, _Point):
            return NotImplemented
        self.prove()
        other.prove()
        if self._coordinates and other._coordinates:
            return _Point.at(curve.add(self._coordinates, curve.negative(other._coordinates)))
        return _Point(sodium.crypto_core_ed25519_sub(self._bytes, other._bytes))

    def __pow__(self, exponent: int) -> Element:
        return self.shifted_power(self._bytes, exponent)

    def shifted_power(self, data: bytes, exponent: int) -> Element:
        """The power of the point of `data`, which differs from this one by a member of the group."""
        scalar = exponent % _Q
        if scalar == 0:
            return _Point(_IDENTITY)
        if data != _IDENTITY:
            try:
                data = sodium.crypto_scalarmult_ed25519_noclamp(_bytes(scalar), data)
            except SodiumError as error:
                raise self._refusal() from error
        self._claim = None
        return _Point(data)

    def secret_power(self, exponent: int) -> Element:
        return self**exponent

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Point) and self._bytes == other._bytes

    def __hash__(self) -> int:
        return hash(self._bytes)


class _Generator(FixedBase):
    """Powers of g, for which libsodium has a table."""

    def __init__(self) -> None:
        self.base = self.power(1)

    def power(self, exponent: int) -> Element:
        scalar = exponent % _Q
        return _Point(sodium.crypto_scalarmult_ed25519_base_noclamp(_bytes(scalar)) if scalar else _IDENTITY)


class _Key(FixedBase):
    """Powers of any other base; the table is made when it is worth it."""

    def __init__(self, base: _Point) -> None:
        self.base = base
        self._coordinates = base.coordinates
        self._uses = 0
        self._table: curve.Table | None = None

    def power(self, exponent: int) -> Element:
        table = self._prepared()
        if table is None:
            return self.base**exponent
        return _Point.at(table.add_multiple(curve.IDENTITY, exponent % _Q))

    def commitment(self, response: int, element: Element, challenge: int) -> Element:
        table = self._prepared()
        if table is None or not isinstance(element, _Point) or challenge % _Q == 0:
            return super().commitment(response, element, challenge)
        # base^r · X^c = (base^(r/c) · X)^c, which spares reading and writing a point between the two.
        shift = response * pow(challenge, -1, _Q) % _Q
        return element.shifted_power(curve.encode(table.add_multiple(element.coordinates, shift)), challenge)

    def _prepared(self) -> curve.Table | None:
        self._uses += 1
        if self._table is None and self._uses > _WORTH_A_TABLE:
            self._table = curve.Table(self._coordinates)
        return self._table


class Ed25519(Group):
    """The group of that name."""

    name = "Ed25519"
    q = _Q
    digits = 64

    def __init__(self) -> None:
        self.identity = _Point.at(curve.IDENTITY)
        self.powers = _Generator()

    def element(self, text: object, what: str) -> Element:
        """64 hexadecimal digits, the 32 bytes in reverse; libsodium proves membership."""
        element = self.claimed(text, what)
        element.prove()
        return element

    def claimed(self, text: object, what: str) -> Element:
        """The same; membership is proved by the first power of the element."""
        return _Point(bytes.fromhex(hexadecimal(text, what))[::-1], claim=what)

    def table(self, base: Element) -> FixedBase:
        """A table of its multiples, once it has been used often."""
        if not isinstance(base, _Point):
            raise TypeError(base)
        return _Key(base)

    def respond(self, nonce: int, secret: int, challenge: int) -> int:
        """In constant time, by libsodium."""
        product = sodium.crypto_core_ed25519_scalar_mul(_bytes(secret), _bytes(challenge))
        return int.from_bytes(sodium.crypto_core_ed25519_scalar_sub(_bytes(nonce), product), "little")
