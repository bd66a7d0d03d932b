"""The pages of a configuration: each a part with its form and address; what they say of it, and of a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from elections.protocol.canonical import hour
from elections.protocol.errors import ProtocolError
from elections.web import i18n
from elections.web.errors import sentence
from elections.web.setup import contests, forms
from elections.web.setup.fields import Lines, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask_babel import LazyString

    from elections.protocol.canonical import Json
    from elections.web.setup.fields import PartForm


@dataclass(frozen=True, slots=True)
class Screen:
    """The page of one part: the part's name, its form, and whether it is shown what moves before it is saved."""

    part: str
    form: type[PartForm]
    moves: bool = False


ELECTION: dict[str, Screen] = {
    "intitule": Screen("title", forms.TitleForm),
    "heures": Screen("hours", forms.HoursForm, moves=True),
    "cadre": Screen("frame", forms.FrameForm, moves=True),
    "detenteurs": Screen("holders", forms.HoldersForm),
    "delai": Screen("grace", forms.GraceForm, moves=True),
    "lots": Screen("batches", forms.BatchesForm),
    "controle": Screen("audience", forms.AudienceForm),
    "serveurs": Screen("servers", forms.ServersForm),
    "textes": Screen("sources", forms.SourcesForm),
}
"""Pages of the whole election, by their address."""

DATE = Screen("date", forms.DateForm, moves=True)

CONTEST: dict[LazyString, dict[str, Screen]] = {
    _("Le vote"): {
        "scrutin": Screen("contest", contests.ContestForm),
        "mode": Screen("method", contests.MethodForm),
        "parametres": Screen("rule", contests.RuleForm),
        "electeurs": Screen("electors", contests.ElectorsForm),
    },
    _("Les candidatures"): {
        "depot": Screen("filed_by", contests.FiledByForm),
        "noms": Screen("names", contests.NamesForm),
        "mentions": Screen("particulars", contests.ParticularsForm),
        "suppleance": Screen("substitutes", contests.SubstitutesForm),
        "parite": Screen("shares", contests.SharesForm),
        "une-par-syndicat": Screen("one_per_union", contests.OnePerUnionForm),
        "une-par-personne": Screen("one_per_person", contests.OnePerPersonForm),
        "signature": Screen("signed", contests.SignedForm),
        "delegue": Screen("delegate", contests.DelegateForm),
        "inscription": Screen("roll", contests.RollForm),
        "ineligibilites": Screen("barred", contests.BarredForm),
        "fin-du-depot": Screen("closes", contests.ClosesForm),
        "recevabilite": Screen("ruling", contests.RulingForm),
        "correction": Screen("mending", contests.MendingForm),
    },
}
"""Pages of a contest, in groups."""

OF_CONTEST = {slug: screen for group in CONTEST.values() for slug, screen in group.items()}
_FEW = 4
"""Lines that a summary repeats."""
_NUMBER = " 0123456789"
_HEADINGS = {screen.part: screen.form.heading for screen in (*ELECTION.values(), *OF_CONTEST.values(), DATE)}


def told(screen: Screen, values: Mapping[str, Json]) -> list[tuple[str, str]]:
    """What a part says, field by field, in words; nothing of what is empty or does not apply."""
    form = screen.form.of(values).filled(values)
    if values.get("stated") is False or (screen is DATE and values["count"] is None):
        return []
    shown = {name: label for name, label in labels(form).items() if name != "stated"}
    return [(label, text) for name, label in shown.items() if (text := _brief(form, name))]


def _brief(form: PartForm, name: str) -> str:
    """A value in words; of a list that is long, how long it is."""
    lines = form[name].data if name in form else None
    if isinstance(lines, list) and isinstance(form[name], Lines) and len(lines) > _FEW:
        return str(ngettext("%(num)s ligne", "%(num)s lignes", len(lines)))
    return word(form, name)


def labels(form: PartForm) -> dict[str, str]:
    """What the values of a part are called, in their order."""
    if isinstance(form, forms.HoursForm):
        return {name: str(label) for name, label in form.names.items()}
    return {field.name: str(field.label.text) for field in form.shown}


def word(form: PartForm, name: str) -> str:
    """One value of a part in words; nothing of what is empty."""
    if isinstance(form, forms.HoursForm):
        return i18n.hour_in_words(hour(form.values[name], name))
    return said(form[name]) if name in form else ""


def place(form: PartForm, error: ProtocolError) -> str | None:
    """Put a refusal beside the field that it is about, in the field's own name, and say nothing; else its sentence."""
    given = error.values
    places = [
        word for words in reversed(str(given.get("what", "")).split(", ")) for word in (words, words.rstrip(_NUMBER))
    ]
    for name in (error.rule, str(given.get("name")), str(given.get("key")), *places):
        field = form.places.get(name, name)
        if field in form:
            text = gettext("Remplissez ce champ.") if error.rule in ("json.missing", "json.type") else None
            label = str(form[field].label.text)
            form[field].errors = [
                *form[field].errors,
                text or sentence(ProtocolError(error.rule, **given | {"what": label})),
            ]
            return None
    if "what" in given:
        heading = str(_HEADINGS.get(places[0], form.heading))
        return sentence(ProtocolError(error.rule, **given | {"what": heading}))
    return sentence(error)
