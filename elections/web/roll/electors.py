"""The electors at the desk: a table of thousands, one of them, and entries, corrections and removals by hand (E14).

For the office alone: what it has of people is more than a posted roll shows. Neither a code nor whether somebody has
voted is known here.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import SelectChoice

from elections import enrolment
from elections.protocol.errors import ProtocolError
from elections.registry import elections, electors, roll, roll_changes
from elections.rules.french import PARIS
from elections.rules.phases import Phase
from elections.web import paging, visit
from elections.web.access import ALWAYS, DRAFT, OFFICER, access
from elections.web.errors import sentence
from elections.web.i18n import french
from elections.web.roll.dates import claims
from elections.web.roll.forms import CauseForm, ElectorForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.registry.electors import Known
    from elections.registry.tables import Election

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("electors", __name__, url_prefix="/bureau/election/<election_uuid>/liste")

_CODED = {"avec": True, "sans": False}


@blueprint.get("/electeurs")
@access({OFFICER: ALWAYS})
def table(election_uuid: str) -> str:
    """All electors: searched, filtered, sorted, in pages; all of it stands in the address."""
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        by_key = {contest.key: contest.uuid for contest in election.contests}
        wanted = electors.Wanted(
            text=request.args.get("nom", "")[:200],
            contest=by_key.get(request.args.get("college", "")),
            unit=request.args.get("role") or None,
            coded=_CODED.get(request.args.get("code", "")),
            order=request.args.get("tri", "nom"),
        )
        return render_template(
            "officer/electors.html",
            election=election,
            found=electors.page(session, election_uuid, wanted, paging.wanted()),
            wanted=wanted,
            asked={name: text for name, text in request.args.items() if name in ("nom", "college", "role", "code")},
            units=list(electors.units(session, election_uuid)),
            changeable=_changeable(election),
        )


@blueprint.get("/electeurs/<int:number>")
@access({OFFICER: ALWAYS})
def one(election_uuid: str, number: int) -> str:
    """What is known of one elector."""
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        known = electors.one(session, election_uuid, number)
        rules = roll.colleges(election)[known.contest.key].rules
        return render_template(
            "officer/elector.html",
            election=election,
            known=known,
            rules=rules,
            changeable=_changeable(election),
        )


@blueprint.get("/changements")
@access({OFFICER: ALWAYS})
def changes(election_uuid: str) -> str:
    """Every change by hand, the last one first, with its cause."""
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        found, pages = roll_changes.changes(session, election_uuid, paging.wanted())
        return render_template(
            "officer/roll_changes.html",
            election=election,
            changes=[(change, contest, _day(change.day)) for change, contest in found],
            number=min(paging.wanted(), pages),
            pages=pages,
        )


@blueprint.route("/inscription", methods=["GET", "POST"])
@access({OFFICER: DRAFT})
def enter(election_uuid: str) -> Answer:
    """Enter an elector."""
    form = _form(election_uuid, None)
    if form.validate_on_submit():
        return _do(
            election_uuid,
            form,
            None,
            lambda *who: enrolment.add(visit.store(), election_uuid, form.row, form.why, *who),
        )
    return _page(election_uuid, form, None)


@blueprint.route("/electeurs/<int:number>/correction", methods=["GET", "POST"])
@access({OFFICER: DRAFT})
def correct(election_uuid: str, number: int) -> Answer:
    """Correct what stands of an elector; identifier, number and code stay."""
    with visit.store().registry_reader() as session:
        known = electors.one(session, election_uuid, number)
    form = _form(election_uuid, known)
    if form.validate_on_submit():
        return _do(
            election_uuid,
            form,
            known,
            lambda *who: enrolment.correct(
                visit.store(), election_uuid, number, form.row, form.why, *who, again=form.again.data
            ),
        )
    return _page(election_uuid, form, known)


@blueprint.route("/electeurs/<int:number>/radiation", methods=["GET", "POST"])
@access({OFFICER: DRAFT})
def remove(election_uuid: str, number: int) -> Answer:
    """Strike an elector off; her page of confirmation says what goes with her."""
    with visit.store().registry_reader() as session:
        known = electors.one(session, election_uuid, number)
    form = CauseForm()
    if form.validate_on_submit():
        return _do(
            election_uuid,
            form,
            known,
            lambda *who: enrolment.remove(visit.store(), election_uuid, number, form.why, *who),
        )
    return _page(election_uuid, form, known)


def _do(election_uuid: str, form: CauseForm, known: Known | None, change: Callable[..., int]) -> Answer:
    """Change the roll, or show the form again with why not."""
    try:
        told = change(visit.actor(), visit.now())
    except ProtocolError as error:
        return _page(election_uuid, form, known, sentence(error))
    text = _("La liste électorale est modifiée.")
    if told:
        text += " " + ngettext("%(num)s message l'annonce.", "%(num)s messages l'annoncent.", told)
    flash(text, "good")
    return redirect(url_for(".changes", election_uuid=election_uuid), 303)


def _form(election_uuid: str, known: Known | None) -> ElectorForm:
    """The form of an elector, filled with what stands of her; her identifier is not asked again."""
    given = {}
    if known is not None:
        given = {name: getattr(known.elector, name) for name in ("identifier", *roll.FIELDS)}
        given["college"] = known.contest.key
    form = ElectorForm(**given)
    if known is not None:
        form.identifier.data = known.elector.identifier
    with visit.store().registry_reader() as session:
        contests = elections.find(session, election_uuid).contests
        form.college.choices = [SelectChoice(contest.key, french(contest.college)) for contest in contests]
    if known is None:
        form.college.choices.insert(0, SelectChoice("", _("à choisir")))
    return form


def _page(election_uuid: str, form: CauseForm, known: Known | None, refused: str | None = None) -> Answer:
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        page = render_template(
            "officer/elector_change.html",
            election=election,
            form=form,
            known=known,
            removal=not isinstance(form, ElectorForm),
            refused=refused,
            first=election.opening.astimezone(PARIS).date(),
            late=_late(session, election),
        )
    return (page, 422) if refused or form.errors else page


def _late(session: Session, election: Election) -> bool:
    """Whether the time for claims is over in some contest: from then on an event alone changes a roll."""
    today = visit.now().astimezone(PARIS).date()
    ends = [line.day for line, _state in claims(session, election, visit.now()) if line.key == "roll-claims"]
    return any(day is not None and day < today for day in ends)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _changeable(election: Election) -> bool:
    fixed = any(contest.setup is not None for contest in election.contests)
    return elections.phase(election) is Phase.DRAFT and not fixed and not roll.eve_over(election, visit.now())
