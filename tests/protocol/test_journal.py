"""The journal: written line by line, read as an unbroken chain, refused by a named rule wherever it is not one."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol.canonical import encode, encode_lines
from elections.protocol.errors import ProtocolError
from elections.protocol.journal import FIRST, JournalEntry, parse_end, parse_journal, write_entry
from tests.refused import refused

HOUR = datetime(2026, 2, 6, 8, 0, 0, 999_999, tzinfo=UTC)


def chain(*acts):
    """The lines of these acts, an hour apart."""
    entries: list[JournalEntry] = []
    for number, act in enumerate(acts):
        previous = entries[-1] if entries else None
        at = HOUR + timedelta(hours=number)
        entries.append(write_entry(act, "president", number, at, None if number else "C" * 14, {"n": number}, previous))
    return entries


def raw(entries):
    return b"".join(entry.line + b"\n" for entry in entries)


def values():
    return [json.loads(entry.line) for entry in chain("seal", "open", "close")]


def test_a_journal_is_written_and_read():
    entries = chain("seal", "open", "close")
    assert parse_journal(raw(entries)) == entries
    assert [entry.sequence for entry in entries] == [0, 1, 2]
    assert [entry.previous for entry in entries] == [FIRST, entries[0].digest, entries[1].digest]
    assert entries[0].digest == hashlib.sha256(entries[0].line).hexdigest()
    assert entries[0].at == HOUR.replace(microsecond=0)
    assert (entries[0].role, entries[1].number, entries[0].contest, entries[1].contest) == (
        "president",
        1,
        "C" * 14,
        None,
    )
    assert entries[0].line == encode(
        {
            "act": "seal",
            "actor": {"number": 0, "role": "president"},
            "at": "2026-02-06T08:00:00Z",
            "contest": "C" * 14,
            "details": {"n": 0},
            "previous": "0" * 64,
            "sequence": 0,
        }
    )


def test_an_empty_journal_is_one():
    assert parse_journal(b"") == []


@pytest.mark.parametrize(
    "edit",
    [
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [*lines, lines[2]],
        lambda lines: [lines[0], lines[0]],
        lambda lines: [{**lines[0], "details": {}}, *lines[1:]],
        lambda lines: [lines[0], {**lines[1], "act": "suspend"}, lines[2]],
        lambda lines: [{**lines[0], "sequence": 1}, *lines[1:]],
        lambda lines: [*lines[:2], {**lines[2], "sequence": 3}],
        lambda lines: [*lines[:2], {**lines[2], "previous": FIRST}],
        lambda lines: [{**lines[0], "previous": "1" * 64}],
    ],
)
def test_a_broken_chain_is_refused(edit):
    with refused("journal.chain"):
        parse_journal(encode_lines(edit(values())))


def test_an_hour_that_goes_back_is_refused_and_the_same_hour_is_not():
    first = write_entry("open", "clock", 0, HOUR, None, {}, None)
    parse_journal(raw([first, write_entry("close", "clock", 0, HOUR, None, {}, first)]))
    with refused("journal.hours"):
        parse_journal(raw([first, write_entry("close", "clock", 0, HOUR - timedelta(seconds=1), None, {}, first)]))


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        ({"act": "Open"}, "text.pattern"),
        ({"act": ""}, "text.pattern"),
        ({"act": None}, "json.type"),
        ({"actor": {"number": 0}}, "json.missing"),
        ({"actor": {"number": 0, "role": "president", "name": "Ada"}}, "json.unknown"),
        ({"actor": {"number": -1, "role": "president"}}, "json.range"),
        ({"actor": {"number": True, "role": "president"}}, "json.type"),
        ({"actor": {"number": 0, "role": "The President"}}, "text.pattern"),
        ({"at": "2026-02-06T08:00:00.5Z"}, "text.hour"),
        ({"at": "2026-02-06T08:00:00"}, "text.hour"),
        ({"at": 0}, "text.hour"),
        ({"contest": 7}, "json.type"),
        ({"details": []}, "json.type"),
        ({"details": None}, "json.type"),
        ({"previous": "0" * 63}, "text.hex"),
        ({"previous": None}, "text.hex"),
        ({"sequence": -1}, "json.range"),
        ({"sequence": "0"}, "json.type"),
        ({"signature": "x"}, "json.unknown"),
    ],
)
def test_every_field_is_read_strictly(edit, rule):
    with refused(rule):
        parse_journal(encode({**values()[0], **edit}) + b"\n")


@pytest.mark.parametrize("key", values()[0])
def test_no_field_may_be_missing(key):
    line = values()[0]
    del line[key]
    with refused("json.missing"):
        parse_journal(encode(line) + b"\n")


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (lambda data: data[:-1], "json.lines"),
        (lambda data: data + b"\n", "json.syntax"),
        (lambda data: data.replace(b"\n", b"\r\n"), "json.canonical"),
        (lambda data: data.replace(b",", b", ", 1), "json.canonical"),
        (lambda data: b"\xff" + data, "json.utf8"),
        (lambda data: b"[]\n" + data, "json.type"),
    ],
)
def test_other_lines_are_refused_by_their_rule(edit, rule):
    with refused(rule):
        parse_journal(edit(raw(chain("seal", "open"))))


@given(st.data())
def test_any_changed_bit_but_in_the_last_line_is_refused(data):
    """The last line is held by what names it: the manifest, and the next line."""
    entries = chain("seal", "open", "close")
    whole = bytearray(raw(entries))
    held = len(whole) - len(entries[-1].line) - 1
    whole[data.draw(st.integers(0, held - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(ProtocolError):
        parse_journal(bytes(whole))


def test_a_line_that_could_not_be_read_is_not_written():
    with refused("text.pattern"):
        write_entry("Open it", "president", 0, HOUR, None, {}, None)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_the_end_of_a_journal_is_read_from_its_last_two_lines(count):
    entries = chain(*["open"] * count)
    assert parse_end(raw(entries[-2:]), "journal") == entries[-1]


def test_a_journal_without_lines_has_no_end():
    assert parse_end(b"", "journal") is None


def test_an_end_that_is_not_chained_is_refused():
    entries = chain("seal", "open", "close")
    for wrong in ([entries[0], entries[2]], [entries[2], entries[1]], [entries[1], entries[1]]):
        with refused("journal.chain"):
            parse_end(raw(wrong), "journal")
    late = write_entry("open", "president", 1, HOUR, None, {}, None)
    with refused("journal.chain"):
        parse_end(late.line.replace(b"0" * 64, b"1" * 64) + b"\n", "journal")
    back = write_entry("close", "president", 1, HOUR - timedelta(days=1), None, {}, entries[0])
    with refused("journal.hours"):
        parse_end(raw([entries[0], back]), "journal")
