"""The grave acts, each on a page of its own: what it does, what it needs, under which article; then one button.

There is one address an act, made from the lifecycle table, so that the declared access of each is the table's own
row. The page only asks; the doors check everything again and write the journal.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from elections import counting, keyholders, opening, publication, sealing
from elections.protocol.canonical import parse_canonical
from elections.protocol.errors import ProtocolError
from elections.protocol.record import MINUTES
from elections.registry import elections, incidents, lifecycle, viewings
from elections.rules.phases import TRANSITIONS, Act, Phase, Role
from elections.web import visit
from elections.web.access import BOARD, DESK, DRAFT, OFFICER, access, by_table, to
from elections.web.board import lots, seal
from elections.web.board.acts import CONTEST_ACTS, ELECTION_ACTS, EXPLAINED
from elections.web.board.forms import GroundsForm, SealForm, choices
from elections.web.errors import sentence
from elections.web.forms import ConfirmForm, RescheduleForm
from elections.web.i18n import words
from elections.web.words import role_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from elections.rules.phases import Transition

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("board", __name__, url_prefix="/bureau")


def _on_contest(act: Act) -> Callable[[str], Answer]:
    @access(by_table(act), grave=True)
    def view(contest_uuid: str) -> Answer:
        return _ask(act, [contest_uuid])

    return view


def _on_election(act: Act) -> Callable[[str], Answer]:
    @access(by_table(act), grave=True)
    def view(election_uuid: str) -> Answer:
        sources = {source for row in TRANSITIONS if row.act is act for source in row.sources}
        with visit.store().registry_reader() as session:
            contests = elections.find(session, election_uuid).contests
            concerned = [contest.uuid for contest in contests if contest.phase in sources]
        return _ask(act, concerned)

    return view


for _act, _slug in CONTEST_ACTS.items():
    blueprint.add_url_rule(
        f"/scrutin/<contest_uuid>/{_slug}", f"contest_{_act}", _on_contest(_act), methods=["GET", "POST"]
    )
for _act, _slug in (CONTEST_ACTS | ELECTION_ACTS).items():
    blueprint.add_url_rule(
        f"/election/<election_uuid>/{_slug}", f"election_{_act}", _on_election(_act), methods=["GET", "POST"]
    )


def _ask(act: Act, contests: list[str]) -> Answer:
    """The page of an act; confirmed, the act itself."""
    election_uuid = visit.election()
    form, refused = _form(act, election_uuid), None
    if form.validate_on_submit():
        try:
            _do(act, election_uuid, contests, form)
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(_("Fait : %(act)s.", act=words(_table_row(act).label)), "good")
            return redirect(url_for("officer.desk", election_uuid=election_uuid), 303)
    found = _found(contests) if act is Act.OPEN else {}
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        page = render_template(
            "board/act.html",
            election=election,
            contests=[contest for contest in election.contests if contest.uuid in contests],
            row=_table_row(act),
            form=form,
            refused=refused,
            found=found,
            **(seal.standing(session, election_uuid) if act is Act.SEAL else {}),
        )
    return (page, 422) if refused or form.errors else page


def _form(act: Act, election_uuid: str) -> ConfirmForm:
    """The form of an act, with the choices that the election gives."""
    form = SealForm() if act is Act.SEAL else GroundsForm() if act in EXPLAINED else ConfirmForm()
    with visit.store().registry_reader() as session:
        if isinstance(form, SealForm):
            members = viewings.members(elections.find(session, election_uuid))
            form.present.choices = list(choices({name: role_name(name) for name in members}))
        if isinstance(form, GroundsForm):
            form.incident.choices = choices(
                {
                    str(item.number): _("N° %(number)s : %(summary)s", number=item.number, summary=item.summary)
                    for item in incidents.known(session, election_uuid).values()
                    if item.closed is None
                },
                _("aucun") if act is Act.RESUME else _("à choisir"),
            )
    return form


def _found(contests: list[str]) -> dict[str, list[opening.Finding]]:
    """What is found before each contest is opened."""
    return {uuid: opening.findings(visit.store(), uuid, visit.now()) for uuid in contests}


def _table_row(act: Act) -> Transition:
    """The row of the table by which the visitor does an act."""
    role = Role(visit.visitor().role)
    return next(row for row in TRANSITIONS if row.act is act and role in row.roles)


def _do(act: Act, election_uuid: str, contests: list[str], form: ConfirmForm) -> None:
    store, actor, now = visit.store(), visit.actor(), visit.now()
    if act is Act.PREPARE:
        sealing.prepare(store, election_uuid, actor, now)
    elif isinstance(form, SealForm):
        signatures = keyholders.seal_signatures(store, election_uuid)
        sealing.finish(store, election_uuid, signatures, form.present.data or [], actor, now)
    elif act is Act.COUNT:
        counting.count(store, election_uuid, actor, now, jobs=os.cpu_count() or 1)
    elif act is Act.PROCLAIM:
        counting.proclaim(store, election_uuid, actor, now, jobs=os.cpu_count() or 1)
    elif act is Act.ARCHIVE:
        counting.archive(store, election_uuid, actor, now)
    else:
        for contest in contests:
            counting.act(store, contest, act, actor, now, _grounds(form))


def _grounds(form: ConfirmForm) -> incidents.Grounds:
    """What the visitor gave as grounds; whether it is enough, the act itself decides."""
    reason = (form.reason.data or "").strip() or None
    if not isinstance(form, GroundsForm):
        return incidents.Grounds(reason)
    number = form.incident.data or ""
    return incidents.Grounds(reason, form.authority.data, int(number) if number.isdecimal() else None)


@blueprint.route("/election/<election_uuid>/deverrouiller", methods=["GET", "POST"])
@access({OFFICER: DRAFT}, grave=True)
def unlock(election_uuid: str) -> Answer:
    """Give a prepared draft back: what was prepared and signed is void."""
    form, refused = ConfirmForm(), None
    if form.validate_on_submit():
        try:
            sealing.unlock(visit.store(), election_uuid, visit.actor(), visit.now())
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(_("Le projet est déverrouillé."), "good")
            return redirect(url_for("officer.desk", election_uuid=election_uuid), 303)
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        return render_template("board/unlock.html", election=election, form=form, refused=refused)


@blueprint.route("/scrutin/<contest_uuid>/reporter", methods=["GET", "POST"])
@access(to(BOARD, (Phase.OPEN, Phase.SUSPENDED)), grave=True)
def reschedule(contest_uuid: str) -> Answer:
    """A later closing hour, to be signed by the key holders."""
    form, refused = RescheduleForm(), None
    election_uuid = visit.election()
    if form.validate_on_submit():
        try:
            with visit.store().registry.begin() as session:
                lifecycle.reschedule(session, contest_uuid, form.closing, visit.actor(), visit.now())
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(_("La nouvelle heure de clôture est enregistrée."), "good")
            return redirect(url_for("officer.desk", election_uuid=election_uuid), 303)
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        page = render_template(
            "board/reschedule.html", contest=contest, election=contest.election, form=form, refused=refused
        )
    return (page, 422) if refused or (request.method == "POST" and form.errors) else page


@blueprint.get("/election/<election_uuid>/resultats")
@access(to(DESK, (Phase.COUNTED,)))
def results(election_uuid: str) -> str:
    """The results before they are proclaimed, for those who are present."""
    found, drawn = {}, {}
    for material in publication.gather(visit.store(), election_uuid):
        raw = publication.contest_files(material).get("result.json")
        if raw is not None:
            result = found[material.setup.uuid] = parse_canonical(raw, "result.json")
            drawn[material.setup.uuid] = lots.told(result, material.slips, material.setup.holders)
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        return render_template("board/results.html", election=election, results=found, drawn=drawn)


@blueprint.get("/election/<election_uuid>/projet/<name>.pdf")
@access(to(DESK, (Phase.COUNTED,)))
def draft(election_uuid: str, name: str) -> Response:
    """Minutes before the proclamation, marked as a draft: of a contest by its uuid, or `operations`."""
    raw = publication.draft(visit.store(), election_uuid).get(f"{MINUTES}/{name}.pdf")
    if raw is None:
        raise ProtocolError("web.missing")
    return send_file(io.BytesIO(raw), "application/pdf", as_attachment=True, download_name=f"projet-{name}.pdf")
