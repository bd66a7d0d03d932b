"""A state of its own for each test."""

from tests.states import empty_state, store

__all__ = ["empty_state", "store"]
