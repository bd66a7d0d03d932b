"""One French sentence for each refusal of the program; a test compares this list with RULES."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.web import i18n

if TYPE_CHECKING:
    from elections.protocol.errors import ProtocolError

SENTENCES: dict[str, str] = {}


def sentence(error: ProtocolError) -> str:
    """What a screen says of a refusal, in the language of the request."""
    if i18n.language() == "en" or error.rule not in SENTENCES:
        return str(error)
    return i18n.typeset(SENTENCES[error.rule].format(**error.values))
