"""Logos as pictures: PNG or JPEG, read strictly and written again with nothing but what draws.

A logo is shown on every ballot page, so nothing in it may be a surprise: no animation, no picture beside the picture,
no remark, place or profile that the file carried along, nothing behind its end. Of a PNG the pixels are counted; of a
JPEG the segments are walked, since only a decoder could say more. SVG is refused: it is a program.

No database here.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALLEST, LARGEST = 16, 600
"""Pixels of a side; a screen of high density shows a logo on some three hundred."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""By the colour type of a PNG: the depths that it allows, and its samples a pixel (ISO/IEC 15948, 11.2.2)."""

_FRAMES = (0xC0, 0xC2)
"""Baseline and progressive JPEG, in Huffman's code; no browser is asked for more."""
_DRAWING = (*_FRAMES, 0xC4, 0xDB, 0xDD, 0xE0, 0xEE)
"""Frames, their tables, restart intervals, and the two segments that tell the colours: JFIF and Adobe."""
_BESIDE = (*range(0xE0, 0xF0), 0xFE)
"""Segments of applications, and remarks."""
_SCAN, _END = 0xDA, 0xD9


def read(raw: bytes, what: str) -> tuple[str, bytes]:
    """A picture as it will be kept, and its suffix, `png` or `jpg`."""
    try:
        if raw.startswith(_PNG):
            return "png", _png(raw, what)
        if raw.startswith(_JPEG):
            return "jpg", _jpeg(raw, what)
    except (IndexError, struct.error, zlib.error) as error:
        raise ProtocolError("documents.picture", what=what) from error
    raise ProtocolError("documents.picture", what=what)


def _png(raw: bytes, what: str) -> bytes:
    chunks = list(_chunks(raw, what))
    names = [name for name, _ in chunks]
    if names[0] != b"IHDR" or names[-1] != b"IEND" or b"acTL" in names:
        raise ProtocolError("documents.picture", what=what)
    width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", chunks[0][1])
    _check_sides(width, height, what)
    # Interlaced pictures come in seven parts, and no logo needs that.
    if depth not in _DEPTHS.get(colour, ()) or any(rest) or (colour == 3) > (b"PLTE" in names):
        raise ProtocolError("documents.picture", what=what)
    expected = height * (1 + (width * depth * _SAMPLES[colour] + 7) // 8)
    unpacker, packed = zlib.decompressobj(), b"".join(data for name, data in chunks if name == b"IDAT")
    if len(unpacker.decompress(packed, expected + 1)) != expected or not unpacker.eof:
        raise ProtocolError("documents.picture", what=what)
    kept = [chunks[0], *((name, data) for name, data in chunks if name in (b"PLTE", b"tRNS"))]
    return _PNG + b"".join(_chunk(name, data) for name, data in [*kept, (b"IDAT", packed), (b"IEND", b"")])


def _chunks(raw: bytes, what: str) -> Iterator[tuple[bytes, bytes]]:
    """The chunks up to the end of the picture, each with the right check sum."""
    place, name = len(_PNG), b""
    while name != b"IEND":
        (length,) = struct.unpack_from(">I", raw, place)
        name, data = raw[place + 4 : place + 8], raw[place + 8 : place + 8 + length]
        if raw[place : place + 12 + length] != _chunk(name, data):
            raise ProtocolError("documents.picture", what=what)
        yield name, data
        place += 12 + length


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _jpeg(raw: bytes, what: str) -> bytes:
    place, kept, frames, scans = 2, [raw[:2]], 0, 0
    while True:
        mark, kind = raw[place], raw[place + 1]
        if mark != 0xFF or kind not in (*_DRAWING, *_BESIDE, _SCAN, _END):
            raise ProtocolError("documents.picture", what=what)
        if kind == _END:
            break
        (length,) = struct.unpack_from(">H", raw, place + 2)
        end = place + 2 + length
        if kind in _FRAMES:
            depth, height, width = struct.unpack_from(">BHH", raw, place + 4)
            _check_sides(width, height, what)
            frames += 1
            if depth != 8:
                raise ProtocolError("documents.picture", what=what)
        if kind == _SCAN:
            scans += 1
            end = _scan_end(raw, end)
        if kind in (*_DRAWING, _SCAN):
            kept.append(raw[place:end])
        place = end
    if frames != 1 or not scans:
        raise ProtocolError("documents.picture", what=what)
    return b"".join([*kept, raw[place : place + 2]])


def _scan_end(raw: bytes, place: int) -> int:
    """Where the next segment begins: within a scan 0xFF is followed by 0, or by one of eight restart marks."""
    while raw[place] != 0xFF or raw[place + 1] == 0 or 0xD0 <= raw[place + 1] <= 0xD7:
        place += 1
    return place


def _check_sides(width: int, height: int, what: str) -> None:
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        raise ProtocolError("documents.pixels", what=what, width=width, height=height, least=SMALLEST, most=LARGEST)
