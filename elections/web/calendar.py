"""The calendar of an election at the desk: its hours, and the dates that the law counts from them.

Everybody of the desk reads it, in every phase; the office changes the hours of a draft. When the mandates in course
expire is no business of the election's record: it is typed in to see whether the vote falls into its window, and
kept nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from elections.protocol.errors import ProtocolError
from elections.registry import calendar, elections
from elections.rules.french import PARIS
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import DESK, DRAFT, OFFICER, access, to
from elections.web.errors import sentence
from elections.web.forms import ExpiryForm, HoursForm

if TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.wrappers import Response

blueprint = Blueprint("calendar", __name__, url_prefix="/bureau")


@blueprint.get("/election/<election_uuid>/calendrier")
@access(to(DESK))
def show(election_uuid: str) -> str | tuple[str, int]:
    """The hours, and each legal date with its article and where it stands."""
    return _page(election_uuid, None, None)


@blueprint.post("/election/<election_uuid>/calendrier")
@access({OFFICER: DRAFT})
def set_hours(election_uuid: str) -> str | Response | tuple[str, int]:
    """Another opening and closing hour of a draft."""
    form, refused = HoursForm(), None
    if form.validate_on_submit():
        try:
            with visit.store().registry.begin() as session:
                elections.set_hours(session, election_uuid, *form.hours, visit.actor(), visit.now())
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(_("Le calendrier est enregistré."), "good")
            return redirect(url_for(".show", election_uuid=election_uuid), 303)
    return _page(election_uuid, form, refused)


def _page(election_uuid: str, form: HoursForm | None, refused: str | None) -> str | tuple[str, int]:
    expiry = ExpiryForm(request.args, meta={"csrf": False})
    if expiry.expiry.name in request.args:
        expiry.validate()
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        if form is None and visit.visitor().role == OFFICER and elections.phase(election) is Phase.DRAFT:
            form = _filled(election.opening.astimezone(PARIS), election.closing.astimezone(PARIS))
        dates = calendar.read(session, election_uuid, visit.now(), None if expiry.errors else expiry.expiry.data)
        timetable = elections.timetable(election)
        page = render_template(
            "officer/calendar.html",
            election=election,
            contests={contest.key: contest.title for contest in election.contests},
            form=form,
            refused=refused,
            expiry=expiry,
            dates=dates,
            faults=[sentence(fault) for fault in dates.faults],
            window=timetable and timetable.window,
            inside=all(fault.rule not in ("rules.window", "rules.year") for fault in dates.faults),
        )
    return (page, 422) if refused or expiry.errors or (form is not None and form.errors) else page


def _filled(opening: datetime, closing: datetime) -> HoursForm:
    return HoursForm(
        opening_day=opening.date(), opening_hour=opening.time(), closing_day=closing.date(), closing_hour=closing.time()
    )
