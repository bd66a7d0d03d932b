"""Candidacies: who stands in a contest, in the order in which electors see them (R. 211-564).

They are set as a whole, while the contest is a draft. The office may hand them in as a sheet with one line for
each titular; the lines of one candidacy follow each other, and the order of the file is the order on screen:

    collège; candidature; titre; titulaire; suppléant

`collège` is the contest's key, `candidature` a short name such as `usm`. A ticket may leave `titre` empty. Who may
stand is for the office to decide; what a list must be for its method is checked here as the verifier will.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import delete

from elections.protocol.canonical import string
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import ROLE_PATTERN
from elections.registry import elections, journal, sheets
from elections.registry.tables import Candidacy
from elections.rules.seats import check_candidacies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.journal import Actor
    from elections.registry.sheets import Line
    from elections.registry.tables import Contest

COLUMNS = {
    "college": ("collège", "college"),
    "id": ("candidature", "candidacy"),
    "title": ("titre", "title"),
    "titular": ("titulaire", "titular"),
    "substitute": ("suppléant", "substitute"),
}

_TEXT = r"[^\x00-\x1f]{1,500}"


def replace(
    session: Session, contest_uuid: str, filed: Sequence[Mapping[str, Json]], actor: Actor, now: datetime
) -> None:
    """Make `filed` the candidacies of a contest in draft; each has the shape of setup.json, in the order of the screen.

    Refused: no candidacy, an id or a title twice (`registry.candidacies`), a short list or a ticket of several
    (`rules.short_list`, `rules.ticket`), texts that setup.json could not hold.
    """
    contest = elections.contest(session, contest_uuid)
    elections.changeable(session, contest.election_uuid)
    _check(contest, filed)
    # The order of ages belongs to the candidacies it was chosen for.
    contest.parameters = {name: value for name, value in contest.parameters.items() if name != "order"}
    session.execute(delete(Candidacy).where(Candidacy.contest_uuid == contest_uuid))
    session.expire(contest, ["candidacies"])
    session.add_all(
        Candidacy(
            contest_uuid=contest_uuid,
            position=position,
            id=item["id"],
            title=item["title"],
            names=[{"substitute": name["substitute"], "titular": name["titular"]} for name in item["names"]],
        )
        for position, item in enumerate(filed)
    )
    session.flush()
    details = {"candidacies": [item["id"] for item in filed]}
    journal.append(session, contest.election_uuid, "candidacies", actor, now, contest=contest_uuid, details=details)


def filed(contest: Contest) -> list[dict[str, Json]]:
    """The candidacies of a contest in the shape of setup.json."""
    return [{"id": item.id, "names": item.names, "title": item.title} for item in contest.candidacies]


def read_file(session: Session, election_uuid: str, data: bytes) -> dict[str, list[dict[str, Json]]]:
    """Read a sheet of candidacies for the contests of an election: what to `replace`, by contest uuid.

    The first trouble of the file is refused with its line.
    """
    election = elections.find(session, election_uuid)
    contests = {contest.key: contest for contest in election.contests}
    sheet = sheets.read(data, COLUMNS)
    for problem in sheet.problems:
        raise problem
    found: dict[str, list[dict[str, Json]]] = {}
    for (college, _), group in groupby(sheet.lines, key=lambda line: (line.cells["college"], line.cells["id"])):
        lines = list(group)
        if college not in contests:
            known = ", ".join(contests)
            raise ProtocolError("roll.college", line=lines[0].number, field="collège", text=college[:40], known=known)
        found.setdefault(contests[college].uuid, []).append(_candidacy(lines))
    if not found:
        raise ProtocolError("roll.empty")
    return found


def _candidacy(lines: Sequence[Line]) -> dict[str, Json]:
    """One candidacy from its lines; the title may stand in the first only."""
    first = lines[0]
    title = first.cells["title"] or first.cells["titular"]
    for line in lines:
        if line.cells["title"] not in ("", title):
            raise ProtocolError("registry.title", line=line.number, field="titre")
        if not line.cells["titular"]:
            raise ProtocolError("roll.text", line=line.number, field="titulaire", limit=500)
    names = [{"substitute": line.cells["substitute"] or None, "titular": line.cells["titular"]} for line in lines]
    return {"id": first.cells["id"], "names": names, "title": title}


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
    check_candidacies(contest.method, contest.seats, contest.parameters, filed)
