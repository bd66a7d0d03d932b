"""The key ceremony, as a list of signed answers that anybody can replay (protocol.md §9).

The office invites the holders of an election (invitation.py) and collects their answers in four rounds.
Every holder answers a round before anybody is asked for the next one; every answer speaks of all contests:

1. `certificates`: her keys for signatures and for shares;
2. `commitments`: to the polynomial that she will reveal, so that none is chosen after another's;
3. `reveals`: the polynomial in the exponent, the opening, a sealed share for each holder of her group;
4. `keys`: having checked all of it, her own key with its proof, and a signature of all certificates.

All documents are our canonical JSON. An **input**, from the office to one holder, is
`{"answers":{role:[answer…]},"format":"isoloir-ceremony-input-1","invitation":{…},"role":r}`
with the answers of the complete rounds. An **answer** is
`{"ceremony":id,"contests":{u:part},"format":"isoloir-ceremony-answer-1","kind":k,"role":r,"seen":hex,"signatures":{u:proof}}`:
the parts are those of dealing.py; `seen` is the SHA-256 of `{"answers":…,"invitation":…}` as the input had
them; the signatures, one under the certificate's key of each contest, are Belenios signatures of
`isoloir|ceremony|<sha256 of the answer without them>`. So no two holders can be led through two different
ceremonies, and whatever is wrong was signed by its sender.

Office and holders run the same checks. Every refusal names the holder, the round and the contest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, array, encode, fields, parse_canonical, sha256_hex, string
from elections.protocol.dealing import Dealing
from elections.protocol.elgamal import Proof, check_signature
from elections.protocol.errors import ProtocolError
from elections.protocol.invitation import Invitation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elections.protocol.group import Element
    from elections.protocol.invitation import Seat

INPUT_FORMAT = "isoloir-ceremony-input-1"
ANSWER_FORMAT = "isoloir-ceremony-answer-1"
_TAKE = {
    "certificates": Dealing.take_certificates,
    "commitments": Dealing.take_commitments,
    "reveals": Dealing.take_reveals,
    "keys": Dealing.take_keys,
}
KINDS = tuple(_TAKE)
"""The answers of the four rounds, in order."""

_ANSWER_KEYS = ("ceremony", "contests", "format", "kind", "role", "seen", "signatures")


class Ceremony:
    """A ceremony as far as it has come. One that refused an answer is of no further use."""

    def __init__(self, invitation: Invitation) -> None:
        self.invitation = invitation
        self.answers: dict[str, list[Json]] = {role: [] for role in invitation.seats}
        self.dealings = {uuid: Dealing(invitation, uuid) for uuid in invitation.contests}
        self.round = 0
        """How many rounds are complete: 0 to 4."""
        self.seen = sha256_hex(encode(self.complete()))
        """The digest of all that is complete, which the next answers must name."""

    @classmethod
    def replay(cls, invitation: Invitation, answers: Mapping[str, Sequence[Json]]) -> Ceremony:
        """Take all answers again, round by round and in the order of the owners."""
        ceremony = cls(invitation)
        for role in answers:
            invitation.seat(role, "answers")
        for number in range(max(map(len, answers.values()), default=0)):
            for role in invitation.seats:
                if number < len(answers.get(role, ())):
                    ceremony.take(role, answers[role][number])
        return ceremony

    @classmethod
    def parse_input(cls, raw: bytes, what: str = "input") -> tuple[Ceremony, Seat]:
        """Read what the office gave to a holder: the ceremony so far, and her place in it."""
        value = fields(parse_canonical(raw, what), what, ("answers", "format", "invitation", "role"))
        string(value["format"], f"{what}, format", INPUT_FORMAT)
        invitation = Invitation.parse(value["invitation"], f"{what}, invitation")
        answers = fields(value["answers"], f"{what}, answers", tuple(invitation.seats))
        ceremony = cls.replay(invitation, {role: array(answers[role], f"{what}, {role}") for role in answers})
        if len({len(given) for given in ceremony.answers.values()}) != 1:
            raise ProtocolError("ceremony.incomplete", what=what)
        return ceremony, invitation.seat(string(value["role"], f"{what}, role"), what)

    @property
    def waiting(self) -> list[str]:
        """The roles whose answer is asked for; none when all is finished."""
        if self.round == len(KINDS):
            return []
        return [role for role, answers in self.answers.items() if len(answers) == self.round]

    def complete(self) -> dict[str, Json]:
        """The invitation and the answers of the rounds that every holder has answered."""
        answers = {role: answers[: self.round] for role, answers in self.answers.items()}
        return {"answers": answers, "invitation": self.invitation.json()}

    def input(self, role: str) -> bytes:
        """The document that asks a holder for her next answer; the same one until the round is complete."""
        return encode({**self.complete(), "format": INPUT_FORMAT, "role": role})

    def envelope(self, role: str) -> dict[str, Json]:
        """What every answer of this round by this role says besides its parts and signatures."""
        return {
            "ceremony": self.invitation.id,
            "format": ANSWER_FORMAT,
            "kind": KINDS[self.round],
            "role": role,
            "seen": self.seen,
        }

    def take(self, role: str, answer: Json) -> None:
        """Check one answer and keep it; when it completes a round, the next one begins."""
        if role not in self.waiting:
            raise ProtocolError("ceremony.early", role=role)
        seat, kind = self.invitation.seats[role], KINDS[self.round]
        what = f"{role}, {kind}"
        value = fields(answer, what, _ANSWER_KEYS)
        for key, expected in self.envelope(role).items():
            if value[key] != expected:
                raise ProtocolError("ceremony.answer", what=what, key=key)
        parts = fields(value["contests"], f"{what}, contests", self.invitation.contests)
        for uuid, dealing in self.dealings.items():
            _TAKE[kind](dealing, seat, parts[uuid], f"{what}, contest {uuid}")
        self._check_signatures(role, value, what)
        if self.round == 0:
            self._check_keys_differ(what)
        self.answers[role].append(value)
        if all(len(answers) > self.round for answers in self.answers.values()):
            self.round += 1
            self.seen = sha256_hex(encode(self.complete()))

    def _check_signatures(self, role: str, answer: Json, what: str) -> None:
        text, group = answer_text(answer), self.invitation.group
        signatures = fields(answer["signatures"], f"{what}, signatures", self.invitation.contests)
        for uuid, dealing in self.dealings.items():
            place = f"{what}, signature for contest {uuid}"
            check_signature(group, dealing.signer(role), text, Proof.parse(group, signatures[uuid], place), place)

    def _check_keys_differ(self, what: str) -> None:
        certificates = [item for dealing in self.dealings.values() for item in dealing.certificates.values()]
        keys = [key for item in certificates for key in (item.verification, item.encryption)]
        if len(set(keys)) != len(keys):
            raise ProtocolError("ceremony.key-twice", what=what)


def answer_text(answer: Mapping[str, Json]) -> str:
    """What the signatures of an answer sign."""
    unsigned = {key: value for key, value in answer.items() if key != "signatures"}
    return f"isoloir|ceremony|{sha256_hex(encode(unsigned))}"


@dataclass(frozen=True)
class Finished:
    """What a ceremony leads to, by contest: the bytes of trustees.json, and the key y."""

    trustees: dict[str, bytes]
    public_keys: dict[str, Element]


def next_inputs(invitation: Invitation, answers: Mapping[str, Sequence[bytes]]) -> dict[str, bytes] | Finished:
    """The office's step: from all answers so far to the inputs of those who are waited for, or to the end.

    `answers` holds for each role the documents she gave, first round first. The first one that is wrong
    is refused, with role and rule. The same answers always give the same documents.
    """
    given = {
        role: [parse_canonical(document, f"{role}, answer {number}") for number, document in enumerate(documents, 1)]
        for role, documents in answers.items()
    }
    ceremony = Ceremony.replay(invitation, given)
    if ceremony.waiting:
        return {role: ceremony.input(role) for role in ceremony.waiting}
    trustees = {uuid: dealing.trustees() for uuid, dealing in ceremony.dealings.items()}
    return Finished(
        {uuid: item.raw for uuid, item in trustees.items()},
        {uuid: item.public_key(invitation.group) for uuid, item in trustees.items()},
    )
