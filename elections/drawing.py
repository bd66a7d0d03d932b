"""The door to a lot: what must be drawn, asked of the key holders, or drawn on paper by the board (protocol.md §10).

Totals show the need: with the decryption that completes the quorum, `ask` counts and keeps what is to be drawn. From
then on two ways lead to the result, the product of the sealed slips and the board's word; the first to be complete
holds. Nothing is counted before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections import publication
from elections.holder.lots import INPUT_FORMAT
from elections.protocol.canonical import Json, encode, hour_text
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import Setup
from elections.registry import ceremony, elections, lifecycle, lots, published_text
from elections.rules.lots import check_paper, matter
from elections.rules.outcome import Lot
from elections.rules.phases import Phase
from elections.rules.result import result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.ballot import Election as ElectionRecord
    from elections.protocol.tally import EncryptedTally
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest, Election
    from elections.storage import Store


@dataclass(frozen=True, slots=True)
class Paper:
    """A draw on paper: which candidacies came out (from 0), when it was, who drew, and how."""

    chosen: Sequence[int]
    drawn_at: datetime
    drawn_by: str
    how: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A lot that was asked for, as screens and commands show it; candidacies count from 0."""

    contest: str
    title: str
    seats: int
    between: tuple[tuple[int, str, int], ...]
    """Of each candidacy that it is between: its number, title and votes."""
    opened: tuple[str, ...]
    """The roles of the holders who have opened the product."""
    decided: bool


def ask(
    session: Session,
    election: Election,
    tallies: Mapping[str, tuple[ElectionRecord, EncryptedTally, int]],
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what is to be drawn, once enough holders have decrypted; repeated, it changes nothing.

    `tallies` has election record, encrypted tally and number of ballots of every contest that is counted.
    """
    given = publication.decryptions(session, election.uuid)
    decrypted = ceremony.handed_in(session, election.uuid, publication.DECRYPTED)
    if lots.asked(session, election.uuid) or not lots.enough(election, decrypted):
        return
    needed: dict[str, Json] = {}
    for contest in election.contests:
        if contest.uuid not in tallies:
            continue
        record, tally, ballots = tallies[contest.uuid]
        [counts] = publication.counts(record, contest.trustees or b"", tally, given[contest.uuid], ballots)
        pending = result(Setup.parse(contest.setup or b""), counts, ballots)
        if pending["lot"]:
            rows = [item.json() for item in given[contest.uuid]]
            needed[contest.uuid] = {"decryptions": rows, "matter": matter(pending)}
    if needed:
        document = encode({"contests": needed, "format": INPUT_FORMAT})
        ceremony.put(session, election.uuid, lots.OFFICE, lots.ASKED, document, actor, now)


def undecided(session: Session, election: Election) -> dict[str, Json]:
    """What is still to be drawn, by contest, as holders are asked for it."""
    asked = lots.asked(session, election.uuid)
    open_ = [
        contest.uuid
        for contest in election.contests
        if contest.uuid in asked and contest.phase is Phase.FROZEN and not lots.decided(session, contest)
    ]
    return {uuid: asked[uuid] for uuid in open_}


def waiting(session: Session, election: Election) -> list[str]:
    """The holders who may open the product and have not: those who have opened the totals."""
    opened = ceremony.handed_in(session, election.uuid, lots.OPENED)
    decrypted = ceremony.handed_in(session, election.uuid, publication.DECRYPTED)
    roles = [role for group in election.policy for role in group["holders"]]
    return [role for role in roles if role in decrypted and role not in opened]


def document(session: Session, election: Election) -> bytes:
    """What a holder's program is given to open the product."""
    return encode({"contests": undecided(session, election), "format": INPUT_FORMAT})


def pending(store: Store, election_uuid: str) -> list[Pending]:
    """Every lot that the totals asked for, drawn or not."""
    with store.registry_reader() as session:
        election = elections.find(session, election_uuid)
        asked = lots.asked(session, election_uuid)
        return [
            _pending(session, contest, asked[contest.uuid]) for contest in election.contests if contest.uuid in asked
        ]


def _pending(session: Session, contest: Contest, item: Json) -> Pending:
    what = item["matter"]
    between = tuple(
        (place, name, what["votes"][place]) for place, name in zip(what["between"], what["names"], strict=True)
    )
    answers = lots.opened(session, contest.election_uuid)
    opened = tuple(role for role, answer in answers.items() if contest.uuid in answer["contests"])
    return Pending(contest.uuid, contest.title, what["seats"], between, opened, lots.decided(session, contest))


def enter(store: Store, contest_uuid: str, paper: Paper, actor: Actor, now: datetime) -> None:
    """Enter a draw on paper. It stands in the journal, and decides the lot on the word of the board."""
    with store.registry.begin() as session:
        contest = elections.contest(session, contest_uuid)
        details: dict[str, Json] = {
            "chosen": sorted(paper.chosen),
            "drawn_at": hour_text(paper.drawn_at),
            "drawn_by": published_text.check(session, contest.election_uuid, paper.drawn_by, "drawn_by"),
            "how": published_text.check(session, contest.election_uuid, paper.how, "how"),
        }
        item = undecided(session, contest.election).get(contest_uuid)
        if item is None:
            raise ProtocolError("drawing.none", contest=contest.title)
        check_paper(details, Lot(tuple(item["matter"]["between"]), item["matter"]["seats"]), contest.title)
        if not lifecycle.freezing(contest) <= paper.drawn_at <= now:
            raise ProtocolError("drawing.hour", contest=contest.title, hour=details["drawn_at"])
        lots.enter(session, contest_uuid, details, actor, now)
