"""The desk: elections in preparation and under way, as the office, the board and those who watch see them.

A page shows where an election stands, what is missing, and what the visitor's role may do next; the lifecycle table
says the latter, the operations decide. Another issue makes a full desk of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from elections import keyholders, post
from elections.protocol.canonical import hour_text
from elections.protocol.errors import ProtocolError
from elections.protocol.group import GROUP_NAMES
from elections.registry import admission, candidacies, elections, journal, register, roll
from elections.registry.tables import ElectorKey, Entitlement
from elections.rules import models
from elections.rules.phases import Act, Phase, Role, rows
from elections.web import visit
from elections.web.access import ALWAYS, DESK, OFFICER, access, may_enter, to
from elections.web.acts import CONTEST_ACTS, ELECTION_ACTS
from elections.web.errors import sentence
from elections.web.forms import ElectionForm
from elections.web.i18n import french
from elections.web.rules import missing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.registry.tables import Contest, Election
    from elections.rules.phases import Transition

blueprint = Blueprint("officer", __name__, url_prefix="/bureau")


@blueprint.get("")
@access(to(DESK))
def home() -> str:
    """The elections that this account may see."""
    visitor = visit.visitor()
    with visit.store().registry_reader() as session:
        mine = [found for found in elections.everything(session) if visitor.election in (None, found.uuid)]
        return render_template("officer/home.html", elections=mine, phase_of=elections.phase)


@blueprint.route("/nouvelle", methods=["GET", "POST"])
@access({OFFICER: ALWAYS})
def new() -> str | Response | tuple[str, int]:
    """A new election from a model."""
    form = ElectionForm()
    known = [models.load(name) for name in models.names()]
    form.model.choices = [(model.name, french(model.title)) for model in known]
    form.group.choices = [(name, name) for name in GROUP_NAMES]
    refused = None
    if form.validate_on_submit():
        try:
            return redirect(url_for(".desk", election_uuid=_create(form)), 303)
        except ProtocolError as error:
            refused = sentence(error)
    return _page("officer/new.html", form, refused, models=known)


def _create(form: ElectionForm) -> str:
    model = models.load(form.model.data)
    opening, closing = form.hours
    with visit.store().registry.begin() as session:
        election = elections.create(
            session,
            model,
            visit.actor(),
            visit.now(),
            opening=opening,
            closing=closing,
            title=(form.title.data or "").strip() or None,
            group=form.group.data,
            delegates=elections.delegate_roles(form.delegates.data or 1),
        )
        return election.uuid


@blueprint.get("/election/<election_uuid>")
@access(to(DESK))
def desk(election_uuid: str) -> str:
    """One election: its contests, what is missing, what comes next."""
    waiting = keyholders.waiting_for(visit.store(), election_uuid)
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        phase = elections.phase(election)
        return render_template(
            "officer/election.html",
            election=election,
            phase=phase,
            rows=[_row(session, contest) for contest in election.contests],
            checklist=_checklist(session, election, *waiting) if phase is Phase.DRAFT else [],
            waiting=waiting,
            # Only who has the page of the messages is told where they fail.
            troubles=post.troubles(session, visit.now()) if may_enter("deliveries.show") else [],
            acts=_election_acts(election),
            ready=waiting[0] == "prepare",
            fixed=any(contest.setup is not None for contest in election.contests),
        )


def _row(session: Session, contest: Contest) -> dict[str, object]:
    """What the table of contests shows of one."""
    counts = register.count(session, contest.uuid)
    acts = [(row, CONTEST_ACTS[row.act]) for row in _rows(contest) if row.act in CONTEST_ACTS]
    return {"contest": contest, "counts": counts, "acts": acts, "candidacies": len(candidacies.standing(contest))}


def _rows(contest: Contest) -> tuple[Transition, ...]:
    role = Role(visit.visitor().role)
    return rows(Phase(contest.phase), role, rehearsal=contest.election.rehearsal)


def _election_acts(election: Election) -> list[tuple[Transition, str, int]]:
    """What the visitor may do to the whole election: the row, its address, how many contests it concerns."""
    known = ELECTION_ACTS | CONTEST_ACTS
    # Both lead from a draft: the one fixes it, the other needs it fixed.
    fixed = any(contest.setup is not None for contest in election.contests)
    late = Act.PREPARE if fixed else Act.SEAL
    found: dict[Transition, int] = {}
    for contest in election.contests:
        for row in _rows(contest):
            if row.act in known and row.act is not late:
                found[row] = found.get(row, 0) + 1
    return [(row, known[row.act], count) for row, count in found.items()]


def _checklist(session: Session, election: Election, step: str, late: list[str]) -> list[tuple[bool, str, str | None]]:
    """What a draft needs before it can be sealed: done or not, in words, and where it is mended."""

    def page(endpoint: str) -> str:
        return url_for(endpoint, election_uuid=election.uuid)

    without = sum(not candidacies.standing(contest) for contest in election.contests)
    unruled = any(review.unruled for review in admission.report(session, election.uuid))
    undecided = sum(bool(missing(contest)) for contest in election.contests)
    empty = sum(not roll.size(session, contest.uuid) for contest in election.contests)
    electors = (
        session.scalar(select(func.count()).select_from(Entitlement).where(Entitlement.election_uuid == election.uuid))
        or 0
    )
    coded = (
        session.scalar(select(func.count()).select_from(ElectorKey).where(ElectorKey.election_uuid == election.uuid))
        or 0
    )
    after_keys, after_rehearsal = step != "ceremony", step not in ("ceremony", "rehearsal")
    return [
        (not without, _("Candidatures enregistrées dans chaque scrutin"), page("candidacies.show")),
        (not unruled, _("Décision rendue sur chaque candidature irrégulière"), page("candidacies.show")),
        (not undecided, _("Règle de décompte choisie dans chaque scrutin"), page("rules.show")),
        (not empty, _("Liste électorale importée pour chaque collège"), page("roll.show")),
        (
            bool(electors) and coded == electors,
            _(
                "Code de vote de chaque électeur : %(coded)s sur %(electors)s",
                coded=coded,
                electors=electors,
            ),
            page("codes.show"),
        ),
        (after_keys, _("Clés créées par tous les détenteurs"), page("ceremony.show")),
        (after_rehearsal, _("Clés essayées par tous les détenteurs"), page("ceremony.show")),
        (step == "seal", _("Scellement préparé"), None),
        (step == "seal" and not late, _("Signatures du scellement"), page("ceremony.show")),
    ]


@blueprint.get("/election/<election_uuid>/journal")
@access(to(DESK))
def show_journal(election_uuid: str) -> str:
    """Every act on record, the last one first; its chain is checked as it is read."""
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        titles = {contest.uuid: contest.title for contest in election.contests}
        return render_template(
            "officer/journal.html",
            election=election,
            titles=titles,
            entries=list(reversed(journal.entries(session, election_uuid))),
        )


def _page(template: str, form: ElectionForm, refused: str | None, **values: object) -> str | tuple[str, int]:
    page = render_template(template, form=form, refused=refused, hour_text=hour_text, **values)
    return (page, 422) if refused or form.errors else page
