"""Who has seen what is about to be sealed, and whether those who seal have all seen this (R. 211-550, R. 211-552).

A member of the board or a delegate looks at the sheet on her own screen and says so; what is kept is the sheet, its
digest, and the hour. Whatever changes after that gives another sheet, which nobody has seen: the seal is refused until
all who are present have seen exactly the one that is sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from elections.protocol.errors import ProtocolError
from elections.protocol.setup import Setup
from elections.registry import elections, journal
from elections.registry.board_tables import SealSheet, Viewing
from elections.registry.journal import Actor
from elections.rules import sheet
from elections.rules.phases import Phase, Role

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.tables import Election
    from elections.rules.sheet import Sheet

SEEING = (Role.PRESIDENT, Role.SECRETARY, Role.DELEGATE)


@dataclass(frozen=True, slots=True)
class Seen:
    """The last sheet that somebody has seen, and when."""

    digest: str
    at: datetime


def current(session: Session, election_uuid: str) -> Sheet:
    """The sheet of what is prepared or sealed; refused (`registry.unsealed`) where a contest is neither."""
    sealed = []
    for contest in elections.find(session, election_uuid).contests:
        if contest.setup is None or contest.fingerprint is None:
            raise ProtocolError("registry.unsealed", contest=contest.title)
        sealed.append((Setup.parse(contest.setup), contest.fingerprint))
    return sheet.write(sealed)


def mark(session: Session, election_uuid: str, digest: str, actor: Actor, now: datetime) -> None:
    """Somebody of the board has seen the sheet with this digest; the same again changes nothing.

    Refused: another role (`rules.role`), a sealed election (`rules.phase`), a sheet that is not the one of now
    (`sealing.sheet`).
    """
    election = elections.find(session, election_uuid)
    phase = elections.phase(election)
    if actor.role not in SEEING:
        raise ProtocolError("rules.role", act="seen", phase=phase.value, role=actor.role.value)
    if phase is not Phase.DRAFT:
        raise ProtocolError("rules.phase", act="seen", phase=phase.value)
    found = current(session, election_uuid)
    if digest != found.digest:
        raise ProtocolError("sealing.sheet")
    before = last(session, election_uuid).get(member(actor))
    if before is not None and before.digest == digest:
        return
    if session.get(SealSheet, (election_uuid, digest)) is None:
        session.add(SealSheet(election_uuid=election_uuid, digest=digest, body=found.encode()))
        session.flush()
    rows = select(func.max(Viewing.sequence)).where(Viewing.election_uuid == election_uuid)
    session.add(
        Viewing(
            election_uuid=election_uuid, sequence=(session.scalar(rows) or 0) + 1, role=actor.role.value,
            number=actor.number, digest=digest, at=now,
        )
    )  # fmt: skip
    journal.append(session, election_uuid, "seen", actor, now, details={"sheet": digest})


def last(session: Session, election_uuid: str) -> dict[str, Seen]:
    """What each member has seen last, by `member`."""
    rows = select(Viewing).where(Viewing.election_uuid == election_uuid).order_by(Viewing.sequence)
    return {member(Actor(Role(row.role), row.number)): Seen(row.digest, row.at) for row in session.scalars(rows)}


def kept(session: Session, election_uuid: str, digest: str) -> Sheet:
    """A sheet that somebody has seen."""
    row = session.get(SealSheet, (election_uuid, digest))
    if row is None:
        raise ProtocolError("sealing.sheet")
    return sheet.Sheet.parse(row.body)


def member(actor: Actor) -> str:
    """What policies call somebody of the board: a delegate by her number, the others by their role."""
    return f"{actor.role.value}-{actor.number}" if actor.role is Role.DELEGATE else actor.role.value


def members(election: Election) -> list[str]:
    """Everybody who may be present at the seal: president, secretary, and the delegates among the key holders."""
    delegates = [role for group in election.policy for role in group["holders"] if role.startswith("delegate-")]
    return [Role.PRESIDENT.value, Role.SECRETARY.value, *delegates]


def attend(session: Session, election_uuid: str, present: Collection[str], actor: Actor, now: datetime) -> None:
    """Enter who is present at the seal, by `member`; to be called in the transaction that seals.

    Refused: nobody of that name (`sealing.member`); without who acts and two delegates, one if there is only one
    (`sealing.present`); somebody who has not seen this very sheet (`sealing.unseen`).
    """
    election = elections.find(session, election_uuid)
    known = members(election)
    here = [name for name in known if name in present]
    for name in sorted(set(present) - set(known)):
        raise ProtocolError("sealing.member", role=name[:64])
    delegates = [name for name in known if name.startswith("delegate-")]
    needed = min(2, len(delegates))
    if member(actor) not in here or len(set(here) & set(delegates)) < needed:
        raise ProtocolError("sealing.present", role=actor.role.value, delegates=needed)
    digest, seen = current(session, election_uuid).digest, last(session, election_uuid)
    unseen = [name for name in here if name not in seen or seen[name].digest != digest]
    if unseen:
        raise ProtocolError("sealing.unseen", roles=", ".join(unseen))
    journal.append(session, election_uuid, "present", actor, now, details={"present": here, "sheet": digest})
