"""An account given back to its owner by two people, each on a screen of her own (registry/recovery.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from elections.protocol.errors import ProtocolError
from elections.registry import accounts, recovery
from elections.web import visit
from elections.web.access import ALWAYS, BOARD, OFFICER, access, to
from elections.web.accounts import invited
from elections.web.accounts.views import within_reach
from elections.web.errors import sentence
from elections.web.forms import ConfirmForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.registry.tables import Account

blueprint = Blueprint("recoveries", __name__, url_prefix="/bureau")

_AGREEING = to((OFFICER, *BOARD))


def to_decide(session: Session) -> int:
    """How many recoveries wait for this visitor, who may be the second person."""
    if visit.visitor().role not in _AGREEING:
        return 0
    me = _me(session)
    found = recovery.waiting(session, me, visit.now())
    return sum(recovery.may_agree(asked, me, whose) for whose, asked, _row in found)


@blueprint.route("/comptes/fiche/<login>/retablir", methods=["GET", "POST"])
@access({OFFICER: ALWAYS}, grave=True)
def ask(login: str) -> str | Response | tuple[str, int]:
    """The first of two people asks that an account be given back."""
    form, refused = ConfirmForm(), None
    with visit.store().registry_reader() as session:
        account = within_reach(session, login)
    if form.validate_on_submit():
        try:
            with visit.store().registry.begin() as session:
                recovery.ask(session, account.login, _me(session), visit.now())
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(_("La demande est enregistrée. Une seconde personne doit l'approuver."), "good")
            return redirect(url_for(".waiting"), 303)
    page = render_template("accounts/recover.html", account=account, form=form, refused=refused)
    return (page, 422) if refused else page


@blueprint.get("/retablissements")
@access(_AGREEING)
def waiting() -> str:
    """What waits for a second person."""
    with visit.store().registry_reader() as session:
        me = _me(session)
        rows = [
            (whose, asked, row, recovery.may_agree(asked, me, whose))
            for whose, asked, row in recovery.waiting(session, me, visit.now())
        ]
        return render_template("accounts/recoveries.html", rows=rows, me=me)


@blueprint.post("/retablissements/<login>/approuver")
@access(_AGREEING, grave=True)
def agree(login: str) -> Response:
    """The second person agrees: the old way in is closed, and a link sent."""
    with visit.store().registry.begin() as session:
        invited.send(session, *recovery.agree(session, login, _me(session), visit.now()))
    flash(_("C'est approuvé. Un lien part à l'adresse de la personne concernée."), "good")
    return redirect(url_for(".waiting"), 303)


@blueprint.post("/retablissements/<login>/refuser")
@access(_AGREEING)
def refuse(login: str) -> Response:
    """Everything stays as it is."""
    with visit.store().registry.begin() as session:
        recovery.refuse(session, login, _me(session), visit.now())
    flash(_("La demande est refusée. Rien n'a changé."), "good")
    return redirect(url_for(".waiting"), 303)


def _me(session: Session) -> Account:
    found = accounts.by_login(session, visit.visitor().login)
    if found is None:
        raise ProtocolError("sign-in.session")
    return found
