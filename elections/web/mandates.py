"""Who sits after the proclamation: a page for everybody, and the office's page where vacancies are entered.

Causes stand on the office's page alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from elections import mandates
from elections.protocol.errors import ProtocolError
from elections.rules.french import PARIS, typeset
from elections.rules.mandates import AGAIN, CAUSES, Cause, Person, Rank, Vacancy, again, name_of
from elections.web import visit
from elections.web.access import OFFICER, PUBLISHED, access
from elections.web.errors import sentence
from elections.web.forms import BeginForm, VacancyForm, WithdrawForm
from elections.web.i18n import words
from elections.web.visit import ANYONE

if TYPE_CHECKING:
    from datetime import date

    from flask_wtf import FlaskForm
    from werkzeug.wrappers import Response

    from elections.mandates import Mandates, Seats

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("mandates", __name__)


@blueprint.get("/election/<election_uuid>/mandats")
@access({ANYONE: PUBLISHED})
def show(election_uuid: str) -> str:
    """Who sits today, seat by seat, and how they came to sit."""
    return render_template("public/mandates.html", mandates=_read(election_uuid, _today()), name_of=name_of)


@blueprint.get("/bureau/election/<election_uuid>/mandats")
@access({OFFICER: PUBLISHED})
def desk(election_uuid: str) -> Answer:
    """The same, with what was entered and the forms to enter more."""
    return _page(election_uuid)


@blueprint.post("/bureau/election/<election_uuid>/mandats/siege-vacant")
@access({OFFICER: PUBLISHED})
def vacate(election_uuid: str) -> Answer:
    """Enter a vacancy."""
    form = _vacancy_form(election_uuid)
    refused = None
    if form.validate_on_submit():
        contest, candidacy, rank, place = form.person.data.split("/")
        person = Person(int(candidacy), Rank(rank), int(place))
        try:
            mandates.vacate(
                visit.store(), contest, Vacancy(person, form.day.data, Cause(form.cause.data)), visit.actor(),
                visit.now(),
            )  # fmt: skip
        except ProtocolError as error:
            refused = sentence(error)
        else:
            return _done(election_uuid, _("La vacance est enregistrée."))
    return _page(election_uuid, vacancy=form, refused=refused)


@blueprint.post("/bureau/election/<election_uuid>/mandats/debut")
@access({OFFICER: PUBLISHED})
def begin(election_uuid: str) -> Answer:
    """State the first day of the mandates."""
    form, refused = BeginForm(), None
    if form.validate_on_submit():
        try:
            mandates.begin(visit.store(), election_uuid, form.begin.data, visit.actor(), visit.now())
        except ProtocolError as error:
            refused = sentence(error)
        else:
            return _done(election_uuid, _("Le premier jour des mandats est enregistré."))
    return _page(election_uuid, first=form, refused=refused)


@blueprint.post("/bureau/election/<election_uuid>/mandats/retrait")
@access({OFFICER: PUBLISHED})
def withdraw(election_uuid: str) -> Answer:
    """Take an entry back."""
    form, refused = WithdrawForm(), None
    if form.validate_on_submit():
        try:
            mandates.withdraw(visit.store(), election_uuid, form.number.data or 0, visit.actor(), visit.now())
        except ProtocolError as error:
            refused = sentence(error)
        else:
            return _done(election_uuid, _("La saisie est retirée ; elle reste au journal."))
    return _page(election_uuid, withdrawal=form, refused=refused)


def _today() -> date:
    return visit.now().astimezone(PARIS).date()


def _read(election_uuid: str, on: date) -> Mandates:
    """Who sits on a day; a page that is not there where nothing is kept."""
    with visit.store().registry_reader() as session:
        if not mandates.kept(session, election_uuid):
            raise ProtocolError("web.missing")
    return mandates.read(visit.store(), election_uuid, on)


def _vacancy_form(election_uuid: str) -> VacancyForm:
    """The form, with everybody who sits or may be called once all that was entered has taken effect."""
    last = _read(election_uuid, _read(election_uuid, _today()).term.last)
    form = VacancyForm()
    form.person.choices = [
        ("", _("Choisir…")),
        *(
            (f"{seats.uuid}/{person.candidacy}/{person.rank}/{person.place}", _person(seats, person))
            for seats in last.contests
            for person in [*(seat.holder for seat in seats.sitting.seats if seat.holder), *seats.sitting.waiting]
        ),
    ]
    form.cause.choices = [(cause.value, words(said)) for cause, said in CAUSES.items()]
    return form


def _person(seats: Seats, person: Person) -> str:
    """Whom an option of the list names, and for which contest."""
    return f"{name_of(seats.contest, person)} ({typeset(seats.title)})"


def _page(
    election_uuid: str,
    vacancy: VacancyForm | None = None,
    first: BeginForm | None = None,
    withdrawal: WithdrawForm | None = None,
    refused: str | None = None,
) -> str | tuple[str, int]:
    sent: FlaskForm | None = vacancy or first or withdrawal
    found = _read(election_uuid, _today())
    page = render_template(
        "officer/mandates.html",
        mandates=found,
        name_of=name_of,
        causes=CAUSES,
        again=lambda seats, person: AGAIN[again(found.rule, seats.sitting, person)],
        vacancy=vacancy or _vacancy_form(election_uuid),
        first=first or BeginForm(begin=found.term.first),
        sent=sent,
        refused=refused,
    )
    return (page, 422) if sent else page


def _done(election_uuid: str, said: str) -> Response:
    flash(said, "good")
    return redirect(url_for(".desk", election_uuid=election_uuid), 303)
