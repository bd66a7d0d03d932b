"""`elections trustee`: a key holder's program, on her own device and without any network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    from elections.holder.program import Holder
    from elections.holder.state import Outcome

_LARGEST_INPUT = 2**30

_path = click.Path(path_type=Path)
_key = click.argument("key", type=_path)
_input = click.argument("document", metavar="IN", type=_path)
_output = click.argument("answer", metavar="OUT", type=_path)
_passphrase = click.option(
    "--passphrase-file", metavar="F", type=_path, help="Read the passphrase from a file instead of asking for it."
)


@click.group("trustee")
def command() -> None:
    """Hold one share of the election's keys.

    KEY is your key file, encrypted under your passphrase; keep copies of it on two media. IN is a
    document of the election office, OUT the answer that you give back to it. Nothing here uses a network.
    """


@command.command("create")
@_key
@_passphrase
def create(key: Path, passphrase_file: Path | None) -> None:
    """Make a new key file; an existing file is never overwritten."""
    from elections.holder.program import Holder

    if key.exists():
        raise ProtocolError("holder.exists", path=key)
    Holder.create(key, _read_passphrase(passphrase_file, new=True))
    click.echo(f"Made the key file {key}. Without its passphrase nobody can use it, and nobody can replace it.")


@command.command("step")
@_key
@_input
@_output
@_passphrase
def step(key: Path, document: Path, answer: Path, passphrase_file: Path | None) -> None:
    """Answer the next round of the key ceremony."""
    _act(key, answer, passphrase_file, lambda holder: holder.step(_read(document)))


@command.command("rehearse")
@_key
@_input
@_output
@_passphrase
def rehearse(key: Path, document: Path, answer: Path, passphrase_file: Path | None) -> None:
    """Open the test urns of a rehearsal with this very key file."""
    _act(key, answer, passphrase_file, lambda holder: holder.rehearse(_read(document)))


@command.command("seal")
@_key
@_input
@_output
@_passphrase
def seal(key: Path, document: Path, answer: Path, passphrase_file: Path | None) -> None:
    """Check what is to be sealed, sign it and remember it."""
    _act(key, answer, passphrase_file, lambda holder: holder.seal(_read(document)))


@command.command("amend")
@_key
@_input
@_output
@_passphrase
def amend(key: Path, document: Path, answer: Path, passphrase_file: Path | None) -> None:
    """Sign an act of the board on what was sealed: a suspension, a resumption, a new closing hour."""
    _act(key, answer, passphrase_file, lambda holder: holder.amend(_read(document)))


@command.command("decrypt")
@_key
@click.argument("record", type=_path)
@_output
@_passphrase
def decrypt(key: Path, record: Path, answer: Path, passphrase_file: Path | None) -> None:
    """Check the frozen record in the folder RECORD, and decrypt its totals."""
    if not record.is_dir():
        raise click.BadParameter(f"{record} is not a folder", param_hint="RECORD")
    _act(key, answer, passphrase_file, lambda holder: holder.decrypt(record))


@command.command("lot")
@_key
@click.argument("record", type=_path)
@_input
@_output
@_passphrase
def lot(key: Path, record: Path, document: Path, answer: Path, passphrase_file: Path | None) -> None:
    """Check the frozen record in the folder RECORD and that a lot is needed, and open the product of all slips."""
    if not record.is_dir():
        raise click.BadParameter(f"{record} is not a folder", param_hint="RECORD")
    _act(key, answer, passphrase_file, lambda holder: holder.lot(record, _read(document)))


def _act(key: Path, answer: Path, passphrase_file: Path | None, act: Callable[[Holder], Outcome]) -> None:
    """Open the key file, act, write the answer, say what was done."""
    from elections.holder.keyfile import write_atomically
    from elections.holder.program import Holder

    if answer.resolve() == key.resolve():
        raise ProtocolError("holder.same-file", path=answer)
    outcome = act(Holder.open(key, _read_passphrase(passphrase_file, new=False)))
    write_atomically(answer, outcome.answer, mode=0o644)
    for sentence in (*outcome.said, f"Your answer is in {answer}: give it to the election office."):
        # Titles come from the office's documents: what they hold cannot steer the terminal.
        click.echo("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in sentence))


def _read(document: Path) -> bytes:
    if document.stat().st_size > _LARGEST_INPUT:
        raise ProtocolError("holder.large", what=str(document))
    return document.read_bytes()


def _read_passphrase(path: Path | None, *, new: bool) -> str:
    if path is None:
        typed: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True)
        return typed
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise ProtocolError("json.utf8", what=str(path)) from error
