"""`elections account`: who may sign in besides electors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._state import Command, now, open_state, state_option
from elections.rules.phases import Role

if TYPE_CHECKING:
    from pathlib import Path

ROLES = [role.value for role in Role if role is not Role.CLOCK]


def substitute_option(command: Command) -> Command:
    """The option `--substitute` of whoever gives an account."""
    told = "Replaces who has that role and number: a delegate, the secretary."
    return click.option("--substitute", is_flag=True, help=told)(command)


@click.group("account")
def command() -> None:
    """Accounts of the office, the board, delegates and supervision."""


@command.command("create")
@click.argument("login")
@click.option("--name", required=True, help="The person's name, as screens show it.")
@click.option("--email", required=True, help="Where one-time codes go.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--number", default=1, show_default=True, type=click.IntRange(1, 100), help="Which one of that role.")
@substitute_option
@click.option("--election", help="Only for this election; default: for all of them.")
@click.password_option(help="At least 12 characters; asked for if it is not given.")
@state_option
def create(
    login: str,
    name: str,
    email: str,
    role: str,
    number: int,
    substitute: bool,
    election: str | None,
    password: str,
    state: Path,
) -> None:
    """Open an account under LOGIN."""
    from elections.registry import accounts, elections, invitations
    from elections.registry.journal import Actor

    new = accounts.NewAccount(login, name, email, Role(role), password, number, election, substitute)
    with open_state(state) as store, store.registry.begin() as session:
        if election is not None:
            elections.find(session, election)
        invitations.check_place(session, new)
        account = accounts.create(session, new, Actor(Role.OFFICER), now())
        click.echo(f"{account.login}: {role} {number}", err=True)


@command.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as screens show it.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--number", default=1, show_default=True, type=click.IntRange(1, 100), help="Which one of that role.")
@substitute_option
@click.option("--election", help="Only for this election; default: for all of them.")
@click.option("--login", help="Under which she signs in; default: she chooses.")
@state_option
def invite(
    email: str,
    name: str,
    role: str,
    number: int,
    substitute: bool,
    election: str | None,
    login: str | None,
    state: Path,
) -> None:
    """Queue a mail to EMAIL with a link that opens an account, once and for seven days; the tick sends it."""
    from dataclasses import replace

    from elections.app import create_app
    from elections.config import Config
    from elections.registry import elections, invitations
    from elections.registry.journal import Actor
    from elections.web.accounts import invited

    guest = invitations.Guest(name, email, Role(role), number, substitute, election, login)
    config = replace(Config.from_environment(), state=state)
    with (
        open_state(state) as store,
        create_app(config, store).test_request_context(),
        store.registry.begin() as session,
    ):
        if election is not None:
            elections.find(session, election)
        invitation, token = invitations.invite(session, guest, Actor(Role.OFFICER), now())
        invited.send(session, invitation, token)
        click.echo(f"{email}: {role} {number}", err=True)
