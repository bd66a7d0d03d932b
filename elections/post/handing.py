"""A folder of mails sent one by one, without a database: the code maker's own way to send (protocol.md §1).

The folder is its own ledger. A file is renamed before its message goes and erased once the server has taken it; so
whoever was cut off in between knows of which single message nobody can say whether it went.
"""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, NamedTuple

from elections.post.carriers import FAILURES, judge
from elections.post.message import Message
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from elections.post.carriers import Carrier

_WAITING, _SENDING, _REFUSED = ".eml", ".sending", ".refused"


class Handed(NamedTuple):
    """What a run did: sent, refused for good so far, and in doubt."""

    sent: int
    refused: int
    doubtful: int


def send_folder(folder: Path, carrier: Carrier, erase: Callable[[Path], None], *, again: bool = False) -> Handed:
    """Send every mail of a folder; with `again` also those in doubt.

    A server that is down ends the run, with its failure; a message that is refused for now waits for the next run.
    """
    if again:
        for path in sorted(folder.glob(f"*{_SENDING}")):
            path.rename(path.with_suffix(_WAITING))
    sent = 0
    try:
        for path in sorted(folder.glob(f"*{_WAITING}")):
            message = _read(path)
            going = path.rename(path.with_suffix(_SENDING))
            try:
                carrier.send(message)
            except FAILURES as error:
                verdict = judge(error)
                if verdict.unknown:
                    raise
                going.rename(path.with_suffix(_REFUSED if verdict.for_good else _WAITING))
                if verdict.down:
                    raise
            else:
                erase(going)
                sent += 1
    finally:
        carrier.close()
    refused, doubtful = (len(list(folder.glob(f"*{suffix}"))) for suffix in (_REFUSED, _SENDING))
    return Handed(sent, refused, doubtful)


def _read(path: Path) -> Message:
    mail = message_from_bytes(path.read_bytes(), policy=default)
    body = mail.get_body(("plain",))
    if body is None or not mail["To"]:
        raise ProtocolError("post.bounces")
    return Message("code", str(mail["To"]), str(mail["Subject"] or ""), body.get_content())
