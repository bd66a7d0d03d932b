"""Voting codes as the registry knows them: by number and public key, never the code (protocol.md §4).

Codes are asked for in batches until the setups are fixed; an elector who has keys is never asked for again. A
single code may be replaced later, by `reissue`, as long as its elector has not voted and is not about to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import delete, insert, select

from elections.protocol.errors import ProtocolError
from elections.registry import code_files, elections, journal, roll
from elections.registry.code_files import CodeRequest, Vote
from elections.registry.roll_tables import ReissueRequest
from elections.registry.tables import Attempt, Elector, ElectorKey, Signature
from elections.rules.phases import Phase, Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.code_files import PublicKeys
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest

Maker = Literal["site", "elsewhere"]
"""Who makes a code: the machine that serves the vote, or somebody on another one."""

_LATEST = (Phase.DRAFT, Phase.SEALED, Phase.OPEN, Phase.SUSPENDED)


def request(
    session: Session, election_uuid: str, numbers: Sequence[int] | None = None, *, site: str = "", help_: str = ""
) -> CodeRequest:
    """What the code maker needs: the numbers of all electors without keys, or these; refused if there are none.

    Identifiers and one-time codes go by mail, and by SMS where the roll has telephones; only a rehearsal may send its
    codes the same way.
    """
    election = elections.find(session, election_uuid)
    wanted = keyless(session, election_uuid) if numbers is None else sorted(numbers)
    if not wanted:
        raise ProtocolError("codes.nobody")
    taken = () if election.rehearsal else ("mail", "sms") if roll.phones(session, election_uuid) else ("mail",)
    address = f"{site}/election/{election_uuid}/connexion" if site else ""
    vote = Vote(election.title, election.opening, election.closing, address, help_)
    return CodeRequest(election_uuid, tuple(election.issuers), tuple(wanted), taken, vote)


def keyless(session: Session, election_uuid: str) -> list[int]:
    """The numbers of all electors who have no keys, in order."""
    query = (
        select(Elector.number)
        .outerjoin(
            ElectorKey, (ElectorKey.election_uuid == Elector.election_uuid) & (ElectorKey.number == Elector.number)
        )
        .where(Elector.election_uuid == election_uuid, ElectorKey.number.is_(None))
        .order_by(Elector.number)
    )
    return list(session.scalars(query))


def take_keys(
    session: Session,
    election_uuid: str,
    raw: bytes,
    actor: Actor,
    now: datetime,
    *,
    maker: Maker = "elsewhere",
    form: str | None = None,
) -> int:
    """Import the code maker's keys into a draft, all or none; how many electors got theirs.

    Whether this machine has made a code is kept and published: whoever trusts the site should know (`how.html`). By
    the `form` of its letters those who come later get theirs (`making`).

    Refused, beside what `code_files.read_keys` refuses: a number that is not on the roll or has keys already
    (`codes.number`), a key that some elector has (`codes.key-twice`).
    """
    election = elections.changeable(session, election_uuid)
    rows = code_files.read_keys(raw, election_uuid, election.issuers)
    waiting, known = set(keyless(session, election_uuid)), _known(session, election_uuid)
    for row in rows:
        if row.number not in waiting:
            raise ProtocolError("codes.number", number=row.number)
        _check_new(row, known)
    if rows:
        session.execute(insert(ElectorKey), [_values(election_uuid, row) for row in rows])
    if maker == "site" or election.code_maker is None:
        election.code_maker = maker
    if form is not None:
        election.code_form = form
    details: dict[str, Json] = {"electors": len(rows), "maker": maker}
    journal.append(session, election_uuid, "codes", actor, now, details=details)
    return len(rows)


def reissue(
    session: Session, election_uuid: str, keys: PublicKeys, officer: Actor, board: Actor, now: datetime
) -> None:
    """Replace one elector's keys: her code was lost, or read by somebody.

    Needs an officer and a member of the board (`codes.two-people`); refused once she has signed or has an attempt
    open in any of her contests (`codes.voted`), or one of them is over (`codes.phase`) or being sealed. The journal
    says, for each of her contests, that a code was re-issued and the new digest of its roll; it does not say whose.
    """
    if officer.role is not Role.OFFICER or board.role not in (Role.PRESIDENT, Role.SECRETARY):
        raise ProtocolError("codes.two-people")
    code_files.check_keys(keys, elections.find(session, election_uuid).issuers, "re-issued keys")
    old = session.get(ElectorKey, (election_uuid, keys.number))
    if old is None:
        raise ProtocolError("codes.number", number=keys.number)
    contests = check_reissuable(session, election_uuid, keys.number)
    _check_new(keys, _known(session, election_uuid))
    old.register, old.requests = keys.register, dict(keys.requests)
    # Whoever asked for it has it.
    session.execute(
        delete(ReissueRequest).where(
            ReissueRequest.election_uuid == election_uuid, ReissueRequest.number == keys.number
        )
    )
    session.flush()
    for contest in contests:
        # A draft's roll may not be complete yet, and has no digest that anybody relies on.
        digest = {} if contest.phase is Phase.DRAFT else {"roll": roll.digest(session, contest.uuid)}
        details = {**digest, "officer": officer.number}
        journal.append(session, election_uuid, "reissue", board, now, contest=contest.uuid, details=details)


def reissues(session: Session, contest_uuid: str) -> int:
    """How many codes were re-issued in a contest since it was sealed: as many more tokens may have been given."""
    contest = elections.contest(session, contest_uuid)
    entries = journal.entries(session, contest.election_uuid)
    mine = [entry for entry in entries if entry.act == "reissue" and entry.contest == contest_uuid]
    return sum("roll" in entry.details for entry in mine)


def check_replaceable(session: Session, election_uuid: str, number: int) -> list[Contest]:
    """The contests of an elector who has a code that may still be given anew, whether or not she has voted."""
    if session.get(ElectorKey, (election_uuid, number)) is None:
        raise ProtocolError("codes.number", number=number)
    contests = roll.contests_of(session, election_uuid, number)
    for contest in contests:
        elections.locked(session, contest.uuid)
        if contest.phase is Phase.DRAFT and contest.setup is not None:
            raise ProtocolError("registry.locked")
        if contest.phase not in _LATEST or contest.halted:
            raise ProtocolError("codes.phase", phase=contest.phase.value)
    return contests


def check_reissuable(session: Session, election_uuid: str, number: int) -> list[Contest]:
    """The contests of an elector whose code may be given anew; refused as `reissue` says, by her state."""
    contests = check_replaceable(session, election_uuid, number)
    if any(session.get(table, (contest.uuid, number)) for contest in contests for table in (Signature, Attempt)):
        raise ProtocolError("codes.voted")
    return contests


def _known(session: Session, election_uuid: str) -> set[str]:
    """Every public key that some elector has."""
    rows = session.execute(
        select(ElectorKey.register, ElectorKey.requests).where(ElectorKey.election_uuid == election_uuid)
    )
    return {public for register, requests in rows for public in (register, *requests.values())}


def _check_new(row: PublicKeys, known: set[str]) -> None:
    if known & {row.register, *row.requests.values()}:
        raise ProtocolError("codes.key-twice", what="public keys", number=row.number)


def _values(election_uuid: str, row: PublicKeys) -> dict[str, object]:
    return {
        "election_uuid": election_uuid,
        "number": row.number,
        "register": row.register,
        "requests": dict(row.requests),
    }
