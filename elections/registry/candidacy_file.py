"""Candidacies as the office hands them in: a sheet with one line for each titular, in the order of the screen.

    collège; candidature; titre; titulaire; suppléant

`collège` is the contest's key, `candidature` a short name such as `usm`; the lines of one candidacy follow each
other, and `titre` may stand in the first only. A ticket may leave it empty. What the examination of candidacies asks
for may stand in further columns, all optional (`OPTIONAL`): `syndicat` and `délégué` of a list; of each titular and
each substitute identifiant, sexe (F, H), fonctions, juridiction, situation (« aucune », or one that the model names)
and signature (oui, non). An empty cell is not known, and the report says so.

No database here: what is found is a value in the shape that `candidacies.replace` takes.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError
from elections.registry import sheets
from elections.registry.roll_file import fold
from elections.rules.eligibility import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elections.protocol.canonical import Json
    from elections.registry.sheets import Line

COLUMNS = {
    "college": ("collège", "college"),
    "id": ("candidature", "candidacy"),
    "title": ("titre", "title"),
    "titular": ("titulaire", "titular"),
    "substitute": ("suppléant", "substitute"),
}
OF_A_LIST = {"union": ("syndicat", "union"), "delegate": ("délégué", "delegate")}
OF_A_NAME = {
    "identifier": ("identifiant", "identifier"),
    "sex": ("sexe", "sex"),
    "functions": ("fonctions", "functions"),
    "court": ("juridiction", "court"),
    "situation": ("situation", "situation"),
    "signed": ("signature", "signature"),
}
OPTIONAL = OF_A_LIST | {
    f"{who}_{name}": (f"{french} du {said}", f"{english} of the {who}")
    for who, said in (("titular", "titulaire"), ("substitute", "suppléant"))
    for name, (french, english) in OF_A_NAME.items()
}

_SEXES = {"f": "f", "femme": "f", "h": "m", "homme": "m", "m": "m"}
_ANSWERS = {"oui": True, "yes": True, "non": False, "no": False}
_NONE = ("aucune", "none")


def read(data: bytes, contests: Sequence[str], situations: Sequence[str]) -> dict[str, list[dict[str, Json]]]:
    """Read a sheet: the candidacies of each contest that it names, by contest key.

    `situations` are those that the model knows. The first trouble of the file is refused with its line.
    """
    sheet = sheets.read(data, COLUMNS, OPTIONAL)
    for problem in sheet.problems:
        raise problem
    found: dict[str, list[dict[str, Json]]] = {}
    for (college, _), group in groupby(sheet.lines, key=lambda line: (line.cells["college"], line.cells["id"])):
        lines = list(group)
        _choice(lines[0], "college", {key: key for key in contests}, college)
        found.setdefault(college, []).append(_candidacy(lines, {plain(word): word for word in situations}))
    if not found:
        raise ProtocolError("roll.empty")
    return found


def _candidacy(lines: Sequence[Line], situations: Mapping[str, str]) -> dict[str, Json]:
    """One candidacy from its lines; what is said of all of it may stand in the first only."""
    first = lines[0].cells
    whole = {name: first.get(name, "") for name in ("title", *OF_A_LIST)}
    whole["title"] = whole["title"] or first["titular"]
    for line in lines:
        for name, value in whole.items():
            if line.cells.get(name, "") not in ("", value):
                raise ProtocolError("registry.title", line=line.number, field=_heading(name))
        if not line.cells["titular"]:
            raise ProtocolError("roll.text", line=line.number, field=_heading("titular"), limit=500)
    return {
        "delegate": whole["delegate"] or None,
        "id": first["id"],
        "names": [{"substitute": line.cells["substitute"] or None, "titular": line.cells["titular"]} for line in lines],
        "persons": [
            {who: _known(line, who, situations) for who in ("titular", "substitute") if line.cells[who]}
            for line in lines
        ],
        "title": whole["title"],
        "union": whole["union"] or None,
    }


def known_of(line: Line, who: str) -> dict[str, Json]:
    """What a line says of her, where no situation is asked for."""
    return _known(line, who, {})


def _known(line: Line, who: str, situations: Mapping[str, str]) -> dict[str, Json]:
    """What the line says of its titular or of her substitute; only what is known has a key."""
    cells = {name: line.cells.get(f"{who}_{name}", "") for name in OF_A_NAME}
    known: dict[str, Json] = {name: cells[name] for name in ("functions", "court") if cells[name]}
    if cells["identifier"]:
        known["identifier"] = fold(cells["identifier"])
    choices: dict[str, Mapping[str, Json]] = {
        "sex": _SEXES,
        "signed": _ANSWERS,
        "situation": {**dict.fromkeys(_NONE, ""), **situations},
    }
    for name, values in choices.items():
        if cells[name]:
            known[name] = _choice(line, f"{who}_{name}", values, plain(cells[name]))
    return known


def _choice(line: Line, field: str, values: Mapping[str, Json], text: str) -> Json:
    """What a cell means, one of a few; a slip of the pen must not pass for something else."""
    if text not in values:
        what = {"field": _heading(field), "text": line.cells[field][:40], "known": ", ".join(values)}
        raise ProtocolError("roll.college", line=line.number, **what)
    return values[text]


def _heading(name: str) -> str:
    """What the office calls a column."""
    return (COLUMNS | OPTIONAL)[name][0]
