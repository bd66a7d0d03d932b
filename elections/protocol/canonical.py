"""Strict reading and the one way of writing: JSON, hexadecimal, Base64, decimals, hours.

Our JSON is UTF-8 with keys sorted by code point, no white space, integers only and no final newline
(contracts.md); Belenios objects keep the order in which their keys are given (`compact`).
Readers refuse a doubled key, a float, a lone surrogate and anything that would not be written back
as it came. `what` names the place in every message.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Json = Any
"""What `json` gives: dict, list, str, int, bool or None. Floats never pass `parse`."""

_DECIMAL = re.compile(r"0|[1-9][0-9]*", re.ASCII)
# Years 1970 to 8999: each is written back as it came, and a time of grace may be added to it.
_HOUR = re.compile(r"(?:19[7-9]|[2-8]\d\d)\d-\d{2}-\d{2}T(?:[01]\d|2[0-3]):\d{2}:\d{2}Z", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}", re.ASCII)
_DEEPEST = 64


def parse(data: bytes, what: str) -> Json:
    """Read JSON strictly: UTF-8, no doubled key, no float, no NaN, no lone surrogate."""

    def pairs(items: list[tuple[str, Json]]) -> dict[str, Json]:
        result = dict(items)
        if len(result) != len(items):
            seen: set[str] = set()
            double = next(key for key, _ in items if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise ProtocolError("json.duplicate", what=what, key=double)
        return result

    def number(text: str) -> Json:
        raise ProtocolError("json.number", what=what, number=text[:40])

    def integer(text: str) -> int:
        # 2**63 is far above any count here; a longer one would only cost time.
        return int(text) if len(text) < 20 else number(text)

    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolError("json.utf8", what=what) from error
    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_float=number, parse_constant=number, parse_int=integer)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ProtocolError("json.syntax", what=what, detail=str(error)) from error
    _check_depth(value, what, 0)
    if "\\u" in text:  # there is no other way in for a lone surrogate
        try:
            compact(value)
        except UnicodeEncodeError as error:
            raise ProtocolError("json.utf8", what=what) from error
    return value


def _check_depth(value: Json, what: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise ProtocolError("json.syntax", what=what, detail="nested too deep")
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            if not isinstance(item, str):
                _check_depth(item, what, depth + 1)


def encode(value: Json) -> bytes:
    """Write our canonical JSON: keys sorted by code point, no white space, no final newline."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def compact(value: Json) -> bytes:
    """Write Belenios JSON: keys in the order given, no white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def parse_canonical(data: bytes, what: str) -> Json:
    """Read our canonical JSON and refuse bytes that `encode` would not have written."""
    value = parse(data, what)
    if encode(value) != data:
        raise ProtocolError("json.canonical", what=what)
    return value


def parse_lines(data: bytes, what: str) -> list[tuple[bytes, Json]]:
    """Read a `.jsonl`: for each line its bytes without the line feed, and its canonical object."""
    if not data:
        return []
    if not data.endswith(b"\n"):
        raise ProtocolError("json.lines", what=what)
    lines = data[:-1].split(b"\n")
    return [(line, parse_canonical(line, f"{what}, line {number}")) for number, line in enumerate(lines, 1)]


def encode_lines(values: Iterable[Json]) -> bytes:
    """Write a `.jsonl`: one canonical object a line, each ended by a line feed."""
    return b"".join(encode(value) + b"\n" for value in values)


def fields(value: Json, what: str, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Json]:
    """The object `value`, with every required key and no key beyond the optional ones."""
    if not isinstance(value, dict):
        raise ProtocolError("json.type", what=what, expected="an object")
    for key in required:
        if key not in value:
            raise ProtocolError("json.missing", what=what, key=key)
    for key in value:
        if key not in required and key not in optional:
            raise ProtocolError("json.unknown", what=what, key=key)
    return value


def string(value: Json, what: str, pattern: str | None = None) -> str:
    """A JSON string, matching the whole of `pattern` where one is given."""
    if not isinstance(value, str):
        raise ProtocolError("json.type", what=what, expected="a string")
    if pattern is not None and not re.fullmatch(pattern, value, re.ASCII):
        raise ProtocolError("text.pattern", what=what, text=value[:80], pattern=pattern)
    return value


def integer(value: Json, what: str, least: int = 0, most: int = 2**53 - 1) -> int:
    """A JSON integer between two bounds, both included; `true` is not an integer."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ProtocolError("json.type", what=what, expected="an integer")
    if not least <= value <= most:
        raise ProtocolError("json.range", what=what)
    return value


def boolean(value: Json, what: str) -> bool:
    """`true` or `false`."""
    if not isinstance(value, bool):
        raise ProtocolError("json.type", what=what, expected="true or false")
    return value


def array(value: Json, what: str, length: int | None = None) -> list[Json]:
    """A JSON array, of exactly `length` items where it is given."""
    if not isinstance(value, list):
        raise ProtocolError("json.type", what=what, expected="an array")
    if length is not None and len(value) != length:
        raise ProtocolError("json.type", what=what, expected=f"an array of {length}")
    return value


def hexadecimal(value: Json, what: str, length: int = 32) -> str:
    """Lower-case hexadecimal of exactly `length` bytes."""
    if not isinstance(value, str) or not re.fullmatch(f"[0-9a-f]{{{2 * length}}}", value, re.ASCII):
        raise ProtocolError("text.hex", what=what, length=length)
    return value


def decimal(value: Json, what: str, below: int) -> int:
    """A Belenios number: a string of digits without leading zeros, 0 ≤ x < `below`."""
    if not isinstance(value, str) or len(value) > 1300 or not _DECIMAL.fullmatch(value):
        raise ProtocolError("text.decimal", what=what)
    number = int(value)
    if number >= below:
        raise ProtocolError("json.range", what=what)
    return number


def base64_encode(data: bytes) -> str:
    """Standard Base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def base64_decode(value: Json, what: str, length: int | None = None) -> bytes:
    """Standard Base64 with padding, refused unless it would be written back the same."""
    if not isinstance(value, str) or not _BASE64.fullmatch(value):
        raise ProtocolError("text.base64", what=what)
    try:
        data = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ProtocolError("text.base64", what=what) from error
    if base64_encode(data) != value or (length is not None and len(data) != length):
        raise ProtocolError("text.base64", what=what)
    return data


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def base64_compact(data: bytes) -> str:
    """Belenios' Base64Compact: SHA-256 of the bytes in Base64 without padding, 43 characters."""
    return base64_encode(hashlib.sha256(data).digest()).rstrip("=")


def hour(value: Json, what: str) -> datetime:
    """An hour of a record: RFC 3339, UTC with `Z`, whole seconds."""
    if isinstance(value, str) and _HOUR.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise ProtocolError("text.hour", what=what, text=str(value)[:40])


def check_year(moment: datetime) -> None:
    """Refuse an hour that `hour` would not read back; in whatever zone, so that it may be asked before converting."""
    if not 1970 <= moment.year <= 8999:
        raise ProtocolError("text.year", year=moment.year)


def hour_text(moment: datetime) -> str:
    """The hour as records write it; fractions of a second are cut off."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
