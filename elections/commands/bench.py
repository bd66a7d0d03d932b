"""`elections bench`: how fast this machine judges ballots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.protocol.canonical import compact
from elections.protocol.group import GROUP_NAMES, group_by_name

if TYPE_CHECKING:
    from elections.bench import Comparison


@click.group("bench")
def command() -> None:
    """How fast this machine is at what an election asks of it."""


@command.command("verify")
@click.option(
    "--ballots", default=500, show_default=True, type=click.IntRange(1, 100_000), metavar="N", help="To judge."
)
@click.option("--group", default=GROUP_NAMES[0], show_default=True, type=click.Choice(GROUP_NAMES), help="Of the keys.")
@click.option("--against", type=click.Choice(["belenios-tool"]), help="Another program, on the same archive.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def verify(ballots: int, group: str, against: str | None, as_json: bool) -> None:
    """Time `elections verify` on an archive made for it, with three lists and blank.

    What counts is the wall time of whole processes on one core, the median of three.
    """
    from elections.bench import BenchError, compare

    click.echo(f"making {ballots} ballots in {group}, then judging them", err=True)
    try:
        found = compare(group_by_name(group), ballots, against)
    except BenchError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(compact(found.json()))
    else:
        _print(found)


def _print(found: Comparison) -> None:
    click.echo(f"{found.group}, {found.ours.ballots} ballots of three lists and blank, one core")
    for name, timing in (("elections verify", found.ours), (found.peer_name, found.peer)):
        if timing is not None:
            click.echo(f"{name:<18}{timing.seconds:8.2f} s {timing.each:8.2f} ms a ballot")
    if found.ratio is not None:
        click.echo(f"ratio {found.ratio:.2f}")
