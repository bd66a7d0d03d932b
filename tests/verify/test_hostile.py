"""Hostile records: whatever is in them, every check ends by a named rule, and nothing that was changed passes.

Two places of a record are free once it is signed anew, and docs/limitations.md says so: an issuer's number of
tokens, and the journal's last line, which no other line is chained to. No other byte is.
"""

import json

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from elections.protocol import events
from elections.protocol.canonical import compact, encode
from elections.protocol.errors import RULES
from elections.verify.judge import judge_record
from tests.attacks import Forger

quickly = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
"""The fixtures remember what was judged and change nothing from one example to the next."""

RECORDS = st.sampled_from(["commission", "rehearsal"])

VALUES: list[object] = [
    None, True, False, 0, 1, -1, 2**31, 2**53, 10**18, 10**19, 10**400, 1.5, "", "0", "-1", "\x00", "é", "x" * 5000,
    "9" * 2000, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", [], {}, [[]], [{}], {"": None}, [None] * 50,
]  # fmt: skip
"""What stands in the place of any value, of any file."""

TEXTS = [
    b"", b"\n", b"null", b"[]", b"{}", b'""', b"1", b"\xff\xfe", b"\xef\xbb\xbf{}", b"NaN", b"1e999", b"[" * 5000,
    b'{"a":' * 5000, b'{"a":1,"a":1}', b'"\\ud800"', b"\x00" * 600, b"{}\r\n", b"[" + b"0," * 5000 + b"0]",
]  # fmt: skip
"""What stands in the place of a whole file, or of a line."""


def judged(record, files):
    """The report on files that are signed anew; that it exists at all is half of each test."""
    report = judge_record(Forger(record, dict(files)).finish(record.record_key))
    rules = [str(check.detail).rpartition("[")[2][:-1] for check in report.checks if check.verdict == "fails"]
    assert set(rules) <= RULES.keys()
    return report


def bound(record, files):
    """The record without its two free places."""
    rest = {path: raw for path, raw in files.items() if not path.startswith("manifest.")}
    for uuid in record.contests.values():
        try:
            rest[f"{uuid}/register.json"] = encode({**json.loads(rest[f"{uuid}/register.json"]), "tokens": {}})
        except (KeyError, TypeError, ValueError):
            continue
    if rest.get("journal.jsonl", b"").endswith(b"\n"):
        rest["journal.jsonl"] = b"\n".join(rest["journal.jsonl"].split(b"\n")[:-2])
    return rest


def check_refused(record, files):
    """Refused, unless nothing was changed but a free place."""
    report = judged(record, files)
    assert not report.holds or bound(record, files) == bound(record, record.files)


@quickly
@given(data=st.data())
def test_a_changed_bit_is_refused(data, record, quick):
    target = record(data.draw(RECORDS))
    path = data.draw(st.sampled_from(sorted(path for path, raw in target.files.items() if raw)))
    raw = bytearray(target.files[path])
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    files = {**target.files, path: bytes(raw)}
    assert not judge_record(files).holds
    if not path.startswith("manifest.") and not path.endswith(".pdf"):
        check_refused(target, files)


@quickly
@given(data=st.data())
def test_a_file_cut_short_doubled_or_exchanged_is_refused(data, record, quick):
    target = record(data.draw(RECORDS))
    names = sorted(path for path, raw in target.files.items() if raw and not path.startswith("manifest."))
    # What a PDF shows is read by nobody but people: the manifest alone vouches for it.
    names = [path for path in names if not path.endswith(".pdf")]
    path, other = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(names))
    raw = target.files[path]
    cut = data.draw(st.integers(0, len(raw) - 1))
    forms = [raw[:cut], raw[cut:], raw[:cut] + b" " + raw[cut:], raw + raw, raw + b"\n", b"\xef\xbb\xbf" + raw]
    forms += [raw.replace(b"\n", b"\r\n"), raw.replace(b'"', b"'"), target.files[other], *TEXTS]
    changed = data.draw(st.sampled_from(forms))
    assume(changed != raw)
    check_refused(target, {**target.files, path: changed})


def leaves(value, place=()):
    """The place of every value in a JSON value."""
    yield place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from leaves(item, (*place, key))


def disturbed(data, raw, write=encode):
    """A JSON text with one of its values replaced, doubled, taken away, or another key beside it."""
    value = json.loads(raw)
    places = list(leaves(value))[1:]
    if not places or data.draw(st.integers(0, 9)) == 0:
        return data.draw(st.sampled_from(TEXTS))
    *place, last = data.draw(st.sampled_from(places))
    inside = value
    for key in place:
        inside = inside[key]
    if isinstance(inside[last], str) and inside[last].startswith("{") and data.draw(st.booleans()):
        # A JSON text within a text: a ballot in its entry, a message of a trustee.
        inside[last] = disturbed(data, inside[last], compact).decode(errors="replace")
        return write(value)
    act = data.draw(st.integers(0, 5))
    if act == 0:
        del inside[last]
    elif act == 1 and isinstance(inside, list):
        inside.append(inside[last])
    elif act == 2 and isinstance(inside, dict):
        inside[data.draw(st.sampled_from(["", "x", last.upper() if isinstance(last, str) else "y"]))] = inside[last]
    else:
        inside[last] = data.draw(st.sampled_from(VALUES))
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() if _floats(value) else write(value)


def _floats(value):
    return any(isinstance(value_at(value, place), float) for place in leaves(value))


def value_at(value, place):
    for key in place:
        value = value[key]
    return value


@quickly
@given(data=st.data())
def test_a_hostile_value_anywhere_is_refused_by_name(data, record, quick):
    target = record(data.draw(RECORDS))
    names = [path for path in target.files if path.endswith((".json", ".jsonl")) and path != "manifest.json"]
    path = data.draw(st.sampled_from(sorted(names)))
    raw = target.files[path]
    if path.endswith(".jsonl") and raw:
        lines = raw.split(b"\n")[:-1]
        place = data.draw(st.integers(0, len(lines) - 1))
        lines[place] = disturbed(data, lines[place])
        changed = b"".join(line + b"\n" for line in lines)
    else:
        assume(raw)
        changed = disturbed(data, raw)
    assume(changed != raw)
    check_refused(target, {**target.files, path: changed})


@quickly
@given(data=st.data())
def test_a_hostile_record_of_an_archive_is_refused_by_name(data, commission, quick):
    forger = Forger(commission, dict(commission.files))
    college = data.draw(st.sampled_from(["s1", "s2a", "s2b"]))
    path = forger.path(f"{college}/archive.bel")
    timestamp, steps = events.decode(forger.files[path], "archive")
    places = [
        (n, m) for n, item in enumerate(steps) for m in range(len(item.bodies)) if item.event != "Ballot" or n < 4
    ]
    number, body = data.draw(st.sampled_from(places))
    bodies = list(steps[number].bodies)
    bodies[body] = disturbed(data, bodies[body], compact)
    assume(tuple(bodies) != steps[number].bodies)
    changed = events.Step(steps[number].event, tuple(bodies))
    forger.files[path] = events.encode(timestamp, [*steps[:number], changed, *steps[number + 1 :]])
    check_refused(commission, forger.files)


@quickly
@given(data=st.data())
def test_a_hostile_line_breaks_no_check_though_the_chain_is_closed_again(data, commission, quick):
    """Here a change may pass: of a reason, an hour, a number of an officer only the chain was the witness."""
    forger = Forger(commission, dict(commission.files))
    count = len(forger.read("journal.jsonl"))
    place = data.draw(st.integers(0, count - 1))

    def disturb(lines):
        line = {key: value for key, value in lines[place].items() if key != "was"}
        try:
            new = json.loads(disturbed(data, encode(line)))
        except (ValueError, RecursionError):
            new = line
        if not (isinstance(new, dict) and {"act", "details"} <= new.keys() and isinstance(new["details"], dict)):
            new = {**line, "details": {"change": new}}
        lines[place] = new

    try:
        forger.journal(disturb)
    except (RecursionError, ValueError, TypeError):
        reject()  # The forger cannot write this line.
    judged(commission, forger.files)


@quickly
@given(data=st.data())
def test_a_hostile_manifest_is_refused_by_name(data, commission, quick):
    forger = Forger(commission, dict(commission.files))
    forger.rewrite = lambda manifest: disturbed(data, encode(manifest))
    files = forger.finish(commission.record_key)
    assume(json_of(files["manifest.json"]) != json_of(commission.files["manifest.json"]))
    assert not judge_record(files).holds


def json_of(raw):
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return raw


@settings(quickly, max_examples=8)
@given(name=st.text(max_size=30), raw=st.binary(max_size=50))
def test_a_file_too_many_is_refused(name, raw, commission, quick):
    assume(name not in commission.files)
    assert not judge_record({**commission.files, name: raw}).holds
    assert not judged(commission, {**commission.files, name: raw}).holds


@pytest.mark.parametrize("short", ["setup.json", "seal.json", "register.json", "checkpoints.jsonl", "archive.bel"])
@pytest.mark.parametrize("college", ["s1", "s2b", "s3a"])
def test_a_file_too_few_is_refused(short, college, commission, quick):
    path = f"{commission.contests[college]}/{short}"
    assert not judged(commission, {name: raw for name, raw in commission.files.items() if name != path}).holds or (
        college == "s3a" and short == "archive.bel"
    )


def test_a_record_of_nothing_is_refused():
    report = judge_record({})
    assert {check.id for check in report.checks if check.verdict == "fails"} == {"V01", "V14"}
