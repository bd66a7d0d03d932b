"""`elections mandates`: who sits after the proclamation, and what the office enters of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._acts import actor
from elections.commands._days import DAY
from elections.commands._state import now, open_state, state_option

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from elections.mandates import Seats
    from elections.rules.mandates import Person
    from elections.rules.phases import Words
    from elections.rules.steps import Language

_CAUSES = ("death", "impediment", "resignation", "quality")
_RANKS = ("titular", "substitute")


@click.group("mandates")
def command() -> None:
    """Who sits by virtue of a proclaimed election, and the seats that fell vacant."""


@command.command("show")
@click.argument("election")
@click.option("--on", "day", type=DAY, metavar="D", help="The day to look at; default: today in Paris.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Of the sentences.")
@click.option("--json", "as_json", is_flag=True, help="All of it as JSON, both languages.")
@state_option
def show(election: str, day: date | None, language: Language, as_json: bool, state: Path) -> None:
    """Who sits in ELECTION on a day, who may be called (+), and every line that leads there, with its article."""
    from elections import mandates
    from elections.protocol.canonical import encode
    from elections.rules.french import PARIS

    with open_state(state) as store:
        found = mandates.read(store, election, day or now().astimezone(PARIS).date())
    if as_json:
        click.echo(encode(mandates.json(found)))
        return
    for line in found.steps:
        click.echo(f"{line.text(language)}  [{line.article}]")
    for seats in found.contests:
        _show(seats, language)


def _show(seats: Seats, language: Language) -> None:
    """One contest: who sits, who may be called, the lines that lead there, and the entries by number."""
    from elections.rules import mandates

    def said(words: Words) -> str:
        return words.fr if language == "fr" else words.en

    def named(person: Person) -> str:
        return mandates.name_of(seats.contest, person)

    click.echo(f"\n{seats.contest.key}  {seats.title}")
    for seat in seats.sitting.seats:
        filed = seats.contest.candidacies[seat.candidacy]
        holder = named(seat.holder) if seat.holder else said(mandates.NOBODY)
        click.echo(f"  {seat.since:%Y-%m-%d}  {holder} ({filed['id']})")
    for person in seats.sitting.waiting:
        click.echo(f"  {'':10}  + {named(person)} ({seats.contest.candidacies[person.candidacy]['id']})")
    for line in seats.sitting.steps:
        click.echo(f"  {line.text(language)}  [{line.article}]")
    for number, vacancy in seats.entries:
        cause = said(mandates.CAUSES[vacancy.cause])
        click.echo(f"  entry {number}: {named(vacancy.person)}, {vacancy.day:%Y-%m-%d}, {cause}")


@command.command("begin")
@click.argument("election")
@click.option("--on", "day", type=DAY, required=True, metavar="D", help="The first day of the mandates.")
@state_option
def begin(election: str, day: date, state: Path) -> None:
    """State the first day of the mandates of ELECTION; until then they are supposed to begin at the proclamation."""
    from elections import mandates

    with open_state(state) as store:
        mandates.begin(store, election, day, actor("officer"), now())


@command.command("vacate")
@click.argument("election")
@click.argument("contest")
@click.option("--candidacy", required=True, metavar="ID", help="The short name of the list or ticket.")
@click.option("--line", required=True, type=click.IntRange(1), metavar="N", help="The line of its names, from 1.")
@click.option("--rank", type=click.Choice(_RANKS), default="titular", show_default=True, help="The column.")
@click.option("--on", "day", type=DAY, required=True, metavar="D", help="From this day on the person sits no longer.")
@click.option("--cause", required=True, type=click.Choice(_CAUSES), help="Why; kept by the office, never published.")
@state_option
def vacate(
    election: str, contest: str, candidacy: str, line: int, rank: str, day: date, cause: str, state: Path
) -> None:
    """Enter that a person elected in CONTEST sits no longer, or that a substitute can no longer be called."""
    from elections import mandates
    from elections.commands._acts import within
    from elections.rules.mandates import Cause, Rank

    with open_state(state) as store:
        uuid = within(store, election, contest)
        person = mandates.person(store, uuid, candidacy, Rank(rank), line - 1)
        mandates.vacate(store, uuid, mandates.Vacancy(person, day, Cause(cause)), actor("officer"), now())


@command.command("withdraw")
@click.argument("election")
@click.argument("number", type=click.IntRange(1))
@state_option
def withdraw(election: str, number: int, state: Path) -> None:
    """Take back the entry NUMBER, which `show` names; both stay on record."""
    from elections import mandates

    with open_state(state) as store:
        mandates.withdraw(store, election, number, actor("officer"), now())
