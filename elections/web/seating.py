"""The picture of the seats: a half circle, each seat with the letter of its list, for colour alone says nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_MIDDLE, _FLOOR = 200, 200
"""Where the half circle, 400 wide, has its centre."""

_HALLS = ((30, (168,)), (22, (176,)), (16, (182,)), (16, (182, 144)), (16, (182, 144, 106)), (16, (182, 144, 106, 68)))
"""The halls by the number of seats they take: the radius of a seat, and of each row, the outermost first."""


class Seat(NamedTuple):
    """One seat: its centre and its radius, and the place of its list, None for one that nobody has won."""

    x: float
    y: float
    radius: int
    list: int | None


def init_app(app: Flask) -> None:
    """Give templates the picture."""
    app.jinja_env.globals.update(hall=hall, LETTERS=LETTERS)


def hall(won: Sequence[int], total: int) -> list[Seat]:
    """The seats from left to right, list after list and then those still free; none for one seat or for a crowd.

    It is the smallest hall that takes them, and each row takes its share of them by its length.
    """
    fitting = [(radius, rows) for radius, rows in _HALLS if sum(_room(radius, row) for row in rows) >= total > 1]
    if not fitting or len(won) > len(LETTERS):
        return []
    radius, rows = fitting[0]
    sizes = [total * row // sum(rows) for row in rows]
    sizes[0] += total - sum(sizes)
    places = [(math.pi * (n + 0.5) / size, row) for row, size in zip(rows, sizes, strict=True) for n in range(size)]
    holders: list[int | None] = [place for place, number in enumerate(won) for _ in range(number)]
    holders += [None] * (total - len(holders))
    return [
        Seat(round(_MIDDLE - row * math.cos(angle), 1), round(_FLOOR - row * math.sin(angle), 1), radius, holder)
        for (angle, row), holder in zip(sorted(places), holders, strict=True)
    ]


def _room(radius: int, row: int) -> int:
    """How many seats of this radius fit into a row without touching."""
    return int(math.pi * row / (2.3 * radius))
