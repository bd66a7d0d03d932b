"""The configuration of a draft: read as one value, changed part by part, copied to another election.

Whoever changes a part says what she saw of it. If somebody else has saved it otherwise since, nothing is written and
`Stale` brings what stands there now: seen and saved are compared in the transaction that writes. So the revision of
a part is its content (ADR 0023), and two officers at work on two parts do not hinder each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from elections.protocol.canonical import hour_text
from elections.protocol.errors import ProtocolError
from elections.registry import elections, journal
from elections.registry.roll_tables import RollChange
from elections.registry.tables import CeremonyDocument, Contest, ElectorKey, Entitlement
from elections.rules import configuration, contests, parts
from elections.rules.configuration import Configuration
from elections.rules.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.journal import Actor
    from elections.registry.tables import Election
    from elections.rules.configuration import Checked
    from elections.rules.models import ContestModel

_LONGEST = 200
"""Signs of a value that the journal repeats."""


class Stale(Exception):  # noqa: N818 - no fault, but news
    """Somebody has saved this part since it was read: `values` is what stands there now, None where nothing does."""

    def __init__(self, values: dict[str, Json] | None) -> None:
        super().__init__()
        self.values = values


def read(election: Election) -> Configuration:
    """The whole configuration, as it stands."""
    table = election.model_table
    known = {contest["key"]: contest for contest in table["contests"]}
    delegates = [role for group in election.policy for role in group["holders"] if role.startswith("delegate")]
    return Configuration(
        election.model,
        {
            **table,
            "title": election.title,
            "rehearsal": election.rehearsal,
            "contests": [_contest(contest, known.get(contest.key, {})) for contest in election.contests],
            "election": {
                "opening": hour_text(election.opening),
                "closing": hour_text(election.closing),
                "group": election.group,
                "delegates": len(delegates),
                "issuers": list(election.issuers),
                "urn": election.urn_name,
            },
        },
    )


def values(election: Election, name: str, contest_uuid: str | None, key: str = "") -> dict[str, Json] | None:
    """What one part says (`rules.parts`), of the contest of that uuid or the date `key`; None where it is no more."""
    part, table, place = parts.PARTS[name], read(election).table, key
    if part.of == "date" and key not in parts.open_dates(table):
        return None
    if contest_uuid:
        found = [contest.key for contest in election.contests if contest.uuid == contest_uuid]
        if not found:
            return None
        [place] = found
    return parts.look(table, part, place)


def tried(
    election: Election,
    name: str,
    contest_uuid: str | None,
    seen: Mapping[str, Json],
    wanted: dict[str, Json],
    key: str = "",
) -> tuple[Configuration, Configuration]:
    """The configuration as it stands, and as it would be with other values in one part, checked whole."""
    before, old = values(election, name, contest_uuid, key), read(election)
    if before is None or before != seen:
        raise Stale(before)
    place = _own(election, contest_uuid).key if contest_uuid else key
    new = Configuration(old.model, parts.changed(old.table, parts.PARTS[name], wanted, place))
    configuration.check(new)
    return old, new


def change(  # noqa: PLR0913 - what was seen, what is wanted, and of what
    session: Session,
    election_uuid: str,
    name: str,
    contest_uuid: str | None,
    seen: Mapping[str, Json],
    wanted: dict[str, Json],
    actor: Actor,
    now: datetime,
    key: str = "",
) -> None:
    """Save one part of a draft (`rules.parts`), of the contest of that uuid or of the date `key`.

    Raises `Stale` if the part no longer says what was `seen`; the same values again change nothing. Refused: what
    `rules.configuration.check` refuses of the whole, and what is too late to change (`_check_free`).
    """
    election = elections.changeable(session, election_uuid)
    before = values(election, name, contest_uuid, key)
    if before == wanted:
        return
    old, new = tried(election, name, contest_uuid, seen, wanted, key)
    renamed = {wanted["key"]: seen["key"]} if name == "contest" else {}
    _put(session, election, old, new, now, renamed)
    details: dict[str, Json] = {"part": name, "old": _short(seen, wanted), "new": _short(wanted, seen)}
    if key:
        details["date"] = key
    act = parts.PARTS[name].act
    journal.append(session, election_uuid, act, actor, now, contest=contest_uuid, details=details)


def add_contest(
    session: Session, election_uuid: str, contest: dict[str, Json], like: str, actor: Actor, now: datetime
) -> str:
    """One more contest, made after another one, whose uuid is `like`; its uuid."""
    election = elections.changeable(session, election_uuid)
    old = read(election)
    new = Configuration(old.model, contests.added(old.table, contest, _own(election, like).key))
    _put(session, election, old, new, now)
    made = election.contests[-1].uuid
    details = {"key": contest["key"], "title": short(contest["title"])}
    journal.append(session, election_uuid, "contest-added", actor, now, contest=made, details=details)
    return made


def remove_contest(session: Session, election_uuid: str, contest_uuid: str, actor: Actor, now: datetime) -> None:
    """One contest less, its candidacies and the changes of its roll with it.

    Refused while the roll has electors of it (`registry.voters`).
    """
    election = elections.changeable(session, election_uuid)
    old, contest = read(election), _own(election, contest_uuid)
    details = {"contest": contest_uuid, "key": contest.key, "title": short(contest.title)}
    _put(session, election, old, Configuration(old.model, contests.removed(old.table, contest.key)), now)
    journal.append(session, election_uuid, "contest-removed", actor, now, details=details)


def move_contest(session: Session, election_uuid: str, contest_uuid: str, by: int, actor: Actor, now: datetime) -> None:
    """One contest so many places further down, or up."""
    election = elections.changeable(session, election_uuid)
    old = read(election)
    new = Configuration(old.model, contests.moved(old.table, _own(election, contest_uuid).key, by))
    if contests.keys(new.table) == contests.keys(old.table):
        return
    _put(session, election, old, new, now)
    details = {"order": contests.keys(new.table)}
    journal.append(session, election_uuid, "contest-order", actor, now, details=details)


def create(session: Session, wanted: Configuration, actor: Actor, now: datetime, source: str | None = None) -> Election:
    """A new draft from a configuration; `source` tells the journal where it came from, as the uuid it is a copy of."""
    checked = configuration.check(wanted)
    return elections.create(
        session,
        checked.model,
        actor,
        now,
        opening=checked.opening,
        closing=checked.closing,
        group=checked.group,
        delegates=checked.delegates,
        issuers=checked.issuers,
        urn_name=checked.urn,
        source=source,
    )


def _contest(row: Contest, known: Mapping[str, Json]) -> dict[str, Json]:
    """The table of a contest: what its row says, and of the model what no row holds."""
    table = {
        "key": row.key,
        "title": row.title,
        "college": row.college,
        "seats": row.seats,
        "method": row.method,
        # The order of ages belongs to candidacies, which are no part of a configuration.
        "parameters": {name: value for name, value in row.parameters.items() if name != "order"},
        "order": row.display_order,
        "articles": list(known.get("articles", [])),
    }
    if row.admission is not None:
        table["candidacies"] = row.admission
    return {**table, **({"electors": known["electors"]} if "electors" in known else {})}


def _own(election: Election, contest_uuid: str) -> Contest:
    """The contest, which must be one of this election; somebody may have taken it away."""
    found = next((contest for contest in election.contests if contest.uuid == contest_uuid), None)
    if found is None:
        raise Stale(None)
    return found


def _put(
    session: Session,
    election: Election,
    old: Configuration,
    new: Configuration,
    now: datetime,
    renamed: Mapping[str, str] | None = None,
) -> None:
    """Make `new` the configuration of a draft, checked whole; `renamed` gives the old key of a new one."""
    checked = configuration.check(new)
    if new.table["election"] != old.table["election"]:
        elections.check_hours(checked.opening, checked.closing, now)
    _check_free(session, election, old, new)
    election.model_table = {name: value for name, value in new.table.items() if name != "election"}
    election.title, election.rehearsal, election.grace = (
        checked.model.title,
        checked.model.rehearsal,
        checked.model.grace,
    )
    election.audience, election.batches = list(checked.model.audience), dict(checked.model.batches)
    election.opening, election.closing = checked.opening, checked.closing
    election.group, election.issuers, election.urn_name = checked.group, list(checked.issuers), checked.urn
    if (new.table["policy"], new.table["election"]["delegates"]) != (
        old.table["policy"],
        old.table["election"]["delegates"],
    ):
        election.policy = checked.policy
    _put_contests(session, election, checked, renamed or {})
    session.flush()
    session.refresh(election, ["contests"])


def _put_contests(session: Session, election: Election, checked: Checked, renamed: Mapping[str, str]) -> None:
    rows = {contest.key: contest for contest in election.contests}
    for place, row in enumerate(rows.values(), 1):
        # No two rows may have the same place, not even between two statements.
        row.position = -place
    session.flush()
    wanted = [(model, rows.pop(renamed.get(model.key, model.key), None)) for model in checked.model.contests]
    for row in rows.values():
        _take_away(session, row)
    session.flush()
    for position, (model, found) in enumerate(wanted):
        row = found or Contest(uuid=elections.new_uuid(), election_uuid=election.uuid, phase=Phase.DRAFT)
        _fill(row, model)
        row.position, row.closing = position, checked.closing
        session.add(row)


def _take_away(session: Session, contest: Contest) -> None:
    voters = select(func.count()).select_from(Entitlement).where(Entitlement.contest_uuid == contest.uuid)
    if count := session.scalar(voters):
        raise ProtocolError("registry.voters", contest=contest.title, electors=count)
    session.execute(delete(RollChange).where(RollChange.contest_uuid == contest.uuid))
    session.delete(contest)


def _fill(row: Contest, model: ContestModel) -> None:
    """A row as its model has it. The order of ages stays as long as the tie is the one it was given for."""
    parameters = dict(model.parameters)
    if row.candidacies:
        if (row.kind, row.display_order) != (model.ballot, model.order):
            raise ProtocolError("registry.on-file", contest=row.title)
        if "order" in row.parameters and (row.method, row.parameters.get("tie")) == (
            model.method,
            parameters.get("tie"),
        ):
            parameters["order"] = row.parameters["order"]
    row.key, row.title, row.college = model.key, model.title, model.college
    row.method, row.seats, row.parameters = model.method, model.seats, parameters
    row.kind, row.display_order = model.ballot, model.order
    row.admission = None if model.candidacies is None else dict(model.candidacies)


def _check_free(session: Session, election: Election, old: Configuration, new: Configuration) -> None:
    """Refuse what the makers of keys and codes were told already: they would have to begin again.

    Once holders are invited (`registry.keys-begun`): group, holders and which contests there are. Once codes are
    made (`registry.codes-made`): group and issuers.
    """

    def changed(*names: str) -> bool:
        before, after = old.table["election"], new.table["election"]
        return any(before[name] != after[name] for name in names)

    begun = select(func.count()).select_from(CeremonyDocument).where(CeremonyDocument.election_uuid == election.uuid)
    makers = changed("group", "delegates") or old.table["policy"] != new.table["policy"]
    makers = makers or len(old.table["contests"]) != len(new.table["contests"])
    if makers and (session.scalar(begun) or any(contest.trustees is not None for contest in election.contests)):
        raise ProtocolError("registry.keys-begun")
    codes = select(func.count()).select_from(ElectorKey).where(ElectorKey.election_uuid == election.uuid)
    if changed("group", "issuers", "urn") and (election.record_key or session.scalar(codes)):
        raise ProtocolError("registry.codes-made")


def short(value: Json) -> Json:
    """A value as the journal repeats it: whole if it is short."""
    return value if len(str(value)) <= _LONGEST else "…"


def _short(values: Mapping[str, Json], others: Mapping[str, Json]) -> dict[str, Json]:
    """What is otherwise in `values` than in the others."""
    return {name: short(value) for name, value in values.items() if others.get(name) != value}
