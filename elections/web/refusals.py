"""Every refusal becomes an answer: a status, one sentence, and nothing of the program's inside.

A view may let any `ProtocolError` through. Pages get a page that says what happened and what to do, scripts get
`{"error":rule,"message":sentence}` (docs/web.md). A fault of ours is logged by kind and place only: what it was
about may be a name, a code or a ballot.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from flask import jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from elections.protocol.errors import ProtocolError
from elections.web import visit
from elections.web.access import declared
from elections.web.accounts import proof
from elections.web.errors import booth_sentences, sentence
from elections.web.logs import LOG
from elections.web.visit import ELECTOR

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

_STATUS = {
    "web.session": 401,
    "web.factor": 403,
    "web.proof": 403,
    "web.csrf": 400,
    "web.role": 403,
    "web.phase": 409,
    "web.missing": 404,
    "web.method": 405,
    "web.large": 413,
    "web.fault": 500,
    "web.busy": 503,
    "casting.busy": 503,
    "casting.issuer": 404,
    "documents.unknown": 404,
    "nominations.unknown": 404,
    "registry.contest": 404,
    "registry.election": 404,
    "registry.entitled": 403,
    "roll.elector": 404,
    "roll.trial": 404,
    "roll.unpublished": 409,
    "rules.role": 403,
    "accounts.invitation": 404,
    "accounts.link": 404,
    "accounts.unknown": 404,
    "factors.refused": 401,
    "factors.unknown": 404,
    "sign-in.refused": 401,
    "sign-in.openid": 401,
    "sign-in.openid-stranger": 403,
    "sign-in.session": 401,
    "sign-in.wait": 429,
}
_CONFLICTS = ("phase", "locked", "signed", "attempt", "pending", "second", "hour", "moved", "finished", "act-hour")
_HTTP = {404: "web.missing", 405: "web.method", 413: "web.large"}
_RETRY = 3
"""Seconds after which a busy site is worth another try."""


def init_app(app: Flask) -> None:
    """Answer refusals, errors of HTTP, a busy database and our own faults; give templates the booth's sentences."""
    app.register_error_handler(ProtocolError, answer)
    app.register_error_handler(CSRFError, lambda _error: answer(ProtocolError("web.csrf")))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _fault)
    app.add_template_global(booth_sentences)


def status_of(error: ProtocolError) -> int:
    """The HTTP status of a refusal."""
    if error.rule in _STATUS:
        return _STATUS[error.rule]
    return 409 if error.rule.rpartition(".")[2] in _CONFLICTS else 400


def answer(error: ProtocolError) -> tuple[Response | str, int] | Response:
    """The answer to a refused request, as a page or as JSON."""
    status = status_of(error)
    rules = declared(request.endpoint)
    if rules is not None and rules.json:
        response: Response = jsonify(error=error.rule, message=sentence(error))
    elif error.rule == "web.session" and request.method == "GET":
        return redirect(_door(), 303)
    elif error.rule == "web.factor":
        return redirect(url_for("own.first"), 303)
    elif error.rule == "web.proof":
        return proof.ask() or answer(ProtocolError("web.csrf"))
    else:
        response = _page(error, status)
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = str(_RETRY)
    elif "seconds" in error.values:
        response.headers["Retry-After"] = str(error.values["seconds"])
    return response


def _page(error: ProtocolError, status: int) -> Response:
    return make_response(render_template("error.html", status=status, refused=sentence(error), error=error))


def _door() -> str:
    """Where whoever is not signed in should go: the electors' door of that election, or the desk's."""
    if visit.visitor().login:
        return url_for("proof.second")
    rules = declared(request.endpoint)
    place = visit.place() if rules is not None else None
    if rules is not None and ELECTOR in rules.grants and place is not None:
        return url_for("login.identifier", election_uuid=place.election)
    if rules is not None and set(rules.grants) == {ELECTOR}:
        return url_for("public.home")
    return url_for("login.account")


def _http(error: HTTPException) -> tuple[Response | str, int] | Response:
    if isinstance(error, SecurityError):
        # Under a name that is not the site's (R20) there are no pages, not even to say so.
        return sentence(ProtocolError("web.host")), 400
    if error.code is not None and error.code < 400:
        return error.get_response()
    return answer(ProtocolError(_HTTP.get(error.code or 500, "web.body" if (error.code or 500) < 500 else "web.fault")))


def _busy(error: OperationalError) -> tuple[Response | str, int] | Response:
    if "locked" in str(error.orig):
        return answer(ProtocolError("web.busy"))
    return _fault(error)


def _fault(error: Exception) -> tuple[Response | str, int] | Response:
    """Log what kind of fault it is and where, by folder and file, never what it says."""
    places = traceback.extract_tb(error.__traceback__)
    LOG.error(
        "fault",
        extra={
            "endpoint": request.endpoint,
            "kind": type(error).__name__,
            "place": " < ".join(
                f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno}" for frame in reversed(places[-6:])
            ),
        },
    )
    return answer(ProtocolError("web.fault"))
