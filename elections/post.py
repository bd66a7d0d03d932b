"""Messages to people: queued with what they are about, sent by the tick by SMTP, an SMS gateway, or into a folder.

A message is queued in the transaction of its reason, so that neither is there without the other. It is sent
outside of any transaction, since a slow mail server must not hold the registry; a crash between sending and
noting it sends it twice, never not at all. Once sent its text is erased: it may hold a one-time code.
"""

from __future__ import annotations

import json
import os
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import quote_plus, urlsplit

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from elections.config import HERE, check_address, secret
from elections.protocol.canonical import hour_text
from elections.protocol.errors import ProtocolError
from elections.storage import RegistryBase

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session, sessionmaker

    from elections.config import Config

Channel = Literal["mail", "sms"]

MOST_FAILURES = 20
"""After so many failures a message is given up; it stays in the table for the office to see."""
_TIMEOUT = 20
_ESCAPES: dict[str, Callable[[str], str]] = {
    "application/json": lambda text: json.dumps(text)[1:-1],
    "application/x-www-form-urlencoded": quote_plus,
}
"""How a value is written into a body of each kind, so that no text can end its place."""


class Outbox(RegistryBase):
    """A message, until and after it was sent."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    """What it is about, such as `one-time-code`."""
    channel: Mapped[Channel] = mapped_column(String(4), default="mail", server_default="mail")
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    sent_at: Mapped[str | None] = mapped_column(String(20))
    """The hour as records write it; None as long as it waits."""
    failures: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True, slots=True)
class Message:
    """One message, plain text; `id` is its place in the outbox, 0 before it has one."""

    kind: str
    recipient: str
    subject: str
    body: str = field(repr=False)
    id: int = 0
    channel: Channel = "mail"

    def mail(self, sender: str) -> EmailMessage:
        """The message as mail: nothing that is in a name or a title can add a header."""
        mail = EmailMessage(policy=SMTP)
        for header, text in (("From", sender), ("To", self.recipient), ("Subject", self.subject)):
            mail[header] = " ".join(text.split())
        mail.set_content(self.body, cte="8bit")
        return mail


FAILURES = (OSError, HTTPException, ValueError)
"""What a carrier raises. A ValueError is an address that no message can have: it fails as often as it is tried."""
_ABOUT_ONE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError)
"""What fails for one message only; any other failure is the server's, or the disk's."""
_REFUSED = (400, 404, 410, 413, 422)
"""What a gateway answers if this very message is wrong; anything else that is no success is about all of them."""


class Carrier(Protocol):
    """Whoever can take a message away; it raises one of `FAILURES` if it could not."""

    def send(self, message: Message) -> None:
        """Send one message."""


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


@dataclass(frozen=True, slots=True)
class Smtp:
    """Hands each message to a mail server, over TLS; without it only on this machine."""

    config: Config

    def send(self, message: Message) -> None:
        """Send over a connection of its own: what fails concerns this message only."""
        config = self.config
        with smtplib.SMTP(config.smtp_host or "", config.smtp_port, timeout=_TIMEOUT) as server:
            if config.smtp_host not in HERE:
                server.starttls(context=ssl.create_default_context())
            if config.smtp_user is not None:
                server.login(config.smtp_user, config.smtp_password or "")
            server.send_message(message.mail(config.sender))


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
            raise ValueError(f"the gateway refuses the message: {status}")
        if not 200 <= status < 300:
            raise OSError(f"the gateway answered {status}")


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


def carrier(config: Config) -> Carrier:
    """SMTP and a gateway where they are set, else a folder of files."""
    folder = Folder(config.outbox or config.state / "outbox", config.sender)
    mail = Smtp(config) if config.smtp_host else folder
    return Channels(mail, Gateway.configured(config)) if config.sms_url else Channels(mail, folder)


def queue(session: Session, message: Message) -> int:
    """Put a message into the outbox, in the transaction of its reason; its id."""
    names = ("kind", "channel", "recipient", "subject", "body")
    row = Outbox(**{name: getattr(message, name) for name in names})
    session.add(row)
    session.flush()
    return row.id


def deliver(registry: sessionmaker[Session], carrier: Carrier, now: datetime) -> tuple[int, int]:
    """Send what waits, in order: (sent, failed). Each is noted in a transaction of its own after it was sent.

    A channel whose server cannot be reached is left until the next round: each message would wait for it as long as
    the first, and the tick, which closes and freezes, with them; nor are they to blame.
    """
    with registry.begin() as session:
        waiting = select(Outbox).where(Outbox.sent_at.is_(None), Outbox.failures < MOST_FAILURES).order_by(Outbox.id)
        messages = [
            Message(row.kind, row.recipient, row.subject, row.body, row.id, row.channel)
            for row in session.scalars(waiting)
        ]
    sent = failed = 0
    down: set[Channel] = set()
    for message in messages:
        if message.channel in down:
            continue
        try:
            carrier.send(message)
        except FAILURES as error:
            failed += 1
            with registry.begin() as session:
                session.get_one(Outbox, message.id).failures += 1
            if not isinstance(error, _ABOUT_ONE):
                down.add(message.channel)
        else:
            sent += 1
            with registry.begin() as session:
                row = session.get_one(Outbox, message.id)
                row.sent_at, row.body = hour_text(now), ""
    return sent, failed
