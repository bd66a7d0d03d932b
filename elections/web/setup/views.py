"""Setting up a draft on screen: one page for each part of its configuration (`rules.parts`).

A page carries what its reader saw of the part. If somebody has saved the part since, both texts are shown value by
value, and she takes hers or theirs; what she typed travels along until it is saved. What moves dates is shown before
it is saved.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from elections.protocol.errors import ProtocolError
from elections.registry import configuration, elections, journal
from elections.registry.configuration import Stale
from elections.rules import moves, parts
from elections.rules.french import PARIS
from elections.rules.phases import Phase
from elections.web import visit
from elections.web.access import DESK, DRAFT, OFFICER, access, to
from elections.web.errors import sentence
from elections.web.setup.contests import RuleForm
from elections.web.setup.fields import sent
from elections.web.setup.screens import CONTEST, DATE, ELECTION, OF_CONTEST, Screen, labels, place, told, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

    from elections.protocol.canonical import Json
    from elections.registry.tables import Contest, Election
    from elections.web.setup.fields import PartForm

    Values = dict[str, Json]
    Answer = str | Response | tuple[str, int]

_FORM = 2_000_000
"""Bytes of a form: what was seen and what was typed, where the texts are as long and as many as they may be."""

blueprint = Blueprint("setup", __name__, url_prefix="/bureau/election/<election_uuid>/reglages")


@blueprint.get("")
@access(to(DESK))
def show(election_uuid: str) -> str:
    """Everything that is set of an election, and where it is changed."""
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        table = configuration.read(election).table
        dates = {item["key"]: item["fr"] for item in table.get("calendar", {}).get("dates", [])}
        return render_template(
            "setup/index.html",
            election=election,
            parts=[(slug, screen, told(screen, _look(screen, table))) for slug, screen in ELECTION.items()],
            dates=[(key, dates[key], told(DATE, _look(DATE, table, key))) for key in parts.open_dates(table)],
            editable=editable(election),
        )


@blueprint.get("/scrutins/<scrutin>")
@access(to(DESK))
def contest(election_uuid: str, scrutin: str) -> str:
    """Everything that is set of one contest."""
    with visit.store().registry_reader() as session:
        election = elections.find(session, election_uuid)
        found, table = contest_of(election, scrutin), configuration.read(election).table
        groups = [
            (
                heading,
                [(slug, screen, told(screen, _look(screen, table, found.key))) for slug, screen in screens.items()],
            )
            for heading, screens in CONTEST.items()
        ]
        return render_template(
            "setup/contest.html", election=election, contest=found, groups=groups, editable=editable(election)
        )


@blueprint.route("/<slug>", methods=["GET", "POST"])
@access({OFFICER: DRAFT}, body=_FORM)
def part(election_uuid: str, slug: str) -> Answer:
    """One part of the whole election."""
    return _part(election_uuid, _known(ELECTION, slug))


@blueprint.route("/scrutins/<scrutin>/<slug>", methods=["GET", "POST"])
@access({OFFICER: DRAFT}, body=_FORM)
def contest_part(election_uuid: str, scrutin: str, slug: str) -> Answer:
    """One part of a contest."""
    return _part(election_uuid, _known(OF_CONTEST, slug), scrutin)


@blueprint.route("/echeances/<echeance>", methods=["GET", "POST"])
@access({OFFICER: DRAFT}, body=_FORM)
def date(election_uuid: str, echeance: str) -> Answer:
    """How one date is counted that no text settles."""
    return _part(election_uuid, DATE, key=echeance)


def editable(election: Election) -> bool:
    """Whether this visitor may change the configuration now."""
    fixed = any(contest.setup is not None for contest in election.contests)
    return visit.visitor().role == OFFICER and elections.phase(election) is Phase.DRAFT and not fixed


def contest_of(election: Election, uuid: str) -> Contest:
    """The contest, which must be one of this election."""
    for found in election.contests:
        if found.uuid == uuid:
            return found
    raise ProtocolError("registry.contest", uuid=uuid)


def _known(screens: Mapping[str, Screen], slug: str) -> Screen:
    if slug not in screens:
        raise ProtocolError("web.missing")
    return screens[slug]


def _look(screen: Screen, table: Mapping[str, Json], key: str = "") -> Values:
    return parts.look(table, parts.PARTS[screen.part], key)


def _part(election_uuid: str, screen: Screen, scrutin: str | None = None, key: str = "") -> Answer:
    page = _Page(election_uuid, screen, scrutin, key)
    return page.sent() if request.method == "POST" else page.shown()


class _Page:
    """The page of a part while one request lasts."""

    def __init__(self, election_uuid: str, screen: Screen, scrutin: str | None, key: str) -> None:
        self.election_uuid, self.screen, self.scrutin, self.key = election_uuid, screen, scrutin, key

    def shown(self) -> str:
        """The form as the part stands."""
        values = self._current()
        if values is None:
            raise ProtocolError("web.missing")
        return self._page(self.screen.form.of(values).filled(values), values)

    def sent(self) -> Answer:  # noqa: PLR0911 - every way in which a form may be answered
        """The form as it was sent: saved, shown before it is saved, or come back."""
        seen, now = _seen(), self._current()
        form = self.screen.form.of({**seen, **request.form}).typed(seen or now or {})
        if not form.validate_on_submit():
            return self._page(form, seen), 422
        try:
            typed = form.values
            if now is None or now not in (seen, typed):
                return self._conflict(form, seen, now), 409
            values = _taken(typed, now)
            form = self.screen.form.of(values).filled(values)
            if _undecided():
                return self._conflict(self.screen.form.of(typed).filled(typed), seen, now), 422
            if self.screen.moves and "sure" not in request.form:
                return self._preview(form, now, values)
            self._save(now, values)
        except Stale as stale:
            return self._conflict(form, seen, stale.values), 409
        except ProtocolError as error:
            if error.rule in ("registry.locked", "registry.election"):
                raise
            return self._page(form, seen, place(form, error)), 422
        flash(_("C'est enregistré."), "good")
        return redirect(self.back, 303)

    def _current(self) -> Values | None:
        """What the part says now, None where its contest or its date is no more."""
        with visit.store().registry_reader() as session:
            election = elections.changeable(session, self.election_uuid)
            return configuration.values(election, self.screen.part, self.scrutin, self.key)

    @property
    def back(self) -> str:
        """The page from which this one is reached."""
        if self.scrutin:
            return url_for("setup.contest", election_uuid=self.election_uuid, scrutin=self.scrutin)
        return _index(self.election_uuid)

    def _save(self, seen: Values, values: Values) -> None:
        with visit.store().registry.begin() as session:
            configuration.change(
                session,
                self.election_uuid,
                self.screen.part,
                self.scrutin,
                seen,
                values,
                visit.actor(),
                visit.now(),
                self.key,
            )

    def _preview(self, form: PartForm, seen: Values, values: Values) -> str:
        """Each date that would be another one, and what the law would not have then; nothing is written."""
        with visit.store().registry_reader() as session:
            election = elections.changeable(session, self.election_uuid)
            old, new = configuration.tried(election, self.screen.part, self.scrutin, seen, values, self.key)
        today = visit.now().astimezone(PARIS).date()
        found = moves.between(old, new, today)
        faults = [sentence(fault) for fault in found.faults]
        return self._page(form, seen, template="setup/moves.html", moves=found, faults=faults, sent=sent(form))

    def _conflict(self, form: PartForm, seen: Values, saved: Values | None) -> str:
        """Both texts, value by value; where only one of them is new, that one is offered first."""
        if saved is None:
            lost = [(label, word(form, name)) for name, label in labels(form).items()]
            return self._page(form, seen, template="setup/gone.html", lost=lost)
        other, mine = self.screen.form.of(saved).filled(saved), form.values
        rows = [
            {
                "name": name,
                "label": label,
                "mine": word(form, name),
                "theirs": word(other, name),
                "gone": isinstance(form, RuleForm) and name not in saved,
                "first": request.form.get(f"take-{name}") or _newer(name, seen, mine, saved),
            }
            for name, label in (labels(other) | labels(form)).items()
            if mine.get(name) != saved.get(name)
        ]
        return self._page(
            form,
            saved,
            template="setup/conflict.html",
            rows=rows,
            last=self._last(),
            sent=sent(form),
            undecided=_undecided(),
        )

    def _last(self) -> object:
        """The last line of the journal: who saved what, in between."""
        with visit.store().registry_reader() as session:
            return journal.entries(session, self.election_uuid)[-1]

    def _page(
        self,
        form: PartForm,
        seen: Values,
        refused: str | None = None,
        template: str = "setup/part.html",
        **values: object,
    ) -> str:
        with visit.store().registry_reader() as session:
            election = elections.find(session, self.election_uuid)
            titles = {contest.uuid: contest.title for contest in election.contests}
            dates = {item["key"]: item for item in election.model_table.get("calendar", {}).get("dates", [])}
            date = dates.get(self.key, {})
            return render_template(
                template,
                election=election,
                form=form,
                screen=self.screen,
                refused=refused,
                seen=json.dumps(seen, ensure_ascii=False),
                back=self.back if self.scrutin in (None, *titles) else _index(self.election_uuid),
                subject=titles.get(self.scrutin or "", date.get("fr", "")),
                base=_base(dates, date.get("of", "")),
                **values,
            )


def _base(dates: Mapping[str, Values], key: str) -> str:
    """What a date is counted from, in words."""
    known = {
        "opening": _("l'ouverture du scrutin"),
        "closing": _("la clôture du scrutin"),
        "publication": _("la publication du résultat"),
    }
    return known.get(key) or (f"« {dates[key]['fr']} »" if key in dates else key)


def _index(election_uuid: str) -> str:
    return url_for("setup.show", election_uuid=election_uuid)


def _seen() -> Values:
    """What the page says its reader saw; of what is no such thing, nothing."""
    try:
        seen = json.loads(request.form.get("seen", ""))
    except (ValueError, RecursionError):
        return {}
    return seen if isinstance(seen, dict) else {}


def _taken(typed: Values, saved: Values) -> Values:
    """What she typed, and what she took of the others' text where there were two."""
    theirs = {name: value for name, value in saved.items() if request.form.get(f"take-{name}") == "theirs"}
    return {**typed, **theirs}


def _undecided() -> list[str]:
    """The values of which she has taken neither text."""
    both = request.form.getlist("both")
    return [name for name in both if request.form.get(f"take-{name}") not in ("mine", "theirs")]


def _newer(name: str, seen: Values, mine: Values, saved: Values) -> str:
    """Whose text alone is new, if it is so."""
    if mine.get(name) == seen.get(name):
        return "theirs"
    return "mine" if saved.get(name) == seen.get(name) else ""
