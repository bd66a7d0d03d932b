"""Two languages: French is the source of the screens, `translations/en` its English catalogue.

Templates and code hold French as a keyboard types it. The typesetter is French's own "translation": it puts
the apostrophes and no-break spaces that print wants, at the one place through which every sentence passes.
The catalogue stays text and is compiled in memory: nothing compiled lies in the repository.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from babel.dates import format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import current_app, g, request
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup

from elections.rules import days
from elections.rules.french import PARIS, WIDE, day_and_hour, day_and_minute, typeset
from elections.rules.french import day_in_words as french_day
from elections.rules.french import hour_in_words as french_hour
from elections.rules.french import number as french_number
from elections.rules.percent import percent

if TYPE_CHECKING:
    from datetime import date, datetime
    from typing import Literal

    from flask import Flask, Response

    from elections.rules.phases import Words

    Language = Literal["fr", "en"]

LANGUAGES = {"fr": "Français", "en": "English"}
COOKIE = "langue"
FOLDER = Path(__file__).parent / "translations"
_YEAR = 365 * 24 * 3600


def french(text: str) -> str:
    """A title of the office's, well set; on an English page it is marked as French for whoever has it read aloud."""
    return typeset(text) if language() == "fr" else Markup('<span lang="fr">{}</span>').format(typeset(text))


class _French(NullTranslations):
    """French "translated" into well-set French."""

    def gettext(self, message: str) -> str:
        return typeset(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        # French says "0 bulletin" and "1 bulletin".
        return typeset(msgid1 if n < 2 else msgid2)

    ugettext, ungettext = gettext, ngettext


@cache
def _catalogue(language: Language) -> NullTranslations:
    if language == "fr":
        return _French()
    compiled = BytesIO()
    with (FOLDER / language / "LC_MESSAGES/messages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


class _Catalogues(Domain):
    """Where Flask-Babel looks for sentences."""

    def get_translations(self) -> NullTranslations:
        return _catalogue(language())


def init_app(app: Flask) -> None:
    """Give the app its two languages, and templates their filters."""
    babel = Babel(app, default_locale="fr", locale_selector=_select)
    babel.domain_instance = _Catalogues()
    app.after_request(_remember)
    app.add_template_filter(typeset)
    app.add_template_filter(french)
    app.add_template_filter(in_language)
    app.add_template_filter(words)
    app.add_template_filter(hour_in_words)
    app.add_template_filter(day_in_words)
    app.add_template_filter(day_and_hour)
    app.add_template_filter(day_and_minute)
    app.add_template_filter(number)
    app.add_template_filter(lambda at: at.astimezone(PARIS).date(), "paris_day")
    app.add_template_filter(share)
    app.context_processor(lambda: {"language": language(), "languages": LANGUAGES})


def language() -> Language:
    """The language of this request; French where there is none."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "fr"


def words(pair: Words) -> str:
    """The half of a pair of words that this request reads."""
    return pair.en if language() == "en" else typeset(pair.fr)


def in_language(code: str) -> str:
    """The address of this page in another language, its other arguments kept.

    What answered a form has no address of its own: the nearest page above it is offered then.
    """
    query = urlencode({**request.args.to_dict(), "langue": code})
    if request.method != "POST":
        return f"?{query}"
    path, routes = request.path, current_app.create_url_adapter(request)
    while routes is not None and not routes.test(path, "GET"):
        path = path.rpartition("/")[0] or "/"
    return f"{path}?{query}"


def number(value: int) -> str:
    """A whole number as the language groups its thousands."""
    return f"{value:,}" if language() == "en" else french_number(value)


def share(part: int, whole: int) -> str:
    """A share in percent, rounded to hundredths; a dash of nothing."""
    if not whole:
        return "–"
    return f"{percent(part, whole).text('.')}%" if language() == "en" else f"{percent(part, whole).text()}{WIDE}%"


def hour_in_words(hour: datetime) -> str:
    """Day and hour in Paris, in words: « lundi 2 février 2026 à 9 h 00 »."""
    if language() == "fr":
        return french_hour(hour)
    here = hour.astimezone(PARIS)
    return f"{day_in_words(here)} at {format_time(here, 'HH:mm', locale='en')}"


def day_in_words(day: date, *, weekday: bool = True) -> str:
    """A day in words: « lundi 2 février 2026 »."""
    return (days.in_english if language() == "en" else french_day)(day, weekday=weekday)


def _select() -> str:
    """The language asked for in the address, else the one kept in the cookie, else French."""
    asked = request.args.get("langue", "")
    if asked in LANGUAGES:
        g.asked_language = asked
        return asked
    kept = request.cookies.get(COOKIE, "")
    # French comes first (U4): an office machine's browser often claims a language that nobody chose.
    return kept if kept in LANGUAGES else "fr"


def _remember(response: Response) -> Response:
    if "asked_language" in g:
        response.set_cookie(COOKIE, g.asked_language, max_age=_YEAR, samesite="Lax", httponly=True)
    return response
