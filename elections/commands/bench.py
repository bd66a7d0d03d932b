"""`elections bench`: how fast this machine judges ballots and reads rolls, and how many casts the site takes."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from elections.protocol.canonical import compact
from elections.protocol.group import GROUP_NAMES, group_by_name

if TYPE_CHECKING:
    from elections.bench.casting import Measured, Run
    from elections.bench.rolls import Timing
    from elections.bench.verifying import Comparison


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
    from elections.bench.verifying import BenchError, compare

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


@command.command("cast")
@click.option(
    "--electors", default=200, show_default=True, type=click.IntRange(40, 20_000), metavar="N", help="Who cast."
)
@click.option("--clients", default=10, show_default=True, type=click.IntRange(1, 200), metavar="C", help="At once.")
@click.option(
    "--think",
    default=20.0,
    show_default=True,
    type=click.FloatRange(0, 600),
    metavar="SECONDS",
    help="How long electors read before they cast, on average; 0 leaves that run out.",
)
@click.option("--group", default=GROUP_NAMES[0], show_default=True, type=click.Choice(GROUP_NAMES), help="Of the keys.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def cast(electors: int, clients: int, think: float, group: str, as_json: bool) -> None:
    """Send ballots to gunicorn on this machine, through the real HTTP endpoints.

    Half the electors cast as fast as it answers, the other half after a time of reading. Ballots are made before the
    clock starts. Server and clients share the same cores.
    """
    if find_spec("gunicorn") is None:
        raise click.ClickException("gunicorn is not installed: pip install -e '.[production]'")
    from elections.bench.casting import measure

    click.echo(f"preparing an election and {electors} ballots in {group}", err=True)
    found = measure(electors, clients, group, think)
    if as_json:
        click.echo(compact(found.json()))
    else:
        _print_cast(found)
    if found.errors or not found.holds:
        raise click.exceptions.Exit(1)


def _print_cast(found: Measured) -> None:
    _print_run(f"{found.clients} clients that never pause", found.pressing)
    if found.reading:
        _print_run(f"{found.clients} electors at once who read {found.think:g} s on average", found.reading)
    verdict = "holds" if found.holds else "DOES NOT HOLD"
    click.echo(f"invariant {verdict}: {found.signatures} signatures, {found.ballots} ballots")


def _print_run(who: str, run: Run) -> None:
    figures = run.json()
    click.echo(f"{who}: {figures['casts']} casts in {run.seconds:.1f} s, {run.errors} errors")
    click.echo(f"  {figures['casts_per_second']} casts a second, {figures['cpu_ms_per_cast']} ms of server CPU a cast")
    p50, p95, p99 = (f"{run.percentile(share):.1f} ms" for share in (0.5, 0.95, 0.99))
    click.echo(f"  latency p50 {p50}, p95 {p95}, p99 {p99}")


@command.command("roll")
@click.option(
    "--electors", default=10_000, show_default=True, type=click.IntRange(10, 100_000), metavar="N", help="On the roll."
)
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def roll(electors: int, as_json: bool) -> None:
    """Time the dry run of a roll and its use, as CSV, XLSX and ODS, beside the plain reading of the same bytes.

    Each is the median of three, in a database on this machine's disk.
    """
    from elections.bench.rolls import measure

    click.echo(f"making and reading rolls of {electors} electors", err=True)
    found = measure(electors)
    if as_json:
        click.echo(compact({"electors": electors, "formats": {item.kind: item.json() for item in found}}))
    else:
        _print_rolls(found)


def _print_rolls(found: list[Timing]) -> None:
    from elections.bench.rolls import LIMIT

    click.echo(
        f"{'':6}{'plain reading':>15}{'dry run':>11}{'(CPU)':>9}{'apply':>11}{'(CPU)':>9}{'dry run / reading':>20}"
    )
    for item in found:
        look, use = item.busy
        figures = (
            f"{item.reading:13.2f} s{item.look:9.2f} s{look:7.2f} s{item.use:9.2f} s{use:7.2f} s{item.ratio:20.1f}"
        )
        click.echo(f"{item.kind:6}{figures}")
    slowest = max(max(item.look, item.use) for item in found)
    click.echo(f"slowest {slowest:.2f} s; 10,000 electors should take less than {LIMIT:.0f} s")
