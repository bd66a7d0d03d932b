"""What every answer carries: no foreign content, no inline code, no framing, no address passed on (R7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from elections.web import visit
from elections.web.access import declared
from elections.web.visit import ANYONE

if TYPE_CHECKING:
    from flask import Flask, Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Candidacies must not be indexed (R. 211-535), and most pages name candidates.
    "X-Robots-Tag": "noindex",
}
_TWO_YEARS = 63_072_000


def init_app(app: Flask) -> None:
    """Add the headers to every answer of the app, refusals included."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if visit.site().secure:
        response.headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}; includeSubDomains"
    rules = declared(request.endpoint)
    public = rules is not None and set(rules.grants) == {ANYONE}
    if not public or request.method != "GET":
        # What belongs to somebody is kept by nobody else: no proxy, no cache, no next user of the machine.
        response.headers["Cache-Control"] = "no-store"
    # A public page still says who is signed in; a public file says itself how long it may be kept.
    response.headers.setdefault("Cache-Control", "no-cache" if visit.visitor().role == ANYONE else "no-store")
    return response
