"""`elections verify`: judge a record, a bare archive or a journal, offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from elections.verify import Report

_MARKS = {"holds": "ok    ", "fails": "FAILS ", "absent": "absent"}


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes for the ballots.")
@click.option("--anchor", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Figures of the minutes.")
@click.option("--receipt", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An urn receipt to find.")
@click.option("--challenge", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A ballot to open.")
def command(
    path: Path, as_json: bool, jobs: int, anchor: Path | None, receipt: Path | None, challenge: Path | None
) -> None:
    """Judge the record in the folder PATH, or the bare Belenios archive in the file PATH.

    A file PATH whose name ends in .jsonl is a journal: its chain is judged. With --challenge a file PATH is the sealed
    dossier of the contest, dossier.json, as the site gives it while the vote is open. Every check is made, even after
    one fails. Status 0 only if all hold.
    """
    from elections.verify import verify

    if (anchor or receipt) and not path.is_dir():
        raise click.UsageError("--anchor and --receipt go with a record's folder")
    report = verify(path, jobs=jobs, anchor=anchor, receipt=receipt, challenge=challenge)
    if as_json:
        click.echo(json.dumps(report.json(), ensure_ascii=False, sort_keys=True))
    else:
        _print(report)
    if not report.holds:
        raise click.exceptions.Exit(1)


def _print(report: Report) -> None:
    titles = {figures.contest: figures.title for figures in report.figures}
    for figures in report.figures:
        _echo(f"{figures.title} ({figures.contest})")
        _echo(f"  fingerprint       {figures.fingerprint or 'none'}")
        _echo(f"  setup             sha256 {figures.setup}")
        _echo(f"  final checkpoint  {figures.size} entries, root {figures.root}")
        _echo(f"  key holders       {', '.join(figures.holders)}")
    from elections.verify.report import SENTENCES

    for check in report.checks:
        place = f" [{titles.get(check.contest, check.contest)}]" if check.contest else ""
        detail = f": {check.detail}" if check.detail else ""
        _echo(f"{_MARKS[check.verdict]} {check.id}{place} {SENTENCES[check.id]}{detail}")
    explained = {
        "refused": "REFUSED: at least one check fails",
        "frozen": "FROZEN: all checks hold so far; nothing is counted yet",
        "consistent": "CONSISTENT: all checks hold; compare the figures above with the signed minutes (--anchor)",
        "verified": "VERIFIED: all checks hold, and the figures are those of the anchor",
    }
    if report.subject == "archive" and report.holds:
        click.echo("CONSISTENT: the archive's own checks hold; it has neither seal nor tokens, log nor strong proofs")
    elif report.subject == "journal" and report.holds:
        click.echo("CONSISTENT: compare number and last digest with the desk's page or the minutes of the operations")
    elif report.subject == "dossier" and report.holds:
        click.echo("CONSISTENT: compare choices and tracker with what the device showed, the fingerprint with the seal")
    else:
        click.echo(explained[report.verdict])
    for remark in report.remarks:
        _echo(f"NOTE: {remark}")


def _echo(line: str) -> None:
    """Print a line; what a hostile record put into it cannot steer the terminal."""
    click.echo("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line))
