"""Lots: what must be drawn and how far the holders are, and the page on which the board enters a draw on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from elections import drawing
from elections.protocol.canonical import hour, parse_canonical
from elections.protocol.errors import ProtocolError
from elections.registry import elections
from elections.rules.lots import EXPLAINED, EXPLAINED_PAPER, PAPER, arithmetic
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import BOARD, DESK, access, to
from elections.web.errors import sentence
from elections.web.forms import PaperForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

    from elections.protocol.canonical import Json

blueprint = Blueprint("lots", __name__, url_prefix="/bureau")

_FROZEN = (Phase.FROZEN,)


@blueprint.get("/election/<election_uuid>/tirage")
@access(to(DESK, _FROZEN))
def show(election_uuid: str) -> str:
    """Every lot that the totals need: between whom, for how many seats, who has opened the slips."""
    pending = drawing.pending(visit.store(), election_uuid)
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        return render_template("board/lots.html", election=election, pending=pending, explained=EXPLAINED_PAPER)


@blueprint.route("/scrutin/<contest_uuid>/tirage", methods=["GET", "POST"])
@access(to(BOARD, _FROZEN), grave=True)
def enter(contest_uuid: str) -> str | Response | tuple[str, int]:
    """A draw on paper: who came out, when, who drew, how."""
    form, refused = PaperForm(), None
    store, election_uuid = visit.store(), visit.election()
    item = next((item for item in drawing.pending(store, election_uuid) if item.contest == contest_uuid), None)
    if item is None:
        raise ProtocolError("web.missing")
    form.drawn.choices = [(place, title) for place, title, _votes in item.between]
    if form.validate_on_submit():
        try:
            paper = drawing.Paper(form.drawn.data or [], form.drawn_at, form.drawn_by.data or "", form.how.data or "")
            drawing.enter(store, contest_uuid, paper, visit.actor(), visit.now())
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(_("Le tirage est enregistré au journal."), "good")
            return redirect(url_for(".show", election_uuid=election_uuid), 303)
    with store.registry_reader() as session:
        election = elections.find(session, election_uuid)
        page = render_template(
            "board/lot.html", election=election, item=item, form=form, refused=refused, explained=EXPLAINED_PAPER
        )
    return (page, 422) if refused or form.errors else page


def told(result: Json, slips: bytes | None, holders: Sequence[str]) -> Json | None:
    """What a page tells of a lot that was drawn: its sentences, who did what, and every figure; None without a lot."""
    if result is None or result["lot"] is None:
        return None
    drawn, names = result["lot"]["transcript"], result["names"]
    between = [names[place] for place in result["lot"]["between"]]
    if drawn["kind"] == PAPER:
        chosen = [names[place] for place in drawn["chosen"]]
        drawn_at = hour(drawn["drawn_at"], "drawn_at")
        return {**drawn, "between": between, "chosen": chosen, "drawn_at": drawn_at, "explained": [EXPLAINED_PAPER]}
    return {
        **drawn,
        "between": between,
        "draws": [arithmetic(item, names) for item in drawn["draws"]],
        "explained": EXPLAINED,
        "opened": [holders[item["owner"] - 1] for item in drawn["decryptions"]],
        "slips": parse_canonical(slips or b"[]", "slips.json"),
    }
