"""The casting request: ballot, tokens and register signature in one body of fixed length (protocol.md §6).

The canonical JSON `{"ballot","signature","tokens"}` is followed by spaces up to `cast_length`, the same for
every ballot of a contest: decimal proofs vary in length, and a length seen on the line would name the
ballot. Any other length is refused before anything is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.canonical import base64_encode, compact, encode, fields, parse_canonical, string
from elections.protocol.entry import Entry
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from elections.protocol.ballot import Election
    from elections.protocol.canonical import Json
    from elections.protocol.setup import Setup

_SIGNATURE = 64
_TOKEN = 384
_DIGEST = "9" * 43


@dataclass(frozen=True, slots=True)
class CastRequest:
    """What an elector sends: an entry for the urn, and her signature for the register (Base64)."""

    entry: Entry
    signature: str

    def encode(self, length: int) -> bytes:
        """The body, padded to `length`."""
        body = encode(_value(self.entry, self.signature))
        if len(body) > length:
            raise ProtocolError("request.length", length=len(body), expected=length)
        return body.ljust(length)

    @classmethod
    def parse(cls, body: bytes, length: int) -> CastRequest:
        """Read a body of exactly `length` bytes; whether ballot and tokens are right is checked elsewhere."""
        if len(body) != length:
            raise ProtocolError("request.length", length=len(body), expected=length)
        what = "casting request"
        value = fields(parse_canonical(body.rstrip(b" "), what), what, ("ballot", "signature", "tokens"))
        entry = Entry.read({"ballot": value["ballot"], "tokens": value["tokens"]}, what)
        return cls(entry, string(value["signature"], f"{what}, signature"))


def _value(entry: Entry, signature: str) -> Json:
    tokens = [token.json() for token in entry.tokens]
    return {"ballot": entry.ballot.decode(), "signature": signature, "tokens": tokens}


def cast_length(election: Election, setup: Setup) -> int:
    """The length in bytes of the request whose ballot is the widest: every number as long as it can be.

    The booth computes the same from the same two records (booth/src/request.js).
    """
    number, element = "9" * len(str(election.group.q)), "9" * election.group.digits
    proof = {"challenge": number, "response": number}
    answers = []
    for question in election.questions:
        branches = question.maximum - question.minimum + 1 + question.blank
        answer = {
            "choices": [{"alpha": element, "beta": element}] * question.choices,
            "individual_proofs": [[proof, proof]] * question.choices,
            "overall_proof": [proof] * branches,
        }
        answers.append({**answer, "blank_proof": [proof, proof]} if question.blank else answer)
    ballot = {
        "election_uuid": election.uuid,
        "election_hash": _DIGEST,
        "credential": element,
        "answers": answers,
        "signature": {"hash": _DIGEST, "proof": proof},
    }
    token = base64_encode(bytes(_TOKEN))
    tokens = [{"issuer": issuer.id, "signature": token} for issuer in setup.issuers]
    signature = base64_encode(bytes(_SIGNATURE))
    return len(encode({"ballot": compact(ballot).decode(), "signature": signature, "tokens": tokens}))
