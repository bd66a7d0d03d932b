"""Candidacies: who stands in a contest, in the order in which electors see them (R. 211-564).

They are set as a whole by a sheet of the office, or one by one as they are filed on line (`nominations`), while the
contest is a draft: in alphabetical order where the model says so, else as they were drawn on this site (`ordering`),
else in the order of the sheet, which is that of the office's own draw. What a list must be for its method is checked
here as the verifier will; whether it is admissible is examined besides (`admission`), and the authority rules on it. A
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
_OFFICE_S = (*_FORGOTTEN, "signed")


def replace(
    session: Session, contest_uuid: str, filed: Sequence[Mapping[str, Json]], actor: Actor, now: datetime
) -> None:
    """Make `filed` the candidacies of a contest in draft; each has the shape of setup.json, in the order of the screen.

    Besides it may have `union`, `delegate` and `persons`, as `candidacy_file.read` gives them. What was filed on line
    need not be among them, and stays. A candidacy that stays as it was keeps its ruling. Refused: no candidacy, an id
    or a title twice (`registry.candidacies`), another content for what was filed on line (`registry.filed`), a ticket
    of several (`rules.ticket`), a short list that no report would tell of (`rules.short_list`), texts that setup.json
    could not hold.
    """
    contest = elections.contest(session, contest_uuid)
    elections.changeable(session, contest.election_uuid)
    filed = [*filed, *_online_besides(contest, filed)]
    _check(contest, filed)
    _check_online(contest, filed)
    rows = _set(session, contest, filed)
    details = {"candidacies": [item.id for item in rows]}
    journal.append(session, contest.election_uuid, "candidacies", actor, now, contest=contest_uuid, details=details)


def put(session: Session, contest: Contest, item: Mapping[str, Json]) -> None:
    """Add a candidacy that was filed on line, or put it in the place of the one it was; `filings` writes the journal.

    What the office knows of a name stays known of her.
    """
    others = [_item(kept) for kept in contest.candidacies]
    at = next((place for place, other in enumerate(others) if other["id"] == item["id"]), len(others))
    known = _known_by_name(others[at]) if at < len(others) else {}
    persons = [
        {
            who: known.get(plain(name), {}) | pair.get(who, {})
            for who in ("titular", "substitute")
            if (name := names[who])
        }
        for names, pair in zip(item["names"], item["persons"], strict=True)
    ]
    filed = [*others[:at], {**item, "persons": persons}, *others[at + 1 :]]
    _check(contest, filed)
    _set(session, contest, filed)


def drop(session: Session, contest: Contest, candidacy: str) -> None:
    """Take away a candidacy that was withdrawn."""
    _set(session, contest, [_item(kept) for kept in contest.candidacies if kept.id != candidacy])


def reorder(session: Session, contest: Contest) -> None:
    """Put the candidacies into the order that was drawn; it is checked by who drew it (`ordering`)."""
    _set(session, contest, [_item(kept) for kept in contest.candidacies])


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
    """Keep of each name what was filed, and no more how she was found eligible: the seal needs it no longer.

    What was prepared on line and never filed goes with it, its documents too.
    """
    unfiled = {item.candidacy for item in contest.nominations if not item.receipts}
    contest.nominations = [item for item in contest.nominations if item.candidacy not in unfiled]
    contest.documents = [item for item in contest.documents if item.candidacy not in unfiled]
    for item in contest.candidacies:
        item.persons = [
            {who: {key: value for key, value in known.items() if key not in _FORGOTTEN} for who, known in pair.items()}
            for pair in item.persons or []
        ]


def _set(session: Session, contest: Contest, filed: Sequence[Mapping[str, Json]]) -> list[Candidacy]:
    """Make these the candidacies of the contest, in the order in which they will be shown."""
    # The order of ages belongs to the candidacies it was chosen for.
    contest.parameters = {name: value for name, value in contest.parameters.items() if name != "order"}
    before = {item.id: item for item in contest.candidacies}
    rows = [row(contest.uuid, position, item) for position, item in enumerate(_ordered(contest, filed))]
    for made in rows:
        if made.id in before and _content(made) == _content(before[made.id]):
            made.ruling = before[made.id].ruling
    # A document belongs to who bears the short name, and goes with it; what is being prepared on line keeps its own.
    bearers = {made.id for made in rows} | {item.candidacy for item in contest.nominations}
    contest.documents = [item for item in contest.documents if item.candidacy in bearers]
    session.execute(delete(Candidacy).where(Candidacy.contest_uuid == contest.uuid))
    session.expire(contest, ["candidacies"])
    session.add_all(rows)
    session.flush()
    return rows


def _ordered(contest: Contest, filed: Sequence[Mapping[str, Json]]) -> list[Mapping[str, Json]]:
    """Alphabetically, as they were drawn, or as they come; a draw does not hold for who was not in it."""
    if contest.display_order == "alphabetical":
        return sorted(filed, key=lambda item: plain(item["names"][0]["titular"] if _ticket(contest) else item["title"]))
    drawn = contest.drawn_order and contest.drawn_order["order"]
    if drawn and {item["id"] for item in filed} <= set(drawn):
        return sorted(filed, key=lambda item: drawn.index(item["id"]))
    if drawn:
        contest.drawn_order = None
    return list(filed)


def _online_besides(contest: Contest, filed: Sequence[Mapping[str, Json]]) -> list[Mapping[str, Json]]:
    """What was filed on line and is not among `filed`: it stays, after them."""
    online = {nomination.candidacy for nomination in contest.nominations if nomination.filed_at is not None}
    online -= {item["id"] for item in filed}
    return [_item(kept) for kept in contest.candidacies if kept.id in online]


def _check_online(contest: Contest, filed: Sequence[Mapping[str, Json]]) -> None:
    """Refuse a sheet that would change what was filed on line, or take a short name given there."""
    given = {item["id"]: item for item in filed}
    on_file = {kept.id: kept for kept in contest.candidacies}
    for nomination in contest.nominations:
        item, kept = given.get(nomination.candidacy), on_file.get(nomination.candidacy)
        same = item is not None and kept is not None and (item["title"], _names(item)) == (kept.title, kept.names)
        if not same and (item is not None or nomination.filed_at is not None):
            raise ProtocolError("registry.filed", contest=contest.title, id=nomination.candidacy)


def _item(kept: Candidacy) -> dict[str, Json]:
    """A candidacy on file in the shape that `replace` takes."""
    return {name: getattr(kept, name) for name in ("id", "title", "names", "persons", "union", "delegate")}


def _known_by_name(item: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    """What the office alone knows of each name of a candidacy on file."""
    return {
        plain(names[who]): {key: value for key, value in pair.get(who, {}).items() if key in _OFFICE_S}
        for names, pair in zip(item["names"], item["persons"] or [], strict=False)
        for who in ("titular", "substitute")
        if names[who]
    }


def _names(item: Mapping[str, Json]) -> list[dict[str, Json]]:
    return [{"substitute": name["substitute"], "titular": name["titular"]} for name in item["names"]]


def row(contest_uuid: str, position: int, item: Mapping[str, Json]) -> Candidacy:
    """A candidacy as a row that is not kept yet: what is examined before it is filed."""
    return Candidacy(
        contest_uuid=contest_uuid,
        position=position,
        id=item["id"],
        title=item["title"],
        names=_names(item),
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
