"""What one holder of a threshold group publishes, and the mathematics of it (belenios-format.md §1.7).

Holder i of n chooses a polynomial f_i of degree t − 1 and publishes a certificate with her two keys, the
powers A_ik = g^a_ik of her coefficients, a signature of all certificates with these powers, and at the
end her own key X_i = g^x_i with x_i = Σ_j f_j(i). The secret of the group is Σ_j f_j(0), which nobody
ever computes: any t factors α^x_i are combined with Lagrange coefficients instead.

Every text that is signed is compact JSON, and is refused if Belenios would have written it otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, array, compact, fields, integer, parse, string
from elections.protocol.elgamal import Proof, check_possession, check_signature, product
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.group import Element, Group

LARGEST = 1000
"""Holders of one group; far above any board, low enough to keep a hostile file cheap to refuse."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A text under its sender's signature."""

    message: str
    signature: Proof

    def json(self) -> Json:
        """`{"message":s,"signature":{…}}`."""
        return {"message": self.message, "signature": self.signature.json()}

    @classmethod
    def parse(cls, group: Group, value: Json, what: str) -> Signed:
        """Read the text and the numbers of the signature; nothing is verified."""
        fields(value, what, ("message", "signature"))
        return cls(string(value["message"], what), Proof.parse(group, value["signature"], f"{what}, signature"))

    def check(self, group: Group, key: Element, what: str) -> None:
        """Refuse a text that the owner of `key` did not sign."""
        check_signature(group, key, self.message, self.signature, what)


@dataclass(frozen=True, slots=True)
class Context:
    """Where a certificate stands: mathematical group, number of holders, threshold, its own index from 1."""

    group: str
    size: int
    threshold: int
    index: int

    def json(self) -> Json:
        """In Belenios' key order."""
        return {"group": self.group, "size": self.size, "threshold": self.threshold, "index": self.index}

    @classmethod
    def parse(cls, value: Json, what: str) -> Context:
        """Read a context; whether it fits its place is for `check` of the group of holders."""
        fields(value, what, ("group", "size", "threshold", "index"))
        numbers = [integer(value[name], f"{what}, {name}", 1, LARGEST) for name in ("size", "threshold", "index")]
        return cls(string(value["group"], f"{what}, group"), *numbers)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A holder's two public keys: one for what she signs, one for shares sent to her."""

    signed: Signed
    context: Context | None
    verification: Element
    encryption: Element

    @classmethod
    def parse(cls, group: Group, value: Json, what: str) -> Certificate:
        """Read a certificate; the 2.0 form has no context."""
        signed = Signed.parse(group, value, what)
        content = fields(parse(signed.message.encode(), what), what, ("verification", "encryption"), ("context",))
        context = Context.parse(content["context"], f"{what}, context") if "context" in content else None
        verification = group.element(content["verification"], f"{what}, verification")
        encryption = group.element(content["encryption"], f"{what}, encryption")
        if certificate_message(context, verification, encryption) != signed.message:
            raise ProtocolError("json.canonical", what=what)
        return cls(signed, context, verification, encryption)

    def check(self, group: Group, what: str) -> None:
        """Refuse unless it is signed by its own key."""
        self.signed.check(group, self.verification, what)


def certificate_message(context: Context | None, verification: Element, encryption: Element) -> str:
    """The text of a certificate."""
    place = {} if context is None else {"context": context.json()}
    return compact({**place, "verification": verification.text, "encryption": encryption.text}).decode()


@dataclass(frozen=True, slots=True)
class Coefficients:
    """The powers A_0 … A_t−1 of a holder's polynomial: what Belenios calls coefexps."""

    signed: Signed
    powers: tuple[Element, ...]

    @classmethod
    def parse(cls, group: Group, value: Json, what: str) -> Coefficients:
        """Read the powers; every one must be a member of the group."""
        signed = Signed.parse(group, value, what)
        content = fields(parse(signed.message.encode(), what), what, ("coefexps",))
        powers = tuple(group.element(power, what) for power in array(content["coefexps"], what))
        if not powers:
            raise ProtocolError("json.type", what=what, expected="at least one coefficient")
        if coefficients_message(powers) != signed.message:
            raise ProtocolError("json.canonical", what=what)
        return cls(signed, powers)

    def check(self, group: Group, threshold: int, key: Element, what: str) -> None:
        """Refuse unless there are `threshold` powers, signed by the certificate's `key`."""
        if len(self.powers) != threshold:
            raise ProtocolError("trustees.threshold", what=what, count=len(self.powers), threshold=threshold)
        self.signed.check(group, key, what)


def coefficients_message(powers: Sequence[Element]) -> str:
    """The text that a holder signs of her polynomial."""
    return compact({"coefexps": [power.text for power in powers]}).decode()


def joint_text(certificates: Sequence[Certificate], powers: Sequence[Element]) -> str:
    """What each holder signs at the end: all certificates of her group, and her own powers."""
    signed = [certificate.signed.json() for certificate in certificates]
    return "certs_sig|" + compact({"certs": signed, "coefexps": [power.text for power in powers]}).decode()


@dataclass(frozen=True, slots=True)
class HolderKey:
    """A holder's public key X with the proof of its exponent; signed from 3.0 on, never named by us."""

    pok: Proof
    public_key: Element
    signature: Proof | None = None
    name: str | None = None

    def json(self) -> Json:
        """In Belenios' key order, absent fields left out."""
        value: dict[str, Json] = {"pok": self.pok.json(), "public_key": self.public_key.text}
        if self.signature is not None:
            value["signature"] = self.signature.json()
        if self.name is not None:
            value["name"] = self.name
        return value

    @classmethod
    def parse(cls, group: Group, value: Json, what: str) -> HolderKey:
        """Read a key; nothing is verified."""
        fields(value, what, ("pok", "public_key"), ("signature", "name"))
        return cls(
            Proof.parse(group, value["pok"], f"{what}, pok"),
            group.element(value["public_key"], f"{what}, public_key"),
            Proof.parse(group, value["signature"], f"{what}, signature") if "signature" in value else None,
            string(value["name"], f"{what}, name") if "name" in value else None,
        )

    def check(self, group: Group, signer: Element, expected: Element, what: str) -> None:
        """Refuse unless X is the one expected, proved, and signed by the certificate's key where it is signed."""
        if self.public_key != expected:
            raise ProtocolError("trustees.equation", what=what)
        check_possession(group, self.public_key, self.pok, what)
        if self.signature is not None:
            check_signature(group, signer, self.public_key.text, self.signature, f"{what}, signature")


def power_at(group: Group, powers: Sequence[Element], index: int) -> Element:
    """g^f(index), from the powers of f's coefficients: Π_k A_k^(index^k)."""
    return product(group, [power ** pow(index, k, group.q) for k, power in enumerate(powers)])


def joint_powers(group: Group, polynomials: Sequence[Sequence[Element]]) -> list[Element]:
    """The powers of the sum of several polynomials of the same degree."""
    return [product(group, column) for column in zip(*polynomials, strict=True)]


def lagrange(present: Sequence[int], index: int, q: int) -> int:
    """λ_δ = Π_{k≠δ} k/(k−δ) mod q, over the present indices k, for δ = `index`."""
    numerator = denominator = 1
    for other in present:
        if other != index:
            numerator = numerator * other % q
            denominator = denominator * (other - index) % q
    return numerator * pow(denominator, -1, q) % q
