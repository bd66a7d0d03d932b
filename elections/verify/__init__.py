"""The observer's program: judges a record's folder or a bare archive, and reads nothing else.

It imports neither web framework nor database and opens no connection. `verify` is the whole of it; the
checks are those of protocol.md §12, one function each.
"""

from elections.verify.judge import verify
from elections.verify.report import Check, Figures, Report

__all__ = ["Check", "Figures", "Report", "verify"]
