"""The roll on screen: how many there are in each college and unit, whether it is shown, and the door for a new file.

A file is looked at before anything is written (`trial`); the electors one by one are the matter of `electors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from elections.protocol.errors import ProtocolError
from elections.registry import elections, electors, roll, roll_changes, roll_file
from elections.rules.french import PARIS
from elections.rules.phases import Phase
from elections.web import paging, visit
from elections.web.access import ALWAYS, DESK, DRAFT, OFFICER, WATCHING, access, may_enter, to
from elections.web.errors import sentence
from elections.web.forms import ConfirmForm, FileForm
from elections.web.roll.dates import claims
from elections.web.visit import ELECTOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.registry.tables import Election

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("roll", __name__)


@blueprint.get("/bureau/election/<election_uuid>/liste")
@access(to(DESK))
def show(election_uuid: str) -> str:
    """How many electors each college and each unit has, since when they are shown, and the form for a new file."""
    return page(election_uuid, FileForm(), None)


@blueprint.route("/bureau/election/<election_uuid>/liste/publication", methods=["GET", "POST"])
@access({OFFICER: DRAFT}, grave=True)
def publish(election_uuid: str) -> Answer:
    """Show the roll to its electors: from then on it changes one by one."""
    form, refused = ConfirmForm(), None
    if form.validate_on_submit():
        try:
            with visit.store().registry.begin() as session:
                roll_changes.publish(session, election_uuid, visit.actor(), visit.now())
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(_("La liste électorale est publiée."), "good")
            return redirect(url_for(".show", election_uuid=election_uuid), 303)
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        answer = render_template(
            "officer/roll_publication.html",
            election=election,
            sizes=_sizes(session, election),
            dates=claims(session, election, visit.now()),
            titles={contest.key: contest.title for contest in election.contests},
            form=form,
            refused=refused,
        )
    return (answer, 422) if refused else answer


@blueprint.post("/bureau/election/<election_uuid>/liste/publication/retrait")
@access({OFFICER: DRAFT}, grave=True)
def withdraw(election_uuid: str) -> Response:
    """Show the roll to nobody any more, so that it may be imported anew."""
    if not ConfirmForm().validate_on_submit():
        raise ProtocolError("web.body")
    with visit.store().registry.begin() as session:
        roll_changes.withdraw(session, election_uuid, visit.actor(), visit.now())
    flash(_("La publication de la liste est retirée."), "good")
    return redirect(url_for(".show", election_uuid=election_uuid), 303)


@blueprint.get("/scrutin/<contest_uuid>/liste-electorale")
@access(to((ELECTOR, OFFICER, *WATCHING), ALWAYS))
def posted(contest_uuid: str) -> str:
    """The roll of one contest for its own electors, the delegates of candidates, the office and the board (R. 211-529).

    Last name, first name and unit: what a posted roll has, and no more.
    """
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        roll_changes.check_shown(contest)
        election = contest.election
        unit = request.args.get("role") or None
        wanted = electors.Wanted(request.args.get("nom", "")[:200], contest_uuid, unit)
        return render_template(
            "elector/roll.html",
            contest=contest,
            election=election,
            found=electors.page(session, election.uuid, wanted, paging.wanted()),
            wanted=wanted,
            units=electors.units(session, election.uuid, contest_uuid),
            size=roll.size(session, contest_uuid),
            dates=claims(session, election, visit.now(), contest.key),
        )


def page(election_uuid: str, form: FileForm, refused: str | None) -> str:
    """The page, with what was wrong of a file if one was sent."""
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        draft = elections.phase(election) is Phase.DRAFT
        fixed = any(contest.setup is not None for contest in election.contests)
        officer = visit.visitor().role == OFFICER
        shown = election.roll_published is not None
        changeable = officer and draft and not fixed and not roll.eve_over(election, visit.now())
        return render_template(
            "officer/roll.html",
            election=election,
            sizes=_sizes(session, election),
            units=electors.units(session, election_uuid),
            coded=electors.coded(session, election_uuid),
            wanted=_headings(roll_file.COLUMNS | roll_file.COLLEGE),
            status=_headings(roll_file.STATUS | {"situations": roll_file.OPTIONAL["situations"]}),
            computable=all(college.rules is not None for college in roll.colleges(election).values()),
            form=form,
            refused=refused,
            officer=officer,
            draft=draft,
            importable=changeable and not shown,
            changeable=changeable,
            fixed=fixed,
            readable=may_enter("roll.posted"),
            eve=election.opening.astimezone(PARIS).date(),
            dates=claims(session, election, visit.now()),
            titles={contest.key: contest.title for contest in election.contests},
        )


def _sizes(session: Session, election: Election) -> dict[str, int]:
    return {contest.uuid: roll.size(session, contest.uuid) for contest in election.contests}


def _headings(columns: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [headings[0] for headings in columns.values()]
