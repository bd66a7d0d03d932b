"""How a test says by which rule something is refused."""

from contextlib import contextmanager

import pytest

from elections.protocol.errors import ProtocolError


@contextmanager
def refused(rule):
    """What is done inside must be refused by `rule`, and no other; gives the refusal."""
    with pytest.raises(ProtocolError) as caught:
        yield caught
    assert caught.value.rule == rule, caught.value
