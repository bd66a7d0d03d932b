"""Finished records, for what the pages say of them."""

from tests.verify.conftest import commission, record, rehearsal

__all__ = ["commission", "record", "rehearsal"]
