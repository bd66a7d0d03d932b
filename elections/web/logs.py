"""What the web floor may log: listed fields of an event, and nothing else.

Never an address, a name, a code, a token, a ballot, nor a size or an hour that would tell whose it was. So a record
has no free text: an event's name and fields from a list. What other libraries log passes only as its level and
its logger's name, for their texts may hold a request.
"""

from __future__ import annotations

import logging
import sys

LOG = logging.getLogger("elections.web")

FIELDS = ("endpoint", "kind", "place", "rule", "status", "count")


class Listed(logging.Filter):
    """Lets an event's listed fields through; whatever else a record holds is taken from it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; every record passes, cut down."""
        ours = record.name.startswith("elections")
        event = record.msg if ours and isinstance(record.msg, str) and not record.args else record.name
        given = [
            f"{field}={getattr(record, field)}" for field in FIELDS if ours and getattr(record, field, None) is not None
        ]
        record.msg, record.args = " ".join([event, *given]), ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def to_stderr() -> None:
    """Send every logger's records to stderr, each through the filter; called once by who serves."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Listed())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
