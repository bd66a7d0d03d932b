"""Candidacies: who stands in a contest, in the order in which electors see them (R. 211-564).

They are set as a whole, while the contest is a draft: in alphabetical order where the model says so, else in the
order in which the office hands them in, which is that of its draw. What a list must be for its method is checked here
as the verifier will; whether it is admissible is examined besides (`admission`), and the authority rules on it. A
candidacy that was refused stays here and is not on the ballot.

Of a name only what the examination needs is kept, and the setup has none of it; the seal makes `forget` how a name was
found eligible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from elections.protocol.canonical import string
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import ROLE_PATTERN
from elections.registry import candidacy_file, elections, journal
from elections.registry.tables import Candidacy
from elections.rules.eligibility import plain
from elections.rules.filing import candidacy_rules
from elections.rules.seats import check_candidacies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest

REFUSED = "refused"

_TEXT = r"[^\x00-\x1f]{1,500}"
_FORGOTTEN = ("identifier", "situation")


def replace(
    session: Session, contest_uuid: str, filed: Sequence[Mapping[str, Json]], actor: Actor, now: datetime
) -> None:
    """Make `filed` the candidacies of a contest in draft; each has the shape of setup.json, in the order of the screen.

    Besides it may have `union`, `delegate` and `persons`, as `candidacy_file.read` gives them. A candidacy that
    stays as it was keeps its ruling. Refused: no candidacy, an id or a title twice (`registry.candidacies`), a ticket
    of several (`rules.ticket`), a short list that no report would tell of (`rules.short_list`), texts that setup.json
    could not hold.
    """
    contest = elections.contest(session, contest_uuid)
    elections.changeable(session, contest.election_uuid)
    _check(contest, filed)
    # The order of ages belongs to the candidacies it was chosen for.
    contest.parameters = {name: value for name, value in contest.parameters.items() if name != "order"}
    if contest.display_order == "alphabetical":
        filed = sorted(
            filed, key=lambda item: plain(item["names"][0]["titular"] if _ticket(contest) else item["title"])
        )
    before = {item.id: item for item in contest.candidacies}
    rows = [_row(contest_uuid, position, item) for position, item in enumerate(filed)]
    for row in rows:
        if row.id in before and _content(row) == _content(before[row.id]):
            row.ruling = before[row.id].ruling
    # A document belongs to who bears the short name, and goes with it.
    contest.documents = [item for item in contest.documents if item.candidacy in {row.id for row in rows}]
    session.execute(delete(Candidacy).where(Candidacy.contest_uuid == contest_uuid))
    session.expire(contest, ["candidacies"])
    session.add_all(rows)
    session.flush()
    details = {"candidacies": [item["id"] for item in filed]}
    journal.append(session, contest.election_uuid, "candidacies", actor, now, contest=contest_uuid, details=details)


def standing(contest: Contest) -> list[Candidacy]:
    """The candidacies on the ballot: all but those that were refused."""
    return [item for item in contest.candidacies if item.ruling != REFUSED]


def filed(contest: Contest) -> list[dict[str, Json]]:
    """The candidacies on the ballot in the shape of setup.json."""
    return [{"id": item.id, "names": item.names, "title": item.title} for item in standing(contest)]


def read_file(session: Session, election_uuid: str, data: bytes) -> dict[str, list[dict[str, Json]]]:
    """Read a sheet of candidacies for the contests of an election: what to `replace`, by contest uuid."""
    contests = elections.find(session, election_uuid).contests
    barred = [rule for contest in contests for rule in candidacy_rules(contest.admission or {}, contest.title).barred]
    situations = list(dict.fromkeys(word for rule in barred for word in rule.situations))
    found = candidacy_file.read(data, [contest.key for contest in contests], situations)
    return {contest.uuid: found[contest.key] for contest in contests if contest.key in found}


def forget(contest: Contest) -> None:
    """Keep of each name what was filed, and no more how she was found eligible: the seal needs it no longer."""
    for item in contest.candidacies:
        item.persons = [
            {who: {key: value for key, value in known.items() if key not in _FORGOTTEN} for who, known in pair.items()}
            for pair in item.persons or []
        ]


def _row(contest_uuid: str, position: int, item: Mapping[str, Json]) -> Candidacy:
    return Candidacy(
        contest_uuid=contest_uuid,
        position=position,
        id=item["id"],
        title=item["title"],
        names=[{"substitute": name["substitute"], "titular": name["titular"]} for name in item["names"]],
        persons=item.get("persons"),
        union=item.get("union"),
        delegate=item.get("delegate"),
        ruling=None,
    )


def _content(row: Candidacy) -> tuple[object, ...]:
    """What a ruling was given on."""
    return row.title, row.names, row.persons, row.union, row.delegate


def _ticket(contest: Contest) -> bool:
    return contest.kind == "ticket"


def _check(contest: Contest, filed: Sequence[Mapping[str, Json]]) -> None:
    for place, item in enumerate(filed, 1):
        what = f"{contest.title}, candidacy {place}"
        string(item["id"], f"{what}, short name", ROLE_PATTERN)
        texts = [item["title"]]
        for name in item["names"]:
            texts += [name["titular"]] if name["substitute"] is None else [name["titular"], name["substitute"]]
        for text in texts:
            string(text, what, _TEXT)
    ids, titles = {item["id"] for item in filed}, {item["title"] for item in filed}
    if not filed or len(ids) != len(filed) or len(titles) != len(filed):
        raise ProtocolError("registry.candidacies", what=contest.title)
    # Where the model says how many names there must be, the report tells of a list that has fewer, and the authority
    # rules on it: it must be on file for that. The seal refuses it if it is still on the ballot then.
    examined = not _ticket(contest) and "names" in (contest.admission or {})
    if not (examined and all(item["names"] for item in filed)):
        check_candidacies(contest.method, contest.seats, contest.parameters, filed)
