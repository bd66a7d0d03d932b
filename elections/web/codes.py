"""Voting codes on screen: files for their maker and back, and a new code for one elector, by two people (R22).

No page shows a code, and none could: this machine knows public keys. Whoever asks and whoever agrees see the elector's
name, which the journal does not get.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _

from elections import making, sealing
from elections.protocol.errors import ProtocolError
from elections.registry import code_letters, codes, elections, reissues, roll
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import BOARD, DRAFT, OFFICER, access, to
from elections.web.errors import sentence
from elections.web.forms import FileForm, NumberForm, ReissueForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask_wtf import FlaskForm
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.registry.code_files import CodeRequest

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("codes", __name__, url_prefix="/bureau/election/<election_uuid>/codes")

_KEYS = 16_000_000
"""Bytes of a request with public keys: 10,000 electors and three issuers take five."""
_FIRST, _AGAIN = "file", "reedition"
"""The two fields for a file of keys, by their id on the page."""
_REISSUING = frozenset({Phase.DRAFT, Phase.SEALED, Phase.OPEN, Phase.SUSPENDED})


@blueprint.get("")
@access(to((OFFICER, *BOARD)))
def show(election_uuid: str) -> str:
    """How many electors have a code, who made them, and who is to get a new one."""
    return _page(election_uuid)


@blueprint.get("/demande.json")
@access({OFFICER: DRAFT})
def request_file(election_uuid: str) -> Response:
    """For the maker: the numbers of all electors who have no code."""
    with visit.store().registry_reader() as session:
        return _file(_request(session, election_uuid).encode(), "demande.json")


@blueprint.get("/reedition.json")
@access({OFFICER: _REISSUING})
def agreed_file(election_uuid: str) -> Response:
    """For the maker: the numbers for which two people have agreed to a new code."""
    with visit.store().registry_reader() as session:
        numbers = list(reissues.agreed(session, election_uuid))
        return _file(_request(session, election_uuid, numbers).encode(), "reedition.json")


@blueprint.get("/adresses.csv")
@access({OFFICER: _REISSUING})
def addresses(election_uuid: str) -> Response:
    """For the maker: names and addresses of those numbers, and of no others."""
    with visit.store().registry_reader() as session:
        numbers = [*codes.keyless(session, election_uuid), *reissues.agreed(session, election_uuid)]
        request = _request(session, election_uuid, numbers)
        return _file(code_letters.addresses(session, request), "adresses.csv", "text/csv; charset=utf-8")


@blueprint.post("/cles")
@access({OFFICER: DRAFT}, body=_KEYS, grave=True)
def take(election_uuid: str) -> Answer:
    """The maker's public keys for those who have no code, all or none."""

    def act(raw: bytes) -> int:
        with visit.store().registry.begin() as session:
            return codes.take_keys(session, election_uuid, raw, visit.actor(), visit.now())

    return _take(election_uuid, _FIRST, act)


@blueprint.post("/reedition")
@access({OFFICER: _REISSUING}, body=_KEYS, grave=True)
def take_agreed(election_uuid: str) -> Answer:
    """The maker's public keys for those who are to get a new code, all or none."""
    return _take(
        election_uuid, _AGAIN, lambda raw: sealing.reissue_agreed(visit.store(), election_uuid, raw, visit.now())
    )


@blueprint.post("/demander")
@access({OFFICER: _REISSUING}, grave=True)
def ask(election_uuid: str) -> Answer:
    """Ask for a new code for one elector."""
    form = ReissueForm()
    return _do(
        election_uuid, form, _("La demande attend l'accord du président ou du secrétaire."),
        lambda session: reissues.ask(
            session, election_uuid, form.identifier.data or "", visit.actor(), visit.now()
        ),
    )  # fmt: skip


@blueprint.post("/accorder")
@access(to(BOARD, _REISSUING), grave=True)
def agree(election_uuid: str) -> Answer:
    """Agree to it."""
    form = NumberForm()
    return _do(
        election_uuid, form, _("Le nouveau code est accordé ; le bureau des élections le fait fabriquer."),
        lambda session: reissues.agree(session, election_uuid, form.number.data or 0, visit.actor(), visit.now()),
    )  # fmt: skip


@blueprint.post("/retirer")
@access(to((OFFICER, *BOARD), _REISSUING))
def withdraw(election_uuid: str) -> Answer:
    """Ask for it no longer."""
    form = NumberForm()
    return _do(
        election_uuid, form, _("La demande est retirée."),
        lambda session: reissues.withdraw(session, election_uuid, form.number.data or 0, visit.actor(), visit.now()),
    )  # fmt: skip


def _do(election_uuid: str, form: FlaskForm, said: str, act: Callable[[Session], None]) -> Answer:
    refused = None
    if form.validate_on_submit():
        try:
            with visit.store().registry.begin() as session:
                act(session)
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(said, "good")
            return redirect(url_for(".show", election_uuid=election_uuid), 303)
    return _page(election_uuid, form, refused), 422


def _take(election_uuid: str, field: str, act: Callable[[bytes], int]) -> Answer:
    form, refused = FileForm(), None
    form.file.id = field
    if form.validate_on_submit():
        try:
            count = act(form.file.data.read())
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(_("Clés publiques enregistrées : %(count)s. Les courriers peuvent partir.", count=count), "good")
            return redirect(url_for(".show", election_uuid=election_uuid), 303)
    return _page(election_uuid, form, refused), 422


def _request(session: Session, election_uuid: str, numbers: list[int] | None = None) -> CodeRequest:
    config = visit.site().config
    return codes.request(session, election_uuid, numbers, site=config.address, help_=config.help_line)


def _file(data: bytes, name: str, kind: str = "application/json") -> Response:
    return send_file(io.BytesIO(data), kind, as_attachment=True, download_name=name)


def _page(election_uuid: str, form: FlaskForm | None = None, refused: str | None = None) -> str:
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        keyless = len(codes.keyless(session, election_uuid))
        electors = roll.count(session, election_uuid)
        uploads = {name: FileForm(formdata=None) for name in (_FIRST, _AGAIN)}
        if isinstance(form, FileForm):
            uploads[form.file.id] = form
        uploads[_AGAIN].file.id = _AGAIN
        return render_template(
            "officer/codes.html",
            election=election,
            electors=electors,
            coded=electors - keyless,
            keyless=keyless,
            waiting=reissues.waiting(session, election_uuid),
            agreed=len(reissues.agreed(session, election_uuid)),
            draft=all(contest.phase is Phase.DRAFT for contest in election.contests),
            # What its maker's letters lie in concerns nobody but the office.
            batches=making.batches(visit.store(), election_uuid) if visit.visitor().role == OFFICER else [],
            possible=any(contest.phase in _REISSUING for contest in election.contests),
            role=visit.visitor().role,
            board=BOARD,
            form=form,
            question=form if isinstance(form, ReissueForm) else ReissueForm(formdata=None),
            upload=uploads[_FIRST],
            replacing=uploads[_AGAIN],
            refused=refused,
        )
