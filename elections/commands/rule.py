"""`elections rule`: what the office chooses of a contest's rule before the seal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._state import now, open_state, state_option
from elections.rules.bar import BASES
from elections.rules.seats import TIES

if TYPE_CHECKING:
    from pathlib import Path

    from elections.protocol.canonical import Json


@click.command("rule")
@click.argument("election")
@click.argument("contest")
@click.option("--tie", type=click.Choice(TIES), help="Who wins among equals.")
@click.option("--order", metavar="ID,…", help="All candidacies, the oldest or most senior first.")
@click.option("--base", type=click.Choice(BASES), help="With a bar: the votes that make the quotient.")
@click.option(
    "--first-round", metavar="CONTEST", help="Of a second round: the contest whose first round elected nobody."
)
@state_option
def command(
    election: str,
    contest: str,
    tie: str | None,
    order: str | None,
    base: str | None,
    first_round: str | None,
    state: Path,
) -> None:
    """Choose for a contest in draft what no text settles; a contest with an open rule cannot be sealed.

    Without any option the rule as it stands is shown.
    """
    from elections.commands._acts import within
    from elections.protocol.canonical import encode
    from elections.registry import elections, rules
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    ids = None if order is None else [item.strip() for item in order.split(",")]
    given: dict[str, Json] = {"base": base, "first_round": first_round, "order": ids, "tie": tie}
    choices = {name: value for name, value in given.items() if value is not None}
    with open_state(state) as store:
        uuid = within(store, election, contest)
        with store.registry.begin() as session:
            if choices:
                rules.choose(session, uuid, choices, Actor(Role.OFFICER), now())
            found = elections.contest(session, uuid)
            shown = {"method": found.method, "parameters": found.parameters, "seats": found.seats}
    click.echo(encode(shown))
