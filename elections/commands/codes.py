"""`elections codes`: voting codes, made by somebody who serves no vote, kept by nobody."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from elections.commands._acts import role_option
from elections.commands._state import FILE, Command, now, open_state, state_option
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from elections.making import Form
    from elections.registry.code_files import CodeRequest

NEW_FILE = click.Path(dir_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FORMS = ("text", "letter", "table", "mail")


def form_option(command: Command) -> Command:
    """The option `--form`: what letters are."""
    told = "Plain files, letters as PDF, a table for a mail merge, or mail."
    return click.option("--form", type=click.Choice(FORMS), default="text", show_default=True, help=told)(command)


@contextmanager
def progress(request: CodeRequest, form: Form) -> Iterator[Callable[[int], None]]:
    """A bar on the terminal, to be told how many letters were set; none for what takes no time."""
    many = len(request.numbers)
    with click.progressbar(length=many, label="Letters", file=sys.stderr, hidden=form != "letter") as bar:
        yield bar.update


@click.group("codes")
def command() -> None:
    """Voting codes: asked for by the office, made on another machine, known here by public keys only."""


@command.command("export")
@click.argument("election")
@click.argument("file", type=NEW_FILE)
@click.option("--again", metavar="IDENTIFIER", help="Only this elector, who has a code: it is to be issued anew.")
@state_option
def export(election: str, file: Path, again: str | None, state: Path) -> None:
    """Write into FILE what the code maker needs: the numbers of all electors who have no code yet."""
    from elections.config import Config
    from elections.registry import codes, roll

    config = Config.from_environment()
    with open_state(state) as store, store.registry_reader() as session:
        numbers = None
        if again is not None:
            elector = roll.by_identifier(session, election, again)
            if elector is None:
                raise ProtocolError("codes.number", number=again[:64])
            numbers = [elector.number]
        request = codes.request(session, election, numbers, site=config.address, help_=config.help_line)
    with file.open("xb") as out:
        out.write(request.encode())
    click.echo(f"{len(request.numbers)} electors need a code", err=True)


@command.command("addresses")
@click.argument("request", type=FILE)
@click.argument("file", type=NEW_FILE)
@click.option("--postal", type=FILE, metavar="SHEET", help="Postal lines by identifier, which the roll does not have.")
@state_option
def addresses(request: Path, file: Path, postal: Path | None, state: Path) -> None:
    """Write into FILE the names and addresses for the numbers of a REQUEST: the maker's letters need them."""
    from elections.registry import code_letters
    from elections.registry.code_files import CodeRequest, write_private

    asked = CodeRequest.parse(request.read_bytes())
    sheet = None if postal is None else postal.read_bytes()
    with open_state(state) as store, store.registry_reader() as session:
        written = code_letters.addresses(session, asked, sheet)
    write_private(file, written)
    click.echo(f"{len(asked.numbers)} addresses", err=True)


@command.command("make")
@click.argument("file", type=FILE)
@click.option("--out", required=True, type=NEW_FOLDER, metavar="DIR", help="A new folder.")
@click.option("--link", "address", metavar="URL", help="The site's address: letters get a link with the code in it.")
@click.option("--addresses", "sheet", type=FILE, metavar="SHEET", help="Names and addresses, for all but plain text.")
@form_option
def make(file: Path, out: Path, address: str | None, sheet: Path | None, form: Form) -> None:
    """Make a code for every number in FILE: DIR/letters holds them, DIR/public-keys.json goes back.

    Works without a database and without network, on a machine that serves nothing else. Codes by mail are refused
    unless FILE says that the site sends nothing by mail, which only a rehearsal does.
    """
    from elections import making
    from elections.config import Config, check_address
    from elections.registry import code_files

    if address is not None:
        check_address("--link", address, site=True)
        address = address.rstrip("/")
    request = code_files.CodeRequest.parse(file.read_bytes())
    if form != "text" and sheet is None:
        raise click.UsageError(f"--form {form} needs --addresses")
    addresses = b"" if sheet is None else sheet.read_bytes()
    sender = Config.from_environment().sender
    with progress(request, form) as written:
        making.make(request, addresses, form, out, address=address, sender=sender, written=written)
    click.echo(f"{len(request.numbers)} codes in {out / code_files.LETTERS}", err=True)


@command.command("send")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option("--again", is_flag=True, help="Also those of which nobody knows whether they went, cut off in between.")
def send(folder: Path, again: bool) -> None:
    """Send the mails of DIR by the mail server of the settings; each is erased as soon as the server has taken it.

    May be stopped at any moment and begun again: what was sent is not sent twice.
    """
    from elections import post
    from elections.config import Config
    from elections.registry import code_files

    config = Config.from_environment()
    if config.smtp_host is None:
        raise click.UsageError("no mail server is set: ELECTIONS_SMTP_HOST")
    sent, refused, doubtful = post.send_folder(
        folder / code_files.LETTERS, post.Smtp(config), code_files.erase, again=again
    )
    left = f"; {refused} refused" * bool(refused) + f"; {doubtful} in doubt, see --again" * bool(doubtful)
    click.echo(f"{sent} messages sent{left}", err=True)
    if refused or doubtful:
        raise SystemExit(1)


@command.command("forget")
@click.argument("folder", type=FOLDER, metavar="DIR")
def forget(folder: Path) -> None:
    """Overwrite and delete every letter in DIR; the public keys stay.

    What a solid-state disk, a backup or the queue of a printer still holds is out of reach: use an encrypted disk.
    """
    from elections.registry import code_files

    count = code_files.forget(folder)
    click.echo(f"{count} files are overwritten and deleted; a solid-state disk may still hold their bytes", err=True)


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
@click.option("--postal", type=FILE, metavar="SHEET", help="Postal lines by identifier, which the roll does not have.")
@form_option
@state_option
def issue(election: str, out: Path, postal: Path | None, form: Form, state: Path) -> None:
    """Make and import codes on this machine, for electors who have none.

    For rehearsals and small elections: who makes codes should not be who runs the site, and the site says so. From
    then on the tick makes those of electors who come later, in the same form, in the state's folder `codes/`.
    """
    from elections import making
    from elections.config import Config
    from elections.registry import code_files, code_letters, codes
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    config, lines = Config.from_environment(), None if postal is None else postal.read_bytes()
    with open_state(state) as store:
        with store.registry_reader() as session:
            request = codes.request(session, election, site=config.address, help_=config.help_line)
            sheet = code_letters.addresses(session, request, lines)
        # The letters first: keys without a letter would shut their electors out.
        with progress(request, form) as written:
            made = making.make(request, sheet, form, out, sender=config.sender, written=written)
        with store.registry.begin() as session:
            raw = code_files.write_keys(election, [item.keys for item in made])
            codes.take_keys(session, election, raw, Actor(Role.OFFICER), now(), maker="site", form=form)
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
