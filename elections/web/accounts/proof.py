"""The second factor: asked for after the password, and again before a grave act.

A page that was left open too long loses nothing: what its form held travels through the page that asks, and goes on
to its own address, as it was sent, once the proof has come (the redirection 307 keeps a form).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import validate_csrf
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from wtforms import ValidationError

from elections import server_keys
from elections.protocol.errors import ProtocolError
from elections.registry import accounts, factors, passkeys, sessions, sign_in
from elections.registry.passkeys import Party
from elections.registry.sign_in import Door, Subject
from elections.web import visit
from elections.web.access import DESK, EVERYBODY, access, declared, to
from elections.web.accounts.forms import PasskeySignInForm, ProofForm
from elections.web.errors import sentence
from elections.web.login import views as login

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.registry.tables import Account

blueprint = Blueprint("proof", __name__)

_BACK, _SENT = "retour", "proof_sent"
_OURS = ("csrf_token", "proof_", _BACK)
"""How the fields begin that are this page's own."""


def init_app(app: Flask) -> None:
    """Tell templates whether the site can have passkeys."""
    app.add_template_global(lambda: party() is not None, "passkeys_possible")


def party() -> Party | None:
    """For whom passkeys sign here; None under an address for which browsers have none."""
    return Party.at(visit.site().config.address)


def factor_key() -> bytes:
    """Under which secrets of codes are sealed."""
    return server_keys.site_key(visit.store().keys, "factors")


def wanted_party() -> Party:
    """As `party`, refused where there is none."""
    found = party()
    if found is None:
        raise ProtocolError("web.missing")
    return found


@blueprint.route("/bureau/connexion/second-facteur", methods=["GET", "POST"])
@access(EVERYBODY)
def second() -> Response:
    """After the password: the second factor. It opens a new session in place of the one that waited for it."""
    visitor, form = visit.visitor(), ProofForm()
    if visitor.actor is not None or not visitor.login:
        return redirect(url_for("officer.home" if visitor.login else "login.account"), 303)
    refused = None
    if form.validate_on_submit():
        try:
            _check(form)
            token = login.come_in(_whoever(visitor.login), proved=True)
        except ProtocolError as error:
            refused = error
        else:
            return login.welcome(token, url_for("officer.home"))
    return _page("login/second.html", form, refused)


@blueprint.post("/bureau/connexion/cle")
@access(EVERYBODY)
def by_passkey() -> Response:
    """A passkey alone, which has asked for a finger or a number: it is password and second factor."""
    form, where = PasskeySignInForm(), wanted_party()
    if not form.validate_on_submit():
        raise ProtocolError("web.body")
    token = login.come_in(
        lambda session: passkeys.come_in(session, where, form.passkey.data or "", visit.now()), proved=True
    )
    return login.welcome(token, url_for("officer.home"))


@blueprint.route("/bureau/confirmer", methods=["GET", "POST"])
@access(to(DESK), first=True)
def confirm() -> Response:
    """Before a grave act: who comes proves it again, and goes on where she was."""
    form, refused = ProofForm(), None
    if form.validate_on_submit():
        try:
            _check(form)
            with visit.store().registry.begin() as session:
                sessions.prove(session, visit.visitor().token, visit.now())
        except ProtocolError as error:
            refused = error
        else:
            sent = _SENT in request.form
            return redirect(_target("POST" if sent else "GET"), 307 if sent else 303)
    return _page("login/confirm.html", form, refused, carried=_carried(), back=request.values.get(_BACK, ""))


def ask() -> Response | None:
    """The answer to a grave request whose proof is too old: the page that asks for it, with all that was sent.

    None for a form that another site sent: it is not carried on.
    """
    if request.method != "POST":
        back = request.full_path if request.query_string else request.path
        return redirect(url_for("proof.confirm", retour=back), 303)
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return None
    carried = [(_SENT, "1"), *_carried()]
    page = _page(
        "login/confirm.html",
        ProofForm(formdata=None),
        None,
        carried=carried,
        back=request.path,
        files=any(request.files.values()),
    )
    page.status_code = 403
    return page


@blueprint.post("/bureau/cle/defi")
@access(EVERYBODY, json=True)
def challenge() -> Response:
    """What a browser needs for a passkey: a new one of this account, its answer, or whoever comes."""
    where, visitor = wanted_party(), visit.visitor()
    new = request.args.get("pour") == "nouvelle"
    with visit.store().registry.begin() as session:
        if not new:
            return jsonify(json.loads(passkeys.ask(session, where, visitor.login or None, visit.now())))
        if visitor.actor is None or not visitor.fresh:
            raise ProtocolError("web.proof" if visitor.actor else "web.session")
        account = _whoever(visitor.login)(session)
        return jsonify(json.loads(passkeys.invite(session, where, account, visit.now())))


def _check(form: ProofForm) -> None:
    """Take the proof that was sent, of what this account has; attempts are counted before they are judged."""
    store, now, name = visit.store(), visit.now(), visit.visitor().login
    with store.registry_reader() as session:
        enrolled = bool(factors.of(session, name))
    if enrolled and form.proof_passkey.data:
        with store.registry.begin() as session:
            passkeys.check(session, wanted_party(), name, form.proof_passkey.data, now)
        return
    if not enrolled:
        person = login.by_password(name, form.proof_password.data or "")
        with store.registry.begin() as session:
            person(session)
        return
    with store.registry.begin() as session:
        knock = sign_in.knock(session, Subject("account", name), Door.FACTOR, now)
    with store.registry.begin() as session:
        factors.check_code(session, factor_key(), name, form.proof_code.data or "", now)
        sign_in.forget(session, knock)


def _whoever(name: str) -> Callable[[Session], Account]:
    def find(session: Session) -> Account:
        account = accounts.by_login(session, name)
        if account is None:
            raise ProtocolError("sign-in.session")
        return account

    return find


def _page(template: str, form: ProofForm, refused: ProtocolError | None, **more: object) -> Response:
    with visit.store().registry_reader() as session:
        kinds = {factor.kind for factor in factors.of(session, visit.visitor().login)}
    page = render_template(
        template, form=form, refused=None if refused is None else sentence(refused), kinds=kinds, **more
    )
    response = make_response(page, 422 if refused or form.errors else 200)
    if refused is not None and refused.rule == "sign-in.wait":
        response.status_code, response.headers["Retry-After"] = 429, str(refused.values["seconds"])
    return response


def _carried() -> list[tuple[str, str]]:
    """What was sent to the act, field by field, and that it was sent."""
    every = request.form.items(multi=True)
    return [(name, value) for name, value in every if not name.startswith(_OURS) or name == _SENT]


def _target(method: str) -> str:
    """Where the act is; nothing but the address of a grave view of this site, else the desk."""
    back = request.values.get(_BACK, "")
    parts = urlsplit(back)
    ours = back.startswith("/") and "\\" not in back and not parts.scheme and not parts.netloc
    routes = current_app.create_url_adapter(request)
    try:
        rules = declared(routes.match(parts.path, method)[0]) if routes is not None and ours else None
    except (HTTPException, RequestRedirect):
        rules = None
    if rules is None or not rules.grave:
        return url_for("officer.home")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
