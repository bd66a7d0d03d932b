"""`elections tick`: do what is due."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import click

from elections.commands._state import now, open_state, state_option

if TYPE_CHECKING:
    from pathlib import Path

    from elections.ticking import Ticker

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
        ticker = Ticker(store, post.carrier(config), config=config)
        if not forever:
            ticker.tick(now())
            return
        # A mail server that is slow must not hold up a closing.
        sending = threading.Thread(target=_send, args=(ticker,), daemon=True)
        sending.start()
        while sending.is_alive():
            ticker.advance(now())
            time.sleep(_PAUSE)
        # What ended the sender has been printed; whoever started this program starts it again.
        raise SystemExit(1)


def _send(ticker: Ticker) -> None:
    while True:
        if not ticker.send(now()):
            time.sleep(_PAUSE)
