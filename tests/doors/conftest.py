"""One small election for the whole run, whatever the number of workers; a copy of it for every test."""

import pytest

from tests.doors import join
from tests.doors.world import build, made_once, open_copy


@pytest.fixture(scope="session")
def master(tmp_path_factory):
    """A folder with the election at each of its stages."""
    return made_once(tmp_path_factory, "doors", build)


def _copy(stage):
    @pytest.fixture
    def copied(master, tmp_path):
        world = open_copy(master / stage, tmp_path / stage)
        yield world
        world.store.close()

    return copied


drafted, held, sealed, world = _copy("drafted"), _copy("held"), _copy("sealed"), _copy("open")
"""The election without keys, without a seal, before its opening, and open."""


@pytest.fixture(scope="session")
def untouched(master, tmp_path_factory):
    """A copy of the open election for all tests that leave no trace in it."""
    world = open_copy(master / "open", tmp_path_factory.mktemp("untouched") / "open")
    yield world
    world.store.close()


@pytest.fixture(scope="session")
def voted(master, tmp_path_factory):
    """An election of two hundred ballots, frozen, with all that every device knew (join.py)."""
    return join.read(made_once(tmp_path_factory, "voted", lambda folder: join.play(master, folder)))
