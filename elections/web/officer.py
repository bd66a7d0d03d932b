"""The desk: elections in preparation and under way, as the office, the board and those who watch see them.

A page shows where an election stands, what is missing, what comes next and on whom it waits, and what the visitor's
role may do; the registry and the lifecycle table say so, the operations decide.
"""

from __future__ import annotations

from itertools import groupby, islice, takewhile
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from elections import keyholders, mailing, post
from elections.protocol.canonical import hour_text
from elections.protocol.errors import ProtocolError
from elections.protocol.group import GROUP_NAMES
from elections.registry import calendar, candidacies, ceremony, checklist, elections, following, journal, register
from elections.registry.calendar import AHEAD
from elections.rules import models
from elections.rules.configuration import delegate_roles
from elections.rules.eligibility import plain
from elections.rules.phases import PHASES, Act, Phase, Role, rows
from elections.web import paging, visit
from elections.web.access import ALWAYS, COUNTING, DESK, OFFICER, access, may_enter, to
from elections.web.accounts import recoveries
from elections.web.board.acts import CONTEST_ACTS, ELECTION_ACTS
from elections.web.candidacies.nominations import hidden
from elections.web.errors import sentence
from elections.web.forms import ElectionForm, ElectionsForm
from elections.web.i18n import french, words
from elections.web.journal.views import readable
from elections.web.menu import menu

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.protocol.journal import JournalEntry
    from elections.registry.checklist import Entry
    from elections.registry.tables import Contest, Election
    from elections.rules.phases import Transition

blueprint = Blueprint("officer", __name__, url_prefix="/bureau")

_SHOWN = 25
_LATELY = 6
"""How many acts the page of an election repeats from its journal."""
_TELLING = ("candidacies", "rulings", "particulars", "statements", "logos", "order")
"""The lines of the checklist that tell how many stand."""
_VOTED_IN = (Phase.OPEN, Phase.SUSPENDED, Phase.CLOSING, Phase.STOPPED)
"""Phases in which nobody but those who control the vote learns how many have voted."""

MENDED: dict[str, str] = {
    "calendar": "calendar.show",
    "candidacies": "candidacies.show",
    "rulings": "candidacies.show",
    "particulars": "candidacies.show",
    "electorate": "candidacies.show",
    "statements": "candidacies.show",
    "logos": "candidacies.show",
    "order": "candidacies.show",
    "publication": "candidacies.show",
    "rules": "rules.show",
    "roll": "roll.show",
    "posted": "roll.show",
    "colleges": "roll.show",
    "contact": "roll.show",
    "phones": "roll.show",
    "codes": "codes.show",
    "notice": "deliveries.show",
    "accounts": "accounts.show",
    "undelivered": "deliveries.show",
    "keys": "ceremony.show",
    "rehearsal": "ceremony.show",
    "prepare": "board.election_prepare",
    "signatures": "ceremony.show",
    "viewings": "seal.show",
}
"""The page on which a line of the checklist is mended."""

_ORDERS: dict[str, Callable[[Election], object]] = {
    "titre": lambda election: plain(election.title),
    "ouverture": lambda election: election.opening,
    "cloture": lambda election: election.closing,
    "phase": lambda election: list(Phase).index(elections.phase(election)),
}
"""What the table of elections can be sorted by, as its addresses name it."""


@blueprint.get("")
@access(to(DESK))
def home() -> str | tuple[str, int]:
    """The elections that this account may see: where each stands, its next date, what is missing."""
    visitor = visit.visitor()
    form = ElectionsForm(request.args, meta={"csrf": False})
    form.phase.choices = [
        SelectChoice("", _("Toutes")),
        *(SelectChoice(phase.value, words(PHASES[phase])) for phase in Phase),
    ]
    wrong = not form.validate()
    with visit.store().registry_reader() as session:
        mine = [found for found in elections.everything(session) if visitor.election in (None, found.uuid)]
        order, backwards = request.args.get("tri", ""), request.args.get("sens") == "desc"
        if order in _ORDERS:
            mine.sort(key=_ORDERS[order], reverse=backwards)  # type: ignore[arg-type]
        shown = paging.cut(_chosen(mine, form), _SHOWN)
        page = render_template(
            "officer/home.html",
            elections=shown,
            lines=[_line(session, election) for election in shown.rows],
            lost=recoveries.to_decide(session),
            total=len(mine),
            form=form,
            narrowed=bool(form.text.data or form.phase.data),
            order=order,
            backwards=backwards,
        )
        return (page, 422) if wrong else page


def _chosen(mine: Iterable[Election], form: ElectionsForm) -> list[Election]:
    """The elections that the filters leave; a filter that makes no sense leaves all."""
    text, phase = plain(form.text.data or ""), None if form.phase.errors else form.phase.data
    return [
        election
        for election in mine
        if (form.text.errors or text in plain(election.title)) and phase in (None, "", elections.phase(election))
    ]


def _line(session: Session, election: Election) -> dict[str, object]:
    """What the table of elections shows of one."""
    entries = _checklist(session, election)
    ahead = [line for line, state in calendar.around(session, election, visit.now()) if state in AHEAD]
    return {
        "election": election,
        "phase": elections.phase(election),
        "next": ahead[0] if ahead else None,
        "lacking": checklist.lacking(entries),
        "late": any(entry.state is checklist.State.LATE for entry in entries),
        "draft": bool(entries),
    }


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
            if error.rule == "rules.policy":
                # Of whom all would be needed: the number of holders is what this page can mend.
                form.delegates.errors = [
                    _(
                        "Avec %(num)s délégués, il faudrait les clés de tous : une seule clé perdue perdrait le vote."
                        " Choisissez-en trois ou plus, ou un seul.",
                        num=error.values["holders"],
                    )
                ]
            else:
                refused = sentence(error)
    page = render_template("officer/new.html", form=form, refused=refused, hour_text=hour_text, models=known)
    return (page, 422) if refused or form.errors else page


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
            delegates=delegate_roles(form.delegates.data or 1),
        )
        return election.uuid


@blueprint.get("/election/<election_uuid>")
@access(to(DESK))
def desk(election_uuid: str) -> str:
    """One election: what is missing, what comes next and on whom it waits, its contests, who did what lately."""
    now, waiting = visit.now(), keyholders.waiting_for(visit.store(), election_uuid)
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        entries = _checklist(session, election)
        coming = following.read(session, election, now)
        early = {item.row.act for item in coming if not item.due}
        if waiting[0] == "ceremony" and not ceremony.begun(session, election_uuid) and _earlier(entries):
            waiting = ("", [])
        return render_template(
            "officer/election.html",
            election=election,
            menu=menu(session, election_uuid),
            phase=elections.phase(election),
            now=now,
            entries=[(entry, _mended(entry, election_uuid)) for entry in entries],
            lacking=checklist.lacking(entries),
            colleges={contest.key: contest.college for contest in election.contests},
            titles={contest.uuid: contest.title for contest in election.contests},
            dates=calendar.around(session, election, now),
            ahead=AHEAD,
            following=coming,
            waiting=waiting,
            rows=[_row(session, contest) for contest in election.contests],
            counting=visit.visitor().role in COUNTING,
            # Only who has the page of the messages is told where they fail.
            troubles=post.troubles(session, visit.now()) if may_enter("deliveries.show") else [],
            acts=[found for found in _election_acts(election) if found[0].act not in early],
            ready=waiting[0] == "prepare",
            fixed=any(contest.setup is not None for contest in election.contests),
            lately=_lately(readable(election, journal.entries(session, election_uuid))),
        )


def _checklist(session: Session, election: Election) -> list[Entry]:
    """What is missing, as far as this visitor may know."""
    entries = checklist.read(session, election.uuid, visit.now(), mailing.LINES)
    filing = any(map(hidden, election.contests))
    return [entry for entry in entries if not (filing and entry.item.key in _TELLING)]


def _earlier(entries: Iterable[Entry]) -> bool:
    """Whether the office has work of its own before it calls the holders together."""
    before = takewhile(lambda entry: entry.item.key != "keys", entries)
    return any(entry.item.needed and not entry.item.complete for entry in before)


def _lately(entries: Sequence[JournalEntry]) -> list[list[JournalEntry]]:
    """The latest acts, the last one first; what was done to several contests at once is one act."""
    together = groupby(reversed(entries), lambda entry: (entry.act, entry.role, entry.number, entry.at))
    return [list(lines) for _act, lines in islice(together, _LATELY)]


def _mended(entry: Entry, election_uuid: str) -> str | None:
    """Where a line that is not done is mended, if this visitor may go there."""
    endpoint = MENDED[entry.item.key]
    return url_for(endpoint, election_uuid=election_uuid) if may_enter(endpoint) else None


def _row(session: Session, contest: Contest) -> dict[str, object]:
    """What the table of contests shows of one; how many have voted only to whom it may be told."""
    counts = register.count(session, contest.uuid)
    acts = [(row, CONTEST_ACTS[row.act]) for row in _rows(contest) if row.act in CONTEST_ACTS]
    told = contest.phase not in _VOTED_IN or visit.visitor().role in COUNTING
    return {
        "contest": contest,
        "roll": counts.roll,
        "signatures": counts.signatures if told else None,
        "acts": acts,
        "candidacies": None if hidden(contest) else len(candidacies.standing(contest)),
    }


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
