"""The English catalogue is complete, says the same, and holds nothing that no screen says any more.

`python -m tests.web.test_catalogue` writes the catalogue anew: what is translated stays, what is new waits empty.
"""

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from elections import web

ROOM = Path(web.__file__).parent
FILE = ROOM / "translations/en/LC_MESSAGES/messages.po"
WORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
METHODS = [("templates/**", "jinja2"), ("*.py", "python"), ("*/*.py", "python")]
OPTIONS = {"templates/**": {"trimmed": "true", "extensions": "jinja2.ext.do"}}


def said():
    """Every sentence of screens, as code and templates hold it."""
    catalogue = Catalog(locale="en", fuzzy=False)
    for file, _line, message, comments, context in extract_from_dir(ROOM, METHODS, OPTIONS, WORDS):
        catalogue.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    return catalogue


def translated():
    with FILE.open("rb") as file:
        return read_po(file, locale="en")


def texts(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def places(text):
    """What is filled into a sentence, and its links."""
    return sorted(re.findall(r"%\(\w+\)[sd]|\{\w+\}|%%", text))


def test_every_sentence_is_translated_and_no_other():
    here, there = ({message.id for message in catalogue if message.id} for catalogue in (said(), translated()))
    assert here - there == set()
    assert there - here == set()
    assert [message.id for message in translated() if message.id and not all(texts(message))] == []
    assert not any(message.fuzzy for message in translated() if message.id)


def test_both_languages_fill_in_the_same_values():
    for message in translated():
        if message.id:
            first = message.id[0] if isinstance(message.id, tuple) else message.id
            assert all(places(text) == places(first) for text in texts(message)), message.id


def test_a_page_speaks_one_language_and_remembers_it(site):
    browser = site.client()
    assert '<html lang="fr">' in browser.get("/").text
    english = browser.get("/?langue=en").text
    assert '<html lang="en">' in english
    assert "Vote from your browser" in english
    assert '<html lang="en">' in browser.get("/verifier").text
    assert '<html lang="fr">' in browser.get("/?langue=fr").text
    assert '<html lang="fr">' in browser.get("/?langue=xx").text


def test_french_comes_first_whatever_a_browser_claims(site):
    for accepted in ("en-GB,en;q=0.9", "fr-FR,fr;q=0.9,en;q=0.8", "de", ""):
        page = site.client().get("/", headers={"Accept-Language": accepted}).text
        assert '<html lang="fr">' in page


def test_french_is_set_as_it_is_printed(site):
    page = site.client().get("/verifier").text
    sentences = re.sub(r"<[^>]*>", " ", page)
    assert "'" not in sentences
    assert not re.search(r"\w [;:!?»]", sentences)
    assert not re.search(r"« \w", sentences)


def _write():
    known = translated() if FILE.exists() and FILE.stat().st_size else Catalog(locale="en")
    fresh = said()
    for message in fresh:
        old = known.get(message.id) if message.id else None
        if old is not None:
            message.string = old.string
        message.locations = sorted({(file, None) for file, _ in message.locations})
    FILE.parent.mkdir(parents=True, exist_ok=True)
    with FILE.open("wb") as file:
        file.write(b"# English beside the French source of the screens; written by tests/web/test_catalogue.py.\n\n")
        write_po(file, fresh, omit_header=True, include_lineno=False, width=110)


if __name__ == "__main__":
    _write()
