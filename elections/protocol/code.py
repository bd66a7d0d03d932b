"""The voting code and all that an elector's device derives from it (protocol.md §4).

A code is 20 Crockford base-32 symbols: 19 random ones (95 bits) and a check symbol. From it come
the keys by which the elector signs, and per contest the credential and the blinding of her tokens,
so that another device with the same code resumes where the first one stopped. Encryption and proof
randomness is never derived: nobody who knows a code can open a vote.

Everything here is deterministic but `make`. The same functions exist in the booth's JavaScript and
must give the same bytes. A number is the elector's number, one per elector in the whole election.
"""

from __future__ import annotations

import hmac
import math
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from elections.protocol import ed25519
from elections.protocol.canonical import (
    base64_decode,
    base64_encode,
    encode_lines,
    hexadecimal,
    integer,
    sha256_hex,
)
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U."""

_SECRET = 19
_LENGTH = 20
_GROUP = 5
_FIELD = 0b100101  # x⁵ + x² + 1

# Case, hyphens, spaces and the look-alikes are forgiven. Only ASCII is mapped: `str.upper` would
# also turn a dotless i into I, and the booth must read exactly the same codes.
_TYPED = str.maketrans(
    {symbol.lower(): symbol for symbol in ALPHABET}
    | dict.fromkeys("Oo", "0")
    | dict.fromkeys("IiLl", "1")
    | dict.fromkeys("- ")
)


def check_symbol(symbols: str) -> str:
    """The check symbol of 19 symbols: every single error and every swap of neighbours changes it.

    Each symbol is weighed by its own power of 2 in GF(32), where 2 has order 31: no two of the 20
    places share a weight.
    """
    check = 0
    for symbol in symbols:
        check = (check ^ ALPHABET.index(symbol)) << 1
        if check > 31:
            check ^= _FIELD
    return ALPHABET[check]


def make() -> str:
    """A new voting code in four groups of five with hyphens, from the system's generator."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(_SECRET))
    symbols += check_symbol(symbols)
    return "-".join(symbols[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def read(typed: str) -> str:
    """The 20 symbols of a code as somebody typed it, upper case and without hyphens.

    Refused with the trouble by name: `code.symbol`, `code.length` or `code.check`. Such a refusal
    never quotes more of the code than a symbol that no code has.
    """
    symbols = typed.translate(_TYPED)
    for symbol in symbols:
        if symbol not in ALPHABET:
            raise ProtocolError("code.symbol", symbol=symbol)
    if len(symbols) != _LENGTH:
        raise ProtocolError("code.length", length=len(symbols))
    if check_symbol(symbols[:_SECRET]) != symbols[_SECRET]:
        raise ProtocolError("code.check")
    return symbols


def hkdf(ikm: bytes, salt: bytes, info: str, length: int) -> bytes:
    """HKDF-SHA256 (RFC 5869); an absent salt is empty, `info` is ASCII."""
    return HKDF(SHA256(), length, salt, info.encode("ascii")).derive(ikm)


def key(parts: Sequence[str], election_uuid: str, number: int) -> bytes:
    """K, 32 bytes: the secret of one elector in one election.

    `parts` are codes as `read` returns them, in the order of the issuers in setup.json; normally
    one. Of each only the first 19 symbols count, so the check symbol may be cut off or not.
    """
    secret = "".join(part[:_SECRET] for part in parts)
    if any(len(part) not in {_SECRET, _LENGTH} for part in parts) or set(secret) - set(ALPHABET):
        raise ProtocolError("code.part")
    salt = f"isoloir|code|{election_uuid}|{_number(number)}"
    return hkdf(secret.encode("ascii"), salt.encode("ascii"), "isoloir|key", 32)


@dataclass(frozen=True)
class VotingKeys:
    """The signing keys of one elector, from her code or from as many code parts as issuers.

    With several parts request key i comes from part i alone, so that the maker of one part knows
    no other issuer's request key.
    """

    parts: Sequence[str] = field(repr=False)
    election_uuid: str
    number: int
    issuer_ids: Sequence[str]

    def __post_init__(self) -> None:
        if len(self.parts) not in {1, len(self.issuer_ids)}:
            raise ProtocolError("code.parts", parts=len(self.parts), issuers=len(self.issuer_ids))

    @cached_property
    def key(self) -> bytes:
        """K of the whole code, 32 bytes: what `contest_seed` takes."""
        return key(self.parts, self.election_uuid, self.number)

    @cached_property
    def register(self) -> Ed25519PrivateKey:
        """The key that signs the register of a contest."""
        return _signing_key(self.key, "isoloir|register")

    @cached_property
    def requests(self) -> dict[str, Ed25519PrivateKey]:
        """By issuer, the key that signs the request for its token."""
        if len(self.parts) == 1:
            sources = [self.key] * len(self.issuer_ids)
        else:
            sources = [key([part], self.election_uuid, self.number) for part in self.parts]
        return {
            issuer: _signing_key(secret, f"isoloir|request|{issuer}")
            for issuer, secret in zip(self.issuer_ids, sources, strict=True)
        }

    @cached_property
    def row(self) -> tuple[int, str, dict[str, str]]:
        """Number and public keys in hexadecimal: the elector's row of `roll_digest`."""
        requests = {issuer: _public_hex(private) for issuer, private in self.requests.items()}
        return self.number, _public_hex(self.register), requests


def roll_digest(rows: Iterable[tuple[int, str, Mapping[str, str]]]) -> str:
    """SHA-256 in hexadecimal of the roll: the numbers and public keys of all electors (§4).

    A row is (number, register key, request key by issuer), keys in hexadecimal; the order of rows
    does not matter. A number that stands twice is refused, and so is a key nobody can sign with.
    """
    lines: dict[int, dict[str, object]] = {}
    for number, register, requests in rows:
        what = f"elector {_number(number)}"
        for public in (register, *requests.values()):
            ed25519.public_key(bytes.fromhex(hexadecimal(public, what)), what)
        if number in lines:
            raise ProtocolError("code.number", number=number)
        lines[number] = {"number": number, "register": register, "requests": dict(requests)}
    return sha256_hex(encode_lines(lines[number] for number in sorted(lines)))


# What belongs to one contest. Without the elector salt, which dies with the link key, none of it
# can be computed again, even by who kept the code.


def elector_salt(link_key: bytes, number: int) -> bytes:
    """The 32 bytes that the registry gives to the signed-in elector of a contest."""
    return hmac.digest(link_key, f"isoloir|salt|{_number(number)}".encode("ascii"), "sha256")


def contest_seed(key: bytes, elector_salt: bytes, contest_uuid: str) -> bytes:
    """The seed of 64 bytes from which all that the elector shows in one contest is derived."""
    return hkdf(key, elector_salt, f"isoloir|seed|{contest_uuid}", 64)


def credential_scalar(seed: bytes, q: int) -> int:
    """x, the secret of the credential g^x, in a group of order q."""
    return int.from_bytes(hkdf(seed, b"", "isoloir|credential", 64), "big") % q


def blinding(seed: bytes, issuer_id: str, n: int) -> int:
    """r_i, by which the request to an issuer with modulus n is blinded; refused if not prime to n."""
    length = (n.bit_length() + 7) // 8 + 16
    r = int.from_bytes(hkdf(seed, b"", f"isoloir|blind|{issuer_id}", length), "big") % n
    if math.gcd(r, n) != 1:
        raise ProtocolError("token.blinding", issuer=issuer_id)
    return r


def pss_salt(seed: bytes, issuer_id: str) -> bytes:
    """The PSS salt of 48 bytes of the token that this issuer signs."""
    return hkdf(seed, b"", f"isoloir|salt|{issuer_id}", 48)


# The two things an elector signs. Signatures are Base64 of 64 bytes; φ is the fingerprint of the
# Belenios election; z is the blinded message as token.py gives it, 384 bytes big-endian.


def sign_register(private: Ed25519PrivateKey, fingerprint: str, number: int) -> str:
    """Sign the register of a contest: that this elector votes, and nothing of the ballot."""
    return base64_encode(private.sign(_register_text(fingerprint, number)))


def check_register(public_hex: str, fingerprint: str, number: int, signature: str) -> None:
    """Refuse unless `signature` is this elector's in the register of this contest."""
    what = f"register signature of elector {number}"
    _check(public_hex, signature, _register_text(fingerprint, number), what)


def sign_request(private: Ed25519PrivateKey, issuer_id: str, fingerprint: str, number: int, z: bytes) -> str:
    """Sign the request for the one token that this issuer gives this elector in this contest."""
    return base64_encode(private.sign(_request_text(issuer_id, fingerprint, number, z)))


def check_request(public_hex: str, issuer_id: str, fingerprint: str, number: int, z: bytes, signature: str) -> None:
    """Refuse unless `signature` is this elector's under the request for this very z."""
    what = f"request of elector {number} to issuer {issuer_id}"
    _check(public_hex, signature, _request_text(issuer_id, fingerprint, number, z), what)


def _register_text(fingerprint: str, number: int) -> bytes:
    return f"isoloir|signature|{fingerprint}|{_number(number)}".encode("ascii")


def _request_text(issuer_id: str, fingerprint: str, number: int, z: bytes) -> bytes:
    return f"isoloir|request|{issuer_id}|{fingerprint}|{_number(number)}|{sha256_hex(z)}".encode("ascii")


def _check(public_hex: str, signature: str, text: bytes, what: str) -> None:
    public = bytes.fromhex(hexadecimal(public_hex, what))
    ed25519.check(public, base64_decode(signature, what, 64), text, what)


def _number(number: int) -> str:
    return str(integer(number, "elector number", least=1))


def _signing_key(secret: bytes, info: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hkdf(secret, b"", info, 32))


def _public_hex(private: Ed25519PrivateKey) -> str:
    return private.public_key().public_bytes_raw().hex()
