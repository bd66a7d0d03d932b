"""`elections seats`: how seats are won from votes, line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from elections.protocol.canonical import encode
from elections.protocol.errors import ProtocolError
from elections.rules.seats import METHODS, MOST_SEATS, MOST_VOTES, TIES, count

if TYPE_CHECKING:
    from elections.protocol.canonical import Json
    from elections.rules.steps import Language


@click.command("seats", epilog=f"Methods: {', '.join(METHODS)}.")
@click.option("--method", required=True, metavar="M", help="How seats are won.")
@click.option("--seats", required=True, metavar="N", help="Seats to fill.")
@click.option("--votes", required=True, metavar="A,B,…", help="Valid votes of each candidacy, blank votes apart.")
@click.option("--names", metavar="A,B,…", help="What the candidacies are called.")
@click.option("--tie", type=click.Choice(TIES), help="plurality: who wins among equals; not given, it is left to lot.")
@click.option("--order", metavar="I,J,…", help="plurality: candidacies from 0, the oldest or most senior first.")
@click.option("--candidates", metavar="A,B,…", help="Candidates of each list, for methods that ask for them.")
@click.option("--bar", metavar="P%", help="Share of the valid votes below which a list wins nothing.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Of the sentences.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as JSON, both languages.")
def command(
    method: str,
    seats: str,
    votes: str,
    names: str | None,
    tie: str | None,
    order: str | None,
    candidates: str | None,
    bar: str | None,
    language: Language,
    as_json: bool,
) -> None:
    """Share seats by a method, and show every line of the arithmetic with its article.

    The seats shown are those already certain: where the text leaves a tie to the lot, the last lines say
    between whom and for how many seats. Nothing is drawn here.
    """
    # An option given goes to the method, and a method refuses what it does not know.
    given: dict[str, Json] = {"bar": bar, "candidates": candidates, "tie": tie}
    parameters = {name: value for name, value in given.items() if value is not None}
    if method == "plurality":
        # An election must choose before it is sealed; a mere computation may leave the tie open.
        parameters.setdefault("tie", "draw")
    if order is not None:
        parameters["order"] = _numbers(order, "--order", MOST_SEATS)
    titles = None if names is None else _names(names)
    outcome = count(
        method, _numbers(votes, "--votes", MOST_VOTES), _number(seats, "--seats", MOST_SEATS), titles, parameters
    )
    if as_json:
        click.echo(encode(outcome.json()))
        return
    for line in outcome.steps:
        click.echo(f"{line.text(language)}  [{line.article}]")


def _number(text: str, what: str, most: int) -> int:
    """A whole number in plain digits: no sign, no separator, no other script."""
    if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        raise ProtocolError("rules.number", what=what, least=0, most=most)
    return int(text)


def _numbers(text: str, what: str, most: int) -> list[int]:
    return [_number(item.strip(), f"{what}, place {place}", most) for place, item in enumerate(text.split(","), 1)]


def _names(text: str) -> list[str]:
    """Names that can be printed: whatever else they hold could steer the terminal."""
    names = [name.strip() for name in text.split(",")]
    for place, name in enumerate(names, 1):
        if not name or not name.isprintable():
            raise ProtocolError("text.pattern", what=f"--names, place {place}", text=name[:40], pattern="a name")
    return names
