"""SQLite as the protocol wants it, for both databases (protocol.md §7).

A commit is on the disk when it returns. What is deleted is overwritten, and the journal is a rollback
journal that ends empty: a write-ahead log would keep what the log of the urn hides.

A transaction is either writing or reading, from its first statement on. A writing one takes SQLite's one
write lock before it looks at anything (BEGIN IMMEDIATE), so that what it has checked still holds when it
writes; others wait for it, `BUSY` seconds at most. A reading one sees one state and cannot write; while it
lasts no commit of that database ends, so it must be short.
"""

from __future__ import annotations

import sqlite3
import time
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, cast

from sqlalchemy import URL, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine

BUSY = 15
"""How long a transaction waits for another one, in seconds."""

_KNOCK = 0.002
"""How often a writer tries again, in seconds."""

_READING = "reading"

_PRAGMAS = (
    # The waiting ballots are one long row: larger pages halve the work of writing it anew.
    "page_size = 16384",
    "journal_mode = TRUNCATE",
    "synchronous = FULL",
    "secure_delete = ON",
    "foreign_keys = ON",
    # Without this, REPLACE deletes a row and no trigger hears of it.
    "recursive_triggers = ON",
    # VACUUM copies the whole database; it must not leave the copy in a temporary file.
    "temp_store = MEMORY",
)


def sqlite_engine(path: Path) -> Engine:
    """An engine for the database file at `path`, which must exist: a file that was lost is never made anew."""
    url = URL.create("sqlite", database=path.absolute().as_uri(), query={"mode": "rw", "uri": "true"})
    # Without an isolation level the driver begins nothing by itself: `_begin` does, also before reading.
    # What a statement carries is an elector's or a ballot's: neither a log nor the text of an exception may have it.
    engine = create_engine(url, connect_args={"timeout": BUSY, "isolation_level": None}, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", partial(_begin, door=Lock()))
    return engine


def writing(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose transactions write; `.begin()` gives one that commits at its end."""
    return sessionmaker(engine)


def reading(engine: Engine) -> sessionmaker[Session]:
    """Sessions that only read, beside a writing one; the database refuses if they try to write."""
    return sessionmaker(engine.execution_options(**{_READING: True}))


def vacuum(engine: Engine) -> None:
    """Write the whole file anew, each table in the order of its keys, with nothing between them.

    Waits until no transaction is under way, `BUSY` seconds at most; none of the caller's may be.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA query_only = OFF")  # left ON where the connection last served a reader
        cursor.execute("VACUUM")
        cursor.close()
    except sqlite3.OperationalError as error:
        raise OperationalError("VACUUM", None, error) from error
    finally:
        connection.close()


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection, door: Lock) -> None:
    # Below SQLAlchemy: what costs next to nothing there is done before every transaction.
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    if connection.get_execution_options().get(_READING, False):
        driver.execute("PRAGMA query_only = ON")
        driver.execute("BEGIN")
        return
    driver.execute("PRAGMA query_only = OFF")
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        begun = _wait_for_the_lock(driver, door)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(BUSY * 1000)}")
    if not begun:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # fails as SQLAlchemy says it, or just not


def _wait_for_the_lock(driver: sqlite3.Connection, door: Lock) -> bool:
    """Begin to write as soon as nobody else does; False if that could not be, or not in time.

    SQLite's own waiting sleeps the longer the longer it has waited, so that newcomers overtake: under load
    some casts took seconds. Here one thread of each process knocks, the others wait behind it, and all processes
    knock equally often, without SQLAlchemy's exceptions, which are costly.
    """
    deadline = time.monotonic() + BUSY
    if not door.acquire(timeout=BUSY):
        return False
    try:
        while time.monotonic() < deadline:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    return False
                time.sleep(_KNOCK)
            else:
                return True
    finally:
        door.release()
    return False
