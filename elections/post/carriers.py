"""Who takes a message away, and what their answers mean.

A carrier may keep its connection from message to message; whoever used it closes it. What it raises is judged in one
place: a refusal for good, one for now, a server that is down, or a silence after which nobody knows.
"""

from __future__ import annotations

import json
import os
import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parseaddr
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import quote_plus, urlsplit

from elections.config import HERE, check_address, secret
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from elections.config import Config
    from elections.post.message import Message

_TIMEOUT = 20
_ESCAPES: dict[str, Callable[[str], str]] = {
    "application/json": lambda text: json.dumps(text)[1:-1],
    "application/x-www-form-urlencoded": quote_plus,
}
"""How a value is written into a body of each kind, so that no text can end its place."""
_REFUSED = (400, 404, 410, 413, 422)
"""What a gateway answers if this very message is wrong; anything else that is no success is about all of them."""
_ENHANCED = re.compile(rb"\s*([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")
_CLOSING = 421

FAILURES = (OSError, HTTPException, ValueError)
"""What a carrier raises."""


class UnknownError(OSError):
    """The connection broke after the whole message had gone and before an answer came: it may have been taken."""


class GatewayError(ValueError):
    """A gateway refuses this very message."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the gateway refuses the message: {status}")
        self.status = status


class Verdict(NamedTuple):
    """What a failure means: `for_good` or not, whether the whole server is `down`, and the server's code.

    Of an answer only its figures are kept: its text may quote an address.
    """

    answer: str
    for_good: bool = False
    down: bool = False
    unknown: bool = False


def judge(error: Exception) -> Verdict:
    """What it means that a carrier raised this.

    A refusal by policy (5.7) is one for now: it mostly concerns the sender, and is lifted once the server's
    administrators have been spoken to; ten thousand messages must not be lost to it.
    """
    if isinstance(error, (UnknownError, ssl.SSLError)):
        # A certificate that has expired is a ValueError besides, and says nothing of any message.
        return Verdict("", down=True, unknown=isinstance(error, UnknownError))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()), (450, b""))
        return _about_one(code, text)
    if isinstance(error, smtplib.SMTPDataError):
        return _about_one(error.smtp_code, error.smtp_error)
    if isinstance(error, GatewayError):
        return Verdict(str(error.status), for_good=True)
    if isinstance(error, (ValueError, smtplib.SMTPNotSupportedError)):
        # An address that no message can have: it fails as often as it is tried.
        return Verdict("address", for_good=True)
    return Verdict(str(getattr(error, "smtp_code", "")), down=True)


def _about_one(code: int, text: bytes | str) -> Verdict:
    raw = text.encode("ascii", "replace") if isinstance(text, str) else text
    enhanced = found[1].decode() if (found := _ENHANCED.match(raw)) else ""
    for_good = 500 <= code < 600 and not enhanced.startswith("5.7.")
    return Verdict(f"{code} {enhanced}".strip(), for_good=for_good, down=code == _CLOSING)


class Carrier(Protocol):
    """Whoever can take a message away; it raises one of `FAILURES` if it could not."""

    def send(self, message: Message) -> None:
        """Send one message."""

    def close(self) -> None:
        """Let go of what was kept between messages."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Writes each message as a file `000001-one-time-code.eml`, readable by its owner: the demo's post."""

    path: Path
    sender: str

    def send(self, message: Message) -> None:
        """Write the file; the same message again replaces its own."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        sms = message.channel == "sms"
        file = self.path / f"{message.id:06d}-{message.kind}.{'txt' if sms else 'eml'}"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        text = f"{message.recipient}\n\n{message.body}".encode() if sms else message.mail(self.sender).as_bytes()
        with os.fdopen(descriptor, "wb") as out:
            out.write(text)

    def close(self) -> None:
        """Nothing is kept."""


@dataclass(slots=True)
class Smtp:
    """Hands messages to a mail server, over TLS; without it only on this machine. One connection for many."""

    config: Config
    _server: smtplib.SMTP | None = field(default=None, init=False, repr=False, compare=False)

    def send(self, message: Message) -> None:
        """Send one. A refusal of one message leaves the connection to the next; anything else ends it."""
        mail = message.mail(self.config.sender).as_bytes()
        sender = parseaddr(self.config.sender)[1] or self.config.sender
        try:
            server = self._server or self._connect()
        except (ValueError, smtplib.SMTPNotSupportedError) as error:
            # No TLS, a password or a host name that cannot be written: of all messages, not of this one.
            raise ConnectionError(type(error).__name__) from error
        try:
            _envelope(server, sender, message.recipient)
        except (smtplib.SMTPRecipientsRefused, ValueError):
            self._reset(server)
            raise
        except OSError:
            self.close()
            raise
        try:
            code, text = server.data(mail)
        except smtplib.SMTPDataError:
            self._reset(server)
            raise
        except OSError as error:
            self.close()
            raise UnknownError(str(type(error))) from error
        if code != 250:
            self._reset(server)
            raise smtplib.SMTPDataError(code, text)

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError):
                server.quit()
            server.close()

    def _connect(self) -> smtplib.SMTP:
        config = self.config
        server = smtplib.SMTP(config.smtp_host or "", config.smtp_port, timeout=_TIMEOUT)
        try:
            if config.smtp_host not in HERE:
                server.starttls(context=ssl.create_default_context())
            if config.smtp_user is not None:
                server.login(config.smtp_user, config.smtp_password or "")
            server.ehlo_or_helo_if_needed()
        except (OSError, ValueError):
            server.close()
            raise
        self._server = server
        return server

    def _reset(self, server: smtplib.SMTP) -> None:
        """Forget the message that was refused; a server that does not even take that is left."""
        try:
            code, _ = server.rset()
        except OSError:
            code = _CLOSING
        if code != 250:
            self.close()


def _envelope(server: smtplib.SMTP, sender: str, recipient: str) -> None:
    code, text = server.mail(sender)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, text, sender)
    code, text = server.rcpt(recipient)
    if code not in (250, 251):
        raise smtplib.SMTPRecipientsRefused({recipient: (code, text)})


@dataclass(frozen=True, slots=True)
class Gateway:
    """Hands each SMS to a gateway over HTTP: one request, made from a template that only its owner may read.

    The template is a file with header lines, an empty line and a body, in which `{phone}` and `{text}` stand for the
    number in E.164 and the text; it holds the key of the gateway, and so is no variable of the environment:

        Authorization: Bearer 0123456789
        Content-Type: application/json

        {"to": "{phone}", "text": "{text}"}

    No redirect is followed and no proxy asked: the key goes to the one address that was set.
    """

    url: str
    method: str
    headers: dict[str, str] = field(repr=False)
    body: str

    @classmethod
    def configured(cls, config: Config) -> Gateway:
        """The gateway of the settings, refused at the start of the program where a message could not be sent."""
        url, path = config.sms_url or "", config.sms_template
        check_address("ELECTIONS_SMS_URL", url)
        head, _, body = secret(path).replace("\r\n", "\n").partition("\n\n")
        lines = [line.partition(":") for line in head.splitlines()]
        headers = {name.strip().title(): value.strip() for name, colon, value in lines if colon}
        if len(headers) != len(lines) or "{phone}" not in body or "{text}" not in body:
            raise ProtocolError("post.template", path=path)
        if _kind(headers) not in _ESCAPES:
            raise ProtocolError("post.template-kind", path=path)
        return cls(url, config.sms_method, headers, body.strip())

    def send(self, message: Message) -> None:
        """Send over a connection of its own; anything but a success is a failure."""
        escape = _ESCAPES[_kind(self.headers)]
        values = {"phone": message.recipient, "text": message.body}
        body = re.sub(r"\{(phone|text)\}", lambda found: escape(values[found[1]]), self.body)
        parts = urlsplit(self.url)
        connection = (
            HTTPSConnection(parts.netloc, timeout=_TIMEOUT, context=ssl.create_default_context())
            if parts.scheme == "https"
            else HTTPConnection(parts.netloc, timeout=_TIMEOUT)
        )
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(self.method, target, body.encode(), self.headers)
            status = connection.getresponse().status
        finally:
            connection.close()
        if status in _REFUSED:
            raise GatewayError(status)
        if not 200 <= status < 300:
            raise OSError(f"the gateway answered {status}")

    def close(self) -> None:
        """Nothing is kept."""


def _kind(headers: dict[str, str]) -> str:
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Channels:
    """A carrier for each channel."""

    mail: Carrier
    sms: Carrier

    def send(self, message: Message) -> None:
        """Send by the channel of the message."""
        (self.sms if message.channel == "sms" else self.mail).send(message)

    def close(self) -> None:
        """Close both."""
        self.mail.close()
        self.sms.close()


def carrier(config: Config) -> Carrier:
    """SMTP and a gateway where they are set, else a folder of files."""
    folder = Folder(config.outbox or config.state / "outbox", config.sender)
    mail = Smtp(config) if config.smtp_host else folder
    return Channels(mail, Gateway.configured(config)) if config.sms_url else Channels(mail, folder)
