"""The configuration of an election as a value, and as a file that people read and change.

A configuration is the table of a model (`models`) with one more table:

    [election]
    opening   = 2026-02-06T08:00:00+01:00   the hours of the vote, each with its zone
    closing   = 2026-02-12T16:00:00+01:00
    group     = "Ed25519"                   the mathematical group
    delegates = 3                           how many list delegates hold keys
    issuers   = ["issuer-1"]                who gives tokens
    urn       = "urn"                       the name under which the urn signs

In a program its hours are texts in UTC, so that the whole is JSON. Its file begins with `format =
"isoloir-configuration-1"` and `model`, the name of the model it came from; it holds no roll, no candidacy, no key
and nobody's name. `write` gives the same bytes for the same configuration: what is written, read and written again
is the same file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from elections.protocol.canonical import check_year, fields, hour, hour_text, integer, string
from elections.protocol.errors import ProtocolError
from elections.protocol.group import GROUP_NAMES
from elections.protocol.setup import URN_PATTERN
from elections.rules import models
from elections.rules.french import PARIS
from elections.rules.tables import KEY, choice, distinct, numbered
from elections.rules.timetable import check_duration
from elections.rules.toml import document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from elections.protocol.canonical import Json
    from elections.rules.models import Model

FORMAT = "isoloir-configuration-1"
LARGEST = 256 * 1024
"""Bytes of a file; that of the commission takes eighteen thousand."""
MOST_CONTESTS = 100
MOST_DELEGATES = 50

_ELECTION = ("opening", "closing", "group", "delegates", "issuers", "urn")


@dataclass(frozen=True, slots=True)
class Configuration:
    """A whole configuration; `table` is JSON, with the hours of its `election` as texts in UTC."""

    model: str
    table: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a configuration says, once it was found right."""

    model: Model
    opening: datetime
    closing: datetime
    group: str
    delegates: tuple[str, ...]
    issuers: tuple[str, ...]
    urn: str
    policy: list[dict[str, Json]]


def delegate_roles(count: int) -> list[str]:
    """The roles of `count` list delegates among the key holders."""
    return [f"delegate-{number}" for number in range(1, count + 1)]


def check(configuration: Configuration) -> Checked:
    """Check all of it, as a model file is checked; every refusal names the place.

    Refused besides: key holders that the policy cannot do with, and a duration that the law forbids. Whether the
    hours are still to come is asked by whoever makes an election of it.
    """
    what = f"model {configuration.model}"
    table = dict(configuration.table)
    if "election" not in table:
        raise ProtocolError("json.missing", what=what, key="election")
    vote = fields(table.pop("election"), f"{what}, election", _ELECTION)
    model = models.read(table, configuration.model)
    if len(model.contests) > MOST_CONTESTS:
        raise ProtocolError("json.range", what=f"{what}, contests")
    opening, closing = (hour(vote[key], f"{what}, election, {key}") for key in ("opening", "closing"))
    if opening >= closing:
        raise ProtocolError("registry.hours", opening=hour_text(opening), closing=hour_text(closing))
    check_duration(None if model.rehearsal else model.calendar, opening, closing)
    delegates = delegate_roles(integer(vote["delegates"], f"{what}, election, delegates", 0, MOST_DELEGATES))
    issuers = [
        string(name, f"{what}, election, issuers {place}", URN_PATTERN)
        for place, name in numbered(vote["issuers"], f"{what}, election, issuers")
    ]
    distinct(issuers, f"{what}, election, issuers")
    return Checked(
        model,
        opening,
        closing,
        choice(vote["group"], f"{what}, election, group", tuple(GROUP_NAMES)),
        tuple(delegates),
        tuple(issuers),
        string(vote["urn"], f"{what}, election, urn", URN_PATTERN),
        model.policy_for(delegates),
    )


def at_hours(configuration: Configuration, opening: datetime, closing: datetime) -> Configuration:
    """The same configuration for a vote at other hours."""
    vote = {**configuration.table["election"], "opening": hour_text(opening), "closing": hour_text(closing)}
    return Configuration(configuration.model, {**configuration.table, "election": vote})


def entitled(configuration: Configuration, title: str) -> Configuration:
    """The same configuration under another title."""
    return Configuration(configuration.model, {**configuration.table, "title": title})


def parse(data: bytes) -> Configuration:
    """Read a file, and check it whole; a refusal names the line, or the field."""
    what = "configuration"
    if len(data) > LARGEST:
        raise ProtocolError("json.range", what=what)
    table = models.toml(data, what)
    for key in ("format", "model"):
        if key not in table:
            raise ProtocolError("json.missing", what=what, key=key)
    choice(table["format"], f"{what}, format", (FORMAT,))
    name = string(table.pop("model"), f"{what}, model", KEY)
    table["format"] = models.FORMAT
    if isinstance(table.get("election"), dict):
        vote = table["election"]
        for key in ("opening", "closing"):
            if key in vote:
                vote[key] = _hour(vote[key], f"{what}, election, {key}")
    configuration = Configuration(name, table)
    check(configuration)
    return configuration


def write(configuration: Configuration) -> bytes:
    """The file of a configuration, each part with a comment, in an order that does not change."""
    table = {**configuration.table, "format": FORMAT, "model": configuration.model}
    vote = dict(table["election"])
    for key in ("opening", "closing"):
        vote[key] = hour(vote[key], key).astimezone(PARIS)
    table["election"] = vote
    return document(table).encode()


def _hour(value: object, what: str) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None or value.microsecond:
        raise ProtocolError("configuration.hour", what=what)
    check_year(value)
    try:
        return hour_text(value.astimezone(UTC))
    except OverflowError as error:
        raise ProtocolError("configuration.hour", what=what) from error
