"""Whose an answer is, and whether it decrypts what it should: what all documents of key holders are checked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import Json, integer, string
from elections.protocol.errors import ProtocolError
from elections.protocol.group import group_by_name
from elections.protocol.tally import EncryptedTally, PartialDecryption, check_partial, check_strong
from elections.protocol.trustees import Trustees
from elections.registry import ceremony

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from elections.protocol.ballot import Election as ElectionRecord
    from elections.registry.tables import Contest, Election

OFFICE = "office"
"""The role under which the office's own documents are kept."""


def roles(election: Election) -> list[str]:
    """The key holders of an election, in the order of their numbers."""
    return [role for group in election.policy for role in group["holders"]]


def missing(session: Session, election: Election, step: str) -> list[str]:
    """Who has handed in nothing at a step."""
    given = ceremony.handed_in(session, election.uuid, step)
    return [role for role in roles(election) if role not in given]


def holder(election: Election, value: Mapping[str, Json], what: str) -> tuple[str, int]:
    """The role and number of a holder, as the policy has them."""
    role, owner = string(value["role"], f"{what}, role"), integer(value["owner"], f"{what}, owner", 1)
    known = roles(election)
    if owner > len(known) or known[owner - 1] != role:
        raise ProtocolError("setup.seal-holder", what=what, role=role[:64], owner=owner)
    return role, owner


def trustees(contest: Contest) -> Trustees:
    """What the ceremony made for a contest."""
    return Trustees.parse(contest.trustees or b"", group_by_name(contest.election.group))


def check_decryption(
    record: ElectionRecord, tally: EncryptedTally, trustees: Trustees, owner: int, part: Json, what: str
) -> None:
    """Both proofs of one holder's factors in one contest."""
    partial = PartialDecryption.parse(string(part["partial"], what).encode(), record, what, tally.shape)
    key = trustees.verification_keys[owner - 1]
    check_partial(record, tally, key, partial, what)
    check_strong(record, tally, owner, key, partial, part["strong"], what)
