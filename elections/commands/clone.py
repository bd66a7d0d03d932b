"""`elections clone`: an election like another one, on other days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._state import HOUR, now, open_state, state_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@click.command("clone")
@click.argument("election")
@click.option("--opening", required=True, type=HOUR, metavar="T", help="Hour with its zone, as 2026-02-06T08:00+01:00.")
@click.option("--closing", required=True, type=HOUR, metavar="T", help="The same.")
@click.option("--title", help="What the whole operation is called; default: the title of ELECTION.")
@state_option
def command(election: str, opening: datetime, closing: datetime, title: str | None, state: Path) -> None:
    """Create a draft with the configuration of ELECTION at other hours, and print its uuid.

    Contests, rules, calendar, key holders and technical settings are carried over. Neither roll nor candidacies are,
    nor codes, keys, accounts and journal.
    """
    from elections.commands._made import made, tell
    from elections.registry import configuration, elections
    from elections.rules.configuration import entitled

    with open_state(state) as store:
        with store.registry_reader() as session:
            found = configuration.read(elections.find(session, election))
        wanted = tell(found if title is None else entitled(found, title), opening, closing, now())
        click.echo(made(store, wanted, election, now()))
