"""The contests of a draft on screen: added, put in another order, taken away after a look at what goes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from elections.protocol.errors import ProtocolError
from elections.registry import configuration, elections, roll
from elections.registry.configuration import Stale
from elections.rules import contests, parts
from elections.web import visit
from elections.web.access import DRAFT, OFFICER, access
from elections.web.errors import sentence
from elections.web.i18n import french
from elections.web.setup.contests import NewContestForm
from elections.web.setup.screens import place
from elections.web.setup.views import contest_of

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from elections.protocol.canonical import Json

blueprint = Blueprint("setup_order", __name__, url_prefix="/bureau/election/<election_uuid>/reglages/scrutins")


@blueprint.route("/nouveau", methods=["GET", "POST"])
@access({OFFICER: DRAFT})
def new(election_uuid: str) -> str | Response | tuple[str, int]:
    """One more contest."""
    form, refused = NewContestForm(), None
    with visit.store().registry_reader() as session:
        election = elections.changeable(session, election_uuid)
        title = election.title
        form.like.choices = [SelectChoice(item.uuid, french(item.title)) for item in election.contests]
    if request.method == "GET":
        form.process(data={"like": form.like.choices[-1].value, "round": "", "seats": 1})
    elif form.validate_on_submit():
        try:
            with visit.store().registry.begin() as session:
                added = configuration.add_contest(
                    session, election_uuid, _table(form), form.like.data, visit.actor(), visit.now()
                )
        except Stale:
            refused = _("Le scrutin pris pour modèle vient d'être retiré ; choisissez-en un autre.")
        except ProtocolError as error:
            if error.rule == "registry.locked":
                raise
            refused = place(form, error)
        else:
            flash(_("Le scrutin est ajouté."), "good")
            return redirect(url_for("setup.contest", election_uuid=election_uuid, scrutin=added), 303)
    page = render_template("setup/new.html", election_uuid=election_uuid, title=title, form=form, refused=refused)
    return (page, 422) if refused or form.errors else page


@blueprint.post("/<scrutin>/deplacer")
@access({OFFICER: DRAFT})
def move(election_uuid: str, scrutin: str) -> Response:
    """One place further up, or down: the button that was pressed says which."""
    by = {"haut": -1, "bas": 1}.get(request.form.get("sens", ""))
    if by is None:
        raise ProtocolError("web.body")
    try:
        with visit.store().registry.begin() as session:
            configuration.move_contest(session, election_uuid, scrutin, by, visit.actor(), visit.now())
    except Stale as stale:
        raise ProtocolError("registry.contest", uuid=scrutin) from stale
    return redirect(url_for("setup.show", election_uuid=election_uuid, _anchor="scrutins"), 303)


@blueprint.route("/<scrutin>/retirer", methods=["GET", "POST"])
@access({OFFICER: DRAFT})
def remove(election_uuid: str, scrutin: str) -> str | Response | tuple[str, int]:
    """A contest less: first what goes with it, then the act."""
    refused = None
    if request.method == "POST":
        try:
            with visit.store().registry.begin() as session:
                configuration.remove_contest(session, election_uuid, scrutin, visit.actor(), visit.now())
        except Stale:
            # Somebody else has done so already.
            return redirect(url_for("setup.show", election_uuid=election_uuid), 303)
        except ProtocolError as error:
            if error.rule == "registry.locked":
                raise
            refused = sentence(error)
        else:
            flash(_("Le scrutin est retiré."), "good")
            return redirect(url_for("setup.show", election_uuid=election_uuid), 303)
    with visit.store().registry_reader() as session:
        election = elections.changeable(session, election_uuid)
        found, table = contest_of(election, scrutin), configuration.read(election).table
        gone = contests.removed_dates(table, found.key)
        dates = [item["fr"] for item in table.get("calendar", {}).get("dates", []) if item["key"] in gone]
        page = render_template(
            "setup/remove.html",
            election=election,
            contest=found,
            dates=dates,
            candidacies=[item.title for item in found.candidacies],
            electors=roll.size(session, found.uuid),
            last=len(election.contests) == 1,
            refused=refused,
        )
    return (page, 422) if refused else page


def _table(form: NewContestForm) -> dict[str, Json]:
    """The table of the contest that the form describes."""
    values = form.values
    named = {key: values[key] for key in ("key", "title", "college", "articles")}
    blank = {**named, "parameters": {}, "method": values["method"]}
    method = {key: values[key] for key in ("method", "seats", "order", "round", "article")}
    return dict(parts.PARTS["method"].write(blank, method))
