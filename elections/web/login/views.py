"""The two doors: electors by identifier and one-time code, accounts by login and password; then see accounts/proof.py.

What follows, in time and in words, is the same whether or not anybody has the name that was typed, and nothing that
others do under it keeps an elector out (registry.sign_in, ADR 0019). The identifier between the two steps of an
elector stands in the form itself, so a browser holds nothing before somebody is in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import session as form_session

from elections import post
from elections.protocol.errors import ProtocolError
from elections.registry import elections, factors, roll, sessions, sign_in
from elections.registry.sign_in import Door, Subject
from elections.registry.tables import Account
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import ALWAYS, EVERYBODY, access
from elections.web.errors import sentence
from elections.web.forms import AccountForm, CodeForm, IdentifierForm
from elections.web.visit import ANYONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.registry.sign_in import Channel
    from elections.registry.tables import Elector

blueprint = Blueprint("login", __name__)

_PLAIN = str.maketrans("’\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}", "'  ")


@blueprint.route("/election/<election_uuid>/connexion", methods=["GET", "POST"])
@access({ANYONE: ALWAYS})
def identifier(election_uuid: str) -> Response:
    """Step 1: who says to be an elector of this election. A code goes out, if there is somebody to send it to.

    Where one went out so little ago that she has to wait for the next, the page of the code comes all the same: that
    one is hers to use, whoever asked for it.
    """
    check_door(election_uuid)
    form = IdentifierForm()
    two = _two_channels(election_uuid)
    if not two:
        del form.channel
    if not form.validate_on_submit():
        return _page("login/identifier.html", form, election_uuid)
    name = form.identifier.data or ""
    channel: Channel = "sms" if two and form.channel.data == "sms" else "mail"
    code, wait = CodeForm(formdata=None, identifier=name), 0
    try:
        _send_code(election_uuid, name, channel)
    except ProtocolError as error:
        if error.rule != "sign-in.wait":
            raise
        wait = int(str(error.values["seconds"]))
    response = _page("login/code.html", code, election_uuid, sent=channel, wait=wait)
    if wait:
        response.status_code, response.headers["Retry-After"] = 429, str(wait)
    return response


@blueprint.post("/election/<election_uuid>/connexion/code")
@access({ANYONE: ALWAYS})
def code(election_uuid: str) -> Response:
    """Step 2: the code that came. It opens a session, and everything the browser held before is forgotten."""
    check_door(election_uuid)
    form = CodeForm()
    # The switch of languages sends the form as it stands.
    if "langue" in request.args or not form.validate_on_submit():
        return _page("login/code.html", form, election_uuid)
    # The work of an attempt is done before it keeps a cast waiting.
    typed = sign_in.read_code(Subject("elector", form.identifier.data or "", election_uuid), form.code.data or "")
    try:
        token = come_in(lambda session: sign_in.by_code(session, typed, visit.now()))
    except ProtocolError as error:
        return _page("login/code.html", form, election_uuid, error)
    return welcome(token, url_for("elector.contests"))


@blueprint.route("/bureau/connexion", methods=["GET", "POST"])
@access(EVERYBODY)
def account() -> Response:
    """The door of the office, the board, the delegates and the supervision."""
    form = AccountForm()
    if not form.validate_on_submit():
        return _page("login/account.html", form)
    try:
        token = come_in(by_password(form.login.data or "", form.password.data or ""))
    except ProtocolError as error:
        return _page("login/account.html", form, None, error)
    return welcome(token, url_for("officer.home"))


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


def check_door(election_uuid: str) -> None:
    """Refuse (`web.phase`) electors of a draft whose roll they cannot see yet: there is nothing for them inside."""
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        if election.roll_published is None and elections.phase(election) is Phase.DRAFT:
            raise ProtocolError("web.phase")


def _two_channels(election_uuid: str) -> bool:
    """Whether codes may go by mail or by SMS; asked of everybody then, since nobody must learn who has a number."""
    with visit.store().registry_reader() as session:
        return visit.site().config.sms and roll.phones(session, election_uuid)


def _send_code(election_uuid: str, name: str, channel: Channel) -> None:
    """Count the request, then make a code and queue its message in one transaction."""
    subject = Subject("elector", name, election_uuid)
    with visit.store().registry.begin() as session:
        knock = sign_in.knock(session, subject, Door.ASK_SMS if channel == "sms" else Door.ASK, visit.now())
    new = sign_in.draw(knock)
    with visit.store().registry.begin() as session:
        title = elections.find(session, election_uuid).title
        delivery = sign_in.ask(session, new, visit.now())
        # The same words are set and the same row is written for nobody: only the address is missing.
        words = {"delivery": delivery, "title": title, "minutes": _minutes()}
        texts: dict[Channel, str] = {"mail": render_template("mail/code.txt", **words)}
        if channel == "sms":
            # A telephone shows no-break spaces and curly apostrophes at the price of a second message.
            texts["sms"] = render_template("mail/code_sms.txt", **words).translate(_PLAIN)
        if delivery is not None:
            subject_line, _, body = texts[delivery.channel].partition("\n")
            message = post.Message("one-time-code", delivery.address, subject_line, body.lstrip("\n"))
            message = replace(message, channel=delivery.channel, election=election_uuid, number=delivery.number)
            post.queue(session, message)


def _minutes() -> int:
    return int(sign_in.CODE_LIFE.total_seconds()) // 60


def by_password(name: str, typed: str) -> Callable[[Session], Account]:
    """Count an attempt, then judge it in no transaction; who comes in by it."""
    with visit.store().registry.begin() as session:
        knock = sign_in.knock(session, Subject("account", name), Door.PASSWORD, visit.now())
        known = sign_in.known_password(session, knock)
    right = sign_in.read_password(knock, known, typed)
    return lambda session: sign_in.by_password(session, right)


def come_in(person: Callable[[Session], Elector | Account], *, proved: bool = False) -> str:
    """Let in whoever has the secret; the token of the new session.

    It waits for the second factor of an account that has one, unless it is `proved` already.
    """
    with visit.store().registry.begin() as session:
        found = person(session)
        waits = not proved and isinstance(found, Account) and bool(factors.of(session, found.login))
        token = sessions.open_for(session, found, visit.now(), proved=not waits)
        if visit.visitor().token:
            # One browser, one person: whoever was signed in here is so no longer.
            sessions.end(session, visit.visitor().token, visit.now())
        return token


def welcome(token: str, target: str) -> Response:
    """To the first page, with the cookie of the session that was just opened."""
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
    **more: object,
) -> Response:
    """The page of a step; refused, it says why above the form, in the same words for everybody."""
    title, two = None, False
    if election_uuid is not None:
        two = _two_channels(election_uuid)
        with visit.store().registry_reader() as session:
            title = elections.find(session, election_uuid).title
    refused = None if error is None else sentence(error)
    page = render_template(
        template,
        form=form,
        election_uuid=election_uuid,
        title=title,
        refused=refused,
        minutes=_minutes(),
        two=two,
        **more,
    )
    response = make_response(page, 422 if refused or form.errors else 200)
    if error is not None and error.rule == "sign-in.wait":
        response.status_code = 429
        response.headers["Retry-After"] = str(error.values["seconds"])
    return response
