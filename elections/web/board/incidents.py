"""Incidents and interventions on screen: entered before anybody touches the system (R23, R. 211-571).

Everybody of the desk reads them; whoever may enter, begin, end or close, the operations say again. What is entered is
published with the journal, but for notes, which only those see who may enter an incident.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from elections import alarms
from elections.protocol.errors import ProtocolError
from elections.registry import elections, incidents
from elections.registry.incidents import Notice
from elections.rules.phases import Phase, Role
from elections.rules.words import CATEGORIES, NOTICERS
from elections.web import visit
from elections.web.access import BOARD, DESK, FIXED, OFFICER, WATCHING, access, may_enter, to
from elections.web.board.forms import DoneForm, IncidentForm, InterventionForm, NoteForm, OutcomeForm, choices
from elections.web.errors import sentence
from elections.web.i18n import french, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask_wtf import FlaskForm
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("incidents", __name__, url_prefix="/bureau/election/<election_uuid>/incidents")

_LONGEST = 7
_OPEN = FIXED - {Phase.ARCHIVED}
_SUPERVISION = Role.SUPERVISION.value
_ENTERING = to((OFFICER, *WATCHING, _SUPERVISION), _OPEN)
_BOARD = to((OFFICER, *BOARD), _OPEN)
_WORKING = to((OFFICER, *BOARD, _SUPERVISION), _OPEN)


@blueprint.get("")
@access(to(DESK, FIXED))
def show(election_uuid: str) -> str:
    """Every incident, the last one first."""
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        return render_template(
            "incidents/list.html",
            election=election,
            titles={contest.uuid: contest.title for contest in election.contests},
            incidents=list(reversed(incidents.known(session, election_uuid).values())),
            may_enter=may_enter("incidents.enter"),
        )


@blueprint.route("/nouveau", methods=["GET", "POST"])
@access(_ENTERING)
def enter(election_uuid: str) -> Answer:
    """A new incident: what, when, noticed by whom, in which contest."""
    form, refused = _incident_form(election_uuid), None
    if form.validate_on_submit():
        try:
            notice = Notice(
                form.category.data,
                form.summary.data or "",
                form.noticed,
                form.noticed_by.data,
                form.contest.data or None,
                form.note.data or "",
            )
            number = alarms.enter(visit.store(), election_uuid, notice, visit.actor(), visit.now())
        except ProtocolError as error:
            refused = sentence(error)
        else:
            told = _("L'incident est enregistré ; le bureau de vote, les délégués et la supervision sont avertis.")
            return _done(election_uuid, str(number), told)
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        page = render_template("incidents/enter.html", election=election, form=form, refused=refused)
    return (page, 422) if refused or form.errors else page


@blueprint.get("/<number>")
@access(to(DESK, FIXED))
def look(election_uuid: str, number: str) -> Answer:
    """One incident, with what may be done about it now."""
    return _page(election_uuid, number)


@blueprint.post("/<number>/note")
@access(_ENTERING)
def annotate(election_uuid: str, number: str) -> Answer:
    """A note that stays in the registry."""
    form = NoteForm()

    def act(session: Session) -> None:
        incidents.annotate(session, election_uuid, _place(number), form.text.data or "", visit.actor(), visit.now())

    return _do(election_uuid, number, form, act, _("La note est enregistrée ; elle n'est pas publiée."))


@blueprint.post("/<number>/intervention")
@access(_WORKING)
def begin(election_uuid: str, number: str) -> Answer:
    """An intervention begins; the board hears of it at once."""
    form = InterventionForm()
    if not form.validate_on_submit():
        return _page(election_uuid, number, form)
    by, plan = form.by.data or "", form.plan.data or ""
    try:
        alarms.intervene(visit.store(), election_uuid, _place(number), by, plan, visit.actor(), visit.now())
    except ProtocolError as error:
        return _page(election_uuid, number, form, sentence(error))
    return _done(election_uuid, number, _("Le début de l'intervention est enregistré."))


@blueprint.post("/<number>/fin")
@access(_WORKING)
def end(election_uuid: str, number: str) -> Answer:
    """The intervention that is under way ends."""
    form = DoneForm()

    def act(session: Session) -> None:
        incidents.end(session, election_uuid, _place(number), form.done.data or "", visit.actor(), visit.now())

    return _do(election_uuid, number, form, act, _("La fin de l'intervention est enregistrée."))


@blueprint.post("/<number>/cloture")
@access(_BOARD)
def close(election_uuid: str, number: str) -> Answer:
    """The incident is closed."""
    form = OutcomeForm()

    def act(session: Session) -> None:
        incidents.close(session, election_uuid, _place(number), form.outcome.data or "", visit.actor(), visit.now())

    return _do(election_uuid, number, form, act, _("L'incident est clos."))


def _place(number: str) -> int:
    """The number of an incident in an address; what is none is no page."""
    if not (number.isascii() and number.isdecimal() and len(number) < _LONGEST):
        raise ProtocolError("web.missing")
    return int(number)


def _incident_form(election_uuid: str) -> IncidentForm:
    form = IncidentForm()
    with visit.store().registry_reader() as session:
        titles = {item.uuid: french(item.title) for item in elections.find(session, election_uuid).contests}
    form.contest.choices = choices(titles, _("tous les scrutins"))
    form.category.choices = choices({key: words(pair) for key, pair in CATEGORIES.items()}, _("à choisir"))
    form.noticed_by.choices = choices({key: words(pair) for key, pair in NOTICERS.items()}, _("à choisir"))
    return form


def _do(election_uuid: str, number: str, form: FlaskForm, act: Callable[[Session], None], told: str) -> Answer:
    """Do what a form asks, or show the incident with what was typed and why it was refused."""
    if not form.validate_on_submit():
        return _page(election_uuid, number, form)
    try:
        with visit.store().registry.begin() as session:
            act(session)
    except ProtocolError as error:
        return _page(election_uuid, number, form, sentence(error))
    return _done(election_uuid, number, told)


def _done(election_uuid: str, number: str, told: str) -> Response:
    flash(told, "good")
    return redirect(url_for(".look", election_uuid=election_uuid, number=number), 303)


def _page(election_uuid: str, number: str, sent: FlaskForm | None = None, refused: str | None = None) -> Answer:
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        incident = incidents.known(session, election_uuid).get(_place(number))
        if incident is None:
            raise ProtocolError("web.missing")
        forms = {kind.__name__: kind(formdata=None) for kind in (InterventionForm, DoneForm, OutcomeForm, NoteForm)}
        if sent is not None:
            forms[type(sent).__name__] = sent
        page = render_template(
            "incidents/one.html",
            election=election,
            titles={contest.uuid: contest.title for contest in election.contests},
            incident=incident,
            notes=incidents.notes(session, election_uuid, incident.number),
            may={act: may_enter(f"incidents.{act}") for act in ("annotate", "begin", "end", "close")},
            forms=forms,
            form=sent,
            refused=refused,
        )
    return (page, 422) if refused or sent is not None else page
