"""The two doors: electors by identifier and one-time code, accounts by login and password.

Every attempt is counted before it is judged, under the name that was typed, whether or not anybody has it; what
follows, in time and in words, is the same (registry.sign_in). The identifier between the two steps of an elector
stands in the form itself, so a browser holds nothing before somebody is in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask import session as form_session

from elections import post
from elections.protocol.errors import ProtocolError
from elections.registry import elections, sessions, sign_in
from elections.registry.sign_in import Door, Subject
from elections.web import visit
from elections.web.access import EVERYBODY, FIXED, access
from elections.web.errors import sentence
from elections.web.forms import AccountForm, CodeForm, IdentifierForm
from elections.web.visit import ANYONE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.registry.tables import Account, Elector

blueprint = Blueprint("login", __name__)


@blueprint.route("/election/<election_uuid>/connexion", methods=["GET", "POST"])
@access({ANYONE: FIXED})
def identifier(election_uuid: str) -> Response:
    """Step 1: who says to be an elector of this election. A code goes out, if there is somebody to send it to."""
    form = IdentifierForm()
    if not form.validate_on_submit():
        return _page("login/identifier.html", form, election_uuid)
    name = form.identifier.data or ""
    try:
        _send_code(election_uuid, name)
    except ProtocolError as error:
        return _page("login/identifier.html", form, election_uuid, error)
    return _page("login/code.html", CodeForm(formdata=None, identifier=name), election_uuid)


@blueprint.post("/election/<election_uuid>/connexion/code")
@access({ANYONE: FIXED})
def code(election_uuid: str) -> Response:
    """Step 2: the code that came. It opens a session, and everything the browser held before is forgotten."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _page("login/code.html", form, election_uuid)
    subject = Subject("elector", form.identifier.data or "", election_uuid)
    try:
        token = _come_in(subject, Door.CODE, form.code.data or "")
    except ProtocolError as error:
        return _page("login/code.html", form, election_uuid, error)
    return _welcome(token, url_for("elector.contests"))


@blueprint.route("/bureau/connexion", methods=["GET", "POST"])
@access(EVERYBODY)
def account() -> Response:
    """The door of the office, the board, the delegates and the supervision."""
    form = AccountForm()
    if not form.validate_on_submit():
        return _page("login/account.html", form)
    try:
        token = _come_in(Subject("account", form.login.data or ""), Door.PASSWORD, form.password.data or "")
    except ProtocolError as error:
        return _page("login/account.html", form, None, error)
    return _welcome(token, url_for("officer.home"))


@blueprint.post("/deconnexion")
@access(EVERYBODY)
def leave() -> Response:
    """Sign out: the session ends in the table, and the browser forgets its cookie."""
    token = visit.visitor().token
    if token:
        with visit.store().registry.begin() as session:
            sessions.end(session, token, visit.now())
    form_session.clear()
    response = redirect(url_for("public.home"), 303)
    visit.forget(response)
    return response


def _send_code(election_uuid: str, name: str) -> None:
    """Count the request, then make a code and queue its message in one transaction."""
    subject = Subject("elector", name, election_uuid)
    with visit.store().registry.begin() as session:
        knock = sign_in.knock(session, subject, Door.ASK, visit.now())
    with visit.store().registry.begin() as session:
        title = elections.find(session, election_uuid).title
        delivery = sign_in.ask(session, knock, visit.now())
        # The same words are set and the same row is written for nobody: only the address is missing.
        text = render_template("mail/code.txt", delivery=delivery, title=title, minutes=_minutes())
        if delivery is not None:
            subject_line, _, body = text.partition("\n")
            post.queue(session, post.Message("one-time-code", delivery.email, subject_line, body.lstrip("\n")))


def _minutes() -> int:
    return int(sign_in.CODE_LIFE.total_seconds()) // 60


def _come_in(subject: Subject, door: Door, secret: str) -> str:
    """Count the attempt, then let in whoever has the secret; the token of the new session."""
    with visit.store().registry.begin() as session:
        knock = sign_in.knock(session, subject, door, visit.now())
    with visit.store().registry.begin() as session:
        token = sessions.open_for(session, _person(session, knock, secret), visit.now())
        if visit.visitor().token:
            # One browser, one person: whoever was signed in here is so no longer.
            sessions.end(session, visit.visitor().token, visit.now())
        return token


def _person(session: Session, knock: sign_in.Knock, secret: str) -> Elector | Account:
    if knock.door is Door.CODE:
        return sign_in.by_code(session, knock, secret, visit.now())
    return sign_in.by_password(session, knock, secret)


def _welcome(token: str, target: str) -> Response:
    # A new token for forms too: nobody who knew the old one knows this one.
    form_session.clear()
    response = redirect(target, 303)
    visit.keep(response, token)
    return response


def _page(
    template: str,
    form: IdentifierForm | CodeForm | AccountForm,
    election_uuid: str | None = None,
    error: ProtocolError | None = None,
) -> Response:
    """The page of a step; refused, it says why above the form, in the same words for everybody."""
    title = None
    if election_uuid is not None:
        with visit.store().registry_reader() as session:
            title = elections.find(session, election_uuid).title
    refused = None if error is None else sentence(error)
    page = render_template(
        template, form=form, election_uuid=election_uuid, title=title, refused=refused, minutes=_minutes()
    )
    response = make_response(page, 422 if refused or form.errors else 200)
    if error is not None and error.rule == "sign-in.wait":
        response.status_code = 429
        response.headers["Retry-After"] = str(error.values["seconds"])
    return response
