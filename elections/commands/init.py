"""`elections init`: a new, empty state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._state import state_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("init")
@state_option
def command(state: Path) -> None:
    """Make both databases and the folder of keys; a folder that is not empty is refused."""
    from elections.storage import Store

    Store.create(state).close()
    click.echo(f"{state} is ready", err=True)
