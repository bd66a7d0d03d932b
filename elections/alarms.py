"""The door to what must be told at once: incidents, interventions, software that is not the sealed one (R23, R25).

Each is entered in the journal and queued as mail to president, secretary, delegates and technical supervision in one
transaction (R. 211-571). A mail repeats what the journal says, which is published, and nothing of a note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections import post, software
from elections.registry import accounts, elections, incidents, software_alarm
from elections.rules.french import hour_in_words, typeset
from elections.rules.phases import Role
from elections.rules.words import CATEGORIES

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from elections.protocol.canonical import Json
    from elections.registry.incidents import Notice
    from elections.registry.journal import Actor
    from elections.software import Reading
    from elections.storage import Store

_TOLD = (Role.PRESIDENT, Role.SECRETARY, Role.DELEGATE, Role.SUPERVISION)
_MOST_FILES = 20
"""How many names of files a line of the journal holds; `elections software` gives them all."""


def enter(store: Store, election_uuid: str, notice: Notice, actor: Actor, now: datetime) -> int:
    """Enter an incident (`incidents.enter`) and tell the board of it; its number."""
    with store.registry.begin() as session:
        number = incidents.enter(session, election_uuid, notice, actor, now)
        told = [
            f"Incident n° {number} ({CATEGORIES[notice.category].fr}), enregistré {_when(now)}.",
            f"Constaté {_when(notice.noticed)} :",
            f"    {notice.summary.strip()}",
        ]
        if notice.contest is not None:
            told.insert(1, f"Scrutin concerné : {elections.contest(session, notice.contest).title}.")
        _tell(session, election_uuid, "incident", f"Incident n° {number}", told)
    return number


def intervene(store: Store, election_uuid: str, number: int, by: str, plan: str, actor: Actor, now: datetime) -> None:
    """Begin an intervention under an incident (`incidents.begin`) and tell the board of it."""
    with store.registry.begin() as session:
        place = incidents.begin(session, election_uuid, number, by, plan, actor, now)
        told = [
            f"Intervention n° {place} pour l'incident n° {number}, commencée {_when(now)}.",
            f"Par : {by.strip()}",
            f"Pour : {plan.strip()}",
        ]
        _tell(session, election_uuid, "intervention", f"Intervention, incident n° {number}", told)


def compare(store: Store, now: datetime, *, disk: bool = True) -> None:
    """Compare what runs with what every sealed election has sealed; what differs, or agrees again, is told once.

    With `disk`, what lies on the disk too; without it only what this process has loaded, and no alarm ends by that.
    """
    with store.registry_reader() as session:
        sealed = software_alarm.watched(session)
        before = {uuid: software_alarm.standing(session, uuid) for uuid in sealed}
    if not sealed:
        return
    readings = {"loaded": software.loaded()} | ({"disk": software.on_disk()} if disk else {})
    for uuid, setup in sealed.items():
        found = _difference(setup, readings)
        if found == before[uuid] or (found is None and not disk):
            continue
        with store.registry.begin() as session:
            # Another process may have been quicker.
            if software_alarm.standing(session, uuid) != found:
                _note(session, uuid, setup, found, now)


def _difference(setup: Json, readings: dict[str, Reading]) -> dict[str, Json] | None:
    """What the journal says of the readings that are not what is sealed, None if all are."""
    differing = {
        where: reading
        for where, reading in readings.items()
        if reading.software != setup["software"] or reading.differing(setup)
    }
    if not differing:
        return None
    files = sorted({name for reading in differing.values() for name in reading.differing(setup)})
    return {
        "files": files[:_MOST_FILES],
        "found": {where: reading.software for where, reading in differing.items()},
        "sealed": setup["software"],
    }


def _note(session: Session, election_uuid: str, setup: Json, found: dict[str, Json] | None, now: datetime) -> None:
    if found is None:
        software_alarm.agree(session, election_uuid, setup["software"]["digest"], now)
        told = ["Le logiciel est de nouveau celui qui est scellé.", f"    {setup['software']['digest']}"]
        _tell(session, election_uuid, "software", "Logiciel de nouveau conforme", [*told, f"Constaté {_when(now)}."])
        return
    software_alarm.differ(session, election_uuid, found, now)
    places = {"loaded": "Logiciel en service", "disk": "Logiciel sur le disque"}
    told = [f"Le logiciel n'est pas celui qui est scellé. Constaté {_when(now)}."]
    told += ["Scellé :", f"    {found['sealed']['digest']}"]
    for where, item in found["found"].items():
        told += [f"{places[where]} :", f"    {item['digest']}"]
    told += ["Aucune mise à jour n'est permise entre le scellement et la proclamation.",
             "Le bureau de vote examine la situation et peut suspendre le scrutin."]  # fmt: skip
    _tell(session, election_uuid, "software", "Alerte : le logiciel a changé", told)


def _tell(session: Session, election_uuid: str, kind: str, subject: str, lines: list[str]) -> None:
    """Queue the same mail to everybody who must know."""
    title = elections.find(session, election_uuid).title
    end = "Le détail figure au journal des opérations, dans l'espace du bureau."
    body = "\n".join(typeset(line) for line in (f"Élection : {title}", "", *lines, "", end, ""))
    for account in accounts.everyone(session, election_uuid):
        if account.role in _TOLD:
            post.queue(session, post.Message(kind, account.email, typeset(f"{subject} – {title}"), body))


def _when(hour: datetime) -> str:
    return f"{hour_in_words(hour)} (heure de Paris)"
