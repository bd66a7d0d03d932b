"""One small election for the whole run, whatever the number of workers; a copy of it for every test."""

import fcntl
import os

import pytest

from tests.doors.world import build, open_copy


@pytest.fixture(scope="session")
def master(tmp_path_factory):
    """The folder of the election, made by the worker who comes first."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "doors"
    with (shared / "doors.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            build(folder)
            (folder / "done").touch()
    return folder


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
