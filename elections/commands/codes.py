"""`elections codes`: voting codes, made by somebody who knows no name, kept by nobody who serves the vote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from elections.commands._acts import role_option
from elections.commands._state import FILE, now, open_state, state_option
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from elections.registry.code_files import CodeRequest

NEW_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("codes")
def command() -> None:
    """Voting codes: asked for by the office, made on another machine, known here by public keys only."""


@command.command("export")
@click.argument("election")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--again", metavar="IDENTIFIER", help="Only this elector, who has a code: it is to be issued anew.")
@state_option
def export(election: str, file: Path, again: str | None, state: Path) -> None:
    """Write into FILE what the code maker needs: the numbers of all electors who have no code yet."""
    from elections.registry import codes

    with open_state(state) as store, store.registry_reader() as session:
        request = codes.request(session, election) if again is None else _request_again(session, election, again)
    with file.open("xb") as out:
        out.write(request.encode())
    click.echo(f"{len(request.numbers)} electors need a code", err=True)


def _request_again(session: Session, election: str, identifier: str) -> CodeRequest:
    from elections.registry import elections, roll
    from elections.registry.code_files import CodeRequest

    elector = roll.by_identifier(session, election, identifier)
    if elector is None:
        raise ProtocolError("codes.number", number=identifier[:64])
    return CodeRequest(election, tuple(elections.find(session, election).issuers), (elector.number,))


@command.command("make")
@click.argument("file", type=FILE)
@click.option("--out", required=True, type=NEW_FOLDER, metavar="DIR", help="A new folder.")
@click.option("--link", "address", metavar="URL", help="The site's address: letters get a link with the code in it.")
def make(file: Path, out: Path, address: str | None) -> None:
    """Make a code for every number in FILE: DIR/letters has one file each, DIR/public-keys.json goes back.

    Works without a database and without network, on a machine that serves nothing else.
    """
    from elections.config import check_address
    from elections.registry import code_files

    if address is not None:
        check_address("--link", address, site=True)
    request = code_files.CodeRequest.parse(file.read_bytes())
    code_files.write_folder(out, request.election, code_files.make(request), address and address.rstrip("/"))
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
            codes.take_keys(session, election, raw, Actor(Role.OFFICER), now(), maker="site")
    click.echo(f"{len(made)} codes in {out / code_files.LETTERS}", err=True)


@command.command("reissue")
@click.argument("election")
@click.argument("file", type=FILE)
@role_option
@state_option
def reissue(election: str, file: Path, role: str, state: Path) -> None:
    """Replace one elector's code by the one whose public keys are in FILE; the old code is worth nothing then.

    The office runs this, beside the president or the secretary (--as), for an elector who has not voted: `codes
    export ELECTION FILE --again IDENTIFIER`, then `codes make` where codes are made, then this.
    """
    from elections import sealing
    from elections.commands._acts import actor
    from elections.registry import code_files, elections

    raw = file.read_bytes()
    with open_state(state) as store:
        with store.registry_reader() as session:
            issuers = elections.find(session, election).issuers
        rows = code_files.read_keys(raw, election, issuers)
        if len(rows) != 1:
            raise ProtocolError("codes.one", electors=len(rows))
        sealing.reissue(store, election, rows[0], actor("officer"), actor(role), now())
    click.echo("The code is replaced; send the letter.", err=True)
