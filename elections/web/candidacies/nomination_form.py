"""The form of a candidacy filed on line: rows of names as fields or as a table, read into a draft and written back.

Fields are called `0-titular-name`, `0-titular-sex` and so on, row by row; `0-rank` puts the row elsewhere. A table has
the columns of the office's sheet of candidacies, as far as they are a delegate's to fill in; it is read as strictly as
any sheet, and what it holds is shown in the form before anything is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectChoice, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from elections.protocol.errors import ProtocolError
from elections.registry import candidacy_file, nominations, sheets
from elections.registry.nominations import LONGEST, MOST_NAMES, WHO
from elections.web.forms import Radio

if TYPE_CHECKING:
    from collections.abc import Mapping

    from elections.protocol.canonical import Json
    from elections.registry.tables import Contest

KNOWN = ("sex", "functions", "court")
MORE = 3
"""Rows that one press of the button adds."""
TABLE = 200_000
"""Bytes of a table that is pasted or sent."""

_LONG = _("Au plus 200 caractères.")
_COLUMNS = {name: candidacy_file.COLUMNS[name] for name in WHO}
_OPTIONAL = {f"{who}_{key}": candidacy_file.OPTIONAL[f"{who}_{key}"] for who in WHO for key in KNOWN}
_SAID = {"f": "F", "m": "H"}


class BeginForm(FlaskForm):
    """What a new draft begins with: the union of a list, or the candidate; for the office, which delegate's it is."""

    union = StringField(_("Organisation syndicale"), [Optional(), Length(max=LONGEST, message=_LONG)])
    title = StringField(_("Candidat (nom et prénom)"), [Optional(), Length(max=LONGEST, message=_LONG)])
    owner = StringField(_("Pour le délégué de liste n°"), [Optional(), Length(max=3, message=_LONG)])


class NominationForm(FlaskForm):
    """The fields of the whole candidacy, and the revision of the draft that the page showed."""

    revision = HiddenField(validators=[DataRequired(), Length(max=9)])
    title = StringField(_("Titre sur le bulletin de vote"), [Optional(), Length(max=LONGEST, message=_LONG)])
    union = StringField(_("Organisation syndicale"), [Optional(), Length(max=LONGEST, message=_LONG)])
    delegate = StringField(_("Délégué de liste (nom et prénom)"), [Optional(), Length(max=LONGEST, message=_LONG)])


class TableForm(FlaskForm):
    """A table pasted from a spreadsheet, or sent as a file."""

    table = TextAreaField(_("Tableau collé"), [Optional(), Length(max=TABLE)])
    file = FileField(_("Ou fichier CSV"))


class PapersForm(FlaskForm):
    """Logo, profession de foi and, of a ticket, the signed papers."""

    logo = FileField(_("Logo (PNG ou JPEG)"))
    statement = FileField(_("Profession de foi (PDF)"))
    declared = FileField(_("Déclaration de candidature signée (PDF)"))
    accepted = FileField(_("Acceptation écrite du suppléant (PDF)"))


class ContestForm(FlaskForm):
    """Which names of a filed list are ineligible, and since when."""

    names = SelectMultipleField(
        _("Noms inéligibles"),
        [DataRequired(_("Choisissez au moins un nom."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    since = Radio(
        _("Depuis quand ?"),
        _("Indiquez depuis quand."),
        choices=[
            SelectChoice("before", _("Inéligible à la fin du dépôt : le nom doit être remplacé.")),
            SelectChoice("after", _("Devenu inéligible après la fin du dépôt : le nom n'est pas remplacé.")),
        ],
    )


def number(text: str | None) -> int:
    """A whole number that a hidden field holds; -1 for anything else, which is no revision and no number."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) else -1


def rows_of(contest: Contest) -> tuple[int, bool]:
    """How many rows the rules of a contest ask for, and whether there are substitutes."""
    rules = nominations.rules_of(contest)
    if contest.kind == "ticket":
        return 1, rules.substitutes is not None
    full = rules.names.full if rules.names else contest.seats
    substitutes = rules.substitutes is not None
    return (max(1, full // 2) if substitutes and rules.names else full), substitutes


def content(form: NominationForm, fields: Mapping[str, str]) -> dict[str, Json]:
    """What was typed, in the shape of a draft, rows in the order of their ranks."""
    found = []
    for place in range(MOST_NAMES):
        if f"{place}-titular-name" not in fields:
            break
        pair = {who: (fields.get(f"{place}-{who}-name") or "").strip() or None for who in WHO}
        known = {
            who: {key: value for key in KNOWN if (value := (fields.get(f"{place}-{who}-{key}") or "").strip())}
            for who in WHO
        }
        rank = number(fields.get(f"{place}-rank", "").strip())
        found.append(((rank if rank > 0 else place + 1, place), pair, known))
    found.sort(key=lambda row: row[0])
    return {
        "delegate": form.delegate.data or None,
        "names": [pair for _rank, pair, _known in found],
        "persons": [known for _rank, _pair, known in found],
        "title": form.title.data or "",
        "union": form.union.data or None,
    }


def read_table(data: bytes, draft: Mapping[str, Json]) -> dict[str, Json]:
    """A draft with the names of a table instead of its own; refused with the line and column of the first trouble."""
    if len(data) > TABLE:
        raise ProtocolError("roll.size", limit=1)
    sheet = sheets.read(data, _COLUMNS, _OPTIONAL)
    for problem in sheet.problems:
        raise problem
    if not sheet.lines:
        raise ProtocolError("roll.empty")
    persons = [{who: candidacy_file.known_of(line, who) for who in WHO} for line in sheet.lines]
    names = [{who: line.cells.get(who) or None for who in WHO} for line in sheet.lines]
    return {**draft, "names": names, "persons": persons}


def write_table(draft: Mapping[str, Json]) -> bytes:
    """The names of a draft as such a table, to be filled in with a spreadsheet."""
    columns = [*_COLUMNS, *_OPTIONAL]
    rows = []
    for pair, known in zip(draft["names"], draft["persons"], strict=True):
        cells: dict[str, str] = {who: pair[who] or "" for who in WHO}
        for who in WHO:
            about = known.get(who, {})
            cells |= {f"{who}_{key}": about.get(key, "") for key in KNOWN}
            cells[f"{who}_sex"] = _SAID.get(about.get("sex", ""), "")
        rows.append([cells[name] for name in columns])
    return sheets.write([(_COLUMNS | _OPTIONAL)[name][0] for name in columns], rows)
