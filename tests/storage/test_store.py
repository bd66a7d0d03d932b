"""<state>: made once, readable by its owner, opened only if it is one, and safe for several at a time."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, OperationalError

from elections.storage import Store, engines
from tests.refused import refused

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "state") as store:
        yield store


@pytest.fixture
def words(store):
    """The urn's sessions, with one table more."""
    with store.urn.begin() as session:
        session.execute(text("CREATE TABLE word (word TEXT PRIMARY KEY) WITHOUT ROWID"))
    return store.urn


def add(session, word):
    session.execute(text("INSERT INTO word VALUES (:word)"), {"word": word})


def add_all(words, *several):
    with words.begin() as session:
        for word in several:
            add(session, word)


def count(session):
    return session.scalar(text("SELECT count(*) FROM word"))


def test_state_is_for_its_owner_only(store):
    modes = {path.relative_to(store.state).as_posix(): path.stat().st_mode & 0o777 for path in store.state.rglob("*")}
    modes = {name: mode for name, mode in modes.items() if not name.endswith("-journal") or mode != 0o600}
    assert modes == {"keys": 0o700, "registry.sqlite": 0o600, "urn.sqlite": 0o600}
    assert store.state.stat().st_mode & 0o777 == 0o700


def test_an_empty_folder_is_taken_and_closed_to_others(tmp_path):
    tmp_path.chmod(0o755)
    Store.create(tmp_path).close()
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path):
    (tmp_path / "letter").write_text("mine")
    with refused("storage.not_empty"):
        Store.create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter"]


def test_what_is_no_state_is_not_opened(tmp_path):
    with pytest.raises(FileNotFoundError):
        Store.open(tmp_path / "nowhere")
    with refused("storage.missing"):
        Store.open(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_state_is_opened_again(store):
    with Store.open(store.state) as again, again.urn_reader() as session:
        assert session.scalar(text("SELECT count(*) FROM contest")) == 0


def test_a_lost_database_is_missed(store):
    (store.state / "urn.sqlite").unlink()
    with refused("storage.missing"):
        Store.open(store.state)
    store.close()
    with pytest.raises(OperationalError), store.urn_reader() as session:
        session.execute(text("SELECT 1"))
    assert not (store.state / "urn.sqlite").exists()


@pytest.mark.parametrize("content", [b"", b"no database at all" * 1000])
def test_a_file_that_is_no_such_database_is_refused(store, content):
    (store.state / "urn.sqlite").write_bytes(content)
    with refused("storage.unreadable" if content else "storage.schema"):
        Store.open(store.state)


@pytest.mark.parametrize("statement", ["DELETE FROM alembic_version", "UPDATE alembic_version SET version_num = 'x_9'"])
def test_a_schema_of_another_version_is_refused(store, statement):
    with store.urn.begin() as session:
        session.execute(text(statement))
    with refused("storage.schema"):
        Store.open(store.state)


@pytest.mark.parametrize("which", ["registry", "urn"])
def test_every_connection_keeps_the_protocols_pragmas(store, which):
    wanted = {"journal_mode": "truncate", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "temp_store": 2}
    with getattr(store, which)() as session:
        pragmas = {name: session.scalar(text(f"PRAGMA {name}")) for name in wanted}
        timeout = session.scalar(text("PRAGMA busy_timeout"))
    assert (pragmas, timeout) == (wanted, engines.BUSY * 1000)


def test_a_transaction_is_kept_or_lost_as_a_whole(words):
    with words.begin() as session:
        add(session, "kept")
    with pytest.raises(DatabaseError):
        add_all(words, "lost", "kept")
    with words() as session:
        add(session, "never committed")
    with words() as session:
        assert session.scalars(text("SELECT word FROM word")).all() == ["kept"]


def test_a_reader_sees_one_state_and_cannot_write(store, words):
    with words.begin() as session:
        add(session, "first")
    with store.urn_reader() as reader:
        assert count(reader) == 1
        with pytest.raises(OperationalError, match="readonly"):
            add(reader, "second")
    # The connection comes back from the pool and writes again.
    with words.begin() as session:
        add(session, "second")
        with store.urn_reader() as reader:
            assert count(reader) == 1


def test_a_writer_waits_for_the_one_before(store, monkeypatch):
    monkeypatch.setattr(engines, "BUSY", 0.1)
    with Store.open(store.state) as other, store.urn.begin() as session:
        session.execute(text("SELECT 1"))
        with other.urn() as second:
            for _ in range(2):  # a session that waited in vain can be used again
                with pytest.raises(OperationalError, match="locked"):
                    second.execute(text("SELECT 1"))
                second.rollback()
            session.commit()
            assert second.execute(text("SELECT 1")).all()


def test_no_update_is_lost_between_threads(words):
    with words.begin() as session:
        add(session, "0")

    def climb():
        for _ in range(20):
            with words.begin() as session:
                height = int(session.scalar(text("SELECT word FROM word")))
                session.execute(text("UPDATE word SET word = :word"), {"word": str(height + 1)})

    threads = [threading.Thread(target=climb) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with words() as session:
        assert session.scalar(text("SELECT word FROM word")) == "160"


CLIMB = """
import sys
from pathlib import Path
from sqlalchemy import text
from elections.storage import Store
with Store.open(Path(sys.argv[1])) as store:
    for _ in range(25):
        with store.urn.begin() as session:
            height = int(session.scalar(text("SELECT word FROM word")))
            session.execute(text("UPDATE word SET word = :word"), {"word": str(height + 1)})
"""


def test_no_update_is_lost_between_processes(store, words):
    with words.begin() as session:
        add(session, "0")
    processes = [subprocess.Popen([sys.executable, "-c", CLIMB, store.state], cwd=ROOT) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    with words() as session:
        assert session.scalar(text("SELECT word FROM word")) == "50"


def test_what_was_deleted_is_not_in_the_files(store, words):
    secret = "a word that nobody may read later"
    with words.begin() as session:
        for number in range(200):
            add(session, f"{number} {secret}")
    with words.begin() as session:
        session.execute(text("DELETE FROM word"))
    files = [path.read_bytes() for path in store.state.iterdir() if path.is_file()]
    assert not any(secret.encode() in content for content in files)
    store.vacuum_urn()
    with words() as session:
        assert session.scalar(text("PRAGMA freelist_count")) == 0


def test_vacuum_follows_a_reader_on_the_same_connection(store):
    with store.urn_reader() as session:
        session.execute(text("SELECT 1"))
    store.vacuum_urn()


def test_vacuum_waits_for_readers_and_says_if_they_stay(store, monkeypatch):
    monkeypatch.setattr(engines, "BUSY", 0.1)
    with Store.open(store.state) as other, store.urn_reader() as session:
        session.execute(text("SELECT * FROM contest"))
        with pytest.raises(OperationalError, match="locked"):
            other.vacuum_urn()
        session.rollback()
        other.vacuum_urn()


def test_closing_leaves_no_lock(store):
    store.close()
    connection = sqlite3.connect(store.state / "urn.sqlite", timeout=0)
    connection.execute("BEGIN EXCLUSIVE")
    connection.close()
