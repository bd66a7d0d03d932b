"""The challenge: a ballot that was opened instead of cast, to see what the device had put into it (protocol.md §8).

An *opened* ballot is `{"ballot":s,"choices":[[n…]…],"randomness":[[z…]…]}`: its bytes as a string, a row for each
question, a number for each choice (blank first), the randomness in decimal strings. Whoever reads one makes every
ciphertext again and refuses any other, so what it says is what the ballot holds, and nothing else can be.

A challenge adds the election record. Its key is what the ballot was encrypted to and its answers are what the choices
mean, so its φ must be compared with the sealed one, and the tracker with the one that was shown before: whoever
accepts a file alone accepts an election of the device's own making.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.ballot import Ballot, Election
from elections.protocol.canonical import Json, array, decimal, encode, fields, integer, parse_canonical, string
from elections.protocol.entry import check_own_ballot
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.ballot import MadeBallot
    from elections.protocol.elgamal import Ciphertext

FORMAT = "isoloir-challenge-1"


@dataclass(frozen=True)
class Opened:
    """A ballot that holds for V05, and what is in it: for each question one 0 or 1 a choice, blank first."""

    ballot: Ballot
    choices: tuple[tuple[int, ...], ...]

    @classmethod
    def parse(cls, election: Election, value: Json, what: str) -> Opened:
        """Read an opened ballot, and make every ciphertext of it again."""
        fields(value, what, ("ballot", "choices", "randomness"))
        ballot = check_own_ballot(election, string(value["ballot"], what).encode(), what)
        rows = array(value["choices"], f"{what}, choices", len(ballot.answers))
        exponents = array(value["randomness"], f"{what}, randomness", len(ballot.answers))
        choices = [
            _encrypted(election, answer.choices, row, randomness, what)
            for answer, row, randomness in zip(ballot.answers, rows, exponents, strict=True)
        ]
        return cls(ballot, tuple(choices))


def _encrypted(
    election: Election, ciphertexts: Sequence[Ciphertext], row: Json, randomness: Json, what: str
) -> tuple[int, ...]:
    """The numbers of one answer, each proved by its ciphertext."""
    array(row, f"{what}, choices", len(ciphertexts))
    array(randomness, f"{what}, randomness", len(ciphertexts))
    choices = []
    for ciphertext, choice, exponent in zip(ciphertexts, row, randomness, strict=True):
        number = integer(choice, f"{what}, choices", 0, 1)
        secret = decimal(exponent, f"{what}, randomness", election.group.q)
        if election.public_key.encrypt(number, secret) != ciphertext:
            raise ProtocolError("ballot.opening", what=what)
        choices.append(number)
    return tuple(choices)


def open_ballot(made: MadeBallot, votes: Sequence[Sequence[int]]) -> Json:
    """The opened form of a ballot just made of these votes; whoever has it knows them."""
    return {
        "ballot": made.raw.decode(),
        "choices": [list(row) for row in votes],
        "randomness": [[str(exponent) for exponent in row] for row in made.randomness],
    }


@dataclass(frozen=True)
class Challenge:
    """A challenge that holds: in an election with this record the ballot holds these choices."""

    election: Election
    opened: Opened

    @property
    def tracker(self) -> str:
        """What the device must have shown before it was asked to open the ballot."""
        return self.opened.ballot.tracker

    @property
    def answers(self) -> list[list[str | None]]:
        """The answers chosen to each question, None for blank."""
        found = []
        for question, row in zip(self.election.questions, self.opened.choices, strict=True):
            answers = (None, *question.answers) if question.blank else question.answers
            found.append([answer for answer, chosen in zip(answers, row, strict=True) if chosen])
        return found

    @classmethod
    def parse(cls, raw: bytes, what: str = "challenge") -> Challenge:
        """Read a challenge file strictly; refused unless the ballot holds, and holds what is said of it."""
        value = fields(parse_canonical(raw, what), what, ("election", "format", "opened"))
        string(value["format"], f"{what}, format", FORMAT)
        election = Election.parse(string(value["election"], f"{what}, election").encode(), f"{what}, election")
        return cls(election, Opened.parse(election, value["opened"], f"{what}, ballot"))


def write_challenge(election: Election, made: MadeBallot, votes: Sequence[Sequence[int]]) -> bytes:
    """The challenge file of a ballot that is not going to be cast."""
    return encode({"election": election.raw.decode(), "format": FORMAT, "opened": open_ballot(made, votes)})
