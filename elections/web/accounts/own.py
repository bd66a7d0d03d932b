"""One's own account: second factors, password, sessions."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as _
from markupsafe import Markup

from elections import post
from elections.protocol.errors import ProtocolError
from elections.registry import accounts, factors, passkeys, sessions
from elections.web import visit
from elections.web.access import DESK, access, to
from elections.web.accounts import proof
from elections.web.accounts.forms import CodesForm, NewPasswordForm, PasskeyForm, refuse
from elections.web.errors import sentence
from elections.web.forms import ConfirmForm

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString
    from flask_wtf import FlaskForm
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.registry.tables import Account

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("own", __name__, url_prefix="/bureau/compte")

_MINE = to(DESK)


@blueprint.get("")
@access(_MINE)
def show() -> str:
    """What the account is, by what it is opened, and where it is open."""
    with visit.store().registry_reader() as session:
        me = _me(session)
        return render_template(
            "own/account.html",
            me=me,
            factors=factors.of(session, me.login),
            open=len(sessions.of(session, me, visit.now())),
        )


@blueprint.get("/second-facteur")
@access(_MINE, first=True)
def first() -> str:
    """Where whoever owes a second factor is led: which one it shall be."""
    return render_template("own/first.html")


@blueprint.route("/application", methods=["GET", "POST"])
@access(_MINE, grave=True, first=True)
def add_codes() -> Answer:
    """A program that shows codes: its secret as a QR code and as text, kept once a code of it was typed."""
    form, refused, login = CodesForm(), None, visit.visitor().login
    if not form.is_submitted():
        form.sealed.data = factors.draw(proof.factor_key(), login)
    secret, uri = factors.shown(proof.factor_key(), login, form.sealed.data or "")
    if form.validate_on_submit():
        try:
            with visit.store().registry.begin() as session:
                sealed, code, name = (field.data or "" for field in (form.sealed, form.code, form.name))
                factors.add_codes(session, proof.factor_key(), _me(session), sealed, code, name, visit.now())
                _enrolled(session)
        except ProtocolError as error:
            refused = refuse(form, error)
        else:
            return _added()
    return _page("own/codes.html", form, refused, secret=secret, drawn=_drawn(uri))


@blueprint.route("/cle", methods=["GET", "POST"])
@access(_MINE, grave=True, first=True)
def add_passkey() -> Answer:
    """A passkey: the script of the page has the browser make it."""
    form, refused, where = PasskeyForm(), None, proof.wanted_party()
    if form.validate_on_submit():
        try:
            with visit.store().registry.begin() as session:
                answer, name = form.passkey.data or "", form.name.data or ""
                passkeys.add(session, where, _me(session), answer, name, visit.now())
                _enrolled(session)
        except ProtocolError as error:
            refused = refuse(form, error)
        else:
            return _added()
    return _page("own/passkey.html", form, refused)


@blueprint.route("/second-facteur/<int:factor_id>/retirer", methods=["GET", "POST"])
@access(_MINE, grave=True)
def remove(factor_id: int) -> Answer:
    """One second factor less, after a page that says which."""
    form, refused, login = ConfirmForm(), None, visit.visitor().login
    with visit.store().registry_reader() as session:
        mine = factors.of(session, login)
    factor = next((factor for factor in mine if factor.id == factor_id), None)
    if factor is None:
        raise ProtocolError("factors.unknown")
    if form.validate_on_submit():
        try:
            with visit.store().registry.begin() as session:
                factors.remove(session, login, factor_id)
                _tell(session, lazy_gettext("Un second facteur a été retiré de votre compte."))
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(_("« %(name)s » ne permet plus de se connecter.", name=factor.name), "good")
            return redirect(url_for(".show"), 303)
    return _page("own/remove.html", form, refused, factor=factor, last=len(mine) == 1)


@blueprint.route("/mot-de-passe", methods=["GET", "POST"])
@access(_MINE, grave=True)
def password() -> Answer:
    """Another password; every other session of the account ends."""
    form, refused = NewPasswordForm(), None
    if form.validate_on_submit():
        try:
            with visit.store().registry.begin() as session:
                me = _me(session)
                accounts.set_password(session, me.login, form.new.data or "")
                sessions.end_all(session, me, visit.now(), but=visit.visitor().token)
                _tell(session, lazy_gettext("Le mot de passe de votre compte a été changé."))
        except ProtocolError as error:
            refused = refuse(form, error)
        else:
            flash(_("Le mot de passe est changé. Vos autres sessions sont fermées."), "good")
            return redirect(url_for(".show"), 303)
    return _page("own/password.html", form, refused, least=accounts.SHORTEST_PASSWORD)


@blueprint.route("/sessions", methods=["GET", "POST"])
@access(_MINE)
def sessions_of() -> Answer:
    """Where the account is open; one session ended, or all but this one."""
    form, token = ConfirmForm(), visit.visitor().token
    if form.validate_on_submit():
        with visit.store().registry.begin() as session:
            if "session" in request.form:
                sessions.end_named(session, _me(session), request.form["session"], visit.now())
            else:
                sessions.end_all(session, _me(session), visit.now(), but=token)
        flash(_("C'est fermé."), "good")
        return redirect(url_for(".sessions_of"), 303)
    with visit.store().registry_reader() as session:
        here = sessions.find(session, token, visit.now()).id_hash
        return render_template("own/sessions.html", open=sessions.of(session, _me(session), visit.now()), here=here)


def _me(session: Session) -> Account:
    account = accounts.by_login(session, visit.visitor().login)
    if account is None:
        raise ProtocolError("sign-in.session")
    return account


def _enrolled(session: Session) -> None:
    """A factor came: it proves who is here. The first one ends what a password alone had opened elsewhere."""
    me, token = _me(session), visit.visitor().token
    sessions.prove(session, token, visit.now())
    if len(factors.of(session, me.login)) == 1:
        sessions.end_all(session, me, visit.now(), but=token)
    _tell(session, lazy_gettext("Un second facteur a été ajouté à votre compte."))


def _tell(session: Session, what: LazyString) -> None:
    """Tell the owner by mail that her account is opened otherwise: whoever has her session may be somebody else."""
    me = _me(session)
    # And so not in the language of whoever acts.
    with force_locale("fr"):
        text = render_template("mail/account_changed.txt", name=me.name, what=what)
    subject, _newline, body = text.partition("\n")
    post.queue(session, post.Message("account-changed", me.email, subject, body.lstrip("\n")))


def _added() -> Response:
    flash(_("Votre second facteur est enregistré."), "good")
    return redirect(url_for("officer.home" if visit.visitor().owes else ".show"), 303)


def _drawn(uri: str) -> Markup:
    """A QR code as a picture in the page itself: its secret has no address that a cache could keep."""
    out = io.BytesIO()
    code = segno.make(uri, error="m", micro=False)
    code.save(out, kind="svg", xmldecl=False, svgns=False, omitsize=True, lineclass=None, svgclass=None)
    # The key stands beside it as text: whoever listens to the page is told that, not the picture.
    hidden = out.getvalue().decode().replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return Markup(hidden)  # noqa: S704 - drawn here, nothing but numbers


def _page(template: str, form: FlaskForm, refused: str | None, **values: object) -> Answer:
    page = render_template(template, form=form, refused=refused, **values)
    return (page, 422) if refused or (form.is_submitted() and form.errors) else page
