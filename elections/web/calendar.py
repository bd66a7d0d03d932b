"""The calendar of an election at the desk: its hours, and the dates that the law counts from them.

Everybody of the desk reads it, in every phase; the office changes it among the settings (`setup`). When the
mandates in course expire is no business of the election's record: it is typed in to see whether the vote falls into
its window, and kept nowhere.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from elections.registry import calendar, elections
from elections.web import visit
from elections.web.access import DESK, access, to
from elections.web.errors import sentence
from elections.web.forms import ExpiryForm
from elections.web.setup.views import editable

blueprint = Blueprint("calendar", __name__, url_prefix="/bureau")


@blueprint.get("/election/<election_uuid>/calendrier")
@access(to(DESK))
def show(election_uuid: str) -> str | tuple[str, int]:
    """The hours, and each legal date with its article and where it stands."""
    expiry = ExpiryForm(request.args, meta={"csrf": False})
    if expiry.expiry.name in request.args:
        expiry.validate()
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        dates = calendar.read(session, election_uuid, visit.now(), None if expiry.errors else expiry.expiry.data)
        timetable = elections.timetable(election)
        page = render_template(
            "officer/calendar.html",
            election=election,
            contests={contest.key: contest.title for contest in election.contests},
            editable=editable(election),
            expiry=expiry,
            dates=dates,
            faults=[sentence(fault) for fault in dates.faults],
            window=timetable and timetable.window,
            inside=all(fault.rule not in ("rules.window", "rules.year") for fault in dates.faults),
        )
    return (page, 422) if expiry.errors else page
