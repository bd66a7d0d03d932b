"""An elector's pages: her contests, the booth, the check of her ballot.

The pages are frames: what is voted on comes from the sealed files that the browser has checked itself
(docs/web.md). No page of an elector holds a ballot, and none is kept by a browser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from elections import issuer
from elections.registry import documents, elections, register, roll
from elections.web import visit
from elections.web.access import ALWAYS, FIXED, OPENED, PUBLISHED, WATCHING, access, to
from elections.web.visit import ANYONE, ELECTOR

if TYPE_CHECKING:
    from datetime import datetime

    from elections.registry.tables import Contest

blueprint = Blueprint("elector", __name__)


@blueprint.get("/mes-scrutins")
@access({ELECTOR: ALWAYS})
def contests() -> str:
    """Every contest she may vote in, and what she has done there."""
    visitor = visit.visitor()
    with visit.store().registry_reader() as session:
        election = elections.find(session, visitor.election or "")
        mine = roll.contests_of(session, election.uuid, visitor.number)
        signed = {contest.uuid: register.signature_of(session, contest.uuid, visitor.number) for contest in mine}
        return render_template(
            "elector/contests.html",
            election=election,
            contests=mine,
            signed={uuid: found.at for uuid, found in signed.items() if found is not None},
            requests={contest.uuid: issuer.requests_of(session, contest.uuid, visitor.number) for contest in mine},
            may_vote={contest.uuid: may_vote(contest, visitor.opened_at) for contest in mine},
            last={contest.uuid: register.last_hour(contest) for contest in mine if visit.now() >= contest.closing},
        )


@blueprint.get("/scrutin/<contest_uuid>/vote")
@access({ELECTOR: OPENED})
def vote(contest_uuid: str) -> str:
    """The booth of one contest."""
    visitor = visit.visitor()
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        signature = register.signature_of(session, contest_uuid, visitor.number)
        return render_template(
            "elector/vote.html",
            contest=contest,
            election=contest.election,
            signed_at=None if signature is None else signature.at,
            sizes=documents.sizes(contest),
        )


@blueprint.get("/scrutin/<contest_uuid>/controle")
@access(to((ELECTOR, *WATCHING), FIXED) | {ANYONE: PUBLISHED})
def check(contest_uuid: str) -> str:
    """Check by all leaf hashes that a ballot is in the urn (protocol.md §8)."""
    with visit.store().registry_reader() as session:
        contest = elections.contest(session, contest_uuid)
        return render_template("elector/check.html", contest=contest, election=contest.election)


def may_vote(contest: Contest, opened_at: datetime) -> bool:
    """Whether somebody whose session was opened then may cast now; that she has not yet is for the caller to see."""
    if contest.phase not in ("open", "closing") or contest.halted:
        return False
    try:
        register.check_hour(contest.closing, register.last_hour(contest), opened_at, visit.now())
    except ValueError:
        return False
    return True
