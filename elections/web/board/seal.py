"""What is about to be sealed, or was: the sheet, beside the one that a member of the board saw before (R. 211-550).

President, secretary and delegates say on their own screens that they have seen it. Whoever comes later than a change
finds what she saw before beside what is now, line by line, and has to look again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from elections.protocol.errors import ProtocolError
from elections.registry import ceremony, elections, viewings
from elections.rules import sheet
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import ALWAYS, DESK, DRAFT, WATCHING, access, to
from elections.web.board.forms import SeenForm
from elections.web.errors import sentence

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.rules.sheet import Sheet

blueprint = Blueprint("seal", __name__, url_prefix="/bureau/election/<election_uuid>/scellement")

BLOCKS = {
    "election": lazy_gettext("Élection"),
    "hours": lazy_gettext("Heures"),
    "policy": lazy_gettext("Détenteurs de clé et seuils"),
    "batches": lazy_gettext("Publication de l'urne par lots"),
    "keys": lazy_gettext("Clés de l'urne et du dossier"),
    "software": lazy_gettext("Logiciel"),
    "files": lazy_gettext("Page de vote, fichier par fichier"),
    "contest": lazy_gettext("Scrutin et règle de décompte"),
    "candidacies": lazy_gettext("Candidatures, dans l'ordre d'affichage"),
    "documents": lazy_gettext("Pièces des candidatures"),
    "roll": lazy_gettext("Liste électorale"),
    "key": lazy_gettext("Clé publique du scrutin"),
    "issuers": lazy_gettext("Autorités de jetons"),
    "link": lazy_gettext("Clé de liaison"),
}
LINES = {
    "title": lazy_gettext("Titre"),
    "college": lazy_gettext("Collège"),
    "uuid": lazy_gettext("Identifiant"),
    "method": lazy_gettext("Mode de scrutin"),
    "parameters": lazy_gettext("Paramètres de la règle"),
    "seats": lazy_gettext("Sièges à pourvoir"),
    "size": lazy_gettext("Électeurs inscrits"),
    "digest": lazy_gettext("Empreinte"),
    "fingerprint": lazy_gettext("Empreinte du scrutin (φ)"),
    "setup": lazy_gettext("Empreinte de setup.json"),
    "trustees": lazy_gettext("Empreinte des clés des détenteurs"),
    "link_key": lazy_gettext("Empreinte de la clé"),
    "audience": lazy_gettext("Qui peut chercher un bulletin dans l'urne avant le résultat"),
    "model": lazy_gettext("Modèle"),
    "rehearsal": lazy_gettext("Vote à blanc"),
    "contests": lazy_gettext("Scrutins"),
    "opening": lazy_gettext("Ouverture"),
    "closing": lazy_gettext("Clôture"),
    "grace": lazy_gettext("Délai pour achever un vote commencé, en secondes"),
    "at_once": lazy_gettext("Bulletins publiés sans attendre l'intervalle"),
    "every": lazy_gettext("Intervalle, en secondes"),
    "keep_back": lazy_gettext("Bulletins gardés en réserve"),
    "publish_at": lazy_gettext("Bulletins qu'il faut pour publier"),
    "single_below": lazy_gettext("Collège publié en une fois au-dessous de"),
    "record_key": lazy_gettext("Clé de l'émargement et du dossier"),
    "urn_key": lazy_gettext("Clé de l'urne"),
    "urn": lazy_gettext("Nom de l'urne"),
    "version": lazy_gettext("Version"),
}


@blueprint.get("")
@access(to(DESK, ALWAYS))
def show(election_uuid: str) -> str:
    """The sheet; `avant` names the member whose last look it is compared with, the visitor if none is named."""
    return _page(election_uuid, None)


@blueprint.post("/vu")
@access(to(WATCHING, DRAFT), grave=True)
def see(election_uuid: str) -> str | Response | tuple[str, int]:
    """The visitor has looked at this sheet."""
    form = SeenForm()
    try:
        with visit.store().registry.begin() as session:
            viewings.mark(session, election_uuid, form.digest.data or "", visit.actor(), visit.now())
    except ProtocolError as error:
        return _page(election_uuid, sentence(error)), 422
    flash(_("C'est noté : vous avez vu ce qui va être scellé."), "good")
    return redirect(url_for(".show", election_uuid=election_uuid), 303)


def standing(session: Session, election_uuid: str) -> dict[str, object]:
    """Who has seen what, and who has signed: the table of the members. Nothing is there before all is prepared."""
    election = elections.find(session, election_uuid)
    try:
        now: Sheet | None = viewings.current(session, election_uuid)
    except ProtocolError:
        now = None
    seen = viewings.last(session, election_uuid)
    members = viewings.members(election)
    return {
        "sheet": now,
        "members": [*members, *(name for name in seen if name not in members)],
        "seen": seen,
        "holders": [role for group in election.policy for role in group["holders"]],
        "signed": set(ceremony.handed_in(session, election_uuid, ceremony.SEALED)),
    }


def _page(election_uuid: str, refused: str | None) -> str:
    visitor = visit.visitor()
    me = viewings.member(visit.actor()) if visitor.role in WATCHING else None
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        known = standing(session, election_uuid)
        whose, before = _before(session, election_uuid, request.args.get("avant") or me)
        now = known["sheet"]
        compared = sheet.compare(before, now) if isinstance(now, sheet.Sheet) else ()
        return render_template(
            "board/seal.html",
            election=election,
            titles={contest.uuid: contest.title for contest in election.contests},
            phase=elections.phase(election),
            draft=elections.phase(election) is Phase.DRAFT,
            blocks=compared,
            before=before,
            changed=before is not None and isinstance(now, sheet.Sheet) and before.digest != now.digest,
            whose=whose,
            me=me,
            form=SeenForm(digest=now.digest if isinstance(now, sheet.Sheet) else ""),
            refused=refused,
            BLOCKS=BLOCKS,
            LINES=LINES,
            **known,
        )


def _before(session: Session, election_uuid: str, name: str | None) -> tuple[str | None, Sheet | None]:
    """A member's name, and the sheet that she saw last; nothing of somebody who saw none."""
    seen = viewings.last(session, election_uuid).get(name or "")
    return (name, viewings.kept(session, election_uuid, seen.digest)) if seen else (None, None)
