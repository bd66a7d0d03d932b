"""Arithmetic on the curve of Ed25519 where every number is public (RFC 8032 §5.1).

libsodium reads every point from 32 bytes and writes it back, which costs more than an addition, and it has no
tables for a base of our own. Here points stay affine pairs (x, y) of GMP integers. Nothing here looks at
subgroups: the addition law is complete, it holds for every two points of the curve. Time depends on all
that is given, so no secret may come here.
"""

from __future__ import annotations

from typing import Final

from gmpy2 import invert, mpz, powmod

P: Final = mpz(2) ** 255 - 19
_D: Final = -121665 * invert(121666, P) % P
_ROOT_OF_MINUS_1: Final = powmod(2, (P - 1) // 4, P)
_SIGN: Final = 2**255

Point = tuple[mpz, mpz]

IDENTITY: Final[Point] = (mpz(0), mpz(1))


def encode(point: Point) -> bytes:
    """The 32 bytes of a point (RFC 8032 §5.1.2)."""
    x, y = point
    return int(y + _SIGN * (x & 1)).to_bytes(32, "little")


def decode(data: bytes) -> Point | None:
    """The point written in 32 bytes (RFC 8032 §5.1.3); None if there is none, or if it is not written so."""
    sign, y = divmod(mpz(int.from_bytes(data, "little")), _SIGN)
    y2 = y * y % P
    u, v = y2 - 1, _D * y2 + 1
    v3 = v * v * v % P
    # A root of u/v: u·v³·(u·v⁷)^((p−5)/8), or that times a root of −1.
    x = u * v3 * powmod(u * v3 * v3 * v, (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * _ROOT_OF_MINUS_1 % P
    if (v * x * x - u) % P or y >= P or (sign and not x):
        return None
    return (x if x & 1 == sign else P - x), y


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


class Table:
    """Multiples of one point from windows of 8 bits: 32 additions each.

    Row i holds d·256^i·B for d = −128 … 127 at place d + 128, each as (y − x, y + x, 2d·x·y), which an
    addition to extended coordinates takes in seven products (Hisil et al. 2008, §3.1).
    """

    def __init__(self, base: Point) -> None:
        self._rows: list[list[tuple[mpz, mpz, mpz]]] = []
        for _ in range(32):
            multiple, positive, mirrored = IDENTITY, [], []
            for _ in range(129):
                x, y = multiple
                less, more, both = (y - x) % P, (y + x) % P, 2 * _D * x * y % P
                positive.append((less, more, both))
                mirrored.append((more, less, -both))
                multiple, previous = add(multiple, base), multiple
            self._rows.append([*mirrored[:0:-1], *positive[:128]])
            base = add(previous, previous)

    def add_multiple(self, point: Point, scalar: int) -> Point:
        """`point` + `scalar`·B, 0 ≤ scalar < 2²⁵³."""
        x, y = point
        z, t = mpz(1), x * y % P
        # A digit's place is the digit + 128; what that adds is given back here, so places are plain bytes.
        for row, place in zip(self._rows, (scalar + _MIDDLE).to_bytes(32, "little"), strict=True):
            less, more, both = row[place]
            a, b, c = (y - x) * less % P, (y + x) * more % P, t * both % P
            e, f, g, h = b - a, 2 * z - c, 2 * z + c, b + a
            x, y, t, z = e * f % P, g * h % P, e * h % P, f * g % P
        inverse = invert(z, P)
        return x * inverse % P, y * inverse % P


_MIDDLE: Final = int.from_bytes(bytes([128] * 32), "little")
