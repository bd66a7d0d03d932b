"""One entry of the urn: a ballot and the tokens that let it in (protocol.md §5, §7).

The canonical bytes of an entry are the leaf of the log. The functions here are those of V05 and V07:
the casting door calls them before it stores anything, the verifier afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.ballot import Ballot, Election, check_ballot, check_randomness
from elections.protocol.canonical import (
    Json,
    array,
    base64_compact,
    base64_decode,
    base64_encode,
    encode,
    fields,
    parse_canonical,
    string,
)
from elections.protocol.errors import ProtocolError
from elections.protocol.log import leaf_hash
from elections.protocol.token import check_token, token_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.token import IssuerPublic


@dataclass(frozen=True, slots=True)
class Token:
    """The finalised signature of one issuer, 384 bytes."""

    issuer: str
    signature: bytes

    def json(self) -> Json:
        """`{"issuer","signature"}`, the signature in Base64."""
        return {"issuer": self.issuer, "signature": base64_encode(self.signature)}

    @classmethod
    def parse(cls, value: Json, what: str) -> Token:
        """Read one token."""
        fields(value, what, ("issuer", "signature"))
        return cls(string(value["issuer"], what), base64_decode(value["signature"], what))


@dataclass(frozen=True, slots=True)
class Entry:
    """The bytes of a ballot with its tokens, in the issuers' order of setup.json."""

    ballot: bytes
    tokens: tuple[Token, ...]

    @property
    def leaf(self) -> bytes:
        """The canonical bytes that the log hashes."""
        return encode({"ballot": self.ballot.decode(), "tokens": [token.json() for token in self.tokens]})

    @property
    def leaf_hash(self) -> bytes:
        """The RFC 6962 hash of the leaf, 32 bytes."""
        return leaf_hash(self.leaf)

    @property
    def tracker(self) -> str:
        """The ballot's tracker (Base64Compact)."""
        return base64_compact(self.ballot)

    @classmethod
    def parse(cls, raw: bytes, what: str) -> Entry:
        """Read a leaf's bytes."""
        return cls.read(parse_canonical(raw, what), what)

    @classmethod
    def read(cls, value: Json, what: str) -> Entry:
        """An entry from its JSON value."""
        fields(value, what, ("ballot", "tokens"))
        ballot = string(value["ballot"], f"{what}, ballot").encode()
        return cls(ballot, tuple(Token.parse(token, f"{what}, token") for token in array(value["tokens"], what)))


def check_own_ballot(election: Election, raw: bytes, what: str = "ballot") -> Ballot:
    """V05 in an election of ours: proofs and signature, no neutral credential or α, no α twice."""
    ballot = check_ballot(election, raw, what)
    check_randomness(ballot, what)
    return ballot


def check_tokens(
    issuers: Sequence[IssuerPublic], fingerprint: str, credential: str, tokens: Sequence[Token], what: str = "entry"
) -> None:
    """V07: refuse unless every issuer signed this φ and credential, in the order of the setup."""
    if [token.issuer for token in tokens] != [issuer.id for issuer in issuers]:
        raise ProtocolError("entry.tokens", what=what)
    for issuer, token in zip(issuers, tokens, strict=True):
        message = token_message(issuer.id, fingerprint, credential)
        check_token(issuer, message, token.signature, f"{what}, token of {issuer.id}")
