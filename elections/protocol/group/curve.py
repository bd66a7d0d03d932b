"""Arithmetic on the curve of Ed25519 where every number is public (RFC 8032 §5.1, RFC 7748 §4.1).

Points are affine pairs (x, y) of GMP integers. Nothing here looks at subgroups: whoever calls has members.
Time depends on all that is given, so no secret may come here.

libsodium's power of an Edwards point first proves that the point is a member of the subgroup, which costs as
much as the power. Its X25519 does not: a power by `Ladder` is two of them, and a quarter faster in all.
"""

from __future__ import annotations

from typing import Final

from gmpy2 import invert, mpz, powmod
from nacl.bindings import crypto_scalarmult as x25519

P: Final = mpz(2) ** 255 - 19
Q: Final = mpz(2) ** 252 + 27742317777372353535851937790883648493
_D: Final = -121665 * invert(121666, P) % P
_ROOT_OF_MINUS_1: Final = powmod(2, (P - 1) // 4, P)
_EIGHTH: Final = invert(8, Q)
_SIGN: Final = 2**255
_LEAST: Final = 2**251

Point = tuple[mpz, mpz]

IDENTITY: Final[Point] = (mpz(0), mpz(1))


def encode(point: Point) -> bytes:
    """The 32 bytes of a point (RFC 8032 §5.1.2)."""
    x, y = point
    return _bytes(y + _SIGN * (x & 1))


def decode(data: bytes) -> Point:
    """The point written in 32 bytes, which must be those of a point (RFC 8032 §5.1.3)."""
    sign, y = divmod(_integer(data), _SIGN)
    y2 = y * y % P
    u, v = y2 - 1, _D * y2 + 1
    v3 = v * v * v % P
    # A root of u/v: u·v³·(u·v⁷)^((p−5)/8), or that times a root of −1.
    x = u * v3 * powmod(u * v3 * v3 * v, (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * _ROOT_OF_MINUS_1 % P
    return (x if x & 1 == sign else -x % P), y


def negative(point: Point) -> Point:
    """−(x, y) = (−x, y)."""
    x, y = point
    return -x % P, y


def add(first: Point, second: Point) -> Point:
    """The sum: x = (x₁y₂ + x₂y₁)/(1 + t), y = (y₁y₂ + x₁x₂)/(1 − t), t = d·x₁x₂y₁y₂."""
    (x1, y1), (x2, y2) = first, second
    a, b = x1 * y2 % P, x2 * y1 % P
    t = a * b % P * _D % P
    inverse = invert(1 - t * t, P)
    return (a + b) * (1 - t) % P * inverse % P, (y1 * y2 + x1 * x2) % P * (1 + t) % P * inverse % P


class Ladder:
    """Multiples of one member B of the subgroup, by X25519.

    X25519 multiplies by k = 8m, 2²⁵¹ ≤ m < 2²⁵², and gives u = (1 + y)/(1 − y) of k·B only: y without x.
    The y of (k + 8)·B, which is k·B + C for C = 8B, tells x: from the sum's
    y = (y₁y₂ + x₁x₂)/(1 − d·x₁x₂y₁y₂) follows x₁ = (y − y₁y₂)/(x₂·(1 + d·y·y₁y₂)).
    The divisor is never 0: −1/d is no square.
    """

    def __init__(self, base: Point) -> None:
        _, y = base
        self._u = _bytes((1 + y) * invert(1 - y, P) % P)
        for _ in range(3):
            base = add(base, base)
        self._x, self._y = base
        self._factor = _D * self._x * self._y % P

    def multiple(self, scalar: mpz) -> Point | None:
        """`scalar`·B; None for one in 2¹²⁶ scalars, whose multiple X25519 cannot give this way."""
        m = scalar * _EIGHTH % Q
        mirrored = m < _LEAST
        if mirrored:
            m = Q - m
        if not _LEAST <= m < 2 * _LEAST - 1:
            return None
        u1, u2 = (_integer(x25519(_bytes(8 * number), self._u)) for number in (m, m + 1))
        # y₁ = a/b and y = c/e, in one inversion.
        a, b, c, e = u1 - 1, u1 + 1, u2 - 1, u2 + 1
        divisor = (self._x * (b * e % P) + self._factor * (a * c % P)) % P
        inverse = invert(divisor * b, P)
        x = (c * b - a * e % P * self._y) * b % P * inverse % P
        return (-x % P if mirrored else x), a * divisor % P * inverse % P


def _integer(data: bytes) -> mpz:
    return mpz(int.from_bytes(data, "little"))


def _bytes(number: mpz) -> bytes:
    return int(number).to_bytes(32, "little")
