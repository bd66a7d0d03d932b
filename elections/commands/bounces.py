"""`elections bounces`: what mail servers sent back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._state import FILE, now, open_state, state_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("bounces")
@click.argument("election")
@click.argument("file", type=FILE)
@state_option
def command(election: str, file: Path, state: Path) -> None:
    """Read the reports in FILE, one mail or a mailbox (mbox), and mark the messages that did not arrive.

    A report is believed only if it returns what stood in a message of ELECTION.
    """
    from elections import mailing, post
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    read = post.read_bounces(file.read_bytes())
    with open_state(state) as store, store.registry.begin() as session:
        taken = mailing.take_bounces(session, election, read, Actor(Role.OFFICER), now())
    click.echo(f"{taken.bounced} messages came back; {taken.others} mails in the file say nothing of them", err=True)
