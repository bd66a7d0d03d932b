"""What screens say of a refusal: the French sentence of its rule, with its values as people read them.

English needs no list of its own: a refusal of the pure floor prints English already.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from elections.protocol.canonical import hour
from elections.protocol.errors import ProtocolError
from elections.registry import candidacy_file, roll_file
from elections.rules.french import typeset
from elections.rules.phases import PHASES, Phase, Words
from elections.web import i18n, words
from elections.web.sentences import SENTENCES

if TYPE_CHECKING:
    from collections.abc import Callable

BOOTH: dict[str, str] = {
    "log.origin": "{what} : l'empreinte est celle d'une autre urne ({origin}).",
    "log.size": "{what} : l'empreinte compte {size} bulletins, la liste {length}.",
    "log.root": "{what} : la liste ne donne pas l'empreinte que l'urne a signée.",
    "setup.digest": "Le dossier du scrutin ne correspond pas à ce qui est scellé.",
}
"""What only the browser refuses, or with fewer values (booth/src/errors.js)."""

_PLACES = {
    "answer": "pièce d'un détenteur de clé",
    "answer of a key holder": "pièce d'un détenteur de clé",
    "ballot": "bulletin",
    "casting request": "demande de dépôt",
    "decryption": "déchiffrement",
    "rehearsal": "vote à blanc",
    "title": "titre",
    "token request": "demande de jeton",
}
"""What the pure floor calls the places of a refusal that a screen may show, up to the first comma."""

_ITEMS = {
    "contests": "scrutin",
    "date": "échéance",
    "policy": "groupe de détenteurs de clé",
    "replacement": "remplacement",
}
"""What the items of a configuration's arrays are called."""

_COLUMNS = roll_file.ALL | candidacy_file.COLUMNS | candidacy_file.OPTIONAL
_FIELDS = {name: headings[0] for name, headings in _COLUMNS.items()}


def sentence(error: ProtocolError) -> str:
    """What a screen says of a refusal, in the language of the request."""
    if i18n.language() == "en":
        return str(error)
    return typeset(SENTENCES[error.rule].format(**{key: _said(key, value) for key, value in error.values.items()}))


def booth_sentences() -> dict[str, str]:
    """What the script says of a failed check; in English it knows its own sentences."""
    if i18n.language() == "en":
        return {}
    return {rule: typeset(text) for rule, text in (SENTENCES | BOOTH).items() if rule.startswith(_BOOTH_ROOMS)}


_BOOTH_ROOMS = ("json", "text", "group", "election", "ballot", "code", "token", "note", "ed25519", "log", "setup",
                "receipt", "request")  # fmt: skip


def _said(key: str, value: object) -> object:
    """A value as a person reads it; what is no name of ours stays as it is."""
    if isinstance(value, ProtocolError):
        return sentence(value)
    if isinstance(value, Words):
        return i18n.words(value)
    known = _NAMES.get(key)
    return value if known is None or not isinstance(value, str) else known(value)


def _place(text: str) -> str:
    name, comma, rest = text.partition(", ")
    if name == "configuration" or name.startswith("model "):
        return ", ".join([name.replace("model ", "modèle "), *(_in_file(part) for part in rest.split(", ") if comma)])
    if name.startswith("journal of "):
        name = "journal"
    return _PLACES.get(name, name) + comma + rest.replace("line ", "ligne ")


def _in_file(part: str) -> str:
    """A part of a place in a configuration: numbered items have French names, keys are quoted as the file has them."""
    key, space, rest = part.partition(" ")
    if rest[:1].isdecimal() and key in _ITEMS:
        return f"{_ITEMS[key]} {rest}"
    return f"« {key} »{space}{rest.replace('of ', 'de ')}"


def _hour(text: str) -> str:
    try:
        return i18n.hour_in_words(hour(text, "hour"))
    except ProtocolError:
        return text


def _day(text: str) -> str:
    try:
        return i18n.day_in_words(date.fromisoformat(text))
    except ValueError:
        return text


def _phase(name: str) -> str:
    return i18n.words(PHASES[Phase(name)]) if name in set(Phase) else name


def _roles(names: str) -> str:
    return ", ".join(words.role_name(name) for name in names.split(", "))


_GROUNDS = {
    "authority": Words("authority", "l'autorité qui l'autorise"),
    "incident": Words("incident", "l'incident"),
    "reason": Words("reason", "le motif"),
}
"""What an act that disturbs the vote may lack."""

_NAMES: dict[str, Callable[[str], str]] = {
    "act": words.act_name,
    "at": _hour,
    "closing": _hour,
    "current": _phase,
    "day": _day,
    "field": lambda name: _FIELDS.get(name, name),
    "first": _day,
    "key": lambda name: i18n.words(_GROUNDS[name]) if name in _GROUNDS else name,
    "hour": _hour,
    "last": _day,
    "opening": _hour,
    "other_day": _day,
    "phase": _phase,
    "role": words.role_name,
    "roles": _roles,
    "what": _place,
}
