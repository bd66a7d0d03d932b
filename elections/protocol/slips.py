"""Slips: at the seal every holder hides a random element, and only their product is ever opened (protocol.md §10).

A slip is an ElGamal encryption (α, β) = (g^r, y^r·M) of an element M that nobody has ever seen, under the contest's
key. Its proof shows that whoever made it knows r, in a string that names holder, φ and ciphertext: no slip can be
copied from another or computed from one. Its signature, by the key of the holder's certificate, shows whose it is.
If one M is random and secret, so is the product of all.

slips.json is a list in the order of seal.json: one slip for every signature of the seal, and no other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, array, encode, fields, integer, parse_canonical, string
from elections.protocol.elgamal import Ciphertext, Proof, check_signature, sign, total
from elections.protocol.errors import ProtocolError
from elections.protocol.tally import EncryptedTally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.ballot import Election
    from elections.protocol.group import Element
    from elections.protocol.trustees import Trustees

_KEYS = ("alpha", "beta", "owner", "proof", "role", "signature")


@dataclass(frozen=True, slots=True)
class Slip:
    """One holder's slip, read but not yet checked."""

    owner: int
    role: str
    ciphertext: Ciphertext
    proof: Proof
    signature: Proof

    @classmethod
    def parse(cls, value: Json, election: Election, what: str) -> Slip:
        """Read a slip; its elements are members of the group, and neither is neutral."""
        fields(value, what, _KEYS)
        group = election.group
        ciphertext = Ciphertext.parse(group, {"alpha": value["alpha"], "beta": value["beta"]}, what)
        if group.identity in (ciphertext.alpha, ciphertext.beta):
            raise ProtocolError("slips.neutral", what=what)
        return cls(
            integer(value["owner"], what, 1),
            string(value["role"], what),
            ciphertext,
            Proof.parse(group, value["proof"], f"{what}, proof"),
            Proof.parse(group, value["signature"], f"{what}, signature"),
        )

    def check(self, election: Election, trustees: Trustees, what: str) -> None:
        """Refuse a slip whose randomness its maker does not know, and one that the holder did not sign."""
        certificates = trustees.certificates
        certificate = certificates[self.owner - 1] if self.owner <= len(certificates) else None
        if certificate is None:
            raise ProtocolError("setup.seal-holder", what=what, role=self.role, owner=self.owner)
        text, proof = _statement(election, self.owner, self.role, self.ciphertext), self.proof
        commitment = election.group.powers.commitment(proof.response, self.ciphertext.alpha, proof.challenge)
        if _challenge(election, text, commitment) != proof.challenge:
            raise ProtocolError("slips.proof", what=what)
        check_signature(election.group, certificate.verification, text, self.signature, what)


def make_slip(election: Election, owner: int, role: str, signing: int) -> Json:
    """A new slip, as it stands in slips.json; neither its randomness nor what it hides is kept anywhere."""
    group = election.group
    randomness, nonce = group.random_scalar(), group.random_scalar()
    alpha, mask = election.public_key.secret_powers(randomness)
    ciphertext = Ciphertext(alpha, mask * group.generator.secret_power(group.random_scalar()))
    text = _statement(election, owner, role, ciphertext)
    challenge = _challenge(election, text, group.generator.secret_power(nonce))
    return {
        **ciphertext.json(),
        "owner": owner,
        "proof": Proof(challenge, group.respond(nonce, randomness, challenge)).json(),
        "role": role,
        "signature": sign(group, signing, text).json(),
    }


def read_slips(
    raw: bytes, election: Election, trustees: Trustees, signers: Sequence[tuple[int, str]], what: str
) -> tuple[Slip, ...]:
    """slips.json, checked whole; `signers` are owner and role of every signature of the seal, in order."""
    value = array(parse_canonical(raw, what), what)
    slips = tuple(Slip.parse(item, election, f"{what}, slip {number}") for number, item in enumerate(value, 1))
    if [(slip.owner, slip.role) for slip in slips] != list(signers):
        raise ProtocolError("slips.holders", what=what)
    elements = [element for slip in slips for element in (slip.ciphertext.alpha, slip.ciphertext.beta)]
    if len(set(elements)) != len(elements):
        raise ProtocolError("slips.twice", what=what)
    for number, slip in enumerate(slips, 1):
        slip.check(election, trustees, f"{what}, slip {number}")
    return slips


def product(election: Election, slips: Sequence[Slip]) -> EncryptedTally:
    """The product of all slips, as a tally of one question with one choice: it is opened as tallies are."""
    return EncryptedTally.of([[total(election.group, [slip.ciphertext for slip in slips])]])


def lot_seed(fingerprint: str, element: Element, matter: Json) -> bytes:
    """What the choice is drawn from: the opened element, and the result and names that wait for the lot."""
    text = f"isoloir|lot|{fingerprint}|{element.text}|{encode(matter).decode()}"
    return hashlib.sha256(text.encode()).digest()


def _statement(election: Election, owner: int, role: str, ciphertext: Ciphertext) -> str:
    """All that a slip says, in one string: what its proof is bound to, and what its holder signs."""
    key, alpha, beta = election.public_key.element.text, ciphertext.alpha.text, ciphertext.beta.text
    return f"isoloir|slip|{election.fingerprint}|{owner}|{role}|{key}|{alpha}|{beta}"


def _challenge(election: Election, statement: str, commitment: Element) -> int:
    return election.group.scalar_from(hashlib.sha512(f"{statement}|{commitment.text}".encode()).digest())
