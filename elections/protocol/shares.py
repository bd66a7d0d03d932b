"""Secret shares on their way between key holders: polynomials, commitments, encryption (protocol.md §9).

Belenios leaves the private part of its key generation to whoever does it; this is ours.

- A commitment is SHA-256 of `isoloir|commitment|<ceremony>|<contest>|<owner>|<opening>|<coefexps message>`:
  `ceremony` is the id in hexadecimal, `owner` the holder's number over all groups, `opening` 32 random
  bytes in hexadecimal. No field but the last can hold a bar, so no two statements share a text.
- A share travels as (α, data): α = g^e for a fresh e; key and nonce are the 32 and 12 bytes of
  HKDF-SHA256 over `α,ek^e` with the info `isoloir|share|<ceremony>|<contest>|<sender>|<recipient>` (owners);
  data is AES-256-GCM of the share, 32 bytes big-endian, with the info as associated data. A key serves once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from elections.protocol.canonical import Json, base64_decode, base64_encode, fields, sha256_hex
from elections.protocol.errors import ProtocolError
from elections.protocol.pedersen import power_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.group import Element, Group

_SHARE = 32
_KEY = 32
_NONCE = 12
_TAG = 16


def random_polynomial(group: Group, threshold: int) -> tuple[int, ...]:
    """The coefficients a_0 … a_t−1 of a secret polynomial, uniform modulo q."""
    return tuple(group.random_scalar() for _ in range(threshold))


def value_at(group: Group, coefficients: Sequence[int], index: int) -> int:
    """f(index) modulo q."""
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * index + coefficient) % group.q
    return value


def random_opening() -> str:
    """32 random bytes in hexadecimal, which keep a commitment from being guessed."""
    return secrets.token_hex(32)


def commitment(ceremony: str, contest: str, owner: int, opening: str, message: str) -> str:
    """What a holder says of her polynomial before anybody shows theirs; `message` is the one of coefexps."""
    return sha256_hex(f"isoloir|commitment|{ceremony}|{contest}|{owner}|{opening}|{message}".encode())


@dataclass(frozen=True, slots=True)
class Route:
    """From whom to whom a share goes: owners, numbered from 1 over all groups of one contest."""

    ceremony: str
    contest: str
    sender: int
    recipient: int

    @property
    def info(self) -> bytes:
        """What binds a sealed share to its place."""
        return f"isoloir|share|{self.ceremony}|{self.contest}|{self.sender}|{self.recipient}".encode("ascii")


@dataclass(frozen=True, slots=True)
class SealedShare:
    """A share that only its recipient can read."""

    alpha: Element
    data: bytes

    def json(self) -> Json:
        """`{"alpha":G,"data":base64}`."""
        return {"alpha": self.alpha.text, "data": base64_encode(self.data)}

    @classmethod
    def parse(cls, group: Group, value: Json, what: str) -> SealedShare:
        """Read a sealed share; α must be a member of the group."""
        fields(value, what, ("alpha", "data"))
        return cls(group.element(value["alpha"], what), base64_decode(value["data"], what, _SHARE + _TAG))


def seal_share(group: Group, route: Route, recipient: Element, share: int) -> SealedShare:
    """Encrypt a share to the encryption key of its recipient."""
    exponent = group.random_scalar()
    alpha = group.generator.secret_power(exponent)
    key, nonce = _key(route, alpha, recipient.secret_power(exponent))
    return SealedShare(alpha, AESGCM(key).encrypt(nonce, share.to_bytes(_SHARE, "big"), route.info))


def open_share(
    group: Group, route: Route, secret: int, sealed: SealedShare, powers: Sequence[Element], index: int, sender: str
) -> int:
    """The share f(index) that a holder was sent, by her secret encryption key.

    Refused with `ceremony.share`, naming the sender, if it cannot be read or if g^s ≠ Π_k A_k^(index^k).
    """
    key, nonce = _key(route, sealed.alpha, sealed.alpha.secret_power(secret))
    try:
        share = int.from_bytes(AESGCM(key).decrypt(nonce, sealed.data, route.info), "big")
    except InvalidTag as error:
        raise ProtocolError("ceremony.share", sender=sender, contest=route.contest) from error
    if share >= group.q or group.generator.secret_power(share) != power_at(group, powers, index):
        raise ProtocolError("ceremony.share", sender=sender, contest=route.contest)
    return share


def _key(route: Route, alpha: Element, common: Element) -> tuple[bytes, bytes]:
    secret = f"{alpha.text},{common.text}".encode("ascii")
    derived = HKDF(SHA256(), _KEY + _NONCE, salt=b"", info=route.info).derive(secret)
    return derived[:_KEY], derived[_KEY:]
