"""A state of its own for each test, and a session of the registry that is thrown away."""

import pytest

from elections.storage import Store


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "state") as store:
        yield store


@pytest.fixture
def session(store):
    with store.registry() as session:
        yield session
        session.rollback()
