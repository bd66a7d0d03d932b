"""`elections archive`: the time for contestation is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._acts import actor, role_option
from elections.commands._state import now, open_state, state_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("archive")
@click.argument("election")
@role_option
@state_option
def command(election: str, role: str, state: Path) -> None:
    """Archive a proclaimed election: the issuers' signed requests are destroyed, key holders destroy their files."""
    from elections import counting

    with open_state(state) as store:
        counting.archive(store, election, actor(role), now())
    click.echo("Archived; the signed requests are destroyed.", err=True)
