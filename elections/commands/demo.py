"""`elections demo`: a whole election in one command, then a site to vote in."""

from __future__ import annotations

import json
import shutil
import socket
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from elections.demo.play import Listing
    from elections.verify import Report

_FEWEST = 40


@click.command("demo")
@click.option(
    "--electors",
    default=400,
    show_default=True,
    type=click.IntRange(_FEWEST, 20_000),
    help="The roll of the general college; 9163 is the real one, and takes minutes.",
)
@click.option("--seed", default=1, show_default=True, type=int, help="Draws names, choices and turnout, never a key.")
@click.option("--group", default="Ed25519", show_default=True, type=click.Choice(["Ed25519", "BELENIOS-2048"]))
@click.option("--out", default=Path("demo"), show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--serve/--no-serve", default=True, show_default=True, help="Then serve a second election, left open.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def command(electors: int, seed: int, group: str, out: Path, serve: bool, port: int) -> None:
    """Play a whole election of the commission d'avancement, and leave its record in DIR/record.

    All names, and the votes of the six small colleges, are invented; the general college votes in the
    proportions published for February 2026, when the two contests of the Cour de cassation were not on line.
    """
    from elections.demo import play

    if serve:
        _check_port(port)
    play.prepare_folder(out)
    if not serve:
        record, report = play.play(out, electors=electors, seed=seed, group=group, progress=_progress)
        shutil.rmtree(out / "keys" / "finished")
        _tell(record, report)
        return
    url = f"http://127.0.0.1:{port}"
    # Two elections and two cores: the one to vote in is prepared beside the one that is counted.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        opened = pool.submit(play.play_open, out, electors, seed + 1, group, url)
        record, report = play.play(out, electors=electors, seed=seed, group=group, progress=_progress)
        listing = opened.result()
    listing.write(out)
    _tell(record, report)
    _serve(out, listing, port)


def _check_port(port: int) -> None:
    """Refuse a port that is taken before anything is played, not minutes later."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise click.ClickException(f"port {port} is taken: {error.strerror}; choose another with --port") from error


def _progress(title: str, steps: int) -> Callable[[], None]:
    """Lines on stderr, about ten for each thing that takes long."""
    done, every = 0, max(1, steps // 10)

    def step() -> None:
        nonlocal done
        done += 1
        if done % every == 0 or done == steps:
            click.echo(f"  {title}: {done}/{steps}", err=True)

    return step


def _tell(record: Path, report: Report) -> None:
    for figures in report.figures:
        result = json.loads((record / figures.contest / "result.json").read_bytes())
        click.echo(f"\n{figures.title}: {result['valid']} valid votes, {result['blank']} blank, roll {result['roll']}")
        for name, votes, seats in zip(result["names"], result["votes"], result["seats"], strict=True):
            click.echo(f"  {votes:>6}  {'seats ' + str(seats) if seats else '':9} {name}")
    click.echo(f"\nThe record is in {record}. Judge it: elections verify {record}")
    click.echo(f"Our verifier said before publication: {report.verdict}.")
    click.echo("All names, and the votes of the six small colleges, are invented.")
    click.echo("In February 2026 five of the contests were held on line; the two of the Cour de cassation were not.")


def _serve(out: Path, listing: Listing, port: int) -> None:
    from elections.commands.serve import run
    from elections.config import Config
    from elections.demo.play import SENDER

    click.echo(f"\nElection {listing.open_election} is open at {listing.url} (a rehearsal: it may be closed early)\n")
    for person in [item for item in listing.people if "password" in item]:
        click.echo(f"  {person['role']:<12} {person['identifier']:<24} password {person['password']}")
    for person in [item for item in listing.people if "voting_code" in item][:5]:
        click.echo(f"  {person['role']:<12} {person['identifier']:<24} voting code {person['voting_code']}")
    for trustee in listing.trustees:
        click.echo(f"  key file     {trustee['key']:<24} passphrase {trustee['passphrase']}")
    click.echo(f"\nAll electors and their codes: {out / 'demo.json'}.")
    click.echo("One-time codes are printed here as they are sent.\n")
    config = Config(state=out / "state", outbox=out / "outbox", address=listing.url, sender=SENDER)
    run(config, "127.0.0.1", port, show_codes=True)
