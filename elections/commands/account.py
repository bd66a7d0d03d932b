"""`elections account`: who may sign in besides electors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._state import now, open_state, state_option
from elections.rules.phases import Role

if TYPE_CHECKING:
    from pathlib import Path

ROLES = [role.value for role in Role if role is not Role.CLOCK]


@click.group("account")
def command() -> None:
    """Accounts of the office, the board, delegates and supervision."""


@command.command("create")
@click.argument("login")
@click.option("--name", required=True, help="The person's name, as screens show it.")
@click.option("--email", required=True, help="Where one-time codes go.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--number", default=1, show_default=True, type=click.IntRange(1, 100), help="Which one of that role.")
@click.option("--election", help="Only for this election; default: for all of them.")
@click.password_option(help="At least 12 characters; asked for if it is not given.")
@state_option
def create(
    login: str, name: str, email: str, role: str, number: int, election: str | None, password: str, state: Path
) -> None:
    """Open an account under LOGIN."""
    from elections.registry import accounts, elections
    from elections.registry.journal import Actor

    new = accounts.NewAccount(login, name, email, Role(role), password, number, election)
    with open_state(state) as store, store.registry.begin() as session:
        if election is not None:
            elections.find(session, election)
        account = accounts.create(session, new, Actor(Role.OFFICER), now())
        click.echo(f"{account.login}: {role} {number}", err=True)
