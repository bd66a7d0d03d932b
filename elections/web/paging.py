"""Long tables by addresses alone: which rows a page shows, and the address of the same page with another argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlencode

from flask import request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

Row = TypeVar("Row")
ARGUMENT = "page"


@dataclass(frozen=True, slots=True)
class Paged(Generic[Row]):
    """One page of many rows: `number` of `count` pages, from 1; the row `first` of `total` is its first."""

    rows: Sequence[Row]
    number: int
    count: int
    first: int
    total: int


def init_app(app: Flask) -> None:
    """Give templates `address(page=2)`."""
    app.add_template_global(address, "address")


def cut(rows: Sequence[Row], size: int) -> Paged[Row]:
    """The page that the address asks for; where it asks for none that there is, the nearest."""
    count = max(1, -(-len(rows) // size))
    number = min(wanted(), count)
    first = (number - 1) * size
    return Paged(rows[first : first + size], number, count, first + 1, len(rows))


def wanted() -> int:
    """Which page is asked for, from 1; what is no number is the first."""
    asked = request.args.get(ARGUMENT, "")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1


def address(**changes: object) -> str:
    """The address of this page with other arguments, the rest kept; None takes one away."""
    kept = {**request.args.to_dict(), **changes}
    return f"?{urlencode({key: value for key, value in kept.items() if value is not None and value != ''})}"
