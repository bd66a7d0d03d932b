"""Who votes: the roll, how electors are reached, their codes."""

from __future__ import annotations

from sqlalchemy import or_, select

from elections.registry import journal, roll
from elections.registry.checklist.draft import Draft, Item
from elections.registry.tables import Elector, ElectorKey, Entitlement
from elections.rules.phases import Words


def _enrolled(draft: Draft) -> Item:
    without = tuple(contest.key for contest in draft.contests if not roll.size(draft.session, contest.uuid))
    return Item(
        "roll",
        Words("Roll imported for each college", "Liste électorale importée pour chaque collège"),
        "R. 211-528",
        len(draft.contests) - len(without),
        len(draft.contests),
        contests=without,
        dates=("rolls", "general-roll"),
    )


def _posted(draft: Draft) -> Item | None:
    """On line it may take the place of a posted one, and claims run from the day on which it is seen (R. 211-530)."""
    if not draft.electors:
        return None
    return Item(
        "posted",
        Words("Roll shown to its electors", "Liste électorale publiée auprès de ses électeurs"),
        "R. 211-529",
        int(draft.election.roll_published is not None),
        1,
        dates=("rolls", "general-roll"),
        needed=False,
        optional=True,
    )


def _entitled(draft: Draft) -> Item | None:
    if not draft.electors:
        return None
    mine = (Entitlement.election_uuid == Elector.election_uuid) & (Entitlement.number == Elector.number)
    return Item(
        "colleges",
        Words("Electors of the roll with a college", "Inscrits rattachés à un collège"),
        "R. 211-509",
        draft.count(Elector, select(Entitlement.number).where(mine).exists()),
        draft.electors,
        dates=("eve",),
        needed=False,
    )


def _reached(draft: Draft) -> Item | None:
    if not draft.electors:
        return None
    return Item(
        "contact",
        Words("Electors with an address or a telephone", "Inscrits ayant une adresse électronique ou un téléphone"),
        "R. 211-553",
        draft.count(Elector, or_(Elector.email != "", Elector.phone.is_not(None))),
        draft.electors,
        dates=("notice",),
        needed=False,
    )


def _phones(draft: Draft) -> Item | None:
    """Where some have a telephone, codes go by SMS: the others have mail only."""
    if not roll.phones(draft.session, draft.election.uuid):
        return None
    return Item(
        "phones",
        Words("Electors with a telephone, for codes by SMS", "Inscrits ayant un téléphone, pour les codes par SMS"),
        "R. 211-555",
        draft.count(Elector, Elector.phone.is_not(None)),
        draft.electors,
        needed=False,
        optional=True,
    )


def _coded(draft: Draft) -> Item:
    return Item(
        "codes",
        Words("Voting code of each elector", "Code de vote de chaque électeur"),
        "R. 211-553",
        draft.count(ElectorKey),
        max(draft.electors, 1),
        dates=("notice",),
    )


def _told(draft: Draft) -> Item | None:
    """Once for all: who comes to the roll later is written to by the clock."""
    if not draft.electors:
        return None
    sent = any(entry.act == "notices" for entry in journal.entries(draft.session, draft.election.uuid))
    return Item(
        "notice",
        Words("Notice of the vote sent to the electors", "Annonce du vote envoyée aux électeurs"),
        "R. 211-553",
        int(sent),
        1,
        dates=("notice",),
        needed=False,
    )


LINES = (_enrolled, _posted, _entitled, _reached, _phones, _coded, _told)
