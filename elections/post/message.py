"""One message: to whom, about what, by which channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from typing import Literal

Channel = Literal["mail", "sms"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message, plain text; `id` is its place in the outbox, 0 before it has one.

    A message to an elector names her by `election` and `number`: the ledger is kept by them.
    """

    kind: str
    recipient: str
    subject: str
    body: str = field(repr=False)
    id: int = 0
    channel: Channel = "mail"
    election: str | None = None
    number: int | None = None
    token: str = field(default="", repr=False)
    """What only a message that was really sent knows: by it a bounce is believed."""

    def mail(self, sender: str) -> EmailMessage:
        """The message as mail: nothing that is in a name or a title can add a header."""
        mail = EmailMessage(policy=SMTP)
        for header, text in (("From", sender), ("To", self.recipient), ("Subject", self.subject)):
            mail[header] = " ".join(text.split())
        mail["Date"] = formatdate()
        if self.token:
            mail["Message-ID"] = f"<{self.id}.{self.token}@{domain_of(parseaddr(sender)[1]) or 'localhost'}>"
        # No machine shall answer it: holidays are no bounce.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(self.body, cte="8bit")
        return mail


def domain_of(address: str) -> str:
    """The domain of a mail address in lower case, at most as long as a domain may be; empty for a telephone."""
    return address.rpartition("@")[2].strip().lower()[:253] if "@" in address else ""
