"""`elections minutes`: the minutes of an election or of a record, as data and as PDF."""

from __future__ import annotations

from pathlib import Path

import click

from elections.commands._state import open_state, state_option


@click.command("minutes")
@click.argument("election", required=False)
@click.option(
    "--record",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Set the minutes of this record again, and of no state.",
)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@state_option
def command(election: str | None, record: Path | None, out: Path, state: Path) -> None:
    """Write the minutes into DIR, each as its data and as a PDF; before the proclamation they are a draft.

    From a record nothing is written unless it verifies; the same version of Typst gives the same bytes.
    """
    from elections import publication

    if (election is None) == (record is None):
        raise click.UsageError("give either an ELECTION or --record DIR")
    if record is not None:
        files = _of_record(record)
    else:
        with open_state(state) as store:
            files = publication.draft(store, election or "")
    publication.write_folder(files, out)
    click.echo(f"Wrote {len(files)} files into {out}.", err=True)


def _of_record(folder: Path) -> dict[str, bytes]:
    """The minutes that follow from the files of a record, once it is judged."""
    from elections import publication
    from elections.protocol.errors import ProtocolError
    from elections.protocol.journal import parse_journal
    from elections.protocol.record import JOURNAL, MANIFEST, Manifest
    from elections.rules import minutes
    from elections.verify.files import read_record
    from elections.verify.judge import judge_record

    files = read_record(folder)
    report = judge_record(files)
    for check in report.checks:
        if check.verdict == "fails":
            raise ProtocolError("verify.required", id=check.id, detail=check.detail)
    contests = {
        uuid: {path.removeprefix(f"{uuid}/"): raw for path, raw in files.items() if path.startswith(f"{uuid}/")}
        for uuid in Manifest.parse(files[MANIFEST]).contests
    }
    return publication.minutes_files(minutes.read(contests, parse_journal(files[JOURNAL])))
