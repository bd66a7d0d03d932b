"""The doors' small election behind the site, at the stages that a test asks for."""

import fcntl
import os
import shutil
from threading import local

import pytest
from sqlalchemy import Engine, event

from tests.doors.conftest import drafted, held, master, sealed, world
from tests.doors.world import open_copy, reopen
from tests.web.site import Site

__all__ = ["drafted", "held", "master", "sealed", "world"]


@pytest.fixture(autouse=True)
def _one_transaction_at_a_time():
    """No request opens a transaction inside another of the same database.

    A writer that has to wait for the outer one lets no new reader in: the inner one would wait for it, and neither
    would end before `storage.engines.BUSY` is over.
    """
    inside = local()

    def depth(connection):
        return inside.__dict__.setdefault(str(connection.engine.url), [0])

    def begin(connection):
        found = depth(connection)
        found[0] += 1
        assert found[0] == 1, "a transaction inside another of the same thread and database"

    def end(connection):
        depth(connection)[0] -= 1

    listening = (("begin", begin), ("commit", end), ("rollback", end))
    for name, hears in listening:
        event.listen(Engine, name, hears)
    yield
    for name, hears in listening:
        event.remove(Engine, name, hears)


@pytest.fixture
def site(world):
    """The site while the vote is open."""
    return Site(world)


@pytest.fixture(scope="session")
def counted(master, tmp_path_factory):
    """The election voted in by five electors and proclaimed, made once for all workers; its folder."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "proclaimed"
    with (shared / "proclaimed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            election = open_copy(master / "open", folder)
            for number in range(1, 6):
                election.cast(number)
            election.freeze()
            election.finish()
            election.store.close()
            (folder / "done").touch()
    return folder


@pytest.fixture
def proclaimed(counted, tmp_path):
    """The site of the proclaimed election."""
    election = reopen(shutil.copytree(counted, tmp_path / "proclaimed"))
    yield Site(election)
    election.store.close()
