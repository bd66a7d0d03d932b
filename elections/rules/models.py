"""The elections an office can start from: `models/NAME.toml`, to be copied and changed without code.

Format, all keys required unless said otherwise; texts are one line, in the language of the screens:

    format      = "isoloir-model-1"
    title       = "…"                 the whole operation
    rehearsal   = false               true: nothing real; may be closed early
    grace       = 1800                seconds after closing for who signed in before it
    audience    = ["elector", …]      roles that get leaf hashes before the result (protocol.md §7)
    sources     = ["…"]               the texts the model was written from
    not_found   = ["…"]               what no text at hand says, and what was chosen instead
    policy      = [{ holders = ["president", "secretary"], threshold = 1 }, …]
                                      groups of key holders, all to be satisfied; "delegate" stands for one
                                      holder for each list's delegate
    [batches]                         at_once, every, keep_back, publish_at, single_below (protocol.md §7)
    [[contests]]                      one for each seat or set of seats, each with an urn of its own
    key         = "s1"                short name, unique in the model
    title       = "…"                 what is voted on
    college     = "…"                 who votes
    seats       = 6
    method      = "largest_remainder" a method of `seats`
    parameters  = { article = "…" }   its parameters (`seats.check_rule`)
    order       = "drawn"             display order of candidacies: "drawn" or "alphabetical"
    articles    = ["…"]               the texts this contest rests on
    [contests.candidacies]            optional: what a candidacy must be; `filing` tells its format
    [contests.electors]               optional: who votes; likewise
    [calendar]                        optional: the dates that the law sets; `timetable` tells its format
    [mandate]                         optional: mandates and replacements; `succession` tells its format

`based_on = "OTHER"` takes every key from a model of this folder and replaces those given besides; `format` is
required in both, and the other must not be based on a third. `calendar` and `mandate` name contests, so who gives
other contests gives them too, or has none. What a reader of the file should know stands in it as comments.

An office copies a file, changes it and creates elections from its copy (`elections model copy`, `elections create
FILE.toml`): an election keeps the whole table it began with, whatever becomes of the file.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from elections.protocol.canonical import boolean, fields, integer, string
from elections.protocol.errors import ProtocolError
from elections.rules import succession, timetable
from elections.rules.eligibility import check_disjoint
from elections.rules.filing import candidacy_rules, elector_rules
from elections.rules.phases import Role
from elections.rules.seats import MOST_SEATS, Ballot, ballot_kind, check_rule
from elections.rules.tables import KEY, LINE, choice, choices, distinct, numbered, texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable

    from elections.protocol.canonical import Json

ORDERS = ("drawn", "alphabetical")

FORMAT = "isoloir-model-1"
_LONGEST_GRACE = 24 * 3600
_KEYS = ("format", "title", "rehearsal", "grace", "audience", "sources", "not_found", "policy", "batches", "contests")
_OPTIONAL = ("calendar", "mandate")
_CONTEST_KEYS = ("key", "title", "college", "seats", "method", "parameters", "order", "articles")
_FILING_KEYS = ("candidacies", "electors")
_BATCH_KEYS = ("at_once", "every", "keep_back", "publish_at", "single_below")
_ELECTOR = "elector"
"""A role of the audience only: electors do nothing to a contest but vote in it."""


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """A group of key holders, `threshold` of whom are needed; the holder "delegate" stands for all of them."""

    holders: tuple[str, ...]
    threshold: int


@dataclass(frozen=True, slots=True)
class ContestModel:
    """One contest as the model gives it; candidacies, roll and hours come from the office."""

    key: str
    title: str
    college: str
    seats: int
    method: str
    parameters: Mapping[str, Json]
    order: str
    articles: tuple[str, ...]
    candidacies: Mapping[str, Json] | None = None
    electors: Mapping[str, Json] | None = None

    @property
    def ballot(self) -> Ballot:
        """What electors choose: a list, or a ticket."""
        return ballot_kind(self.method)


@dataclass(frozen=True, slots=True)
class Model:
    """A model, checked; `batches` has the shape it has in setup.json.

    `table` is the whole of it as it was written, what it is based on taken in: `read` gives the model again.
    """

    name: str
    table: Mapping[str, Json]
    title: str
    rehearsal: bool
    grace: int
    audience: tuple[str, ...]
    sources: tuple[str, ...]
    not_found: tuple[str, ...]
    policy: tuple[KeyGroup, ...]
    batches: Mapping[str, int]
    contests: tuple[ContestModel, ...]
    calendar: timetable.Timetable | None = None
    mandate: succession.Mandate | None = None

    def policy_for(self, delegates: Sequence[str]) -> list[dict[str, Json]]:
        """The policy of setup.json once the delegates' roles are known, one holder for each of `delegates`.

        With one delegate only the threshold of his group falls to 1 (R. 211-552, protocol.md §9). A group
        of several of whom all would be needed is refused: one lost key would lose the vote.
        """
        groups: list[dict[str, Json]] = []
        for place, group in enumerate(self.policy, 1):
            holders = [
                role for holder in group.holders for role in (delegates if holder == Role.DELEGATE else [holder])
            ]
            what = f"model {self.name}, policy {place}"
            distinct(holders, what)
            threshold = 1 if len(holders) == 1 else group.threshold
            _check_threshold(threshold, len(holders), what)
            groups.append({"holders": holders, "threshold": threshold})
        return groups


def names() -> tuple[str, ...]:
    """The names of all models, sorted."""
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in _folder().iterdir() if _is_model(entry)))


def load(name: str) -> Model:
    """The model of that name, checked whole."""
    return parse(source(name), name)


def source(name: str) -> bytes:
    """The file of a model; only names of the folder are ever looked up, so no path can be slipped in."""
    if name not in names():
        raise ProtocolError("rules.model", name=name, known=", ".join(names()))
    return (_folder() / f"{name}.toml").read_bytes()


def parse(data: bytes, name: str) -> Model:
    """Check the bytes of a model file; every refusal names the place in it."""
    what = f"model {string(name, 'name of the model', KEY)}"
    table = toml(data, what)
    if "based_on" in table:
        other = string(table.pop("based_on"), f"{what}, based_on", KEY)
        base = toml(source(other), f"model {other}")
        if "based_on" in base:
            raise ProtocolError("rules.based_on", what=what, base=other)
        # Each file says itself which format it is written in.
        base.pop("format", None)
        if "contests" in table:
            # These two name the contests of the other model.
            base = {key: value for key, value in base.items() if key not in _OPTIONAL}
        table = base | table
    return read(table, name)


def read(table: Json, name: str) -> Model:
    """Check the table of a model that stands for itself."""
    what = f"model {name}"
    fields(table, what, _KEYS, _OPTIONAL)
    choice(table["format"], f"{what}, format", (FORMAT,))
    contests = tuple(
        _contest(item, f"{what}, contest {place}") for place, item in numbered(table["contests"], f"{what}, contests")
    )
    keys = [contest.key for contest in contests]
    distinct(keys, f"{what}, contests, key")
    electors = {contest.key: elector_rules(contest.electors, what) for contest in contests if contest.electors}
    check_disjoint(electors, f"{what}, contests, electors")
    mandate = succession.parse(table["mandate"], f"{what}, mandate", keys) if "mandate" in table else None
    if mandate is not None:
        _check_heirs(mandate, contests, f"{what}, mandate")
    return Model(
        name=name,
        table=table,
        title=string(table["title"], f"{what}, title", LINE),
        rehearsal=boolean(table["rehearsal"], f"{what}, rehearsal"),
        grace=integer(table["grace"], f"{what}, grace", 0, _LONGEST_GRACE),
        audience=choices(table["audience"], f"{what}, audience", (_ELECTOR, *Role)),
        sources=texts(table["sources"], f"{what}, sources"),
        not_found=texts(table["not_found"], f"{what}, not_found"),
        policy=tuple(
            _group(item, f"{what}, policy {place}") for place, item in numbered(table["policy"], f"{what}, policy")
        ),
        batches=_batches(table["batches"], f"{what}, batches"),
        contests=contests,
        calendar=timetable.parse(table["calendar"], f"{what}, calendar", keys) if "calendar" in table else None,
        mandate=mandate,
    )


def _check_heirs(mandate: succession.Mandate, contests: Sequence[ContestModel], what: str) -> None:
    """Refuse a substitute of one's own where the names that follow are the substitutes of the whole list."""
    for contest in contests:
        following = contest.parameters.get("substitutes") == "following"
        if following and mandate.replacement(contest.key).by == "own_substitute":
            needed = 'substitutes = "filed"'
            raise ProtocolError("rules.needs", what=f"{what}, own_substitute of {contest.key}", needed=needed)


def _folder() -> Traversable:
    return resources.files("elections.rules") / "models"


def _is_model(entry: Traversable) -> bool:
    return entry.is_file() and entry.name.endswith(".toml")


def toml(data: bytes, what: str) -> dict[str, Json]:
    """The table of a TOML file; a refusal names its line."""
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProtocolError("json.utf8", what=what) from error
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ProtocolError("rules.toml", what=what, detail=str(error)) from error


def _contest(value: Json, what: str) -> ContestModel:
    table = fields(value, what, _CONTEST_KEYS, _FILING_KEYS)
    key = string(table["key"], f"{what}, key", KEY)
    what = f"{what} ({key})"
    seats = integer(table["seats"], f"{what}, seats", 1, MOST_SEATS)
    method = string(table["method"], f"{what}, method")
    parameters = table["parameters"]
    if not isinstance(parameters, dict):
        raise ProtocolError("json.type", what=f"{what}, parameters", expected="a table")
    check_rule(method, seats, parameters, None, what)
    for name, check in (("candidacies", candidacy_rules), ("electors", elector_rules)):
        if name in table:
            check(table[name], f"{what}, {name}")
    return ContestModel(
        key=key,
        title=string(table["title"], f"{what}, title", LINE),
        college=string(table["college"], f"{what}, college", LINE),
        seats=seats,
        method=method,
        parameters=parameters,
        order=choice(table["order"], f"{what}, order", ORDERS),
        articles=texts(table["articles"], f"{what}, articles"),
        candidacies=table.get("candidacies"),
        electors=table.get("electors"),
    )


def _group(value: Json, what: str) -> KeyGroup:
    table = fields(value, what, ("holders", "threshold"))
    holders = choices(table["holders"], f"{what}, holders", (Role.PRESIDENT, Role.SECRETARY, Role.DELEGATE))
    threshold = integer(table["threshold"], f"{what}, threshold", 1)
    if Role.DELEGATE not in holders:
        # How many delegates there will be is not known here; `policy_for` looks at their group.
        _check_threshold(threshold, len(holders), what)
    return KeyGroup(holders, threshold)


def _check_threshold(threshold: int, holders: int, what: str) -> None:
    if not (1 <= threshold < holders or threshold == holders == 1):
        raise ProtocolError("rules.policy", what=what, threshold=threshold, holders=holders)


def _batches(value: Json, what: str) -> dict[str, int]:
    table = fields(value, what, _BATCH_KEYS)
    batches = {key: integer(table[key], f"{what}, {key}") for key in _BATCH_KEYS}
    # What is published is what waits less what is kept back: so every batch holds at least keep_back.
    if not 2 * batches["keep_back"] <= batches["publish_at"] <= batches["at_once"]:
        raise ProtocolError("rules.batches", what=what)
    return batches
