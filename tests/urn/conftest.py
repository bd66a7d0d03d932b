"""A state of its own for each test."""

import pytest

from tests.states import empty_state, store
from tests.urn.common import opened

__all__ = ["empty_state", "store"]


@pytest.fixture
def sessions(store):
    """The urn's sessions; one contest is open."""
    return opened(store)
