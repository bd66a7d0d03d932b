"""The acts that move a contest from phase to phase, each with its journal line (rules/phases.py).

The table says who may do what, when in the order of phases; here stands what of a row's `needs` the registry can
see. What concerns other parties (the urn empty, link key, ballots = signatures, the verification) its caller
checks before, in the order of protocol.md §10 and §14, and tells urn and issuers afterwards.

The freeze has two steps, for attempts may be under way: `halt` lets no new one in; when the last is resolved,
the act `freeze` states how many signatures and ballots there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from elections.protocol.canonical import check_year, hour_text, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.registry import amendments, elections, incidents, journal, register
from elections.rules.phases import Act, Phase, Role, permit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.protocol.journal import JournalEntry
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest

    Details = dict[str, Json]


def act(
    session: Session, contest_uuid: str, act: Act, actor: Actor, now: datetime, details: Details | None = None
) -> JournalEntry:
    """Do `act` to a contest and write it into the journal.

    `details` is what the journal should say besides; a freeze needs `{"ballots":n,"signatures":n}`, a count
    `{"result":hex}` (V14), a suspension, a stop and a resumption their grounds (`incidents.Grounds`). Refused:
    `rules.phase`, `rules.role`, an hour that has not come or is over (`registry.act-hour`), and whatever the act needs
    besides.
    """
    contest = elections.locked(session, contest_uuid)
    row = permit(contest.phase, act, actor.role, rehearsal=contest.election.rehearsal)
    if act is Act.PREPARE:
        # Preparing changes more than the phase: `sealing.fix` does it.
        raise ProtocolError("rules.phase", act=act.value, phase=contest.phase.value)
    given = dict(details or {})
    if act in _NEEDS:
        given |= _NEEDS[act](_Doing(session, contest, actor, now, given))
    contest.phase = row.target
    entry = journal.append(session, contest.election_uuid, act.value, actor, now, contest=contest_uuid, details=given)
    if act is Act.CLOSE and entry.at < contest.closing:
        # A rehearsal closed early: grace runs from now.
        contest.closing = entry.at
    return entry


def reschedule(session: Session, contest_uuid: str, closing: datetime, actor: Actor, now: datetime) -> JournalEntry:
    """Another closing hour, later than the one in force, for a contest that is open or suspended.

    It holds at once, and must be signed by the key holders before the contest is resumed or frozen.
    """
    contest = elections.locked(session, contest_uuid)
    if actor.role not in (Role.PRESIDENT, Role.SECRETARY):
        raise ProtocolError("rules.role", act="reschedule", phase=contest.phase.value, role=actor.role.value)
    if contest.phase not in (Phase.OPEN, Phase.SUSPENDED):
        raise ProtocolError("rules.phase", act="reschedule", phase=contest.phase.value)
    if closing <= max(now, contest.closing):
        raise ProtocolError("registry.act-hour", act="reschedule", hour=hour_text(contest.closing))
    check_year(closing)
    contest.closing = closing
    details = {"change": {"closing": hour_text(closing)}}
    return journal.append(
        session, contest.election_uuid, "reschedule", actor, now, contest=contest_uuid, details=details
    )


def halt(session: Session, contest_uuid: str, now: datetime) -> None:
    """Begin the freeze: from here no attempt is taken. It waits for casts in flight; repeated, it changes nothing."""
    contest = elections.locked(session, contest_uuid)
    if contest.halted:
        return
    permit(contest.phase, Act.FREEZE, Role.CLOCK)
    if now < freezing(contest):
        raise ProtocolError("registry.act-hour", act="freeze", hour=hour_text(freezing(contest)))
    amendments.check_none_pending(session, contest_uuid)
    contest.halted = True
    session.flush()


def freezing(contest: Contest) -> datetime:
    """The hour at which a contest is frozen: closing and grace."""
    return contest.closing + timedelta(seconds=contest.election.grace)


@dataclass(frozen=True, slots=True)
class _Doing:
    """An act about to be done: what its needs are checked against."""

    session: Session
    contest: Contest
    actor: Actor
    now: datetime
    details: Details


# Each checks what its act needs, and gives what the journal's entry must say for it.


def _seal(doing: _Doing) -> Details:
    contest = doing.contest
    if contest.setup is None or contest.seal is None:
        raise ProtocolError("registry.unsealed", contest=contest.title)
    digests = {"seal": sha256_hex(contest.seal), "setup": sha256_hex(contest.setup)}
    if contest.slips is not None:
        digests["slips"] = sha256_hex(contest.slips)
    return {**digests, "fingerprint": contest.fingerprint}


def _open(doing: _Doing) -> Details:
    """The hour **and** the board's act (R20), and a register that is blank."""
    opening = doing.contest.election.opening
    if not opening <= doing.now < doing.contest.closing:
        raise ProtocolError("registry.act-hour", act="open", hour=hour_text(opening))
    counts = register.count(doing.session, doing.contest.uuid)
    if counts.signatures or counts.attempts:
        raise ProtocolError("registry.not-blank", signatures=counts.signatures)
    return _grounds(doing)


def _suspend(doing: _Doing) -> Details:
    return {**_grounds(doing, "reason", "authority", "incident"), "change": {"phase": Phase.SUSPENDED.value}}


def _stop(doing: _Doing) -> Details:
    return _grounds(doing, "reason", "authority", "incident")


def _grounds(doing: _Doing, *needed: str) -> Details:
    return incidents.grounds(doing.session, doing.contest, doing.details, needed)


def _resume(doing: _Doing) -> Details:
    if doing.now >= doing.contest.closing:
        raise ProtocolError("registry.act-hour", act="resume", hour=hour_text(doing.contest.closing))
    amendments.check_none_pending(doing.session, doing.contest.uuid)
    return {**_grounds(doing, "reason", "authority"), "change": {"phase": Phase.OPEN.value}}


def _close(doing: _Doing) -> Details:
    """The clock closes at the hour; the board may close a rehearsal before it, the table has said so."""
    if doing.actor.role is Role.CLOCK and doing.now < doing.contest.closing:
        raise ProtocolError("registry.act-hour", act="close", hour=hour_text(doing.contest.closing))
    return _grounds(doing)


def _freeze(doing: _Doing) -> Details:
    counts = register.count(doing.session, doing.contest.uuid)
    if not doing.contest.halted or counts.attempts:
        raise ProtocolError("registry.attempts", attempts=counts.attempts)
    ballots = doing.details.get("ballots")
    if not ballots == doing.details.get("signatures") == counts.signatures:
        raise ProtocolError("registry.counts", signatures=counts.signatures, ballots=ballots)
    return {}


_NEEDS: dict[Act, Callable[[_Doing], Details]] = {
    Act.SEAL: _seal,
    Act.OPEN: _open,
    Act.SUSPEND: _suspend,
    Act.RESUME: _resume,
    Act.STOP: _stop,
    Act.CLOSE: _close,
    Act.FREEZE: _freeze,
}
