"""A state of its own for each test, and a session of the registry that is thrown away."""

import pytest

from tests.states import empty_state, store  # noqa: F401 - fixtures


@pytest.fixture
def session(store):  # noqa: F811 - the fixture
    with store.registry() as session:
        yield session
        session.rollback()
