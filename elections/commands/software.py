"""`elections software`: the digest of what is installed here, to be compared with what was sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._state import open_state, state_option

if TYPE_CHECKING:
    from pathlib import Path

    from elections.protocol.canonical import Json
    from elections.storage import Store


@click.command("software")
@click.argument("election", required=False)
@click.option("--files", is_flag=True, help="A line for each file, as `sha256sum` writes and checks it.")
@state_option
def command(election: str | None, files: bool, state: Path) -> None:
    """Print version and digest of the installed package, or compare it with what ELECTION has sealed.

    The digest is the SHA-256 of what --files prints. Status 1 if something is not as it was sealed.
    """
    from elections import software

    reading = software.on_disk()
    if files:
        click.echo(reading.lines, nl=False)
    else:
        click.echo(f"{reading.software['digest']}  isoloir {reading.version}")
    if election is None:
        return
    with open_state(state) as store:
        setup = _sealed(store, election)
    differing = reading.differing(setup)
    for name in differing:
        click.echo(f"not as sealed: static/booth/{name}", err=True)
    if reading.software != setup["software"] or differing:
        sealed = setup["software"]
        message = f"sealed was {sealed['digest']}  isoloir {sealed['version']}"
        raise click.ClickException(message)
    click.echo("This is what was sealed.", err=True)


def _sealed(store: Store, election: str) -> Json:
    """The set-up of a contest of the election: all of them seal the same software."""
    from elections.protocol.canonical import parse_canonical
    from elections.protocol.errors import ProtocolError
    from elections.registry import elections

    with store.registry_reader() as session:
        contest = elections.find(session, election).contests[0]
        if contest.setup is None:
            raise ProtocolError("registry.unsealed", contest=contest.title)
        return parse_canonical(contest.setup, "setup.json")
