"""What the rest of the house knows of a group: elements, powers of one base, the group itself."""

from __future__ import annotations

import hashlib
import secrets
from abc import ABC, abstractmethod

from elections.protocol.errors import ProtocolError


class Element(ABC):
    """A member of a group, written multiplicatively. Equal elements have equal `text`.

    `_claim` is what a refusal would name, as long as nothing has shown that the element is a member.
    """

    __slots__ = ("_claim",)

    group_name: str

    def __init__(self, claim: str | None = None) -> None:
        self._claim = claim

    @property
    @abstractmethod
    def text(self) -> str:
        """The element as Belenios writes it: hexadecimal or decimal digits."""

    @abstractmethod
    def __mul__(self, other: Element) -> Element: ...

    @abstractmethod
    def __truediv__(self, other: Element) -> Element: ...

    @abstractmethod
    def __pow__(self, exponent: int) -> Element:
        """The element to a public exponent, taken modulo q."""

    @abstractmethod
    def secret_power(self, exponent: int) -> Element:
        """The element to a secret exponent, in time that does not depend on it."""

    @abstractmethod
    def _is_member(self) -> bool:
        """Whether the element is in the subgroup."""

    def prove(self) -> None:
        """Refuse an element that was only claimed (`Group.claimed`) and is no member."""
        if self._claim is not None:
            self._settle(member=self._is_member())

    def _settle(self, *, member: bool) -> None:
        if not member:
            raise ProtocolError("group.member", what=self._claim, group=self.group_name)
        self._claim = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Element) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.text[:16]}…>"


class FixedBase:
    """Powers of one base that is used often, to public exponents; groups prepare what makes them faster."""

    def __init__(self, base: Element) -> None:
        self.base = base

    def power(self, exponent: int) -> Element:
        """The base to the exponent, taken modulo q."""
        return self.base**exponent

    def commitment(self, response: int, element: Element, challenge: int) -> Element:
        """base^r · X^c: what whoever checks a Schnorr proof (c, r) about X takes for its commitment."""
        return self.power(response) * element**challenge


class Group(ABC):
    """A group of prime order q in which discrete logarithms are hard."""

    name: str
    q: int
    digits: int
    """The most characters an element's text can have."""
    identity: Element
    powers: FixedBase
    """Of the generator."""

    @property
    def generator(self) -> Element:
        """g, which everybody knows."""
        return self.powers.base

    def element(self, text: object, what: str) -> Element:
        """The element written `text`; refused unless canonical and a member of the subgroup."""
        element = self.claimed(text, what)
        element.prove()
        return element

    @abstractmethod
    def claimed(self, text: object, what: str) -> Element:
        """The same for an element of which several powers will be taken: the first one proves membership.

        Refused here unless canonical. Whoever accepts what it stands in calls `Element.prove` before.
        """

    def power_g(self, exponent: int) -> Element:
        """The generator to a public exponent."""
        return self.powers.power(exponent)

    def table(self, base: Element) -> FixedBase:
        """Powers of `base`."""
        return FixedBase(base)

    @abstractmethod
    def respond(self, nonce: int, secret: int, challenge: int) -> int:
        """nonce − secret·challenge modulo q: the response of a Schnorr proof."""

    def random_scalar(self) -> int:
        """A uniform exponent, 0 ≤ x < q, from the system's generator."""
        return secrets.randbelow(self.q)

    def scalar_from(self, data: bytes) -> int:
        """Big-endian bytes modulo q; the bias is below 2⁻¹²⁸ when they exceed q by 16 bytes."""
        return int.from_bytes(data, "big") % self.q

    def hash_to_scalar(self, text: str) -> int:
        """SHA-256 of the text, big-endian, modulo q (belenios-format.md §1.3)."""
        return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % self.q
