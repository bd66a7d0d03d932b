"""What an election's pages of the desk are, in the order in which an office comes to them.

A page stands here once; whether a visitor sees its link follows from the access that its view declares, and from
nothing else. So a link never leads to a refusal, and a page that is open to somebody is not forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from elections import mandates
from elections.web.access import may_enter

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an election: its view, which takes the election's uuid alone, and its name."""

    endpoint: str
    name: LazyString
    shown: Callable[[Session, str], bool] = lambda _session, _uuid: True
    """Whether the election has anything to show there, where that does not follow from its phase."""


MENU: dict[LazyString, tuple[Page, ...]] = {
    _("Préparer"): (
        Page("accounts.show", _("Comptes")),
        Page("setup.show", _("Réglages")),
        Page("copies.copy", _("Copier l'élection")),
        Page("calendar.show", _("Calendrier")),
        Page("rules.show", _("Règles de décompte")),
        Page("nominations.show", _("Dépôt des candidatures")),
        Page("candidacies.show", _("Candidatures")),
        Page("roll.show", _("Liste électorale")),
        Page("electors.table", _("Électeurs")),
        Page("codes.show", _("Codes de vote")),
        Page("deliveries.show", _("Envois")),
    ),
    _("Tenir le vote"): (
        Page("ceremony.show", _("Détenteurs de clé")),
        Page("seal.show", _("Ce qui est scellé")),
        Page("incidents.show", _("Incidents et interventions")),
        Page("journal.show", _("Journal des opérations")),
        Page("public.election", _("Page publique")),
    ),
    _("Après le vote"): (Page("mandates.desk", _("Mandats"), mandates.kept),),
}
"""Groups of pages by their heading."""


def menu(session: Session, election_uuid: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The groups that hold a page for this visitor now: heading, then name and address of each page."""
    return [
        (str(heading), [(str(page.name), url_for(page.endpoint, election_uuid=election_uuid)) for page in pages])
        for heading, listed in MENU.items()
        if (pages := [page for page in listed if may_enter(page.endpoint) and page.shown(session, election_uuid)])
    ]
