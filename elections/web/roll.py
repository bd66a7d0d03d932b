"""The roll on screen: what is in place, and a new file in two steps, looked at first and then applied (U1).

The file travels with the form between the two, so that nothing is kept of one that is never applied; applying reads
and compares it again.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from elections.protocol.errors import ProtocolError
from elections.registry import elections, roll, roll_file
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import DESK, DRAFT, OFFICER, access, to
from elections.web.errors import sentence
from elections.web.forms import ContentForm, FileForm

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("roll", __name__, url_prefix="/bureau/election/<election_uuid>/liste")

_FILE = 8_000_000
"""Bytes of a request with a roll: 10,000 electors take one."""
_SHOWN = 100
"""Troubles shown at once; the file is mended and looked at again anyway."""


@blueprint.get("")
@access(to(DESK))
def show(election_uuid: str) -> str:
    """How many electors each college has, and the form for a new file."""
    return _page(election_uuid, FileForm(), None)


@blueprint.post("/essai")
@access({OFFICER: DRAFT}, body=_FILE)
def look(election_uuid: str) -> str | tuple[str, int]:
    """The dry run: how the file was read, what is wrong with it, what it would change."""
    form = FileForm()
    if not form.validate_on_submit():
        return _page(election_uuid, form, None), 422
    data = form.file.data.read()
    try:
        with visit.store().registry_reader() as session:
            file = roll.read_file(session, election_uuid, data)
            difference = roll.compare(session, election_uuid, file)
            election = elections.find(session, election_uuid)
            return render_template(
                "officer/roll_report.html",
                election=election,
                file=file,
                difference=difference,
                problems=[sentence(problem) for problem in file.problems[:_SHOWN]],
                content=ContentForm(formdata=None, content=base64.b64encode(data).decode()),
            )
    except ProtocolError as error:
        return _page(election_uuid, form, sentence(error)), 422


@blueprint.post("")
@access({OFFICER: DRAFT}, body=_FILE)
def apply(election_uuid: str) -> Response:
    """Make the file the roll."""
    form = ContentForm()
    if not form.validate_on_submit():
        raise ProtocolError("web.body")
    try:
        data = base64.b64decode(form.content.data or "", validate=True)
    except ValueError as error:
        raise ProtocolError("web.body") from error
    with visit.store().registry.begin() as session:
        file = roll.read_file(session, election_uuid, data)
        difference = roll.apply(session, election_uuid, file, visit.actor(), visit.now())
    added, changed, removed = (len(part) for part in (difference.added, difference.changed, difference.removed))
    text = _(
        "La liste électorale est enregistrée : %(added)s ajouts, %(changed)s changements, %(removed)s retraits.",
        added=added,
        changed=changed,
        removed=removed,
    )
    flash(text, "good")
    return redirect(url_for(".show", election_uuid=election_uuid), 303)


def _page(election_uuid: str, form: FileForm, refused: str | None) -> str:
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        return render_template(
            "officer/roll.html",
            election=election,
            sizes={contest.uuid: roll.size(session, contest.uuid) for contest in election.contests},
            columns=[headings[0] for headings in (roll_file.COLUMNS | roll_file.OPTIONAL).values()],
            form=form,
            refused=refused,
            editable=visit.visitor().role == OFFICER and elections.phase(election) is Phase.DRAFT,
        )
