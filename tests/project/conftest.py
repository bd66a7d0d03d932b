"""Finished records, for what the pages say of them."""

from tests.verify.conftest import commission, record, rehearsal  # noqa: F401 - fixtures
