"""The groups and the check of a ballot once more, in plain integers and straight from belenios-format.md.

Nothing here comes from elections/protocol but the constants of the format: what both sides say alike was
computed twice. Slow, and blind to everything but the equations.
"""

from __future__ import annotations

import base64
import hashlib
import json

P25519 = 2**255 - 19
D = -121665 * pow(121666, -1, P25519) % P25519
BASE_Y = 4 * pow(5, -1, P25519) % P25519


class Edwards:
    """`Ed25519` by the formulas of RFC 8032 §5.1.4; elements are (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z."""

    name = "Ed25519"
    q = 2**252 + 27742317777372353535851937790883648493
    identity = (0, 1, 1, 0)

    @property
    def generator(self):
        """The base point."""
        return self.read(f"{BASE_Y:064x}")

    def mul(self, a, b):
        """The sum of two points."""
        (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
        u, v = (y1 - x1) * (y2 - x2) % P25519, (y1 + x1) * (y2 + x2) % P25519
        c, d = 2 * t1 * t2 * D % P25519, 2 * z1 * z2 % P25519
        e, f, g, h = v - u, d - c, d + c, v + u
        return e * f % P25519, g * h % P25519, f * g % P25519, e * h % P25519

    def power(self, a, exponent):
        """By doubling and adding."""
        result, exponent = self.identity, exponent % self.q
        while exponent:
            if exponent & 1:
                result = self.mul(result, a)
            a, exponent = self.mul(a, a), exponent >> 1
        return result

    def write(self, a):
        """Big-endian digits of y, with the parity of x on top."""
        inverse = pow(a[2], -1, P25519)
        return f"{a[1] * inverse % P25519 + (a[0] * inverse % P25519 % 2 << 255):064x}"

    def read(self, text):
        """The point of these digits."""
        sign, y = divmod(int(text, 16), 2**255)
        square = (y * y - 1) * pow(D * y * y + 1, -1, P25519) % P25519
        root = pow(square, (P25519 + 3) // 8, P25519)
        if root * root % P25519 != square:
            root = root * pow(2, (P25519 - 1) // 4, P25519) % P25519
        assert root * root % P25519 == square, "not on the curve"
        x = root if root % 2 == sign else -root % P25519
        return x, y, 1, x * y % P25519


class Modular:
    """`BELENIOS-2048`; elements are integers."""

    name = "BELENIOS-2048"
    q = 78571733251071885079927659812671450121821421258408794611510081919805623223441
    identity = 1

    def __init__(self, p, g):
        self.p = p
        self.generator = g

    def mul(self, a, b):
        """The product."""
        return a * b % self.p

    def power(self, a, exponent):
        """The power."""
        return pow(a, exponent % self.q, self.p)

    def write(self, a):
        """Decimal digits."""
        return str(a)

    def read(self, text):
        """The number of these digits."""
        return int(text)


def hashed(group, text):
    """H of belenios-format.md §1.3."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % group.q


def compact_digest(data):
    """Base64Compact."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def ballot_holds(group, election, raw):
    """Whether every equation of a ballot holds (belenios-format.md §1.6); its form is taken for granted."""
    value, ballot = json.loads(election), json.loads(raw)
    y = group.read(value["public_key"])
    context = f"{compact_digest(election)}|{ballot['credential']}"
    held = [
        _answer_holds(group, y, context, question, answer)
        for question, answer in zip(value["questions"], ballot["answers"], strict=True)
    ]
    unsigned = {key: item for key, item in ballot.items() if key != "signature"}
    digest = compact_digest(json.dumps(unsigned, separators=(",", ":"), ensure_ascii=False).encode())
    commitment = _commitment(group, group.generator, group.read(ballot["credential"]), ballot["signature"]["proof"])
    held.append(ballot["signature"]["hash"] == digest)
    held.append(int(ballot["signature"]["proof"]["challenge"]) == hashed(group, f"sig|{digest}|{commitment}"))
    return all(held)


def _commitment(group, base, element, proof):
    powers = group.power(base, int(proof["response"])), group.power(element, int(proof["challenge"]))
    return group.write(group.mul(*powers))


def _disjunction_holds(group, y, prefix, branches, proofs):
    texts = []
    for (alpha, beta, number), proof in zip(branches, proofs, strict=True):
        shifted = group.mul(beta, group.power(group.generator, -number))
        texts.append(_commitment(group, group.generator, alpha, proof))
        texts.append(_commitment(group, y, shifted, proof))
    return sum(int(proof["challenge"]) for proof in proofs) % group.q == hashed(group, prefix + ",".join(texts))


def _answer_holds(group, y, context, question, answer):
    texts = [f"{choice['alpha']},{choice['beta']}" for choice in answer["choices"]]
    choices = [(group.read(choice["alpha"]), group.read(choice["beta"])) for choice in answer["choices"]]
    held = [
        _disjunction_holds(group, y, f"prove|{context}|{text}|", [(*choice, 0), (*choice, 1)], proofs)
        for text, choice, proofs in zip(texts, choices, answer["individual_proofs"], strict=True)
    ]
    blank = question.get("blank", False)
    alpha = beta = group.identity
    for choice in choices[blank:]:
        alpha, beta = group.mul(alpha, choice[0]), group.mul(beta, choice[1])
    values = [(alpha, beta, number) for number in range(question["min"], question["max"] + 1)]
    whole = f"{context}|{','.join(texts)}|"
    if blank:
        held.append(
            _disjunction_holds(group, y, f"bproof1|{whole}", [(*choices[0], 1), *values], answer["overall_proof"])
        )
        pair = [(*choices[0], 0), (alpha, beta, 0)]
        held.append(_disjunction_holds(group, y, f"bproof0|{whole}", pair, answer["blank_proof"]))
    else:
        total = f"{group.write(alpha)},{group.write(beta)}"
        held.append(_disjunction_holds(group, y, f"prove|{whole}{total}|", values, answer["overall_proof"]))
    return all(held)
