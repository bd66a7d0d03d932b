"""`elections count`: the result, from the holders' decryptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._acts import actor, role_option
from elections.commands._state import now, open_state, state_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("count")
@click.argument("election")
@role_option
@state_option
def command(election: str, role: str, state: Path) -> None:
    """Compute the result of every frozen contest; refused unless the whole record verifies."""
    from elections import counting

    with open_state(state) as store:
        report = counting.count(store, election, actor(role), now())
    click.echo(f"Counted; our verifier says: {report.verdict}.", err=True)
