"""`elections seal`: first run, fix what will be sealed; second run, seal it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._acts import actor, role_option
from elections.commands._state import now, open_state, state_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("seal")
@click.argument("election")
@role_option
@click.option("--unlock", is_flag=True, help="Give a prepared draft back instead; the holders' seals are void.")
@state_option
def command(election: str, role: str, unlock: bool, state: Path) -> None:
    """Prepare the seal (as officer), or seal with the holders' signatures (as president or secretary).

    Between the two runs every holder checks and signs: `elections ceremony` writes what they are shown.
    """
    from elections import keyholders, sealing

    with open_state(state) as store:
        if unlock:
            sealing.unlock(store, election, actor(role), now())
            keyholders.void_seals(store, election, actor(role), now())
            click.echo("The draft is unlocked; nothing of it is sealed.", err=True)
        elif role == "officer":
            sealing.prepare(store, election, actor(role), now())
            click.echo("Prepared. Now every key holder checks and signs: elections ceremony.", err=True)
        else:
            sealing.finish(store, election, keyholders.seal_signatures(store, election), actor(role), now())
            click.echo("Sealed.", err=True)
