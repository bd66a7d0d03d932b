"""`elections config`: the configuration of an election as a file that people read and change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from elections.commands._state import FILE, HOUR, now, open_state, state_option

if TYPE_CHECKING:
    from datetime import datetime


@click.group("config")
def command() -> None:
    """The configuration of an election as a file: no roll, no candidacy, no key, nobody's name."""


@command.command("export")
@click.argument("election")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@state_option
def export(election: str, file: Path, state: Path) -> None:
    """Write the configuration of ELECTION into the new FILE, as TOML with a comment on each part."""
    from elections.registry import configuration, elections
    from elections.rules.configuration import write

    with open_state(state) as store, store.registry_reader() as session:
        body = write(configuration.read(elections.find(session, election)))
    with file.open("xb") as written:
        written.write(body)


@command.command("import")
@click.argument("file", type=FILE)
@click.option("--opening", type=HOUR, metavar="T", help="Another opening hour than that of FILE, with its zone.")
@click.option("--closing", type=HOUR, metavar="T", help="Another closing hour.")
@click.option("--apply", is_flag=True, help="Create it; without this the file is only looked at.")
@state_option
def import_(file: Path, opening: datetime | None, closing: datetime | None, apply: bool, state: Path) -> None:
    """Read FILE and say what election it would make; with --apply, create it and print its uuid.

    Whatever is wrong with the file is refused with the line, or the field.
    """
    from elections.commands._made import made, tell
    from elections.protocol.canonical import sha256_hex
    from elections.rules.configuration import LARGEST, parse

    with file.open("rb") as opened:
        data = opened.read(LARGEST + 1)
    wanted = tell(parse(data), opening, closing, now())
    if apply:
        with open_state(state) as store:
            click.echo(made(store, wanted, sha256_hex(data), now()))
    else:
        click.echo("nothing written: this was a dry run (--apply writes)", err=True)
