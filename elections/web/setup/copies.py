"""An election's configuration as a file, and elections made of one: exported, imported after a look, copied.

The file travels with the form between the look and the creation, as a roll does.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from elections.protocol.canonical import hour, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.registry import configuration, elections
from elections.rules import configuration as rules
from elections.rules import moves
from elections.rules.french import PARIS
from elections.web import visit
from elections.web.access import ALWAYS, DESK, OFFICER, access, to
from elections.web.errors import sentence
from elections.web.forms import ContentForm, FileForm, HoursForm
from elections.web.setup.fields import Line

if TYPE_CHECKING:
    from elections.rules.configuration import Configuration

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("copies", __name__, url_prefix="/bureau")

_REQUEST = 400_000
"""Bytes of a request with a file of the largest size, in Base64."""


class CopyForm(HoursForm):
    """What a copy has of its own: title and hours."""

    title = Line(lazy_gettext("Intitulé"), lazy_gettext("Saisissez l'intitulé de l'élection."))


class ImportForm(HoursForm, ContentForm):
    """The file that was looked at, and the hours of the vote that it is for."""


@blueprint.get("/election/<election_uuid>/configuration.toml")
@access(to(DESK))
def export(election_uuid: str) -> Response:
    """The configuration as a file."""
    with visit.store().registry_reader() as session:
        body = rules.write(configuration.read(elections.find(session, election_uuid)))
    name = f"configuration-{election_uuid}.toml"
    answer = Response(body, mimetype="application/toml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.route("/election/<election_uuid>/copie", methods=["GET", "POST"])
@access({OFFICER: ALWAYS})
def copy(election_uuid: str) -> Answer:
    """A new draft with the configuration of this election, at other hours."""
    with visit.store().registry_reader() as session:
        found = configuration.read(elections.find(session, election_uuid))
    form, refused = CopyForm(), None
    if request.method == "GET":
        form.process(data={**_hours(found), "title": found.table["title"]})
    elif form.validate_on_submit():
        try:
            wanted = rules.at_hours(rules.entitled(found, form.title.data), *form.hours)
            return _made(wanted, election_uuid)
        except ProtocolError as error:
            refused = sentence(error)
    page = render_template(
        "setup/copy.html", election_uuid=election_uuid, title=found.table["title"], form=form, refused=refused
    )
    return (page, 422) if refused or form.errors else page


@blueprint.get("/import")
@access({OFFICER: ALWAYS})
def ask() -> str:
    """The form for a file."""
    return render_template("setup/import.html", form=FileForm(), refused=None)


@blueprint.post("/import/essai")
@access({OFFICER: ALWAYS}, body=_REQUEST)
def look() -> Answer:
    """The dry run: the election that the file would make. Nothing is written."""
    form = FileForm()
    if not form.validate_on_submit():
        return render_template("setup/import.html", form=form, refused=None), 422
    data = form.file.data.read(rules.LARGEST + 1)
    try:
        found = rules.parse(data)
    except ProtocolError as error:
        return render_template("setup/import.html", form=form, refused=sentence(error)), 422
    content = base64.b64encode(data).decode()
    return _dry_run(found, ImportForm(formdata=None, data={**_hours(found), "content": content}))


@blueprint.post("/import")
@access({OFFICER: ALWAYS}, body=_REQUEST)
def make() -> Answer:
    """Make the election that was looked at; another look, if its hours were changed to what cannot be."""
    form = ImportForm()
    try:
        data = base64.b64decode(form.content.data or "", validate=True)
    except ValueError as error:
        raise ProtocolError("web.body") from error
    found, refused = rules.parse(data), None
    if form.validate_on_submit():
        try:
            return _made(rules.at_hours(found, *form.hours), sha256_hex(data))
        except ProtocolError as error:
            refused = sentence(error)
    return _dry_run(found, form, refused), 422


def _made(wanted: Configuration, source: str) -> Response:
    with visit.store().registry.begin() as session:
        uuid = configuration.create(session, wanted, visit.actor(), visit.now(), source).uuid
    flash(_("L'élection est créée."), "good")
    answer: Response = redirect(url_for("officer.desk", election_uuid=uuid), 303)  # type: ignore[assignment]
    return answer


def _dry_run(found: Configuration, form: ImportForm, refused: str | None = None) -> str:
    checked = rules.check(found)
    faults = moves.between(found, found, visit.now().astimezone(PARIS).date()).faults
    return render_template(
        "setup/dry_run.html",
        checked=checked,
        faults=[sentence(fault) for fault in faults],
        form=form,
        refused=refused,
    )


def _hours(found: Configuration) -> dict[str, object]:
    """The fields of the hours, as the configuration has them."""
    fields: dict[str, object] = {}
    for name in ("opening", "closing"):
        at = hour(found.table["election"][name], name).astimezone(PARIS)
        fields |= {f"{name}_day": at.date(), f"{name}_hour": at.time()}
    return fields
