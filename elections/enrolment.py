"""The door to a roll that its electors see: one of them changes, and is told of it at once (E14).

So is whoever has a voting code already, though the roll be shown to nobody yet, and though a whole file change it.
Change and message are one transaction (décret 2025-659, art. 17 and 28: made known at once to the electors). Where an
address changes, the one before is told as well: whoever has codes sent elsewhere must not do so unseen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections import post
from elections.registry import roll, roll_changes
from elections.rules.french import typeset

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.registry.journal import Actor
    from elections.registry.roll import Difference
    from elections.registry.roll_changes import Cause, Told
    from elections.registry.roll_file import RollFile, Row
    from elections.storage import Store

_SUBJECT = "Liste électorale : {election}"
_BODY = """Bonjour {name},

{what}

Élection : {election}
Scrutin : {contest}

{more}

Si cela vous paraît inexact, adressez-vous sans attendre au bureau des élections.
"""
_WHAT = {
    "add": "Vous êtes désormais inscrite ou inscrit sur la liste électorale de ce scrutin.",
    "correct": "Votre inscription sur la liste électorale de ce scrutin a été modifiée.",
    "remove": "Vous ne figurez plus sur la liste électorale de ce scrutin.",
}
_MORE = {
    "add": "Vos moyens de vote vous parviendront séparément. Personne ne vous les demandera jamais.",
    "correct": "Votre identifiant et, si vous l'avez déjà reçu, votre code de vote restent les mêmes.",
    "again": "Votre identifiant reste le même. Un nouveau code de vote est demandé pour vous ; il remplacera l'ancien.",
    "remove": "Si vous avez déjà reçu un code de vote, il ne sert plus.",
}


def add(store: Store, election_uuid: str, row: Row, cause: Cause, actor: Actor, now: datetime) -> int:
    """Enter an elector; how many messages tell of it."""
    with store.registry.begin() as session:
        return _tell(session, roll_changes.add(session, election_uuid, row, cause, actor, now))


def correct(  # noqa: PLR0913 - an entry, its cause, and whether the code is to follow
    store: Store,
    election_uuid: str,
    number: int,
    row: Row,
    cause: Cause,
    actor: Actor,
    now: datetime,
    *,
    again: bool = False,
) -> int:
    """Correct an elector's entry, and ask for a new code with it if `again`; how many messages tell of it."""
    with store.registry.begin() as session:
        told = roll_changes.correct(session, election_uuid, number, row, cause, actor, now, again=again)
        return _tell(session, told)


def remove(store: Store, election_uuid: str, number: int, cause: Cause, actor: Actor, now: datetime) -> int:
    """Strike an elector off; how many messages tell of it."""
    with store.registry.begin() as session:
        return _tell(session, roll_changes.remove(session, election_uuid, number, cause, actor, now))


def replace(
    session: Session, election_uuid: str, file: RollFile, actor: Actor, now: datetime, *, seen: str
) -> Difference:
    """Make a file the roll (`roll.apply`), and tell whoever has a code and goes or is reached elsewhere."""
    difference = roll.apply(session, election_uuid, file, actor, now, seen=seen)
    for told in roll_changes.by_file(session, election_uuid, file, difference):
        _tell(session, told)
    return difference


def _tell(session: Session, told: Told) -> int:
    subject = typeset(_SUBJECT.format(election=told.election))
    words = {"name": told.name, "election": told.election, "contest": told.contest}
    body = typeset(_BODY.format(what=_WHAT[told.kind], more=_MORE["again" if told.again else told.kind], **words))
    for address in told.addresses:
        post.queue(session, post.Message("roll-change", address, subject, body))
    return len(told.addresses)
