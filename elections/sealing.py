"""The door to the seal: from a draft to a sealed election (protocol.md §14, steps 2 and 9 to 13).

It alone writes to registry, issuers and urn before an election is open. `prepare` fixes setup.json and the
Belenios election of every contest and hands them over; `finish` takes the holders' signatures and seals.
Either may be repeated: what is done already changes nothing. Of what was handed over one thing may change after the
seal, the keys of an elector whose code is issued anew: `reissue`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections import issuer, server_keys, urn
from elections.protocol.canonical import encode, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.protocol.group import group_by_name
from elections.protocol.setup import Setup
from elections.protocol.trustees import Trustees
from elections.registry import ceremony, code_files, codes, documents, elections, lifecycle, reissues, roll, viewings
from elections.registry import sealing as registry_sealing
from elections.rules.phases import Act, Phase, permit
from elections.software import booth_files, software

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.code_files import PublicKeys
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest, Election
    from elections.storage import Store

    Signed = tuple[Json, Json | None]
    """A row of seal.json, and the slip that came with it where a lot is possible."""


def make_keys(store: Store, election_uuid: str) -> None:
    """Step 2: urn and record keys; per contest the issuers' keys, link_key and cast_key. Takes a second a contest."""
    with store.registry_reader() as session:
        election = elections.find(session, election_uuid)
        contests = [contest.uuid for contest in election.contests]
        urn_name, issuers = election.urn_name, list(election.issuers)
    urn_key, record_key = server_keys.make_election_keys(store.keys, election_uuid, urn_name)
    for contest in contests:
        server_keys.make_contest_keys(store.keys, election_uuid, contest, issuers)
    with store.registry.begin() as session:
        if elections.find(session, election_uuid).record_key is None:
            registry_sealing.set_keys(session, election_uuid, record_key.vkey, urn_key.vkey)


def prepare(store: Store, election_uuid: str, actor: Actor, now: datetime) -> None:
    """Steps 9 to 11: fix what will be sealed; the urn receives it and signs that it is empty."""
    make_keys(store, election_uuid)
    with store.registry.begin() as session:
        election = elections.find(session, election_uuid)
        fixed = [_fix(store, session, election, contest, actor, now) for contest in election.contests]
        urn_name = election.urn_name
    key = server_keys.urn_key(store.keys, election_uuid, urn_name)
    with store.urn.begin() as session:
        for uuid, setup, record in fixed:
            urn.receive(session, uuid, setup, record, key, urn_name)


def _fix(
    store: Store, session: Session, election: Election, contest: Contest, actor: Actor, now: datetime
) -> tuple[str, bytes, bytes]:
    permit(contest.phase, Act.PREPARE, actor.role)
    if contest.setup is not None and contest.record is not None:
        setup_raw, record = contest.setup, contest.record
    else:
        setup = Setup.build({**registry_sealing.part(session, contest.uuid), **_keys(store, election, contest)})
        group = group_by_name(election.group)
        trustees = Trustees.parse(contest.trustees or b"", group)
        setup_raw, record = setup.raw, setup.election_record(group, trustees.public_key(group))
        registry_sealing.fix(session, contest.uuid, setup_raw, record, actor, now)
    if contest.fingerprint is None:
        raise ProtocolError("registry.unsealed", contest=contest.title)
    issuer.receive(session, contest.uuid, contest.fingerprint)
    keys = roll.keys(session, contest.uuid)
    for name in election.issuers:
        issuer.enrol(session, name, contest.uuid, {number: requests[name] for number, _, requests in keys})
    return contest.uuid, setup_raw, record


def _keys(store: Store, election: Election, contest: Contest) -> dict[str, Json]:
    """The parts of setup.json that the registry does not know."""
    publics = [
        server_keys.issuer_key(store.keys, election.uuid, contest.uuid, name).public for name in election.issuers
    ]
    return {
        "booth": booth_files() | documents.digests(contest),
        "issuers": [public.json() for public in publics],
        "link_key": sha256_hex(server_keys.link_key(store.keys, election.uuid, contest.uuid)),
        "software": software(),
    }


def unlock(store: Store, election_uuid: str, actor: Actor, now: datetime) -> None:
    """Give the draft back (step 9): everything prepared is void, the holders' signatures too.

    The urn forgets before the registry does: cut off in between, the draft is still prepared, and is unlocked again.
    """
    with store.registry.begin() as session:
        registry_sealing.unlock(session, election_uuid, actor, now)
        ceremony.discard(session, election_uuid, ceremony.SEALED, actor, now)
        contests = [contest.uuid for contest in elections.find(session, election_uuid).contests]
        with store.urn.begin() as urn_session:
            for uuid in contests:
                urn.discard(urn_session, uuid)


def seal_inputs(store: Store, election_uuid: str) -> dict[str, dict[str, str]]:
    """What each holder's program is shown before it signs: for each contest the four texts of the seal."""
    with store.registry_reader() as session:
        rows = [_sealed_texts(contest) for contest in elections.find(session, election_uuid).contests]
    with store.urn_reader() as session:
        return {uuid: {**texts, "checkpoint": urn.checkpoints(session, uuid)[0]} for uuid, texts in rows}


def _sealed_texts(contest: Contest) -> tuple[str, dict[str, str]]:
    if contest.setup is None or contest.record is None or contest.trustees is None:
        raise ProtocolError("registry.unsealed", contest=contest.title)
    texts = {"election": contest.record, "setup": contest.setup, "trustees": contest.trustees}
    return contest.uuid, {name: raw.decode() for name, raw in texts.items()}


def finish(
    store: Store,
    election_uuid: str,
    signed: Mapping[str, list[Signed]],
    present: Collection[str],
    actor: Actor,
    now: datetime,
) -> None:
    """Step 13: seal every contest with what the holders `signed`, by contest: rows of seal.json, each with its slip.

    The urn must be empty and the register blank; those who are `present` must be enough, and have seen what is sealed
    (`viewings.attend`). A seal that lacks signatures is refused, and then no contest is sealed.
    """
    _check_empty(store, election_uuid)
    with store.registry.begin() as session:
        election = elections.find(session, election_uuid)
        for contest in election.contests:
            permit(contest.phase, Act.SEAL, actor.role)
        viewings.attend(session, election_uuid, present, actor, now)
        for contest in election.contests:
            given = sorted(signed.get(contest.uuid, []), key=lambda item: int(item[0]["owner"]))
            slips = [slip for _, slip in given if slip is not None]
            registry_sealing.set_seal(session, contest.uuid, encode([row for row, _ in given]), encode(slips))
            lifecycle.act(session, contest.uuid, Act.SEAL, actor, now)
            issuer.set_phase(session, contest.uuid, Phase.SEALED)
        contests = [contest.uuid for contest in election.contests]
    with store.urn.begin() as session:
        for uuid in contests:
            urn.set_phase(session, uuid, Phase.SEALED)


def _check_empty(store: Store, election_uuid: str) -> None:
    with store.registry_reader() as session:
        contests = [contest.uuid for contest in elections.find(session, election_uuid).contests]
    with store.urn_reader() as session:
        for uuid in contests:
            ballots = urn.count(session, uuid)
            if ballots:
                raise ProtocolError("sealing.not-empty", contest=uuid, ballots=ballots)


def reissue(store: Store, election_uuid: str, keys: PublicKeys, officer: Actor, board: Actor, now: datetime) -> None:
    """Give an elector the keys of a new voting code, in the roll and with every issuer at once (protocol.md §4).

    Registry and issuers share a database, so neither ever has the new keys without the other. What is refused,
    `codes.reissue` says; in a draft the issuers know nobody yet.
    """
    with store.registry.begin() as session:
        _reissue(session, election_uuid, keys, officer, board, now)


def reissue_agreed(store: Store, election_uuid: str, raw: bytes, now: datetime) -> int:
    """The same for every elector in the maker's file, in the names of the two who agreed to each; all or none.

    Refused, besides: an elector for whom no two people have (`codes.agreed`). How many got new keys.
    """
    with store.registry.begin() as session:
        issuers = elections.find(session, election_uuid).issuers
        rows = code_files.read_keys(raw, election_uuid, issuers)
        agreed = reissues.agreed(session, election_uuid)
        for keys in rows:
            if keys.number not in agreed:
                raise ProtocolError("codes.agreed", number=keys.number)
            _reissue(session, election_uuid, keys, *agreed[keys.number], now)
    return len(rows)


def _reissue(
    session: Session, election_uuid: str, keys: PublicKeys, officer: Actor, board: Actor, now: datetime
) -> None:
    codes.reissue(session, election_uuid, keys, officer, board, now)
    for contest in roll.contests_of(session, election_uuid, keys.number):
        if contest.phase is not Phase.DRAFT:
            for name, key in keys.requests.items():
                issuer.replace_key(session, name, contest.uuid, keys.number, key)
