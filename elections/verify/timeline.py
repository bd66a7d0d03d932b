"""V14: every act of the journal in its order, at its hour, by who may do it; amendments ratified.

The lifecycle table (rules/phases.py) decides the order and the roles; setup.json and the amendments the
hours. An act that changes what was sealed states its `change`, one thing of those that may change at all; an
`amendment` names that act's line by its digest and carries the key holders' signatures of it. A re-issued
code states the new digest of the roll. What names an incident names one that is open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from elections.protocol.canonical import (
    Json,
    fields,
    hexadecimal,
    hour,
    hour_text,
    integer,
    sha256_hex,
    string,
)
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import amendment_text
from elections.rules.lots import PAPER
from elections.rules.phases import Act, Phase, Role, permit
from elections.verify.checks import PAPER_REMARK, check_holders
from elections.verify.display import check_order
from elections.verify.lots import on_paper

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from elections.protocol.journal import JournalEntry
    from elections.verify.contest import Contest, Kind

_CHANGES = {
    "suspend": "phase",
    "resume": "phase",
    "reschedule": "closing",
    "software": "software",
    "take-over": "device",
}
"""The acts that change what was sealed, and the one thing that each of them changes (protocol.md §3)."""

_DRAFT = (
    "admission", "calendar", "candidacies", "codes", "contest", "contest-added", "contest-order", "contest-removed",
    "display", "display-begun", "electorate", "nomination", "nomination-contested", "policy", "roll",
    "roll-change", "rule", "ruling", "settings", "trustees", "unlock",
)  # fmt: skip
"""Acts on a draft: configuration, roll, candidacies and keys never change after the seal."""

_DRAFT_ONLY = (*_DRAFT, "document")

_ACTS = tuple(act.value for act in Act)
_OF_A_CONTEST = (*_ACTS, *_CHANGES, "amendment", "lot", "reissue")

_BOARD = (Role.PRESIDENT, Role.SECRETARY)
_LIVE = (Phase.SEALED, Phase.OPEN, Phase.SUSPENDED, Phase.CLOSING)
_CHANGEABLE = {
    "closing": (Phase.OPEN, Phase.SUSPENDED),
    "device": _LIVE,
    "phase": (Phase.OPEN, Phase.SUSPENDED),
    "software": _LIVE,
}
_REISSUING = (Phase.SEALED, Phase.OPEN, Phase.SUSPENDED)

_ENDS: dict[Kind, tuple[Phase, ...]] = {
    "frozen": (Phase.FROZEN,),
    "full": (Phase.COUNTED, Phase.PROCLAIMED, Phase.ARCHIVED),
    "stopped": (Phase.STOPPED,),
}


def check_places(entries: Sequence[JournalEntry], contests: Collection[str]) -> None:
    """Refuse an act on a contest that the record does not have, and one of a contest that names none.

    A draft may have lost a contest; what was done to that one while it was a draft is told as well.
    """
    removed = [entry.details.get("contest") for entry in entries if entry.act == "contest-removed"]
    for entry in entries:
        if entry.contest in contests or (entry.act in _DRAFT_ONLY and entry.contest in removed):
            continue
        if entry.contest is not None or entry.act in _OF_A_CONTEST:
            raise ProtocolError("verify.act-contest", what=_place(entry), act=entry.act)


def sealed_fingerprint(contest: str, entries: Sequence[JournalEntry]) -> str:
    """φ as the journal states it: all that is left of it where a stopped contest has no election record."""
    stated = [entry.details.get("fingerprint") for entry in entries if (entry.act, entry.contest) == ("seal", contest)]
    return stated[-1] if stated and isinstance(stated[-1], str) else ""


@dataclass
class Timeline:
    """One contest as its acts are read. `closing` is the hour in force, `pending` what lacks its signatures."""

    contest: Contest
    entries: Sequence[JournalEntry]
    phase: Phase = Phase.DRAFT
    closing: datetime = field(init=False)
    freezing: datetime | None = None
    prepared: dict[str, Json] = field(default_factory=dict)
    pending: dict[str, Json] = field(default_factory=dict)
    rolls: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    rehearsal: str | None = None
    incidents: list[Json] = field(default_factory=list)
    """The numbers of the incidents that are open."""
    paper: JournalEntry | None = None
    """The line of a lot that was drawn on paper."""

    def judge(self) -> str | None:
        """Read the acts in order, to where the journal of such a contest ends; what the verdict must say of them."""
        contest, setup = self.contest, self.contest.setup
        self.closing, self.rolls = setup.closing, [setup.roll_digest]
        if setup.rehearsal:
            self.rehearsal = "a rehearsal, which elects nobody"
        for entry in self.entries:
            if entry.contest in (contest.uuid, None):
                self._read(entry)
        if self.phase not in _ENDS[contest.kind]:
            raise ProtocolError("verify.phase", what=contest.uuid, phase=self.phase.value, kind=contest.kind)
        stated, found = contest.register.reissues, len(self.rolls) - 1
        if stated != found:
            raise ProtocolError("verify.reissues", what=contest.name("register.json"), stated=stated, found=found)
        self._check_paper()
        check_order(contest.uuid, [item.id for item in setup.candidacies], self.entries)
        return "; ".join(self.remarks) or None

    def _read(self, entry: JournalEntry) -> None:
        if entry.act in _DRAFT and self.phase is not Phase.DRAFT:
            raise ProtocolError("verify.act-order", what=_place(entry), act=entry.act)
        self._incident(entry)
        if entry.contest is None:
            return
        if entry.act == "amendment":
            self._ratify(entry)
        elif entry.act == "reissue":
            self._reissue(entry)
        elif entry.act == "lot":
            self._lot(entry)
        else:
            if entry.act in _CHANGES or "change" in entry.details:
                self._change(entry)
            if entry.act in _ACTS:
                self._move(entry)

    def _incident(self, entry: JournalEntry) -> None:
        """Incidents come and go; what answers one answers one that is open. A note may come later."""
        number = entry.details.get("incident")
        if entry.act == "incident":
            self.incidents.append(number)
        elif number is not None and number not in self.incidents and entry.act != "incident-note":
            raise ProtocolError("verify.incident", what=_place(entry), act=entry.act)
        elif entry.act == "incident-close":
            self.incidents.remove(number)

    # --- Phases

    def _move(self, entry: JournalEntry) -> None:
        act, role = Act(entry.act), _role(entry)
        transition = permit(self.phase, act, role, rehearsal=self.contest.setup.rehearsal)
        self._check_hour(entry, act, role)
        # A resumption is itself a change: it waits for the earlier ones, the freeze for all.
        if act in (Act.RESUME, Act.FREEZE) and self.pending.keys() - {entry.digest}:
            raise ProtocolError("verify.unsigned-amendment", what=_place(entry), act=act.value)
        expected = self._expected(entry, act)
        if any(entry.details.get(key) != value for key, value in expected.items()):
            raise ProtocolError("verify.act-details", what=_place(entry), act=act.value)
        if act is Act.PREPARE:
            self.prepared = entry.details
        self.phase = transition.target

    def _check_hour(self, entry: JournalEntry, act: Act, role: Role) -> None:
        setup = self.contest.setup
        allowed = True
        if act is Act.OPEN:
            allowed = setup.opening <= entry.at < self.closing
        elif act is Act.RESUME:
            allowed = entry.at < self.closing
        elif act is Act.CLOSE:
            if entry.at < self.closing:
                # The clock never closes early, not even a rehearsal.
                allowed = setup.rehearsal and role is not Role.CLOCK
                self.rehearsal = f"{self.rehearsal}; closed early at {hour_text(entry.at)}"
                self.remarks.append(self.rehearsal)
            self.freezing = min(entry.at, self.closing) + setup.grace
        elif act is Act.FREEZE:
            allowed = self.freezing is not None and entry.at >= self.freezing
        if not allowed:
            raise ProtocolError("verify.act-hour", what=_place(entry), act=act.value, at=hour_text(entry.at))

    def _expected(self, entry: JournalEntry, act: Act) -> dict[str, Json]:
        """What the details of an act must say of the record."""
        contest = self.contest
        if act is Act.SEAL:
            sealed = {"setup": contest.setup.digest}
            if not contest.stopped:
                sealed["fingerprint"] = contest.election.fingerprint
            # The last preparation fixed what is sealed now.
            if any(self.prepared.get(key, value) != value for key, value in sealed.items()):
                raise ProtocolError("verify.act-details", what=_place(entry), act=Act.PREPARE.value)
            if contest.lots:
                sealed["slips"] = sha256_hex(contest.raw("slips.json"))
            return {**sealed, "seal": sha256_hex(contest.raw("seal.json"))}
        if act is Act.FREEZE:
            if contest.archive.timestamp != entry.at.timestamp():
                raise ProtocolError("verify.archive-hour", what=contest.name("archive.bel"), at=hour_text(entry.at))
            ballots, (note, place) = len(contest.entries), contest.notes[-1]
            checkpoint = sha256_hex(contest.setup.urn_key.own(note, place).encode())
            return {"ballots": ballots, "checkpoint": checkpoint, "signatures": ballots}
        if act is Act.COUNT:
            return {"result": sha256_hex(contest.raw("result.json"))}
        return {}

    # --- A lot that was drawn on paper

    def _lot(self, entry: JournalEntry) -> None:
        """One line of the board, between the freeze and the count; the draw was before it was entered."""
        if self.paper is not None or self.phase is not Phase.FROZEN or _role(entry) not in _BOARD:
            raise ProtocolError("verify.act-order", what=_place(entry), act=entry.act)
        details = fields(entry.details, _place(entry), ("chosen", "drawn_at", "drawn_by", "how"))
        drawn = hour(details["drawn_at"], f"{_place(entry)}, drawn_at")
        if self.freezing is None or not self.freezing <= drawn <= entry.at:
            raise ProtocolError("verify.act-hour", what=_place(entry), act=entry.act, at=hour_text(drawn))
        self.paper = entry

    def _check_paper(self) -> None:
        """Refuse a draw on paper that stands in the result and not in the journal, or the other way round."""
        if self.contest.kind == "full":
            expected = None if self.paper is None else {**self.paper.details, "kind": PAPER}
            if on_paper(self.contest) != expected:
                raise ProtocolError("verify.lot-paper", what=self.contest.name("result.json, lot"))
        if self.paper is not None:
            self.remarks.append(PAPER_REMARK)

    # --- What changes after the seal

    def _change(self, entry: JournalEntry) -> None:
        what, change = _place(entry), entry.details.get("change")
        key = _CHANGES.get(entry.act, "")
        if not isinstance(change, dict) or change.keys() != {key}:
            raise ProtocolError("verify.change", what=what, act=entry.act)
        if self.phase not in _CHANGEABLE[key] or _role(entry) not in _BOARD:
            raise ProtocolError("verify.act-order", what=what, act=entry.act)
        self._apply(entry, key, change[key])
        self.pending[entry.digest] = change

    def _apply(self, entry: JournalEntry, key: str, value: Json) -> None:
        what = _place(entry)
        if key == "phase":
            string(value, f"{what}, phase", {"suspend": Phase.SUSPENDED, "resume": Phase.OPEN}[entry.act])
            self.remarks.append(f"{entry.act} at {hour_text(entry.at)}")
        elif key == "closing":
            closing = hour(value, f"{what}, closing")
            # Brought forward it would be an early closing, which only a rehearsal has.
            if closing <= max(entry.at, self.closing):
                raise ProtocolError("verify.act-hour", what=what, act=entry.act, at=hour_text(entry.at))
            self.closing = closing
            self.remarks.append(f"closing hour changed to {hour_text(closing)}")
        elif key == "software":
            fields(value, f"{what}, software", ("digest", "version"))
            digest = hexadecimal(value["digest"], f"{what}, software")
            version = string(value["version"], f"{what}, software")
            self.remarks.append(f"software changed at {hour_text(entry.at)} to {version}, sha256 {digest}")
        else:
            device = string(value, f"{what}, device", r"[^\x00-\x1f]{1,200}")
            self.remarks.append(f"taken over at {hour_text(entry.at)} by {device}")

    def _ratify(self, entry: JournalEntry) -> None:
        what, contest = _place(entry), self.contest
        details = fields(entry.details, what, ("act", "change", "setup", "signatures"))
        act = hexadecimal(details["act"], f"{what}, act")
        change = self.pending.pop(act, None)
        if change is None or change != details["change"] or details["setup"] != contest.setup.digest:
            raise ProtocolError("verify.amendment", what=what)
        if not contest.stopped:
            text = amendment_text(contest.election.fingerprint, act, change)
            check_holders(contest.setup, contest.election, contest.trustees, details["signatures"], text, what)

    def _reissue(self, entry: JournalEntry) -> None:
        if self.phase is Phase.DRAFT:
            # The roll is not sealed yet, and has no digest to change.
            return
        what = _place(entry)
        if self.phase not in _REISSUING or _role(entry) not in _BOARD:
            raise ProtocolError("verify.act-order", what=what, act=entry.act)
        details = fields(entry.details, what, ("officer", "roll"))
        integer(details["officer"], f"{what}, officer", 1)
        roll = hexadecimal(details["roll"], f"{what}, roll")
        if roll in self.rolls:
            raise ProtocolError("verify.reissue-roll", what=what)
        self.rolls.append(roll)


def _place(entry: JournalEntry) -> str:
    return f"journal, line {entry.sequence + 1}"


def _role(entry: JournalEntry) -> Role:
    try:
        return Role(entry.role)
    except ValueError as error:
        raise ProtocolError("verify.act-order", what=_place(entry), act=f"{entry.act} by {entry.role}") from error
