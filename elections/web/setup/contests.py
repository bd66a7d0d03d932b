"""The forms of one contest: what it is, how its votes are counted, what a candidacy must be, who votes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from elections.rules.seats import METHODS
from elections.rules.words import METHODS as METHOD_NAMES
from elections.web import i18n, words
from elections.web.setup.fields import (
    ARTICLE,
    ARTICLE_MISSING,
    ASSUMED,
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

    from wtforms import Field

    from elections.protocol.canonical import Json

_CHOOSE = _("Choisissez une réponse.")
_SEATS = _("De 1 à 1 000 sièges.")
_MORE_ROWS = 2
"""Empty rows beneath those that are filled."""
_MOST_ROWS = 50


class _Method:
    """The name of a method, in the language of the page that shows it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return words.capitalize_first(i18n.words(METHOD_NAMES[self.name]))


_METHODS = [(name, _Method(name)) for name in METHODS]
_ROUNDS = [("", _("sans objet")), ("1", _("premier tour")), ("2", _("second tour"))]
_ORDERS = [("drawn", _("tirage au sort")), ("alphabetical", _("ordre alphabétique"))]


class ContestForm(PartForm):
    """What is voted on, and by whom."""

    heading = _("Scrutin et collège")
    lead = _("La clé est le nom court du scrutin, par lequel la liste électorale et les candidatures le désignent.")
    title = Line(_("Intitulé du scrutin"), _("Saisissez l'intitulé du scrutin."))
    college = Line(_("Collège électoral"), _("Saisissez le collège."))
    key = Line(_("Clé"), _("Saisissez la clé du scrutin."), render_kw={"class": "short", "autocapitalize": "none"})
    articles = Lines(_("Textes"))


class NewContestForm(ContestForm):
    """A contest that is added: its candidacies and replacements are those of another one."""

    heading = _("Ajouter un scrutin")
    lead = _(
        "Le nouveau scrutin reprend les règles de candidature et de remplacement de celui que vous indiquez ; tout se"
        " modifie ensuite."
    )
    like = Pick(_("Sur le modèle de"), _("Choisissez un scrutin."), [])
    method = Pick(_("Mode de scrutin"), _("Choisissez un mode de scrutin."), _METHODS)
    seats = Whole(_("Sièges"), _SEATS, 1, 1000)
    order = Pick(_("Ordre d'affichage des candidatures"), _CHOOSE, _ORDERS)
    round = Pick(_("Tour, pour un scrutin à deux tours"), _CHOOSE, _ROUNDS)
    article = Line(_("Texte sur le décompte"))
    places = {"rules.one_seat": "seats", "rules.open": "round"}  # noqa: RUF012 - never written


class MethodForm(PartForm):
    """How many seats, and how they are won."""

    heading = _("Sièges et mode de scrutin")
    lead = _("Un autre mode de scrutin garde ceux des paramètres qu'il connaît aussi ; les autres sont retirés.")
    method = Pick(_("Mode de scrutin"), _("Choisissez un mode de scrutin."), _METHODS)
    seats = Whole(_("Sièges"), _SEATS, 1, 1000)
    order = Pick(_("Ordre d'affichage des candidatures"), _CHOOSE, _ORDERS)
    round = Pick(_("Tour, pour un scrutin à deux tours"), _CHOOSE, _ROUNDS)
    article = Line(_("Texte sur le décompte (à défaut, celui du mode de scrutin)"))
    places = {"rules.one_seat": "seats", "rules.open": "round"}  # noqa: RUF012 - never written


class RuleForm(PartForm):
    """The parameters of the method, of which the form shows those that it has."""

    heading = _("Paramètres du décompte")
    lead = _("Ce qu'aucun texte ne règle peut rester à choisir jusqu'au scellement.")
    bar_part = Whole(_("Seuil : part des suffrages exprimés"), _("De 1 à 1 000."), 1, 1000, optional=True)
    bar_whole = Whole(_("sur (par exemple 5 sur 100)"), _("De 1 à 1 000."), 1, 1000, optional=True)
    bar_article = Line(_("Texte sur le seuil"))
    base = Pick(
        _("Suffrages qui font le quotient, s'il y a un seuil"),
        _CHOOSE,
        [
            ("", _("à choisir")),
            ("admitted", _("voix des listes qui atteignent le seuil")),
            ("valid", _("tous les suffrages exprimés")),
        ],
    )
    names_least = Whole(
        _("Listes incomplètes admises : nombre de noms, au moins"), _("De 1 à 2 000."), 1, 2000, optional=True
    )
    names_most = Whole(_("au plus"), _("De 1 à 2 000."), 1, 2000, optional=True)
    names_article = Line(_("Texte sur les listes incomplètes"))
    substitutes = Pick(
        _("Suppléants d'une liste"),
        _CHOOSE,
        [
            ("", _("comme le mode de scrutin le prévoit")),
            ("filed", _("déposés avec chaque titulaire")),
            ("following", _("les noms qui suivent, dans l'ordre de la liste")),
        ],
    )
    tie = Pick(
        _("Départage en cas d'égalité"),
        _CHOOSE,
        [
            ("", _("à choisir")),
            ("draw", _("tirage au sort")),
            ("oldest", _("bénéfice de l'âge")),
            ("seniority", _("ancienneté")),
        ],
    )
    tie_article = Line(_("Texte sur le départage"))
    places = {"bar": "bar_part", "names": "names_least"}  # noqa: RUF012 - never written

    @classmethod
    def filled(cls, values: Mapping[str, Json]) -> PartForm:
        """The form, with the fields that these values have."""
        return cls.only(cls(formdata=None, data=dict(values)), values)

    @classmethod
    def typed(cls, values: Mapping[str, Json]) -> PartForm:
        """The form as it was sent, with the fields that these values have."""
        return cls.only(cls(), values)

    @staticmethod
    def only(form: PartForm, values: Mapping[str, Json]) -> PartForm:
        """The form without the fields that the method does not have."""
        for field in form.shown:
            if values and field.name not in values:
                del form[field.name]
        return form


class ElectorsForm(PartForm):
    """Who votes in this contest, from position and functions."""

    heading = _("Qui vote dans ce scrutin")
    lead = _(
        "La qualité d'électeur se déduit de la position et des fonctions. Personne ne vote dans deux scrutins : les"
        " fonctions d'un collège ne figurent dans aucun autre."
    )
    stated = Tick(_("Vérifier la qualité d'électeur"))
    positions = Lines(_("Positions des électeurs (vide : toutes)"))
    situations = Lines(_("Situations qui privent du vote tant qu'elles durent"))
    functions = Lines(_("Fonctions qui votent ici"))
    others = Tick(_("Votent ici tous ceux qui n'exercent aucune fonction votant ailleurs"))
    nowhere = Lines(_("Avec la case précédente : fonctions qui ne votent dans aucun scrutin"))
    article = Line(ARTICLE)
    assumed = Picks(
        _("Repose sur notre lecture d'un texte"),
        [
            ("positions", _("positions")),
            ("situations", _("situations")),
            ("functions", _("fonctions")),
            ("others", _("tous les autres")),
            ("nowhere", _("fonctions qui ne votent pas")),
        ],
    )


class FiledByForm(PartForm):
    """Who files a candidacy."""

    heading = _("Qui dépose les candidatures")
    filed_by = Pick(
        _("Dépôt"),
        _CHOOSE,
        [
            ("", _("non précisé")),
            ("union", _("une organisation syndicale, pour une liste")),
            ("person", _("la personne elle-même")),
        ],
    )


class RulePartForm(PartForm):
    """A rule on candidacies: whether it is one of this contest, and its text."""

    stated = Tick(_("Cette règle s'applique à ce scrutin"))
    article = Line(ARTICLE)
    assumed = Tick(ASSUMED)

    @property
    def shown(self) -> list[Field]:
        """The fields, the text last on which they rest."""
        return sorted(super().shown, key=lambda field: field.name in ("article", "assumed"))

    def validate(self, extra_validators: object = None) -> bool:
        """Refuse a rule without its text; of a rule that does not apply, nothing is looked at."""
        if not super().validate(extra_validators):
            return False
        if self.stated.data and not self.article.data:
            self.article.errors = [*self.article.errors, str(ARTICLE_MISSING)]
            return False
        return True


class NamesForm(RulePartForm):
    """How many names."""

    heading = _("Nombre de noms")
    full = Whole(
        _("Noms d'une candidature complète, suppléants compris"), _("De 1 à 1 000 noms."), 1, 1000, optional=True
    )
    least = Line(_("Part qui suffit, comme 2/3 (vide : tous les noms)"), render_kw={"class": "short"})
    even = Tick(_("Nombre pair"))


class ParticularsForm(RulePartForm):
    """What is stated of each name."""

    heading = _("Mentions pour chaque nom")
    given = Picks(
        _("Mentions exigées"),
        [("sex", _("sexe")), ("functions", _("fonctions")), ("court", _("juridiction"))],
    )


class SharesForm(RulePartForm):
    """Women and men in their shares."""

    heading = _("Parts de femmes et d'hommes")
    lead = _("Les candidatures reflètent la part des femmes et des hommes parmi les électeurs du scrutin.")
    rounding = Pick(
        _("Part qui n'est pas un nombre entier"),
        _CHOOSE,
        [
            ("", _("non précisé")),
            ("either", _("arrondie à l'entier inférieur ou supérieur, au choix")),
            ("nearest", _("arrondie à l'entier le plus proche")),
        ],
    )


class SubstitutesForm(RulePartForm):
    """Substitutes."""

    heading = _("Suppléance")
    lead = _("Chaque titulaire a son propre suppléant.")


class OnePerUnionForm(RulePartForm):
    """One list for each union."""

    heading = _("Une liste par organisation syndicale")


class OnePerPersonForm(RulePartForm):
    """One candidacy for each person."""

    heading = _("Une candidature par personne")
    lead = _("Personne ne figure deux fois dans l'élection, tous scrutins réunis.")


class SignedForm(RulePartForm):
    """Declarations are signed."""

    heading = _("Signature")
    lead = _("Chaque personne a signé une déclaration ou une acceptation.")


class DelegateForm(RulePartForm):
    """List delegates."""

    heading = _("Délégué de liste")
    lead = _("Chaque liste désigne son délégué.")


class RollForm(RulePartForm):
    """Candidates are electors."""

    heading = _("Inscription sur la liste électorale")
    lead = _("Chaque candidat est électeur du scrutin.")


class ClosesForm(RulePartForm):
    """Until when one may file."""

    heading = _("Fin du dépôt")
    lead = _("Dernier jour du dépôt, compté en arrière depuis le premier jour du vote.")
    count = Whole(_("Nombre"), _("De 1 à 400."), 1, 400, optional=True)
    unit = Pick(_("Unité"), _CHOOSE, [("days", _("jours")), ("weeks", _("semaines")), ("months", _("mois"))])
    places = {"days": "count", "weeks": "count", "months": "count"}  # noqa: RUF012 - never written


class RulingForm(RulePartForm):
    """Who rules on admissibility."""

    heading = _("Décision sur la recevabilité")
    by = Pick(
        _("Qui décide"),
        _CHOOSE,
        [("", _("non précisé")), ("office", _("le bureau des élections")), ("board", _("le bureau de vote"))],
    )
    days = Whole(
        _("En combien de jours après la fin du dépôt (vide : non précisé)"),
        _("De 0 à 400 jours."),
        0,
        400,
        optional=True,
    )


class MendingForm(RulePartForm):
    """What becomes of an ineligible name."""

    heading = _("Délai de correction")
    lead = _("Après la décision, un nom inéligible peut être remplacé pendant ce délai.")
    days = Whole(_("Jours"), _("De 1 à 400 jours."), 1, 400, optional=True)
    unmended = Pick(
        _("Sans correction"),
        _CHOOSE,
        [
            ("", _("non précisé")),
            ("refused", _("toute la liste est refusée")),
            ("struck", _("le nom est radié, le reste examiné de nouveau")),
        ],
    )


class BarredForm(PartForm):
    """Who may not stand; one row for each text."""

    heading = _("Inéligibilités")
    lead = _("Qui se trouve dans l'une de ces situations ne peut être candidat. Une règle vide ne compte pas.")

    @classmethod
    def of(cls, values: Mapping[str, Json]) -> type[PartForm]:
        """A form with as many rows as these values have, or as were typed, and some empty ones."""
        found = [int(name[0]) for key in values if (name := re.findall(r"^situations_([0-9]{1,3})$", key))]
        rows = min(_MOST_ROWS, max(found, default=0) + _MORE_ROWS)
        fields: dict[str, object] = {}
        for row in range(1, max(rows, max(found, default=0)) + 1):
            fields[f"situations_{row}"] = Lines(_("Règle %(row)s : situations", row=row))
            fields[f"article_{row}"] = Line(_("Règle %(row)s : texte (article)", row=row))
            fields[f"assumed_{row}"] = Tick(_("Règle %(row)s : notre lecture du texte, à confirmer", row=row))
        return type("BarredRows", (cls,), fields)

    @property
    def values(self) -> dict[str, Json]:
        """The rows that say something, numbered without a gap, as the part reads them."""
        said: dict[str, Json] = {}
        place = 0
        for row in range(1, len(self.shown) // 3 + 1):
            texts, article = self[f"situations_{row}"].data, self[f"article_{row}"].data
            if texts or article:
                place += 1
                said |= {f"situations_{place}": texts, f"article_{place}": article}
                said[f"assumed_{place}"] = self[f"assumed_{row}"].data
        return said
