"""`elections codes`: voting codes, made by somebody who knows no name, kept by nobody who serves the vote."""

from __future__ import annotations

from pathlib import Path

import click

from elections.commands._state import FILE, now, open_state, state_option

NEW_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("codes")
def command() -> None:
    """Voting codes: asked for by the office, made on another machine, known here by public keys only."""


@command.command("export")
@click.argument("election")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@state_option
def export(election: str, file: Path, state: Path) -> None:
    """Write into FILE what the code maker needs: the numbers of all electors who have no code yet."""
    from elections.registry import codes

    with open_state(state) as store, store.registry_reader() as session:
        request = codes.request(session, election)
    with file.open("xb") as out:
        out.write(request.encode())
    click.echo(f"{len(request.numbers)} electors without a code", err=True)


@command.command("make")
@click.argument("file", type=FILE)
@click.option("--out", required=True, type=NEW_FOLDER, metavar="DIR", help="A new folder.")
def make(file: Path, out: Path) -> None:
    """Make a code for every number in FILE: DIR/letters has one file each, DIR/public-keys.json goes back.

    Works without a database and without network, on a machine that serves nothing else.
    """
    from elections.registry import code_files

    request = code_files.CodeRequest.parse(file.read_bytes())
    code_files.write_folder(out, request.election, code_files.make(request))
    click.echo(f"{len(request.numbers)} codes in {out / code_files.LETTERS}", err=True)


@command.command("import")
@click.argument("election")
@click.argument("file", type=FILE)
@state_option
def import_(election: str, file: Path, state: Path) -> None:
    """Take the code maker's public keys from FILE, all or none."""
    from elections.registry import codes
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    raw = file.read_bytes()
    with open_state(state) as store, store.registry.begin() as session:
        electors = codes.take_keys(session, election, raw, Actor(Role.OFFICER), now())
    click.echo(f"{electors} electors have a code now", err=True)


@command.command("issue")
@click.argument("election")
@click.option("--out", required=True, type=NEW_FOLDER, metavar="DIR", help="A new folder.")
@state_option
def issue(election: str, out: Path, state: Path) -> None:
    """Make and import codes on this machine, for electors who have none.

    For rehearsals and small elections: who makes codes should not be who runs the site.
    """
    from elections.registry import code_files, codes
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    with open_state(state) as store:
        with store.registry_reader() as session:
            request = codes.request(session, election)
        made = code_files.make(request)
        # The letters first: keys without a letter would shut their electors out.
        code_files.write_folder(out, election, made)
        with store.registry.begin() as session:
            raw = code_files.write_keys(election, [item.keys for item in made])
            codes.take_keys(session, election, raw, Actor(Role.OFFICER), now())
    click.echo(f"{len(made)} codes in {out / code_files.LETTERS}", err=True)
