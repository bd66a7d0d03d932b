"""`elections seal`: first run, fix what will be sealed; second run, seal it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._acts import actor, role_option
from elections.commands._state import now, open_state, state_option

if TYPE_CHECKING:
    from pathlib import Path

    from elections.storage import Store


@click.command("seal")
@click.argument("election")
@role_option
@click.option("--number", type=click.IntRange(min=1), default=1, show_default=True, help="Which delegate acts.")
@click.option("--unlock", is_flag=True, help="Give a prepared draft back instead; the holders' seals are void.")
@click.option("--sheet", is_flag=True, help="Show what is to be sealed, block by block, and change nothing.")
@click.option("--seen", metavar="DIGEST", help="Say that the sheet with this digest was looked at.")
@click.option("--present", multiple=True, metavar="ROLE", help="Who is present at the seal, such as delegate-2.")
@state_option
def command(
    election: str,
    role: str,
    number: int,
    unlock: bool,
    sheet: bool,
    seen: str | None,
    present: tuple[str, ...],
    state: Path,
) -> None:
    """Prepare the seal (as officer), or seal with the holders' signatures (as president or secretary).

    Between the two runs every holder checks and signs: `elections ceremony` writes what they are shown. President or
    secretary and two delegates look at the sheet and say so with --seen; who seals names them with --present.
    """
    from dataclasses import replace

    from elections import keyholders, sealing
    from elections.registry import viewings

    with open_state(state) as store:
        if sheet:
            _show(store, election)
        elif seen is not None:
            with store.registry.begin() as session:
                viewings.mark(session, election, seen, replace(actor(role), number=number), now())
            click.echo("Noted.", err=True)
        elif unlock:
            sealing.unlock(store, election, actor(role), now())
            click.echo("The draft is unlocked; nothing of it is sealed.", err=True)
        elif role == "officer":
            sealing.prepare(store, election, actor(role), now())
            click.echo("Prepared. Now every key holder checks and signs: elections ceremony.", err=True)
        else:
            sealing.finish(store, election, keyholders.seal_signatures(store, election), present, actor(role), now())
            click.echo("Sealed.", err=True)


def _show(store: Store, election: str) -> None:
    """The sheet: a line for each block with its digest, its lines below it, the digest of the whole at the end."""
    from elections.protocol.canonical import encode
    from elections.registry import viewings

    with store.registry_reader() as session:
        found = viewings.current(session, election)
    for block in found.blocks:
        click.echo(f"{block.digest}  {block.key}{f' of {block.contest}' if block.contest else ''}")
        for name, value in block.lines.items():
            click.echo(f"    {name}: {value if isinstance(value, str) else encode(value).decode()}")
    click.echo(f"{found.digest}  the whole sheet")
