"""How commands make an election from a whole configuration, and what they tell of it first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.protocol.canonical import hour, hour_text

if TYPE_CHECKING:
    from datetime import datetime

    from elections.rules.configuration import Configuration
    from elections.storage import Store


def tell(found: Configuration, opening: datetime | None, closing: datetime | None, now: datetime) -> Configuration:
    """The configuration at these hours, or at its own, checked whole; what it makes is told on standard error."""
    from elections.rules import configuration, moves
    from elections.rules.french import PARIS

    vote = found.table["election"]
    wanted = configuration.at_hours(
        found, opening or hour(vote["opening"], "opening"), closing or hour(vote["closing"], "closing")
    )
    checked = configuration.check(wanted)
    click.echo(f"{checked.model.title}: {hour_text(checked.opening)} to {hour_text(checked.closing)}", err=True)
    for contest in checked.model.contests:
        click.echo(f"{contest.key:6} {contest.seats} by {contest.method}  {contest.title}", err=True)
    for group in checked.policy:
        click.echo(f"keys: {group['threshold']} of {', '.join(group['holders'])}", err=True)
    for fault in moves.between(wanted, wanted, now.astimezone(PARIS).date()).faults:
        click.echo(f"Warning: {fault}", err=True)
    return wanted


def made(store: Store, wanted: Configuration, source: str, now: datetime) -> str:
    """Create the election, and give its uuid."""
    from elections.registry import configuration
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    with store.registry.begin() as session:
        return configuration.create(session, wanted, Actor(Role.OFFICER), now, source).uuid
