"""Chromium, an open election in each group, and a browser that fails its test on any fault of the page."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from elections.protocol.group import GROUP_NAMES
from tests.browser.booth import Booth
from tests.browser.world import BLOCK, LISTS, TICKETS, open_world
from tests.conftest import require
from tests.databases import in_haste, one_at_a_time

__all__ = ["in_haste", "one_at_a_time"]

SCRIPT = Path(__file__).parents[2] / "elections/web/static/booth/booth.js"
PARTS = {
    "Ed25519": ((LISTS, TICKETS, BLOCK), ("issuer-1",)),
    "BELENIOS-2048": ((TICKETS, BLOCK), ("etat", "delegues")),
}
"""Contests and issuers of each group's election: all of the ones, or two of the others."""
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def playwright():
    """What drives the browsers."""
    require(SCRIPT.is_file(), "the booth's script is not built")
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright):
    """The system's Chromium, started once: its build without windows, if there is one, which costs a third."""
    yield from _started(playwright, "chromium-headless-shell", "chromium")


def _started(playwright, *names):
    """The first of these browsers that is installed."""
    executable = next(filter(None, map(shutil.which, names)), None)
    require(executable, "Chromium is not installed")
    browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def worlds(tmp_path_factory):
    """The open election of a group, made when a test first asks for it."""
    made = {}
    with ExitStack() as stack:

        def get(group):
            if group not in made:
                made[group] = stack.enter_context(open_world(tmp_path_factory.mktemp(group), group, *PARTS[group]))
            return made[group]

        yield get


@pytest.fixture
def world(worlds):
    """An open election in Ed25519."""
    return worlds("Ed25519")


@pytest.fixture(params=GROUP_NAMES)
def each_world(request, worlds):
    """An open election, in each group in turn."""
    return worlds(request.param)


@pytest.fixture
def booth(chromium):
    """Makes booths: `booth(world, person)` is a signed-in elector's browser at her page of the vote."""
    with ExitStack() as stack:
        yield _booths(stack, chromium)


@pytest.fixture
def window(playwright):
    """The same in the whole Chromium, with all that a window has, such as its reader of PDF."""
    with contextmanager(_started)(playwright, "chromium") as browser, ExitStack() as stack:
        yield _booths(stack, browser)


def _booths(stack, browser):
    return lambda world, person, **options: stack.enter_context(Booth.at(browser, world, person, **options))
