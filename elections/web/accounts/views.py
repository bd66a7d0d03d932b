"""Accounts, as the office keeps them: who may sign in, and who is invited to.

An officer of one election sees its accounts and those of all elections, and invites to that election only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from elections.protocol.errors import ProtocolError
from elections.registry import accounts, elections, factors, invitations, sessions
from elections.registry.invitations import Guest
from elections.rules.phases import ROLES, Role
from elections.web import visit
from elections.web.access import ALWAYS, OFFICER, access
from elections.web.accounts import invited
from elections.web.accounts.forms import InviteForm, refuse
from elections.web.i18n import french, words
from elections.web.words import capitalize_first

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.registry.account_tables import Invitation
    from elections.registry.tables import Account

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("accounts", __name__, url_prefix="/bureau")

_OFFICE = {OFFICER: ALWAYS}


@blueprint.get("/comptes")
@access(_OFFICE)
def everybody() -> str:
    """All accounts within reach, and invitations that wait."""
    return _table(None)


@blueprint.get("/election/<election_uuid>/comptes")
@access(_OFFICE)
def show(election_uuid: str) -> str:
    """Those who may act in one election."""
    return _table(election_uuid)


def _table(election_uuid: str | None) -> str:
    visitor, now = visit.visitor(), visit.now()
    within = election_uuid or visitor.election
    wanted, role = request.args.get("q", "").strip(), request.args.get("role", "")
    with visit.store().registry_reader() as session:
        rows = [
            (account, factors.of(session, account.login), len(sessions.of(session, account, now)))
            for account in accounts.everyone(session, within)
            if role in ("", account.role) and _meets(wanted, account)
        ]
        return render_template(
            "accounts/list.html",
            rows=rows,
            invitations=invitations.waiting(session, within),
            titles={found.uuid: found.title for found in elections.everything(session)},
            election=elections.find(session, election_uuid) if election_uuid else None,
            owed=lambda account: factors.owed(session, account),
            wanted=wanted,
            role=role,
            roles=_roles(),
            now=now,
        )


def _meets(wanted: str, account: Account) -> bool:
    return not wanted or any(
        wanted.casefold() in text.casefold() for text in (account.name, account.login, account.email)
    )


def _roles() -> list[tuple[str, str]]:
    return [(role.value, capitalize_first(words(ROLES[role]))) for role in Role if role is not Role.CLOCK]


@blueprint.route("/comptes/inviter", methods=["GET", "POST"])
@access(_OFFICE, grave=True)
def invite() -> Answer:
    """Somebody is sent a link to open an account."""
    form, refused, visitor = InviteForm(), None, visit.visitor()
    with visit.store().registry_reader() as session:
        mine = [found for found in elections.everything(session) if visitor.election in (None, found.uuid)]
    form.role.choices = _roles()
    form.election.choices = [("toutes", _("toutes les élections"))] if visitor.election is None else []
    form.election.choices += [(found.uuid, french(found.title)) for found in mine]
    if not form.is_submitted():
        form.election.data = request.args.get("election", form.election.choices[0][0])
    if form.validate_on_submit():
        try:
            guest = _guest(form)
            with visit.store().registry.begin() as session:
                invited.send(session, *invitations.invite(session, guest, visit.actor(), visit.now()))
        except ProtocolError as error:
            refused = refuse(form, error)
        else:
            flash(_("L'invitation part à l'adresse %(email)s.", email=guest.email), "good")
            return redirect(_back(guest.election_uuid), 303)
    page = render_template("accounts/invite.html", form=form, refused=refused, days=invitations.LIFE.days)
    return (page, 422) if refused or (form.is_submitted() and form.errors) else page


def _guest(form: InviteForm) -> Guest:
    return Guest(
        name=(form.name.data or "").strip(),
        email=(form.email.data or "").strip(),
        role=Role(form.role.data),
        number=form.number.data or 1,
        substitute=bool(form.substitute.data),
        election_uuid=None if form.election.data == "toutes" else form.election.data,
        login=(form.login.data or "").strip() or None,
    )


@blueprint.post("/comptes/invitations/<int:invitation_id>/renvoyer")
@access(_OFFICE, grave=True)
def renew(invitation_id: int) -> Response:
    """Another link to somebody who has lost hers, or let it grow old."""

    def send(session: Session, invitation: Invitation) -> None:
        invited.send(session, *invitations.renew(session, invitation.id, visit.actor(), visit.now()))

    return _on_invitation(invitation_id, send, _("Un nouveau lien part ; le précédent ne sert plus."))


@blueprint.post("/comptes/invitations/<int:invitation_id>/retirer")
@access(_OFFICE)
def withdraw(invitation_id: int) -> Response:
    """The link opens nothing any more."""

    def take_back(session: Session, invitation: Invitation) -> None:
        invitations.withdraw(session, invitation.id, visit.actor(), visit.now())

    return _on_invitation(invitation_id, take_back, _("L'invitation est retirée : son lien n'ouvre plus rien."))


def _on_invitation(invitation_id: int, act: Callable[[Session, Invitation], None], done: str) -> Response:
    with visit.store().registry.begin() as session:
        invitation = invitations.find(session, invitation_id)
        if visit.visitor().election not in (None, invitation.election_uuid):
            raise ProtocolError("accounts.invitation")
        uuid = invitation.election_uuid
        act(session, invitation)
    flash(done, "good")
    return redirect(_back(uuid), 303)


@blueprint.get("/comptes/fiche/<login>")
@access(_OFFICE)
def account(login: str) -> str:
    """One account: what opens it, and what the office may do."""
    with visit.store().registry_reader() as session:
        found = within_reach(session, login)
        return render_template(
            "accounts/account.html",
            account=found,
            factors=factors.of(session, found.login),
            excused=factors.excused(session, found),
            open=sessions.of(session, found, visit.now()),
            title=elections.find(session, found.election_uuid).title if found.election_uuid else None,
        )


@blueprint.post("/comptes/fiche/<login>/sessions")
@access(_OFFICE)
def end_sessions(login: str) -> Response:
    """Sign somebody out everywhere."""
    with visit.store().registry.begin() as session:
        found = within_reach(session, login)
        name = found.name
        # The office's own page stays: signing out is in its header.
        sessions.end_all(session, found, visit.now(), but=visit.visitor().token)
        accounts.note(session, found, "sessions-ended", visit.actor(), visit.now())
    flash(_("Les sessions de %(name)s sont fermées.", name=name), "good")
    return redirect(url_for(".account", login=login), 303)


def within_reach(session: Session, login: str) -> Account:
    """An account that this officer keeps: one of hers; of all elections, only by an officer of all."""
    found = accounts.by_login(session, login)
    if found is None or visit.visitor().election not in (None, found.election_uuid):
        raise ProtocolError("accounts.unknown")
    return found


def _back(election_uuid: str | None) -> str:
    return url_for(".show", election_uuid=election_uuid) if election_uuid else url_for(".everybody")
