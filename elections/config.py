"""What the machine's owner sets, read from the environment in one place.

Nothing of the protocol is here: groups, sizes and rules are never taken from the environment
(protocol.md §2). Every variable begins with `ELECTIONS_`; what is not set has the value of a demo.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Mapping

STATE = "ELECTIONS_STATE"
"""The variable that names the state's folder; commands take it as the default of `--state`."""

_ADDRESS = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Config:
    """Where the state lies, under which address the site is known, and through whom mail goes."""

    state: Path = Path("state")
    """The folder with both databases and `keys/`."""
    outbox: Path | None = None
    """Where messages become files while no mail server is set; None: `outbox/` in the state's folder."""
    address: str = "http://127.0.0.1:8000"
    """The one canonical address of the site (R20), without a slash at its end."""
    smtp_host: str | None = None
    """None: messages stay files of the outbox folder, as in the demo."""
    smtp_port: int = 587
    smtp_user: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    sender: str = "elections@localhost"
    """The address that messages come from."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Config:
        """The settings of this process; an empty variable counts as one that is not set."""
        given = {name: value for name, value in (environment or os.environ).items() if value}
        port = given.get("ELECTIONS_SMTP_PORT", str(cls.smtp_port))
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
            raise ProtocolError("registry.setting", name="ELECTIONS_SMTP_PORT", value=port[:40])
        address = given.get("ELECTIONS_ADDRESS", cls.address).rstrip("/")
        if not _ADDRESS.fullmatch(address):
            raise ProtocolError("registry.address", name="ELECTIONS_ADDRESS", value=address[:80])
        return cls(
            state=Path(given.get(STATE, cls.state)),
            address=address,
            smtp_host=given.get("ELECTIONS_SMTP_HOST"),
            smtp_port=int(port),
            smtp_user=given.get("ELECTIONS_SMTP_USER"),
            smtp_password=given.get("ELECTIONS_SMTP_PASSWORD"),
            sender=given.get("ELECTIONS_SENDER", cls.sender),
        )
