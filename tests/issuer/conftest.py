"""A state of its own for each test."""

from tests.states import empty_state, store  # noqa: F401 - fixtures
