"""`elections candidacies`: who stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._state import FILE, now, open_state, state_option

if TYPE_CHECKING:
    from pathlib import Path


@click.group("candidacies")
def command() -> None:
    """Who stands in the contests of an election."""


@command.command("import")
@click.argument("election")
@click.argument("file", type=FILE)
@state_option
def import_(election: str, file: Path, state: Path) -> None:
    """Read FILE, a CSV of candidacies in the order in which electors will see them.

    The first line names the columns: collège; candidature; titre; titulaire; suppléant. Each line is one titular with
    her substitute; the lines of one candidacy follow each other. The candidacies of every contest that the file names
    are replaced, all or none.
    """
    from elections.registry import candidacies, elections
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    data = file.read_bytes()
    with open_state(state) as store, store.registry.begin() as session:
        for contest, filed in candidacies.read_file(session, election, data).items():
            candidacies.replace(session, contest, filed, Actor(Role.OFFICER), now())
            click.echo(f"{elections.contest(session, contest).key:6} {len(filed)} candidacies", err=True)
