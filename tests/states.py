"""A state of its own for every test that asks for `store`, copied from one that was made once.

A room's conftest.py imports the two fixtures.
"""

import shutil

import pytest

from elections.storage import Store


@pytest.fixture(scope="session")
def empty_state(tmp_path_factory):
    """The folder of a new state, to be copied."""
    state = tmp_path_factory.mktemp("state") / "state"
    Store.create(state).close()
    return state


@pytest.fixture
def store(tmp_path, empty_state):
    """A new state, opened."""
    with Store.open(shutil.copytree(empty_state, tmp_path / "state")) as store:
        yield store
