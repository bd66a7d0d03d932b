"""`elections export`: the record as a folder."""

from __future__ import annotations

from pathlib import Path

import click

from elections.commands._state import open_state, state_option


@click.command("export")
@click.argument("election")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes for the ballots.")
@state_option
def command(election: str, out: Path, jobs: int, state: Path) -> None:
    """Write the record into DIR: the frozen one before the count, the full one after it. Refused unless it verifies."""
    from elections import counting

    with open_state(state) as store:
        report = counting.export(store, election, out, jobs=jobs)
    click.echo(f"Wrote {out}; our verifier says: {report.verdict}.", err=True)
