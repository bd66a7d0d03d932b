"""Exponential ElGamal and its zero-knowledge proofs (belenios-format.md §1.6).

Every proof is a challenge and a response modulo q. A check recomputes the commitments, hashes the
exact string of the format and compares; it raises the rule its caller names. The strings are those
of Belenios crypto version 1, prefix and separators included.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, decimal, fields
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.group import Element, Group


@dataclass(frozen=True, slots=True)
class Proof:
    """Challenge c and response r of a Schnorr-type proof, both modulo q."""

    challenge: int
    response: int

    def json(self) -> Json:
        """`{"challenge":z,"response":z}`, decimal strings."""
        return {"challenge": str(self.challenge), "response": str(self.response)}

    @classmethod
    def parse(cls, group: Group, value: Json, what: str) -> Proof:
        """Read a proof; numbers are canonical decimals below q."""
        fields(value, what, ("challenge", "response"))
        return cls(
            decimal(value["challenge"], f"{what}, challenge", group.q),
            decimal(value["response"], f"{what}, response", group.q),
        )


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """(α, β) = (g^ρ, y^ρ·g^m)."""

    alpha: Element
    beta: Element

    def __mul__(self, other: Ciphertext) -> Ciphertext:
        return Ciphertext(self.alpha * other.alpha, self.beta * other.beta)

    def __pow__(self, weight: int) -> Ciphertext:
        return self if weight == 1 else Ciphertext(self.alpha**weight, self.beta**weight)

    @property
    def text(self) -> str:
        """`α,β` as it stands in hashed strings."""
        return f"{self.alpha.text},{self.beta.text}"

    def json(self) -> Json:
        """`{"alpha":G,"beta":G}`."""
        return {"alpha": self.alpha.text, "beta": self.beta.text}

    @classmethod
    def parse(cls, group: Group, value: Json, what: str) -> Ciphertext:
        """Read a ciphertext; both elements must be members of the group."""
        ciphertext = cls.claimed(group, value, what)
        ciphertext.prove()
        return ciphertext

    @classmethod
    def claimed(cls, group: Group, value: Json, what: str) -> Ciphertext:
        """Read a ciphertext whose membership may wait (`Group.claimed`)."""
        fields(value, what, ("alpha", "beta"))
        return cls(group.claimed(value["alpha"], f"{what}, alpha"), group.claimed(value["beta"], f"{what}, beta"))

    def prove(self) -> None:
        """Refuse elements that were only claimed and are no members."""
        self.alpha.prove()
        self.beta.prove()


class PublicKey:
    """An election key y; its powers to public exponents are prepared as they are used."""

    def __init__(self, group: Group, element: Element) -> None:
        self.group = group
        self.element = element
        self.powers = group.table(element)
        self._values: dict[int, Element] = {}

    def value(self, number: int) -> Element:
        """g^m for an answer m, or for −m, of which there are few."""
        if number not in self._values:
            self._values[number] = self.group.power_g(number)
        return self._values[number]

    def encrypt(self, value: int, randomness: int) -> Ciphertext:
        """(g^ρ, y^ρ·g^m)."""
        alpha, masked = self.secret_powers(randomness)
        return Ciphertext(alpha, masked * self.value(value))

    def secret_powers(self, exponent: int) -> tuple[Element, Element]:
        """g and y to an exponent that nobody may learn."""
        return self.group.generator.secret_power(exponent), self.element.secret_power(exponent)


def product(group: Group, items: Sequence[Element]) -> Element:
    """The product of the elements; the identity for none."""
    return reduce(mul, items) if items else group.identity


def total(group: Group, items: Sequence[Ciphertext]) -> Ciphertext:
    """The component-wise product of ciphertexts: an encryption of the sum."""
    return Ciphertext(product(group, [c.alpha for c in items]), product(group, [c.beta for c in items]))


# --- Proofs of knowledge of an exponent ------------------------------------------------------------


def _prove_exponent(group: Group, secret: int, prefix: str) -> Proof:
    nonce = group.random_scalar()
    commitment = group.generator.secret_power(nonce)
    challenge = group.hash_to_scalar(f"{prefix}{commitment.text}")
    return Proof(challenge, group.respond(nonce, secret, challenge))


def _check_exponent(group: Group, key: Element, prefix: str, proof: Proof, rule: str, what: str) -> None:
    commitment = group.powers.commitment(proof.response, key, proof.challenge)
    if group.hash_to_scalar(f"{prefix}{commitment.text}") != proof.challenge:
        raise ProtocolError(rule, what=what)


def sign(group: Group, secret: int, message: str) -> Proof:
    """The Belenios PKI signature of a text: `sigmsg|<M>|<A>`."""
    return _prove_exponent(group, secret, f"sigmsg|{message}|")


def check_signature(group: Group, key: Element, message: str, proof: Proof, what: str) -> None:
    """Refuse a text that the owner of `key` did not sign."""
    _check_exponent(group, key, f"sigmsg|{message}|", proof, "elgamal.signature", what)


def prove_possession(group: Group, secret: int) -> Proof:
    """A trustee's proof of knowledge: `pok|<group>|<X>|<A>`."""
    key = group.generator.secret_power(secret)
    return _prove_exponent(group, secret, f"pok|{group.name}|{key.text}|")


def check_possession(group: Group, key: Element, proof: Proof, what: str) -> None:
    """Refuse a key whose holder does not know its exponent."""
    _check_exponent(group, key, f"pok|{group.name}|{key.text}|", proof, "elgamal.possession", what)


def sign_hash(group: Group, credential: int, digest: str) -> Proof:
    """The signature of a ballot's hash by the elector's credential: `sig|<h>|<A>`."""
    return _prove_exponent(group, credential, f"sig|{digest}|")


def check_hash_signature(group: Group, credential: Element, digest: str, proof: Proof, what: str) -> None:
    """Refuse a ballot that its credential did not sign."""
    _check_exponent(group, credential, f"sig|{digest}|", proof, "ballot.signature", what)


# --- Proofs that a ciphertext holds one of several values --------------------------------------------


@dataclass(frozen=True, slots=True)
class Branch:
    """One side of a disjunction: "this ciphertext holds g^value"."""

    ciphertext: Ciphertext
    value: int


def prove_disjunction(
    key: PublicKey, branches: Sequence[Branch], true: int, randomness: int, prefix: str
) -> list[Proof]:
    """Prove that one branch is true without telling which.

    `randomness` is the exponent of the true branch's ciphertext; `prefix` is the whole hashed string
    up to the commitments.
    """
    group = key.group
    nonce = group.random_scalar()
    proofs = [Proof(group.random_scalar(), group.random_scalar()) for _ in branches]
    texts = [_commitments(key, branch, proof) for branch, proof in zip(branches, proofs, strict=True)]
    texts[true] = ",".join(element.text for element in key.secret_powers(nonce))
    others = sum(proof.challenge for index, proof in enumerate(proofs) if index != true)
    challenge = (group.hash_to_scalar(prefix + ",".join(texts)) - others) % group.q
    proofs[true] = Proof(challenge, group.respond(nonce, randomness, challenge))
    return proofs


def check_disjunction(
    key: PublicKey, branches: Sequence[Branch], proofs: Sequence[Proof], prefix: str, rule: str, what: str
) -> None:
    """Refuse unless Σ challenges = H(prefix, commitments): no branch needs to be true otherwise."""
    group = key.group
    if len(branches) != len(proofs):
        raise ProtocolError(rule, what=what)
    texts = [_commitments(key, branch, proof) for branch, proof in zip(branches, proofs, strict=True)]
    if sum(proof.challenge for proof in proofs) % group.q != group.hash_to_scalar(prefix + ",".join(texts)):
        raise ProtocolError(rule, what=what)


def _commitments(key: PublicKey, branch: Branch, proof: Proof) -> str:
    alpha, beta = branch.ciphertext.alpha, branch.ciphertext.beta
    if branch.value:
        beta = beta * key.value(-branch.value)
    first = key.group.powers.commitment(proof.response, alpha, proof.challenge)
    second = key.powers.commitment(proof.response, beta, proof.challenge)
    return f"{first.text},{second.text}"


# --- Proofs that a decryption factor has the exponent of a key ---------------------------------------


def prove_factor(group: Group, secret: int, alpha: Element, prefix: str) -> tuple[Element, Proof]:
    """F = α^x with the Belenios proof: the string is `<prefix><A>,<B>`."""
    factor = alpha.secret_power(secret)
    nonce = group.random_scalar()
    first, second = group.generator.secret_power(nonce), alpha.secret_power(nonce)
    challenge = group.hash_to_scalar(f"{prefix}{first.text},{second.text}")
    return factor, Proof(challenge, group.respond(nonce, secret, challenge))


def check_factor(
    group: Group, key: Element, alpha: Element, factor: Element, prefix: str, proof: Proof, what: str
) -> None:
    """Refuse a factor that is not α^x for the x of `key` (prefix `decrypt|<φ>|<X>|`)."""
    first = group.powers.commitment(proof.response, key, proof.challenge)
    second = alpha**proof.response * factor**proof.challenge
    if group.hash_to_scalar(f"{prefix}{first.text},{second.text}") != proof.challenge:
        raise ProtocolError("tally.factor-proof", what=what)
