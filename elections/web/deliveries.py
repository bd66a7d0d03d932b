"""Messages to electors on screen: the notice of the vote, what became of each message, what came back (U2, R12).

The ledger names electors and addresses, so the office alone sees it; board and supervision see how far the messages
are and which mail domains take none.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from elections import mailing, post
from elections.mailing import KINDS, NONE, UNREACHED, Filter, Which
from elections.post import State
from elections.protocol.canonical import hour
from elections.protocol.errors import ProtocolError
from elections.registry import elections
from elections.rules.french import day_and_hour
from elections.rules.phases import Phase, Role
from elections.web import downloads, paging, visit
from elections.web.access import BOARD, OFFICER, access, to
from elections.web.errors import sentence
from elections.web.forms import ConfirmForm, MailboxForm
from elections.web.i18n import words
from elections.web.words import CHANNELS, DELIVERIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from elections.mailing import Line

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("deliveries", __name__, url_prefix="/bureau/election/<election_uuid>/envois")

_PAGE = 25
"""Lines of one page of the ledger."""
_MAILBOX = post.LARGEST_MAILBOX + 100_000
_BEFORE_THE_END = (Phase.DRAFT, Phase.SEALED, Phase.OPEN, Phase.SUSPENDED)


@blueprint.get("")
@access(to((OFFICER, *BOARD, Role.SUPERVISION.value)))
def show(election_uuid: str) -> str:
    """How far messages are, which domains take none, and the ledger."""
    return _page(election_uuid, MailboxForm(formdata=None), None)


@blueprint.get("/registre.csv")
@access({OFFICER: frozenset(Phase)})
def export(election_uuid: str) -> Response:
    """The ledger as the filter stands, for a spreadsheet."""
    with visit.store().registry_reader() as session:
        elections.find(session, election_uuid)
        lines, _count = mailing.lines(session, election_uuid, _filter(), 0, None)
    header = [
        _("Identifiant"), _("Nom"), _("Collège"), _("Destinataire"), _("Voie"), _("État"), _("Heure (Paris)"),
        _("Réponse du serveur"),
    ]  # fmt: skip
    return downloads.table("envois.csv", header, [_cells(line) for line in lines])


def _cells(line: Line) -> list[str]:
    at = "" if line.at is None else day_and_hour(hour(line.at, "an hour of the ledger"))
    state, channel = words(DELIVERIES[line.state]), words(CHANNELS[line.channel])
    return [line.identifier, line.name, line.college, line.recipient, channel, state, at, line.answer]


@blueprint.route("/annonce", methods=["GET", "POST"])
@access({OFFICER: _BEFORE_THE_END}, grave=True)
def announce(election_uuid: str) -> Answer:
    """The notice of the vote: the very message of one elector first, then, confirmed, to all who are owed it."""
    which: Which = "failed" if request.args.get("a") == "echecs" else "owed"
    form, config = ConfirmForm(), visit.site().config
    try:
        if form.validate_on_submit():
            count = mailing.announce(visit.store(), election_uuid, which, config, visit.actor(), visit.now())
            said = ngettext(
                "%(num)s message attend son envoi, qui commence aussitôt.",
                "%(num)s messages attendent leur envoi, qui commence aussitôt.",
                count,
            )
            flash(said, "good")
            return redirect(url_for(".show", election_uuid=election_uuid), 303)
        with visit.store().registry_reader() as session:
            return render_template(
                "officer/announce.html",
                election=elections.find(session, election_uuid),
                letter=mailing.preview(session, election_uuid, which, config),
                which=which,
                form=form,
            )
    except ProtocolError as error:
        return _page(election_uuid, MailboxForm(formdata=None), sentence(error)), 422


@blueprint.post("/retours")
@access({OFFICER: frozenset(Phase)}, body=_MAILBOX)
def bounces(election_uuid: str) -> Answer:
    """Reports of mail servers, from a mail or a mailbox file."""
    form = MailboxForm()
    if not form.validate_on_submit():
        return _page(election_uuid, form, None), 422
    try:
        read = post.read_bounces(form.file.data.read())
        with visit.store().registry.begin() as session:
            taken = mailing.take_bounces(session, election_uuid, read, visit.actor(), visit.now())
    except ProtocolError as error:
        return _page(election_uuid, form, sentence(error)), 422
    parts = [
        ngettext("%(num)s envoi est marqué comme revenu.", "%(num)s envois sont marqués comme revenus.", taken.bounced),
        ngettext(
            "%(num)s message du fichier ne concerne aucun envoi de cette élection.",
            "%(num)s messages du fichier ne concernent aucun envoi de cette élection.",
            taken.others,
        ),
    ]
    flash(" ".join(parts if taken.others else parts[:1]), "good" if taken.bounced else "warn")
    return redirect(url_for(".show", election_uuid=election_uuid, etat=State.BOUNCED.value), 303)


def _filter() -> Filter:
    """What the address asks of the ledger; what it cannot mean is left out."""
    asked = request.args
    kind, state = asked.get("quoi", KINDS[0]), asked.get("etat", "")
    return Filter(
        kind=kind if kind in KINDS else KINDS[0],
        state=state if state in {NONE, UNREACHED, *State} else "",
        domain=asked.get("domaine", "")[:253],
        contest=asked.get("scrutin", "")[:64],
        text=asked.get("recherche", "").strip()[:100],
        sort=asked.get("tri", "identifier"),
    )


def _page(election_uuid: str, form: MailboxForm, refused: str | None) -> str:
    wanted, ledger = _filter(), visit.visitor().role == OFFICER
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        page = paging.wanted()
        lines, count = mailing.lines(session, election_uuid, wanted, (page - 1) * _PAGE, _PAGE) if ledger else ([], 0)
        return render_template(
            "officer/deliveries.html",
            election=election,
            progress={kind: mailing.progress(session, election_uuid, kind) for kind in KINDS},
            troubles=post.troubles(session, visit.now()),
            owed=len(mailing.owed(session, election_uuid)),
            failed=len(mailing.owed(session, election_uuid, "failed")),
            unreached=mailing.count_unreached(session, election_uuid),
            writable=mailing.writable(election),
            ledger=ledger,
            lines=lines,
            count=count,
            page=page,
            pages=-(-count // _PAGE),
            wanted=wanted,
            domains=mailing.domains(session, election_uuid) if ledger else [],
            address=_address(election_uuid, wanted),
            hour_of=lambda text: hour(text, "an hour of the ledger"),
            form=form,
            refused=refused,
        )


def _address(election_uuid: str, wanted: Filter) -> Callable[..., str]:
    """The address of the ledger with something else of the filter changed, or another page."""
    names = {
        "kind": "quoi",
        "state": "etat",
        "domain": "domaine",
        "contest": "scrutin",
        "text": "recherche",
        "sort": "tri",
    }
    default = Filter()

    def address(endpoint: str = ".show", page: int = 1, **changes: str) -> str:
        values = asdict(replace(wanted, **changes))
        given = {names[name]: value for name, value in values.items() if value != getattr(default, name)}
        if page > 1:
            given["page"] = str(page)
        return url_for(endpoint, election_uuid=election_uuid, **given)

    return address
