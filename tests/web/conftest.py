"""The doors' small election behind the site, at the stages that a test asks for."""

import shutil

import pytest

from tests.databases import in_haste, one_at_a_time
from tests.doors.conftest import drafted, held, master, sealed, world
from tests.doors.world import made_once, open_copy, reopen
from tests.web.site import Site

__all__ = ["drafted", "held", "in_haste", "master", "one_at_a_time", "sealed", "world"]


@pytest.fixture
def site(world):
    """The site while the vote is open."""
    return Site(world)


@pytest.fixture(scope="session")
def counted(master, tmp_path_factory):
    """The election voted in by five electors and proclaimed, made once for all workers; its folder."""

    def play(folder):
        election = open_copy(master / "open", folder / "election")
        for number in range(1, 6):
            election.cast(number)
        election.freeze()
        election.finish()
        election.store.close()

    return made_once(tmp_path_factory, "proclaimed", play) / "election"


@pytest.fixture
def proclaimed(counted, tmp_path):
    """The site of the proclaimed election."""
    election = reopen(shutil.copytree(counted, tmp_path / "proclaimed"))
    yield Site(election)
    election.store.close()
