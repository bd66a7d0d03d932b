"""Pictures of the pages that browser tests visit, for people to look at: `pytest --screenshots DIR`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (1280, 360)
FOLDER = "ELECTIONS_TEST_SCREENSHOTS"
"""Where they go, from the option to the workers of a test run; unset, none are taken."""


def take(page: Page, name: str) -> None:
    """Take the page as it stands at both widths, whole; afterwards it is as wide as before."""
    folder, before = os.environ.get(FOLDER), page.viewport_size
    if not folder or before is None:
        return
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": before["height"]})
        file = re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-")
        page.screenshot(path=Path(folder) / f"{file}-{width}.png", full_page=True)
    page.set_viewport_size(before)


def of_this_test(stage: str) -> str:
    """A name for what the test that runs has come to."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0]
    return f"{test.removeprefix('tests/browser/')} {stage}"
