"""One contest as a Belenios election, and the ballots cast in it (protocol.md §3, belenios-format.md §1.5–1.6).

`check_ballot` is the whole of V05: the casting door and the verifier call the same function, so what
the one would refuse at the count the other refuses when cast (R17). `make_ballot` is the elector's
side; its randomness comes from the system's generator and never from the voting code (protocol.md §4).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from elections.protocol.canonical import (
    Json,
    array,
    base64_compact,
    boolean,
    compact,
    fields,
    integer,
    parse,
    string,
)
from elections.protocol.elgamal import (
    Branch,
    Ciphertext,
    Proof,
    PublicKey,
    check_disjunction,
    check_hash_signature,
    prove_disjunction,
    sign_hash,
    total,
)
from elections.protocol.errors import ProtocolError
from elections.protocol.group import Element, Group, group_by_name

if TYPE_CHECKING:
    from collections.abc import Sequence

UUID_PATTERN = "[1-9A-HJ-NP-Za-km-z]{14,64}"
"""Base58, at least 14 characters (belenios-format.md §1.5)."""


@dataclass(frozen=True)
class Question:
    """Answers of which between `minimum` and `maximum` are chosen; `blank` adds choice 0."""

    question: str
    answers: tuple[str, ...]
    blank: bool
    minimum: int
    maximum: int

    @property
    def choices(self) -> int:
        """The number of ciphertexts of an answer: one for each answer, and one for blank."""
        return len(self.answers) + self.blank

    def json(self) -> Json:
        """`{"answers","blank"?,"min","max","question"}` in Belenios' order."""
        blank = {"blank": True} if self.blank else {}
        bounds = {"min": self.minimum, "max": self.maximum, "question": self.question}
        return {"answers": list(self.answers), **blank, **bounds}

    @classmethod
    def parse(cls, value: Json, what: str) -> Question:
        """Read a homomorphic question."""
        if isinstance(value, dict) and "type" in value:
            raise ProtocolError("election.homomorphic", what=what)
        fields(value, what, ("answers", "min", "max", "question"), ("blank",))
        answers = tuple(string(answer, f"{what}, answer") for answer in array(value["answers"], what))
        minimum, maximum = integer(value["min"], f"{what}, min"), integer(value["max"], f"{what}, max")
        if not answers or not minimum <= maximum <= len(answers):
            raise ProtocolError("election.question", what=what)
        blank = boolean(value.get("blank", False), f"{what}, blank")
        return cls(string(value["question"], what), answers, blank, minimum, maximum)

    def check_choices(self, choices: Sequence[int], what: str) -> None:
        """Refuse anything but a blank vote alone, or between min and max answers."""
        if len(choices) != self.choices or any(choice not in (0, 1) for choice in choices):
            raise ProtocolError("ballot.choices", what=what)
        blank = bool(self.blank and choices[0])
        least, most = (0, 0) if blank else (self.minimum, self.maximum)
        if not least <= sum(choices[self.blank :]) <= most:
            raise ProtocolError("ballot.choices", what=what)


@dataclass(frozen=True)
class Election:
    """The election record of one contest; `fingerprint` φ commits to its exact bytes."""

    raw: bytes = field(repr=False)
    uuid: str
    name: str
    description: str
    group: Group
    public_key: PublicKey
    questions: tuple[Question, ...]

    @cached_property
    def fingerprint(self) -> str:
        """φ = Base64Compact of the record."""
        return base64_compact(self.raw)

    @classmethod
    def parse(cls, raw: bytes, what: str = "election") -> Election:
        """Read an election record strictly; unknown keys are refused."""
        required = ("version", "description", "name", "group", "public_key", "questions", "uuid")
        value = fields(parse(raw, what), what, required, ("administrator", "credential_authority"))
        integer(value["version"], f"{what}, version", 1, 1)
        for optional in ("administrator", "credential_authority"):
            string(value.get(optional, ""), f"{what}, {optional}")
        group = group_by_name(value["group"], f"{what}, group")
        key = PublicKey(group, group.element(value["public_key"], f"{what}, public_key"))
        questions = [
            Question.parse(question, f"{what}, question {number}")
            for number, question in enumerate(array(value["questions"], f"{what}, questions"), 1)
        ]
        return cls(
            raw,
            string(value["uuid"], f"{what}, uuid", UUID_PATTERN),
            string(value["name"], f"{what}, name"),
            string(value["description"], f"{what}, description"),
            group,
            key,
            tuple(questions),
        )


def write_election(
    uuid: str, name: str, description: str, group: Group, public_key: Element, questions: Sequence[Question]
) -> bytes:
    """The bytes of an election record, keys in Belenios' order."""
    return compact(
        {
            "version": 1,
            "description": description,
            "name": name,
            "group": group.name,
            "public_key": public_key.text,
            "questions": [question.json() for question in questions],
            "uuid": uuid,
        }
    )


@dataclass(frozen=True)
class Answer:
    """One question's ciphertexts with their proofs."""

    choices: tuple[Ciphertext, ...]
    individual_proofs: tuple[tuple[Proof, ...], ...]
    overall_proof: tuple[Proof, ...]
    blank_proof: tuple[Proof, ...] | None

    def json(self) -> Json:
        """In Belenios' key order; `blank_proof` is left out where there is none."""
        value = {
            "choices": [choice.json() for choice in self.choices],
            "individual_proofs": [[proof.json() for proof in proofs] for proofs in self.individual_proofs],
            "overall_proof": [proof.json() for proof in self.overall_proof],
        }
        if self.blank_proof is not None:
            value["blank_proof"] = [proof.json() for proof in self.blank_proof]
        return value

    @classmethod
    def parse(cls, group: Group, value: Json, what: str) -> Answer:
        """Read an answer; ranges are checked here, membership when it is computed with."""

        def proofs(items: Json) -> tuple[Proof, ...]:
            return tuple(Proof.parse(group, item, f"{what}, proof") for item in array(items, f"{what}, proofs"))

        fields(value, what, ("choices", "individual_proofs", "overall_proof"), ("blank_proof",))
        return cls(
            tuple(Ciphertext.claimed(group, item, f"{what}, choice") for item in array(value["choices"], what)),
            tuple(proofs(items) for items in array(value["individual_proofs"], what)),
            proofs(value["overall_proof"]),
            proofs(value["blank_proof"]) if "blank_proof" in value else None,
        )


@dataclass(frozen=True)
class Ballot:
    """A parsed ballot: canonical, numbers in range, nothing proved yet, nor that its ciphertexts are in the group."""

    raw: bytes = field(repr=False)
    election_uuid: str
    election_hash: str
    credential: Element
    answers: tuple[Answer, ...]
    signed_hash: str
    signature: Proof

    @property
    def tracker(self) -> str:
        """The smart ballot tracker: Base64Compact of the exact bytes."""
        return base64_compact(self.raw)

    @property
    def alphas(self) -> list[Element]:
        """The first half of every ciphertext, in order."""
        return [choice.alpha for answer in self.answers for choice in answer.choices]

    def prove_members(self) -> None:
        """Refuse a ballot with an element that is no member of the group, and in no computation was found out."""
        for answer in self.answers:
            for choice in answer.choices:
                choice.prove()

    @classmethod
    def parse(cls, raw: bytes, group: Group, what: str = "ballot") -> Ballot:
        """Read a ballot and refuse bytes that Belenios would not have written."""
        keys = ("election_uuid", "election_hash", "credential", "answers", "signature")
        value = fields(parse(raw, what), what, keys)
        signature = fields(value["signature"], f"{what}, signature", ("hash", "proof"))
        answers = [
            Answer.parse(group, answer, f"{what}, answer {number}")
            for number, answer in enumerate(array(value["answers"], what), 1)
        ]
        ballot = cls(
            raw,
            string(value["election_uuid"], f"{what}, election_uuid"),
            string(value["election_hash"], f"{what}, election_hash"),
            group.element(value["credential"], f"{what}, credential"),
            tuple(answers),
            string(signature["hash"], f"{what}, signature"),
            Proof.parse(group, signature["proof"], f"{what}, signature"),
        )
        if ballot.encode() != raw:
            raise ProtocolError("ballot.canonical", what=what)
        return ballot

    def encode(self) -> bytes:
        """The ballot's bytes, in Belenios' key order."""
        signature = compact({"hash": self.signed_hash, "proof": self.signature.json()})
        return self._unsigned[:-1] + b',"signature":' + signature + b"}"

    def hash(self) -> str:
        """h: Base64Compact of the ballot without its signature."""
        return base64_compact(self._unsigned)

    @cached_property
    def _unsigned(self) -> bytes:
        return compact(
            {
                "election_uuid": self.election_uuid,
                "election_hash": self.election_hash,
                "credential": self.credential.text,
                "answers": [answer.json() for answer in self.answers],
            }
        )


def tracker(raw: bytes) -> str:
    """The smart ballot tracker of a ballot's bytes."""
    return base64_compact(raw)


def check_ballot(election: Election, raw: bytes, what: str = "ballot") -> Ballot:
    """V05: refuse a ballot unless it is canonical, of this election, proved and signed.

    The two refusals of our records that Belenios does not know (a neutral credential or α) are in
    `check_randomness`.
    """
    ballot = Ballot.parse(raw, election.group, what)
    if ballot.election_uuid != election.uuid:
        raise ProtocolError("ballot.election", what=what, uuid=ballot.election_uuid)
    if ballot.election_hash != election.fingerprint:
        raise ProtocolError("ballot.fingerprint", what=what, fingerprint=ballot.election_hash)
    if len(ballot.answers) != len(election.questions):
        raise ProtocolError("ballot.shape", what=what)
    for number, (question, answer) in enumerate(zip(election.questions, ballot.answers, strict=True), 1):
        _check_answer(election, ballot.credential, question, answer, f"{what}, answer {number}")
    if ballot.hash() != ballot.signed_hash:
        raise ProtocolError("ballot.signature-hash", what=what)
    check_hash_signature(election.group, ballot.credential, ballot.signed_hash, ballot.signature, what)
    ballot.prove_members()
    return ballot


def check_randomness(ballot: Ballot, what: str = "ballot") -> None:
    """V05 and V06 for our records: credential ≠ 1, no α = 1, no α twice in one ballot."""
    alphas = ballot.alphas
    identities = [element for element in (ballot.credential, *alphas) if element.text in ("1", f"{1:064x}")]
    if identities:
        raise ProtocolError("ballot.identity", what=what)
    if len({alpha.text for alpha in alphas}) != len(alphas):
        raise ProtocolError("ballot.alpha-twice", what=what)


def _context(election: Election, credential: Element) -> str:
    return f"{election.fingerprint}|{credential.text}"


def _check_answer(election: Election, credential: Element, question: Question, answer: Answer, what: str) -> None:
    if (
        len(answer.choices) != question.choices
        or len(answer.individual_proofs) != question.choices
        or (answer.blank_proof is not None) != question.blank
    ):
        raise ProtocolError("ballot.shape", what=what)
    context = _context(election, credential)
    for choice, proofs in zip(answer.choices, answer.individual_proofs, strict=True):
        branches, prefix = _individual(context, choice)
        check_disjunction(election.public_key, branches, proofs, prefix, "ballot.individual-proof", what)
    statement = _Statement(question, answer.choices, context, election.group)
    check_disjunction(
        election.public_key, statement.overall, answer.overall_proof, statement.overall_prefix,
        "ballot.overall-proof", what,
    )  # fmt: skip
    if answer.blank_proof is not None:
        check_disjunction(
            election.public_key, statement.blank, answer.blank_proof, statement.blank_prefix,
            "ballot.blank-proof", what,
        )  # fmt: skip


def _individual(context: str, choice: Ciphertext) -> tuple[list[Branch], str]:
    return [Branch(choice, 0), Branch(choice, 1)], f"prove|{context}|{choice.text}|"


class _Statement:
    """The branches and hashed prefixes of the proofs over a whole answer (belenios-format.md §1.6)."""

    def __init__(self, question: Question, choices: Sequence[Ciphertext], context: str, group: Group) -> None:
        texts = ",".join(choice.text for choice in choices)
        counted = choices[1:] if question.blank else choices
        self.sum = total(group, counted)
        values = [Branch(self.sum, value) for value in range(question.minimum, question.maximum + 1)]
        if question.blank:
            self.blank = [Branch(choices[0], 0), Branch(self.sum, 0)]
            self.blank_prefix = f"bproof0|{context}|{texts}|"
            self.overall = [Branch(choices[0], 1), *values]
            self.overall_prefix = f"bproof1|{context}|{texts}|"
        else:
            self.overall = values
            self.overall_prefix = f"prove|{context}|{texts}|{self.sum.text}|"


@dataclass(frozen=True)
class MadeBallot:
    """A ballot with the randomness of every ciphertext, question by question. The randomness is secret."""

    raw: bytes
    randomness: tuple[tuple[int, ...], ...] = field(repr=False)


def make_ballot(election: Election, credential: int, votes: Sequence[Sequence[int]]) -> MadeBallot:
    """Encrypt, prove and sign one vote; `votes` has for each question one 0 or 1 a choice, blank first."""
    if len(votes) != len(election.questions):
        raise ProtocolError("ballot.choices", what="vote")
    group = election.group
    public = group.generator.secret_power(credential)
    answers, randomness = [], []
    for question, choices in zip(election.questions, votes, strict=True):
        question.check_choices(choices, "vote")
        exponents = [group.random_scalar() for _ in choices]
        answers.append(_make_answer(election, public, question, choices, exponents))
        randomness.append(tuple(exponents))
    unsigned = Ballot(b"", election.uuid, election.fingerprint, public, tuple(answers), "", Proof(0, 0))
    digest = unsigned.hash()
    signature = sign_hash(group, credential, digest)
    signed = Ballot(b"", election.uuid, election.fingerprint, public, tuple(answers), digest, signature)
    return MadeBallot(signed.encode(), tuple(randomness))


def _make_answer(
    election: Election, credential: Element, question: Question, values: Sequence[int], exponents: Sequence[int]
) -> Answer:
    key, group, context = election.public_key, election.group, _context(election, credential)
    choices = [key.encrypt(value, exponent) for value, exponent in zip(values, exponents, strict=True)]
    individual = []
    for choice, value, exponent in zip(choices, values, exponents, strict=True):
        branches, prefix = _individual(context, choice)
        individual.append(tuple(prove_disjunction(key, branches, value, exponent, prefix)))
    statement = _Statement(question, choices, context, group)
    is_blank = bool(question.blank and values[0])
    summed = sum(exponents[question.blank :]) % group.q
    chosen = sum(values[question.blank :])
    true = 0 if is_blank else chosen - question.minimum + question.blank
    secret = exponents[0] if is_blank else summed
    overall = prove_disjunction(key, statement.overall, true, secret, statement.overall_prefix)
    blank = None
    if question.blank:
        true, secret = (1, summed) if is_blank else (0, exponents[0])
        blank = tuple(prove_disjunction(key, statement.blank, true, secret, statement.blank_prefix))
    return Answer(tuple(choices), tuple(individual), tuple(overall), blank)
