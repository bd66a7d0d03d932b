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
    """`Ed25519` by the formulas of RFC 8032 §5.1; elements are pairs (x, y)."""

    name = "Ed25519"
    q = 2**252 + 27742317777372353535851937790883648493
    identity = (0, 1)

    @property
    def generator(self):
        return self.read(f"{BASE_Y:064x}")

    def mul(self, a, b):
        (x1, y1), (x2, y2) = a, b
        t = D * x1 * x2 * y1 * y2
        x = (x1 * y2 + x2 * y1) * pow(1 + t, -1, P25519)
        y = (y1 * y2 + x1 * x2) * pow(1 - t, -1, P25519)
        return x % P25519, y % P25519

    def power(self, a, exponent):
        result, exponent = self.identity, exponent % self.q
        while exponent:
            if exponent & 1:
                result = self.mul(result, a)
            a, exponent = self.mul(a, a), exponent >> 1
        return result

    def write(self, a):
        x, y = a
        return f"{y + (x % 2 << 255):064x}"

    def read(self, text):
        sign, y = divmod(int(text, 16), 2**255)
        square = (y * y - 1) * pow(D * y * y + 1, -1, P25519) % P25519
        root = pow(square, (P25519 + 3) // 8, P25519)
        if root * root % P25519 != square:
            root = root * pow(2, (P25519 - 1) // 4, P25519) % P25519
        assert root * root % P25519 == square, "not on the curve"
        return (root if root % 2 == sign else -root % P25519), y


class Modular:
    """`BELENIOS-2048`; elements are integers."""

    name = "BELENIOS-2048"
    q = 78571733251071885079927659812671450121821421258408794611510081919805623223441
    identity = 1

    def __init__(self, p, g):
        self.p = p
        self.generator = g

    def mul(self, a, b):
        return a * b % self.p

    def power(self, a, exponent):
        return pow(a, exponent % self.q, self.p)

    def write(self, a):
        return str(a)

    def read(self, text):
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
