"""The tables: made by the migrations as the models have them, and two of them only grow."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

import elections.issuer.tables
import elections.post
import elections.registry.account_tables
import elections.registry.board_tables
import elections.registry.roll_tables
import elections.registry.tables  # noqa: F401 - all tables of the registry's database
from elections.registry import journal, register
from elections.storage import RegistryBase
from tests.registry.common import FINGERPRINT, NOW, PRESIDENT, draft, voting
from tests.registry.keys import signature
from tests.storage.schema import differences


def test_migrations_make_the_tables_of_the_models(tmp_path):
    assert differences(tmp_path / "new.sqlite", "registry", RegistryBase.metadata) == []


def test_whatever_refers_to_an_elector_is_found_by_her_number():
    """Or each of ten thousand would be sought row after row: on the desk, and when she leaves the roll."""
    for table in RegistryBase.metadata.tables.values():
        ways = [list(table.primary_key.columns), *(list(index.columns) for index in table.indexes)]
        for key in table.foreign_key_constraints:
            if key.referred_table.name == "elector":
                wanted = set(key.columns)
                assert any(set(way[: len(wanted)]) == wanted for way in ways), table.name


@pytest.fixture
def filled(session):
    """A signature in the register, and lines in the journal."""
    contest, codes = voting(session)
    a = register.add_attempt(session, contest, 1, signature(session, contest, 1, codes[1], FINGERPRINT), NOW)
    register.sign(session, contest, 1, a)
    return session


@pytest.mark.parametrize("table", ["signature", "journal"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET rowid = rowid + 1000",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    ],
)
def test_register_and_journal_only_grow(filled, table, statement):
    with pytest.raises(IntegrityError, match="only grows"):
        filled.execute(text(statement.format(table=table)))


def test_a_number_is_one_electors_of_one_election(session):
    voting(session)
    with pytest.raises(IntegrityError):
        session.execute(
            text("INSERT INTO entitlement SELECT contest_uuid, 99, election_uuid, 'given' FROM entitlement LIMIT 1")
        )


def test_hours_are_kept_in_utc_and_whole_seconds(session):
    election = draft(session)
    session.expire(election)
    stored = session.scalar(text("SELECT opening FROM election"))
    assert (stored, election.opening.tzinfo) == ("2026-02-06T07:00:00Z", NOW.tzinfo)


def test_no_table_has_a_column_that_could_hold_a_ballot():
    """Whatever casting writes here is listed: one more column must be looked at."""
    columns = {name: set(RegistryBase.metadata.tables[name].columns.keys()) for name in ("signature", "attempt")}
    assert columns == {
        "signature": {"contest_uuid", "number", "at", "signature"},
        "attempt": {"contest_uuid", "number", "a", "at", "signature"},
    }


def test_journal_lines_are_numbered_once(session):
    election = draft(session)
    journal.append(session, election.uuid, "incident", PRESIDENT, NOW)
    with pytest.raises(IntegrityError):
        session.execute(text("INSERT INTO journal VALUES (:uuid, 0, 'x')"), {"uuid": election.uuid})
