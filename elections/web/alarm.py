"""The alarm on the software (R25): on every page of the desk about that election, and on its public pages.

The way to the vote has no room for it: whoever votes is told by the board, which may suspend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from elections.web import visit

if TYPE_CHECKING:
    from flask import Flask

    from elections.protocol.canonical import Json

_WITHOUT = ("elector", "booth", "login", "openid")


def init_app(app: Flask) -> None:
    """Give templates `software_alarm()`."""
    app.add_template_global(_alarm, "software_alarm")


def _alarm() -> Json | None:
    """What the alarm says of the election that this page is about, None where there is none or no place for it."""
    place = visit.place()
    if place is None or request.blueprint in _WITHOUT:
        return None
    return place.alarm
