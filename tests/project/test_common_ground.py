"""What tests/conftest.py promises to every other test."""

import socket

import pytest

from tests.conftest import require


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "example.org"])
def test_sockets_are_closed_to_other_machines(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as connection, pytest.raises(pytest.fail.Exception, match="tried to reach"):
        connection.connect((address, 443))


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_missing_ground_skips_with_its_reason(monkeypatch):
    monkeypatch.delenv("ELECTIONS_TEST_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no such thing"):
        require(None, "no such thing")


def test_missing_ground_fails_where_everything_is_required(monkeypatch):
    monkeypatch.setenv("ELECTIONS_TEST_REQUIRE", "all")
    with pytest.raises(pytest.fail.Exception, match="no such thing"):
        require(None, "no such thing")
    require("something", "it is there")
