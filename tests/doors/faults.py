"""Interruptions in the middle of an act, without any hook in the program: what it calls is wrapped for a moment."""

from contextlib import contextmanager
from unittest import mock


class Crash(BaseException):
    """The process is gone; nothing of the program catches this."""


@contextmanager
def meanwhile(module, name, act):
    """Do `act` once, just before the program next calls `module.name`: what happens while a request stalls there."""
    real, acts = getattr(module, name), [act]

    def wrapped(*args, **kwargs):
        if acts:
            acts.pop()()
        return real(*args, **kwargs)

    with mock.patch.object(module, name, wrapped):
        yield


@contextmanager
def crash_before(module, name, nth=1):
    """The process dies where it would call `module.name` for the nth time."""
    real, left = getattr(module, name), [nth]

    def wrapped(*args, **kwargs):
        left[0] -= 1
        if left[0] == 0:
            raise Crash
        return real(*args, **kwargs)

    with mock.patch.object(module, name, wrapped):
        try:
            yield
        except Crash:
            return
    raise AssertionError(f"{name} was not called")
