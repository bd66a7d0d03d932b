"""The forms of the board: what it enters before it seals, disturbs the vote, or lets somebody touch the system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from elections.registry.published_text import LONGEST
from elections.web.forms import Choice, ConfirmForm, Day, Hour, paris

if TYPE_CHECKING:
    from datetime import datetime

_TOO_LONG = Length(max=LONGEST, message=_("Au plus 400 caractères."))
_SHORT = {"maxlength": str(LONGEST)}


class SeenForm(FlaskForm):
    """What was looked at, by its digest."""

    digest = HiddenField(validators=[DataRequired(), Length(max=64)])


class SealForm(ConfirmForm):
    """Who is present at the seal."""

    present = SelectMultipleField(
        _("Personnes présentes"),
        [DataRequired(_("Indiquez qui est présent."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )


class GroundsForm(ConfirmForm):
    """Why the vote is disturbed, who authorised it, and the incident that is answered."""

    incident = SelectField(_("Incident"), validate_choice=False)
    reason = StringField(_("Motif"), [DataRequired(_("Indiquez un motif.")), _TOO_LONG], render_kw=_SHORT)
    authority = StringField(
        _("Autorité organisatrice qui l'autorise"),
        [DataRequired(_("Indiquez qui a donné l'autorisation.")), _TOO_LONG],
        render_kw=_SHORT,
    )


class IncidentForm(FlaskForm):
    """An incident; all of it is published but the note."""

    contest = SelectField(_("Scrutin"), validate_choice=False)
    category = Choice(_("Nature de l'incident"), _("Choisissez la nature de l'incident."))
    summary = TextAreaField(
        _("Ce qui se passe"),
        [DataRequired(_("Décrivez l'incident en une phrase.")), _TOO_LONG],
        render_kw={**_SHORT, "rows": "3"},
    )
    day = Day(_("Jour du constat"), _("Indiquez le jour."))
    hour = Hour(_("Heure du constat (Paris)"), _("Indiquez l'heure."))
    noticed_by = Choice(_("Constaté par"), _("Indiquez qui l'a constaté."))
    note = TextAreaField(
        _("Note confidentielle (facultative)"),
        [Length(max=4000, message=_("Au plus 4 000 caractères."))],
        render_kw={"rows": "3"},
    )

    @property
    def noticed(self) -> datetime:
        """The hour in UTC."""
        return paris(self.day.data, self.hour.data)


class InterventionForm(FlaskForm):
    """Somebody is about to touch the system."""

    by = StringField(_("Qui intervient"), [DataRequired(_("Indiquez qui intervient.")), _TOO_LONG], render_kw=_SHORT)
    plan = StringField(
        _("Ce qui va être fait"), [DataRequired(_("Indiquez ce qui va être fait.")), _TOO_LONG], render_kw=_SHORT
    )


class DoneForm(FlaskForm):
    """What was done, at the end of an intervention."""

    done = StringField(
        _("Ce qui a été fait"), [DataRequired(_("Indiquez ce qui a été fait.")), _TOO_LONG], render_kw=_SHORT
    )


class OutcomeForm(FlaskForm):
    """How an incident ended."""

    outcome = StringField(_("Issue"), [DataRequired(_("Indiquez l'issue de l'incident.")), _TOO_LONG], render_kw=_SHORT)


class NoteForm(FlaskForm):
    """A note that stays in the registry."""

    text = TextAreaField(
        _("Note confidentielle"),
        [DataRequired(_("Écrivez une note.")), Length(max=4000, message=_("Au plus 4 000 caractères."))],
        render_kw={"rows": "3"},
    )


def choices(pairs: dict[str, str], none: str | None = None) -> list[SelectChoice]:
    """What a list offers: names by value and, first, nothing."""
    first = [] if none is None else [SelectChoice("", none)]
    return first + [SelectChoice(value, name) for value, name in pairs.items()]
