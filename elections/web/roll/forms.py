"""The forms of the roll: one elector by hand, and why the roll changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectChoice, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional, Regexp

from elections.registry.roll_changes import CLAIM, EVENT, LONGEST_REFERENCE, MISTAKE, Cause
from elections.registry.roll_file import EMAIL, IDENTIFIER, PHONE, Row, fold, plain_phone
from elections.web.forms import Choice, Day, Radio

if TYPE_CHECKING:
    from wtforms import Field

_LONGEST = 200


def _text(label: str, missing: str) -> StringField:
    return StringField(
        label,
        [DataRequired(missing), Length(max=_LONGEST, message=_("Au plus 200 caractères."))],
        filters=[lambda typed: " ".join((typed or "").split())],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


def _whole(pattern: re.Pattern[str], message: str) -> Regexp:
    return Regexp(re.compile(rf"(?:{pattern.pattern})\Z", pattern.flags), message=message)


class SeenForm(FlaskForm):
    """The roll with which a file was compared, by its digest: only that one is replaced."""

    seen = HiddenField(validators=[DataRequired(), Length(max=64)])


class CauseForm(FlaskForm):
    """Why the roll changes; an event has a day."""

    cause = Radio(
        _("Cause"),
        _("Choisissez une cause."),
        choices=[
            SelectChoice(EVENT, _("Événement qui donne ou retire la qualité d'électeur")),
            SelectChoice(CLAIM, _("Réclamation admise")),
            SelectChoice(MISTAKE, _("Erreur matérielle du bureau")),
        ],
    )
    day = Day(_("Date d'effet de l'événement"), _("Indiquez la date d'effet de l'événement."))
    reference = StringField(
        _("Acte ou décision"),
        [Optional(), Length(max=LONGEST_REFERENCE, message=_("Au plus 200 caractères."))],
        filters=[lambda typed: " ".join((typed or "").split())],
    )

    def validate_on_submit(self) -> bool:
        """An event needs its day; of the other causes none is asked."""
        if self.cause.data != EVENT:
            # Whatever stands in it is of no account.
            self.day.validators, self.day.process_errors = [Optional()], []
        valid: bool = super().validate_on_submit()
        return valid

    @property
    def why(self) -> Cause:
        """What the registry keeps of it."""
        return Cause(self.cause.data, self.day.data if self.cause.data == EVENT else None, self.reference.data or "")


class ElectorForm(CauseForm):
    """One elector, as a line of a roll file has her."""

    identifier = StringField(
        _("Identifiant"),
        [
            DataRequired(_("Indiquez l'identifiant.")),
            _whole(IDENTIFIER, _("Lettres sans accent, chiffres et . _ @ - : au plus 64 signes.")),
        ],
        filters=[lambda typed: fold(typed or "")],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    last_name = _text(_("Nom"), _("Indiquez le nom."))
    first_name = _text(_("Prénom"), _("Indiquez le prénom."))
    email = StringField(
        _("Adresse électronique"),
        [
            DataRequired(_("Indiquez l'adresse électronique.")),
            _whole(EMAIL, _("Cette adresse n'est pas bien formée.")),
            Length(max=254, message=_("Cette adresse est trop longue.")),
        ],
        filters=[lambda typed: (typed or "").strip()],
        render_kw={"type": "email", "autocomplete": "off", "spellcheck": "false"},
    )
    phone = StringField(
        _("Téléphone, avec l'indicatif du pays (facultatif)"),
        [Optional(), _whole(PHONE, _("Un numéro comme +33 6 12 34 56 78."))],
        filters=[lambda typed: plain_phone(typed or "")],
        render_kw={"type": "tel", "autocomplete": "off"},
    )
    college = Choice(_("Collège"), _("Choisissez un collège."))
    roll_unit = _text(_("Rôle d'inscription"), _("Indiquez le rôle d'inscription."))
    again = BooleanField(_("Demander aussi un nouveau code de vote"))

    @property
    def row(self) -> Row:
        """The line."""
        return Row(
            line=0,
            identifier=self.identifier.data,
            last_name=self.last_name.data,
            first_name=self.first_name.data,
            email=self.email.data,
            phone=self.phone.data or None,
            college=self.college.data,
            roll_unit=self.roll_unit.data,
        )

    def validate_last_name(self, field: Field) -> None:
        """What cannot be printed cannot be on a roll."""
        for name in (field, self.first_name, self.roll_unit):
            if not (name.data or "").isprintable():
                raise ValidationError(_("Ce texte contient des signes qui ne s'impriment pas."))
