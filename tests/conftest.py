"""What every test may lean on: published vectors, a reason for each skip, closed sockets, Hypothesis' profiles."""

from __future__ import annotations

import fcntl
import ipaddress
import os
import socket
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from tests.browser.shots import FOLDER

SHARED = Path(__file__).parents[2] / "shared"
"""Lies beside the checkout and is no part of it: the design, and data that nobody here computed."""

# No deadline: a machine that is busy elsewhere is no reason to fail. The gate tries more examples, keeps none
# from run to run and prints its seed (`.ci/run`); a developer's failure is kept and tried first the next time.
settings.register_profile("dev", deadline=None, max_examples=30)
settings.register_profile("ci", deadline=None, max_examples=60, database=None, print_blob=True)
settings.load_profile("dev")


def pytest_addoption(parser):
    """What takes longer than a change should wait for."""
    parser.addoption("--kills", type=int, default=60, help="how often the fault test kills the program (tests/doors)")
    parser.addoption("--long", action="store_true", help="search the largest scenes of the casting machine too")
    parser.addoption("--screenshots", type=Path, metavar="DIR", help="pictures of all pages that browser tests visit")


def pytest_configure(config):
    """Make the folder of screenshots known to the workers too."""
    if config.getoption("--screenshots"):
        folder = config.getoption("--screenshots").absolute()
        folder.mkdir(parents=True, exist_ok=True)
        os.environ[FOLDER] = str(folder)


def pytest_terminal_summary(terminalreporter):
    """Print what tests have measured: whatever they recorded as a `figure`."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    figures = [text for report in reports for name, text in getattr(report, "user_properties", ()) if name == "figure"]
    if figures:
        terminalreporter.section("measured")
        for figure in sorted(set(figures)):
            terminalreporter.line(figure)


def require(condition: object, reason: str) -> None:
    """Skip the test with a plain reason, or fail it where everything must be there (ELECTIONS_TEST_REQUIRE=all)."""
    if condition:
        return
    if os.environ.get("ELECTIONS_TEST_REQUIRE") == "all":
        pytest.fail(reason)
    pytest.skip(reason, allow_module_level=True)


@pytest.fixture(scope="session")
def shared_vectors() -> Path:
    """The folder with the elections made by belenios-tool and the vectors of RFC 9474."""
    vectors = SHARED / "vectors"
    require(vectors.is_dir(), "the shared vectors do not stand beside the checkout")
    return vectors


def shared_by_workers(factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of a run have in common."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def _door(tmp_path_factory):
    """A file that every test holds while it runs."""
    with (shared_by_workers(tmp_path_factory) / "door").open("w") as file:
        yield file


@pytest.fixture(autouse=True)
def _one_of_many(_door):
    fcntl.flock(_door, fcntl.LOCK_SH)
    yield
    fcntl.flock(_door, fcntl.LOCK_UN)


@pytest.fixture
def quiet(_door, _one_of_many):
    """What is timed has the machine to itself: no other worker runs a test while its context lasts."""

    @contextmanager
    def alone():
        fcntl.flock(_door, fcntl.LOCK_EX)
        yield
        fcntl.flock(_door, fcntl.LOCK_SH)

    return alone


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(tmp_path_factory):
    """Thousands of tests make the site anew: its templates and addresses, always the same, are compiled once."""
    folder = shared_by_workers(tmp_path_factory) / "templates"
    folder.mkdir(exist_ok=True)
    compiling, known = Rule._compile_builder, {}

    def compiled(rule, append_unknown=True):
        # All that the function depends on, which is given the rule when it is called.
        key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compiling(rule, append_unknown)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": FileSystemBytecodeCache(str(folder))})
        patch.setattr(Rule, "_compile_builder", compiled)
        yield


@pytest.fixture(scope="session", autouse=True)
def _closed_sockets():
    """No test talks to anything but this machine: connecting elsewhere raises."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", lambda self, address: connect(self, _loopback(self, address)))
        patch.setattr(socket.socket, "connect_ex", lambda self, address: connect_ex(self, _loopback(self, address)))
        yield


def _loopback(connection, address):
    """The address, if it stays on this machine."""
    if connection.family in {socket.AF_INET, socket.AF_INET6} and address[0] != "localhost":
        try:
            stays = ipaddress.ip_address(address[0]).is_loopback
        except ValueError:
            stays = False
        if not stays:
            pytest.fail(f"a test tried to reach {address[0]}")
    return address
