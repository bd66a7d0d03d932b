"""The parts in which a configuration is changed: what each says, as a few named values, and how it is said anew.

A part reads its values from the table of a configuration (`configuration`), of one contest in it, or of one date of
its calendar, and writes them back; values are JSON. Nothing is judged here: what a part has written, `check` judges
with all the rest. A value of None, and an optional one that says no, is left out of the table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from elections.protocol.errors import ProtocolError
from elections.rules import contests
from elections.rules.parameters import KINDS
from elections.rules.timetable import NOT_FOUND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from elections.protocol.canonical import Json

    Table = Mapping[str, Json]
    Values = dict[str, Json]

GROUPS = 3
"""Groups of key holders that a screen shows: the office knows three kinds of holders, and each belongs to one."""

_OFFSET = re.compile(r"([+-])([0-9]{1,3}) (day|month|year|clear day)s?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: the act that the journal notes, what it is read from, and how."""

    act: str
    of: Literal["election", "contest", "date"]
    read: Callable[[Table], Values]
    write: Callable[[Table, Values], Table]


def look(table: Table, part: Part, key: str = "") -> Values:
    """The values of a part; `key` is that of the contest or the date it is about."""
    if part.of == "contest":
        return part.read(contests.find(table, key))
    return part.read(_date(table, key) if part.of == "date" else table)


def changed(table: Table, part: Part, values: Values, key: str = "") -> Table:
    """The whole table with other values in one part; what else names a contest follows its new key."""
    if part.of == "election":
        return part.write(table, values)
    if part.of == "contest":
        return contests.replaced(table, key, part.write(contests.find(table, key), values))
    date = part.write(_date(table, key), values)
    dates = [date if item["key"] == key else item for item in table["calendar"]["dates"]]
    return {**table, "calendar": {**table["calendar"], "dates": dates}}


def open_dates(table: Table) -> list[str]:
    """The keys of the dates that no text settles, or only in our reading: the office may count them otherwise."""
    dates = table.get("calendar", {}).get("dates", [])
    return [item["key"] for item in dates if item["offset"] == NOT_FOUND or item.get("assumed")]


def _date(table: Table, key: str) -> Table:
    if key not in open_dates(table):
        raise ProtocolError("configuration.date", key=key[:32])
    return next(item for item in table["calendar"]["dates"] if item["key"] == key)


def _said(values: Mapping[str, Json]) -> dict[str, Json]:
    """The values that say something."""
    return {key: value for key, value in values.items() if value not in (None, "", False, [])}


def _keys(act: str, keys: Sequence[str], within: str = "") -> Part:
    """A part that is some keys of the table, or of one of its tables."""

    def read(table: Table) -> Values:
        source = table[within] if within else table
        return {key: source[key] for key in keys}

    def write(table: Table, values: Values) -> Table:
        return {**table, within: {**table[within], **values}} if within else {**table, **values}

    return Part(act, "election", read, write)


# --- The election ----------------------------------------------------------------------------------


def _read_grace(table: Table) -> Values:
    minutes, seconds = divmod(table["grace"], 60)
    return {"minutes": minutes, "seconds": seconds}


def _write_grace(table: Table, values: Values) -> Table:
    return {**table, "grace": 60 * values["minutes"] + values["seconds"]}


def _read_frame(table: Table) -> Values:
    calendar = table.get("calendar", {})
    window = calendar.get("window", {})
    return {
        "internet": calendar.get("internet", False),
        "territory": calendar.get("territory", "metropole"),
        **{key: window.get(key) for key in ("months", "days", "article")},
    }


def _write_frame(table: Table, values: Values) -> Table:
    window = {key: values[key] for key in ("months", "days", "article") if values[key] not in (None, "")}
    frame = {"internet": values["internet"], **({"window": window} if window else {})}
    if values["territory"] != "metropole":
        frame["territory"] = values["territory"]
    dates = table.get("calendar", {}).get("dates")
    rest = {key: value for key, value in table.items() if key != "calendar"}
    if frame == {"internet": False} and not dates:
        return rest
    return {**rest, "calendar": {**frame, **({"dates": dates} if dates else {})}}


def _read_holders(table: Table) -> Values:
    values: Values = {"delegates": table["election"]["delegates"]}
    for place in range(1, GROUPS + 1):
        group = table["policy"][place - 1] if place <= len(table["policy"]) else {"holders": [], "threshold": None}
        values |= {f"holders_{place}": list(group["holders"]), f"threshold_{place}": group["threshold"]}
    return values


def _write_holders(table: Table, values: Values) -> Table:
    groups = [
        {"holders": values[f"holders_{place}"], "threshold": values[f"threshold_{place}"]}
        for place in range(1, GROUPS + 1)
        if values[f"holders_{place}"] or values[f"threshold_{place}"] is not None
    ]
    vote = {**table["election"], "delegates": values["delegates"]}
    return {**table, "policy": groups + table["policy"][GROUPS:], "election": vote}


def _read_date(date: Table) -> Values:
    found = _OFFSET.fullmatch(date["offset"])
    sign, count, unit = found.groups() if found else ("-", None, "day")
    return {
        "count": None if count is None else int(count),
        "unit": unit,
        "way": "before" if sign == "-" else "after",
        "article": date["article"],
    }


def _write_date(date: Table, values: Values) -> Table:
    """A date that was found nowhere is, once it is counted, our reading of the text."""
    offset = NOT_FOUND
    if values["count"] is not None:
        sign = "-" if values["way"] == "before" else "+"
        offset = f"{sign}{values['count']} {values['unit']}{'' if values['count'] == 1 else 's'}"
    rest = {key: value for key, value in date.items() if key != "assumed"}
    return {
        **rest,
        "offset": offset,
        "article": values["article"],
        **({"assumed": True} if offset != NOT_FOUND else {}),
    }


# --- A contest -------------------------------------------------------------------------------------

_IDENTITY = ("key", "title", "college", "articles")
_SECOND = ("tie", "tie_article", "order", "first_round")
"""Parameters of a vote that may end here, which a first round of two does not."""
_SHOWN = ("bar", "bar_article", "base", "names", "names_article", "substitutes", "tie")
_PAIRS = {"bar": ("bar_part", "bar_whole"), "names": ("names_least", "names_most")}


def _read_method(contest: Table) -> Values:
    parameters = contest["parameters"]
    values: Values = {key: contest[key] for key in ("method", "seats", "order")}
    return values | {"round": str(parameters.get("round", "")), "article": parameters.get("article", "")}


def _write_method(contest: Table, values: Values) -> Table:
    """The contest by another method: parameters that this one has too stay."""
    method = values["method"]
    known = KINDS[method].parameters if method in KINDS else ()
    before = {key: value for key, value in contest["parameters"].items() if key in (*known, "tie_article")}
    before.pop("round", None)
    if "round" in known and values["round"] in ("1", "2"):
        before["round"] = int(values["round"])
    if before.get("round") == 1:
        before = {key: value for key, value in before.items() if key not in _SECOND}
    parameters = {**before, **_said({"article": values["article"]})}
    return {**contest, **{key: values[key] for key in ("method", "seats", "order")}, "parameters": parameters}


def _parameters(contest: Table) -> list[str]:
    """The parameters that the contest's method has, but for those that belong to one candidacy or another election."""
    if contest["parameters"].get("round") == 1:
        return []
    known = KINDS[contest["method"]].parameters
    return [key for key in _SHOWN if key in known]


def _read_rule(contest: Table) -> Values:
    values: Values = {}
    for key in (*_parameters(contest), "tie_article"):
        if key in _PAIRS:
            values |= dict(zip(_PAIRS[key], contest["parameters"].get(key, (None, None)), strict=True))
        else:
            values[key] = contest["parameters"].get(key, "")
    return values


def _write_rule(contest: Table, values: Values) -> Table:
    shown = (*_parameters(contest), "tie_article")
    parameters = {key: value for key, value in contest["parameters"].items() if key not in shown}
    for key in shown:
        if key not in _PAIRS:
            parameters |= _said({key: values.get(key)})
        elif (pair := [values.get(name) for name in _PAIRS[key]]) != [None, None]:
            parameters[key] = pair
    return {**contest, "parameters": parameters}


def _candidacies(contest: Table, key: str, value: Json) -> Table:
    """The contest with another rule on candidacies, or without it; a table that says nothing is none."""
    table = {name: rule for name, rule in contest.get("candidacies", {}).items() if name != key}
    if value is not None:
        table[key] = value
    rest = {name: part for name, part in contest.items() if name != "candidacies"}
    return {**rest, "candidacies": table} if table else rest


def _rule(key: str, defaults: Mapping[str, Json]) -> Part:
    """A rule on candidacies, with its article; `stated` says whether it is one of this contest at all."""

    def read(contest: Table) -> Values:
        rule = contest.get("candidacies", {}).get(key)
        found = {"article": "", "assumed": False, **defaults} | (rule or {})
        return {"stated": rule is not None, **found}

    def write(contest: Table, values: Values) -> Table:
        if not values["stated"]:
            return _candidacies(contest, key, None)
        rule = {name: values[name] for name in defaults if values[name] not in (None, "", False)}
        article = {"article": values["article"], **({"assumed": True} if values["assumed"] else {})}
        return _candidacies(contest, key, rule | article)

    return Part("admission", "contest", read, write)


def _read_closes(contest: Table) -> Values:
    rule = contest.get("candidacies", {}).get("closes")
    unit = next((unit for unit in ("months", "weeks", "days") if unit in (rule or {})), "days")
    known = rule or {}
    return {
        "stated": rule is not None,
        "count": known.get(unit),
        "unit": unit,
        "article": known.get("article", ""),
        "assumed": known.get("assumed", False),
    }


def _write_closes(contest: Table, values: Values) -> Table:
    if not values["stated"]:
        return _candidacies(contest, "closes", None)
    rule = {values["unit"]: values["count"], "article": values["article"]}
    return _candidacies(contest, "closes", rule | ({"assumed": True} if values["assumed"] else {}))


def _read_barred(contest: Table) -> Values:
    values: Values = {}
    for place, rule in enumerate(contest.get("candidacies", {}).get("barred", []), 1):
        values |= {f"situations_{place}": list(rule["situations"]), f"article_{place}": rule["article"]}
        values[f"assumed_{place}"] = rule.get("assumed", False)
    return values


def _write_barred(contest: Table, values: Values) -> Table:
    rules = []
    for name in values:
        place = name.removeprefix("situations_")
        if place != name and (values[name] or values[f"article_{place}"]):
            rule = {"situations": values[name], "article": values[f"article_{place}"]}
            rules.append(rule | ({"assumed": True} if values[f"assumed_{place}"] else {}))
    return _candidacies(contest, "barred", rules or None)


def _read_filed_by(contest: Table) -> Values:
    return {"filed_by": contest.get("candidacies", {}).get("filed_by", "")}


def _write_filed_by(contest: Table, values: Values) -> Table:
    return _candidacies(contest, "filed_by", values["filed_by"] or None)


_LISTS = ("positions", "situations", "functions", "nowhere")


def _read_electors(contest: Table) -> Values:
    known = contest.get("electors")
    table = known or {}
    values: Values = {"stated": known is not None, "others": table.get("others", False)}
    values |= {key: list(table.get(key, [])) for key in (*_LISTS, "assumed")}
    return values | {"article": table.get("article", "")}


def _write_electors(contest: Table, values: Values) -> Table:
    rest = {key: value for key, value in contest.items() if key != "electors"}
    if not values["stated"]:
        return rest
    said = _said({key: values[key] for key in (*_LISTS, "others", "assumed")})
    return {**rest, "electors": {**said, "article": values["article"]}}


PARTS: Mapping[str, Part] = {
    "title": _keys("settings", ("title", "rehearsal")),
    "hours": _keys("calendar", ("opening", "closing"), "election"),
    "frame": Part("calendar", "election", _read_frame, _write_frame),
    "date": Part("calendar", "date", _read_date, _write_date),
    "holders": Part("policy", "election", _read_holders, _write_holders),
    "grace": Part("settings", "election", _read_grace, _write_grace),
    "batches": _keys("settings", ("at_once", "publish_at", "every", "keep_back", "single_below"), "batches"),
    "audience": _keys("settings", ("audience",)),
    "servers": _keys("settings", ("issuers", "urn", "group"), "election"),
    "sources": _keys("settings", ("sources", "not_found")),
    "contest": Part(
        "contest",
        "contest",
        lambda contest: {key: contest[key] for key in _IDENTITY},
        lambda contest, values: {**contest, **{key: values[key] for key in _IDENTITY}},
    ),
    "method": Part("contest", "contest", _read_method, _write_method),
    "rule": Part("contest", "contest", _read_rule, _write_rule),
    "electors": Part("contest", "contest", _read_electors, _write_electors),
    "filed_by": Part("admission", "contest", _read_filed_by, _write_filed_by),
    "names": _rule("names", {"full": None, "least": "", "even": False}),
    "particulars": _rule("particulars", {"given": []}),
    **{key: _rule(key, {}) for key in ("substitutes", "one_per_union", "one_per_person", "signed", "delegate", "roll")},
    "shares": _rule("shares", {"rounding": ""}),
    "barred": Part("admission", "contest", _read_barred, _write_barred),
    "closes": Part("admission", "contest", _read_closes, _write_closes),
    "ruling": _rule("ruling", {"by": "", "days": None}),
    "mending": _rule("mending", {"days": None, "unmended": ""}),
}
"""Every part, by its name."""
