"""The rehearsal's test urns: elections of their own under the real keys, ballots that hide nothing (protocol.md §9).

The ballots are published with their choices and randomness, so that a holder's program can make every
ciphertext again; the election has its own uuid and is called "Vote à blanc".
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from elections.holder.rehearsal import INPUT_FORMAT
from elections.protocol.ballot import Ballot, Election, Question, make_ballot, write_election
from elections.protocol.canonical import Json, encode, parse_canonical
from elections.protocol.challenge import open_ballot
from elections.protocol.tally import EncryptedTally, encrypted_tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from elections.protocol.trustees import Trustees

TITLE = "Vote à blanc"
_QUESTION = Question(
    question="Vote d'essai : ce scrutin n'élit personne",
    answers=("Premier choix", "Second choix"),
    blank=True,
    minimum=1,
    maximum=1,
)
_VOTES = ((0, 1, 0), (0, 0, 1), (1, 0, 0))
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def compose(trustees: Mapping[str, Trustees]) -> bytes:
    """The input of `elections trustee rehearse`: three ballots for the key of each contest."""
    return encode({"contests": {uuid: _test(item) for uuid, item in trustees.items()}, "format": INPUT_FORMAT})


def _test(trustees: Trustees) -> Json:
    group = trustees.group
    uuid = "".join(secrets.choice(_BASE58) for _ in range(22))
    raw = write_election(uuid, TITLE, TITLE, group, trustees.public_key(group), [_QUESTION])
    election = Election.parse(raw)
    ballots = [open_ballot(make_ballot(election, group.random_scalar(), [vote]), [vote]) for vote in _VOTES]
    return {"ballots": ballots, "election": raw.decode(), "trustees": trustees.raw.decode()}


def tallies(document: bytes) -> dict[str, tuple[Election, EncryptedTally]]:
    """The test election of each contest and the tally of its ballots, from the input made by `compose`."""
    found = {}
    for uuid, item in parse_canonical(document, "rehearsal")["contests"].items():
        election = Election.parse(item["election"].encode())
        ballots = [Ballot.parse(ballot["ballot"].encode(), election.group) for ballot in item["ballots"]]
        found[uuid] = election, encrypted_tally(election, ballots)
    return found
