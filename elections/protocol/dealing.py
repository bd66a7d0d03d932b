"""What the holders of one contest have said in the ceremony, each statement checked as it comes (protocol.md §9).

A ceremony (ceremony.py) makes the keys of all contests at once; here is one contest. The parts of the four
rounds, one method each:

    certificates  {"message":s,"signature":proof}
    commitments   hex
    reveals       {"coefexps":{"message":s,"signature":proof},"opening":hex,"shares":{role:{"alpha":G,"data":base64}}}
    keys          {"key":{"pok":proof,"public_key":G,"signature":proof},"signature":proof}

A commitment is explained in shares.py, all the rest in pedersen.py. Whether a sealed share is right can only
be seen by its recipient (answers.py); everything else is seen by everybody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, fields, hexadecimal
from elections.protocol.elgamal import Proof, check_signature
from elections.protocol.errors import ProtocolError
from elections.protocol.pedersen import Certificate, Coefficients, HolderKey, joint_powers, joint_text, power_at
from elections.protocol.shares import Route, SealedShare, commitment
from elections.protocol.trustees import Pedersen, Trustees, write

if TYPE_CHECKING:
    from elections.protocol.group import Element
    from elections.protocol.invitation import Invitation, Seat


@dataclass
class Dealing:
    """The statements of one contest, by role."""

    invitation: Invitation
    contest: str
    certificates: dict[str, Certificate] = field(default_factory=dict)
    commitments: dict[str, str] = field(default_factory=dict)
    coefficients: dict[str, Coefficients] = field(default_factory=dict)
    shares: dict[Route, SealedShare] = field(default_factory=dict)
    keys: dict[str, HolderKey] = field(default_factory=dict)
    signatures: dict[str, Proof] = field(default_factory=dict)

    def signer(self, role: str) -> Element:
        """The key under which a holder signs in this contest."""
        return self.certificates[role].verification

    def route(self, sender: Seat, recipient: Seat) -> Route:
        """The way of a share."""
        return Route(self.invitation.id, self.contest, sender.owner, recipient.owner)

    def expected_key(self, seat: Seat) -> Element:
        """X = Π_i Π_k A_ik^(j^k): the key that the polynomials of her group give a holder."""
        group = self.invitation.group
        powers = joint_powers(group, [self.coefficients[role].powers for role in seat.holders])
        return power_at(group, powers, seat.index)

    def joint_text(self, seat: Seat) -> str:
        """What a holder signs at the end."""
        return joint_text([self.certificates[role] for role in seat.holders], self.coefficients[seat.role].powers)

    def take_certificates(self, seat: Seat, part: Json, what: str) -> None:
        """Round 1: a certificate made for this place, by keys that nobody else has named."""
        group = self.invitation.group
        certificate = Certificate.parse(group, part, what)
        if certificate.context != seat.context(group):
            raise ProtocolError("trustees.context", what=what)
        certificate.check(group, what)
        self.certificates[seat.role] = certificate

    def take_commitments(self, seat: Seat, part: Json, what: str) -> None:
        """Round 2: a digest, of which nothing can be said yet."""
        self.commitments[seat.role] = hexadecimal(part, what)

    def take_reveals(self, seat: Seat, part: Json, what: str) -> None:
        """Round 3: the polynomial that was committed to, and a share for everybody in the group."""
        group = self.invitation.group
        fields(part, what, ("coefexps", "opening", "shares"))
        coefficients = Coefficients.parse(group, part["coefexps"], what)
        opening = hexadecimal(part["opening"], f"{what}, opening")
        message = coefficients.signed.message
        if commitment(self.invitation.id, self.contest, seat.owner, opening, message) != self.commitments[seat.role]:
            raise ProtocolError("ceremony.commitment", what=what)
        coefficients.check(group, seat.threshold, self.signer(seat.role), what)
        for role, share in fields(part["shares"], f"{what}, shares", seat.holders).items():
            route = self.route(seat, self.invitation.seats[role])
            self.shares[route] = SealedShare.parse(group, share, f"{what}, share for {role}")
        self.coefficients[seat.role] = coefficients

    def take_keys(self, seat: Seat, part: Json, what: str) -> None:
        """Round 4: the key that all polynomials give, proved and signed, and the signature of all certificates."""
        group, signer = self.invitation.group, self.signer(seat.role)
        fields(part, what, ("key", "signature"))
        fields(part["key"], f"{what}, key", ("pok", "public_key", "signature"))
        key = HolderKey.parse(group, part["key"], f"{what}, key")
        key.check(group, signer, self.expected_key(seat), what)
        signature = Proof.parse(group, part["signature"], f"{what}, signature")
        check_signature(group, signer, self.joint_text(seat), signature, f"{what}, signature")
        self.keys[seat.role], self.signatures[seat.role] = key, signature

    def trustees(self) -> Trustees:
        """trustees.json of the contest, once all has been said; judged as the verifier will."""
        items = [
            Pedersen(
                threshold=group.threshold,
                certificates=tuple(self.certificates[role] for role in group.holders),
                coefficients=tuple(self.coefficients[role] for role in group.holders),
                signatures=tuple(self.signatures[role] for role in group.holders),
                keys=tuple(self.keys[role] for role in group.holders),
            )
            for group in self.invitation.policy
        ]
        trustees = Trustees.parse(write(items), self.invitation.group, f"trustees of contest {self.contest}")
        trustees.check(f"trustees of contest {self.contest}")
        return trustees
