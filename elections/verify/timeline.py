"""V14: every act of the journal in its order, at its hour, by who may do it; amendments ratified.

The lifecycle table (rules/phases.py) decides the order and the roles; setup.json and the amendments the
hours. An act that changes what was sealed (`suspend`, `resume`, `reschedule`) states its `change`; an
`amendment` names that act's line by its digest and carries the key holders' signatures of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, fields, hour, hour_text, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import amendment_text
from elections.rules.phases import Act, Phase, Role, permit
from elections.verify.checks import check_holders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from elections.protocol.journal import JournalEntry
    from elections.verify.contest import Contest

CHANGING = ("suspend", "resume", "reschedule")


@dataclass
class Timeline:
    """Where a contest stands while its acts are read; `closing` is the hour in force."""

    contest: Contest
    closing: datetime
    phase: Phase = Phase.DRAFT
    frozen_from: datetime | None = None
    pending: dict[str, Json] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def read(self, entry: JournalEntry) -> None:
        """Take one act, or refuse it."""
        if entry.act == "amendment":
            self._ratify(entry)
            return
        if entry.act in CHANGING:
            self._change(entry)
        if entry.act in {act.value for act in Act}:
            self._move(entry)

    def _move(self, entry: JournalEntry) -> None:
        what = f"journal, line {entry.sequence + 1}"
        act, setup = Act(entry.act), self.contest.setup
        role = Role.DELEGATE if entry.role.startswith("delegate") else _role(entry, what)
        transition = permit(self.phase, act, role, rehearsal=setup.rehearsal)
        self._check_hour(entry, act, what)
        if act in (Act.RESUME, Act.FREEZE) and self._unsigned(entry):
            raise ProtocolError("verify.unsigned-amendment", what=what, act=act.value)
        if act in (Act.SEAL, Act.FREEZE, Act.COUNT):
            self._check_details(entry, act, what)
        self.phase = transition.target

    def _unsigned(self, entry: JournalEntry) -> bool:
        # A resumption is itself a change: it waits for the earlier ones, the freeze for all.
        return bool(self.pending.keys() - {entry.digest})

    def _check_hour(self, entry: JournalEntry, act: Act, what: str) -> None:
        setup = self.contest.setup
        allowed = True
        if act is Act.OPEN:
            allowed = setup.opening <= entry.at < self.closing
        elif act is Act.RESUME:
            allowed = entry.at < self.closing
        elif act is Act.CLOSE:
            if entry.at < self.closing:
                allowed = setup.rehearsal
                self.remarks.append(f"rehearsal: closed early at {hour_text(entry.at)}")
            self.frozen_from = min(entry.at, self.closing) + setup.grace
        elif act is Act.FREEZE:
            allowed = self.frozen_from is not None and entry.at >= self.frozen_from
        if not allowed:
            raise ProtocolError("verify.act-hour", what=what, act=act.value, at=hour_text(entry.at))

    def _check_details(self, entry: JournalEntry, act: Act, what: str) -> None:
        contest, details = self.contest, entry.details
        expected: dict[str, Json] = {}
        if act is Act.SEAL:
            expected = {"seal": sha256_hex(contest.raw("seal.json")), "setup": contest.setup.digest}
            if not contest.stopped:
                expected["fingerprint"] = contest.election.fingerprint
        elif act is Act.FREEZE:
            expected = {"ballots": len(contest.entries), "signatures": len(contest.entries)}
        elif act is Act.COUNT:
            expected = {"result": sha256_hex(contest.raw("result.json"))}
        if any(details.get(key) != value for key, value in expected.items()):
            raise ProtocolError("verify.act-details", what=what, act=act.value)

    def _change(self, entry: JournalEntry) -> None:
        what = f"journal, line {entry.sequence + 1}"
        change = entry.details.get("change")
        if not isinstance(change, dict):
            raise ProtocolError("verify.act-details", what=what, act=entry.act)
        if "closing" in change:
            closing = hour(change["closing"], what)
            if closing <= entry.at or self.phase not in (Phase.OPEN, Phase.SUSPENDED):
                raise ProtocolError("verify.act-hour", what=what, act=entry.act, at=hour_text(entry.at))
            self.closing = closing
            self.remarks.append(f"closing hour changed to {hour_text(closing)}")
        self.pending[entry.digest] = change
        self.remarks.append(f"{entry.act} at {hour_text(entry.at)}")

    def _ratify(self, entry: JournalEntry) -> None:
        what = f"journal, line {entry.sequence + 1}"
        details = fields(entry.details, what, ("act", "change", "setup", "signatures"))
        contest = self.contest
        change = self.pending.pop(details["act"], None)
        if change is None or change != details["change"] or details["setup"] != contest.setup.digest:
            raise ProtocolError("verify.amendment", what=what)
        if not contest.stopped:
            text = amendment_text(contest.election.fingerprint, details["act"], change)
            check_holders(contest.setup, contest.election, contest.trustees, details["signatures"], text, what)


def _role(entry: JournalEntry, what: str) -> Role:
    try:
        return Role(entry.role)
    except ValueError as error:
        raise ProtocolError("verify.act-order", what=what, act=f"{entry.act} by {entry.role}") from error


def v14_journal(contest: Contest, entries: Sequence[JournalEntry], kind: str) -> str | None:
    """The contest's acts in order, ending where a record of this kind (frozen, full or stopped) ends."""
    timeline = Timeline(contest, contest.setup.closing)
    for entry in entries:
        if entry.contest == contest.uuid:
            timeline.read(entry)
    ends = {
        "frozen": (Phase.FROZEN,),
        "full": (Phase.COUNTED, Phase.PROCLAIMED, Phase.ARCHIVED),
        "stopped": (Phase.STOPPED,),
    }
    if timeline.phase not in ends[kind]:
        raise ProtocolError("verify.phase", what=contest.uuid, phase=timeline.phase.value, kind=kind)
    return "; ".join(timeline.remarks) or None
