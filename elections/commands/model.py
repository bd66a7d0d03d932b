"""`elections model`: the elections an office can start from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from elections.commands._models import MODEL
from elections.protocol.canonical import encode
from elections.rules.models import load, names, source

if TYPE_CHECKING:
    from elections.rules.models import ContestModel, Model
    from elections.rules.succession import Mandate
    from elections.rules.timetable import Timetable


@click.group("model")
def command() -> None:
    """The elections an office can start from."""


@command.command("list")
def list_models() -> None:
    """Name and title of every model."""
    width = max(map(len, names()))
    for name in names():
        click.echo(f"{name:{width}}  {load(name).title}")


@command.command("copy")
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def copy(name: str, file: Path) -> None:
    """Copy the model NAME into the new FILE, to be changed and used by `elections create FILE`."""
    with file.open("xb") as copied:
        copied.write(source(name))


@command.command("show")
@click.argument("model", metavar="NAME|FILE", type=MODEL)
def show(model: Model) -> None:
    """Everything a model settles: contests, rules, keys, batches, dates, mandates, and what was not found.

    NAME is one that comes with the program, FILE one of your own: it is checked whole.
    """
    click.echo(f"{model.name}: {model.title}")
    if model.rehearsal:
        click.echo("a rehearsal: nothing in it is real, and it may be closed early")
    click.echo(f"grace: {model.grace} seconds after the closing hour, for who signed in before it")
    for group in model.policy:
        click.echo(f"keys: {group.threshold} of {', '.join(group.holders)}")
    click.echo(f"leaf hashes go to: {', '.join(model.audience)}")
    click.echo(f"batches: {', '.join(f'{key} {value}' for key, value in model.batches.items())}")
    for contest in model.contests:
        _show_contest(contest)
    if model.calendar:
        _show_calendar(model.calendar)
    if model.mandate:
        _show_mandate(model.mandate)
    for heading, lines in (("sources", model.sources), ("not found in the texts", model.not_found)):
        click.echo(f"\n{heading}:")
        for line in lines:
            click.echo(f"  - {line}")


def _show_contest(contest: ContestModel) -> None:
    seats = "1 seat" if contest.seats == 1 else f"{contest.seats} seats"
    click.echo(f"\n{contest.key}  {contest.title}")
    click.echo(f"  college: {contest.college}")
    click.echo(f"  {seats} by {contest.method} {encode(dict(contest.parameters)).decode()}")
    click.echo(f"  electors choose a {contest.ballot}, in {contest.order} order")
    click.echo(f"  articles: {'; '.join(contest.articles)}")
    for heading, table in (("candidacies", contest.candidacies), ("electors", contest.electors)):
        for key, value in (table or {}).items():
            click.echo(f"  {heading}, {key}: {encode(value).decode()}")


def _show_calendar(calendar: Timetable) -> None:
    click.echo(f"\nlegal dates, with the holidays of {calendar.territory}:")
    if calendar.window:
        window = calendar.window
        click.echo(f"  {window.months} months to {window.days} days before the mandates expire [{window.article}]")
    for due in calendar.dates:
        where = f" ({', '.join(due.contests)})" if due.contests else ""
        click.echo(f"  {due.key}: {due.en}{where}, {due.of} {due.offset or 'not found'} [{due.article}]")


def _show_mandate(mandate: Mandate) -> None:
    click.echo(f"\nmandates of {mandate.years} years, renewable: {mandate.renewable} [{mandate.article}]")
    for item in mandate.replacements:
        click.echo(f"  {', '.join(item.contests)}: {item.by} [{item.article}]")
        if item.election:
            election = item.election
            limits = ((election.within, "within {} months"), (election.spare, "none in the last {} months"))
            said = ", ".join(words.format(months) for months, words in limits if months)
            click.echo(f"    where nobody is left, an election: {said} [{election.article}]")
