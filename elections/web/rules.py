"""The rule of each contest on screen, and what the office chooses of it where no text settles it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from elections.protocol.errors import ProtocolError
from elections.registry import candidacies, elections, rules
from elections.rules.parameters import choices
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import DESK, DRAFT, OFFICER, access, to
from elections.web.errors import sentence
from elections.web.forms import RuleForm

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from elections.protocol.canonical import Json
    from elections.registry.tables import Contest, Election

blueprint = Blueprint("rules", __name__, url_prefix="/bureau/election/<election_uuid>/regles")


@blueprint.get("")
@access(to(DESK))
def show(election_uuid: str) -> str:
    """The rule of every contest, and what of it is still open."""
    return _page(election_uuid, None)


@blueprint.post("")
@access({OFFICER: DRAFT})
def choose(election_uuid: str) -> Response | tuple[str, int]:
    """Settle what was chosen for one contest; a field that is left as it was, or empty, changes nothing."""
    form = RuleForm()
    if not form.validate_on_submit():
        raise ProtocolError("web.body")
    try:
        with visit.store().registry.begin() as session:
            contest = _of(elections.find(session, election_uuid), form.contest.data or "")
            chosen = _chosen(contest, form)
            if chosen:
                rules.choose(session, contest.uuid, chosen, visit.actor(), visit.now())
    except ProtocolError as error:
        return _page(election_uuid, sentence(error)), 422
    flash(_("La règle est enregistrée."), "good")
    return redirect(url_for(".show", election_uuid=election_uuid), 303)


def _of(election: Election, uuid: str) -> Contest:
    """The contest, which must be one of this election."""
    for contest in election.contests:
        if contest.uuid == uuid:
            return contest
    raise ProtocolError("registry.contest", uuid=uuid)


def _chosen(contest: Contest, form: RuleForm) -> dict[str, Json]:
    """What the form says otherwise than the rule, of what may be chosen in it."""
    said: dict[str, Json] = {
        "base": form.base.data,
        "first_round": (form.first_round.data or "").strip(),
        "order": [item.strip() for item in (form.order.data or "").split(",") if item.strip()],
        "tie": form.tie.data,
    }
    known = {**contest.parameters, "order": _order(contest)}
    open_ = choices(contest.method, contest.parameters)
    return {name: said[name] for name in open_ if said[name] and said[name] != known.get(name)}


def _order(contest: Contest) -> list[str]:
    standing = candidacies.standing(contest)
    return [standing[place].id for place in contest.parameters.get("order", [])]


def _page(election_uuid: str, refused: str | None) -> str:
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        return render_template(
            "officer/rules.html",
            election=election,
            rows=[(contest, rules.missing(contest), _form(contest)) for contest in election.contests],
            standing=candidacies.standing,
            refused=refused,
            editable=_editable(election),
        )


def _editable(election: Election) -> bool:
    fixed = any(contest.setup is not None for contest in election.contests)
    return visit.visitor().role == OFFICER and elections.phase(election) is Phase.DRAFT and not fixed


def _form(contest: Contest) -> RuleForm:
    """The fields of what may be chosen of a contest's rule, as it stands; ids of their own on the one page."""
    parameters = contest.parameters
    form = RuleForm(
        formdata=None,
        contest=contest.uuid,
        base=parameters.get("base"),
        first_round=parameters.get("first_round"),
        order=", ".join(_order(contest)),
        tie=parameters.get("tie"),
    )
    open_ = choices(contest.method, parameters)
    for name in ("base", "first_round", "order", "tie"):
        if name not in open_:
            del form[name]
        else:
            form[name].id = f"{name}-{contest.key}"
    return form
