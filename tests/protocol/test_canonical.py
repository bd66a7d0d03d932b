"""Strict reading: what is written comes back, and each other writing is refused by its rule."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol import canonical
from elections.protocol.canonical import (
    base64_compact,
    base64_decode,
    base64_encode,
    compact,
    decimal,
    encode,
    encode_lines,
    fields,
    hexadecimal,
    hour,
    hour_text,
    integer,
    parse,
    parse_canonical,
    parse_lines,
    string,
)
from elections.protocol.errors import ProtocolError
from tests.refused import refused

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)


@given(values)
def test_what_is_written_is_read(value):
    assert parse(encode(value), "it") == parse_canonical(encode(value), "it") == parse(compact(value), "it") == value
    assert parse(json.dumps(value).encode(), "it") == value


@given(st.lists(st.dictionaries(texts, values, max_size=2), max_size=3))
def test_lines_that_are_written_are_read(items):
    lines = parse_lines(encode_lines(items), "it")
    assert lines == [(encode(item), item) for item in items]


def test_keys_are_sorted_by_code_point_and_nothing_is_escaped_without_need():
    assert encode({"é": 1, "z": [], "Z": {"b": None, "a": True}}) == '{"Z":{"a":true,"b":null},"z":[],"é":1}'.encode()
    assert compact({"b": "é/\u2028", "a": '"\\\n'}) == '{"b":"é/\u2028","a":"\\"\\\\\\n"}'.encode()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "json.syntax"),
        (b"{", "json.syntax"),
        (b"{}x", "json.syntax"),
        (b"[1,]", "json.syntax"),
        (b"'a'", "json.syntax"),
        (b"\xef\xbb\xbf{}", "json.syntax"),
        (b'"a\nb"', "json.syntax"),
        (b"01", "json.syntax"),
        (b"\xff", "json.utf8"),
        (b'"\xed\xa0\x80"', "json.utf8"),
        (b'"\\ud800"', "json.utf8"),
        (b'["\\udc00\\ud800"]', "json.utf8"),
        (b'{"\\ud800":1}', "json.utf8"),
        (b'{"a":{"b":["\\ud800"]}}', "json.utf8"),
        (b'{"a":1,"a":1}', "json.duplicate"),
        (b'{"a":1,"\\u0061":2}', "json.duplicate"),
        (b'[{"b":{"a":1,"a":1}}]', "json.duplicate"),
        (b"1.0", "json.number"),
        (b"1e3", "json.number"),
        (b"NaN", "json.number"),
        (b"-Infinity", "json.number"),
        (b"9" * 20, "json.number"),
        (b"-" + b"9" * 5000, "json.number"),
    ],
)
def test_loose_json_is_refused_by_its_rule(data, rule):
    with refused(rule):
        parse(data, "it")


def test_a_pair_of_surrogates_is_one_character():
    assert parse(b'"\\ud83d\\ude00"', "it") == "\U0001f600"


@pytest.mark.parametrize("nest", [lambda n: b"[" * n + b"]" * n, lambda n: b'{"a":' * n + b"1" + b"}" * n])
def test_what_is_nested_too_deep_is_refused(nest):
    assert parse(nest(64), "it")
    for depth in (66, 200, 5_000, 200_000):
        with refused("json.syntax"):
            parse(nest(depth), "it")


@given(st.binary(max_size=40) | st.text('{}[]",:\\u0d8e1.-', max_size=30).map(str.encode))
def test_nothing_but_a_refusal_comes_of_anything_else(data):
    try:
        value = parse(data, "it")
    except ProtocolError:
        return
    assert parse(encode(value), "it") == value


@pytest.mark.parametrize("data", [b"{} ", b'{"b":1,"a":2}', b'{"a": 1}', b'"\\u0061"', b'"\\/"', b"-0"])
def test_other_writings_are_not_canonical(data):
    with refused("json.canonical"):
        parse_canonical(data, "it")


@pytest.mark.parametrize(
    ("data", "rule"),
    [(b"{}", "json.lines"), (b"{}\n\n", "json.syntax"), (b"\n", "json.syntax"), (b"{} \n", "json.canonical")],
)
def test_lines_are_one_object_each(data, rule):
    assert parse_lines(b"", "it") == []
    with refused(rule):
        parse_lines(data, "it")


# --- fields and values


def test_fields_are_all_there_and_no_other():
    assert fields({"a": 1, "b": 2}, "it", ("a",), ("b",)) == {"a": 1, "b": 2}
    for value, rule in (({"b": 2}, "json.missing"), ({"a": 1, "c": 2}, "json.unknown"), ([], "json.type")):
        with refused(rule):
            fields(value, "it", ("a",), ("b",))


@pytest.mark.parametrize(
    ("value", "rule"),
    [(True, "json.type"), (None, "json.type"), ("1", "json.type"), (-1, "json.range"), (2**53, "json.range")],
)
def test_integers(value, rule):
    assert integer(2**53 - 1, "it") == 2**53 - 1
    with refused(rule):
        integer(value, "it")


def test_strings_match_the_whole_of_a_pattern():
    assert string("ab", "it", "[a-z]+") == "ab"
    for text in ("ab\n", "", "AB", "é"):
        with refused("text.pattern"):
            string(text, "it", r"\w[a-z]+" if text == "é" else "[a-z]+")
    with refused("json.type"):
        string(7, "it")


@given(st.binary(max_size=50))
def test_base64_is_that_of_the_standard_library(data):
    text = base64_encode(data)
    assert text == base64.b64encode(data).decode()
    assert base64_decode(text, "it") == base64_decode(text, "it", len(data)) == data
    assert len(base64_compact(data)) == 43
    with refused("text.base64"):
        base64_decode(text, "it", len(data) + 1)


@pytest.mark.parametrize(
    "text", ["A", "AAA", "AAA\n", "AAB=", "AB==", "====", "AA-_", " AAAA", "AAAA====", None, 7, "é==="]
)
def test_other_base64_is_refused(text):
    with refused("text.base64"):
        base64_decode(text, "it")


@given(st.integers(0, 10**700))
def test_decimals(number):
    assert decimal(str(number), "it", number + 1) == number
    with refused("json.range"):
        decimal(str(number), "it", number)


@pytest.mark.parametrize("text", ["", "00", "01", "+1", "-1", "1.0", "1e3", " 1", "1\n", "١", "1" * 1301, None, 1])
def test_other_decimals_are_refused(text):
    with refused("text.decimal"):
        decimal(text, "it", 10**1400)


@pytest.mark.parametrize("text", ["a" * 63, "a" * 65, "A" * 64, "g" * 64, "a" * 64 + "\n", None, 7])
def test_other_hexadecimals_are_refused(text):
    assert hexadecimal("a" * 64, "it") == "a" * 64
    with refused("text.hex"):
        hexadecimal(text, "it")


@given(st.integers(0, 10**17))
def test_hours_are_whole_seconds_in_utc(microseconds):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    assert hour(hour_text(moment), "it") == moment.replace(microsecond=0)
    assert hour_text(moment.astimezone(timezone(timedelta(hours=2)))) == hour_text(moment)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-06T08:00:00",
        "2026-02-06T08:00:00+00:00",
        "2026-02-06 08:00:00Z",
        "2026-02-06T08:00:00.0Z",
        "2026-02-06T08:00Z",
        "2026-02-30T08:00:00Z",
        "2026-02-06T24:00:00Z",
        "2026-02-06T08:00:60Z",
        "2026-2-6T08:00:00Z",
        "2026-02-06T08:00:00Z\n",
        "٢٠٢٦-02-06T08:00:00Z",
        "0000-02-06T08:00:00Z",
        "0999-12-31T23:59:59Z",
        "9999-12-31T23:59:59Z",
        None,
        0,
    ],
)
def test_other_hours_are_refused(text):
    with refused("text.hour"):
        hour(text, "it")


def test_nothing_else_is_public_here():
    assert canonical.sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
