"""What the urn's file may hold: no rowid, no time, no elector, no order of arrival (protocol.md §7)."""

import random
import re

import pytest
from sqlalchemy.exc import IntegrityError

from elections import urn
from elections.storage import Store, UrnBase
from elections.urn import tables
from tests.storage.schema import differences
from tests.urn.common import CONTEST, Cast, cast, freeze, opened, publish

COLUMNS = {
    "alembic_version": ["version_num"],
    "contest": ["uuid", "phase", "finished", "setup", "record"],
    "waiting": ["contest", "size", "hashes", "marks", "leaves"],
    "batch": ["contest", "size", "note", "hashes", "leaves"],
    "mark": ["contest", "digest"],
    "arrived": ["contest", "arrival"],
    "void": ["contest", "arrival"],
}
"""Every column of the urn: one more must be weighed here, and in the limitations, before it is added."""


def query(sessions, statement):
    with sessions() as session:
        return session.connection().exec_driver_sql(statement).all()


def test_migrations_make_the_models(tmp_path):
    assert differences(tmp_path / "urn.sqlite", "urn", UrnBase.metadata) == []


def test_no_table_has_a_rowid_a_time_or_an_elector(sessions):
    listed = query(sessions, "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND name != 'sqlite_schema'")
    assert dict(listed) == dict.fromkeys(COLUMNS, 1)
    for table, columns in COLUMNS.items():
        found = query(sessions, f"SELECT name, type FROM pragma_table_info('{table}')")  # noqa: S608 - a name of ours
        assert [name for name, _ in found] == columns
        assert not [kind for _, kind in found if re.search("DATE|TIME|FLOAT|REAL", kind)]
    # What SQLite makes by itself would show here: sequences, indexes of its own numbering.
    kinds = query(sessions, "SELECT DISTINCT type FROM sqlite_schema WHERE name NOT LIKE 'sqlite_autoindex%'")
    assert {kind for (kind,) in kinds} == {"table", "trigger"}


def test_every_new_table_of_the_urn_goes_without_a_rowid():
    assert all(table.dialect_options["sqlite"]["with_rowid"] is False for table in UrnBase.metadata.tables.values())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE batch SET note = '' WHERE size > 0",
        "UPDATE batch SET size = size + 1 WHERE size > 0",
        "DELETE FROM batch WHERE size > 0",
        "INSERT OR REPLACE INTO batch SELECT contest, size, note, hashes, zeroblob(9) FROM batch WHERE size > 0",
    ],
)
def test_a_published_batch_cannot_be_changed_even_by_hand(sessions, statement):
    cast(sessions, 64)
    publish(sessions)
    with pytest.raises(IntegrityError, match="batches only grow"), sessions.begin() as session:
        session.connection().exec_driver_sql(statement)


def dump(sessions):
    return {table: query(sessions, f"SELECT * FROM {table}") for table in COLUMNS}  # noqa: S608


@pytest.fixture
def two_orders(tmp_path, monkeypatch):
    """Two urns that got the same 100 ballots, one each in a transaction, in two orders."""
    monkeypatch.setattr(random.SystemRandom, "sample", lambda _, places, number: list(places)[:number])
    # Real ballots differ a little in length.
    casts = [Cast(length=3000 + place % 7) for place in range(100)]
    stores = [Store.create(tmp_path / name) for name in ("one", "two")]
    for store, order in zip(stores, (casts, random.Random(1).sample(casts, 100)), strict=True):
        sessions = opened(store)
        for each in order:
            with sessions.begin() as session:
                each.put(session)
    yield stores
    for store in stores:
        store.close()


def test_nothing_in_the_urn_tells_in_which_order_ballots_came(two_orders):
    one, two = two_orders
    # Waiting ballots leave nothing outside their one row, but an arrival that leads to none of them.
    assert dump(one.urn) == dump(two.urn)
    assert query(one.urn, "SELECT count(*) FROM mark") == [(0,)]

    def files():
        for store in two_orders:
            store.vacuum_urn()
        return [(store.state / "urn.sqlite").read_bytes() for store in two_orders]

    # Written anew, the two files are the same to the byte: before a batch, after it, and at the end.
    first, second = files()
    assert first == second
    assert publish(one.urn) == publish(two.urn)
    first, second = files()
    assert first == second
    assert freeze(one.urn) == freeze(two.urn)
    first, second = files()
    assert first == second


def test_a_kept_back_ballot_leaves_no_mark_with_the_batch_before_it(sessions):
    casts = cast(sessions, 64)
    publish(sessions)
    with sessions() as session:
        published = set(urn.leaf_hashes(session, CONTEST))
    marks = {digest for (digest,) in query(sessions, "SELECT digest FROM mark")}
    for each in casts:
        of_it = {digest for _, digest in urn.marks.marks_of(each.credential, each.tracker, each.alphas)}
        assert len(of_it) == 6
        assert of_it & marks == (of_it if each.hash in published else set())
    assert all(len(digest) == tables.MARK for digest in marks)
