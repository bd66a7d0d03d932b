"""The count: encrypted tally, decryption factors with two proofs, totals (protocol.md §10, belenios-format.md §1.5).

Only totals are ever decrypted. Each factor F = α^x carries the Belenios proof, which hashes neither α
nor F, and a second, strong one, which hashes everything; our verifier asks for both.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from math import isqrt
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, array, compact, decimal, fields, integer, parse, sha256_hex
from elections.protocol.elgamal import Ciphertext, Proof, check_factor, prove_factor
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from elections.protocol.ballot import Ballot, Election, Question
    from elections.protocol.group import Element, Group

Grid = tuple[tuple["Element", ...], ...]
"""One element for each choice of each question."""


@dataclass(frozen=True)
class EncryptedTally:
    """For each question, one ciphertext a choice: the product over all ballots."""

    raw: bytes = field(repr=False)
    columns: tuple[tuple[Ciphertext, ...], ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the record, hexadecimal."""
        return sha256_hex(self.raw)

    def __mul__(self, other: EncryptedTally) -> EncryptedTally:
        pairs = zip(self.columns, other.columns, strict=True)
        return self.of([[one * more for one, more in zip(mine, theirs, strict=True)] for mine, theirs in pairs])

    @property
    def shape(self) -> tuple[int, ...]:
        """How many choices each question has."""
        return tuple(len(column) for column in self.columns)

    @classmethod
    def of(cls, columns: Sequence[Sequence[Ciphertext]]) -> EncryptedTally:
        """The tally of these ciphertexts, written compactly."""
        raw = compact([[ciphertext.json() for ciphertext in column] for column in columns])
        return cls(raw, tuple(tuple(column) for column in columns))

    @classmethod
    def parse(cls, raw: bytes, election: Election, what: str = "encrypted tally") -> EncryptedTally:
        """Read an encrypted tally of the shape of the election's questions."""
        value = array(parse(raw, what), what, len(election.questions))
        columns = [
            tuple(Ciphertext.parse(election.group, item, what) for item in array(row, what, question.choices))
            for row, question in zip(value, election.questions, strict=True)
        ]
        return cls(raw, tuple(columns))


def encrypted_tally(election: Election, ballots: Iterable[Ballot]) -> EncryptedTally:
    """The product of the ballots; neutral elements where there is none."""
    return weighted_tally(election, ((ballot, 1) for ballot in ballots))


def weighted_tally(election: Election, weighted: Iterable[tuple[Ballot, int]]) -> EncryptedTally:
    """The same, each ballot with its weight; 0 leaves it out."""
    identity = election.group.identity
    columns = [[Ciphertext(identity, identity)] * question.choices for question in election.questions]
    for ballot, weight in weighted:
        for column, answer in zip(columns, ballot.answers, strict=True):
            column[:] = [product * choice**weight for product, choice in zip(column, answer.choices, strict=True)]
    return EncryptedTally.of(columns)


@dataclass(frozen=True)
class PartialDecryption:
    """One holder's factors with their Belenios proofs."""

    raw: bytes = field(repr=False)
    factors: Grid
    proofs: tuple[tuple[Proof, ...], ...]

    @classmethod
    def parse(cls, raw: bytes, election: Election, what: str, shape: Sequence[int] | None = None) -> PartialDecryption:
        """Read a partial decryption of this shape, that of the election's questions if none is given."""
        shape = shape or [question.choices for question in election.questions]
        value = fields(parse(raw, what), what, ("decryption_factors", "decryption_proofs"))
        factors = [
            tuple(election.group.element(item, f"{what}, factor") for item in array(row, what, choices))
            for row, choices in _rows(value["decryption_factors"], shape, what)
        ]
        proofs = _proofs(value["decryption_proofs"], election.group, shape, what)
        return cls(raw, tuple(factors), proofs)

    def check_canonical(self, what: str) -> None:
        """Refuse bytes that Belenios would not have written."""
        factors = [[factor.text for factor in row] for row in self.factors]
        proofs = [[proof.json() for proof in row] for row in self.proofs]
        if compact({"decryption_factors": factors, "decryption_proofs": proofs}) != self.raw:
            raise ProtocolError("json.canonical", what=what)


def _rows(value: Json, shape: Sequence[int], what: str) -> list[tuple[Json, int]]:
    return list(zip(array(value, what, len(shape)), shape, strict=True))


def _proofs(value: Json, group: Group, shape: Sequence[int], what: str) -> tuple[tuple[Proof, ...], ...]:
    return tuple(
        tuple(Proof.parse(group, item, f"{what}, proof") for item in array(row, what, choices))
        for row, choices in _rows(value, shape, what)
    )


# --- What a holder gives ---------------------------------------------------------------------------


def partial_decryption(election: Election, tally: EncryptedTally, secret: int, owner: int) -> tuple[bytes, Json]:
    """A holder's record for the archive and her strong proofs for `decryptions.jsonl`.

    `owner` is the 1-based number of the key in trustees.json. The second value is the `proofs` field
    of contracts.md: for each question, one `{"challenge","response"}` a choice.
    """
    group = election.group
    key = group.generator.secret_power(secret)
    factors, proofs, strong = [], [], []
    for question, column in enumerate(tally.columns):
        pairs = [prove_factor(group, secret, c.alpha, _weak_prefix(election, key)) for c in column]
        factors.append([factor.text for factor, _ in pairs])
        proofs.append([proof.json() for _, proof in pairs])
        places = [
            _Place(election, tally, owner, key, question, choice, ciphertext.alpha, pair[0])
            for choice, (ciphertext, pair) in enumerate(zip(column, pairs, strict=True))
        ]
        strong.append([place.prove(secret).json() for place in places])
    return compact({"decryption_factors": factors, "decryption_proofs": proofs}), strong


def write_strong(owner: int, partial: bytes, proofs: Json) -> Json:
    """One line of `decryptions.jsonl`."""
    return {"owner": owner, "payload": sha256_hex(partial), "proofs": proofs}


def _weak_prefix(election: Election, key: Element) -> str:
    return f"decrypt|{election.fingerprint}|{key.text}|"


@dataclass(frozen=True)
class _Place:
    """One factor of one holder, with all that its strong proof hashes (protocol.md §10)."""

    election: Election
    tally: EncryptedTally
    owner: int
    key: Element
    question: int
    choice: int
    alpha: Element
    factor: Element

    def challenge(self, first: Element, second: Element) -> int:
        parts = (
            "isoloir", "decrypt", self.election.fingerprint, self.tally.digest, str(self.owner), self.key.text,
            str(self.question), str(self.choice), self.alpha.text, self.factor.text, first.text, second.text,
        )  # fmt: skip
        return self.election.group.scalar_from(hashlib.sha512("|".join(parts).encode()).digest())

    def prove(self, secret: int) -> Proof:
        group = self.election.group
        nonce = group.random_scalar()
        challenge = self.challenge(group.generator.secret_power(nonce), self.alpha.secret_power(nonce))
        return Proof(challenge, group.respond(nonce, secret, challenge))

    def check(self, proof: Proof, what: str) -> None:
        first = self.election.group.powers.commitment(proof.response, self.key, proof.challenge)
        second = self.alpha**proof.response * self.factor**proof.challenge
        if self.challenge(first, second) != proof.challenge:
            raise ProtocolError("tally.strong-proof", what=what)


# --- What anyone checks ----------------------------------------------------------------------------


def check_partial(
    election: Election, tally: EncryptedTally, key: Element, partial: PartialDecryption, what: str
) -> None:
    """V10, first half: the Belenios proof of every factor."""
    prefix = _weak_prefix(election, key)
    for column, factors, proofs in zip(tally.columns, partial.factors, partial.proofs, strict=True):
        for ciphertext, factor, proof in zip(column, factors, proofs, strict=True):
            check_factor(election.group, key, ciphertext.alpha, factor, prefix, proof, what)


def check_strong(
    election: Election,
    tally: EncryptedTally,
    owner: int,
    key: Element,
    partial: PartialDecryption,
    line: Json,
    what: str,
) -> None:
    """V10, second half: the strong proof of every factor; `line` is that of `decryptions.jsonl`."""
    fields(line, what, ("owner", "payload", "proofs"))
    if integer(line["owner"], what, 1) != owner or line["payload"] != sha256_hex(partial.raw):
        raise ProtocolError("tally.strong-line", what=what)
    rows = zip(tally.columns, partial.factors, _proofs(line["proofs"], election.group, tally.shape, what), strict=True)
    for question, (column, factors, proofs) in enumerate(rows):
        for choice, (ciphertext, factor, proof) in enumerate(zip(column, factors, proofs, strict=True)):
            place = _Place(election, tally, owner, key, question, choice, ciphertext.alpha, factor)
            place.check(proof, f"{what}, question {question}, choice {choice}")


def totals(election: Election, tally: EncryptedTally, factors: Grid, ballots: int) -> list[list[int]]:
    """The counts, from the combined factors: each is the n ≤ `ballots` with g^n = β/F."""
    plain = [
        [ciphertext.beta / factor for ciphertext, factor in zip(column, row, strict=True)]
        for column, row in zip(tally.columns, factors, strict=True)
    ]
    return [discrete_logs(election.group, row, ballots) for row in plain]


def check_totals(
    election: Election, tally: EncryptedTally, factors: Grid, counts: Sequence[Sequence[int]], what: str
) -> None:
    """V11: refuse a count n unless β = F·g^n."""
    for column, row, numbers in zip(tally.columns, factors, counts, strict=True):
        for ciphertext, factor, number in zip(column, row, numbers, strict=True):
            if ciphertext.beta != factor * election.group.power_g(number):
                raise ProtocolError("tally.total", what=what)


def check_sums(question: Question, counts: Sequence[int], ballots: int, what: str) -> None:
    """V11: the counts of one question fit `ballots` ballots, of which the first count is blank."""
    valid = ballots - (counts[0] if question.blank else 0)
    numbers = counts[question.blank :]
    low, high = question.minimum * valid, question.maximum * valid
    if valid < 0 or not low <= sum(numbers) <= high or any(number > valid for number in numbers):
        raise ProtocolError("tally.sums", what=what, ballots=ballots)


def parse_result(raw: bytes, election: Election, what: str = "result") -> list[list[int]]:
    """Read `{"result":[[n…]…]}`, one list a question."""
    value = fields(parse(raw, what), what, ("result",))
    shape = [question.choices for question in election.questions]
    return [
        [_count(count, what) for count in array(row, what, choices)]
        for row, choices in _rows(value["result"], shape, what)
    ]


def _count(value: Json, what: str) -> int:
    # Belenios writes a count above its integers as a decimal string; only weights lead to one.
    if isinstance(value, str):
        return integer(decimal(value, what, 2**53), what, least=2**30)
    return integer(value, what, most=2**30 - 1)


def write_result(counts: Sequence[Sequence[int]]) -> bytes:
    """The Belenios result record."""
    return compact({"result": [list(row) for row in counts]})


def discrete_logs(group: Group, elements: Sequence[Element], most: int) -> list[int]:
    """The n with g^n = element, 0 ≤ n ≤ `most`, by baby steps and giant steps; none: refused."""
    width = isqrt(most) + 1
    baby: dict[Element, int] = {}
    step = group.identity
    for exponent in range(width):
        baby[step] = exponent
        step = step * group.generator
    logs = []
    for element in elements:
        current = element
        for giant in range(width + 1):
            if current in baby:
                logs.append(giant * width + baby[current])
                break
            current = current / step
        else:
            raise ProtocolError("tally.no-logarithm", most=most)
    return logs
