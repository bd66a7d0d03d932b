"""The elector's device, in Python: what the booth does in the browser, for the demo, tests and benches.

It trusts nothing it is given: φ is recomputed from the bytes of the election record, SHA-256(setup.json) is
looked for in it, keys and questions are taken from these two alone (protocol.md §6). Keys and blinding are
derived from the voting code, the ballot's randomness comes from the system's generator.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from elections.protocol import code
from elections.protocol.ballot import Election, make_ballot, tracker
from elections.protocol.canonical import hour
from elections.protocol.code import VotingKeys, blinding, contest_seed, credential_scalar, pss_salt
from elections.protocol.entry import Entry, Token
from elections.protocol.errors import ProtocolError
from elections.protocol.record import register_receipt_text, urn_receipt_text
from elections.protocol.request import CastRequest, cast_length
from elections.protocol.setup import Setup, check_binding
from elections.protocol.token import blind, finalize, token_message
from elections.protocol.trustees import Trustees

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from elections.protocol.token import IssuerPublic


@dataclass(frozen=True)
class Booth:
    """One contest as an elector's device checked it, from three sealed files."""

    setup: Setup
    election: Election

    @classmethod
    def open(cls, setup_raw: bytes, election_raw: bytes, trustees_raw: bytes) -> Booth:
        """Read and check the three files; everything that is voted on comes from them."""
        setup, election = Setup.parse(setup_raw), Election.parse(election_raw)
        check_binding(setup, election, Trustees.parse(trustees_raw, election.group))
        return cls(setup, election)

    @cached_property
    def length(self) -> int:
        """Of every casting request of this contest, in bytes."""
        return cast_length(self.election, self.setup)

    def vote(self, choice: int | Collection[int] | None) -> list[int]:
        """The choices of a vote for one candidacy (counted from 0), for several, or blank for None."""
        several = () if choice is None else (choice,) if isinstance(choice, int) else choice
        chosen = {place + 1 for place in several} or {0}
        return [int(position in chosen) for position in range(self.election.questions[0].choices)]


@dataclass
class Elector:
    """One elector in one contest. `salt` is the elector salt that the signed-in elector is given."""

    booth: Booth
    parts: Sequence[str] = field(repr=False)
    number: int
    salt: bytes = field(repr=False)

    @cached_property
    def keys(self) -> VotingKeys:
        """The keys of the voting code."""
        issuers = [issuer.id for issuer in self.booth.setup.issuers]
        return VotingKeys(
            [code.read(part) for part in self.parts], self.booth.setup.election_uuid, self.number, issuers
        )

    @cached_property
    def _seed(self) -> bytes:
        return contest_seed(self.keys.key, self.salt, self.booth.setup.uuid)

    @cached_property
    def _secret(self) -> int:
        return credential_scalar(self._seed, self.booth.election.group.q)

    @cached_property
    def credential(self) -> str:
        """The public credential, as ballots write it."""
        return self.booth.election.group.generator.secret_power(self._secret).text

    def _blinded(self, issuer: IssuerPublic) -> tuple[bytes, int, bytes]:
        message = token_message(issuer.id, self.booth.election.fingerprint, self.credential)
        return message, blinding(self._seed, issuer.id, issuer.n), pss_salt(self._seed, issuer.id)

    def request(self, issuer: IssuerPublic) -> tuple[bytes, str]:
        """The blinded message z for one issuer, and the elector's signature of the request."""
        message, factor, salt = self._blinded(issuer)
        z = blind(issuer, message, factor, salt)
        fingerprint = self.booth.election.fingerprint
        return z, code.sign_request(self.keys.requests[issuer.id], issuer.id, fingerprint, self.number, z)

    def token(self, issuer: IssuerPublic, answer: bytes) -> Token:
        """The token from an issuer's answer, verified."""
        message, factor, salt = self._blinded(issuer)
        return Token(issuer.id, finalize(issuer, message, answer, factor, salt))

    def cast(self, vote: Sequence[int], tokens: Sequence[Token]) -> CastRequest:
        """A fresh ballot for this vote, with the tokens and the register signature."""
        made = make_ballot(self.booth.election, self._secret, [vote])
        signature = code.sign_register(self.keys.register, self.booth.election.fingerprint, self.number)
        return CastRequest(Entry(made.raw, tuple(tokens)), signature)

    def check_receipts(self, sent: CastRequest, urn_note: str, register_note: str) -> str:
        """Refuse receipts that are not signed or not of this very ballot and elector; the hour of the signature."""
        setup = self.booth.setup
        text = setup.urn_key.check(urn_note, "urn receipt")
        expected = urn_receipt_text(
            setup.uuid, self.booth.election.fingerprint, tracker(sent.entry.ballot), sent.entry.leaf_hash
        )
        if text != expected:
            raise ProtocolError("receipt.urn")
        signed = setup.record_key.check(register_note, "register receipt")
        at = signed.split("\n")[3] if signed.count("\n") > 3 else ""
        if signed != register_receipt_text(setup.uuid, self.number, at):
            raise ProtocolError("receipt.register")
        hour(at, "register receipt, hour")
        return at
