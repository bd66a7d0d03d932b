"""The chain of events in a `.bel`: each event with its data records, before any grammar.

An event is `{"parent":hash,"height":n,"type":t,"payload":hash}`, compact, in this order of keys, its
body hashed with SHA-256 (belenios-format.md §1.2, §1.5):
- the first has height 0 and no parent; every other names the event before it, one higher;
- right before it stand its own data records, as many as its type wants, in the order of `DATA`;
- its payload is the digest of the last of them. Where there are more, that last one is an *index*: a
  JSON object that names the others by their digests;
- the same payload named twice has its data record twice; no record is left unreferenced.

Which event may follow which is the matter of `archive`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol import tar
from elections.protocol.canonical import compact, fields, parse, sha256_hex, string
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from elections.protocol.canonical import Json

DATA: dict[str, tuple[str, ...]] = {
    "Setup": ("election", "trustees", "credentials", "setup_data"),
    "Ballot": ("ballot",),
    "EndBallots": (),
    "EncryptedTally": ("encrypted_tally", "sized_encrypted_tally"),
    "PartialDecryption": ("payload", "owned"),
    "Result": ("result",),
}
"""The data records of each event, in order. An index names those before it under the keys given here,
hence `payload` for what belenios-format.md calls partial_decryption."""

_NUMBERS: dict[str, tuple[str, ...]] = {
    "EncryptedTally": ("num_tallied", "total_weight"),
    "PartialDecryption": ("owner",),
}
"""The numbers that an index holds before its digests."""

_UNSUPPORTED = ("Shuffle", "EndShuffles")
"""Events of non-homomorphic questions."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event, by the name of its type, and the bodies of its data records in order."""

    event: str
    bodies: tuple[bytes, ...]


def index_keys(event: str) -> tuple[str, ...]:
    """The keys of the index of an event of this type, in order; none where it has no index."""
    return (*_NUMBERS.get(event, ()), *DATA[event][:-1])


def step(event: str, *bodies: bytes, **numbers: int) -> Step:
    """The step of an event; its index, where it has one, is made here from `numbers` and the digests."""
    if index_keys(event):
        digests = zip(DATA[event], map(sha256_hex, bodies), strict=False)
        bodies = (*bodies, compact({**numbers, **dict(digests)}))
    return Step(event, bodies)


def encode(timestamp: int, steps: Iterable[Step]) -> bytes:
    """The file of any steps, chained in this order; `timestamp` in Unix seconds."""
    records: list[tar.Record] = []
    parent: str | None = None
    for height, item in enumerate(steps):
        data = [tar.Record.of("data", body) for body in item.bodies]
        payload = data[-1].digest if data else None
        event = tar.Record.of("event", _event_body(parent, height, item.event, payload))
        records += (*data, event)
        parent = event.digest
    return tar.write(timestamp, records)


def decode(data: bytes, what: str) -> tuple[int, tuple[Step, ...]]:
    """The hour (Unix seconds) and the steps of a file; raises `archive.*` unless `encode` gives it back."""
    timestamp, records = tar.read(data, what)
    steps: list[Step] = []
    waiting: list[tar.Record] = []
    parent: str | None = None
    for record in records:
        if record.kind == "data":
            waiting.append(record)
            continue
        steps.append(_step(record.body, waiting, parent, len(steps), f"{what}, event {len(steps)}"))
        parent, waiting = record.digest, []
    if waiting:
        raise ProtocolError("archive.unreferenced", what=what, count=len(waiting))
    return timestamp, tuple(steps)


def _step(body: bytes, data: list[tar.Record], parent: str | None, height: int, what: str) -> Step:
    value = fields(parse(body, what), what, ("height", "type"), ("parent", "payload"))
    event = string(value["type"], what)
    if event in _UNSUPPORTED:
        raise ProtocolError("archive.shuffle", what=what)
    if event not in DATA:
        raise ProtocolError("archive.event", what=what, event=event[:80])
    if len(data) != len(DATA[event]):
        raise ProtocolError("archive.records", what=what, event=event, count=len(data), expected=len(DATA[event]))
    payload = data[-1].digest if data else None
    for key, expected in (("height", height), ("parent", parent), ("payload", payload)):
        if value.get(key) != expected:
            raise ProtocolError("archive.chain", what=what, key=key)
    # What remains free after the values are known: white space, order, escapes, null for absent.
    if body != _event_body(parent, height, event, payload):
        raise ProtocolError("json.canonical", what=what)
    if index_keys(event):
        _check_index(event, data, f"{what}, {DATA[event][-1]}")
    return Step(event, tuple(record.body for record in data))


def _check_index(event: str, data: list[tar.Record], what: str) -> None:
    index = fields(parse(data[-1].body, what), what, index_keys(event))
    for key, record in zip(DATA[event], data[:-1], strict=False):
        if index[key] != record.digest:
            raise ProtocolError("archive.reference", what=what, key=key)


def _event_body(parent: str | None, height: int, event: str, payload: str | None) -> bytes:
    value: dict[str, Json] = {"parent": parent, "height": height, "type": event, "payload": payload}
    return compact({key: item for key, item in value.items() if item is not None})
