"""Nominations: candidacies prepared on line, by a list's delegate or the office; a draft is its owner's (R. 211-531).

A delegate has one in a contest; the office may have several, its own or entered for a delegate, who then shares it.
Saving keeps whatever can be read, complete or not; what then becomes a candidacy is for `filings`. Of drafts the
journal says nothing, since the other delegates read it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from elections.protocol.canonical import hour_text
from elections.protocol.errors import ProtocolError
from elections.registry import candidacies, elections
from elections.registry.tables import Candidacy, Nomination
from elections.rules import deadlines
from elections.rules.eligibility import plain
from elections.rules.filing import candidacy_rules
from elections.rules.french import PARIS
from elections.rules.phases import Phase, Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest
    from elections.rules.deadlines import Clock
    from elections.rules.filing import CandidacyRules

MOST_NAMES = 60
"""Titulars of one candidacy that the form takes."""
LONGEST = 200
TELLING = ("candidacies", "document", "nomination", "nomination-contested", "ruling")
"""The acts whose lines in the journal tell who stands."""
WHO = ("titular", "substitute")

_FIRST = re.compile(r"[\w(«\"]")
"""What a text begins with: nothing that a spreadsheet would take for a formula."""
_LONGEST_ID = 32


# --- Where and when ---------------------------------------------------------------------------------


def rules_of(contest: Contest) -> CandidacyRules:
    """What the model asks of candidacies."""
    return candidacy_rules(contest.admission or {}, contest.title)


def first_day(contest: Contest) -> date:
    """The day from which the days of filing are counted back."""
    return contest.election.opening.astimezone(PARIS).date()


def clock(contest: Contest) -> Clock:
    """Until when candidacies are filed, ruled upon and mended."""
    return deadlines.clock(rules_of(contest), first_day(contest))


def taken_here(contest: Contest, actor: Actor) -> bool:
    """Whether such a person files here: a delegate not where the model has candidates file themselves."""
    by_person = rules_of(contest).filed_by == "person" or contest.kind == "ticket"
    return actor.role is Role.OFFICER or (actor.role is Role.DELEGATE and not by_person)


def confidential(contest: Contest, now: datetime) -> bool:
    """Whether who stands here is still for office and board alone: others may yet file, and nothing is published."""
    closes = clock(contest).closes
    draft = contest.phase is Phase.DRAFT and contest.election.published is None
    return draft and closes is not None and now < closes


def may_change(nomination: Nomination, contest: Contest, now: datetime) -> bool:
    """Whether the draft may be changed and filed: before filing closes, or to replace contested names."""
    hours = clock(contest)
    return hours.files(now) or (nomination.contested is not None and hours.mends(now))


def check_unpublished(contest: Contest) -> None:
    """Refuse another logo or statement of a delegate's once candidacies are published: the office changes them then."""
    if contest.election.published is not None:
        raise ProtocolError("nominations.published", contest=contest.title)


def fallen(nomination: Nomination, contest: Contest, now: datetime) -> bool:
    """Whether a contested name was not replaced in time, so that the whole list falls where the model says so."""
    rules, hours = rules_of(contest), clock(contest)
    late = nomination.contested is not None and hours.mended is not None and now >= hours.mended
    return late and rules.mending is not None and rules.mending.unmended == "refused"


# --- Whose ------------------------------------------------------------------------------------------


def visible(contest: Contest, actor: Actor) -> list[Nomination]:
    """What somebody may see: a delegate her own; the office its own and what was ever filed; the board the latter."""
    return [item for item in contest.nominations if _sees(item, actor)]


def find(session: Session, contest_uuid: str, candidacy: str, actor: Actor) -> Nomination:
    """One that the actor may see; what she may not see is as good as none (`nominations.unknown`)."""
    found = session.get(Nomination, (contest_uuid, candidacy))
    if found is None or not _sees(found, actor):
        raise ProtocolError("nominations.unknown")
    return found


def holds(nomination: Nomination, actor: Actor) -> bool:
    """Whether the draft is the actor's: its delegate's, or the office's that began it."""
    if actor.role is Role.DELEGATE:
        return nomination.owner == actor.number
    return actor.role is Role.OFFICER and nomination.office


def seen(session: Session, nomination: Nomination, actor: Actor) -> dict[str, Json]:
    """What somebody sees of it: its owner the draft, the authority what is on file and nothing that was not filed."""
    if holds(nomination, actor):
        return nomination.content
    row = on_file(session, nomination)
    if row is None:
        return {"delegate": None, "names": [], "persons": [], "title": "", "union": None}
    persons = row.persons or [{} for _ in row.names]
    return {"delegate": row.delegate, "names": row.names, "persons": persons, "title": row.title, "union": row.union}


def _sees(nomination: Nomination, actor: Actor) -> bool:
    if actor.role is Role.DELEGATE:
        return nomination.owner == actor.number
    return bool(nomination.receipts) or (actor.role is Role.OFFICER and nomination.office)


# --- Drafts -----------------------------------------------------------------------------------------


def begin(
    session: Session, contest_uuid: str, title: str, union: str | None, owner: int | None, actor: Actor, now: datetime
) -> Nomination:
    """A new draft; its short name is made from the union or the title. `owner`: for which delegate the office begins.

    Refused: whoever does not file here (`nominations.person`), a second one of a delegate (`nominations.one`), too
    late (`nominations.closed`).
    """
    contest = elections.contest(session, contest_uuid)
    elections.changeable(session, contest.election_uuid)
    if not taken_here(contest, actor):
        raise ProtocolError("nominations.person", contest=contest.title)
    if not clock(contest).files(now):
        raise closed(contest)
    owner = actor.number if actor.role is Role.DELEGATE else owner
    if owner is not None and any(item.owner == owner for item in contest.nominations):
        raise ProtocolError("nominations.one", contest=contest.title)
    content: dict[str, Json] = {
        "delegate": None,
        "names": [],
        "persons": [],
        "title": _text(title, "title"),
        "union": None,
    }
    if union:
        content["union"] = _text(union, "union")
    row = Nomination(
        contest_uuid=contest_uuid,
        candidacy=_short_name(contest, union or title),
        owner=owner,
        office=actor.role is Role.OFFICER,
        content=content,
        revision=1,
        saved_at=now,
    )
    contest.nominations.append(row)
    session.flush()
    return row


def save(
    session: Session, nomination: Nomination, content: Mapping[str, Json], revision: int, actor: Actor, now: datetime
) -> None:
    """Keep a draft as it was typed, complete or not; `revision` is that of the page on which it was.

    Refused: saved meanwhile by somebody else (`nominations.moved`), too late (`nominations.closed`), a text that cannot
    be (`nominations.text`), too many names (`nominations.many`).
    """
    changeable(session, nomination, actor, now)
    checked = _content(content)
    if checked == nomination.content:
        return
    if revision != nomination.revision:
        raise ProtocolError("nominations.moved", at=hour_text(nomination.saved_at))
    nomination.content = checked
    nomination.revision += 1
    nomination.saved_at = now


def on_file(session: Session, nomination: Nomination) -> Candidacy | None:
    """The candidacy that was made of it, None before it is filed and after it is withdrawn."""
    if nomination.filed_at is None:
        return None
    contest = elections.contest(session, nomination.contest_uuid)
    return next((item for item in contest.candidacies if item.id == nomination.candidacy), None)


def changed(session: Session, nomination: Nomination) -> bool:
    """Whether the draft says anything else than what is on file."""
    row = on_file(session, nomination)
    if row is None:
        return True
    mine = named(nomination.content)
    known = {"sex", "functions", "court"}
    kept = [
        {who: {key: of[key] for key in known & of.keys()} for who, of in pair.items()} for pair in row.persons or []
    ]
    return (row.title, row.names, row.union, row.delegate, kept) != tuple(
        mine[key] for key in ("title", "names", "union", "delegate", "persons")
    )


def named(content: Mapping[str, Json]) -> dict[str, Json]:
    """A draft without what was typed beside a name that is missing."""
    persons = [
        {who: of for who, of in pair.items() if names[who]}
        for names, pair in zip(content["names"], content["persons"], strict=True)
    ]
    return {**content, "persons": persons}


def as_candidacy(nomination: Nomination, given: Mapping[str, Json]) -> Candidacy | None:
    """A draft as a candidacy to be examined; None as long as no name is in it."""
    content = named(given)
    pairs = [(names, of) for names, of in zip(content["names"], content["persons"], strict=True) if names["titular"]]
    if not pairs:
        return None
    item = {**content, "id": nomination.candidacy, "names": [pair[0] for pair in pairs]}
    return candidacies.row(nomination.contest_uuid, 0, {**item, "persons": [pair[1] for pair in pairs]})


# --- Checks -----------------------------------------------------------------------------------------


def held(session: Session, nomination: Nomination, actor: Actor) -> Contest:
    """The contest in draft, refused to whom the nomination does not belong."""
    contest = elections.contest(session, nomination.contest_uuid)
    elections.changeable(session, contest.election_uuid)
    if not holds(nomination, actor):
        raise ProtocolError("nominations.unknown")
    return contest


def changeable(session: Session, nomination: Nomination, actor: Actor, now: datetime) -> Contest:
    """The contest, refused unless the actor may change and file it now."""
    contest = held(session, nomination, actor)
    if not may_change(nomination, contest, now):
        raise closed(contest)
    return contest


def closed(contest: Contest) -> ProtocolError:
    """That filing is over, since when and by which article."""
    rules, hours = rules_of(contest), clock(contest)
    article = rules.closes.basis.article if rules.closes else ""
    at = hour_text(hours.closes) if hours.closes else ""
    return ProtocolError("nominations.closed", contest=contest.title, at=at, article=article)


def _content(given: Mapping[str, Json]) -> dict[str, Json]:
    """A draft as it is kept: every text checked, rows without anything left out."""
    names, persons = [], []
    for place, (pair, known) in enumerate(zip(given["names"], given["persons"], strict=True), 1):
        mine = {who: _text(pair[who] or "", who, place) for who in WHO}
        about = {who: _about(known.get(who, {}), who, place) for who in WHO if mine[who] or known.get(who)}
        if any(mine.values()) or any(about.values()):
            names.append({"substitute": mine["substitute"] or None, "titular": mine["titular"]})
            persons.append(about)
    if len(names) > MOST_NAMES:
        raise ProtocolError("nominations.many", most=MOST_NAMES)
    whole = {key: _text(given[key] or "", key) or None for key in ("delegate", "union")}
    return {"names": names, "persons": persons, "title": _text(given["title"] or "", "title"), **whole}


def _about(known: Mapping[str, Json], who: str, place: int) -> dict[str, Json]:
    found = {key: _text(known.get(key) or "", f"{who}_{key}", place) for key in ("functions", "court")}
    if known.get("sex") in ("f", "m"):
        found["sex"] = known["sex"]
    return {key: value for key, value in found.items() if value}


def _text(text: str, field: str, line: int = 0) -> str:
    """One line that can be printed, cleaned of doubled spaces."""
    cleaned = " ".join(text.split())
    if len(cleaned) > LONGEST or not cleaned.isprintable() or (cleaned and not _FIRST.match(cleaned)):
        raise ProtocolError("nominations.text", field=field, line=line, limit=LONGEST)
    return cleaned


def _short_name(contest: Contest, text: str) -> str:
    """A short name that nothing here has: letters and digits of a text, with a number where it is taken."""
    base = re.sub(r"[^a-z0-9]+", "-", plain(text)).strip("-")[:_LONGEST_ID].strip("-") or "candidature"
    taken = {item.id for item in contest.candidacies} | {item.candidacy for item in contest.nominations}
    return next(name for n in range(1, len(taken) + 2) if (name := base if n == 1 else f"{base}-{n}") not in taken)
