"""The contests of a configuration's table: found, put in another order, added, taken away, under another key.

Dates and replacements name contests by their keys. A new key goes into them; who takes a contest away takes its
dates away with it, and the dates that are counted from those; a new contest is replaced as the one it is made after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from elections.protocol.canonical import Json

    Table = Mapping[str, Json]


def keys(table: Table) -> list[str]:
    """The keys of all contests, in order."""
    return [contest["key"] for contest in table["contests"]]


def find(table: Table, key: str) -> Table:
    """The contest with that key."""
    found: Table | None = next((contest for contest in table["contests"] if contest["key"] == key), None)
    if found is None:
        raise ProtocolError("configuration.contest", key=key[:32])
    return found


def replaced(table: Table, key: str, contest: Table) -> Table:
    """The table with another contest in the place of that one; its dates and replacements bear its new key."""
    contests = [contest if item["key"] == key else item for item in table["contests"]]
    new = contest["key"]
    others = [item for item in keys(table) if item != key]
    # A key that is taken, or is none, is refused by `check`; until then nothing may be mixed up by it.
    renamed = (
        table if new == key or new in others else _named(table, lambda names: [new if n == key else n for n in names])
    )
    return {**renamed, "contests": contests}


def moved(table: Table, key: str, by: int) -> Table:
    """The table with that contest so many places further down, or up."""
    contests = list(table["contests"])
    place = contests.index(find(table, key))
    contests.insert(max(0, place + by), contests.pop(place))
    return {**table, "contests": contests}


def added(table: Table, contest: Table, like: str) -> Table:
    """The table with one more contest, which is replaced and has its candidacies as the contest `like`."""
    model = find(table, like)
    copied = {"candidacies": model["candidacies"]} if "candidacies" in model else {}
    new = {**copied, **contest}
    grown = table
    if "mandate" in table:
        replacements = [
            {**item, "contests": [*item["contests"], new["key"]]} if like in item["contests"] else item
            for item in table["mandate"]["replacements"]
        ]
        grown = {**table, "mandate": {**table["mandate"], "replacements": replacements}}
    return {**grown, "contests": [*table["contests"], new]}


def removed(table: Table, key: str) -> Table:
    """The table without that contest, the last of which stays."""
    find(table, key)
    contests = [item for item in table["contests"] if item["key"] != key]
    if not contests:
        raise ProtocolError("configuration.last")
    gone = removed_dates(table, key)
    left = _named(_without(table, gone), lambda names: [name for name in names if name != key])
    if "mandate" in left:
        replacements = [item for item in left["mandate"]["replacements"] if item["contests"]]
        left = {**left, "mandate": {**left["mandate"], "replacements": replacements}}
    return {**left, "contests": contests}


def removed_dates(table: Table, key: str) -> list[str]:
    """The keys of the dates that go with a contest: its own alone, and what is counted from them."""
    gone: list[str] = []
    for date in table.get("calendar", {}).get("dates", []):
        if date.get("contests") == [key] or date["of"] in gone:
            gone.append(date["key"])
    return gone


def _without(table: Table, gone: Sequence[str]) -> Table:
    """The table without these dates, which no other date need come before any more."""
    if not gone:
        return table
    dates = []
    for date in table["calendar"]["dates"]:
        if date["key"] not in gone:
            before = [name for name in date.get("before", []) if name not in gone]
            rest = {name: value for name, value in date.items() if name != "before"}
            dates.append({**rest, "before": before} if before else rest)
    calendar = {name: value for name, value in table["calendar"].items() if name != "dates"}
    return {**table, "calendar": {**calendar, "dates": dates} if dates else calendar}


def _named(table: Table, change: Callable[[list[str]], list[str]]) -> Table:
    """The table with other contests named in dates and replacements."""
    new = dict(table)
    if "dates" in table.get("calendar", {}):
        dates = [
            {**date, "contests": change(date["contests"])} if "contests" in date else date
            for date in table["calendar"]["dates"]
        ]
        new["calendar"] = {**table["calendar"], "dates": dates}
    if "mandate" in table:
        replacements = [{**item, "contests": change(item["contests"])} for item in table["mandate"]["replacements"]]
        new["mandate"] = {**table["mandate"], "replacements": replacements}
    return new
