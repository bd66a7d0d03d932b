"""`elections seats`: how seats are won from votes, line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from elections.commands._figures import names_in, number, numbers_in, show
from elections.protocol.errors import ProtocolError
from elections.rules.bar import BASES
from elections.rules.parameters import MOST_NAMES, ROUNDS, ballot_kind
from elections.rules.seats import METHODS, MOST_SEATS, MOST_VOTES, TIES, Presented, count

if TYPE_CHECKING:
    from elections.protocol.canonical import Json
    from elections.rules.steps import Language

_NO_TEXT = "no text named"


@click.command("seats", epilog=f"Methods: {', '.join(METHODS)}.")
@click.option("--method", required=True, metavar="M", help="How seats are won.")
@click.option("--seats", required=True, metavar="N", help="Seats to fill.")
@click.option("--votes", required=True, metavar="A,B,…", help="Valid votes of each candidacy, blank votes apart.")
@click.option("--names", metavar="A,B,…", help="What the candidacies are called.")
@click.option("--tie", type=click.Choice(TIES), help="Persons: who wins among equals; not given, it is left to lot.")
@click.option("--order", metavar="I,J,…", help="Persons: candidacies from 0, the oldest or most senior first.")
@click.option(
    "--round", "turn", type=click.Choice(list(map(str, ROUNDS))), help="Two rounds: which one, else the first."
)
@click.option("--candidates", metavar="A,B,…", help="Lists: how many candidates each presents, and seats it can take.")
@click.option("--bar", metavar="P%", help="Lists: share of the valid votes below which a list wins nothing.")
@click.option("--base", type=click.Choice(BASES), help="With a bar: votes that make the quotient, else those admitted.")
@click.option("--article", metavar="TEXT", help="The text applied, where it is not the method's own.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Of the sentences.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as JSON, both languages.")
def command(
    method: str,
    seats: str,
    votes: str,
    names: str | None,
    tie: str | None,
    order: str | None,
    turn: str | None,
    candidates: str | None,
    bar: str | None,
    base: str | None,
    article: str | None,
    language: Language,
    as_json: bool,
) -> None:
    """Share seats by a method, and show every line of the arithmetic with its article.

    The seats shown are those already certain: where the text leaves a tie to the lot, the last lines say
    between whom and for how many seats. Nothing is drawn here.
    """
    # An option given goes to the method, and a method refuses what it does not know.
    given: dict[str, Json] = {
        "article": article,
        "bar": bar and _share(bar),
        "base": base,
        "order": order and numbers_in(order, "--order", MOST_SEATS),
        "round": turn and int(turn),
        "tie": tie,
    }
    parameters = {name: value for name, value in given.items() if value is not None}
    lists = None
    if candidates is not None:
        lists = _presented(method, candidates, parameters)
    _complete(method, parameters)
    outcome = count(
        method,
        numbers_in(votes, "--votes", MOST_VOTES),
        number(seats, "--seats", MOST_SEATS),
        None if names is None else names_in(names, "--names"),
        parameters,
        lists,
    )
    show(outcome.json(), outcome.steps, language, as_json=as_json)


def _complete(method: str, parameters: dict[str, Json]) -> None:
    """What an election must choose before it is sealed, and a mere computation need not."""
    if method == "majority_two_rounds":
        parameters.setdefault("round", 1)
    if method == "block":
        parameters.setdefault("article", _NO_TEXT)
    if method in {"plurality", "block"} or parameters.get("round") == 2:
        parameters.setdefault("tie", "draw")
    if "bar" in parameters:
        parameters.setdefault("base", "admitted")
        # The method's own article sets no bar; a text that was named for the whole may.
        parameters.setdefault("bar_article", parameters.get("article", _NO_TEXT))


def _presented(method: str, text: str, parameters: dict[str, Json]) -> list[Presented]:
    """The candidates of each list, who are its names too; R. 211-121 lets the lists of its method be short."""
    if method in METHODS and ballot_kind(method) == "ticket":
        raise ProtocolError("rules.parameter", what="the rule", method=method, name="candidates")
    if method == "highest_average":
        parameters["names"] = [1, MOST_NAMES]
    return [Presented(many, many) for many in numbers_in(text, "--candidates", MOST_NAMES)]


def _share(text: str) -> list[int]:
    """A share such as 5%, 2.5% or 1/20, as the numerator and denominator of setup.json."""
    if found := re.fullmatch(r"([0-9]{1,2})(?:[.,]([0-9]))? ?%", text):
        whole, tenth = found.groups()
        return [int(whole + (tenth or "")), 1000 if tenth else 100]
    if found := re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text):
        return [int(part) for part in found.groups()]
    raise ProtocolError("text.pattern", what="--bar", text=text[:40], pattern="a share such as 5% or 1/20")
