"""`elections notices`: the notice of the vote, to every elector who has not had it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._state import now, open_state, state_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("notices")
@click.argument("election")
@click.option("--failed", is_flag=True, help="To those whom it did not reach: refused, sent back, or in doubt.")
@click.option("--send", "send_", is_flag=True, help="Queue them; without it one is shown and nothing is written.")
@state_option
def command(election: str, failed: bool, send_: bool, state: Path) -> None:
    """Show the notice as the first elector will get it; with --send, queue it for all who are owed it.

    The tick sends what is queued. Who has had the notice at the address of the roll gets no second one.
    """
    from dataclasses import replace

    from elections import mailing
    from elections.config import Config
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    config = replace(Config.from_environment(), state=state)
    which: mailing.Which = "failed" if failed else "owed"
    with open_state(state) as store:
        if send_:
            count = mailing.announce(store, election, which, config, Actor(Role.OFFICER), now())
            click.echo(f"{count} notices are queued", err=True)
            return
        with store.registry_reader() as session:
            letter = mailing.preview(session, election, which, config)
    click.echo(f"To: {letter.recipient}\nSubject: {letter.subject}\n\n{letter.body}")
    click.echo(f"{letter.electors} electors would get theirs; nothing is queued without --send", err=True)
