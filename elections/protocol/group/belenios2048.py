"""`BELENIOS-2048`: the subgroup of 256-bit order q modulo a 2048-bit prime p, through GMP.

Secret exponents go through `powmod_sec`, whose time does not depend on them; tables are for public ones.
"""

from __future__ import annotations

from typing import Final

import gmpy2

from elections.protocol.canonical import decimal
from elections.protocol.group.interface import Element, FixedBase, Group

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
_P_INTEGER: Final = int(_P)
_WORTH_A_TABLE: Final = 64
"""A table costs as much as some 60 powers without it."""


class _Residue(Element):
    """A residue modulo p in the subgroup of order q."""

    __slots__ = ("_comb", "_text", "value")

    group_name = "BELENIOS-2048"

    def __init__(self, value: gmpy2.mpz, text: str = "", claim: str | None = None) -> None:
        super().__init__(claim)
        self.value = value
        self._text = text
        self._comb: _Comb | None = None

    @property
    def text(self) -> str:
        # 617 digits are hashed and written several times, and cost as much as several products.
        self._text = self._text or str(self.value)
        return self._text

    def __mul__(self, other: Element) -> Element:
        if not isinstance(other, _Residue):
            return NotImplemented
        self.prove()
        other.prove()
        return _Residue(self.value * other.value % _P)

    def __truediv__(self, other: Element) -> Element:
        if not isinstance(other, _Residue):
            return NotImplemented
        self.prove()
        other.prove()
        return _Residue(self.value * gmpy2.invert(other.value, _P) % _P)

    def _is_member(self) -> bool:
        return bool(gmpy2.powmod(self.value, _Q, _P) == 1)

    def __pow__(self, exponent: int) -> Element:
        if self._claim is not None:
            self._comb = _Comb(self.value)
            self._settle(member=self._comb.power(_Q) == 1)
        if self._comb is not None:
            return _Residue(self._comb.power(exponent % _Q))
        return _Residue(gmpy2.powmod(self.value, exponent % _Q, _P))

    def secret_power(self, exponent: int) -> Element:
        self.prove()
        # powmod_sec wants an exponent above 0; one more turn of the group changes nothing.
        return _Residue(gmpy2.powmod_sec(self.value, exponent % _Q + _Q, _P))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Residue) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


class _Comb:
    """Powers of a base of which three or more are taken: one for membership, the others for proofs (Lim, Lee 1994).

    An exponent of 260 bits is ten blocks of 26. Prepared are the products of the base to any of 2^(26·k), for
    k = 0 … 4 and for k = 5 … 9; from each of the two tables a power takes one product at each of the 26 places.
    """

    def __init__(self, base: gmpy2.mpz) -> None:
        teeth = [base]
        for _ in range(9):
            teeth.append(gmpy2.powmod(teeth[-1], 2**26, _P))
        self._low, self._high = _products(teeth[:5]), _products(teeth[5:])

    def power(self, exponent: gmpy2.mpz) -> gmpy2.mpz:
        """The base to the exponent, 0 ≤ e < 2²⁶⁰."""
        bits = f"{int(exponent):0260b}"
        result = gmpy2.mpz(1)
        for place in zip(*(bits[start : start + 26] for start in range(234, -1, -26)), strict=True):
            result = result * result % _P
            result = result * self._low["".join(place[:5])] % _P
            result = result * self._high["".join(place[5:])] % _P
        return result


def _products(factors: list[gmpy2.mpz]) -> dict[str, gmpy2.mpz]:
    """The product of every choice of factors, by a string with a 1 for each factor chosen."""
    products = {"": gmpy2.mpz(1)}
    for factor in factors:
        chosen = {f"{bits}1": product * factor % _P for bits, product in products.items()}
        products = {f"{bits}0": product for bits, product in products.items()} | chosen
    return products


class _Powers(FixedBase):
    """Powers of one base; row i of the table holds its powers d·256^i for d = 0 … 255."""

    def __init__(self, base: _Residue) -> None:
        super().__init__(base)
        self._value = base.value
        self._uses = 0
        self._rows: list[list[gmpy2.mpz]] = []

    def power(self, exponent: int) -> Element:
        self._uses += 1
        if self._uses <= _WORTH_A_TABLE:
            return self.base**exponent
        self._rows = self._rows or self._make_rows()
        result = gmpy2.mpz(1)
        for row, digit in zip(self._rows, int(exponent % _Q).to_bytes(32, "little"), strict=True):
            if digit:
                result = result * row[digit] % _P
        return _Residue(result)

    def _make_rows(self) -> list[list[gmpy2.mpz]]:
        rows, step = [], self._value
        for _ in range(32):
            row = [gmpy2.mpz(1)]
            for _ in range(255):
                row.append(row[-1] * step % _P)
            rows.append(row)
            step = row[-1] * step % _P
        return rows


class Belenios2048(Group):
    """The group of that name."""

    name = _Residue.group_name
    q = int(_Q)
    digits = 617

    def __init__(self) -> None:
        self.identity = _Residue(gmpy2.mpz(1))
        self.powers = _Powers(_Residue(_G))

    def claimed(self, text: object, what: str) -> Element:
        """A decimal below p."""
        return _Residue(gmpy2.mpz(decimal(text, what, _P_INTEGER)), str(text), claim=what)

    def table(self, base: Element) -> FixedBase:
        """A table of its powers, once it has been used often."""
        if not isinstance(base, _Residue):
            raise TypeError(base)
        return _Powers(base)

    def respond(self, nonce: int, secret: int, challenge: int) -> int:
        """By GMP: one product and one remainder of numbers of one size."""
        return int((nonce - gmpy2.mpz(secret) * challenge) % _Q)
