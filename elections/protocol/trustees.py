"""trustees.json: who holds a contest's key, read, checked (V04) and written (belenios-format.md §1.5–1.7).

The list holds one item for each group of holders, and every group must be satisfied: the key is the
product of the groups' keys. Holders ("owners") are numbered from 1 over the whole list.

- A `Pedersen` item is t-of-n, made of what each holder publishes (pedersen.py).
- A `Single` item is one key with its proof. No record of ours has one: a holder alone is 1-of-1.

Ours are written in the 3.x form, every word of it proved or signed. An honest archive of somebody
else may also be in an older form, hold single keys, or name its holders: `check(…, allow_old=True)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, array, compact, fields, integer, parse
from elections.protocol.elgamal import Proof, check_possession, check_signature, product
from elections.protocol.errors import ProtocolError
from elections.protocol.pedersen import (
    LARGEST,
    Certificate,
    Coefficients,
    Context,
    HolderKey,
    joint_powers,
    joint_text,
    lagrange,
    power_at,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elections.protocol.group import Element, Group


@dataclass(frozen=True, slots=True)
class Single:
    """One key held by one person, as Belenios knows it."""

    key: HolderKey

    @property
    def keys(self) -> tuple[HolderKey, ...]:
        """The one key."""
        return (self.key,)

    @property
    def threshold(self) -> int:
        """The one holder is needed."""
        return 1

    def json(self) -> Json:
        """`["Single",K]`."""
        return ["Single", self.key.json()]

    def public_key(self, group: Group) -> Element:  # noqa: ARG002 - the interface of an item
        """The key's share of the product."""
        return self.key.public_key

    def check(self, group: Group, what: str) -> None:
        """Refuse a key whose holder does not know its exponent."""
        check_possession(group, self.key.public_key, self.key.pok, what)


@dataclass(frozen=True, slots=True)
class Pedersen:
    """t holders of n, of whom none ever held the whole key; tuples are in the order of the index."""

    threshold: int
    certificates: tuple[Certificate, ...]
    coefficients: tuple[Coefficients, ...]
    signatures: tuple[Proof, ...] | None
    keys: tuple[HolderKey, ...]

    @property
    def complete(self) -> bool:
        """Whether this is the 3.x form: contexts, signatures of all certificates, signed keys."""
        return self.signatures is not None and all(key.signature is not None for key in self.keys)

    def json(self) -> Json:
        """`["Pedersen",T]` in Belenios' key order."""
        value: dict[str, Json] = {
            "threshold": self.threshold,
            "certs": [item.signed.json() for item in self.certificates],
            "coefexps": [item.signed.json() for item in self.coefficients],
        }
        if self.signatures is not None:
            value["signatures"] = [signature.json() for signature in self.signatures]
        return ["Pedersen", {**value, "verification_keys": [key.json() for key in self.keys]}]

    @classmethod
    def parse(cls, group: Group, value: Json, what: str) -> Pedersen:
        """Read a threshold group in any of its forms; a form that no version writes is refused."""
        fields(value, what, ("threshold", "certs", "coefexps", "verification_keys"), ("signatures",))

        def numbered(name: str) -> list[tuple[Json, str]]:
            return [(item, f"{what}, {name} {index}") for index, item in enumerate(array(value[name], what), 1)]

        item = cls(
            integer(value["threshold"], f"{what}, threshold", 1, LARGEST),
            tuple(Certificate.parse(group, *place) for place in numbered("certs")),
            tuple(Coefficients.parse(group, *place) for place in numbered("coefexps")),
            tuple(Proof.parse(group, *place) for place in numbered("signatures")) if "signatures" in value else None,
            tuple(HolderKey.parse(group, *place) for place in numbered("verification_keys")),
        )
        item._check_form(what)
        return item

    def _check_form(self, what: str) -> None:
        size = len(self.certificates)
        signatures = self.certificates if self.signatures is None else self.signatures
        sizes = {size, len(self.coefficients), len(self.keys), len(signatures)}
        if len(sizes) != 1 or not self.threshold <= size <= LARGEST:
            raise ProtocolError("trustees.size", what=what)
        # 2.0 has no extra, 2.5.1 has contexts and signatures, 3.0 also signs the keys: nothing between.
        contexts = {certificate.context is not None for certificate in self.certificates}
        signed_keys = {key.signature is not None for key in self.keys}
        joint = self.signatures is not None
        if contexts != {joint} or len(signed_keys) != 1 or (True in signed_keys and not joint):
            raise ProtocolError("trustees.form", what=what)

    def public_key(self, group: Group) -> Element:
        """Π A_i0: what all holders' polynomials give at 0."""
        return product(group, [item.powers[0] for item in self.coefficients])

    def check(self, group: Group, what: str) -> None:
        """Refuse unless every certificate, polynomial, signature and key is right; each is named by its number."""
        size = len(self.certificates)
        signers = [certificate.verification for certificate in self.certificates]
        for index, certificate in enumerate(self.certificates, 1):
            place = f"{what}, certs {index}"
            if certificate.context not in {None, Context(group.name, size, self.threshold, index)}:
                raise ProtocolError("trustees.context", what=place)
            certificate.check(group, place)
        for index, (signer, coefficients) in enumerate(zip(signers, self.coefficients, strict=True), 1):
            coefficients.check(group, self.threshold, signer, f"{what}, coefexps {index}")
        if self.signatures is not None:
            rows = zip(signers, self.coefficients, self.signatures, strict=True)
            for index, (signer, coefficients, signature) in enumerate(rows, 1):
                text = joint_text(self.certificates, coefficients.powers)
                check_signature(group, signer, text, signature, f"{what}, signatures {index}")
        powers = joint_powers(group, [item.powers for item in self.coefficients])
        for index, (signer, key) in enumerate(zip(signers, self.keys, strict=True), 1):
            key.check(group, signer, power_at(group, powers, index), f"{what}, verification_keys {index}")


@dataclass(frozen=True)
class Trustees:
    """A parsed trustees.json; `items` are its groups, in order. Nothing is verified before `check`."""

    raw: bytes = field(repr=False)
    group: Group
    items: tuple[Single | Pedersen, ...]

    @classmethod
    def parse(cls, raw: bytes, group: Group, what: str = "trustees") -> Trustees:
        """Read trustees.json in a group: form, numbers and membership of every element."""
        items: list[Single | Pedersen] = []
        for number, item in enumerate(array(parse(raw, what), what), 1):
            place = f"{what}, group {number}"
            kind, value = array(item, place, 2)
            if kind == "Single":
                items.append(Single(HolderKey.parse(group, value, place)))
            elif kind == "Pedersen":
                items.append(Pedersen.parse(group, value, place))
            else:
                raise ProtocolError("trustees.kind", what=place)
        if not items:
            raise ProtocolError("trustees.none", what=what)
        return cls(raw, group, tuple(items))

    @property
    def old_form(self) -> bool:
        """Whether a threshold group lacks what versions since 3.0 prove of it."""
        return any(isinstance(item, Pedersen) and not item.complete for item in self.items)

    @cached_property
    def verification_keys(self) -> tuple[Element, ...]:
        """X of every owner; owner n is at place n − 1."""
        return tuple(key.public_key for item in self.items for key in item.keys)

    @cached_property
    def certificates(self) -> tuple[Certificate | None, ...]:
        """The certificate of every owner, whose key signs the seal; None for a single key."""
        groups = [item.certificates if isinstance(item, Pedersen) else (None,) for item in self.items]
        return tuple(certificate for group in groups for certificate in group)

    def policy(self) -> list[tuple[int, int]]:
        """(number of holders, threshold) of every group."""
        return [(len(item.keys), item.threshold) for item in self.items]

    def public_key(self, group: Group) -> Element:
        """The contest's key y: the product of the groups' keys."""
        return product(group, [item.public_key(group) for item in self.items])

    def check(self, what: str = "trustees", *, allow_old: bool = False) -> None:
        """V04: refuse unless everything that holders proved and signed is right.

        In a record of ours (`allow_old` false) nothing may stand there that nobody signed, and nothing
        that could have been written otherwise: single keys, older forms, names and spaces are refused.
        """
        for number, item in enumerate(self.items, 1):
            item.check(self.group, f"{what}, group {number}")
        if self.public_key(self.group) == self.group.identity:
            raise ProtocolError("trustees.neutral", what=what)
        if allow_old:
            return
        for number, item in enumerate(self.items, 1):
            place = f"{what}, group {number}"
            if isinstance(item, Single):
                raise ProtocolError("trustees.single", what=place)
            if not item.complete:
                raise ProtocolError("trustees.old-form", what=place)
            if any(key.name is not None for key in item.keys):
                raise ProtocolError("trustees.name", what=place)
        if write(self.items) != self.raw:
            raise ProtocolError("json.canonical", what=what)


def write(items: Sequence[Single | Pedersen]) -> bytes:
    """The bytes of trustees.json: compact JSON, in the 3.x form where the items are complete."""
    return compact([item.json() for item in items])


def combine(group: Group, trustees: Trustees, factors: Mapping[int, Element]) -> Element:
    """The decryption factor α^x of the whole key, from the α^x_i of some owners.

    Of each group the first t present owners count, in index order, each with her Lagrange coefficient.
    Refused with `trustees.policy` where a group has too few.
    """
    result, before = group.identity, 0
    for number, (size, threshold) in enumerate(trustees.policy(), 1):
        present = [index for index in range(1, size + 1) if before + index in factors][:threshold]
        if len(present) < threshold:
            raise ProtocolError("trustees.policy", number=number, present=len(present), threshold=threshold)
        for index in present:
            result = result * factors[before + index] ** lagrange(present, index, group.q)
        before += size
    return result
