"""Roll files between the first look and their use, and what the headings of an office's files mean (ADR 0024).

A file holds more of people than the roll keeps: positions, situations of health among them. So one that is looked at
stays for an hour at most, is known by a random name to whoever handed it in, and goes as soon as it is applied or given
up; what is deleted is overwritten (storage/engines.py).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from elections.protocol.errors import ProtocolError
from elections.registry import elections, roll_file
from elections.registry.elections import new_uuid
from elections.registry.grids import check_size
from elections.registry.roll_tables import RollHeadings, RollTrial
from elections.registry.sheets import UNUSED
from elections.rules.eligibility import plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

LIFE = timedelta(hours=1)
MOST = 8
"""Files of one election that wait at once."""
_MOST_HEADINGS = 200


def keep(session: Session, election_uuid: str, name: str, data: bytes, now: datetime) -> str:
    """Keep a file to be looked at; by what name it is found again."""
    elections.changeable(session, election_uuid)
    check_size(data)
    sweep(session, now)
    _make_room(session, election_uuid)
    # A name comes from somebody's disk: its folders are nobody's business, nor is what cannot be printed.
    base = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in base if letter.isprintable())[:100]
    trial = RollTrial(id=new_uuid(), election_uuid=election_uuid, at=now, name=shown, body=data)
    session.add(trial)
    session.flush()
    return trial.id


def find(session: Session, election_uuid: str, trial_id: str, now: datetime) -> RollTrial:
    """The file of that name, refused (`roll.trial`) where it is gone."""
    trial = session.get(RollTrial, trial_id)
    if trial is None or trial.election_uuid != election_uuid or trial.at + LIFE < now:
        raise ProtocolError("roll.trial")
    return trial


def forget(session: Session, trial_id: str) -> None:
    """Nothing of the file is left; where there is none, nothing happens."""
    session.execute(delete(RollTrial).where(RollTrial.id == trial_id))


def sweep(session: Session, now: datetime) -> None:
    """Forget what was given up without a word."""
    session.execute(delete(RollTrial).where(RollTrial.at < now - LIFE))


def _make_room(session: Session, election_uuid: str) -> None:
    """Forget the oldest files of an election where there are many: each may be of twenty million bytes."""
    newest = RollTrial.at.desc(), RollTrial.id
    mine = select(RollTrial.id).where(RollTrial.election_uuid == election_uuid).order_by(*newest)
    session.execute(delete(RollTrial).where(RollTrial.id.in_(list(session.scalars(mine.offset(MOST - 1))))))


def headings(session: Session, election_uuid: str) -> dict[str, str]:
    """What the office has said that headings of its files mean."""
    row = session.get(RollHeadings, election_uuid)
    return {} if row is None else dict(row.headings)


def remember(session: Session, election_uuid: str, meanings: Mapping[str, str]) -> None:
    """Keep what headings mean, a column or `UNUSED`; it is offered for every file of this election from now on.

    Refused: a column that there is not, or that two headings mean at once (`roll.heading`).
    """
    elections.changeable(session, election_uuid)
    known = {plain(heading): name for heading, name in meanings.items()}
    given = [name for name in known.values() if name != UNUSED]
    if len(known) > _MOST_HEADINGS or len(set(given)) != len(given) or not set(given) <= set(roll_file.ALL):
        raise ProtocolError("roll.heading")
    row = session.get(RollHeadings, election_uuid) or RollHeadings(election_uuid=election_uuid, headings={})
    # What a column was called before is forgotten only where another heading has taken its place.
    before = {heading: name for heading, name in row.headings.items() if name == UNUSED or name not in given}
    row.headings = {**before, **known}
    session.add(row)
    session.flush()
