"""A roll file that is looked at: what its columns mean, what is wrong with it, what it would change; then applied (U1).

The file waits in the registry for an hour at most (ADR 0024), so that a report of thousands of lines can be paged and
taken home. The form that applies it names the roll it was compared with: another one is never replaced unseen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from elections import enrolment
from elections.protocol.errors import ProtocolError
from elections.registry import elections, roll, roll_file, roll_trials, sheets
from elections.registry.sheets import UNUSED
from elections.web import paging, visit
from elections.web.access import DRAFT, OFFICER, access
from elections.web.downloads import table
from elections.web.errors import sentence
from elections.web.forms import ConfirmForm, FileForm
from elections.web.roll.forms import SeenForm
from elections.web.roll.parts import PARTS, Report
from elections.web.roll.views import page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as Redirect

    from elections.registry.grids import Grid
    from elections.registry.roll_tables import RollTrial
    from elections.registry.tables import Election

    Answer = str | Redirect | tuple[str, int]

blueprint = Blueprint("roll_trial", __name__, url_prefix="/bureau/election/<election_uuid>/liste/essai")

_FILE = 20_500_000
"""Bytes of a request with a roll: 10,000 electors take one million, in CSV."""
_SHOWN = 50
"""Lines of a report on one page."""
_UNSAID = "?"
"""What the list of meanings sends as long as nobody has chosen one."""
_SAMPLE = 3
"""Lines of a file that help to say what its columns mean."""


@blueprint.post("")
@access({OFFICER: DRAFT}, body=_FILE)
def look(election_uuid: str) -> Answer:
    """Take a file in to be looked at; one that cannot be read at all is not kept."""
    form = FileForm()
    if not form.validate_on_submit():
        return page(election_uuid, form, None), 422
    data, name = form.file.data.read(), form.file.data.filename or ""
    try:
        sheets.unfold(data)
        with visit.store().registry.begin() as session:
            trial = roll_trials.keep(session, election_uuid, name, data, visit.now())
    except ProtocolError as error:
        return page(election_uuid, form, sentence(error)), 422
    return redirect(url_for(".report", election_uuid=election_uuid, trial=trial), 303)


@blueprint.get("/<trial>")
@access({OFFICER: DRAFT})
def report(election_uuid: str, trial: str) -> Answer:
    """The dry run: how the file was read, what is wrong with it, what it would change, in pages."""
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        found = roll_trials.find(session, election_uuid, trial, visit.now())
        grid = sheets.unfold(found.body)
        try:
            result = _report(session, election, grid)
        except ProtocolError as error:
            if error.rule != "roll.columns":
                return page(election_uuid, FileForm(formdata=None), sentence(error)), 422
            return _columns(session, election, found, grid, error)
        part = request.args.get("partie", "")
        part = part if part in PARTS else result.first
        pages = max(1, -(-result.size(part) // _SHOWN))
        number = min(paging.wanted(), pages)
        return render_template(
            "officer/roll_report.html",
            PARTS=PARTS,
            election=election,
            trial=found,
            report=result,
            part=part,
            rows=result.lines(part, (number - 1) * _SHOWN, number * _SHOWN),
            number=number,
            pages=pages,
            seen=SeenForm(formdata=None, seen=result.difference.digest),
        )


@blueprint.get("/<trial>/<part>.csv")
@access({OFFICER: DRAFT})
def take_home(election_uuid: str, trial: str, part: str) -> Response:
    """One part of the report as a sheet, whole."""
    if part not in PARTS:
        raise ProtocolError("web.missing")
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        found = roll_trials.find(session, election_uuid, trial, visit.now())
        result = _report(session, election, sheets.unfold(found.body))
        return table(f"liste-{part}.csv", *result.sheet(part))


@blueprint.route("/<trial>/colonnes", methods=["GET", "POST"])
@access({OFFICER: DRAFT})
def columns(election_uuid: str, trial: str) -> Answer:
    """What the columns of the file mean; it is remembered for every file of this election."""
    form, refused, chosen = ConfirmForm(), None, None
    with visit.store().registry_reader() as session:
        grid = sheets.unfold(roll_trials.find(session, election_uuid, trial, visit.now()).body)
    if form.validate_on_submit():
        chosen = {
            heading: meaning
            for place, heading in enumerate(sheets.headings(grid))
            if (meaning := request.form.get(f"colonne-{place}", _UNSAID)) != _UNSAID
        }
        try:
            with visit.store().registry.begin() as session:
                roll_trials.remember(session, election_uuid, chosen)
        except ProtocolError as error:
            refused = error
        else:
            return redirect(url_for(".report", election_uuid=election_uuid, trial=trial), 303)
    with visit.store().registry_reader() as session:
        found = roll_trials.find(session, election_uuid, trial, visit.now())
        answer = _columns(session, elections.find(session, election_uuid), found, grid, refused, chosen)
    return (answer, 422) if refused else answer


@blueprint.post("/<trial>/appliquer")
@access({OFFICER: DRAFT})
def apply(election_uuid: str, trial: str) -> Redirect:
    """Make the file the roll, if that is still the one it was compared with; the file is forgotten."""
    form = SeenForm()
    if not form.validate_on_submit():
        raise ProtocolError("web.body")
    try:
        with visit.store().registry.begin() as session:
            found = roll_trials.find(session, election_uuid, trial, visit.now())
            file = roll.read_file(session, election_uuid, found.body)
            seen = form.seen.data or ""
            difference = enrolment.replace(session, election_uuid, file, visit.actor(), visit.now(), seen=seen)
            roll_trials.forget(session, trial)
    except ProtocolError as error:
        if error.rule != "roll.moved":
            raise
        # The report that is shown next compares with the roll as it is now.
        flash(sentence(error), "bad")
        return redirect(url_for(".report", election_uuid=election_uuid, trial=trial), 303)
    added, changed, removed = (len(each) for each in (difference.added, difference.changed, difference.removed))
    text = _(
        "La liste électorale est enregistrée : %(added)s ajouts, %(changed)s changements, %(removed)s retraits.",
        added=added,
        changed=changed,
        removed=removed,
    )
    flash(text, "good")
    return redirect(url_for("roll.show", election_uuid=election_uuid), 303)


@blueprint.post("/<trial>/abandonner")
@access({OFFICER: DRAFT})
def give_up(election_uuid: str, trial: str) -> Redirect:
    """Forget the file."""
    if not ConfirmForm().validate_on_submit():
        raise ProtocolError("web.body")
    with visit.store().registry.begin() as session:
        found = roll_trials.find(session, election_uuid, trial, visit.now())
        roll_trials.forget(session, found.id)
    flash(_("Le fichier est effacé ; rien n'a été changé."), "good")
    return redirect(url_for("roll.show", election_uuid=election_uuid), 303)


def _report(session: Session, election: Election, grid: Grid) -> Report:
    file = roll.read_grid(session, election.uuid, grid)
    return Report(election, file, roll.compare(session, election.uuid, file))


def _columns(
    session: Session,
    election: Election,
    trial: RollTrial,
    grid: Grid,
    refused: ProtocolError | None,
    chosen: dict[str, str] | None = None,
) -> str:
    """The page on which the office says what columns mean: headings, first lines, and what is believed so far."""
    kept = roll_trials.headings(session, election.uuid)
    given = chosen or {}
    headings = sheets.headings(grid)
    places = [at for at, cell in enumerate(grid.lines[0][1] if grid.lines else []) if cell.strip()]
    lines = [cells for _number, cells in grid.lines[1 : 1 + _SAMPLE]]
    return render_template(
        "officer/roll_columns.html",
        election=election,
        trial=trial,
        origin=grid.origin,
        columns=[
            {
                "heading": heading,
                "sample": [cells[at] for cells in lines if at < len(cells)],
                "meaning": given.get(heading, sheets.meaning(heading, roll_file.ALL, kept)),
            }
            for heading, at in zip(headings, places, strict=True)
        ],
        known={name: words[0] for name, words in roll_file.ALL.items()},
        unused=UNUSED,
        unsaid=_UNSAID,
        refused=None if refused is None else sentence(refused),
        missing=refused.values.get("missing", "") if refused is not None and refused.rule == "roll.columns" else "",
    )
