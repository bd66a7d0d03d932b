"""What the registry gives to setup.json, and what it keeps of the seal (protocol.md §14, steps 9 to 13).

`part` is the registry's share of the setup; who fixes it adds the keys of the other parties. `fix` takes the
whole setup back and refuses one that says anything else of what stands here, so that what is sealed is what the
office saw. From then on the draft is locked; `unlock` voids everything that was fixed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.ballot import Election as ElectionRecord
from elections.protocol.canonical import encode, hour_text, parse_canonical, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.protocol.group import group_by_name
from elections.protocol.log import Checkpoint, root
from elections.protocol.note import Verifier
from elections.protocol.setup import Setup, check_binding, seal_text
from elections.protocol.slips import read_slips
from elections.protocol.trustees import Trustees
from elections.registry import admission, candidacies, documents, elections, journal, roll
from elections.rules.lots import possible
from elections.rules.phases import Act, Phase, permit
from elections.rules.seats import check_candidacies, check_rule
from elections.rules.timetable import check_duration
from elections.verify.checks import check_holders, signers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest


def set_keys(session: Session, election_uuid: str, record_key: str, urn_key: str) -> None:
    """Keep the public record and urn keys (C2SP vkeys), once they are made (§14, step 2)."""
    election = elections.changeable(session, election_uuid)
    Verifier.parse(record_key, "record key")
    Verifier.parse(urn_key, "urn key")
    election.record_key, election.urn_key = record_key, urn_key


def set_trustees(session: Session, contest_uuid: str, raw: bytes, actor: Actor, now: datetime) -> None:
    """Keep what the ceremony made: trustees.json, checked, under the policy of the election."""
    contest = elections.contest(session, contest_uuid)
    election = elections.changeable(session, contest.election_uuid)
    trustees = Trustees.parse(raw, group_by_name(election.group, "group"))
    trustees.check()
    policy = [(len(group["holders"]), group["threshold"]) for group in election.policy]
    if list(trustees.policy()) != policy:
        raise ProtocolError("setup.trustees-policy", what="trustees")
    contest.trustees = raw
    details = {"trustees": sha256_hex(raw)}
    journal.append(session, election.uuid, "trustees", actor, now, contest=contest.uuid, details=details)


def part(session: Session, contest_uuid: str) -> dict[str, Json]:
    """The registry's share of setup.json: all but `booth`, `issuers`, `link_key` and `software`.

    Refused while something is missing: keys or trustees (`registry.missing`), candidacies, an elector's code
    (`roll.keyless`), a choice that the rule leaves open (`check_rule`); and a duration that the law forbids
    (`rules.duration`).
    """
    contest = elections.contest(session, contest_uuid)
    election = contest.election
    if not election.rehearsal:
        check_duration(elections.timetable(election), election.opening, election.closing)
    filed = candidacies.filed(contest)
    if not (filed and contest.trustees and election.record_key and election.urn_key):
        raise ProtocolError("registry.missing", contest=contest.title)
    check_rule(contest.method, contest.seats, contest.parameters, len(filed), contest.title)
    check_candidacies(contest.method, contest.seats, contest.parameters, filed)
    return {
        "audience": election.audience,
        "batches": election.batches,
        "candidacies": filed,
        "closing": hour_text(election.closing),
        "contest": {"college": contest.college, "title": contest.title, "uuid": contest.uuid},
        "contests": [item.uuid for item in election.contests],
        "election": {"title": election.title, "uuid": election.uuid},
        "grace": election.grace,
        "model": election.model,
        "opening": hour_text(election.opening),
        "policy": election.policy,
        "record_key": election.record_key,
        "rehearsal": election.rehearsal,
        "roll": {"digest": roll.digest(session, contest_uuid), "size": roll.size(session, contest_uuid)},
        "rule": {"method": contest.method, "parameters": contest.parameters, "seats": contest.seats},
        "trustees": sha256_hex(contest.trustees),
        "urn": {"key": election.urn_key, "name": election.urn_name},
    }


def fix(session: Session, contest_uuid: str, setup: bytes, record: bytes, actor: Actor, now: datetime) -> None:
    """Fix setup.json and the Belenios election of a contest: from here the draft is locked (§14, steps 9 and 10).

    Refused if a candidacy at fault was not ruled upon (`registry.unruled`), if the setup differs from what stands
    here (`registry.setup`), if the election record is not the one computed from setup and trustees, or if another setup
    is fixed already; the same one again changes nothing.
    """
    contest = elections.locked(session, contest_uuid)
    permit(contest.phase, Act.PREPARE, actor.role)
    if (contest.setup, contest.record) == (setup, record):
        return
    if contest.setup is not None:
        raise ProtocolError("registry.locked")
    admission.check_ruled(session, contest)
    checked = Setup.parse(setup)
    for key, value in part(session, contest_uuid).items():
        if checked.value[key] != value:
            raise ProtocolError("registry.setup", contest=contest.title, key=key)
    sealed = {name: digest for name, digest in checked.value["booth"].items() if name.startswith(documents.SEALED)}
    if sealed != documents.digests(contest):
        raise ProtocolError("registry.setup", contest=contest.title, key="booth")
    if [issuer.id for issuer in checked.issuers] != contest.election.issuers:
        raise ProtocolError("registry.setup", contest=contest.title, key="issuers")
    election = ElectionRecord.parse(record)
    check_binding(checked, election, _trustees(contest))
    contest.setup, contest.record, contest.fingerprint = setup, record, election.fingerprint
    contest.roll_size, contest.roll_digest = checked.roll_size, checked.roll_digest
    details = {"fingerprint": election.fingerprint, "setup": checked.digest}
    journal.append(session, contest.election_uuid, "prepare", actor, now, contest=contest.uuid, details=details)


def unlock(session: Session, election_uuid: str, actor: Actor, now: datetime) -> None:
    """Give the draft back: setups, election records and seals are void, and holders must be asked again.

    Refused if nothing of it was fixed (`registry.unprepared`), or once it is sealed (`registry.locked`).
    """
    election = elections.find(session, election_uuid)
    if all(contest.setup is None for contest in election.contests):
        raise ProtocolError("registry.unprepared")
    for contest in election.contests:
        if contest.phase is not Phase.DRAFT:
            raise ProtocolError("registry.locked")
        contest.setup = contest.record = contest.seal = contest.slips = contest.fingerprint = None
        contest.roll_size = contest.roll_digest = None
    journal.append(session, election_uuid, "unlock", actor, now)


def set_seal(session: Session, contest_uuid: str, seal: bytes, slips: bytes) -> None:
    """Keep seal.json, once enough holders have signed and each signature is right (§14, step 13), and slips.json.

    Where no lot is possible, `slips` is not looked at and nothing of it is kept.

    The contest is sealed by the act that follows, in the same transaction: `lifecycle.act`.
    """
    contest = elections.contest(session, contest_uuid)
    if contest.phase is not Phase.DRAFT or contest.setup is None or contest.fingerprint is None:
        raise ProtocolError("registry.unsealed", contest=contest.title)
    setup = Setup.parse(contest.setup)
    text = seal_text(contest.fingerprint, setup.digest, Checkpoint(setup.origin, 0, root([])).text)
    record, trustees, rows = _record(contest), _trustees(contest), parse_canonical(seal, "seal.json")
    check_holders(setup, record, trustees, rows, text, "seal.json")
    contest.seal = seal
    candidacies.forget(contest)
    if needs_slips(contest):
        who = [(owner, role) for _, owner, role, _ in signers(setup, rows, "seal.json")]
        read_slips(slips, record, trustees, who, "slips.json")
        contest.slips = slips


def needs_slips(contest: Contest) -> bool:
    """Whether the count of a contest may end in a lot, for which its holders deposit slips."""
    return possible(contest.parameters, len(candidacies.standing(contest)))


def check_slips(contest: Contest, slips: Mapping[str, Json]) -> None:
    """Refuse slips, by role, of which one is wrong or two share anything: the seal would be refused with them."""
    holders = Setup.parse(contest.setup or b"").holders
    who = [(owner, role) for owner, role in enumerate(holders, 1) if role in slips]
    raw = encode([slips[role] for _, role in who])
    read_slips(raw, _record(contest), _trustees(contest), who, f"slips of {contest.title}")


def _trustees(contest: Contest) -> Trustees:
    return Trustees.parse(contest.trustees or b"", group_by_name(contest.election.group, "group"))


def _record(contest: Contest) -> ElectionRecord:
    return ElectionRecord.parse(contest.record or b"")
