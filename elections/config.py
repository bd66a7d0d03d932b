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

HERE = ("localhost", "127.0.0.1", "::1")
"""The names of this machine, the only one to which anything goes without TLS."""
STATE = "ELECTIONS_STATE"
"""The variable that names the state's folder; commands take it as the default of `--state`."""

_ADDRESS = re.compile(
    r"(https?)://([a-z0-9.-]+|\[[0-9a-f:]+\])(?::([0-9]{1,5}))?([/?][!-~]*)?", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True)
class Config:
    """Where the state lies, under which address the site is known, and through whom messages go."""

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
    sms_url: str | None = None
    """The SMS gateway's address; None: no message goes by SMS, but in a demo, where all become files."""
    sms_method: str = "POST"
    sms_template: Path | None = None
    """The file with the headers and body of a request to it; it holds a secret (`post.Gateway`)."""
    oidc_issuer: str | None = None
    """The OpenID Connect provider by which electors may come in too; None: none."""
    oidc_client: str | None = None
    oidc_secret: Path | None = None
    """The file with the client's secret."""
    oidc_claim: str = "preferred_username"
    """The claim of an ID token that is an elector's identifier."""
    code_link: bool = False
    """Whether a link to the booth may carry the voting code in its fragment."""
    help_phone: str | None = None
    """The help centre (R. 211-527): its telephone, its mail address, and its hours in French words."""
    help_email: str | None = None
    help_hours: str | None = None

    @property
    def sms(self) -> bool:
        """Whether codes may go by SMS: by a gateway, or into files where mail becomes files too."""
        return self.sms_url is not None or self.smtp_host is None

    @property
    def help_line(self) -> str:
        """The help centre in one French sentence, for letters and messages; empty where none is set."""
        ways = [text for text in (self.help_phone, self.help_email) if text]
        hours = f" ({self.help_hours})" if self.help_hours else ""
        return f"Centre d'assistance : {', '.join(ways)}{hours}." if ways else ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Config:
        """The settings of this process; an empty variable counts as one that is not set."""
        given = {name: value for name, value in (environment or os.environ).items() if value}
        port = given.get("ELECTIONS_SMTP_PORT", str(cls.smtp_port))
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
            raise ProtocolError("registry.setting", name="ELECTIONS_SMTP_PORT", value=port[:40])
        address = given.get("ELECTIONS_ADDRESS", cls.address).rstrip("/")
        check_address("ELECTIONS_ADDRESS", address, site=True)
        return cls(
            state=Path(given.get(STATE, cls.state)),
            address=address,
            smtp_host=given.get("ELECTIONS_SMTP_HOST"),
            smtp_port=int(port),
            smtp_user=given.get("ELECTIONS_SMTP_USER"),
            smtp_password=given.get("ELECTIONS_SMTP_PASSWORD"),
            sender=given.get("ELECTIONS_SENDER", cls.sender),
            sms_url=given.get("ELECTIONS_SMS_URL"),
            sms_method=given.get("ELECTIONS_SMS_METHOD", cls.sms_method),
            sms_template=Path(given["ELECTIONS_SMS_TEMPLATE"]) if "ELECTIONS_SMS_TEMPLATE" in given else None,
            oidc_issuer=given.get("ELECTIONS_OIDC_ISSUER"),
            oidc_client=given.get("ELECTIONS_OIDC_CLIENT"),
            oidc_secret=Path(given["ELECTIONS_OIDC_SECRET"]) if "ELECTIONS_OIDC_SECRET" in given else None,
            oidc_claim=given.get("ELECTIONS_OIDC_CLAIM", cls.oidc_claim),
            code_link=given.get("ELECTIONS_CODE_LINK") == "yes",
            help_phone=given.get("ELECTIONS_HELP_PHONE"),
            help_email=given.get("ELECTIONS_HELP_EMAIL"),
            help_hours=given.get("ELECTIONS_HELP_HOURS"),
        )


def check_address(name: str, url: str, *, site: bool = False) -> None:
    """Refuse the address of a setting that is none, or without TLS, unless it is one of this machine.

    That of the `site` is what stands before every path; whether TLS ends there or at a proxy is not seen from here.
    """
    found = _ADDRESS.fullmatch(url)
    scheme, host, port, rest = found.groups("") if found else ("", "", "", "")
    safe = scheme.lower() == "https" or host.lower().strip("[]") in HERE
    if not found or int(port or 0) >= 2**16 or (rest if site else not safe):
        raise ProtocolError("registry.address", name=name, value=url[:80])


def secret(path: Path | None) -> str:
    """What a secret's file says; refused if it is not there, or if others than its owner may read it."""
    if path is None or not path.is_file() or path.stat().st_mode & 0o077:
        raise ProtocolError("registry.secret", path=path)
    return path.read_text("utf-8")
