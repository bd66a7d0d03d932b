"""Who makes the keys of an election, and for which contests: the invitation to a key ceremony (protocol.md §9).

`{"contests":[u…],"election":u,"format":"isoloir-ceremony-1","group":name,"policy":[{"holders":[role…],"threshold":n}…],"salt":hex}`
in canonical JSON; its SHA-256 is the id of the ceremony, so whoever names the id has agreed to all of it.
The salt, 32 random bytes, makes every ceremony another one. Holders of all groups are numbered from 1 in
the order of the policy: the owners of trustees.json. A holder belongs to one group.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from elections.protocol.ballot import UUID_PATTERN
from elections.protocol.canonical import Json, array, encode, fields, hexadecimal, integer, sha256_hex, string
from elections.protocol.errors import ProtocolError
from elections.protocol.group import group_by_name
from elections.protocol.pedersen import LARGEST, Context
from elections.protocol.setup import ROLE_PATTERN, KeyHolders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elections.protocol.group import Group

FORMAT = "isoloir-ceremony-1"
_KEYS = ("contests", "election", "format", "group", "policy", "salt")


@dataclass(frozen=True, slots=True)
class Seat:
    """One holder's place: `owner` over all groups, `index` within her own, both from 1."""

    role: str
    owner: int
    index: int
    holders: tuple[str, ...]
    threshold: int

    def context(self, group: Group) -> Context:
        """What stands in her certificates."""
        return Context(group.name, len(self.holders), self.threshold, self.index)


@dataclass(frozen=True)
class Invitation:
    """The election, its contests, the mathematical group and the policy that a ceremony is for."""

    election: str
    contests: tuple[str, ...]
    group: Group
    policy: tuple[KeyHolders, ...]
    salt: str

    @classmethod
    def make(cls, election: str, contests: Sequence[str], group: Group, policy: Sequence[KeyHolders]) -> Invitation:
        """A new ceremony, checked as if it were read."""
        invitation = cls(election, tuple(contests), group, tuple(policy), secrets.token_hex(32))
        return cls.parse(invitation.json(), "invitation")

    @classmethod
    def parse(cls, value: Json, what: str) -> Invitation:
        """Read an invitation: contests and roles stand once, thresholds as protocol.md §9 allows them."""
        fields(value, what, _KEYS)
        string(value["format"], f"{what}, format", FORMAT)
        contests = tuple(string(uuid, f"{what}, contests", UUID_PATTERN) for uuid in array(value["contests"], what))
        if not contests or len(set(contests)) != len(contests):
            raise ProtocolError("ceremony.contests", what=what)
        return cls(
            string(value["election"], f"{what}, election", UUID_PATTERN),
            contests,
            group_by_name(value["group"], f"{what}, group"),
            _policy(value["policy"], f"{what}, policy"),
            hexadecimal(value["salt"], f"{what}, salt"),
        )

    def json(self) -> Json:
        """The invitation as documents carry it."""
        policy = [{"holders": list(group.holders), "threshold": group.threshold} for group in self.policy]
        return {
            "contests": list(self.contests),
            "election": self.election,
            "format": FORMAT,
            "group": self.group.name,
            "policy": policy,
            "salt": self.salt,
        }

    @cached_property
    def id(self) -> str:
        """The id of the ceremony, hexadecimal."""
        return sha256_hex(encode(self.json()))

    @cached_property
    def seats(self) -> dict[str, Seat]:
        """Every holder's place by her role, in the order of the owners."""
        seats: dict[str, Seat] = {}
        for group in self.policy:
            for index, role in enumerate(group.holders, 1):
                seats[role] = Seat(role, len(seats) + 1, index, group.holders, group.threshold)
        return seats

    def seat(self, role: str, what: str) -> Seat:
        """The place of a role; a role that holds no key is refused."""
        if role not in self.seats:
            raise ProtocolError("ceremony.role", what=what, role=role)
        return self.seats[role]


def _policy(value: Json, what: str) -> tuple[KeyHolders, ...]:
    groups = []
    for number, item in enumerate(array(value, what), 1):
        place = f"{what}, group {number}"
        fields(item, place, ("holders", "threshold"))
        holders = tuple(string(role, place, ROLE_PATTERN) for role in array(item["holders"], place))
        threshold = integer(item["threshold"], place, 1, LARGEST)
        # A group that needs all of several holders would lose the election with one of them (R1).
        if not (threshold < len(holders) <= LARGEST or threshold == len(holders) == 1):
            raise ProtocolError("ceremony.policy", what=place)
        groups.append(KeyHolders(holders, threshold))
    roles = [role for group in groups for role in group.holders]
    if not roles or len(set(roles)) != len(roles):
        raise ProtocolError("ceremony.policy", what=what)
    return tuple(groups)
