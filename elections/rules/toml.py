"""A configuration written as TOML: what belongs together stands together, and a comment says what it is.

The order of keys is that of `_ORDER`, whatever order the table had; the comments are French, as whoever opens such a
file is of the office. Signs that do not show, such as marks of direction, are written by their number, so that a file
says what it seems to say.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elections.protocol.canonical import Json

_WIDTH = 110
_HEADING = (
    "Configuration d'une élection : ce qui est réglé avant le scellement, sans liste électorale, sans candidature,",
    "sans clé et sans nom de personne. Ce fichier se lit, se modifie et s'importe pour créer une autre élection.",
)
_COMMENTS: Mapping[str, Sequence[str]] = {
    "format": ("La forme de ce fichier, et le modèle dont l'élection est issue.",),
    "title": ("L'intitulé de toute l'opération.",),
    "rehearsal": ("true : vote à blanc, qui n'élit personne et peut être clos avant l'heure.",),
    "grace": ("Secondes laissées après la clôture à qui s'est connecté avant elle (R. 211-563).",),
    "audience": ("Qui reçoit les empreintes des bulletins avant le résultat.",),
    "sources": ("Les textes sur lesquels cette configuration s'appuie.",),
    "not_found": ("Ce qu'aucun texte à portée ne dit, et ce qui a été choisi.",),
    "policy": (
        "Les détenteurs de clé, par groupes : chaque groupe doit réunir son seuil pour dépouiller (R. 211-573).",
        'Le mot "delegate" vaut un détenteur par délégué de liste.',
    ),
    "election": (
        "Les heures du vote, avec leur fuseau ; le groupe mathématique ; le nombre de délégués détenteurs de clé ;",
        "les autorités qui délivrent les jetons ; le nom sous lequel l'urne signe.",
    ),
    "batches": (
        "La publication de l'urne par lots : un lot part dès que at_once bulletins attendent, ou que publish_at",
        "attendent et que every secondes ont passé depuis le dernier ; keep_back bulletins, tirés au sort, attendent",
        "encore. Un scrutin de moins de single_below électeurs publie tout en une fois, au gel de l'urne.",
    ),
    "calendar": ("Les dates que les textes fixent ; internet = true ajoute celles de tout vote par internet.",),
    "dates": ('Une échéance : décomptée d\'une autre, ou "not found" si aucun texte à portée ne la fixe.',),
    "mandate": ("La durée des mandats, et qui remplace un membre dont le siège devient vacant.",),
    "contests": ("Un scrutin : son collège, ses sièges, son mode de scrutin, ce qu'est une candidature, qui vote.",),
}
_ORDER = (
    "format", "model", "title", "rehearsal", "grace", "audience", "sources", "not_found", "policy",
    "opening", "closing", "group", "delegates", "issuers", "urn",
    "at_once", "every", "keep_back", "publish_at", "single_below",
    "internet", "territory", "window", "years", "renewable", "within", "spare", "months", "weeks",
    "key", "fr", "en", "of", "offset", "bound",
    "college", "seats", "method", "parameters", "order", "articles",
    "filed_by", "full", "least", "even", "given", "holders", "threshold", "rounding", "days", "unmended",
    "positions", "situations", "functions", "others", "nowhere",
    "names", "particulars", "substitutes", "shares", "one_per_union", "one_per_person", "signed", "delegate", "roll",
    "barred", "closes", "ruling", "mending",
    "contests", "by", "article", "assumed", "before", "public",
)  # fmt: skip
"""Keys in the order in which they are written, those of every table together; others follow by the alphabet."""
_RANK = {key: rank for rank, key in reversed(list(enumerate(_ORDER)))}
_TABLES = ("election", "batches", "calendar", "mandate")
_INNER = {"calendar": "dates", "mandate": "replacements"}
"""Tables of the file that hold an array of tables, and its key."""
_BELOW = ("candidacies", "electors")
"""Tables of a contest."""


def document(table: Mapping[str, Json]) -> str:
    """The whole file, ended by a line feed."""
    parts = ["\n".join(f"# {line}" for line in _HEADING)]
    top = {key: value for key, value in table.items() if key not in (*_TABLES, "contests")}
    named = [key for key in _sorted(top) if key != "model"]
    for key in named:
        lines = [_line(key, top[key])]
        if key == "format" and "model" in top:
            lines.append(_line("model", top["model"]))
        parts.append("\n".join([*_comment(key), *lines]))
    parts += [part for key in _TABLES if key in table for part in _table(key, table[key])]
    for place, contest in enumerate(table["contests"]):
        parts += _contest(contest, _comment("contests") if place == 0 else [])
    return "\n\n".join(parts) + "\n"


def _table(name: str, table: Mapping[str, Json]) -> list[str]:
    inner = _INNER.get(name, "")
    own = {key: value for key, value in table.items() if key != inner}
    parts = ["\n".join([*_comment(name), f"[{name}]", *_lines(own)])]
    for place, item in enumerate(table.get(inner, [])):
        comment = _comment(inner) if place == 0 else []
        parts.append("\n".join([*comment, f"[[{name}.{inner}]]", *_lines(item)]))
    return parts


def _contest(contest: Mapping[str, Json], comment: list[str]) -> list[str]:
    own = {key: value for key, value in contest.items() if key not in _BELOW}
    parts = ["\n".join([*comment, "[[contests]]", *_lines(own)])]
    parts += ["\n".join([f"[contests.{name}]", *_lines(contest[name])]) for name in _BELOW if name in contest]
    return parts


def _comment(key: str) -> list[str]:
    return [f"# {line}" for line in _COMMENTS.get(key, ())]


def _sorted(keys: Mapping[str, Json]) -> list[str]:
    return sorted(keys, key=lambda key: (_RANK.get(key, len(_RANK)), key))


def _lines(table: Mapping[str, Json]) -> list[str]:
    return [_line(key, table[key]) for key in _sorted(table)]


def _line(key: str, value: Json) -> str:
    """A key and its value; an array that is too long for a line has one line for each item."""
    line = f"{_key(key)} = {_value(value)}"
    if len(line) <= _WIDTH or not isinstance(value, list) or not value:
        return line
    return "\n".join([f"{_key(key)} = [", *(f"    {_value(item)}," for item in value), "]"])


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else _text(key)


def _value(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        inside = ", ".join(f"{_key(key)} = {_value(value[key])}" for key in _sorted(value))
        return f"{{ {inside} }}" if inside else "{}"
    return _text(value) if isinstance(value, str) else str(value)


def _text(text: str) -> str:
    return f'"{"".join(map(_sign, text))}"'


def _sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if not sign.isprintable() and unicodedata.category(sign) != "Zs":
        return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"
    return sign
