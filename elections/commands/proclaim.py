"""`elections proclaim`: build, verify and publish the record, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._acts import actor, role_option
from elections.commands._state import now, open_state, state_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("proclaim")
@click.argument("election")
@role_option
@state_option
def command(election: str, role: str, state: Path) -> None:
    """Proclaim the result of a counted election and publish its record."""
    from elections import counting

    with open_state(state) as store:
        folder, report = counting.proclaim(store, election, actor(role), now())
    click.echo(f"Proclaimed; our verifier says: {report.verdict}. The record is in {folder}", err=True)
