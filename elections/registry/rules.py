"""What the office chooses of a contest's rule: what its model leaves open, because no text was found for it.

A model may settle such a choice too; the office may then settle it otherwise, as long as the contest is a draft.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError
from elections.registry import candidacies, elections, journal
from elections.rules.parameters import choices
from elections.rules.seats import check_rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.journal import Actor
    from elections.registry.tables import Contest


def choose(session: Session, contest_uuid: str, chosen: Mapping[str, Json], actor: Actor, now: datetime) -> None:
    """Settle parameters of a draft's rule, beside those that it has; `order` is given by the ids of candidacies.

    Another tie voids the order that belonged to the one before. Refused is what `check_rule` refuses; what is
    still open then is refused at the seal (`sealing.part`), not here.
    """
    contest = elections.contest(session, contest_uuid)
    elections.changeable(session, contest.election_uuid)
    parameters = {**contest.parameters, **chosen}
    if "tie" in chosen:
        parameters.pop("order", None)
    if "order" in chosen:
        parameters["order"] = _places(contest, chosen["order"])
    many = len(candidacies.standing(contest)) if "order" in parameters else None
    check_rule(contest.method, contest.seats, parameters, many, contest.title)
    contest.parameters = parameters
    session.flush()
    details = {"parameters": parameters}
    journal.append(session, contest.election_uuid, "rule", actor, now, contest=contest_uuid, details=details)


def _places(contest: Contest, ids: Sequence[str]) -> list[int]:
    """The places of candidacies on the ballot, by their ids."""
    known = [item.id for item in candidacies.standing(contest)]
    for name in ids:
        if name not in known:
            raise ProtocolError("rules.choice", what=f"{contest.title}, order", text=name, known=", ".join(known))
    return [known.index(name) for name in ids]


def missing(contest: Contest) -> list[str]:
    """What is still to be chosen of a contest's rule before the seal."""
    return [name for name in choices(contest.method, contest.parameters) if name not in contest.parameters]
