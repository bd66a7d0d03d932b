"""Admission of candidacies: the report on each, what it needs of the office, and the authority's rulings.

The report computes and decides nothing. A candidacy without fault is on the ballot; on one with a fault the authority
that the model names must rule before the seal, and whoever rules answers for it: a fault may have arisen too late to
count (décret 2025-659, art. 8). What is not known is shown and bars nothing. A ruling holds for the candidacy
as it was then: a sheet that changes it makes it void.

The journal is published: it names candidacies, never a person nor a fault, and gives no reason.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from elections.protocol.errors import ProtocolError
from elections.registry import candidacies, elections, journal
from elections.registry.tables import Elector, Entitlement
from elections.rules.admissibility import examine
from elections.rules.deadlines import days
from elections.rules.eligibility import plain
from elections.rules.filed import Electorate, Filing, Person
from elections.rules.filing import candidacy_rules
from elections.rules.phases import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.journal import Actor
    from elections.registry.tables import Candidacy, Contest, Election
    from elections.rules.deadlines import Days
    from elections.rules.filing import CandidacyRules
    from elections.rules.findings import Examined

RULINGS = ("admitted", candidacies.REFUSED)
MOST_ELECTORS = 10**7

_PARIS = ZoneInfo("Europe/Paris")
_RULERS = {"office": (Role.OFFICER,), "board": (Role.PRESIDENT, Role.SECRETARY)}


@dataclass(frozen=True, slots=True)
class Review:
    """The report on one contest: its rules and their days, each candidacy examined, in the order of the screen."""

    contest: Contest
    rules: CandidacyRules
    days: Days
    examined: tuple[Examined, ...]
    rulings: Mapping[str, str | None]
    """By candidacy: `admitted`, `refused`, or None as long as nobody has ruled."""
    contested: frozenset[str] = frozenset()
    """The candidacies of which the authority found a name ineligible that was not replaced."""

    @property
    def unruled(self) -> tuple[str, ...]:
        """The candidacies at fault on which the authority has still to rule."""
        wrong = (item.id for item in self.examined if item.faults or item.id in self.contested)
        return tuple(id_ for id_ in wrong if self.rulings[id_] is None)

    def json(self) -> dict[str, Json]:
        """One item of `contests` in the report of `elections candidacies check` (contracts.md)."""
        last = {name: getattr(self.days, name) for name in ("closes", "mended", "ruled")}
        return {
            "candidacies": [{**item.json(), "ruling": self.rulings[item.id]} for item in self.examined],
            "contest": self.contest.uuid,
            "days": {name: day and day.isoformat() for name, day in last.items()},
            "electorate": self.contest.electorate,
            "key": self.contest.key,
            "order": self.contest.display_order,
            "ruled_by": self.rules.ruling and self.rules.ruling.by,
        }


def report(session: Session, election_uuid: str) -> list[Review]:
    """Every candidacy of an election, examined."""
    election = elections.find(session, election_uuid)
    everything = _Everything.read(session, election, [contest.uuid for contest in election.contests])
    return [everything.review(contest) for contest in election.contests]


def examine_alone(session: Session, contest: Contest, candidacy: Candidacy) -> Examined:
    """A candidacy examined without the others of the election: its delegate must not learn from it who stands where."""
    filing = _filing(contest.uuid, candidacy, _Roll(session, [contest.uuid]))
    rules = candidacy_rules(contest.admission or {}, contest.title)
    electorate = None if contest.electorate is None else Electorate(**contest.electorate)
    return examine(filing, rules, [], electorate, contest.election.opening.astimezone(_PARIS).date())


def rule(session: Session, contest_uuid: str, candidacy: str, ruling: str, actor: Actor, now: datetime) -> None:
    """Admit or refuse a candidacy of a draft; refused (`rules.role`) to whom the model does not name."""
    contest = elections.contest(session, contest_uuid)
    elections.changeable(session, contest.election_uuid)
    if actor.role not in rulers(contest):
        raise ProtocolError("rules.role", act="ruling", phase=contest.phase.value, role=actor.role.value)
    row = next((item for item in contest.candidacies if item.id == candidacy), None)
    if row is None:
        raise ProtocolError("registry.candidacy", contest=contest.title, id=candidacy[:40])
    row.ruling = ruling
    for nomination in contest.nominations:
        # Who admits the list no longer asks for another name; who refuses it keeps the reason on file.
        if nomination.candidacy == candidacy and ruling == RULINGS[0]:
            nomination.contested = None
    # An order of ages names each candidacy on the ballot, by its place there.
    contest.parameters = {name: value for name, value in contest.parameters.items() if name != "order"}
    details = {"candidacy": candidacy, "ruling": ruling}
    journal.append(session, contest.election_uuid, "ruling", actor, now, contest=contest_uuid, details=details)


def rulers(contest: Contest) -> tuple[Role, ...]:
    """Who rules on admissibility: the office, or the board; either where the model does not say."""
    ruling = candidacy_rules(contest.admission or {}, contest.title).ruling
    return _RULERS[ruling.by] if ruling else (*_RULERS["office"], *_RULERS["board"])


def set_electorate(session: Session, contest_uuid: str, women: int, men: int, actor: Actor, now: datetime) -> None:
    """Keep how many women and men there are among the electors of a contest, or their shares in any one unit."""
    contest = elections.contest(session, contest_uuid)
    elections.changeable(session, contest.election_uuid)
    if min(women, men) < 0 or not 0 < women + men <= MOST_ELECTORS:
        raise ProtocolError("rules.number", what=contest.title, least=1, most=MOST_ELECTORS)
    contest.electorate = {"men": men, "women": women}
    details = dict(contest.electorate)
    journal.append(session, contest.election_uuid, "electorate", actor, now, contest=contest_uuid, details=details)


def check_ruled(session: Session, contest: Contest) -> None:
    """Refuse (`registry.unruled`) a contest with a candidacy at fault on which the authority has not ruled."""
    unruled = _Everything.read(session, contest.election, [contest.uuid]).review(contest).unruled
    if unruled:
        raise ProtocolError("registry.unruled", contest=contest.title, ids=", ".join(unruled))


@dataclass(frozen=True, slots=True)
class _Everything:
    """All candidacies of an election by contest, and those that are not refused: only beside these may one be wrong."""

    filings: Mapping[str, list[Filing]]
    standing: list[Filing]

    @classmethod
    def read(cls, session: Session, election: Election, looked_at: Sequence[str]) -> _Everything:
        roll = _Roll(session, looked_at)
        filings: dict[str, list[Filing]] = {contest.uuid: [] for contest in election.contests}
        standing = []
        for contest in election.contests:
            for item in contest.candidacies:
                filing = _filing(contest.uuid, item, roll)
                filings[contest.uuid].append(filing)
                if item.ruling != candidacies.REFUSED:
                    standing.append(filing)
        return cls(filings, standing)

    def review(self, contest: Contest) -> Review:
        rules = candidacy_rules(contest.admission or {}, contest.title)
        first_day = contest.election.opening.astimezone(_PARIS).date()
        electorate = None if contest.electorate is None else Electorate(**contest.electorate)
        examined = tuple(
            examine(filing, rules, [other for other in self.standing if other is not filing], electorate, first_day)
            for filing in self.filings[contest.uuid]
        )
        rulings = {item.id: item.ruling for item in contest.candidacies}
        contested = frozenset(item.candidacy for item in contest.nominations if item.contested)
        return Review(contest, rules, days(rules, first_day), examined, rulings, contested)


class _Roll:
    """Who is on the rolls of these contests, by identifier and by name."""

    def __init__(self, session: Session, contests: Sequence[str]) -> None:
        self._identifiers: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, set[str]] = defaultdict(set)
        query = (
            select(Entitlement.contest_uuid, Elector.identifier, Elector.last_name, Elector.first_name)
            .join(
                Elector,
                (Entitlement.election_uuid == Elector.election_uuid) & (Entitlement.number == Elector.number),
            )
            .where(Entitlement.contest_uuid.in_(contests))
        )
        for contest, identifier, last, first in session.execute(query):
            self._identifiers[contest].add(identifier)
            self._names[contest].add(plain(f"{last} {first}"))

    def holds(self, contest: str, name: str, identifier: str | None) -> bool | None:
        """Whether a name is on the roll; not known where there is none yet, or only the spelling speaks against it."""
        if contest not in self._identifiers:
            return None
        if identifier is not None:
            return identifier in self._identifiers[contest]
        return plain(name) in self._names[contest] or None


def _filing(contest: str, item: Candidacy, roll: _Roll) -> Filing:
    known = item.persons or [{} for _ in item.names]
    pairs = tuple(
        (
            _person(contest, names["titular"] or "", pair.get("titular", {}), roll),
            _substitute(contest, names, pair, roll),
        )
        for names, pair in zip(item.names, known, strict=True)
    )
    return Filing(contest, item.id, item.title, pairs, item.union, item.delegate)


def _substitute(
    contest: str, names: Mapping[str, str | None], pair: Mapping[str, dict[str, Any]], roll: _Roll
) -> Person | None:
    name = names["substitute"]
    return None if name is None else _person(contest, name, pair.get("substitute", {}), roll)


def _person(contest: str, name: str, known: Mapping[str, Any], roll: _Roll) -> Person:
    return Person(name, **known, enrolled=roll.holds(contest, name, known.get("identifier")))
