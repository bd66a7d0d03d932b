"""Filing on line: what a delegate or the office prepares, saved as a draft and examined at each save (R. 211-531).

A delegate sees what is hers and learns of no other list: her draft is examined alone. Nothing that was typed is lost:
what cannot be kept is shown again with what is wrong of it, and what somebody saved meanwhile stands beside it.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from elections.protocol.errors import ProtocolError
from elections.registry import admission, documents, elections, filings, nominations, pictures
from elections.registry.nominations import MOST_NAMES
from elections.rules import deadlines
from elections.rules.findings import Kind
from elections.rules.french import PARIS
from elections.rules.phases import Phase, Role
from elections.web import visit
from elections.web.access import BOARD, DRAFT, OFFICER, access, to
from elections.web.candidacies.nomination_form import (
    MORE,
    TABLE,
    BeginForm,
    NominationForm,
    PapersForm,
    TableForm,
    content,
    number,
    read_table,
    rows_of,
    write_table,
)
from elections.web.errors import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as Redirect

    from elections.protocol.canonical import Json
    from elections.registry.tables import Contest, Nomination
    from elections.rules.findings import Finding

    Answer = str | Redirect | tuple[str, int]

blueprint = Blueprint("nominations", __name__, url_prefix="/bureau")

FILING = (OFFICER, Role.DELEGATE.value)
"""Who prepares and files."""
READING = (*FILING, *BOARD)

_FORM = 300_000
_WORST = (Kind.FAULT, Kind.OPEN, Kind.MET)


@blueprint.get("/election/<election_uuid>/depots")
@access(to(READING))
def show(election_uuid: str) -> str:
    """Contest by contest: until when, what the visitor has there, and the form to begin."""
    return _list(election_uuid)


@blueprint.post("/scrutin/<contest_uuid>/depots")
@access(to(FILING, DRAFT))
def begin(contest_uuid: str) -> Answer:
    """A new draft."""
    form = BeginForm()
    if form.validate_on_submit():
        union, title = form.union.data or None, form.title.data or form.union.data
        owner = number(form.owner.data) if form.owner.data else None
        if not title or (owner is not None and owner < 1):
            field = form.owner if title else form.union if "union" in request.form else form.title
            field.errors = [_("Indiquez un nombre entier.") if title else _("Remplissez ce champ.")]
        else:
            try:
                with visit.store().registry.begin() as session:
                    made = nominations.begin(session, contest_uuid, title, union, owner, visit.actor(), visit.now())
                    name = made.candidacy
            except ProtocolError as error:
                return _list(visit.election(), contest_uuid, form, sentence(error)), 422
            return redirect(url_for(".edit", contest_uuid=contest_uuid, name=name), 303)
    return _list(visit.election(), contest_uuid, form), 422


@blueprint.get("/scrutin/<contest_uuid>/depots/<name>")
@access(to(READING))
def edit(contest_uuid: str, name: str) -> str:
    """The draft as it stands, its examination, its documents, and what comes next."""
    return page(contest_uuid, name)


@blueprint.post("/scrutin/<contest_uuid>/depots/<name>")
@access(to(FILING, DRAFT), body=_FORM)
def save(contest_uuid: str, name: str) -> Answer:
    """Keep what was typed, complete or not."""
    form = NominationForm()
    typed = content(form, request.form)
    if not form.validate_on_submit():
        return page(contest_uuid, name, form, typed), 422
    try:
        with visit.store().registry.begin() as session:
            found = nominations.find(session, contest_uuid, name, visit.actor())
            nominations.save(session, found, typed, number(form.revision.data), visit.actor(), visit.now())
    except ProtocolError as error:
        return page(contest_uuid, name, form, typed, error), 422
    if "more" in request.form:
        return redirect(url_for(".edit", contest_uuid=contest_uuid, name=name, lignes=_more(), _anchor="lignes"), 303)
    flash(_("Le projet est enregistré. Il n'est pas encore déposé."), "good")
    return redirect(url_for(".edit", contest_uuid=contest_uuid, name=name, _anchor="examen"), 303)


@blueprint.post("/scrutin/<contest_uuid>/depots/<name>/tableau")
@access(to(FILING, DRAFT), body=TABLE * 3)
def paste(contest_uuid: str, name: str) -> Answer:
    """Fill the form from a table; nothing is kept before the delegate has looked and saved."""
    form = TableForm()
    data = (form.table.data or "").encode()
    if form.file.data:
        with closing(form.file.data) as file:
            data = file.read()
    with visit.store().registry_reader() as session:
        found = nominations.find(session, contest_uuid, name, visit.actor())
        nominations.held(session, found, visit.actor())
        draft, revision = dict(found.content), found.revision
    if not form.validate_on_submit() or not data.strip():
        form.table.errors = [_("Collez un tableau ou choisissez un fichier.")]
        return page(contest_uuid, name, table=form), 422
    try:
        filled = read_table(data, draft)
    except ProtocolError as error:
        return page(contest_uuid, name, refused=error, table=form), 422
    shown = NominationForm(
        formdata=None, revision=revision, **{key: draft[key] for key in ("title", "union", "delegate")}
    )
    return page(contest_uuid, name, shown, filled, pasted=True)


@blueprint.get("/scrutin/<contest_uuid>/depots/<name>/tableau.csv")
@access(to(READING))
def table(contest_uuid: str, name: str) -> Response:
    """The names of the draft as a table."""
    with visit.store().registry_reader() as session:
        found = nominations.find(session, contest_uuid, name, visit.actor())
        raw = write_table(nominations.seen(session, found, visit.actor()))
    response = Response(raw, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=candidature-{name}.csv"
    return response


def _list(
    election_uuid: str, contest_uuid: str | None = None, form: BeginForm | None = None, refused: str | None = None
) -> str:
    actor, now = visit.actor(), visit.now()
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        draft = elections.phase(election) is Phase.DRAFT
        shown = []
        for contest in election.contests:
            mine = nominations.visible(contest, actor)
            here = nominations.taken_here(contest, actor)
            if mine or here or actor.role in BOARD:
                full = actor.role is Role.DELEGATE and bool(mine)
                begin_form = form if form and contest.uuid == contest_uuid else BeginForm(formdata=None)
                for field in (begin_form.union, begin_form.title, begin_form.owner):
                    field.id = f"{field.name}-{contest.key}"
                shown.append(
                    {
                        "contest": contest,
                        "facts": facts(contest),
                        "mine": [(item, state(contest, item), nominations.seen(session, item, actor)) for item in mine],
                        "form": begin_form if draft and here and not full and facts(contest)["files"] else None,
                        "list": contest.kind != "ticket",
                    }
                )
        return render_template(
            "nominations/list.html", election=election, shown=shown, form=form, refused=refused, now=now
        )


def hidden(contest: Contest) -> bool:
    """Whether who stands is not for this visitor: whoever may still file must not see who has."""
    return visit.visitor().role not in (OFFICER, *BOARD) and nominations.confidential(contest, visit.now())


def facts(contest: Contest) -> dict[str, object]:
    """Until when, under which article: what every page of filing says first."""
    rules, first = nominations.rules_of(contest), nominations.first_day(contest)
    hours, days = nominations.clock(contest), deadlines.days(rules, first)
    return {
        "closes": hours.closes,
        "sealed": contest.phase is not Phase.DRAFT,
        "days": days,
        "files": hours.files(visit.now()),
        "mends": hours.mends(visit.now()),
        "mended": hours.mended,
        "rules": rules,
        "ruled": hours.ruled,
    }


def state(contest: Contest, item: Nomination) -> str:
    """Where a nomination stands: `draft`, `filed`, `contested`, `fallen` or `withdrawn`."""
    if item.filed_at is None:
        return "withdrawn" if item.receipts else "draft"
    if nominations.fallen(item, contest, visit.now()):
        return "fallen"
    return "contested" if item.contested else "filed"


def page(  # noqa: PLR0913 - whatever came back with a form
    contest_uuid: str,
    name: str,
    form: NominationForm | None = None,
    typed: Mapping[str, Json] | None = None,
    refused: ProtocolError | None = None,
    table: TableForm | None = None,
    papers: PapersForm | None = None,
    *,
    pasted: bool = False,
) -> str:
    """The page of one nomination; `typed` is what was sent and not kept."""
    actor = visit.actor()
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        found = nominations.find(session, contest_uuid, name, actor)
        moved = refused is not None and refused.rule == "nominations.moved"
        if form is None:
            own = {key: found.content[key] for key in ("title", "union", "delegate")}
            form = NominationForm(formdata=None, revision=found.revision, **own)
        if moved:
            form.revision.data = str(found.revision)
        changing = nominations.holds(found, actor) and contest.phase is Phase.DRAFT and contest.setup is None
        return render_template(
            "nominations/edit.html",
            contest=contest,
            election=contest.election,
            found=found,
            state=state(contest, found),
            facts=facts(contest),
            form=form,
            errors=next((given for given in (form, table, papers) if given is not None and given.errors), None),
            refused=refused and sentence(refused),
            moved=moved,
            pasted=pasted,
            content=nominations.seen(session, found, actor),
            rows=_rows(contest, typed or found.content),
            substitutes=rows_of(contest)[1],
            editable=changing and nominations.may_change(found, contest, visit.now()),
            holding=changing,
            changed=nominations.changed(session, found),
            contested=filings.contested(session, found),
            withdrawable=_withdrawable(contest, found),
            table=table or TableForm(formdata=None),
            papers=papers or PapersForm(formdata=None),
            documents=documents.with_draft(contest, name),
            logos={"least": pictures.SMALLEST, "most": pictures.LARGEST, "limit": documents.LOGO_SHARE // 1000},
            **examination(session, contest, found),
        )


def examination(session: Session, contest: Contest, found: Nomination) -> dict[str, object]:
    """What the table of findings shows of a draft by itself."""
    draft = nominations.as_candidacy(found, nominations.seen(session, found, visit.actor()))
    lines: list[Finding] = []
    if draft is not None:
        examined = admission.examine_alone(session, contest, draft)
        lines = sorted(examined.findings, key=lambda line: _WORST.index(line.kind))
    counts = Counter(line.kind.value for line in lines)
    return {"lines": lines, "counts": counts, "today": visit.now().astimezone(PARIS).date()}


def _rows(contest: Contest, shown: Mapping[str, Json]) -> list[dict[str, dict[str, str]]]:
    """The rows of the form: those of the draft, and empty ones as far as the rules ask for names."""
    asked = min(max(number(request.args.get("lignes")), rows_of(contest)[0], len(shown["names"])), MOST_NAMES)
    found = [
        {who: {"name": pair[who] or "", **known.get(who, {})} for who in nominations.WHO}
        for pair, known in zip(shown["names"], shown["persons"], strict=True)
    ]
    return found + [{who: {"name": ""} for who in nominations.WHO} for _row in range(asked - len(found))]


def _more() -> int:
    shown = sum(f"{place}-titular-name" in request.form for place in range(MOST_NAMES))
    return min(shown + MORE, MOST_NAMES)


def _withdrawable(contest: Contest, found: Nomination) -> str | None:
    """Why what was filed cannot be withdrawn, None where it can or nothing is filed."""
    if found.filed_at is None:
        return None
    try:
        filings.check_withdrawal(contest, visit.now())
    except ProtocolError as error:
        return sentence(error)
    return None
