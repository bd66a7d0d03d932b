"""Small elections whose one key is known, archives made of them, and the published archives by one letter."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from elections.protocol import archive
from elections.protocol.ballot import Ballot, Election, Question, make_ballot, write_election
from elections.protocol.canonical import compact
from elections.protocol.group import belenios2048, group_by_name
from tests.protocol.plain import Edwards, Modular

UUID = "Smaii111111111"
KEY = 5**100
CREDENTIAL = 7**80
LISTS = Question("Which list?", ("A", "B", "C"), blank=True, minimum=1, maximum=1)
NAMES = Question("Which names?", ("a", "b"), blank=False, minimum=0, maximum=2)
PLAIN: dict[str, Any] = {"Ed25519": Edwards(), "BELENIOS-2048": Modular(int(belenios2048._P), int(belenios2048._G))}
"""The same groups in plain integers."""

PUBLISHED = {
    name[0]: name
    for name in (
        "A-single-belenios2048-3answers-blank",
        "B-pedersen2of3-belenios2048-10answers-max6",
        "C-pedersen2of3-belenios2048-3answers-blank-made-by-3.3.0",
        "D-single-ed25519-10answers-max6-made-by-3.3.0",
        "L-late-compiled-credentials",
    )
}


@cache
def election(group_name="Ed25519", questions=(LISTS,)):
    """An election under g^KEY."""
    group = group_by_name(group_name)
    return Election.parse(write_election(UUID, "Small", "", group, group.power_g(KEY), questions))


def cast(contest, *votes, credential=CREDENTIAL):
    """A ballot's bytes."""
    return make_ballot(contest, credential, votes).raw


def cast_many(contest, votes):
    """Parsed ballots of so many electors, one vote each, for an election of one question."""
    raws = [cast(contest, vote, credential=CREDENTIAL + number) for number, vote in enumerate(votes)]
    return [Ballot.parse(raw, contest.group) for raw in raws]


def published(shared_vectors, letter):
    """The content of a published archive and its election."""
    content = archive.read(bel(shared_vectors, letter).read_bytes())
    return content, Election.parse(content.election)


def bel(shared_vectors, letter):
    """The path of a published archive."""
    return next((shared_vectors / "belenios" / PUBLISHED[letter]).glob("*.bel"))


def leaves(value, path=()):
    """The path of everything in a JSON value that is neither object nor array, in order."""
    if isinstance(value, dict | list):
        keys = value if isinstance(value, dict) else range(len(value))
        return [leaf for key in keys for leaf in leaves(value[key], (*path, key))]
    return [path]


def changed(raw, path, change):
    """The same compact JSON with `change` applied to what stands at `path`."""
    value: Any = json.loads(raw)
    place = value
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = change(place[path[-1]])
    return compact(value)
