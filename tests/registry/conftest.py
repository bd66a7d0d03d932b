"""A state of its own for each test, and a session of the registry that is thrown away."""

import shutil

import pytest

from elections.storage import Store


@pytest.fixture(scope="session")
def blank(tmp_path_factory):
    """A new state, to be copied: that is quicker than to make one."""
    folder = tmp_path_factory.mktemp("blank") / "state"
    Store.create(folder).close()
    return folder


@pytest.fixture
def store(blank, tmp_path):
    shutil.copytree(blank, tmp_path / "state")
    with Store.open(tmp_path / "state") as store:
        yield store


@pytest.fixture
def session(store):
    with store.registry() as session:
        yield session
        session.rollback()
