"""The ballot token: a blind signature, RFC 9474 `RSABSSA-SHA384-PSS-Deterministic` (protocol.md §5).

An issuer signs a message it cannot read; the elector unblinds the answer, and the token is then an
ordinary RSA-PSS signature (SHA-384, salt of 48 bytes). Blinding and salt are derived by code.py, so
the elector gets the same token again on another device.

Numbers travel as bytes, big-endian, as long as n. The functions take a key of any size, as the
RFC's vectors need; that ours have exactly 3072 bits is a rule of `IssuerPublic.check`, which must
have passed before anything is blinded for a key or checked under it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from functools import cache, cached_property

import gmpy2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384

from elections.protocol.canonical import (
    Json,
    array,
    base64_decode,
    base64_encode,
    encode,
    fields,
    integer,
    parse_canonical,
    string,
)
from elections.protocol.code import hkdf
from elections.protocol.errors import ProtocolError

BITS = 3072
E = 65537
IDENTIFIER = "[a-z0-9-]{1,32}"
"""The form of an issuer's id (§2)."""

_LENGTH = BITS // 8
_ROOTS = 8
_HASH = 48
_SALT = 48
_FORMAT = "isoloir-issuer-key-1"


@dataclass(frozen=True)
class IssuerPublic:
    """An issuer's public key for one contest, with the roots that prove it a permutation."""

    id: str
    n: int
    roots: tuple[int, ...]

    @property
    def length(self) -> int:
        """Of n, and so of every number that travels, in bytes."""
        return (self.n.bit_length() + 7) // 8

    def json(self) -> dict[str, Json]:
        """As it stands in setup.json."""
        roots = [base64_encode(self.bytes_of(root)) for root in self.roots]
        return {"e": E, "id": self.id, "n": base64_encode(self.bytes_of(self.n)), "roots": roots}

    @classmethod
    def parse(cls, value: Json, what: str) -> IssuerPublic:
        """Read the form of `json`; whether the key may be used, `check` says."""
        item = fields(value, what, ("e", "id", "n", "roots"))
        integer(item["e"], f"{what}, e", E, E)
        roots = array(item["roots"], f"{what}, roots", _ROOTS)
        return cls(
            string(item["id"], f"{what}, id", IDENTIFIER),
            _read(item["n"], f"{what}, n"),
            tuple(_read(root, f"{what}, root {index}") for index, root in enumerate(roots, 1)),
        )

    def check(self) -> None:
        """Refuse a key under which blinding could hide less than everything (§5).

        3072 bits, no prime factor below 65537 (so odd too), and e-th roots of eight numbers nobody
        chose: x → x^e permutes the numbers mod n, but with error 2⁻¹²⁸ (Goldberg et al. 2019).
        """
        what = f"issuer {self.id}"
        if self.n.bit_length() != BITS:
            raise ProtocolError("token.key_size", what=what, bits=self.n.bit_length())
        if gmpy2.gcd(self.n, _small_primes()) != 1:
            raise ProtocolError("token.key_factor", what=what)
        if len(self.roots) != _ROOTS:
            raise ProtocolError("token.key_root", what=what, index=len(self.roots))
        for index, root in enumerate(self.roots, 1):
            if not 0 < root < self.n or gmpy2.powmod(root, E, self.n) != challenge(self.n, index):
                raise ProtocolError("token.key_root", what=what, index=index)

    def bytes_of(self, number: int) -> bytes:
        """A number as it travels."""
        return int(number).to_bytes(self.length, "big")

    @cached_property
    def verifier(self) -> rsa.RSAPublicKey:
        """The same key for `cryptography`; made once, as a verifier checks thousands of tokens."""
        return rsa.RSAPublicNumbers(E, self.n).public_key()


@dataclass(frozen=True)
class IssuerKey:
    """An issuer's private key for one contest, used for nothing else."""

    id: str
    p: int = field(repr=False)
    q: int = field(repr=False)

    @classmethod
    def generate(cls, id: str) -> IssuerKey:  # noqa: A002  (its name in every file)
        """A new key; n has exactly 3072 bits."""
        numbers = rsa.generate_private_key(E, BITS).private_numbers()
        return cls(id, numbers.p, numbers.q)

    def encode(self) -> bytes:
        """For a file of mode 0600: canonical JSON, from which all else is computed again."""
        primes = {name: base64_encode(prime.to_bytes(_LENGTH // 2, "big")) for name, prime in self._primes}
        return encode({"format": _FORMAT, "id": self.id, **primes})

    @classmethod
    def parse(cls, data: bytes, what: str) -> IssuerKey:
        """Read what `encode` wrote; refused unless it is two primes that make a key of 3072 bits."""
        item = fields(parse_canonical(data, what), what, ("format", "id", "p", "q"))
        string(item["format"], f"{what}, format", _FORMAT)
        p, q = (_read(item[name], f"{what}, {name}", _LENGTH // 2) for name in ("p", "q"))
        usable = all(gmpy2.is_prime(prime) and prime % E != 1 for prime in (p, q))
        if not usable or p == q or (p * q).bit_length() != BITS:
            raise ProtocolError("token.key_private", what=what)
        return cls(string(item["id"], f"{what}, id", IDENTIFIER), p, q)

    @cached_property
    def public(self) -> IssuerPublic:
        """What setup.json publishes of this key. The roots cost eight signatures, once."""
        n = self.p * self.q
        roots = tuple(self._root(challenge(n, index)) for index in range(1, _ROOTS + 1))
        return IssuerPublic(self.id, n, roots)

    def sign_blinded(self, z: bytes) -> bytes:
        """The answer s to a request z (RFC 9474 §4.3), with s^e = z checked before it leaves.

        The check keeps a fault of the machine from giving the key away. Phase, entitlement, the
        elector's signature and that z is her only one are for the issuer to check before.
        """
        public = self.public
        number = int.from_bytes(z, "big")
        if len(z) != public.length or not 1 < number < public.n:
            raise ProtocolError("token.blinded", issuer=self.id, length=public.length)
        s = self._root(number)
        if gmpy2.powmod(s, E, public.n) != number:
            raise ProtocolError("token.fault", issuer=self.id)
        return public.bytes_of(s)

    def _root(self, number: int) -> int:
        """The e-th root mod n. A random base hides the number from who times us; exponents are hidden too."""
        n = self.p * self.q
        # Not prime to n with a chance of 2⁻¹⁵³⁵ only, and then `invert` raises.
        mask = secrets.randbelow(n - 2) + 2
        masked = number * gmpy2.powmod(mask, E, n) % n
        by_p, by_q = (gmpy2.powmod_sec(masked, exponent, prime) for prime, exponent in self._exponents)
        root = by_q + self.q * ((by_p - by_q) * gmpy2.invert(self.q, self.p) % self.p)
        return int(root * gmpy2.invert(mask, n) % n)

    @cached_property
    def _exponents(self) -> list[tuple[int, int]]:
        return [(prime, int(gmpy2.invert(E, prime - 1))) for _, prime in self._primes]

    @property
    def _primes(self) -> tuple[tuple[str, int], tuple[str, int]]:
        return ("p", self.p), ("q", self.q)


def challenge(n: int, index: int) -> int:
    """H_k, k = 1 … 8: the number mod n whose e-th root a key must show (§5)."""
    length = (n.bit_length() + 7) // 8
    digest = hashlib.sha256(n.to_bytes(length, "big")).digest()
    return int.from_bytes(hkdf(digest, b"", f"isoloir|rsa|{index}", length + 16), "big") % n


def token_message(issuer_id: str, fingerprint: str, credential: str) -> bytes:
    """What a token signs: issuer, fingerprint of the election, credential as ballots write it."""
    return f"isoloir|token|{issuer_id}|{fingerprint}|{credential}".encode("ascii")


def blind(public: IssuerPublic, message: bytes, r: int, salt: bytes) -> bytes:
    """The request z = m·r^e (RFC 9474 §4.2), where m is the padded message and r prime to n."""
    m = _pad(message, salt, public.n.bit_length() - 1)
    if gmpy2.gcd(m, public.n) != 1 or gmpy2.gcd(r, public.n) != 1:
        raise ProtocolError("token.blinding", issuer=public.id)
    return public.bytes_of(m * gmpy2.powmod_sec(r, E, public.n) % public.n)


def finalize(public: IssuerPublic, message: bytes, s: bytes, r: int, salt: bytes) -> bytes:
    """The token, from the answer s to `blind` of the same values (RFC 9474 §4.4); verified.

    Its e-th power must be the very padded message: more than PSS verification asks, and the only
    token there is for these values.
    """
    number = int.from_bytes(s, "big")
    if len(s) != public.length or number >= public.n:
        raise ProtocolError("token.answer", issuer=public.id)
    signature = number * gmpy2.invert(r, public.n) % public.n
    if gmpy2.powmod(signature, E, public.n) != _pad(message, salt, public.n.bit_length() - 1):
        raise ProtocolError("token.answer", issuer=public.id)
    return public.bytes_of(signature)


def check_token(public: IssuerPublic, message: bytes, signature: bytes, what: str) -> None:
    """Refuse unless `signature` is a token: RSA-PSS, SHA-384, salt of 48 bytes, under this key."""
    scheme = padding.PSS(padding.MGF1(SHA384()), _SALT)
    try:
        public.verifier.verify(signature, message, scheme, SHA384())
    except (InvalidSignature, ValueError) as error:  # ValueError: a key that no check has passed
        raise ProtocolError("token.signature", what=what, issuer=public.id) from error


def _pad(message: bytes, salt: bytes, bits: int) -> int:
    """EMSA-PSS-ENCODE with SHA-384 and MGF1 (RFC 8017 §9.1.1), as a number below 2^bits."""
    length = (bits + 7) // 8
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = (b"\x01" + salt).rjust(length - _HASH - 1, b"\x00")
    counters = range((len(block) + _HASH - 1) // _HASH)
    mask = b"".join(hashlib.sha384(digest + counter.to_bytes(4, "big")).digest() for counter in counters)
    masked = bytes(left ^ right for left, right in zip(block, mask, strict=False))
    # The bits above `bits` are cleared, so that the number is below n.
    return int.from_bytes(masked + digest + b"\xbc", "big") & ((1 << bits) - 1)


def _read(value: Json, what: str, length: int = _LENGTH) -> int:
    return int.from_bytes(base64_decode(value, what, length), "big")


@cache
def _small_primes() -> int:
    """The product of all primes below 65537."""
    return int(gmpy2.primorial(E - 1))
