"""Key holders and the office: who is waited for, the file each is given next, the answers they bring.

Holders' programs run on their own machines (`elections trustee`); only public parts pass here, and each answer is
checked whole before it is kept (keyholders).
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _

from elections import counting, drawing, keyholders
from elections.protocol.errors import ProtocolError
from elections.registry import elections
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import ALWAYS, BOARD, DESK, OFFICER, WATCHING, access, to
from elections.web.errors import sentence
from elections.web.forms import FileForm
from elections.web.words import role_name

if TYPE_CHECKING:
    from flask import Response as FlaskResponse
    from werkzeug.wrappers import Response

blueprint = Blueprint("ceremony", __name__, url_prefix="/bureau/election/<election_uuid>/cles")

_ANSWER = 20_000_000
_HANDLING = to((OFFICER, *WATCHING), ALWAYS)
"""Whoever may bring and take holders' files; each file is checked by itself, whoever brings it."""


@blueprint.get("")
@access(to(DESK))
def show(election_uuid: str) -> str:
    """The step the holders are at, and who is late."""
    return _page(election_uuid, FileForm(), None)


@blueprint.post("/entree/<role>")
@access(_HANDLING)
def next_input(election_uuid: str, role: str) -> FlaskResponse:
    """The document that a holder is given next; the first one begins the ceremony, hence no GET."""
    waiting = keyholders.inputs(visit.store(), election_uuid, visit.actor(), visit.now())
    if role not in waiting:
        raise ProtocolError("web.missing")
    step, document = waiting[role]
    return send_file(
        io.BytesIO(document), "application/json", as_attachment=True, download_name=f"{role}-{step}-in.json"
    )


@blueprint.post("")
@access(_HANDLING, body=_ANSWER)
def take(election_uuid: str) -> str | Response | tuple[str, int]:
    """Take one holder's answer."""
    form = FileForm()
    if not form.validate_on_submit():
        return _page(election_uuid, form, None), 422
    try:
        role = keyholders.take(visit.store(), election_uuid, form.file.data.read(), visit.actor(), visit.now())
    except ProtocolError as error:
        return _page(election_uuid, form, sentence(error)), 422
    flash(_("La pièce est vérifiée et enregistrée : %(role)s.", role=role_name(role)), "good")
    return redirect(url_for(".show", election_uuid=election_uuid), 303)


@blueprint.post("/dossier-fige")
@access(to((OFFICER, *BOARD, "delegate"), (Phase.FROZEN,)))
def frozen(election_uuid: str) -> FlaskResponse:
    """The frozen record, which each holder's program verifies before it decrypts (protocol.md §10)."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        folder = Path(scratch) / "record"
        counting.export(visit.store(), election_uuid, folder)
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, f"record/{path.relative_to(folder).as_posix()}")
    packed.seek(0)
    return send_file(packed, "application/zip", as_attachment=True, download_name=f"frozen-{election_uuid[:8]}.zip")


def _page(election_uuid: str, form: FileForm, refused: str | None) -> str:
    step, late = keyholders.waiting_for(visit.store(), election_uuid)
    opened = {role for item in drawing.pending(visit.store(), election_uuid) for role in item.opened}
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        return render_template(
            "board/ceremony.html",
            election=election,
            step=step,
            late=late,
            opened=opened,
            form=form,
            refused=refused,
            handling=visit.visitor().role in _HANDLING,
        )
