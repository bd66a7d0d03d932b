"""The record's own files: manifest, register, receipts."""

import json

import pytest

from elections.protocol.canonical import encode, sha256_hex
from elections.protocol.record import (
    Manifest,
    RegisterCounts,
    checkpoint_line,
    manifest_text,
    register_receipt_text,
    urn_receipt_text,
    write_manifest,
)
from tests.refused import refused

CONTEST = "C" * 14
FILES = {f"{CONTEST}/setup.json": b"{}", "journal.jsonl": b""}
MANIFEST = write_manifest("CAV", "E" * 14, [CONTEST], FILES)
REGISTER = RegisterCounts(CONTEST, roll=10, signatures=4, ballots=4, reissues=1, tokens={"office": 5})


def test_a_manifest_is_written_and_read():
    manifest = Manifest.parse(MANIFEST)
    assert (manifest.title, manifest.uuid, manifest.contests) == ("CAV", "E" * 14, (CONTEST,))
    assert manifest.files == {path: (sha256_hex(data), len(data)) for path, data in FILES.items()}
    assert manifest_text("E" * 14, MANIFEST) == f"isoloir.record/1\n{'E' * 14}\n{sha256_hex(MANIFEST)}\n"


@pytest.mark.parametrize(
    "path",
    [
        "journal.jsonl",
        "result.cdf.json",
        f"minutes/{CONTEST}.json",
        f"minutes/{CONTEST}.pdf",
        *(f"{CONTEST}/{name}.json" for name in ("setup", "seal", "register", "result", "slips")),
        *(f"{CONTEST}/{name}.jsonl" for name in ("entries", "checkpoints", "decryptions")),
        f"{CONTEST}/archive.bel",
    ],
)
def test_these_are_the_files_of_a_record(path):
    assert path in Manifest.parse(write_manifest("CAV", "E" * 14, [CONTEST], {path: b""})).files


@pytest.mark.parametrize(
    "path",
    [
        "",
        "manifest.json",
        "manifest.note",
        "/journal.jsonl",
        "../journal.jsonl",
        "journal.jsonl\n",
        "minutes/../../x.json",
        "minutes/.json",
        "minutes/x.html",
        "C/setup.json",
        f"{CONTEST}/../setup.json",
        f"{CONTEST}//setup.json",
        f"{CONTEST}/setup.json/x",
        f"{CONTEST}\\setup.json",
        f"{CONTEST}/other.json",
        f"{'0' * 14}/setup.json",
        f"{'é' * 14}/setup.json",
    ],
)
def test_other_paths_are_refused(path):
    with refused("record.path"):
        Manifest.parse(write_manifest("CAV", "E" * 14, [CONTEST], {path: b""}))


MANIFESTS = [
    ({"format": "isoloir-record-2"}, "text.pattern"),
    ({"format": None}, "json.type"),
    ({"contests": CONTEST}, "json.type"),
    ({"contests": [None]}, "json.type"),
    ({"election": {"title": "x"}}, "json.missing"),
    ({"election": {"title": 1, "uuid": "x"}}, "json.type"),
    ({"election": {"title": "x", "uuid": None}}, "json.type"),
    ({"files": []}, "json.type"),
    ({"files": {"journal.jsonl": None}}, "json.type"),
    ({"files": {"journal.jsonl": {"sha256": "0" * 64}}}, "json.missing"),
    ({"files": {"journal.jsonl": {"sha256": "0" * 64, "size": 0, "x": 0}}}, "json.unknown"),
    ({"files": {"journal.jsonl": {"sha256": "0", "size": 0}}}, "text.hex"),
    ({"files": {"journal.jsonl": {"sha256": "0" * 64, "size": -1}}}, "json.range"),
    ({"files": {"journal.jsonl": {"sha256": "0" * 64, "size": "0"}}}, "json.type"),
    ({"signed": True}, "json.unknown"),
]


@pytest.mark.parametrize(("edit", "rule"), MANIFESTS)
def test_manifests_are_read_strictly(edit, rule):
    with refused(rule):
        Manifest.parse(encode({**json.loads(MANIFEST), **edit}))


@pytest.mark.parametrize("key", ["contests", "election", "files", "format"])
def test_no_field_of_a_manifest_may_be_missing(key):
    value = json.loads(MANIFEST)
    del value[key]
    with refused("json.missing"):
        Manifest.parse(encode(value))


def test_only_canonical_bytes_are_read():
    for raw, rule in ((MANIFEST + b"\n", "json.canonical"), (b"\xff", "json.utf8"), (b"", "json.syntax")):
        with refused(rule):
            Manifest.parse(raw)
    with refused("json.canonical"):
        RegisterCounts.parse(REGISTER.encode() + b" ", "it")


# --- the register


def test_a_register_is_written_and_read():
    assert RegisterCounts.parse(REGISTER.encode(), "it") == REGISTER
    assert json.loads(REGISTER.encode()) == {
        "ballots": 4,
        "contest": CONTEST,
        "format": "isoloir-register-1",
        "reissues": 1,
        "roll": 10,
        "signatures": 4,
        "tokens": {"office": 5},
    }


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        ({"format": "x"}, "text.pattern"),
        ({"contest": None}, "json.type"),
        ({"tokens": []}, "json.type"),
        ({"tokens": {"office": -1}}, "json.range"),
        ({"tokens": {"office": "5"}}, "json.type"),
        ({"electors": [1042]}, "json.unknown"),
        *(({key: -1}, "json.range") for key in ("ballots", "reissues", "roll", "signatures")),
        *(({key: None}, "json.type") for key in ("ballots", "reissues", "roll", "signatures")),
    ],
)
def test_registers_are_read_strictly(edit, rule):
    with refused(rule):
        RegisterCounts.parse(encode({**json.loads(REGISTER.encode()), **edit}), "it")


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {"tokens": {"office": 4}},
        {"tokens": {"office": 11}},
        {"signatures": 10, "ballots": 10, "tokens": {"office": 10}},
        {"signatures": 0, "ballots": 0, "tokens": {"office": 0}},
    ],
)
def test_counts_that_agree(counts):
    register = RegisterCounts(**{**vars(REGISTER), **counts})
    register.check(["office"], 10, register.ballots, "it")


@pytest.mark.parametrize(
    ("counts", "rule"),
    [
        ({"roll": 11}, "register.roll"),
        ({"roll": 9}, "register.roll"),
        ({"ballots": 5}, "register.ballots"),
        ({"signatures": 3}, "register.ballots"),
        ({"signatures": 5, "ballots": 5}, "register.ballots"),
        ({"tokens": {}}, "register.issuers"),
        ({"tokens": {"office": 5, "other": 5}}, "register.issuers"),
        ({"tokens": {"other": 5}}, "register.issuers"),
        ({"tokens": {"office": 3}}, "register.tokens"),
        ({"tokens": {"office": 12}}, "register.tokens"),
    ],
)
def test_counts_that_do_not_agree_are_refused_by_their_rule(counts, rule):
    with refused(rule):
        RegisterCounts(**{**vars(REGISTER), **counts}).check(["office"], 10, 4, "it")


def test_more_signatures_than_electors_are_refused():
    register = RegisterCounts(CONTEST, roll=3, signatures=4, ballots=4, reissues=9, tokens={"office": 4})
    with refused("register.signatures"):
        register.check(["office"], 3, 4, "it")


# --- receipts


def test_a_receipt_tells_the_ballot_or_the_person_and_never_both():
    leaf = bytes(range(32))
    urn = urn_receipt_text(CONTEST, "φ", "tracker", leaf)
    register = register_receipt_text(CONTEST, 1042, "2026-02-06T08:00:00Z")
    assert urn == f"isoloir.receipt/1\n{CONTEST}\nφ\ntracker\n{leaf.hex()}\n"
    assert register == f"isoloir.signature/1\n{CONTEST}\n1042\n2026-02-06T08:00:00Z\n"
    assert checkpoint_line("note") == {"note": "note"}
