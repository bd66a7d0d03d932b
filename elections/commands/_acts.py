"""What the commands that move an election share: the role, the contests, the act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._state import Command, now, open_state, state_option
from elections.rules.phases import TRANSITIONS, Act, Phase, Role

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from elections.registry.journal import Actor
    from elections.storage import Store

ROLES = ("officer", "president", "secretary", "delegate", "supervision")
"""Who can act on a command line; observers act nowhere."""


def role_option(command: Command) -> Command:
    """The option `--as ROLE`."""
    return click.option("--as", "role", required=True, type=click.Choice(ROLES), help="Who acts.")(command)


def actor(role: str) -> Actor:
    """The first of that role; on the command line who may use the machine is the machine's business."""
    from elections.registry.journal import Actor

    return Actor(Role(role))


def contest_act(name: str, help_text: str) -> click.Command:
    """The command that does one act to a contest, or to all contests of an election that are in a phase for it."""
    sources = {source for row in TRANSITIONS if row.act == name for source in row.sources}

    @click.command(name, help=help_text)
    @click.argument("election")
    @click.argument("contest", required=False)
    @role_option
    @click.option("--reason", help="Why; stands in the journal.")
    @click.option("--authority", help="Who allows it, by function; stands in the journal.")
    @click.option("--incident", type=click.IntRange(min=1), metavar="N", help="The incident that it answers.")
    @state_option
    def command(
        election: str,
        contest: str | None,
        role: str,
        reason: str | None,
        authority: str | None,
        incident: int | None,
        state: Path,
    ) -> None:
        from elections import counting
        from elections.registry.incidents import Grounds

        with open_state(state) as store:
            for uuid in chosen(store, election, contest, sources):
                counting.act(store, uuid, Act(name), actor(role), now(), Grounds(reason, authority, incident))
                click.echo(f"{uuid}: {name}", err=True)

    return command


def chosen(store: Store, election: str, contest: str | None, phases: Collection[Phase]) -> list[str]:
    """The one contest, or all of the election that are in these phases: an act that was done in part goes on.

    Where none is, all of them: the first one's refusal says why.
    """
    from elections.registry import elections

    if contest is not None:
        return [within(store, election, contest)]
    with store.registry_reader() as session:
        contests = elections.find(session, election).contests
        return [item.uuid for item in contests if item.phase in phases] or [item.uuid for item in contests]


def within(store: Store, election: str, contest: str) -> str:
    """The uuid of a contest, which may be called by its key in the model; refused if it is none of this election."""
    from elections.protocol.errors import ProtocolError
    from elections.registry import elections

    with store.registry_reader() as session:
        for item in elections.find(session, election).contests:
            if contest in (item.uuid, item.key):
                return item.uuid
    raise ProtocolError("registry.contest", uuid=contest[:64])
