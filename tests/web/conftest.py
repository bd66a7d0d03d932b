"""The doors' small election behind the site, at the stages that a test asks for."""

import fcntl
import os
import shutil

import pytest

from tests.doors.conftest import drafted, held, master, sealed, world
from tests.doors.world import open_copy, reopen
from tests.transactions import alone
from tests.web.site import Site

__all__ = ["drafted", "held", "master", "sealed", "world"]


@pytest.fixture(autouse=True)
def _one_transaction_at_a_time():
    with alone():
        yield


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
