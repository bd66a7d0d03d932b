"""The journal as an event log of NIST SP 1500-101: what the standard allows, and nothing lost on the way."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.protocol.canonical import hour
from elections.protocol.journal import JournalEntry, parse_journal, write_entry
from elections.rules import event_log
from elections.rules.phases import Role

NOON = datetime(2026, 2, 9, 12, 0, tzinfo=UTC)
TEXT, TIME = str, "time"
DEVICES = [
    "adjudication", "ballot-activation", "ballot-printing", "blank-ballot-printing", "bmd", "dre", "dre-controller",
    "electronic-cast", "electronic-cast-paper", "electronic-poll-book", "ems", "other", "scan-batch", "scan-single",
    "transmission-receiving", "transmission-sending",
]  # fmt: skip
HASHES = ["md6", "other", "sha-256", "sha-512"]
CLASSES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "ElectionEventLog": (
        {"GeneratedTime": TIME},
        {"Details": TEXT, "Device": ["Device"], "ElectionId": TEXT},
    ),
    "Device": (
        {"Id": TEXT},
        {
            "Details": TEXT, "Event": ["Event"], "HashType": HASHES, "Manufacturer": TEXT, "Model": TEXT,
            "OtherHashType": TEXT, "OtherType": TEXT, "Type": DEVICES, "Version": TEXT,
        },
    ),
    "Event": (
        {
            "Disposition": ["failure", "na", "other", "success"], "Id": TEXT, "Sequence": TEXT, "TimeStamp": TIME,
            "Type": TEXT,
        },
        {
            "Description": TEXT, "Details": TEXT, "Hash": TEXT, "OtherDisposition": TEXT, "Severity": TEXT,
            "UserId": TEXT,
        },
    ),
}  # fmt: skip
"""The members of each class as the standard's schema has them: those that must be there, and those that may."""


def check(value, kind="ElectionEventLog"):
    """Refuse what the standard does not allow."""
    required, optional = CLASSES[kind]
    assert value["@type"] == f"EventLogging.{kind}"
    assert set(required) <= value.keys() - {"@type"} <= {*required, *optional}
    for key, rule in (required | optional).items():
        if key not in value:
            continue
        if rule == TIME:
            hour(value[key], key)
        elif rule is TEXT:
            assert isinstance(value[key], str)
        elif rule[0] in CLASSES:
            for item in value[key]:
                check(item, rule[0])
        else:
            assert value[key] in rule


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
acts = st.tuples(
    st.sampled_from(["create", "seal", "open", "unheard-of"]),
    st.sampled_from([role.value for role in Role]),
    st.integers(0, 50),
    st.none() | texts,
    st.dictionaries(texts, texts | st.integers(0, 9) | st.none(), max_size=3),
)


def chained(rows):
    entries: list[JournalEntry] = []
    for number, (act, role, actor, contest, details) in enumerate(rows):
        at = NOON + timedelta(minutes=number)
        entries.append(write_entry(act, role, actor, at, contest, details, entries[-1] if entries else None))
    return entries


@given(st.lists(acts, max_size=6))
def test_the_journal_can_be_written_again_from_its_events(rows):
    entries = chained(rows)
    log = json.loads(event_log.write(entries, "U" * 22, "1.0", NOON))
    check(log)
    [device] = log["Device"]
    lines, before = [], "0" * 64
    for event in device["Event"]:
        role, _, number = event["UserId"].rpartition("-")
        more = json.loads(event["Details"])
        lines.append(
            {
                "act": event["Id"],
                "actor": {"number": int(number), "role": role},
                "at": event["TimeStamp"],
                "contest": more["contest"],
                "details": more["details"],
                "previous": before,
                "sequence": int(event["Sequence"]),
            }
        )
        before = event["Hash"]
    raw = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for line in lines)
    assert raw.encode() == b"".join(entry.line + b"\n" for entry in entries)
    assert parse_journal(raw.encode()) == entries


def test_an_event_is_told_in_the_words_of_the_standard():
    entries = chained([("create", "officer", 1, None, {}), ("close", "clock", 0, "C", {})])
    log = json.loads(event_log.write(entries, "U" * 22, "1.0", NOON))
    assert (log["ElectionId"], log["GeneratedTime"]) == ("U" * 22, "2026-02-09T12:00:00Z")
    made, closed = log["Device"][0]["Event"]
    assert (made["Description"], made["Type"], made["UserId"]) == ("Election created", "user-action", "officer-1")
    assert (closed["Description"], closed["Type"], closed["UserId"]) == ("Vote closed", "system-action", "clock-0")
    assert closed["Hash"] == entries[1].digest


@pytest.mark.parametrize(
    "spoil",
    [
        lambda log: log.pop("GeneratedTime"),
        lambda log: log.update(More="x"),
        lambda log: log["Device"][0].update(Type="website"),
        lambda log: log["Device"][0]["Event"][0].pop("Sequence"),
        lambda log: log["Device"][0]["Event"][0].update(Sequence=0),
        lambda log: log["Device"][0]["Event"][0].update(Disposition="done"),
    ],
)
def test_what_the_standard_does_not_allow_is_found(spoil):
    log = json.loads(event_log.write(chained([("create", "officer", 1, None, {})]), "U", "1", NOON))
    check(log)
    spoil(log)
    with pytest.raises((AssertionError, KeyError)):
        check(log)
