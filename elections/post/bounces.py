"""What mail servers send back (RFC 3464): which message did not arrive, and by which code.

A report comes from anybody on the network, so it proves nothing: it is read within bounds, nothing of its text is
kept but figures, and it is believed only for a message whose secret token it returns.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import compat32
from typing import TYPE_CHECKING, NamedTuple

from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from email.message import Message

LARGEST_MAILBOX = 8_000_000
"""Bytes of a file of reports."""
_MOST_REPORTS = 20_000
_MOST_LINES = 500_000
"""Of a file; a mailbox of that size that mail servers wrote has half of them."""
_MOST_PARTS = 50
_LONGEST_REPORT = 200_000
_MOST_LINES_OF_ONE = 2_000
_MOST_TYPES = 20
_LONGEST_TYPE = 1_000
_TYPE = re.compile(rb"content-type:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*", re.IGNORECASE)
_LINE = re.compile(rb"\r\n|\r|\n")
_FROM = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S[^\n]{0,200}\n")
_MESSAGE_ID = re.compile(rb"^Message-ID:\s{0,20}<([0-9]{1,12})\.([0-9a-f]{32})@", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(rb"^Action:\s{0,20}failed\b", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(rb"^Status:\s{0,20}(5\.[0-9]{1,3}\.[0-9]{1,3})\b", re.IGNORECASE | re.MULTILINE)


class Bounce(NamedTuple):
    """A message that did not arrive: its id and token in the outbox, and the status of the report."""

    id: int
    token: str
    status: str


def read_bounces(data: bytes) -> tuple[list[Bounce], int]:
    """The bounces of a message or of a mailbox, and how many messages are none.

    Refused where the file is too long (`post.bounces-size`) or has no message at all (`post.bounces`). A report of a
    delay, an answer by somebody on holiday, or whatever else lies in the mailbox is no bounce.
    """
    if len(data) > LARGEST_MAILBOX or sum(1 for _ in _LINE.finditer(data)) > _MOST_LINES:
        raise ProtocolError("post.bounces-size", limit=LARGEST_MAILBOX // 1_000_000)
    parts = [part for part in _FROM.split(data) if part.strip()]
    if not parts or len(parts) > _MOST_REPORTS or b":" not in data[:2000]:
        raise ProtocolError("post.bounces")
    found = [_read(part) for part in parts]
    return [bounce for bounce in found if bounce is not None], sum(bounce is None for bounce in found)


def _read(raw: bytes) -> Bounce | None:
    if not _readable(raw):
        return None
    try:
        report = message_from_bytes(raw, policy=compat32)
        if report.get_content_type() != "multipart/report" or not report.is_multipart():
            return None
        parts = _parts(report)
        if len(parts) > _MOST_PARTS:
            return None
        texts = {part.get_content_type(): _text(part) for part in parts}
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        # What the standard parser stumbles over is no report of a mail server.
        return None
    status = texts.get("message/delivery-status", b"")
    returned = texts.get("message/rfc822", b"") or texts.get("text/rfc822-headers", b"")
    code, sent = _STATUS.search(status), _MESSAGE_ID.search(returned.replace(b"\r\n", b"\n"))
    if not _ACTION.search(status) or code is None or sent is None:
        return None
    return Bounce(int(sent[1]), sent[2].decode(), code[1].decode())


def _readable(raw: bytes) -> bool:
    """Whether it may be a report, and one that the standard parser reads in a moment.

    That parser looks at each line once for every part around it, and at the parameters of a type with every one before
    them: a mail of one megabyte can keep it busy for a minute. A mail server's report is short and flat.
    """
    if len(raw) > _LONGEST_REPORT or not (_ACTION.search(raw) and _MESSAGE_ID.search(raw.replace(b"\r\n", b"\n"))):
        return False
    types = [found[0] for found in _TYPE.finditer(raw)]
    lines = sum(1 for _ in _LINE.finditer(raw))
    return (
        lines <= _MOST_LINES_OF_ONE and len(types) <= _MOST_TYPES and max(map(len, types), default=0) <= _LONGEST_TYPE
    )


def _parts(message: Message) -> list[Message]:
    parts = message.get_payload()
    return [part for part in parts if not isinstance(part, str)] if isinstance(parts, list) else []


def _text(part: Message) -> bytes:
    """A part as it came, whatever the parser has made of it."""
    if part.is_multipart():
        return b"\n".join(item.as_bytes() for item in _parts(part)[:_MOST_PARTS])
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
