"""Filing: a draft becomes a candidacy and gets its acknowledgement; afterwards it is changed, corrected or withdrawn.

Until filing closes what was filed may be changed, and each change is filed anew. Then only names that the authority
contested are replaced, within the days that the model gives (décret 2025-659, art. 8), and the authority rules again.
The journal has the short name and the digest of what was filed; of a contested name it says only that there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import hour_text
from elections.protocol.errors import ProtocolError
from elections.registry import admission, candidacies, documents, elections, journal, nominations
from elections.registry.nominations import WHO, clock, first_day, on_file, rules_of
from elections.registry.tables import NominationReceipt
from elections.rules import deadlines, mending
from elections.rules.acknowledgement import Filed
from elections.rules.eligibility import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.note import NoteKey
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest, Nomination

_PAPERS = {"titular": "declared", "substitute": "accepted"}
"""The paper of a ticket by which each of its names has signed."""


def file(session: Session, nomination: Nomination, key: NoteKey, actor: Actor, now: datetime) -> NominationReceipt:
    """Make the draft a candidacy, or replace the one on file by it; the acknowledgement, signed by the record key.

    Refused besides what `save` refuses: what is not whole (`nominations.incomplete`, `nominations.gap`,
    `nominations.papers`), what is on file as it is (`nominations.same`), and after the deadline a change of other names
    than the contested ones, or a list that is no longer what the law asks (`rules.mending`).
    """
    contest = nominations.changeable(session, nomination, actor, now)
    _check_whole(contest, nomination)
    papers = _papers(contest, nomination)
    if not nominations.changed(session, nomination):
        raise ProtocolError("nominations.same")
    act = "filed" if nomination.filed_at is None else "changed"
    if not clock(contest).files(now):
        _check_correction(session, contest, nomination)
        act = "corrected"
    documents.check_weight(contest, nomination.candidacy)
    content = nominations.named(nomination.content)
    persons = [
        {who: of | ({"signed": True} if _PAPERS[who] in papers else {}) for who, of in pair.items()}
        for pair in content["persons"]
    ]
    asked = {plain(name) for name in contested(session, nomination)}
    candidacies.put(session, contest, {**content, "id": nomination.candidacy, "persons": persons})
    nomination.filed_at = now
    # Before filing closes a list may be filed anew with a contested name still in it.
    places = [(place, who) for place, pair in enumerate(content["names"]) for who in WHO if pair[who]]
    left = [[place, who] for place, who in places if plain(content["names"][place][who]) in asked]
    nomination.contested = left or None
    return _receipt(session, contest, nomination, act, papers, key, actor, now)


def withdraw(session: Session, nomination: Nomination, key: NoteKey, actor: Actor, now: datetime) -> NominationReceipt:
    """Take a filed candidacy back, where the model allows it; the draft stays.

    Refused: never (`nominations.never`), too late (`nominations.late`), not filed (`nominations.unfiled`).
    """
    contest = nominations.held(session, nomination, actor)
    if nomination.filed_at is None:
        raise ProtocolError("nominations.unfiled")
    check_withdrawal(contest, now)
    papers = _papers(contest, nomination)
    candidacies.drop(session, contest, nomination.candidacy)
    nomination.filed_at = None
    nomination.contested = None
    return _receipt(session, contest, nomination, "withdrawn", papers, key, actor, now)


def check_withdrawal(contest: Contest, now: datetime) -> None:
    """Refuse a withdrawal that the model forbids, or that comes too late."""
    rules = rules_of(contest)
    if rules.withdrawal is not None and rules.withdrawal.unit is None:
        raise ProtocolError("nominations.never", contest=contest.title, article=rules.withdrawal.basis.article)
    last = deadlines.last_to_withdraw(rules, first_day(contest))
    if last is not None and now >= deadlines.end_of(last):
        raise ProtocolError("nominations.late", contest=contest.title, day=last.isoformat())


def contest_names(
    session: Session, nomination: Nomination, places: Sequence[tuple[int, str]], actor: Actor, now: datetime
) -> None:
    """The authority finds names of a filed list ineligible, by their place: its delegate may replace them (art. 8).

    Refused: to whom the model does not name (`rules.role`), where the model gives no days to mend (`nominations.final`)
    or they are over (`nominations.mended`), no name or one that is not there (`nominations.nobody`). A ruling is void.
    """
    contest = elections.contest(session, nomination.contest_uuid)
    elections.changeable(session, contest.election_uuid)
    if actor.role not in admission.rulers(contest):
        raise ProtocolError("rules.role", act="nomination-contested", phase=contest.phase.value, role=actor.role.value)
    row, hours = on_file(session, nomination), clock(contest)
    if row is None:
        raise ProtocolError("nominations.unfiled")
    if hours.mended is None:
        raise ProtocolError("nominations.final", contest=contest.title)
    if now >= hours.mended:
        raise ProtocolError("nominations.mended", contest=contest.title, at=hour_text(hours.mended))
    known = {(place, who) for place, pair in enumerate(row.names) for who in WHO if pair[who]}
    if not places or not set(places) <= known:
        raise ProtocolError("nominations.nobody")
    nomination.contested = [[place, who] for place, who in sorted(set(places))]
    nomination.contested_at = now
    row.ruling = None
    details = {"candidacy": nomination.candidacy}
    journal.append(
        session, contest.election_uuid, "nomination-contested", actor, now, contest=contest.uuid, details=details
    )


def contested(session: Session, nomination: Nomination) -> list[str]:
    """The names that are to be replaced."""
    row = on_file(session, nomination)
    return [] if row is None else [row.names[place][who] or "" for place, who in nomination.contested or []]


# --- Checks -----------------------------------------------------------------------------------------


def _papers(contest: Contest, nomination: Nomination) -> dict[str, str]:
    """The documents that lie with it, by kind, as their SHA-256."""
    return {item.kind: item.sha256 for item in contest.documents if item.candidacy == nomination.candidacy}


def _check_whole(contest: Contest, nomination: Nomination) -> None:
    content, rules = nomination.content, rules_of(contest)
    for place, pair in enumerate(content["names"], 1):
        if not pair["titular"]:
            raise ProtocolError("nominations.gap", line=place)
    if not content["names"] or not content["title"] or (rules.filed_by == "union" and not content["union"]):
        raise ProtocolError("nominations.incomplete")
    if contest.kind == "ticket" and rules.signed is not None:
        needed = {_PAPERS[who] for who, name in content["names"][0].items() if name}
        if needed - _papers(contest, nomination).keys():
            raise ProtocolError("nominations.papers", article=rules.signed.article)


def _check_correction(session: Session, contest: Contest, nomination: Nomination) -> None:
    row, rules = on_file(session, nomination), rules_of(contest)
    if row is None or rules.mending is None:
        raise nominations.closed(contest)
    before, after = (
        [name for pair in names for who in WHO if (name := pair[who])]
        for names in (row.names, nomination.content["names"])
    )
    mending.check_replaced(before, contested(session, nomination), after, rules.mending.basis.article)
    draft = nominations.as_candidacy(nomination, nomination.content)
    if draft is not None:
        mending.check_kept(admission.examine_alone(session, contest, draft))


def _receipt(  # noqa: PLR0913 - what an acknowledgement tells, and whom
    session: Session,
    contest: Contest,
    nomination: Nomination,
    act: str,
    papers: Mapping[str, str],
    key: NoteKey,
    actor: Actor,
    now: datetime,
) -> NominationReceipt:
    """Sign what happened, keep it, and write the journal."""
    sequence = len(nomination.receipts) + 1
    filed = Filed(
        election=contest.election_uuid,
        election_title=contest.election.title,
        contest=contest.uuid,
        contest_title=contest.title,
        candidacy=nomination.candidacy,
        sequence=sequence,
        act=act,
        at=now,
        content=nominations.named(nomination.content),
        documents=papers,
    )
    receipt = NominationReceipt(
        contest_uuid=contest.uuid,
        candidacy=nomination.candidacy,
        sequence=sequence,
        act=act,
        at=now,
        note=key.sign(filed.text),
    )
    nomination.receipts.append(receipt)
    session.flush()
    details = {"act": act, "candidacy": nomination.candidacy, "digest": filed.digest, "receipt": sequence}
    journal.append(session, contest.election_uuid, "nomination", actor, now, contest=contest.uuid, details=details)
    return receipt
