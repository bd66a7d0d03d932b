"""The grave steps of filing, a page each: to file, to withdraw, the acknowledgement; and the documents of a draft."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from elections import post, receiving
from elections.protocol.errors import ProtocolError
from elections.registry import accounts, admission, documents, elections, filings, nominations
from elections.registry.documents import ACCEPTED, DECLARED, LOGO, MEDIA, PAPERS, SHOWN, STATEMENT
from elections.registry.tables import Nomination
from elections.rules.phases import Role
from elections.web import visit
from elections.web.access import BOARD, DRAFT, OFFICER, access, to
from elections.web.candidacies.documents import POLICY
from elections.web.candidacies.nomination_form import ContestForm, PapersForm
from elections.web.candidacies.nominations import FILING, READING, examination, facts, page, state
from elections.web.errors import sentence
from elections.web.forms import ConfirmForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as Redirect

    from elections.registry.tables import Contest, NominationReceipt

    Answer = str | Redirect | tuple[str, int]

blueprint = Blueprint("filings", __name__, url_prefix="/bureau/scrutin/<contest_uuid>/depots/<name>")

_FORM = 8_400_000
"""A form with all four documents of the largest size."""
_NAMES = {LOGO: "logo", STATEMENT: "profession-de-foi", DECLARED: "declaration", ACCEPTED: "acceptation"}


@blueprint.route("/deposer", methods=["GET", "POST"])
@access(to(FILING, DRAFT))
def confirm(contest_uuid: str, name: str) -> Answer:
    """What will be filed, read once more, and one button."""
    form, refused = ConfirmForm(), None
    if form.validate_on_submit():
        try:
            receiving.file(visit.store(), contest_uuid, name, visit.actor(), visit.now(), _acknowledge)
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(_("La candidature est déposée. Voici votre accusé de réception."), "good")
            return redirect(url_for(".acknowledgement", contest_uuid=contest_uuid, name=name), 303)
    return _ask("nominations/confirm.html", contest_uuid, name, refused, 422 if refused else 200, owned=True)


@blueprint.route("/retirer", methods=["GET", "POST"])
@access(to(FILING, DRAFT))
def withdraw(contest_uuid: str, name: str) -> Answer:
    """What withdrawing means, and whether the model allows it."""
    form, refused = ConfirmForm(), None
    if form.validate_on_submit():
        try:
            receiving.withdraw(visit.store(), contest_uuid, name, visit.actor(), visit.now(), _acknowledge)
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(_("La candidature est retirée. Le projet reste enregistré."), "good")
            return redirect(url_for(".acknowledgement", contest_uuid=contest_uuid, name=name), 303)
    return _ask("nominations/withdraw.html", contest_uuid, name, refused, 422 if refused else 200, owned=True)


@blueprint.get("/accuse")
@access(to(READING))
def acknowledgement(contest_uuid: str, name: str) -> str:
    """Every acknowledgement that was given, the last one first."""
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        found = nominations.find(session, contest_uuid, name, visit.actor())
        if not found.receipts:
            raise ProtocolError("nominations.unfiled")
        return render_template(
            "nominations/acknowledgement.html",
            contest=contest,
            election=contest.election,
            found=found,
            receipts=found.receipts[::-1],
            texts={item.sequence: item.note.rpartition("\n\n")[0].partition("\n\n")[2] for item in found.receipts},
        )


@blueprint.get("/accuse.txt")
@access(to(READING))
def note(contest_uuid: str, name: str) -> Response:
    """An acknowledgement as it was signed: the last one, or the one whose number is asked for."""
    with visit.store().registry_reader() as session:
        found = nominations.find(session, contest_uuid, name, visit.actor())
        wanted = request.args.get("numero", str(len(found.receipts)))
        text = next((item.note for item in found.receipts if str(item.sequence) == wanted), None)
    if text is None:
        raise ProtocolError("web.missing")
    response = Response(text, mimetype="text/plain")
    response.headers["Content-Disposition"] = f"attachment; filename=accuse-{name}-{int(wanted)}.txt"
    return response


@blueprint.post("/pieces")
@access(to(FILING, DRAFT), body=_FORM)
def attach(contest_uuid: str, name: str) -> Answer:
    """Keep documents with the draft: logo and statement, and of a ticket the signed papers."""
    form = PapersForm()
    given = {kind: form[kind].data for kind in (*SHOWN, *PAPERS) if form[kind].data}
    if not form.validate_on_submit() or not given:
        form.statement.errors = [_("Choisissez un fichier.")]
        return page(contest_uuid, name, papers=form), 422
    try:
        with visit.store().registry.begin() as session:
            found = nominations.find(session, contest_uuid, name, visit.actor())
            contest = nominations.held(session, found, visit.actor())
            if given.keys() & set(PAPERS):
                nominations.changeable(session, found, visit.actor(), visit.now())
            nominations.check_unpublished(contest)
            for kind, file in given.items():
                with closing(file):
                    raw = file.read()
                    documents.put(session, contest_uuid, name, kind, raw, visit.actor(), visit.now(), online=True)
    except ProtocolError as error:
        return page(contest_uuid, name, refused=error, papers=form), 422
    flash(_("Les pièces sont enregistrées."), "good")
    return redirect(url_for("nominations.edit", contest_uuid=contest_uuid, name=name, _anchor="pieces"), 303)


@blueprint.get("/piece")
@access(to(READING))
def piece(contest_uuid: str, name: str) -> Response:
    """A document of a nomination, for whoever may see it."""
    kind = request.args.get("genre", "")
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        nominations.find(session, contest_uuid, name, visit.actor())
        found = documents.with_draft(contest, name).get(kind)
        if found is None:
            raise ProtocolError("documents.unknown")
        response = Response(found.body, mimetype=MEDIA[found.suffix])
        response.headers["Content-Disposition"] = f"inline; filename={_NAMES[kind]}-{name}.{found.suffix}"
    response.headers["Content-Security-Policy"] = POLICY
    return response


@blueprint.route("/ineligible", methods=["GET", "POST"])
@access(to((OFFICER, *BOARD), DRAFT), grave=True)
def contest(contest_uuid: str, name: str) -> Answer:
    """The authority finds names ineligible: its delegate is told at once, or, if it came too late, the list stays."""
    form, refused = ContestForm(), None
    with visit.store().registry_reader() as session:
        form.names.choices, at_fault = _choices(session, contest_uuid, name)
        if not form.is_submitted():
            form.names.data = at_fault
    if form.validate_on_submit():
        places = [(int(place), who) for place, who in (value.split("-") for value in form.names.data or [])]
        try:
            with visit.store().registry.begin() as session:
                found = nominations.find(session, contest_uuid, name, visit.actor())
                if form.since.data == "after":
                    admission.rule(session, contest_uuid, name, "admitted", visit.actor(), visit.now())
                    said = _("La liste reste recevable : la personne n'est pas remplacée.")
                else:
                    filings.contest_names(session, found, places, visit.actor(), visit.now())
                    _tell_contested(session, found)
                    told = found.owner is not None
                    said = _("Le délégué de liste est averti.") if told else _("La correction est demandée.")
        except ProtocolError as error:
            refused = sentence(error)
        else:
            flash(said, "good")
            return redirect(url_for("candidacies.show", election_uuid=visit.election(), _anchor=contest_uuid), 303)
    status = 422 if refused or form.errors else 200
    return _ask("nominations/contest.html", contest_uuid, name, refused, status, owned=False, form=form)


def _choices(session: Session, contest_uuid: str, name: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Every name on file, by its place; and the places of those that the examination finds ineligible."""
    found = nominations.find(session, contest_uuid, name, visit.actor())
    row = nominations.on_file(session, found)
    if row is None:
        raise ProtocolError("nominations.unfiled")
    places = [(place, who) for place, pair in enumerate(row.names) for who in nominations.WHO if pair[who]]
    examined = admission.examine_alone(session, elections.contest(session, contest_uuid), row)
    wrong = {person for line in examined.faults if line.step.id in ("roll", "barred") for person in line.persons}
    choices = [(f"{place}-{who}", f"{place + 1}. {row.names[place][who]}") for place, who in places]
    return choices, [f"{place}-{who}" for place, who in places if row.names[place][who] in wrong]


def _ask(
    template: str, contest_uuid: str, name: str, refused: str | None, status: int, *, owned: bool, **more: object
) -> str | tuple[str, int]:
    """A page that shows the nomination whole before something is done to it."""
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        found = nominations.find(session, contest_uuid, name, visit.actor())
        if owned:
            nominations.held(session, found, visit.actor())
        shown = render_template(
            template,
            contest=contest,
            election=contest.election,
            found=found,
            content=nominations.seen(session, found, visit.actor()),
            facts=facts(contest),
            state=state(contest, found),
            documents=documents.with_draft(contest, name),
            contested=filings.contested(session, found),
            refused=refused,
            **examination(session, contest, found),
            **more,
        )
    return (shown, status) if status != 200 else shown


# --- What its delegate is told ------------------------------------------------------------------------


def _acknowledge(session: Session, receipt: NominationReceipt) -> None:
    found = session.get_one(Nomination, (receipt.contest_uuid, receipt.candidacy))
    _tell(session, found, "mail/nomination.txt", receipt=receipt)


def _tell_contested(session: Session, found: Nomination) -> None:
    contest = elections.contest(session, found.contest_uuid)
    names = filings.contested(session, found)
    _tell(session, found, "mail/nomination_contested.txt", names=names, facts=facts(contest))


def _tell(session: Session, found: Nomination, template: str, **values: object) -> None:
    """Queue a message to the delegate whose it is, in the transaction of what it tells; the office needs none."""
    contest: Contest = elections.contest(session, found.contest_uuid)
    path = url_for("nominations.edit", contest_uuid=contest.uuid, name=found.candidacy)
    address = f"{visit.site().config.address}{path}"
    # Not in the language of whoever acts: the message is somebody else's.
    with force_locale("fr"):
        text = render_template(template, contest=contest, election=contest.election, address=address, **values)
    subject, _empty, body = text.partition("\n")
    for account in accounts.everyone(session, contest.election_uuid):
        if (account.role, account.number) == (Role.DELEGATE.value, found.owner):
            post.queue(session, post.Message("nomination", account.email, subject, body.lstrip("\n")))
