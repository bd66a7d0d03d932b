"""What commands share that work on a state: where it lies, the hour, and hours as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from elections.config import STATE, Config
from elections.protocol.canonical import check_year

if TYPE_CHECKING:
    from collections.abc import Callable

    from elections.storage import Store

Command = TypeVar("Command", bound="Callable[..., object]")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
"""A file that is read; one that is not there is wrong usage, status 2."""


def state_option(command: Command) -> Command:
    """The option `--state DIR`, by default what the environment says, else ./state."""
    return click.option(
        "--state",
        type=click.Path(file_okay=False, path_type=Path),
        default=lambda: Config.from_environment().state,
        metavar="DIR",
        help=f"The folder of databases and keys; default: {STATE} of the environment, or ./state.",
    )(command)


def open_state(state: Path) -> Store:
    """The state in that folder; to be used as a context."""
    from elections.storage import Store

    return Store.open(state)


def now() -> datetime:
    """The hour of what is done, UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


class Hour(click.ParamType[datetime]):
    """An hour with its zone: nobody should have to guess which zone an hour of an election was meant in (R24)."""

    name = "hour"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """`2026-02-06T08:00:00Z`, or with an offset such as +01:00."""
        if isinstance(value, datetime):
            return value
        try:
            hour = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not an hour like 2026-02-06T08:00+01:00 or 2026-02-06T07:00Z", param, ctx)
        if hour.tzinfo is None:
            self.fail(f"{value!r} has no zone: add +01:00 (Paris in winter), +02:00 (in summer) or Z", param, ctx)
        check_year(hour)
        return hour.astimezone(UTC).replace(microsecond=0)


HOUR = Hour()
