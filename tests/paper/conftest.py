"""A finished record, whose minutes are opened here, and the programs that open them."""

import shutil

import pytest

from tests.conftest import require
from tests.records import finished


@pytest.fixture(scope="session")
def commission(tmp_path_factory):
    """Four contests: in several batches, amended, empty, stopped."""
    return finished("commission", tmp_path_factory)


@pytest.fixture(scope="session")
def poppler():
    """The tests that open a PDF need poppler's programs."""
    require(shutil.which("pdftotext") and shutil.which("pdfinfo"), "poppler-utils is not installed: no PDF is opened")
