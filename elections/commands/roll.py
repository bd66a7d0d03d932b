"""`elections roll`: the electors of an election."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._state import FILE, now, open_state, state_option
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from pathlib import Path

    from elections.registry.grids import Origin
    from elections.registry.roll import Difference
    from elections.registry.roll_file import RollFile


@click.group("roll")
def command() -> None:
    """The electors of an election."""


@command.command("import")
@click.argument("election")
@click.argument("file", type=FILE)
@click.option("--map", "named", multiple=True, metavar="COLUMN=HEADING", help="A column that FILE calls otherwise.")
@click.option("--skip", "skipped", multiple=True, metavar="HEADING", help="A column of FILE that is not to be read.")
@click.option("--apply", is_flag=True, help="Write it; without this the file is only looked at.")
@state_option
def import_(
    election: str, file: Path, named: tuple[str, ...], skipped: tuple[str, ...], apply: bool, state: Path
) -> None:
    """Read FILE, the whole roll as CSV, XLSX or ODS, and say what it would change; with --apply, change it.

    The first line names the columns: identifiant; nom; prénom; email; téléphone; collège; rôle d'inscription, where
    collège is the key of a contest (`elections model show`) or the name of its college, and téléphone may be left out.
    Instead of collège there may be position, fonction and situations: the model's rules then say who votes where.
    Encoding and separator are guessed. What --map and --skip say is remembered with --apply. If anything is wrong with
    any line, all of it is told and nothing is written.
    """
    from elections import enrolment
    from elections.registry import roll, roll_trials
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    data, chosen = file.read_bytes(), _chosen(named, skipped)
    with open_state(state) as store:
        with store.registry_reader() as session:
            meanings = roll_trials.headings(session, election) | chosen
            read = roll.read_file(session, election, data, meanings)
            difference = roll.compare(session, election, read)
        _report(read, difference)
        if read.problems:
            raise ProtocolError("roll.refused", problems=len(read.problems), first=read.problems[0])
        if apply:
            with store.registry.begin() as session:
                if chosen:
                    roll_trials.remember(session, election, chosen)
                enrolment.replace(session, election, read, Actor(Role.OFFICER), now(), seen=difference.digest)
    click.echo("written" if apply else "nothing written: this was a dry run (--apply writes)", err=True)


def _chosen(named: tuple[str, ...], skipped: tuple[str, ...]) -> dict[str, str]:
    """What headings mean, as roll_trials keeps it."""
    from elections.registry import roll_file, sheets
    from elections.rules.eligibility import plain

    chosen = {plain(heading): sheets.UNUSED for heading in skipped}
    for text in named:
        column, equals, heading = text.partition("=")
        name = sheets.meaning(column, roll_file.ALL, {})
        if not equals or not heading.strip() or name is None:
            known = ", ".join(words[0] for words in roll_file.ALL.values())
            raise click.BadParameter(f"{text!r} is not COLUMN=HEADING with a column of {known}", param_hint="--map")
        chosen[plain(heading)] = name
    return chosen


def _report(read: RollFile, difference: Difference) -> None:
    """Every trouble by line, then totals, then what changes; identifiers only where a roll is in place."""
    for problem in read.problems:
        click.echo(problem, err=True)
    for warning in read.warnings:
        click.echo(f"warning: {warning}", err=True)
    for item in read.left_out:
        step = item.membership.step
        click.echo(f"line {item.row.line}: {item.row.identifier} is left out. {step.en} ({step.article})", err=True)
    click.echo(_origin(read.origin), err=True)
    for college, total in read.totals.items():
        click.echo(f"{college:6} {total} electors", err=True)
    for unit, by_college in read.units.items():
        click.echo(f"{sum(by_college.values()):6} {unit}", err=True)
    click.echo(f"{read.phones} of them with a telephone", err=True)
    if difference.unchanged or difference.changed or difference.removed:
        for identifier in difference.added:
            click.echo(f"+ {identifier}", err=True)
        for identifier, changes in difference.changes.items():
            said = "; ".join(f"{change.field}: {change.before!r} -> {change.after!r}" for change in changes)
            click.echo(f"~ {identifier} ({said})", err=True)
        for identifier in difference.removed:
            click.echo(f"- {identifier}", err=True)
    counts = f"{len(difference.added)} added, {len(difference.changed)} changed, {len(difference.removed)} removed"
    click.echo(f"{counts}, {difference.unchanged} unchanged", err=True)


def _origin(origin: Origin) -> str:
    if origin.kind == "CSV":
        return f"read as CSV in {origin.encoding}, separator {origin.separator!r}"
    return f"read as {origin.kind}, sheet {origin.sheet!r}"


@command.command("publish")
@click.argument("election")
@state_option
def publish(election: str, state: Path) -> None:
    """Show the roll of a draft to the electors of each contest; from then on it changes one by one, on the screen."""
    from elections.registry import roll_changes
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    with open_state(state) as store, store.registry.begin() as session:
        roll_changes.publish(session, election, Actor(Role.OFFICER), now())
    click.echo("The electors of each contest see its roll now.", err=True)
