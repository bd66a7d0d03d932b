"""The draw of the display order on screen, in public: a digest first, then everybody's numbers, then the order.

Whoever reads the desk may look on; board and office draw. What was done can be followed figure by figure on the page,
and done again from the journal by `elections candidacies replay`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from elections import ordering
from elections.protocol.canonical import hour
from elections.protocol.errors import ProtocolError
from elections.registry import display_order, elections, nominations
from elections.rules.display_order import EXPLAINED, FEWEST, MOST, draws
from elections.rules.lots import EXPLAINED_PAPER, arithmetic
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import BOARD, DESK, DRAFT, OFFICER, access, to
from elections.web.candidacies.nomination_form import number
from elections.web.candidacies.nominations import hidden
from elections.web.errors import sentence
from elections.web.forms import PaperOrderForm

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from elections.protocol.canonical import Json
    from elections.registry.tables import Contest

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("ordering", __name__, url_prefix="/bureau/scrutin/<contest_uuid>/ordre")

DRAWING = (OFFICER, *BOARD)
_WHO = 100
"""Characters of a function, such as « présidente du bureau de vote »."""


@blueprint.get("")
@access(to(DESK))
def show(contest_uuid: str) -> str:
    """What is to be drawn, how, and what was drawn."""
    return _page(contest_uuid)


@blueprint.post("/commencer")
@access(to(DRAWING, DRAFT))
def begin(contest_uuid: str) -> Answer:
    """The program shows the digest of its secret."""
    try:
        ordering.begin(visit.store(), contest_uuid, visit.actor(), visit.now())
    except ProtocolError as error:
        return _page(contest_uuid, sentence(error)), 422
    return redirect(url_for(".show", contest_uuid=contest_uuid, _anchor="nombres"), 303)


@blueprint.post("/tirer")
@access(to(DRAWING, DRAFT), grave=True)
def draw(contest_uuid: str) -> Answer:
    """Everybody's numbers, and the order."""
    rows = [(request.form.get(f"{n}-who", "").strip(), request.form.get(f"{n}-number", "")) for n in range(MOST)]
    given = [(who, "".join(text.split())) for who, text in rows if who or text.strip()]
    if any(not who or len(who) > _WHO or not who.isprintable() for who, _text in given):
        return _page(contest_uuid, _("Indiquez pour chaque nombre la fonction de qui le donne."), given), 422
    try:
        ordering.draw(visit.store(), contest_uuid, given, visit.actor(), visit.now())
    except ProtocolError as error:
        return _page(contest_uuid, sentence(error), given), 422
    flash(_("L'ordre d'affichage est tiré au sort."), "good")
    return redirect(url_for(".show", contest_uuid=contest_uuid), 303)


@blueprint.route("/papier", methods=["GET", "POST"])
@access(to(DRAWING, DRAFT), grave=True)
def enter(contest_uuid: str) -> Answer:
    """An order that was drawn on paper."""
    form, refused = PaperOrderForm(), None
    if form.validate_on_submit():
        try:
            with visit.store().registry.begin() as session:
                contest = elections.contest(session, contest_uuid)
                ranks = {
                    number(request.form.get(f"rank-{item.id}", "").strip()): item.id for item in contest.candidacies
                }
                order = [ranks[rank] for rank in range(1, len(ranks) + 1) if rank in ranks]
                drawn = form.drawn_at, form.drawn_by.data or "", form.how.data or ""
                display_order.enter(session, contest_uuid, order, drawn, visit.actor(), visit.now())
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(_("Le tirage est enregistré au journal."), "good")
            return redirect(url_for(".show", contest_uuid=contest_uuid), 303)
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        page = render_template(
            "board/display_paper.html",
            contest=contest,
            standing=contest.candidacies,
            ranks=request.form,
            form=form,
            refused=refused,
            explained=EXPLAINED_PAPER,
        )
    return (page, 422) if refused or form.errors else page


def _page(contest_uuid: str, refused: str | None = None, given: list[tuple[str, str]] | None = None) -> str:
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        if hidden(contest):
            raise ProtocolError("web.phase")
        drawn = display_order.last(session, contest)
        closes = nominations.clock(contest).closes
        draft = contest.phase is Phase.DRAFT and contest.setup is None
        return render_template(
            "board/display_order.html",
            contest=contest,
            election=contest.election,
            standing=contest.candidacies,
            drawn=drawn and _told(contest, drawn),
            begun=display_order.begun(contest),
            closes=closes if closes is not None and visit.now() < closes else None,
            sealed=contest.phase is not Phase.DRAFT,
            may_draw=draft and visit.visitor().role in DRAWING and contest.display_order == "drawn",
            explained=EXPLAINED,
            fewest=FEWEST,
            rows=[*(given or []), *[("", "")] * max(0, 5 - len(given or []))][:MOST],
            refused=refused,
        )


def _told(contest: Contest, drawn: Json) -> Json:
    """What the page tells of a draw: every figure, and each place as it can be followed with a pencil."""
    titles = {item.id: item.title for item in contest.candidacies}
    found = {**drawn, "titles": [titles.get(id_, id_) for id_ in drawn["order"]]}
    if "drawn_at" in drawn:
        return {**found, "drawn_at": hour(drawn["drawn_at"], "drawn_at")}
    numbers = [item["number"] for item in drawn["given"]]
    steps = draws(contest.uuid, drawn["candidacies"], bytes.fromhex(drawn["secret"]), numbers)
    # The last one left is drawn from nobody.
    return {**found, "draws": [arithmetic(step.json(), drawn["candidacies"]) for step in steps[:-1]]}
