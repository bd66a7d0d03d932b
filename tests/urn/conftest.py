"""A state of its own for each test."""

import pytest

from tests.states import empty_state, store  # noqa: F401 - fixtures
from tests.urn.common import opened


@pytest.fixture
def sessions(store):  # noqa: F811 - the fixture
    """The urn's sessions; one contest is open."""
    return opened(store)
