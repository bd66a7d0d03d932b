"""A state of its own for each test."""

import pytest

from elections.storage import Store
from tests.urn.common import opened


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "state") as store:
        yield store


@pytest.fixture
def sessions(store):
    """The urn's sessions; one contest is open."""
    return opened(store)
