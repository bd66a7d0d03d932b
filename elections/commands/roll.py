"""`elections roll`: the electors of an election."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._state import FILE, now, open_state, state_option
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from pathlib import Path

    from elections.registry.roll import Difference
    from elections.registry.roll_file import RollFile


@click.group("roll")
def command() -> None:
    """The electors of an election."""


@command.command("import")
@click.argument("election")
@click.argument("file", type=FILE)
@click.option("--apply", is_flag=True, help="Write it; without this the file is only looked at.")
@state_option
def import_(election: str, file: Path, apply: bool, state: Path) -> None:
    """Read FILE, a CSV of the whole roll, and say what it would change; with --apply, change it.

    The first line names the columns: identifiant; nom; prénom; email; téléphone; collège; rôle d'inscription, where
    collège is the key of a contest (`elections model show`) and téléphone may be left out. Encoding and separator are
    guessed. If anything is wrong with any line, all of it is told and nothing is written.
    """
    from elections.registry import roll
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    data = file.read_bytes()
    with open_state(state) as store:
        with store.registry_reader() as session:
            read = roll.read_file(session, election, data)
            difference = roll.compare(session, election, read)
        _report(read, difference)
        if read.problems:
            raise ProtocolError("roll.refused", problems=len(read.problems), first=read.problems[0])
        if apply:
            with store.registry.begin() as session:
                roll.apply(session, election, read, Actor(Role.OFFICER), now())
    click.echo("written" if apply else "nothing written: this was a dry run (--apply writes)", err=True)


def _report(read: RollFile, difference: Difference) -> None:
    """Every trouble by line, then totals, then what changes; identifiers only where a roll is in place."""
    for problem in read.problems:
        click.echo(problem, err=True)
    click.echo(f"read as {read.encoding}, separator {read.separator!r}", err=True)
    for college, total in read.totals.items():
        click.echo(f"{college:6} {total} electors", err=True)
    click.echo(f"{read.phones} of them with a telephone", err=True)
    if difference.unchanged or difference.changed or difference.removed:
        marks = (("+", difference.added), ("~", difference.changed), ("-", difference.removed))
        for mark, identifiers in marks:
            for identifier in identifiers:
                click.echo(f"{mark} {identifier}", err=True)
    counts = f"{len(difference.added)} added, {len(difference.changed)} changed, {len(difference.removed)} removed"
    click.echo(f"{counts}, {difference.unchanged} unchanged", err=True)
