"""The forms of accounts: proofs of who comes, one's own account, invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, NumberRange, Optional, Regexp

from elections.registry.accounts import EMAIL
from elections.registry.passkeys import LONGEST
from elections.web.errors import sentence
from elections.web.forms import Choice, Number

if TYPE_CHECKING:
    from elections.protocol.errors import ProtocolError

_ONCE = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code"}
_FIELDS = {
    "accounts.mailbox": "email",
    "accounts.alone": "number",
    "accounts.number": "number",
    "accounts.substitute": "substitute",
    "accounts.taken": "number",
    "factors.code": "code",
    "registry.login": "login",
    "registry.password": "new",
}
"""Beside which field a refusal of the registry stands."""


def refuse(form: FlaskForm, error: ProtocolError) -> str | None:
    """Put a refusal beside its field; what belongs to none is given back, as the sentence above the form."""
    field = _FIELDS.get(error.rule)
    if field is None or field not in form:
        return sentence(error)
    form[field].errors = [*form[field].errors, sentence(error)]
    return None


class ProofForm(FlaskForm):
    """Who comes: the code of a second factor, the answer of a passkey, or the password where there is neither.

    The names are no other form's: what was sent to a grave act is carried beside them.
    """

    proof_code = StringField(_("Code de votre application"), [Length(max=20)], render_kw=_ONCE)
    proof_password = PasswordField(
        _("Mot de passe"), [Length(max=1000)], render_kw={"autocomplete": "current-password"}
    )
    proof_passkey = HiddenField(validators=[Length(max=LONGEST)])


class PasskeySignInForm(FlaskForm):
    """The answer of a passkey, on the page of the door."""

    passkey = HiddenField(validators=[DataRequired(), Length(max=LONGEST)])


class CodesForm(FlaskForm):
    """A program that shows codes: the secret that it was given, sealed, and the first code of it."""

    sealed = HiddenField(validators=[DataRequired(), Length(max=200)])
    name = StringField(
        _("Nom de l'appareil"),
        [
            DataRequired(_("Donnez un nom à cet appareil.")),
            Length(max=60, message=_("Le nom compte au plus 60 caractères.")),
        ],
    )
    code = StringField(
        _("Code affiché par l'application"),
        [DataRequired(_("Saisissez le code à six chiffres.")), Length(max=20)],
        render_kw=_ONCE,
    )


class PasskeyForm(FlaskForm):
    """A new passkey, as the browser gives it."""

    name = StringField(
        _("Nom de la clé d'accès"),
        [
            DataRequired(_("Donnez un nom à cette clé d'accès.")),
            Length(max=60, message=_("Le nom compte au plus 60 caractères.")),
        ],
    )
    passkey = HiddenField(
        validators=[
            DataRequired(_("Votre navigateur n'a pas créé de clé d'accès. Recommencez.")),
            Length(max=LONGEST),
        ]
    )


class NewPasswordForm(FlaskForm):
    """A password, twice: whoever mistypes it once would be shut out."""

    new = PasswordField(
        _("Nouveau mot de passe"),
        [DataRequired(_("Saisissez un mot de passe.")), Length(max=1000)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("Le même mot de passe, une seconde fois"),
        [EqualTo("new", _("Les deux mots de passe ne sont pas les mêmes."))],
        render_kw={"autocomplete": "new-password"},
    )


class AcceptForm(NewPasswordForm):
    """What whoever was invited chooses."""

    login = StringField(
        _("Identifiant de compte"),
        [DataRequired(_("Choisissez un identifiant.")), Length(max=64)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


class InviteForm(FlaskForm):
    """Who is invited, and as what."""

    name = StringField(
        _("Nom et prénom"),
        [DataRequired(_("Indiquez le nom.")), Length(max=200, message=_("Le nom compte au plus 200 caractères."))],
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        _("Adresse de courriel"),
        [
            DataRequired(_("Indiquez l'adresse de courriel.")),
            Regexp(f"^{EMAIL}$", message=_("Cette adresse n'a pas la forme nom@exemple.fr.")),
            Length(max=254, message=_("L'adresse compte au plus 254 caractères.")),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    election = Choice(_("Élection"), _("Choisissez une élection."))
    role = Choice(_("Rôle"), _("Choisissez un rôle."))
    number = Number(
        _("Numéro dans ce rôle"),
        _("Indiquez un nombre entier."),
        [NumberRange(1, 100, _("De 1 à 100."))],
        default=1,
        render_kw={"inputmode": "numeric", "class": "short"},
    )
    substitute = BooleanField(_("Suppléant de celui qui a ce rôle et ce numéro"))
    login = StringField(
        _("Identifiant de compte (facultatif)"),
        [Optional(), Length(max=64, message=_("L'identifiant compte au plus 64 caractères."))],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
