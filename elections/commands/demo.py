"""`elections demo`: a whole election in one command, then a site to vote in."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from elections.demo.play import Demo
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
    from elections.verify import verify

    play.prepare_folder(out)
    demo = play.play(out, electors=electors, seed=seed, group=group, progress=_progress)
    report = verify(demo.record)
    _tell(demo, report)
    if not report.holds:
        raise click.exceptions.Exit(1)
    if serve:
        _serve(demo, electors, seed, group, port)
    else:
        shutil.rmtree(out / "keys")
        (out / "keys").mkdir(mode=0o700)


def _progress(title: str, steps: int) -> Callable[[], None]:
    """Lines on stderr, about ten for each thing that takes long."""
    done, every = 0, max(1, steps // 10)

    def step() -> None:
        nonlocal done
        done += 1
        if done % every == 0 or done == steps:
            click.echo(f"  {title}: {done}/{steps}", err=True)

    return step


def _tell(demo: Demo, report: Report) -> None:
    import json

    for figures in report.figures:
        result = json.loads((demo.record / figures.contest / "result.json").read_bytes())
        click.echo(f"\n{figures.title}: {result['valid']} valid votes, {result['blank']} blank, roll {result['roll']}")
        for name, votes, seats in zip(result["names"], result["votes"], result["seats"], strict=True):
            click.echo(f"  {votes:>6}  {'seats ' + str(seats) if seats else '':9} {name}")
    click.echo(f"\nThe record is in {demo.record}. Judge it: elections verify {demo.record}")
    click.echo(f"Our verifier says: {report.verdict}. Names and the small colleges' votes are invented.")


def _serve(demo: Demo, electors: int, seed: int, group: str, port: int) -> None:
    from elections.commands.serve import run
    from elections.config import Config
    from elections.demo import play

    url = f"http://127.0.0.1:{port}"
    click.echo("\nPreparing a second election, left open to vote in…", err=True)
    now = datetime.now(UTC).replace(microsecond=0)
    demo = play.play_open(demo, electors=electors, seed=seed + 1, group=group, url=url, now=now)
    _print_sign_ins(demo)
    config = Config(state=demo.state, outbox=demo.folder / "outbox", address=url, sender=play.SENDER)
    run(config, "127.0.0.1", port, show_codes=True)


def _print_sign_ins(demo: Demo) -> None:
    """Everything that is needed to vote, to close early and to count; all electors stand in demo.json."""
    people = demo.listing["people"]
    assert isinstance(people, list)
    click.echo(f"\nOpen election {demo.listing['open_election']} at {demo.listing['url']}\n")
    for person in [item for item in people if "password" in item]:
        click.echo(f"  {person['role']:<12} {person['identifier']:<14} password {person['password']}")
    for person in [item for item in people if "voting_code" in item][:5]:
        click.echo(f"  {'elector':<12} {person['identifier']:<24} voting code {person['voting_code']}")
    click.echo(f"  … all electors, codes, key files and passphrases: {demo.folder / 'demo.json'}\n")
