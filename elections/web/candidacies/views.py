"""Candidacies on screen: who stands, the report on each, and the authority's rulings.

The report holds what only the office and the board need to know of people, so it is shown to nobody else, and only as
long as there is something to rule upon: in a draft.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from elections.protocol.errors import ProtocolError
from elections.registry import (
    admission,
    candidacies,
    candidacy_file,
    display_order,
    documents,
    elections,
    pictures,
)
from elections.rules.findings import Kind
from elections.rules.french import PARIS
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import BOARD, DESK, DRAFT, OFFICER, WATCHING, access, to
from elections.web.candidacies.nominations import hidden, state
from elections.web.errors import sentence
from elections.web.forms import ElectorateForm, FileForm, RulingForm
from elections.web.words import CRITERIA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask_wtf import FlaskForm
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.registry.admission import Review
    from elections.registry.tables import Contest, Election
    from elections.rules.findings import Finding
    from elections.rules.phases import Words

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("candidacies", __name__, url_prefix="/bureau")

_SHEET = 2_000_000
_WORST = (Kind.FAULT, Kind.OPEN, Kind.MET)
_FEW = 3
"""So many names to be looked at are marked one by one."""


@blueprint.get("/election/<election_uuid>/candidatures")
@access(to(DESK))
def show(election_uuid: str) -> str:
    """Who stands, contest by contest, in the order of the screen."""
    return page(election_uuid)


@blueprint.post("/election/<election_uuid>/candidatures")
@access({OFFICER: DRAFT}, body=_SHEET)
def file(election_uuid: str) -> Answer:
    """Replace the candidacies of the contests that a sheet names."""
    form = FileForm()
    if not form.validate_on_submit():
        return page(election_uuid, form), 422
    try:
        with visit.store().registry.begin() as session:
            filed = candidacies.read_file(session, election_uuid, form.file.data.read())
            for contest, items in filed.items():
                candidacies.replace(session, contest, items, visit.actor(), visit.now())
    except ProtocolError as error:
        return page(election_uuid, form, sentence(error)), 422
    flash(_("Les candidatures de %(count)s scrutins sont enregistrées.", count=len(filed)), "good")
    return redirect(url_for(".show", election_uuid=election_uuid), 303)


@blueprint.post("/scrutin/<contest_uuid>/candidatures/parts")
@access({OFFICER: DRAFT})
def shares(contest_uuid: str) -> Answer:
    """How many women and men there are among the electors."""
    form = ElectorateForm()
    if not form.validate_on_submit():
        return page(visit.election(), form), 422
    try:
        with visit.store().registry.begin() as session:
            women, men = form.women.data, form.men.data
            admission.set_electorate(session, contest_uuid, women, men, visit.actor(), visit.now())
    except ProtocolError as error:
        return page(visit.election(), form, sentence(error)), 422
    flash(_("Les nombres de femmes et d'hommes sont enregistrés."), "good")
    return redirect(url_for(".show", election_uuid=visit.election(), _anchor=contest_uuid), 303)


@blueprint.post("/scrutin/<contest_uuid>/candidatures/decision")
@access(to((OFFICER, *BOARD), DRAFT), grave=True)
def rule(contest_uuid: str) -> Answer:
    """Admit or refuse a candidacy; the registry knows who may."""
    form = RulingForm()
    if not form.validate_on_submit():
        return page(visit.election(), form), 422
    try:
        with visit.store().registry.begin() as session:
            name, ruling = form.candidacy.data, form.ruling.data
            admission.rule(session, contest_uuid, name, ruling, visit.actor(), visit.now())
    except ProtocolError as error:
        return page(visit.election(), form, sentence(error)), 422
    flash(_("La décision est enregistrée."), "good")
    return redirect(url_for(".show", election_uuid=visit.election(), _anchor=contest_uuid), 303)


def page(election_uuid: str, form: FlaskForm | None = None, refused: str | None = None) -> str:
    """The page, with what was wrong of a form if one was sent."""
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        draft = elections.phase(election) is Phase.DRAFT
        role = visit.visitor().role
        authority = role in (OFFICER, *BOARD)
        return render_template(
            "officer/candidacies.html",
            election=election,
            reviews=_reviews(session, election) if draft and authority else {},
            hidden={contest.uuid for contest in election.contests if hidden(contest)},
            filed={
                contest.uuid: {item.candidacy: state(contest, item) for item in contest.nominations if item.receipts}
                for contest in election.contests
            },
            ordered=display_order.done,
            standing=candidacies.standing,
            logos={
                "least": pictures.SMALLEST,
                "most": pictures.LARGEST,
                "limit": documents.LOGOS_SIZE // 1000,
            },
            documents={contest.uuid: documents.of(contest) for contest in election.contests},
            # A refusal may come from any form of the page; its fields are shown empty again.
            form=form,
            upload=form if isinstance(form, FileForm) else FileForm(formdata=None),
            refused=refused,
            columns=[headings[0] for headings in candidacy_file.COLUMNS.values()],
            more=[headings[0] for headings in candidacy_file.OPTIONAL.values()],
            editable=draft and role == OFFICER,
            draft=draft,
            previewed=elections.phase(election) in (Phase.DRAFT, Phase.SEALED) and role in (OFFICER, *WATCHING),
            today=visit.now().astimezone(PARIS).date(),
        )


def _reviews(session: Session, election: Election) -> dict[str, dict[str, object]]:
    """By contest uuid: the report, whether the visitor rules, and by candidacy what the table of names shows."""
    return {review.contest.uuid: _shown(review.contest, review) for review in admission.report(session, election.uuid)}


def _shown(contest: Contest, review: Review) -> dict[str, object]:
    electorate = ElectorateForm(formdata=None)
    for field in (electorate.women, electorate.men):
        # One page may hold the form of several contests.
        field.id = f"{field.name}-{contest.key}"
    lines = {item.id: sorted(item.findings, key=lambda line: _WORST.index(line.kind)) for item in review.examined}
    return {
        "counts": {id_: Counter(line.kind.value for line in found) for id_, found in lines.items()},
        "electorate": electorate,
        "lines": lines,
        "marks": {id_: _marks(found) for id_, found in lines.items()},
        "review": review,
        "rules": visit.visitor().role in admission.rulers(contest),
    }


def _marks(lines: Sequence[Finding]) -> dict[str, list[tuple[Kind, Words]]]:
    """What stands beside each name: the rules by which it is at fault, or still to be looked at.

    What is to be looked at for nearly every name is said once, in the examination.
    """
    marks: dict[str, list[tuple[Kind, Words]]] = {}
    for line in lines:
        if line.kind is Kind.OPEN and len(line.persons) > _FEW:
            continue
        for person in line.persons:
            mark = (line.kind, CRITERIA[line.step.id])
            if mark not in marks.setdefault(person, []):
                marks[person].append(mark)
    return marks
