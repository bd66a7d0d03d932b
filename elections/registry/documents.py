"""Logo and profession de foi of a candidacy (R. 211-565), and when candidacies become public (R. 211-532).

A document is checked when it comes in, and from then on is known by the SHA-256 of its bytes: the page that shows it,
the journal and setup.json name the same digest. Like the candidacies themselves documents change in a draft only. What
is sealed are the digests of those whose candidacy is on the ballot (`digests`), among the files of the booth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import sha256_hex
from elections.protocol.errors import ProtocolError
from elections.registry import admission, candidacies, elections, journal, pictures, statements
from elections.registry.tables import Document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor
    from elections.registry.tables import Contest

LOGO, STATEMENT = "logo", "statement"
DECLARED, ACCEPTED = "declared", "accepted"
SHOWN = (LOGO, STATEMENT)
PAPERS = (DECLARED, ACCEPTED)
"""The signed papers of a ticket, which only the authority reads."""
MEDIA = {"jpg": "image/jpeg", "pdf": "application/pdf", "png": "image/png"}
LOGOS_SIZE = 20_000
"""Bytes of all logos of a contest together, so that the elector's journey stays light with them (ADR 0020)."""
LOGO_SHARE = 5_000
"""Bytes of a logo that is filed on line: nobody uses up what the others need, nor learns that they have used it."""
STATEMENT_SIZE = 2_000_000
SEALED = "candidacies/"
"""What the names of documents in setup.json begin with; no file of the booth does."""


def put(  # noqa: PLR0913 - whose, which, and who hands it in
    session: Session,
    contest_uuid: str,
    candidacy: str,
    kind: str,
    raw: bytes,
    actor: Actor,
    now: datetime,
    *,
    online: bool = False,
) -> Document:
    """Keep a document of a candidacy in a draft, in place of the one before; `online`: of one that is being prepared.

    Refused: a logo that is no plain picture (`pictures`), or larger than its share where it is filed on line; logos
    that weigh too much together (`documents.weight`); a statement that is too large or does more than be read
    (`statements`).
    """
    contest = _changeable(session, contest_uuid, candidacy, online=online)
    what = f"{contest.title}, {candidacy}"
    if kind == LOGO:
        # A larger file cannot become small enough, and is not looked at.
        _check_size(raw, LOGO_SHARE if online else LOGOS_SIZE, what)
        suffix, kept = pictures.read(raw, what)
    else:
        _check_size(raw, STATEMENT_SIZE, what)
        statements.check(raw, what)
        suffix, kept = "pdf", raw
    others = [item for item in contest.documents if (item.candidacy, item.kind) != (candidacy, kind)]
    document = Document(
        contest_uuid=contest_uuid,
        candidacy=candidacy,
        kind=kind,
        suffix=suffix,
        sha256=sha256_hex(kept),
        size=len(kept),
        body=kept,
    )
    _check_weight(contest, candidacy, [*others, document])
    contest.documents = others
    session.flush()
    contest.documents = [*others, document]
    _note(session, contest, document, document.sha256, actor, now)
    return document


def check_weight(contest: Contest, candidacy: str) -> None:
    """Refuse (`documents.weight`) the logo of a candidacy that is too heavy beside those of who stands already."""
    _check_weight(contest, candidacy, contest.documents)


def _check_weight(contest: Contest, candidacy: str, held: Sequence[Document]) -> None:
    shown = {item.id for item in candidacies.standing(contest)} | {candidacy}
    weight = sum(item.size for item in held if item.kind == LOGO and item.candidacy in shown)
    if weight > LOGOS_SIZE:
        raise ProtocolError("documents.weight", contest=contest.title, weight=weight, limit=LOGOS_SIZE)


def remove(session: Session, contest_uuid: str, candidacy: str, kind: str, actor: Actor, now: datetime) -> None:
    """Take a document away; where there is none, nothing happens."""
    contest = _changeable(session, contest_uuid, candidacy)
    for item in [item for item in contest.documents if (item.candidacy, item.kind) == (candidacy, kind)]:
        contest.documents.remove(item)
        _note(session, contest, item, None, actor, now)


def of(contest: Contest) -> dict[str, dict[str, Document]]:
    """By candidacy on the ballot: the documents that are shown of it, by kind."""
    found: dict[str, dict[str, Document]] = {item.id: {} for item in candidacies.standing(contest)}
    for item in contest.documents:
        if item.candidacy in found and item.kind in SHOWN:
            found[item.candidacy][item.kind] = item
    return found


def digests(contest: Contest) -> dict[str, str]:
    """What setup.json has among the files of the booth: `candidacies/<id>/logo.png` and the like, with SHA-256."""
    return {
        f"{SEALED}{candidacy}/{item.kind}.{item.suffix}": item.sha256
        for candidacy, mine in of(contest).items()
        for item in mine.values()
    }


def sizes(contest: Contest) -> dict[str, int]:
    """By digest, how many bytes a statement has: what a page says of it before it is opened."""
    return {mine[STATEMENT].sha256: mine[STATEMENT].size for mine in of(contest).values() if STATEMENT in mine}


def with_draft(contest: Contest, candidacy: str) -> dict[str, Document]:
    """Every document of one candidacy, papers and drafts included, by kind; for its owner and the authority."""
    return {item.kind: item for item in contest.documents if item.candidacy == candidacy}


def find(session: Session, contest_uuid: str, digest: str) -> Document:
    """The document of a candidacy on the ballot that has this digest."""
    contest = elections.contest(session, contest_uuid)
    for mine in of(contest).values():
        for item in mine.values():
            if item.sha256 == digest:
                return item
    raise ProtocolError("documents.unknown")


def publish(session: Session, election_uuid: str, actor: Actor, now: datetime) -> None:
    """Show who stands to everybody from now on, before the seal (R. 211-532: fifteen days before the vote).

    Refused as long as a contest has no candidacy, or one at fault on which nobody has ruled. What changes in the draft
    afterwards is shown as it changes.
    """
    election = elections.changeable(session, election_uuid)
    for contest in election.contests:
        if not candidacies.standing(contest):
            raise ProtocolError("registry.candidacies", what=contest.title)
        admission.check_ruled(session, contest)
    if election.published is None:
        election.published = now
        journal.append(session, election_uuid, "candidacies-published", actor, now)


def _changeable(session: Session, contest_uuid: str, candidacy: str, *, online: bool = False) -> Contest:
    contest = elections.contest(session, contest_uuid)
    elections.changeable(session, contest.election_uuid)
    known = {item.id for item in candidacies.standing(contest)}
    # What is being prepared is named by its owner alone: to others it must look as if it were not there.
    if online:
        known |= {item.candidacy for item in contest.nominations}
    if candidacy not in known:
        raise ProtocolError("registry.candidacy", contest=contest.title, id=candidacy[:40])
    return contest


def _check_size(raw: bytes, limit: int, what: str) -> None:
    if len(raw) > limit:
        raise ProtocolError("documents.size", what=what, limit=limit // 1000)


def _note(session: Session, contest: Contest, item: Document, digest: str | None, actor: Actor, now: datetime) -> None:
    if item.candidacy not in {row.id for row in contest.candidacies}:
        # Of what is being prepared on line the journal tells when it is filed.
        return
    details = {"candidacy": item.candidacy, "kind": item.kind, "sha256": digest}
    journal.append(session, contest.election_uuid, "document", actor, now, contest=contest.uuid, details=details)
