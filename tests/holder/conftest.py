"""Elections at three moments; what a test does to key files it does to copies."""

import shutil
from dataclasses import replace

import pytest

from tests.holder.world import World


@pytest.fixture(scope="session")
def _held(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("held"))
    world.create()
    world.hold()
    return world


@pytest.fixture(scope="session")
def _sealed(_held, tmp_path_factory):
    world = _copy(_held, tmp_path_factory.mktemp("sealed"))
    world.seal()
    return world


@pytest.fixture(scope="session")
def record(_sealed, tmp_path_factory):
    """The folder of a frozen record of the sealed election; not to be changed."""
    return _sealed.record(tmp_path_factory.mktemp("record"))


@pytest.fixture
def held(_held, tmp_path):
    """After the ceremony."""
    return _copy(_held, tmp_path / "held")


@pytest.fixture
def sealed(_sealed, tmp_path):
    """After rehearsal and seal."""
    return _copy(_sealed, tmp_path / "sealed")


def _copy(world, folder):
    shutil.copytree(world.folder, folder, dirs_exist_ok=True)
    return replace(world, folder=folder, setups=dict(world.setups), elections=dict(world.elections))
