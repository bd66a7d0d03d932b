"""The page of a link that was mailed, and the mail that holds it.

The link is in nobody's log: ours names endpoints only, no page passes its address on, and it serves once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from elections import post
from elections.protocol.errors import ProtocolError
from elections.registry import accounts, elections, invitations
from elections.web import visit
from elections.web.access import EVERYBODY, access
from elections.web.accounts.forms import AcceptForm, refuse
from elections.web.login import views as login

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.registry.account_tables import Invitation
    from elections.registry.tables import Account

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("invited", __name__)


def send(session: Session, invitation: Invitation, token: str) -> None:
    """Queue the mail with the link, in the transaction that made it; in French, whatever whoever invites reads."""
    link = visit.site().config.address + url_for("invited.accept", token=token)
    with force_locale("fr"):
        text = render_template(
            "mail/invitation.txt", invitation=invitation, link=link, title=_title(session, invitation)
        )
    subject, _newline, body = text.partition("\n")
    kind = "recovery" if invitation.recovers else "invitation"
    post.queue(session, post.Message(kind, invitation.email, subject, body.lstrip("\n")))


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@access(EVERYBODY)
def accept(token: str) -> Answer:
    """Choose a password, and a login where it is free; then the account is open, and asks for a second factor."""
    form, refused = AcceptForm(), None
    with visit.store().registry_reader() as session:
        invitation = invitations.open_link(session, token, visit.now())
        title = _title(session, invitation)
    if invitation.login is not None:
        form.login.data = invitation.login
    if form.validate_on_submit():

        def use(session: Session) -> Account:
            chosen, password = form.login.data or "", form.new.data or ""
            return invitations.accept(session, token, chosen, password, visit.now())

        try:
            opened = login.come_in(use)
        except ProtocolError as error:
            refused = refuse(form, error)
        else:
            # The cookie of forms is begun anew with the session; what is said on the next page comes after.
            answer = login.welcome(opened, url_for("officer.home"))
            flash(_("Bienvenue. Votre mot de passe est enregistré."), "good")
            return answer
    page = render_template(
        "login/invitation.html",
        form=form,
        refused=refused,
        invitation=invitation,
        title=title,
        least=accounts.SHORTEST_PASSWORD,
    )
    return (page, 422) if refused or (form.is_submitted() and form.errors) else page


def _title(session: Session, invitation: Invitation) -> str | None:
    return elections.find(session, invitation.election_uuid).title if invitation.election_uuid is not None else None
