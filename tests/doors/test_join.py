"""Nothing that is stored joins an elector and a ballot (protocol.md §1, §6, §7; U6).

Two hundred electors have voted, the contest is frozen, and everything there is lies before us: both databases as
rows and as raw bytes, with whatever journals and keys are left, messages, logs. What each elector's device knew is
kept by the test alone (join.py), and looked for in it.
"""

import hashlib
import json
import re
import secrets
import sqlite3
from contextlib import closing

import pytest

from tests.doors.join import WINDOW, found, windows
from tests.doors.world import SIZE

REGISTRY, URN = "registry.sqlite", "urn.sqlite"


def names(hits):
    return {name for name, _ in hits}


def test_everybody_voted_and_is_looked_for(voted):
    """The search finds what it should find: each party's own values, in its own file."""
    assert sorted(trace.number for trace in voted.traces) == list(range(1, SIZE + 1))
    for files in (voted.live, voted.frozen):
        who = found(voted.wanted["who"], files[REGISTRY])
        assert len({number for _, number in who}) == SIZE
        assert {"register signature", "address", "register key", "sha256 of z of issuer-1"} <= names(who)
    what = found(voted.wanted["what"], voted.frozen[URN])
    assert len({number for _, number in what}) == SIZE
    assert {"last proof", "leaf hash", "token of issuer-2", "α 2 as bytes", "mark 0"} <= names(what)


@pytest.mark.parametrize("moment", ["live", "frozen"])
def test_no_file_knows_both_an_elector_and_a_ballot(voted, moment):
    files = getattr(voted, moment)
    who, what = voted.wanted["who"], voted.wanted["what"]
    for path, data in files.items():
        if path != REGISTRY:
            assert not found(who, data), path
        if path != URN:
            assert not found(what, data), path
    # Journals are emptied, not only marked as over.
    assert all(not data for path, data in files.items() if path.endswith(("-journal", "-wal", "-shm")))


def test_the_record_knows_no_elector(voted):
    who, between = voted.wanted["who"], voted.wanted["between"]
    for path, data in voted.record.items():
        assert not found(who, data), path
        assert not found(between, data), path


@pytest.mark.parametrize("moment", ["live", "frozen"])
def test_what_casting_knew_for_a_moment_is_nowhere(voted, moment):
    """Not even in the free pages of a file; but that an attempt has arrived, the urn knows until the freeze."""
    for path, data in getattr(voted, moment).items():
        left = names(found(voted.wanted["between"], data))
        assert left == ({"a′"} if (path, moment) == (URN, "live") else set()), path


def test_the_keys_that_tie_both_ends_are_gone(voted):
    both = {name: key for name, key in voted.keys.items() if key}
    assert set(both) == {"link_key", "cast_key"}
    assert all(any(key in data for data in voted.live.values()) for key in both.values())
    for path, data in voted.frozen.items():
        for key in both.values():
            assert key not in data, path
            assert key.hex().encode() not in data, path
    kept = {path.rpartition("/")[2].partition("-")[0] for path in voted.frozen if path.startswith("keys/")}
    assert kept == {"issuer", "record", "urn"}


def test_no_hour_of_a_vote_is_in_the_urn(voted):
    """Every elector signed in a second of her own, which the register states."""
    hours = {trace.hour for trace in voted.traces}
    assert len(hours) == SIZE
    stated = {hour.decode() for hour in re.findall(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", voted.frozen[URN])}
    assert not hours & stated
    assert hours <= {hour.decode() for hour in re.findall(rb"\d{4}-\d\d-\d\dT[0-9:]{8}Z", voted.frozen[REGISTRY])}


def rows(voted, name):
    """Every row of a database, by table: what SQLite itself would dump."""
    with closing(sqlite3.connect(f"file:{voted.folder / 'state' / name}?mode=ro", uri=True)) as connection:
        tables = [table for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {}
        for table in tables:
            cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name of the schema
            found[table] = [tuple(column[0] for column in cursor.description), cursor.fetchall()]
        return found


def cells(row):
    """Each cell as bytes; numbers by their digits."""
    return [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row if cell is not None]


def test_no_cell_about_an_elector_shares_twelve_bytes_with_the_urn(voted):
    """Whatever it may be: nothing here knows what an elector's row holds."""
    public: set[bytes] = set()
    registry, urn = rows(voted, REGISTRY), rows(voted, URN)
    for row in (*registry["contest"][1], *registry["election"][1]):
        public.update(window for cell in cells(row) for window in windows(cell))
    about_electors = {
        table: lines for table, (columns, lines) in registry.items() if {"number", "identifier"} & set(columns)
    }
    expected = {"elector", "elector_key", "entitlement", "request_key", "signature", "signed_request"}
    assert expected <= set(about_electors)
    electors = {
        window
        for lines in about_electors.values()
        for row in lines
        for cell in cells(row)
        for shape in (cell, *_unhexed(cell))
        for window in windows(shape)
    }
    assert len(electors - public) > 100 * SIZE
    assert not (electors - public).intersection(windows(voted.frozen[URN]))
    # The urn holds no number at all but sizes of its log.
    numbers = {
        (table, column)
        for table, (columns, lines) in urn.items()
        for row in lines
        for column, cell in zip(columns, row, strict=True)
        if isinstance(cell, int | float)
    }
    assert numbers == {("batch", "size"), ("waiting", "size"), ("contest", "finished")}


def _unhexed(cell):
    try:
        return [bytes.fromhex(cell.decode())]
    except (UnicodeDecodeError, ValueError):
        return []


def test_no_digest_of_an_elector_is_a_digest_of_a_ballot(voted):
    """No row of the two sides can be told to belong together by a digest that a reader could compute."""

    def digests(values):
        data = [value.encode() if isinstance(value, str) else value for value in values]
        hashed = [hashlib.sha256(one).digest() for one in data]
        return {*data, *hashed, *(digest.hex().encode() for digest in hashed)}

    who = digests(value for trace in voted.traces for value in trace.who.values())
    what = digests(value for trace in voted.traces for value in trace.what.values() if isinstance(value, bytes | str))
    assert not who & what


def test_the_journal_and_the_counts_name_nobody(voted):
    for line in voted.record["journal.jsonl"].splitlines():
        entry = json.loads(line)
        assert entry["act"] not in {"cast", "sign", "vote"}
        assert "number" not in entry["details"]
        assert "elector" not in entry["details"]
    for path, data in voted.record.items():
        if path.endswith("register.json"):
            assert set(json.loads(data)) == {"ballots", "contest", "format", "reissues", "roll", "signatures", "tokens"}


def test_requests_and_receipts_have_one_length(voted):
    """A length seen on the line says nothing of the vote, whatever decimals its proofs have."""
    ballots, requests, receipts = zip(*(trace.lengths for trace in voted.traces), strict=True)
    assert len(set(requests)) == len(set(receipts)) == 1
    # Unpadded they would differ.
    assert len(set(ballots)) > 5


def test_no_log_has_a_number_a_size_or_anything_of_a_vote(voted):
    """Of our own loggers not a word; of the database's not a value, should somebody ever turn them on."""
    assert [line for line in voted.log if line[0].startswith("elections")] == []
    text = "\n".join(message for _, message in voted.log).encode()
    assert text, "the database's own log was on"
    for kind in ("who", "what", "between"):
        assert not found(voted.wanted[kind], text)
    for trace in voted.traces:
        assert trace.hour.encode() not in text
        # The engine writes how long ago a statement was compiled, in decimals.
        assert not [size for size in trace.lengths[:2] if re.search(rb"(?<![\d.])%d(?!\d)" % size, text)]


def test_the_window_is_long_enough_to_mean_something(voted):
    """Twelve random bytes are not there by chance."""
    strangers = {secrets.token_bytes(WINDOW): ("nothing", 0) for _ in range(20_000)}
    assert not found(strangers, voted.frozen[URN])
