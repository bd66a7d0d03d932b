"""The two groups, behind one interface (protocol.md §2, belenios-format.md §1.3–1.4).

`Ed25519` is the prime-order subgroup of RFC 8032 through libsodium; `BELENIOS-2048` is the order-q
subgroup modulo a 2048-bit prime through GMP. There are no other parameters. An `Element` is always a
member of its group: `Group.element` is the only way in from text, and it checks.
"""

from __future__ import annotations

import hashlib
import secrets
from abc import ABC, abstractmethod
from functools import cache
from typing import Final

import gmpy2
from nacl import bindings as sodium

from elections.protocol.canonical import decimal, hexadecimal
from elections.protocol.errors import ProtocolError


class Element(ABC):
    """A member of a group, written multiplicatively. Equal elements have equal `text`."""

    __slots__ = ()

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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Element) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.text[:16]}…>"


class FixedBase:
    """Powers of one base that is used very often. The exponents are public."""

    def __init__(self, base: Element) -> None:
        self.base = base

    def power(self, exponent: int) -> Element:
        """The base to the exponent."""
        return self.base**exponent


class Group(ABC):
    """A group of prime order q in which discrete logarithms are hard."""

    name: str
    q: int
    digits: int
    """The most characters an element's text can have."""
    generator: Element
    identity: Element

    @abstractmethod
    def element(self, text: object, what: str) -> Element:
        """The element written `text`; refused unless canonical and a member of the subgroup."""

    @abstractmethod
    def power_g(self, exponent: int) -> Element:
        """The generator to a public exponent."""

    @abstractmethod
    def respond(self, nonce: int, secret: int, challenge: int) -> int:
        """nonce − secret·challenge modulo q: the response of a Schnorr proof."""

    def table(self, base: Element) -> FixedBase:
        """Powers of `base`, prepared where that makes them faster."""
        return FixedBase(base)

    def random_scalar(self) -> int:
        """A uniform exponent, 0 ≤ x < q, from the system's generator."""
        return secrets.randbelow(self.q)

    def scalar_from(self, data: bytes) -> int:
        """Big-endian bytes modulo q; the bias is below 2⁻¹²⁸ when they exceed q by 16 bytes."""
        return int.from_bytes(data, "big") % self.q

    def hash_to_scalar(self, text: str) -> int:
        """SHA-256 of the text, big-endian, modulo q (belenios-format.md §1.3)."""
        return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % self.q


# --- Ed25519 ---------------------------------------------------------------------------------------

_ED_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_ED_IDENTITY: Final = (1).to_bytes(32, "little")


class _EdwardsElement(Element):
    """A point, as its 32 bytes of RFC 8032. libsodium refuses the identity and the scalar 0; we do not."""

    __slots__ = ("_bytes",)

    def __init__(self, data: bytes) -> None:
        self._bytes = data

    @property
    def text(self) -> str:
        return self._bytes[::-1].hex()

    def __mul__(self, other: Element) -> Element:
        if not isinstance(other, _EdwardsElement):
            return NotImplemented
        return _EdwardsElement(sodium.crypto_core_ed25519_add(self._bytes, other._bytes))

    def __truediv__(self, other: Element) -> Element:
        if not isinstance(other, _EdwardsElement):
            return NotImplemented
        return _EdwardsElement(sodium.crypto_core_ed25519_sub(self._bytes, other._bytes))

    def __pow__(self, exponent: int) -> Element:
        scalar = exponent % _ED_ORDER
        if scalar == 0 or self._bytes == _ED_IDENTITY:
            return _EdwardsElement(_ED_IDENTITY)
        return _EdwardsElement(sodium.crypto_scalarmult_ed25519_noclamp(scalar.to_bytes(32, "little"), self._bytes))

    def secret_power(self, exponent: int) -> Element:
        return self**exponent

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _EdwardsElement) and self._bytes == other._bytes

    def __hash__(self) -> int:
        return hash(self._bytes)


class _Ed25519(Group):
    name = "Ed25519"
    q = _ED_ORDER
    digits = 64

    def __init__(self) -> None:
        self.identity = _EdwardsElement(_ED_IDENTITY)
        self.generator = self.power_g(1)

    def element(self, text: object, what: str) -> Element:
        data = bytes.fromhex(hexadecimal(text, what))[::-1]
        if data != _ED_IDENTITY and not sodium.crypto_core_ed25519_is_valid_point(data):
            raise ProtocolError("group.member", what=what, group=self.name)
        return _EdwardsElement(data)

    def power_g(self, exponent: int) -> Element:
        scalar = exponent % _ED_ORDER
        if scalar == 0:
            return self.identity
        return _EdwardsElement(sodium.crypto_scalarmult_ed25519_base_noclamp(scalar.to_bytes(32, "little")))

    def respond(self, nonce: int, secret: int, challenge: int) -> int:
        product = sodium.crypto_core_ed25519_scalar_mul(secret.to_bytes(32, "little"), challenge.to_bytes(32, "little"))
        difference = sodium.crypto_core_ed25519_scalar_sub(nonce.to_bytes(32, "little"), product)
        return int.from_bytes(difference, "little")


# --- BELENIOS-2048 ---------------------------------------------------------------------------------

_P: Final = gmpy2.mpz(
    "20694785691422546401013643657505008064922989295751104097100884787057374219242717401922237254497684338129"
    "06663313807895840496005438963628979639303877390572280360597374942767137677761889858987273586504908116709"
    "93105358677809800307904916540637771737641986785272734744763418356000356983051931442845617019110007867373"
    "07333564123971732897913240474578834468260652327974647951137672658693582180046317922073668860052627186363"
    "38608879688212076943236614949100292344434637322214588410058642105024212036543356120132048111885240873107"
    "7014151666200162313177169372189248078507711827842317498073276598828825169183103125680162072880719"
)
_G: Final = gmpy2.mpz(
    "24023526775018522092276877035323999327122876573783649165100753187876632741463532193202856761552696787996"
    "94668298749389095083896573425601900601068477164491735474137283104610458681314511781646755400527402889846"
    "13986453266121505579709716201616827031288643245666383486363578210615491841998253431518974065818686865115"
    "13585764101388822153960160432288436039309893336627728484065931384060102316750957637779826651036068224066"
    "35076697764025346253773085133173495194248967754052573659049492477631475991575198775177711481490920456600"
    "205478127054728238140972518639858334115700568353695553423781475582491896050296680037745308460627"
)
_Q: Final = gmpy2.mpz("78571733251071885079927659812671450121821421258408794611510081919805623223441")
_WINDOW: Final = 8
_P_INTEGER: Final = int(_P)


class _ModularElement(Element):
    """A residue modulo p in the subgroup of order q."""

    __slots__ = ("value",)

    def __init__(self, value: gmpy2.mpz) -> None:
        self.value = value

    @property
    def text(self) -> str:
        return str(self.value)

    def __mul__(self, other: Element) -> Element:
        if not isinstance(other, _ModularElement):
            return NotImplemented
        return _ModularElement(self.value * other.value % _P)

    def __truediv__(self, other: Element) -> Element:
        if not isinstance(other, _ModularElement):
            return NotImplemented
        return _ModularElement(self.value * gmpy2.invert(other.value, _P) % _P)

    def __pow__(self, exponent: int) -> Element:
        return _ModularElement(gmpy2.powmod(self.value, exponent % _Q, _P))

    def secret_power(self, exponent: int) -> Element:
        # powmod_sec wants an exponent above 0; one more turn of the group changes nothing.
        return _ModularElement(gmpy2.powmod_sec(self.value, exponent % _Q + _Q, _P))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ModularElement) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


class _WindowTable(FixedBase):
    """Powers of a base from tables of 8-bit windows: at most 31 multiplications each."""

    def __init__(self, base: Element) -> None:
        if not isinstance(base, _ModularElement):
            raise TypeError(base)
        super().__init__(base)
        self._rows: list[list[gmpy2.mpz]] = []
        step = base.value
        for _ in range(0, _Q.bit_length(), _WINDOW):
            row = [gmpy2.mpz(1)]
            for _ in range(2**_WINDOW - 1):
                row.append(row[-1] * step % _P)
            self._rows.append(row)
            step = row[-1] * step % _P

    def power(self, exponent: int) -> Element:
        result = gmpy2.mpz(1)
        digits = int(exponent % _Q).to_bytes(len(self._rows), "little")
        for row, digit in zip(self._rows, digits, strict=True):
            if digit:
                result = result * row[digit] % _P
        return _ModularElement(result)


class _Belenios2048(Group):
    name = "BELENIOS-2048"
    q = int(_Q)
    digits = 617

    def __init__(self) -> None:
        self.identity = _ModularElement(gmpy2.mpz(1))
        self.generator = _ModularElement(_G)
        self._powers = _WindowTable(self.generator)

    def element(self, text: object, what: str) -> Element:
        value = gmpy2.mpz(decimal(text, what, _P_INTEGER))
        if value == 0 or gmpy2.powmod(value, _Q, _P) != 1:
            raise ProtocolError("group.member", what=what, group=self.name)
        return _ModularElement(value)

    def power_g(self, exponent: int) -> Element:
        return self._powers.power(exponent)

    def respond(self, nonce: int, secret: int, challenge: int) -> int:
        return int((nonce - gmpy2.mpz(secret) * challenge) % _Q)

    def table(self, base: Element) -> FixedBase:
        return _WindowTable(base)


GROUP_NAMES: Final = ("Ed25519", "BELENIOS-2048")


@cache
def _group(name: str) -> Group:
    return _Ed25519() if name == "Ed25519" else _Belenios2048()


def group_by_name(name: object, what: str = "group") -> Group:
    """The group of that name; any other name is refused."""
    if name not in GROUP_NAMES:
        raise ProtocolError("group.name", what=what, name=str(name)[:40])
    return _group(str(name))
