"""What the forms of a configuration are built from: fields whose data are the JSON values of `rules.parts`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from elections.rules.tables import LINE
from elections.web.i18n import french

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask_babel import LazyString
    from wtforms import Field

    from elections.protocol.canonical import Json

    Words: TypeAlias = LazyString | str

_UNSEEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks of direction: a text that has them does not say what it seems to say."""
_MOST_LINES = 100


def _check_line(text: str) -> None:
    if text and not re.fullmatch(LINE, text):
        raise ValidationError(gettext("Une ligne de texte compte au plus 400 caractères."))
    if _UNSEEN.search(text):
        raise ValidationError(gettext("Ce texte contient des caractères invisibles qui changent le sens de lecture."))


class Line(StringField):
    """One line of text; `missing` is what is said where it is empty, if it must not be."""

    def __init__(self, label: Words, missing: Words = "", **settings: object) -> None:
        self.missing = missing
        super().__init__(label, **{"render_kw": {"class": "long"}, **settings})

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed, without the blanks around it."""
        self.data = valuelist[0].strip() if valuelist else ""

    def pre_validate(self, form: FlaskForm) -> None:  # noqa: ARG002 - as WTForms calls it
        """Refuse what is no line, and nothing where something must be."""
        self.data = self.data or ""
        if not self.data and self.missing:
            raise ValidationError(str(self.missing))
        _check_line(self.data)


class Lines(TextAreaField):
    """A list of texts, one a line."""

    def _value(self) -> str:
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the lines, without the empty ones."""
        self.data = [line.strip() for line in (valuelist[0] if valuelist else "").splitlines() if line.strip()]

    def pre_validate(self, form: FlaskForm) -> None:  # noqa: ARG002 - as WTForms calls it
        """Refuse what is no line, and too many of them."""
        self.data = self.data or []
        if len(self.data) > _MOST_LINES:
            raise ValidationError(gettext("Au plus 100 lignes."))
        for line in self.data:
            _check_line(line)


class Whole(IntegerField):
    """A whole number within bounds, or none at all if it is `optional`; `wrong` says so."""

    def __init__(
        self, label: Words, wrong: Words, least: int, most: int, *, optional: bool = False, **settings: object
    ) -> None:
        self.wrong, self.least, self.most, self.optional = wrong, least, most, optional
        super().__init__(label, render_kw={"inputmode": "numeric", "class": "short"}, **settings)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the digits; what is none is told by `pre_validate`."""
        self.raw_text = valuelist[0].strip() if valuelist else ""
        # Python would read signs, underscores and the digits of any alphabet.
        plain = re.fullmatch("[0-9]{1,9}", self.raw_text, re.ASCII)
        self.data = int(self.raw_text) if plain else None

    def pre_validate(self, form: FlaskForm) -> None:  # noqa: ARG002 - as WTForms calls it
        """Refuse what is not a whole number within the bounds."""
        typed = getattr(self, "raw_text", "" if self.data is None else str(self.data))
        if not typed and self.optional:
            return
        if self.data is None or not self.least <= self.data <= self.most:
            raise ValidationError(str(self.wrong))


class Pick(RadioField):
    """One of a few, all in sight."""

    def __init__(self, label: Words, wrong: Words, choices: Sequence[tuple[str, Words]], **settings: object) -> None:
        self.wrong = wrong
        super().__init__(label, choices=[SelectChoice(*pair) for pair in choices], validate_choice=False, **settings)

    def process_formdata(self, valuelist: list[str]) -> None:
        """The choice, or nothing."""
        self.data = valuelist[0] if valuelist else ""

    def pre_validate(self, form: FlaskForm) -> None:  # noqa: ARG002 - as WTForms calls it
        """Refuse what is none of the choices."""
        if self.data not in [choice.value for choice in self.choices or []]:
            raise ValidationError(str(self.wrong))


class Picks(SelectMultipleField):
    """Several of a few, in the order in which they stand on the page."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(
        self, label: Words, choices: Sequence[tuple[str, Words]], missing: Words = "", **settings: object
    ) -> None:
        self.missing = missing
        super().__init__(label, choices=[SelectChoice(*pair) for pair in choices], validate_choice=False, **settings)

    def pre_validate(self, form: FlaskForm) -> None:  # noqa: ARG002 - as WTForms calls it
        """Keep what is among the choices; refuse nothing at all where something must be."""
        chosen: list[str] = self.data or []
        self.data: list[str] = [choice.value for choice in self.choices or [] if choice.value in chosen]
        if self.missing and not self.data:
            raise ValidationError(str(self.missing))


class Tick(BooleanField):
    """Yes or no."""


class PartForm(FlaskForm):
    """The form of a part: its fields bear the names of the part's values."""

    heading: Words = ""
    lead: Words = ""
    places: Mapping[str, str] = {}
    """Which field is at fault where a refusal names another place: by the last word of it, or by its rule."""

    @classmethod
    def of(cls, values: Mapping[str, Json]) -> type[PartForm]:  # noqa: ARG003 - of rows, there may be any number
        """The class of the form for a part that has these values."""
        return cls

    @classmethod
    def filled(cls, values: Mapping[str, Json]) -> PartForm:
        """The form as these values fill it."""
        return cls(formdata=None, data=dict(values))

    @classmethod
    def typed(cls, values: Mapping[str, Json]) -> PartForm:  # noqa: ARG003 - of a rule, some fields may be missing
        """The form as it was sent, for a part that had these values."""
        return cls()

    @property
    def shown(self) -> list[Field]:
        """The fields that a page shows."""
        return [field for field in self if field.name != "csrf_token"]

    @property
    def values(self) -> dict[str, Json]:
        """What was typed, as the part's values."""
        return {field.name: field.data for field in self.shown}


def said(field: Field) -> str:
    """What a field holds, in words; nothing of what is empty."""
    if isinstance(field, Tick):
        return gettext("oui") if field.data else ""
    if isinstance(field, Pick | Picks):
        chosen = [field.data] if isinstance(field, Pick) else field.data or []
        return ", ".join(str(choice.label) for choice in field.choices or [] if choice.value and choice.value in chosen)
    if isinstance(field, Lines):
        return french(" ; ".join(field.data or []))
    if isinstance(field, Line):
        return french(field.data or "")
    return "" if field.data is None else str(field.data)


def sent(form: PartForm) -> list[tuple[str, str]]:
    """What a browser would send of a form, to be sent once more from another page."""
    pairs: list[tuple[str, str]] = []
    for field in form.shown:
        if isinstance(field, Tick):
            pairs += [(field.name, "y")] if field.data else []
        elif isinstance(field, Picks):
            pairs += [(field.name, value) for value in field.data or []]
        elif isinstance(field, Pick):
            pairs += [(field.name, field.data)] if field.data else []
        else:
            pairs.append((field.name, field._value()))  # noqa: SLF001 - what the field writes into its input
    return pairs


ARTICLE = _("Texte (article)")
ARTICLE_MISSING = _("Indiquez le texte sur lequel cette règle s'appuie.")
ASSUMED = _("Notre lecture du texte, à confirmer par un juriste")
