"""Figures and names as a person types them, and an arithmetic as a terminal or a script reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from elections.protocol.canonical import encode
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elections.rules.steps import Language, Step


def number(text: str, what: str, most: int) -> int:
    """A whole number in plain digits: no sign, no separator, no other script."""
    if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        raise ProtocolError("rules.number", what=what, least=0, most=most)
    return int(text)


def numbers_in(text: str, what: str, most: int) -> list[int]:
    """Whole numbers with commas between them; a refusal names the place."""
    return [number(item.strip(), f"{what}, place {place}", most) for place, item in enumerate(text.split(","), 1)]


def names_in(text: str, what: str) -> list[str]:
    """Names that can be printed, with commas between them: whatever else they hold could steer the terminal."""
    names = [name.strip() for name in text.split(",")]
    for place, name in enumerate(names, 1):
        if not name or not name.isprintable():
            raise ProtocolError("text.pattern", what=f"{what}, place {place}", text=name[:40], pattern="a name")
    return names


def show(value: Mapping[str, object], steps: Sequence[Step], language: Language, *, as_json: bool) -> None:
    """The whole as JSON, or the steps with their articles."""
    if as_json:
        click.echo(encode(dict(value)))
        return
    for line in steps:
        click.echo(f"{line.text(language)}  [{line.article}]")
