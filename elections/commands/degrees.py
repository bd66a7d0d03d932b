"""`elections degrees`: elections in two degrees, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._figures import names_in, number, numbers_in, show
from elections.protocol.errors import ProtocolError
from elections.rules.degrees import MOST_MAGISTRATES, Unit, grand_electors
from elections.rules.formations import formations
from elections.rules.seats import MOST_CANDIDACIES, MOST_SEATS, MOST_VOTES
from elections.rules.steps import names_of

if TYPE_CHECKING:
    from elections.rules.steps import Language

LANGUAGE = click.Choice(["en", "fr"])


@click.group("degrees")
def command() -> None:
    """Elections in two degrees: grand electors of the first, formations of the second."""


@command.command("first")
@click.option("--magistrates", required=True, metavar="A,B,…", help="Magistrates of each roll and group.")
@click.option("--names", metavar="A,B,…", help="What rolls and groups are called.")
@click.option("--language", type=LANGUAGE, default="en", show_default=True, help="Of the sentences.")
@click.option("--json", "as_json", is_flag=True, help="The seats as JSON, both languages.")
def first(magistrates: str, names: str | None, language: Language, as_json: bool) -> None:
    """How many grand electors each roll and group has (décret 71-257, art. 2)."""
    numbers = numbers_in(magistrates, "--magistrates", MOST_MAGISTRATES)
    titles = None if names is None else names_in(names, "--names")
    if titles is not None and len(titles) != len(numbers):
        raise ProtocolError("rules.names", names=len(titles), candidacies=len(numbers))
    result = grand_electors(list(map(Unit, names_of(titles, len(numbers)), numbers)))
    show(result.json(), result.steps, language, as_json=as_json)


@command.command("formations")
@click.option("--votes", required=True, metavar="A,B,…", help="Votes of each list in the second degree.")
@click.option("--seats", required=True, metavar="A,B,…", help="Seats that each list has won.")
@click.option("--places", required=True, metavar="F=N,…", help="Places of each formation, as siège=2,parquet=1.")
@click.option("--choices", default="", metavar="F,…", help="What the lists chose, in the order of their turns.")
@click.option(
    "--drawn", default="", metavar="I,J,…", help="Equal lists, from 0, in the order in which they were drawn."
)
@click.option("--names", metavar="A,B,…", help="What the lists are called.")
@click.option("--language", type=LANGUAGE, default="en", show_default=True, help="Of the sentences.")
@click.option("--json", "as_json", is_flag=True, help="The choices as JSON, both languages.")
def formations_(
    votes: str,
    seats: str,
    places: str,
    choices: str,
    drawn: str,
    names: str | None,
    language: Language,
    as_json: bool,
) -> None:
    """Who sits in which formation of the CSM, as the lists choose in turn (loi organique 94-100, art. 4).

    Choices still to be made are no fault: the last lines then say whose turn it is, or between which equal
    lists the order is to be drawn.
    """
    result = formations(
        numbers_in(votes, "--votes", MOST_VOTES),
        numbers_in(seats, "--seats", MOST_SEATS),
        _places(places),
        names_in(choices, "--choices") if choices else [],
        drawn=numbers_in(drawn, "--drawn", MOST_CANDIDACIES) if drawn else (),
        titles=None if names is None else names_in(names, "--names"),
    )
    show(result.json(), result.steps, language, as_json=as_json)


def _places(text: str) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, item in enumerate(text.split(","), 1):
        what = f"--places, place {place}"
        name, _, size = item.partition("=")
        [formation] = names_in(name, what)
        if formation in places:
            raise ProtocolError("rules.twice", what=what, text=formation)
        places[formation] = number(size, what, MOST_SEATS)
    return places
