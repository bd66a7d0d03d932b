"""The bytes of a `.bel`: a v7 tar of hash-named records, read and written byte-exactly.

Belenios regenerates an archive and compares it byte for byte (belenios-format.md §1.2), so there is
one writing of every record and nothing else may stand in the file:
- a header of 512 bytes, of which only name, size, hour and checksum vary; the body; NUL up to 512;
- the first record is `BELENIOS`, it carries the one hour that all headers repeat;
- every other name is the SHA-256 of the body, then `.data.json` or `.event.json`;
- no blocks of zeros at the end, as an ordinary tar would have.

What the records mean is the matter of `archive`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from elections.protocol.canonical import integer
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = Literal["data", "event"]

_BLOCK = 512
_FIRST_NAME = "BELENIOS"
_FIRST_BODY = re.compile(rb'\{"version":1,"timestamp":"(0|[1-9][0-9]{0,9})"\}')
_NAME = re.compile(rb"[0-9a-f]{64}\.(?:data|event)\.json")
_SIZE = re.compile(rb"[0-7]{11}\0")
_LARGEST = 8**11 - 1
"""Sizes and hours stand in eleven octal digits."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record after the first: its kind, its body, and the SHA-256 of the body in hexadecimal."""

    kind: Kind
    digest: str
    body: bytes

    @classmethod
    def of(cls, kind: Kind, body: bytes) -> Record:
        """The record of `body`, with the digest computed."""
        return cls(kind, hashlib.sha256(body).hexdigest(), body)


def write(timestamp: int, records: Iterable[Record]) -> bytes:
    """The archive made of `records` in the order given; `timestamp` in Unix seconds."""
    parts = list(_written(_FIRST_NAME, b'{"version":1,"timestamp":"%d"}' % timestamp, timestamp))
    for record in records:
        parts += _written(f"{record.digest}.{record.kind}.json", record.body, timestamp)
    return b"".join(parts)


def read(data: bytes, what: str) -> tuple[int, list[Record]]:
    """The hour and the records of an archive; raises `archive.*` unless `write` gives these bytes back."""
    blocks = _split(data, what)
    try:
        header, body = next(blocks)
    except StopIteration:
        raise ProtocolError("archive.first", what=what) from None
    first = _FIRST_BODY.fullmatch(body)
    if first is None or int(first[1]) > _LARGEST or header != _header(_FIRST_NAME, len(body), int(first[1])):
        raise ProtocolError("archive.first", what=what)
    timestamp = int(first[1])
    return timestamp, [_record(*block, timestamp, what, number) for number, block in enumerate(blocks, 2)]


def _record(header: bytes, body: bytes, timestamp: int, what: str, number: int) -> Record:
    name = header[:100].rstrip(b"\0")
    digest = hashlib.sha256(body).hexdigest()
    if not _NAME.fullmatch(name) or name[:64] != digest.encode():
        raise ProtocolError("archive.name", what=what, record=number)
    if header != _header(name.decode("ascii"), len(body), timestamp):
        raise ProtocolError("archive.header", what=what, record=number)
    return Record("data" if name.endswith(b".data.json") else "event", digest, body)


def _split(data: bytes, what: str) -> Iterator[tuple[bytes, bytes]]:
    """Each header with its body; padding and lengths are checked here, the rest of the header is not."""
    offset, number = 0, 1
    while offset < len(data):
        header = data[offset : offset + _BLOCK]
        if len(header) < _BLOCK:
            raise ProtocolError("archive.truncated", what=what, record=number)
        if not _SIZE.fullmatch(header, 124, 136):
            # A file that is no archive at all is told so in those words, not as a broken header.
            raise ProtocolError("archive.header" if number > 1 else "archive.first", what=what, record=number)
        start = offset + _BLOCK
        end = start + int(header[124:135], 8)
        offset = end + -end % _BLOCK
        if offset > len(data):
            raise ProtocolError("archive.truncated", what=what, record=number)
        if data.count(0, end, offset) != offset - end:
            raise ProtocolError("archive.padding", what=what, record=number)
        yield header, data[start:end]
        number += 1


def _written(name: str, body: bytes, timestamp: int) -> tuple[bytes, bytes, bytes]:
    return _header(name, len(body), timestamp), body, bytes(-len(body) % _BLOCK)


def _header(name: str, size: int, timestamp: int) -> bytes:
    integer(size, "size of a record", most=_LARGEST)
    integer(timestamp, "timestamp of the archive", most=_LARGEST)
    owners = b"0000644\0" + 2 * b"0000000\0"
    start = name.encode("ascii").ljust(100, b"\0") + owners + b"%011o\0%011o\0" % (size, timestamp)
    end = b"0".ljust(_BLOCK - len(start) - 8, b"\0")
    # The checksum is the sum of the header's bytes with its own field taken as eight spaces.
    return start + b"%06o\0 " % (sum(start) + sum(end) + 8 * ord(" ")) + end
