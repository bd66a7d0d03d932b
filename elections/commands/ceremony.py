"""`elections ceremony`: the files that go between the office and the key holders."""

from __future__ import annotations

from pathlib import Path

import click

from elections.commands._state import now, open_state, state_option

_LARGEST = 2**26


@click.command("ceremony")
@click.argument("election")
@click.option("--dir", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@state_option
def command(election: str, folder: Path, state: Path) -> None:
    """Take what holders wrote into DIR (every *.out.json), and write their next inputs (ROLE.STEP.in.json).

    May be repeated: an answer that was taken before changes nothing. Holders answer with
    `elections trustee step | rehearse | seal | amend KEY DIR/ROLE.STEP.in.json DIR/ROLE.STEP.out.json`, and
    after the freeze with `elections trustee decrypt KEY RECORD DIR/ROLE.decrypt.out.json`; if the totals need a lot,
    with `elections trustee lot KEY RECORD DIR/ROLE.lot.in.json DIR/ROLE.lot.out.json`.
    """
    from elections import keyholders
    from elections.commands._acts import actor
    from elections.protocol.errors import ProtocolError

    with open_state(state) as store:
        for path in sorted(folder.glob("*.out.json")):
            if path.stat().st_size > _LARGEST:
                raise ProtocolError("record.large", what=path.name, most=_LARGEST)
            role = keyholders.take(store, election, path.read_bytes(), actor("officer"), now())
            click.echo(f"took {path.name} of {role}", err=True)
        inputs = keyholders.inputs(store, election, actor("officer"), now())
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for role, (step, document) in inputs.items():
            target = folder / f"{role}.{step}.in.json"
            partial = target.with_suffix(".partial")
            partial.write_bytes(document)
            partial.replace(target)
            click.echo(f"wrote {target}")
        step, late = keyholders.waiting_for(store, election)
    waiting = f", waiting for {', '.join(late)}" if late else ""
    click.echo(f"step: {step}{waiting}", err=True)
