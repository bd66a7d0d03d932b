"""Messages to people: queued with what they are about, sent in slices, and kept on record without their text.

`carriers` take a message away (SMTP, an SMS gateway, a folder), `outbox` holds those that wait and says what became of
each, `watch` sees which mail domains take none, `bounces` reads what mail servers send back. ADR 0025.
"""

from elections.post.bounces import LARGEST_MAILBOX, Bounce, read_bounces
from elections.post.carriers import FAILURES, Carrier, Channels, Folder, Gateway, Smtp, carrier
from elections.post.handing import send_folder
from elections.post.message import Channel, Message, domain_of
from elections.post.outbox import Outbox, Round, State, deliver, note_bounce, queue, queue_all, sweep
from elections.post.watch import MailAlarm, Trouble, raise_alarms, troubles

__all__ = [
    "FAILURES",
    "LARGEST_MAILBOX",
    "Bounce",
    "Carrier",
    "Channel",
    "Channels",
    "Folder",
    "Gateway",
    "MailAlarm",
    "Message",
    "Outbox",
    "Round",
    "Smtp",
    "State",
    "Trouble",
    "carrier",
    "deliver",
    "domain_of",
    "note_bounce",
    "queue",
    "queue_all",
    "raise_alarms",
    "read_bounces",
    "send_folder",
    "sweep",
    "troubles",
]
