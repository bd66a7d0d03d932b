"""Door 1, casting: the one place where registry and urn meet while a contest is open (protocol.md §6).

One act, two databases, no stored link. The order is the protocol's, and each step is a transaction of its own:

1. outside any transaction: hour, entitlement, register signature, and the verifier's own V05 and V07;
2. registry: an attempt, 16 random bytes; one that is there already is resolved first, never overwritten;
3. urn: the entry and the attempt's arrival, which do not refer to each other;
4. registry: the attempt becomes the signature;
5. the receipts.

A crash between any two is mended by `resolve`: the urn alone decides whether an attempt has arrived, and one
that has not never will. Nothing computed from a ballot enters the registry; no address, time or order enters
the urn; nothing here is logged.
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from elections import issuer, server_keys, urn
from elections.elector import Booth
from elections.protocol.canonical import hour_text
from elections.protocol.code import elector_salt
from elections.protocol.entry import check_own_ballot, check_tokens
from elections.protocol.errors import ProtocolError
from elections.protocol.record import register_receipt_text, urn_receipt_text
from elections.protocol.request import CastRequest
from elections.registry import elections, register

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.ballot import Ballot
    from elections.registry.register import Standing
    from elections.registry.tables import Contest
    from elections.storage import Store

_TRIES = 3
_BOOTHS: dict[tuple[str, str], Booth] = {}
_MOST = 64


@dataclass(frozen=True, slots=True)
class Voter:
    """A signed-in elector: her number, and when her session was opened."""

    number: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Receipts:
    """What an elector keeps. `urn` is None where another ballot than the one sent was recorded before."""

    urn: str | None
    register: str
    at: datetime
    already: bool


def open_booth(store: Store, contest_uuid: str) -> tuple[bytes, bytes, bytes]:
    """setup.json, election record and trustees.json: all that a device needs to make a ballot."""
    with store.registry_reader() as session:
        return _sealed_files(elections.contest(session, contest_uuid))


def give_salt(store: Store, contest_uuid: str, voter: Voter, now: datetime) -> bytes:
    """The elector salt of a signed-in elector who may vote now (protocol.md §4); never to be stored."""
    with store.registry_reader() as session:
        found = register.standing(session, contest_uuid, voter.number)
        found.check_voting(voter.opened_at, now)
        key = server_keys.link_key(store.keys, found.election, contest_uuid)
    return elector_salt(key, voter.number)


def issue_token(
    store: Store, contest_uuid: str, voter: Voter, issuer_id: str, z: bytes, signature: str, now: datetime
) -> bytes:
    """An issuer's answer to a blinded request; the same request gets the same answer (protocol.md §5)."""
    with store.registry_reader() as session:
        found = register.standing(session, contest_uuid, voter.number)
        found.check_voting(voter.opened_at, now)
        if issuer_id not in elections.find(session, found.election).issuers:
            raise ProtocolError("casting.issuer", issuer=issuer_id[:32])
        key = server_keys.issuer_key(store.keys, found.election, contest_uuid, issuer_id)
    return issuer.sign(store.registry, key, issuer.Request(contest_uuid, voter.number, z, signature))


def cast(store: Store, contest_uuid: str, voter: Voter, body: bytes, now: datetime) -> Receipts:
    """Cast the ballot in `body`, the padded request; the receipts of what is recorded.

    A repeated request is answered from the state: an elector who has signed gets the register's receipt
    again, and the urn's if the ballot she sends is in the urn.
    """
    with store.registry_reader() as session:
        found = register.standing(session, contest_uuid, voter.number)
        booth = _booth(session, contest_uuid, found)
        request = CastRequest.parse(body, booth.length)
        signed_at = found.signed_at
        if signed_at is None:
            found.check_voting(voter.opened_at, now)
            found.check_elector(voter.number, request.signature)
        cast_key = b"" if signed_at else server_keys.cast_key(store.keys, found.election, contest_uuid)
    ballot = check_own_ballot(booth.election, request.entry.ballot)
    fingerprint, credential = booth.election.fingerprint, ballot.credential.text
    check_tokens(booth.setup.issuers, fingerprint, credential, request.entry.tokens)
    act = _Act(store, booth, voter, found.election, cast_key)
    if signed_at is None:
        signed_at = act.record(request, ballot, now)
        if signed_at is not None:
            return act.receipts(request, signed_at, already=False, recorded=True)
        signed_at = act.signed_meanwhile()
    with store.urn_reader() as session:
        recorded = urn.holds(session, contest_uuid, ballot.tracker)
    return act.receipts(request, signed_at, already=True, recorded=recorded)


def _sealed_files(contest: Contest) -> tuple[bytes, bytes, bytes]:
    if contest.setup is None or contest.record is None or contest.trustees is None:
        raise ProtocolError("registry.phase", phase=contest.phase)
    return contest.setup, contest.record, contest.trustees


def _booth(session: Session, contest_uuid: str, found: Standing) -> Booth:
    """The contest as it is sealed. That never changes, and φ names all of it: it is read and checked once."""
    name = contest_uuid, found.fingerprint or ""
    booth = _BOOTHS.get(name)
    if booth is None:
        booth = Booth.open(*_sealed_files(elections.contest(session, contest_uuid)))
        if len(_BOOTHS) >= _MOST:
            _BOOTHS.clear()
        _BOOTHS[name] = booth
    return booth


@dataclass(frozen=True)
class _Act:
    """The four steps of one cast."""

    store: Store
    booth: Booth
    voter: Voter
    election: str
    key: bytes = field(repr=False)
    """The contest's cast key."""

    @property
    def contest(self) -> str:
        return self.booth.setup.uuid

    def record(self, request: CastRequest, ballot: Ballot, now: datetime) -> datetime | None:
        """Steps 2 to 4; the hour of the signature, or None if this elector has signed before.

        Another tab may have an attempt open, another tab or a recovery may void ours: then once more. Whoever
        voids an attempt here always makes one afterwards, so of many requests of one elector one is recorded.
        """
        for left in reversed(range(_TRIES)):
            try:
                return self._try(request, ballot, now)
            except ProtocolError as error:
                if error.rule == "registry.signed":
                    return None
                if error.rule not in {"registry.attempt", "urn.void"}:
                    raise
                if not left:
                    break
                if error.rule == "registry.attempt":
                    self._settle()
        raise ProtocolError("casting.busy")

    def _try(self, request: CastRequest, ballot: Ballot, now: datetime) -> datetime:
        number = self.voter.number
        with self.store.registry.begin() as session:
            a = register.add_attempt(session, self.contest, number, request.signature, now)
        try:
            with self.store.urn.begin() as session:
                alphas = [alpha.text for alpha in ballot.alphas]
                arrival, leaf = _arrival(self.key, a), request.entry.leaf
                urn.put(session, self.contest, arrival, ballot.credential.text, ballot.tracker, alphas, leaf)
        except ProtocolError:
            # A freeze may have settled it meanwhile and forgotten how: what refused the ballot is the answer.
            with suppress(ProtocolError):
                resolve(self.store, self.contest, number, a, self.key)
            raise
        with self.store.registry.begin() as session:
            return register.sign(session, self.contest, number, a)

    def _settle(self) -> None:
        """Resolve the attempt that stands in the way, if it still does."""
        with self.store.registry_reader() as session:
            a = register.attempt_of(session, self.contest, self.voter.number)
        if a is not None:
            with suppress(ProtocolError):
                resolve(self.store, self.contest, self.voter.number, a, self.key)

    def signed_meanwhile(self) -> datetime:
        """The hour at which another request of this elector was recorded."""
        with self.store.registry_reader() as session:
            signature = register.signature_of(session, self.contest, self.voter.number)
        if signature is None:
            raise ProtocolError("casting.busy")
        return signature.at

    def receipts(self, request: CastRequest, at: datetime, *, already: bool, recorded: bool) -> Receipts:
        """Step 5. The urn's receipt has no time, the register's no tracker."""
        setup, keys = self.booth.setup, self.store.keys
        urn_note = None
        if recorded:
            fingerprint, entry = self.booth.election.fingerprint, request.entry
            text = urn_receipt_text(self.contest, fingerprint, entry.tracker, entry.leaf_hash)
            urn_note = server_keys.urn_key(keys, self.election, setup.urn_name).sign(text)
        signed = register_receipt_text(self.contest, self.voter.number, hour_text(at))
        return Receipts(urn_note, server_keys.record_key(keys, self.election).sign(signed), at, already)


def _arrival(key: bytes, a: bytes) -> bytes:
    """a′, by which the urn knows an attempt without knowing whose it is."""
    return hmac.digest(key, a, "sha256")


def resolve(store: Store, contest: str, number: int, a: bytes, key: bytes) -> None:
    """Settle an attempt: its ballot is in the urn and she has signed, or it never will be and she may try again.

    `key` is the contest's cast key. However many do this at once, all come to the same end.
    """
    with store.urn.begin() as session:
        outcome = urn.resolve(session, contest, _arrival(key, a))
    with store.registry.begin() as session:
        if outcome == "arrived":
            register.sign(session, contest, number, a)
        else:
            register.drop_attempt(session, contest, number, a)


def recover(store: Store, contest_uuid: str) -> int:
    """Resolve every attempt of a contest; how many there were. Safe beside casts and other recoveries."""
    with store.registry_reader() as session:
        election = elections.contest(session, contest_uuid).election_uuid
        attempts = register.open_attempts(session, contest_uuid)
    if attempts:
        key = server_keys.cast_key(store.keys, election, contest_uuid)
        for number, a in attempts:
            resolve(store, contest_uuid, number, a, key)
    return len(attempts)


def signed_at(store: Store, contest_uuid: str, number: int) -> datetime | None:
    """When this elector signed for this contest, None if she has not."""
    with store.registry_reader() as session:
        signature = register.signature_of(session, contest_uuid, number)
        return None if signature is None else signature.at


def leaf_hashes(store: Store, contest_uuid: str) -> tuple[str, list[bytes]]:
    """The last checkpoint and all published leaf hashes: what "check my ballot" downloads whole (protocol.md §8)."""
    with store.urn_reader() as session:
        return urn.last_checkpoint(session, contest_uuid), urn.leaf_hashes(session, contest_uuid)
