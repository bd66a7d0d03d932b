"""What tests ask of the two databases beyond what the site does; a room's conftest.py imports the fixtures."""

from __future__ import annotations

import os
from contextlib import contextmanager
from threading import local

import pytest
from sqlalchemy import Engine, event

from elections.registry import hashes
from elections.storage import engines


@contextmanager
def hasty():
    """Wait for no disk and hash at no cost: nothing that is written in here must survive a power cut, or a thief."""
    quick = tuple("synchronous = OFF" if "synchronous" in pragma else pragma for pragma in engines._PRAGMAS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "_PRAGMAS", quick)
        patch.setattr(os, "fsync", lambda _: None)
        for cost in ("PASSWORD", "CODE"):
            patch.setattr(hashes, cost, hashes.Cost(8, 1))
        yield


@contextmanager
def alone():
    """Refuse a transaction inside another of the same thread and database.

    A writer that has to wait for the outer one lets no new reader in: the inner one would wait for it, and neither
    would end before `storage.engines.BUSY` is over.
    """
    inside = local()

    def under_way():
        return inside.__dict__.setdefault("databases", set())

    def begin(connection):
        assert connection.engine.url not in under_way(), "a transaction inside another of the same thread and database"
        under_way().add(connection.engine.url)

    def end(connection):
        under_way().discard(connection.engine.url)

    listening = (("begin", begin), ("commit", end), ("rollback", end))
    for name, hears in listening:
        event.listen(Engine, name, hears)
    yield
    for name, hears in listening:
        event.remove(Engine, name, hears)


@pytest.fixture(scope="session", autouse=True)
def in_haste():
    """All tests of a room that takes this in are hasty."""
    with hasty():
        yield


@pytest.fixture(autouse=True)
def one_at_a_time():
    """No test of a room that takes this in may open a transaction inside another."""
    with alone():
        yield
