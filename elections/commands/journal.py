"""`elections journal`: the journal of operations as a file."""

from __future__ import annotations

from pathlib import Path

import click

from elections.commands._state import now, open_state, state_option

NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("journal")
@click.argument("election")
@click.option("--format", "form", type=click.Choice(["jsonl", "nist-json"]), default="jsonl", show_default=True)
@click.option("--out", required=True, type=NEW_FILE, metavar="FILE", help="A new file.")
@state_option
def command(election: str, form: str, out: Path, state: Path) -> None:
    """Write the journal of ELECTION into FILE, as it is published or in the words of NIST SP 1500-101.

    `elections verify FILE` judges a journal whose name ends in .jsonl. One whose chain is broken is written as jsonl
    all the same, for it is evidence; the status is then 1.
    """
    from elections.protocol.journal import parse_journal
    from elections.registry import elections, journal
    from elections.rules import event_log
    from elections.software import software

    with open_state(state) as store, store.registry_reader() as session:
        uuid = elections.find(session, election).uuid
        raw = journal.lines(session, uuid)
    if form == "jsonl":
        _write(out, raw)
    entries = parse_journal(raw, f"journal of {uuid}")
    if form != "jsonl":
        _write(out, event_log.write(entries, uuid, software()["version"], now()))
    click.echo(f"{len(entries)} acts, last digest {entries[-1].digest}", err=True)


def _write(out: Path, raw: bytes) -> None:
    with out.open("xb") as file:
        file.write(raw)
