"""The forms of the parts of a configuration, one thing on each page, with what it means in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from elections.protocol.canonical import hour, hour_text
from elections.protocol.group import GROUP_NAMES
from elections.rules.french import PARIS
from elections.rules.parts import GROUPS
from elections.rules.phases import ROLES, Role
from elections.rules.timetable import TERRITORIES
from elections.web import i18n
from elections.web.forms import Day, Hour, paris
from elections.web.setup.fields import (
    ARTICLE,
    ARTICLE_MISSING,
    Line,
    Lines,
    PartForm,
    Pick,
    Picks,
    Tick,
    Whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from elections.protocol.canonical import Json

_NUMBER = _("Indiquez un nombre entier.")
_CHOOSE = _("Choisissez une réponse.")
_LAND = {
    "metropole": _("métropole"),
    "moselle": _("Moselle"),
    "alsace": _("Alsace"),
    "guadeloupe": _("Guadeloupe"),
    "martinique": _("Martinique"),
    "guyane": _("Guyane"),
    "reunion": _("La Réunion"),
    "mayotte": _("Mayotte"),
    "saint-barthelemy": _("Saint-Barthélemy"),
    "saint-martin": _("Saint-Martin"),
    "nouvelle-caledonie": _("Nouvelle-Calédonie"),
    "polynesie-francaise": _("Polynésie française"),
    "wallis-et-futuna": _("Wallis-et-Futuna"),
}


class _Role:
    """The name of a role, in the language of the page that shows it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return gettext("électeurs du scrutin") if self.name == "elector" else i18n.words(ROLES[Role(self.name)])


def _roles(*names: str) -> list[tuple[str, _Role]]:
    return [(str(name), _Role(name)) for name in names]


_KEYS = (Role.PRESIDENT, Role.SECRETARY, Role.DELEGATE)
_HOLDERS = _roles(*_KEYS)
_THRESHOLD = _("De 1 à 50 détenteurs.")


class TitleForm(PartForm):
    """What the whole operation is called."""

    heading = _("Intitulé")
    lead = _("L'intitulé figure sur toutes les pages, dans les courriels et sur les procès-verbaux.")
    title = Line(_("Intitulé de l'élection"), _("Saisissez l'intitulé de l'élection."))
    rehearsal = Tick(_("Vote à blanc : il n'élit personne, et peut être clos avant l'heure"))


class HoursForm(PartForm):
    """Opening and closing, as a clock in Paris shows them."""

    heading = _("Ouverture et clôture")
    lead = _(
        "Heures de Paris. L'ouverture demande en plus un acte du bureau ; la clôture se fait seule, à l'heure dite."
    )
    opening_day = Day(_("Jour d'ouverture"), _("Indiquez le jour d'ouverture."))
    opening_hour = Hour(_("Heure d'ouverture"), _("Indiquez l'heure d'ouverture."))
    closing_day = Day(_("Jour de clôture"), _("Indiquez le jour de clôture."))
    closing_hour = Hour(_("Heure de clôture"), _("Indiquez l'heure de clôture."))
    names = {"opening": _("Ouverture"), "closing": _("Clôture")}  # noqa: RUF012 - never written

    @classmethod
    def filled(cls, values: Mapping[str, Json]) -> PartForm:
        """The form at these hours."""
        data: dict[str, object] = {}
        for name in cls.names:
            at = hour(values[name], name).astimezone(PARIS)
            data |= {f"{name}_day": at.date(), f"{name}_hour": at.time()}
        return cls(formdata=None, data=data)

    @property
    def values(self) -> dict[str, Json]:
        """Both hours in UTC."""
        return {name: hour_text(self._at(name)) for name in self.names}

    def _at(self, name: str) -> datetime:
        return paris(self[f"{name}_day"].data, self[f"{name}_hour"].data)


class FrameForm(PartForm):
    """Which dates the law sets at all."""

    heading = _("Cadre légal du calendrier")
    lead = _(
        "Ce cadre décide des échéances qui sont calculées. Il vient du modèle ; ne le changez que si un texte le dit."
    )
    internet = Tick(
        _("Vote par internet : de 72 heures à 8 jours, avec les échéances des articles R. 211-519 à R. 211-586")
    )
    territory = Pick(_("Jours fériés"), _CHOOSE, [(name, _LAND[name]) for name in TERRITORIES])
    months = Whole(
        _("Au plus tôt, mois avant la fin des mandats en cours"), _("De 1 à 120 mois."), 1, 120, optional=True
    )
    days = Whole(
        _("Au plus tard, jours avant la fin des mandats en cours"), _("De 0 à 120 jours."), 0, 120, optional=True
    )
    article = Line(_("Texte qui fixe cette période"))
    places = {"window": "months"}  # noqa: RUF012 - never written


class DateForm(PartForm):
    """How a date is counted that no text settles."""

    heading = _("Compter une échéance")
    lead = _(
        "Aucun texte à portée ne fixe cette échéance, ou seulement dans notre lecture : le bureau des élections la"
        " compte, et la page du calendrier le dit. Sans nombre, la date reste à fixer."
    )
    count = Whole(_("Nombre"), _("De 1 à 999, ou rien."), 1, 999, optional=True)
    unit = Pick(
        _("Unité"),
        _CHOOSE,
        [("day", _("jours")), ("clear day", _("jours francs")), ("month", _("mois")), ("year", _("années"))],
    )
    way = Pick(_("Sens"), _CHOOSE, [("before", _("avant")), ("after", _("après"))])
    article = Line(ARTICLE, ARTICLE_MISSING)
    places = {"offset": "unit"}  # noqa: RUF012 - never written


class HoldersForm(PartForm):
    """Who holds keys, and how many of each group are needed."""

    heading = _("Détenteurs de clé")
    lead = _(
        "L'urne ne s'ouvre que si chaque groupe réunit son seuil. Un seuil égal au nombre des détenteurs est refusé,"
        " car une seule clé perdue perdrait le vote. Les textes demandent le président ou le secrétaire, et deux"
        " délégués (R. 211-573)."
    )
    delegates = Whole(_("Nombre de délégués de liste détenteurs de clé"), _("De 0 à 50 délégués."), 0, 50)
    holders_1 = Picks(_("Premier groupe"), _HOLDERS)
    threshold_1 = Whole(_("Seuil du premier groupe"), _THRESHOLD, 1, 50, optional=True)
    holders_2 = Picks(_("Deuxième groupe"), _HOLDERS)
    threshold_2 = Whole(_("Seuil du deuxième groupe"), _THRESHOLD, 1, 50, optional=True)
    holders_3 = Picks(_("Troisième groupe"), _HOLDERS)
    threshold_3 = Whole(_("Seuil du troisième groupe"), _THRESHOLD, 1, 50, optional=True)
    places = {f"policy {place}": f"threshold_{place}" for place in range(1, GROUPS + 1)}  # noqa: RUF012 - never written


class GraceForm(PartForm):
    """How long who came in time may still finish."""

    heading = _("Délai après la clôture")
    lead = _("Qui s'est connecté avant la clôture a encore ce délai pour achever son vote : 30 minutes (R. 211-563).")
    minutes = Whole(_("Minutes"), _("De 0 à 1440 minutes."), 0, 1440)
    seconds = Whole(_("Secondes"), _("De 0 à 59 secondes."), 0, 59)
    places = {"grace": "minutes"}  # noqa: RUF012 - never written


class BatchesForm(PartForm):
    """When ballots become visible in the urn's log."""

    heading = _("Publication de l'urne")
    lead = _(
        "Les bulletins chiffrés se publient par lots, mélangés, pour que personne ne rapproche l'heure d'un vote d'un"
        " bulletin. Les valeurs du modèle conviennent ; de plus grandes protègent mieux, et font attendre davantage."
    )
    at_once = Whole(_("Bulletins en attente qui font partir un lot aussitôt"), _("De 1 à 100 000."), 1, 100_000)
    publish_at = Whole(
        _("Bulletins en attente qui suffisent après le temps ci-dessous"), _("De 1 à 100 000."), 1, 100_000
    )
    every = Whole(_("Temps entre deux lots, en secondes"), _("De 1 à 86 400 secondes."), 1, 86_400)
    keep_back = Whole(_("Bulletins qui attendent toujours le lot suivant"), _("De 1 à 100 000."), 1, 100_000)
    single_below = Whole(
        _("Nombre d'inscrits au-dessous duquel tout se publie en une fois"), _("De 1 à 100 000."), 1, 100_000
    )
    places = {"batches": "publish_at"}  # noqa: RUF012 - never written


class AudienceForm(PartForm):
    """Who may look into the urn's log before the result."""

    heading = _("Contrôle de l'urne pendant le vote")
    lead = _(
        "Qui reçoit les empreintes des bulletins avant le résultat, pour contrôler qu'aucun n'est retiré (R. 211-568 et"
        " R. 211-570)."
    )
    audience = Picks(
        _("Destinataires"),
        [*_HOLDERS, *_roles("elector", *(role for role in Role if role not in (*_KEYS, Role.CLOCK)))],
        _("Choisissez au moins un destinataire."),
    )


class ServersForm(PartForm):
    """The names of the parties that the program runs."""

    heading = _("Serveurs")
    lead = _(
        "Réglages techniques. Chaque autorité de jetons vérifie les électeurs sans connaître leur vote : avec"
        " plusieurs, il faudrait qu'elles s'entendent pour tricher. Ed25519 convient ; BELENIOS-2048 se vérifie aussi"
        " avec les outils de Belenios."
    )
    issuers = Lines(_("Autorités de jetons"))
    urn = Line(_("Nom sous lequel l'urne signe"), _("Saisissez le nom de l'urne."))
    group = Pick(_("Groupe mathématique"), _CHOOSE, [(name, name) for name in GROUP_NAMES])


class SourcesForm(PartForm):
    """What the configuration rests on, and what no text says."""

    heading = _("Textes")
    lead = _("Ces lignes disent sur quoi la configuration repose. Un juriste les lit avant une élection réelle.")
    sources = Lines(_("Textes appliqués"))
    not_found = Lines(_("Ce qu'aucun texte à portée ne dit, et ce qui a été choisi"))
