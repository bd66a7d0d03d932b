"""Messages to people: queued with what they are about, sent by the tick, through SMTP or into a folder.

A message is queued in the transaction of its reason, so that neither is there without the other. It is sent
outside of any transaction, since a slow mail server must not hold the registry; a crash between sending and
noting it sends it twice, never not at all. Once sent its text is erased: it may hold a one-time code.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from elections.protocol.canonical import hour_text
from elections.storage import RegistryBase

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session, sessionmaker

    from elections.config import Config

MOST_FAILURES = 20
"""After so many failures a message is given up; it stays in the table for the office to see."""
_TIMEOUT = 20
_ABOUT_ONE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError)
"""What fails for one message only; any other failure is the server's, or the disk's."""


class Outbox(RegistryBase):
    """A message, until and after it was sent."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    """What it is about, such as `one-time-code`."""
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

    def mail(self, sender: str) -> EmailMessage:
        """The message as mail: nothing that is in a name or a title can add a header."""
        mail = EmailMessage(policy=SMTP)
        for header, text in (("From", sender), ("To", self.recipient), ("Subject", self.subject)):
            mail[header] = " ".join(text.split())
        mail.set_content(self.body, cte="8bit")
        return mail


class Carrier(Protocol):
    """Whoever can take a message away; it raises `OSError` or `SMTPException` if it could not."""

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
        file = self.path / f"{message.id:06d}-{message.kind}.eml"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(message.mail(self.sender).as_bytes())


@dataclass(frozen=True, slots=True)
class Smtp:
    """Hands each message to a mail server, over TLS; without it only on this machine."""

    config: Config

    def send(self, message: Message) -> None:
        """Send over a connection of its own: what fails concerns this message only."""
        config = self.config
        with smtplib.SMTP(config.smtp_host or "", config.smtp_port, timeout=_TIMEOUT) as server:
            if config.smtp_host not in ("localhost", "127.0.0.1", "::1"):
                server.starttls(context=ssl.create_default_context())
            if config.smtp_user is not None:
                server.login(config.smtp_user, config.smtp_password or "")
            server.send_message(message.mail(config.sender))


def carrier(config: Config) -> Carrier:
    """SMTP where a host is set, else a folder of files."""
    return Smtp(config) if config.smtp_host else Folder(config.outbox or config.state / "outbox", config.sender)


def queue(session: Session, message: Message) -> int:
    """Put a message into the outbox, in the transaction of its reason; its id."""
    row = Outbox(kind=message.kind, recipient=message.recipient, subject=message.subject, body=message.body)
    session.add(row)
    session.flush()
    return row.id


def deliver(registry: sessionmaker[Session], carrier: Carrier, now: datetime) -> tuple[int, int]:
    """Send what waits, in order: (sent, failed). Each is noted in a transaction of its own after it was sent.

    A server that cannot be reached ends the round: each message would wait for it as long as the first, and the
    tick, which closes and freezes, with them; nor are they to blame.
    """
    with registry.begin() as session:
        waiting = select(Outbox).where(Outbox.sent_at.is_(None), Outbox.failures < MOST_FAILURES).order_by(Outbox.id)
        messages = [Message(row.kind, row.recipient, row.subject, row.body, row.id) for row in session.scalars(waiting)]
    sent = failed = 0
    for message in messages:
        try:
            carrier.send(message)
        except (OSError, ValueError) as error:
            # A ValueError is an address that no mail can have: it fails as often as it is tried.
            failed += 1
            with registry.begin() as session:
                session.get_one(Outbox, message.id).failures += 1
            if not isinstance(error, _ABOUT_ONE):
                break
        else:
            sent += 1
            with registry.begin() as session:
                row = session.get_one(Outbox, message.id)
                row.sent_at, row.body = hour_text(now), ""
    return sent, failed
