"""`elections lot`: what must be drawn, and a draw on paper entered by the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._acts import ROLES, actor, within
from elections.commands._state import HOUR, now, open_state, state_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from elections.drawing import Pending


@click.command("lot")
@click.argument("election")
@click.argument("contest", required=False)
@click.option("--as", "role", type=click.Choice(ROLES), help="Who enters a draw on paper.")
@click.option("--drawn", type=click.IntRange(min=1), multiple=True, metavar="N", help="The number that came out.")
@click.option("--at", "drawn_at", type=HOUR, metavar="T", help="When it was drawn, with its zone.")
@click.option("--by", "drawn_by", metavar="WHO", help="Who drew, by function; stands in the journal.")
@click.option("--how", help="How it was drawn; stands in the journal.")
@state_option
def command(
    election: str,
    contest: str | None,
    role: str | None,
    drawn: tuple[int, ...],
    drawn_at: datetime | None,
    drawn_by: str | None,
    how: str | None,
    state: Path,
) -> None:
    """Show the lots that the totals need, or enter one of CONTEST that was drawn on paper.

    Holders draw a lot from the sealed slips with `elections trustee lot`; `elections ceremony` carries their files.
    To enter a draw on paper, give --as, --drawn (again for every further seat), --at, --by and --how.
    """
    from elections import drawing

    with open_state(state) as store:
        uuid = contest and within(store, election, contest)
        if any((drawn, role, drawn_at, drawn_by, how)):
            if not (uuid and drawn and role and drawn_at and drawn_by and how):
                raise click.UsageError("a draw on paper needs CONTEST, --as, --drawn, --at, --by and --how")
            paper = drawing.Paper([number - 1 for number in drawn], drawn_at, drawn_by, how)
            drawing.enter(store, uuid, paper, actor(role), now())
            click.echo("Entered: it stands in the journal, on the word of the board.", err=True)
        for item in drawing.pending(store, election):
            if uuid in (None, item.contest):
                _show(item)


def _show(item: Pending) -> None:
    state = "drawn" if item.decided else f"opened by {', '.join(item.opened)}" if item.opened else "to be drawn"
    click.echo(f"{item.contest}  {item.title}: {item.seats} to be chosen, {state}")
    for place, title, votes in item.between:
        click.echo(f"  {place + 1}. {title} ({votes})")
