"""Logos and professions de foi: taken in at the desk, served by their digest, and shown with the names.

Who stands is public from the seal on, or once the office has published it. Until then a document is for the desk
alone. What is served was checked when it came in, and cannot act in a browser either: it has an origin of its own and
may load nothing.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from elections.protocol.errors import ProtocolError
from elections.registry import candidacies, documents, elections
from elections.registry.documents import LOGO, MEDIA, STATEMENT
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import DESK, DRAFT, EVERYBODY, OFFICER, WATCHING, access, to
from elections.web.candidacies.nominations import hidden
from elections.web.candidacies.views import page
from elections.web.errors import sentence
from elections.web.forms import DocumentsForm, RemovalForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session
    from werkzeug.datastructures import FileStorage
    from werkzeug.wrappers import Response as Redirect

    from elections.registry.tables import Election

    Answer = str | Redirect | tuple[str, int]

blueprint = Blueprint("documents", __name__)

POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_FORM = 2_200_000
"""A statement and a logo of the largest size, and the form around them."""
_YEAR = 365 * 24 * 3600


@blueprint.post("/bureau/scrutin/<contest_uuid>/candidatures/pieces")
@access({OFFICER: DRAFT}, body=_FORM)
def put(contest_uuid: str) -> Answer:
    """Keep the logo or the statement of a candidacy, or both."""
    form = DocumentsForm()
    given = {kind: _read(form[kind].data) for kind in (LOGO, STATEMENT) if form[kind].data}
    if not form.validate_on_submit() or not given:
        return page(visit.election(), form, _("Choisissez un fichier.")), 422

    def keep(session: Session) -> None:
        for kind, raw in given.items():
            documents.put(session, contest_uuid, form.candidacy.data, kind, raw, visit.actor(), visit.now())

    return _done(form, keep, _("Les pièces sont enregistrées."), contest_uuid)


@blueprint.post("/bureau/scrutin/<contest_uuid>/candidatures/pieces/retirer")
@access({OFFICER: DRAFT})
def remove(contest_uuid: str) -> Answer:
    """Take a document away."""
    form = RemovalForm()
    if not form.validate_on_submit():
        return page(visit.election(), form), 422
    candidacy, kind = form.candidacy.data, form.kind.data
    return _done(
        form,
        lambda session: documents.remove(session, contest_uuid, candidacy, kind, visit.actor(), visit.now()),
        _("La pièce est retirée."),
        contest_uuid,
    )


@blueprint.post("/bureau/election/<election_uuid>/candidatures/publier")
@access({OFFICER: DRAFT}, grave=True)
def publish(election_uuid: str) -> Answer:
    """Show the candidacies to everybody, before the seal."""
    return _done(
        None,
        lambda session: documents.publish(session, election_uuid, visit.actor(), visit.now()),
        _("Les candidatures sont publiées."),
        None,
    )


@blueprint.get("/bureau/scrutin/<contest_uuid>/apercu")
@access(to((OFFICER, *WATCHING), (Phase.DRAFT, Phase.SEALED)))
def preview(contest_uuid: str) -> str:
    """The ballot page as electors will see it, by the same template and script; it leads no further than the choice."""
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        if hidden(contest):
            raise ProtocolError("web.phase")
        standing = candidacies.filed(contest)
        if not standing:
            raise ProtocolError("registry.candidacies", what=contest.title)
        return render_template(
            "elector/vote.html",
            contest=contest,
            election=contest.election,
            signed_at=None,
            sizes=documents.sizes(contest),
            preview={
                "booth": documents.digests(contest),
                "candidacies": standing,
                "contest": {"title": contest.title},
                "rule": {"method": contest.method, "seats": contest.seats},
            },
        )


@blueprint.get("/election/<election_uuid>/candidatures")
@access(EVERYBODY)
def show(election_uuid: str) -> str:
    """Who stands in every contest, with logo and statement (R. 211-532, R. 211-535)."""
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        _check_shown(election)
        return render_template(
            "public/candidacies.html",
            election=election,
            draft=elections.phase(election) is Phase.DRAFT,
            filed={contest.uuid: candidacies.filed(contest) for contest in election.contests},
            documents={contest.uuid: documents.of(contest) for contest in election.contests},
        )


@blueprint.get("/scrutin/<contest_uuid>/piece/<name>")
@access(EVERYBODY)
def piece(contest_uuid: str, name: str) -> Response:
    """A document, by the SHA-256 that was sealed; under this address there is never another."""
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        _check_shown(contest.election)
        found = documents.find(session, contest_uuid, name)
        response = Response(found.body, mimetype=MEDIA[found.suffix])
        title = "profession-de-foi" if found.kind == STATEMENT else "logo"
        response.headers["Content-Disposition"] = f"inline; filename={title}-{found.candidacy}.{found.suffix}"
        if contest.phase is not Phase.DRAFT:
            response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    response.headers["Content-Security-Policy"] = POLICY
    return response


@blueprint.get("/scrutin/<contest_uuid>/logos")
@access(EVERYBODY)
def logos(contest_uuid: str) -> Response:
    """Every logo of the ballot, each after its length in four bytes: on a slow line ten requests would cost too much.

    Whoever reads them knows each by its SHA-256, as it was sealed.
    """
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        _check_shown(contest.election)
        shown = [mine[LOGO].body for mine in documents.of(contest).values() if LOGO in mine]
        sealed = contest.phase is not Phase.DRAFT
    packed = b"".join(len(body).to_bytes(4, "big") + body for body in shown)
    response = Response(packed, mimetype="application/octet-stream")
    if sealed:
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response


def _read(file: FileStorage) -> bytes:
    # A large upload lies in a file of its own until it is closed.
    with closing(file):
        raw: bytes = file.read()
    return raw


def _check_shown(election: Election) -> None:
    """Refuse what is not public yet to whoever may not see the draft."""
    visitor = visit.visitor()
    desk = (
        visitor.role in DESK and visitor.election in (None, election.uuid) and not any(map(hidden, election.contests))
    )
    if elections.phase(election) is Phase.DRAFT and election.published is None and not desk:
        raise ProtocolError("web.phase")


def _done(
    form: DocumentsForm | RemovalForm | None, act: Callable[[Session], None], said: str, contest: str | None
) -> Answer:
    """Do it and say so, or show the page again with what was wrong."""
    try:
        with visit.store().registry.begin() as session:
            act(session)
    except ProtocolError as error:
        return page(visit.election(), form, sentence(error)), 422
    flash(said, "good")
    return redirect(url_for("candidacies.show", election_uuid=visit.election(), _anchor=contest), 303)
