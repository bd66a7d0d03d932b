"""A state of its own for each test, and a session of the registry that is thrown away."""

import pytest

from tests.states import empty_state, store

__all__ = ["empty_state", "store"]


@pytest.fixture
def session(store):
    with store.registry() as session:
        yield session
        session.rollback()
