"""The journal of operations at the desk: every act in words, filtered and paged, its chain, and the journal as a file.

Whoever has an account at the desk reads it, for nothing in it is about one elector; but for the lines that tell who has
filed, as long as others may. A journal whose chain is broken is shown as that and nothing else; its file is given out
all the same, for it is evidence.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, send_file
from flask_babel import gettext as _
from wtforms import SelectChoice

from elections.protocol.errors import ProtocolError
from elections.registry import elections, journal, nominations
from elections.rules import event_log
from elections.rules.french import PARIS
from elections.software import software
from elections.web import paging, visit
from elections.web.access import DESK, access, to
from elections.web.candidacies.nominations import hidden
from elections.web.errors import sentence
from elections.web.forms import JournalForm
from elections.web.i18n import french
from elections.web.journal import details
from elections.web.words import act_name, role_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from elections.protocol.journal import JournalEntry
    from elections.registry.tables import Election

blueprint = Blueprint("journal", __name__, url_prefix="/bureau/election/<election_uuid>")

_SHOWN = 25
_WHOLE = "election"
"""Stands for a contest: the acts on the whole election."""


@blueprint.get("/journal")
@access(to(DESK))
def show(election_uuid: str) -> str | tuple[str, int]:
    """The acts on record, the last one first; the whole chain is checked as they are read."""
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        broken, chain = None, []
        try:
            chain = journal.entries(session, election_uuid)
        except ProtocolError as error:
            broken = sentence(error)
        entries = readable(election, chain)
        form = _form(election, entries)
        wrong = not form.validate()
        wanted = entries if wrong else [entry for entry in entries if _wanted(entry, form)]
        page = render_template(
            "officer/journal.html",
            election=election,
            titles={contest.uuid: contest.title for contest in election.contests},
            colleges={contest.key: contest.college for contest in election.contests},
            told=details.told,
            chain=chain,
            entries=entries,
            withheld=any(map(hidden, election.contests)),
            broken=broken,
            form=form,
            narrowed=any(field.data for field in form),
            lines=paging.cut(wanted[::-1], _SHOWN),
        )
        return (page, 422) if wrong else page


def readable(election: Election, entries: Sequence[JournalEntry]) -> list[JournalEntry]:
    """The lines that this visitor may read: hers, and those that do not tell who stands where others may still file."""
    filing, visitor = {contest.uuid for contest in election.contests if hidden(contest)}, visit.visitor()
    return [
        entry
        for entry in entries
        if entry.contest not in filing
        or entry.act not in nominations.TELLING
        or (entry.role, entry.number) == (visitor.role, visitor.number)
    ]


def _form(election: Election, entries: Sequence[JournalEntry]) -> JournalForm:
    """The filters; what no line has is not offered."""
    form = JournalForm(request.args, meta={"csrf": False})
    acts = sorted({entry.act for entry in entries}, key=act_name)
    everything = SelectChoice("", _("Tous"))
    form.act.choices = [everything, *(SelectChoice(act, act_name(act)) for act in acts)]
    roles = dict.fromkeys(entry.role for entry in entries)
    form.role.choices = [everything, *(SelectChoice(role, role_name(role)) for role in roles)]
    contests = [SelectChoice(contest.uuid, french(contest.title)) for contest in election.contests]
    form.contest.choices = [everything, SelectChoice(_WHOLE, _("L'élection entière")), *contests]
    return form


def _wanted(entry: JournalEntry, form: JournalForm) -> bool:
    """Whether a line passes the filters; the days are those of Paris, both included."""
    day = entry.at.astimezone(PARIS).date()
    return (
        form.act.data in (None, "", entry.act)
        and form.role.data in (None, "", entry.role)
        and form.contest.data in (None, "", entry.contest or _WHOLE)
        and (form.since.data is None or form.since.data <= day)
        and (form.until.data is None or day <= form.until.data)
    )


@blueprint.get("/journal.jsonl")
@access(to(DESK))
def lines(election_uuid: str) -> Response:
    """The journal as it will be published, byte for byte; `elections verify` judges the file."""
    with visit.store().registry_reader() as session:
        _check_whole(elections.find(session, election_uuid))
        raw = journal.lines(session, election_uuid)
    return _file(raw, "application/x-ndjson", f"journal-{election_uuid[:8]}.jsonl")


@blueprint.get("/journal.nist.json")
@access(to(DESK))
def log(election_uuid: str) -> Response:
    """The journal as an event log of NIST SP 1500-101."""
    with visit.store().registry_reader() as session:
        _check_whole(elections.find(session, election_uuid))
        entries = journal.entries(session, election_uuid)
    raw = event_log.write(entries, election_uuid, software()["version"], visit.now())
    return _file(raw, "application/json", f"journal-{election_uuid[:8]}.nist.json")


def _check_whole(election: Election) -> None:
    """Refuse the file, which is whole or none, to whoever may not read every line yet."""
    if any(map(hidden, election.contests)):
        raise ProtocolError("web.phase")


def _file(raw: bytes, media: str, name: str) -> Response:
    return send_file(io.BytesIO(raw), media, as_attachment=True, download_name=name)
