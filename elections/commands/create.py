"""`elections create`: an election in preparation, from a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._models import MODEL
from elections.commands._state import HOUR, now, open_state, state_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from elections.rules.models import Model


@click.command("create")
@click.argument("model", type=MODEL)
@click.option("--opening", required=True, type=HOUR, metavar="T", help="Hour with its zone, as 2026-02-06T08:00+01:00.")
@click.option("--closing", required=True, type=HOUR, metavar="T", help="The same.")
@click.option("--title", help="What the whole operation is called; default: the model's title.")
@click.option("--group", default="Ed25519", show_default=True, help="The mathematical group, or BELENIOS-2048.")
@click.option(
    "--delegates",
    default=3,
    show_default=True,
    type=click.IntRange(1, 50),
    help="How many list delegates hold keys, as delegate-1, delegate-2 and so on.",
)
@click.option("--issuer", "issuers", multiple=True, default=["issuer-1"], show_default=True, help="Token issuers.")
@click.option("--urn", "urn_name", default="urn", show_default=True, help="The name under which the urn signs.")
@state_option
def command(
    model: Model,
    opening: datetime,
    closing: datetime,
    title: str | None,
    group: str,
    delegates: int,
    issuers: tuple[str, ...],
    urn_name: str,
    state: Path,
) -> None:
    """Create an election from MODEL, and print its uuid.

    `elections model list` names the models that come with the program; a path ending in `.toml` is a model of
    your own.
    """
    from elections.registry import calendar, elections
    from elections.registry.journal import Actor
    from elections.rules.configuration import delegate_roles
    from elections.rules.phases import Role

    with open_state(state) as store, store.registry.begin() as session:
        election = elections.create(
            session,
            model,
            Actor(Role.OFFICER),
            now(),
            opening=opening,
            closing=closing,
            title=title,
            group=group,
            delegates=delegate_roles(delegates),
            issuers=issuers,
            urn_name=urn_name,
        )
        for contest in election.contests:
            click.echo(f"{contest.key:6} {contest.uuid}  {contest.title}", err=True)
        uuid = election.uuid
        for fault in calendar.read(session, uuid, now()).faults:
            click.echo(f"Warning: {fault}", err=True)
    click.echo(uuid)
