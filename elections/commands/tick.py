"""`elections tick`: do what is due."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from elections.commands._state import now, open_state, state_option

if TYPE_CHECKING:
    from pathlib import Path

_PAUSE = 5


@click.command("tick")
@click.option("--forever", is_flag=True, help=f"Again every {_PAUSE} seconds, until interrupted.")
@state_option
def command(forever: bool, state: Path) -> None:
    """Close, freeze, publish, recover and send whatever is due; several at once do no harm."""
    from dataclasses import replace

    from elections import post
    from elections.config import Config
    from elections.ticking import Ticker

    config = replace(Config.from_environment(), state=state)
    with open_state(state) as store:
        ticker = Ticker(store, post.carrier(config))
        ticker.tick(now())
        while forever:
            time.sleep(_PAUSE)
            ticker.tick(now())
