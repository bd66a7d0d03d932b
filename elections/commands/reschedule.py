"""`elections reschedule`: a later closing hour, to be signed by the key holders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._acts import actor, chosen, role_option
from elections.commands._state import HOUR, now, open_state, state_option
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command("reschedule")
@click.argument("election")
@click.argument("contest", required=False)
@click.option("--closing", required=True, type=HOUR, metavar="T", help="The later hour, with its zone.")
@role_option
@state_option
def command(election: str, contest: str | None, closing: datetime, role: str, state: Path) -> None:
    """Give an open or suspended contest a later closing hour; it holds at once and must be signed."""
    from elections.registry import lifecycle

    with open_state(state) as store:
        for uuid in chosen(store, election, contest, (Phase.OPEN, Phase.SUSPENDED)):
            with store.registry.begin() as session:
                lifecycle.reschedule(session, uuid, closing, actor(role), now())
            click.echo(f"{uuid}: closing {closing.isoformat()}", err=True)
