"""The forms of the site: what a field takes, and what is said when it does not fit."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from elections.protocol.canonical import check_year
from elections.protocol.errors import ProtocolError
from elections.rules.french import PARIS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wtforms import Field


class _Words:
    """A field that says in our words when what was typed is not of its kind; `wrong` is the sentence.

    A field that is not `needed` may be left empty.
    """

    def __init__(
        self, label: str, wrong: str, more: Sequence[object] = (), *, needed: bool = True, **settings: object
    ) -> None:
        self.wrong, self.needed = wrong, needed
        first = InputRequired(wrong) if needed else Optional()
        super().__init__(label, [first, *more], **settings)  # type: ignore[call-arg]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)  # type: ignore[misc]
        except ValueError as error:
            raise ValueError(str(self.wrong)) from error

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse what is none of the choices."""
        if not self.needed and not any(self.raw_data or ()):  # type: ignore[attr-defined]
            return
        try:
            super().pre_validate(form)  # type: ignore[misc]
        except ValueError as error:
            raise StopValidation(str(self.wrong)) from error


class Day(_Words, DateField):
    """A day."""


class Hour(_Words, TimeField):
    """An hour of a day, in Paris."""


class Number(_Words, IntegerField):
    """A whole number."""


class Choice(_Words, SelectField):
    """One of several, from a list that unfolds."""


class Radio(_Words, RadioField):
    """One of several, all in sight."""


def paris(day: date, hour: time) -> datetime:
    """The hour of a clock on a wall in Paris, in UTC; refused where the clock skips it or shows it twice."""
    naive = datetime.combine(day, hour.replace(second=0, microsecond=0))
    check_year(naive)
    first, second = (naive.replace(tzinfo=PARIS, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first != second:
        raise ProtocolError("web.hour", hour=f"{naive:%d/%m/%Y %H:%M}")
    return first


class IdentifierForm(FlaskForm):
    """An elector's identifier, and how her code should come where there are two ways."""

    identifier = StringField(
        _("Votre identifiant"),
        [DataRequired(_("Saisissez votre identifiant.")), Length(max=200)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    channel = Radio(
        _("Recevoir mon code"),
        _("Choisissez comment recevoir votre code."),
        choices=[SelectChoice("mail", _("par courriel")), SelectChoice("sms", _("par SMS"))],
        default="mail",
    )


class CodeForm(FlaskForm):
    """The one-time code, with the identifier it was asked under."""

    identifier = HiddenField(validators=[DataRequired(), Length(max=200)])
    code = StringField(
        _("Code à usage unique"),
        [DataRequired(_("Saisissez le code reçu.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code"},
    )


class AccountForm(FlaskForm):
    """Login and password of an account."""

    login = StringField(
        _("Identifiant de compte"),
        [DataRequired(_("Saisissez votre identifiant.")), Length(max=200)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Mot de passe"),
        [DataRequired(_("Saisissez votre mot de passe.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )


class HoursForm(FlaskForm):
    """Opening and closing, as a clock in Paris shows them."""

    opening_day = Day(_("Jour d'ouverture"), _("Indiquez le jour d'ouverture."))
    opening_hour = Hour(_("Heure d'ouverture"), _("Indiquez l'heure d'ouverture."))
    closing_day = Day(_("Jour de clôture"), _("Indiquez le jour de clôture."))
    closing_hour = Hour(_("Heure de clôture"), _("Indiquez l'heure de clôture."))

    @property
    def hours(self) -> tuple[datetime, datetime]:
        """Opening and closing in UTC."""
        return _hour(self.opening_day, self.opening_hour), _hour(self.closing_day, self.closing_hour)


class ExpiryForm(FlaskForm):
    """When the mandates in course expire; asked by an address, so that nothing is kept of it."""

    expiry = Day(_("Fin des mandats en cours"), _("Indiquez le jour où les mandats en cours prennent fin."), name="fin")


class ElectionsForm(FlaskForm):
    """Which elections are shown; asked by an address. Choices are given by the page."""

    text = StringField(_("Titre contenant"), [Length(max=200, message=_("Au plus 200 caractères."))], name="texte")
    phase = Choice(_("Phase"), _("Choisissez une phase de la liste."), name="phase", needed=False)


class JournalForm(FlaskForm):
    """Which lines of the journal are shown; asked by an address. Choices are given by the page."""

    act = Choice(_("Acte"), _("Choisissez un acte de la liste."), name="acte", needed=False)
    role = Choice(_("Par"), _("Choisissez un rôle de la liste."), name="par", needed=False)
    contest = Choice(_("Scrutin"), _("Choisissez un scrutin de la liste."), name="scrutin", needed=False)
    since = Day(_("Du"), _("Indiquez un jour, ou laissez vide."), name="du", needed=False)
    until = Day(_("Au"), _("Indiquez un jour, ou laissez vide."), name="au", needed=False)


class BeginForm(FlaskForm):
    """The first day of the mandates."""

    begin = Day(_("Premier jour des mandats"), _("Indiquez le premier jour des mandats."))


class VacancyForm(FlaskForm):
    """Who sits no longer, from when, and why."""

    person = Choice(_("Personne"), _("Choisissez une personne."))
    day = Day(_("Ne siège plus à compter du"), _("Indiquez le jour."))
    cause = Radio(_("Cause"), _("Choisissez une cause."))


class WithdrawForm(FlaskForm):
    """An entry that was wrong."""

    number = Number(_("Numéro"), _("Indiquez un nombre entier."))


def _hour(day: Field, hour: Field) -> datetime:
    return paris(day.data, hour.data)


class ElectionForm(HoursForm):
    """A new election, from a model."""

    model = Radio(_("Modèle"), _("Choisissez un modèle."))
    title = StringField(_("Titre"), [Optional(), Length(max=400, message=_("Le titre compte au plus 400 caractères."))])
    group = Choice(_("Groupe mathématique"), _("Choisissez un groupe."))
    delegates = Number(
        _("Nombre de délégués de liste détenteurs de clé"),
        _("Indiquez un nombre entier."),
        [NumberRange(1, 50, _("De 1 à 50 délégués."))],
        default=3,
        render_kw={"inputmode": "numeric", "class": "short"},
    )


class FileForm(FlaskForm):
    """One file."""

    file = FileField(_("Fichier"), [FileRequired(_("Choisissez un fichier."))])


class MailboxForm(FlaskForm):
    """Reports of mail servers."""

    file = FileField(_("Message ou boîte de messages (.eml, .mbox)"), [FileRequired(_("Choisissez un fichier."))])


class ReissueForm(FlaskForm):
    """Whose code is to be given anew."""

    identifier = StringField(
        _("Identifiant de l'électeur"),
        [DataRequired(_("Saisissez l'identifiant de l'électeur.")), Length(max=200)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class NumberForm(FlaskForm):
    """One of those who stand on the page; the button that was pressed says who."""

    number = Number(_("Numéro"), _("Indiquez un nombre entier."))


class ElectorateForm(FlaskForm):
    """Women and men among the electors of a contest."""

    women = Number(
        _("Femmes"),
        _("Indiquez le nombre de femmes, en chiffres."),
        render_kw={"inputmode": "numeric", "class": "short"},
    )
    men = Number(
        _("Hommes"),
        _("Indiquez le nombre d'hommes, en chiffres."),
        render_kw={"inputmode": "numeric", "class": "short"},
    )


class RulingForm(FlaskForm):
    """A ruling on one candidacy; the button that was pressed is the ruling."""

    candidacy = HiddenField(validators=[DataRequired(), Length(max=64)])
    ruling = HiddenField(validators=[AnyOf(("admitted", "refused"), _("Choisissez une décision."))])


class DocumentsForm(FlaskForm):
    """Logo, profession de foi or both, of one candidacy."""

    candidacy = HiddenField(validators=[DataRequired(), Length(max=64)])
    logo = FileField(_("Logo (PNG ou JPEG)"))
    statement = FileField(_("Profession de foi (PDF)"))


class RemovalForm(FlaskForm):
    """A document to take away; the button that was pressed says which."""

    candidacy = HiddenField(validators=[DataRequired(), Length(max=64)])
    kind = HiddenField(validators=[AnyOf(("logo", "statement"))])


class RuleForm(FlaskForm):
    """What no text settles of a contest's rule."""

    contest = HiddenField(validators=[DataRequired(), Length(max=64)])
    # Whatever is not in these lists, the operation refuses; a field that is not on the page is no wrong choice.
    tie = SelectField(
        _("Départage en cas d'égalité"),
        choices=[
            SelectChoice("", _("à choisir")),
            SelectChoice("draw", _("tirage au sort")),
            SelectChoice("oldest", _("bénéfice de l'âge")),
            SelectChoice("seniority", _("ancienneté")),
        ],
        validate_choice=False,
    )
    order = StringField(_("Ordre d'âge ou d'ancienneté"), [Length(max=4000)])
    base = SelectField(
        _("Suffrages qui font le quotient"),
        choices=[
            SelectChoice("", _("à choisir")),
            SelectChoice("admitted", _("voix des listes qui atteignent le seuil")),
            SelectChoice("valid", _("tous les suffrages exprimés")),
        ],
        validate_choice=False,
    )
    first_round = StringField(_("Identifiant du scrutin du premier tour"), [Length(max=64)])


class ContentForm(FlaskForm):
    """The file of a dry run, sent along in Base64 so that what is applied is what was looked at."""

    content = HiddenField(validators=[DataRequired()])


class ConfirmForm(FlaskForm):
    """A grave act, confirmed; `reason` where the journal should give one."""

    reason = StringField(
        _("Motif"), [Optional(), Length(max=400, message=_("Le motif compte au plus 400 caractères."))]
    )


class PaperOrderForm(FlaskForm):
    """A draw on paper: when, who drew, how."""

    day = Day(_("Jour du tirage"), _("Indiquez le jour du tirage."))
    hour = Hour(_("Heure du tirage (Paris)"), _("Indiquez l'heure du tirage."))
    drawn_by = StringField(
        _("Qui a tiré"),
        [DataRequired(_("Indiquez qui a tiré.")), Length(max=400, message=_("Au plus 400 caractères."))],
    )
    how = StringField(
        _("Comment"),
        [
            DataRequired(_("Indiquez comment le tirage s'est fait.")),
            Length(max=400, message=_("Au plus 400 caractères.")),
        ],
    )

    @property
    def drawn_at(self) -> datetime:
        """The hour in UTC."""
        return _hour(self.day, self.hour)


class PaperForm(PaperOrderForm):
    """A lot that was drawn on paper: who came out besides."""

    drawn = SelectMultipleField(
        _("Qui est sorti"),
        [DataRequired(_("Indiquez qui est sorti."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )


class RescheduleForm(FlaskForm):
    """Another closing hour."""

    day = Day(_("Nouveau jour de clôture"), _("Indiquez le jour de clôture."))
    hour = Hour(_("Nouvelle heure de clôture"), _("Indiquez l'heure de clôture."))

    @property
    def closing(self) -> datetime:
        """The hour in UTC."""
        return _hour(self.day, self.hour)
