"""`elections serve`: the site, by waitress, with the tick and the sender in threads."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

import click

from elections.commands._state import now, open_state, state_option

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from elections.config import Config
    from elections.post import Carrier, Message
    from elections.storage import Store

_PAUSE = 2
"""Seconds between ticks: a one-time code should not be waited for."""
_THREADS = 8
_LARGEST = 32_000_000
"""Bytes of any request; each page has a lower limit of its own."""


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@state_option
def command(host: str, port: int, state: Path) -> None:
    """Serve the site until interrupted, and do what is due.

    The address under which people reach it is ELECTIONS_ADDRESS; behind a reverse proxy it begins with https.
    """
    from dataclasses import replace

    from elections.config import Config

    config = replace(Config.from_environment(), state=state)
    if config.address == Config.address:
        config = replace(config, address=f"http://{host}:{port}")
    run(config, host, port)


def run(config: Config, host: str, port: int, *, show_codes: bool = False) -> None:
    """Serve a state; with `show_codes` one-time codes are printed as they are sent, for a demo."""
    import waitress

    from elections import post
    from elections.app import create_app
    from elections.ticking import Ticker
    from elections.web.logs import to_stderr

    to_stderr()
    with open_state(config.state) as store:
        carrier = post.carrier(config)
        ticker = Ticker(store, _Shown(carrier) if show_codes else carrier, config=config)
        app = create_app(config, store)
        try:
            server = waitress.create_server(
                app, host=host, port=port, threads=_THREADS, ident=None, max_request_body_size=_LARGEST
            )
        except (OSError, ValueError) as error:
            # A port that is taken, an address that is not this machine's, a name that is none.
            reason = getattr(error, "strerror", None) or error
            raise click.ClickException(f"cannot listen on {host}, port {port}: {reason}") from error
        over = threading.Event()
        rounds = (ticker.advance, ticker.send)
        threads = [threading.Thread(target=_repeat, args=(act, over), daemon=True) for act in rounds]
        for thread in threads:
            thread.start()
        click.echo(f"Serving {config.address}; interrupt to stop.", err=True)
        _warn(store)
        try:
            server.run()
        finally:
            over.set()
            for thread in threads:
                thread.join(timeout=30)


def _warn(store: Store) -> None:
    """Say what must not be done to this machine now (R25)."""
    from elections.registry import software_alarm

    with store.registry_reader() as session:
        sealed = software_alarm.watched(session)
    if sealed:
        titles = ", ".join(setup["election"]["title"] for setup in sealed.values())
        click.echo(
            f"Sealed and not proclaimed: {titles}. Install nothing until then: an alarm would be raised.", err=True
        )


def _repeat(act: Callable[[datetime], bool | None], over: threading.Event) -> None:
    """Do what is due, again and again, at once where more waits.

    A round that fails is told by its kind, and the next one tries again.
    """
    more: bool | None = False
    while not over.wait(0 if more else _PAUSE):
        more = False
        try:
            more = act(now())
        except Exception as error:  # noqa: BLE001 - a full disk or a busy database must not end the thread
            click.echo(f"tick: {type(error).__name__}", err=True)


class _Shown:
    """A carrier that prints the one-time codes it carries."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def send(self, message: Message) -> None:
        """Send the message, then show its code."""
        self._carrier.send(message)
        code = re.search(r"\b\d{4} \d{4} \d{4}\b", message.body)
        if message.kind == "one-time-code" and code is not None:
            click.echo(f"  one-time code for {message.recipient}: {code[0]}")

    def close(self) -> None:
        """Close the carrier."""
        self._carrier.close()
