"""One French sentence for each refusal of the program; a test compares this list with RULES."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.web import i18n

if TYPE_CHECKING:
    from elections.protocol.errors import ProtocolError

SENTENCES: dict[str, str] = {}

BOOTH: dict[str, str] = {
    "log.origin": "{what} : l'empreinte est celle d'une autre urne ({origin}).",
    "log.size": "{what} : l'empreinte compte {size} bulletins, la liste {length}.",
    "log.root": "{what} : la liste ne donne pas l'empreinte que l'urne a signée.",
    "setup.digest": "Le dossier du scrutin ne correspond pas à ce qui est scellé.",
}
"""The refusals that only the browser knows (booth/src/errors.js)."""


def sentence(error: ProtocolError) -> str:
    """What a screen says of a refusal, in the language of the request."""
    if i18n.language() == "en" or error.rule not in SENTENCES:
        return str(error)
    return i18n.typeset(SENTENCES[error.rule].format(**error.values))


def booth_sentences() -> dict[str, str]:
    """What the script says of a failed check; in English it knows its own sentences."""
    if i18n.language() == "en":
        return {}
    return {rule: i18n.typeset(text) for rule, text in (SENTENCES | BOOTH).items() if "!" not in text}
