"""Names of things as screens say them: phases, roles, acts, methods. The rules name them; here they take a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from elections.rules.calendar import ASSUMED, PROVISIONAL, STATES
from elections.rules.findings import Kind
from elections.rules.mandates import NOBODY
from elections.rules.phases import PHASES, ROLES, Role, Words
from elections.rules.words import ACTS, METHODS
from elections.web import i18n

if TYPE_CHECKING:
    from flask import Flask

CRITERIA: dict[str, Words] = {
    "names": Words("number of names", "nombre de noms"),
    "particulars": Words("particulars", "mentions"),
    "substitutes": Words("substitute", "suppléance"),
    "shares": Words("women and men", "femmes et hommes"),
    "one_per_union": Words("one list per union", "une liste par syndicat"),
    "one_per_person": Words("one candidacy per person", "une candidature par personne"),
    "signed": Words("signature", "signature"),
    "delegate": Words("list delegate", "délégué de liste"),
    "roll": Words("on the roll", "liste électorale"),
    "barred": Words("eligibility", "éligibilité"),
}
"""The rules on candidacies (rules/filing.py), in a word."""

KINDS: dict[Kind, Words] = {
    Kind.MET: Words("in order", "conforme"),
    Kind.OPEN: Words("to be completed", "à compléter"),
    Kind.FAULT: Words("fault", "irrégularité"),
}
"""How a rule fares; of a candidacy, `VERDICTS`."""

VERDICTS: dict[Kind, Words] = {
    Kind.MET: Words("admissible", "recevable"),
    Kind.OPEN: Words("to be completed", "à compléter"),
    Kind.FAULT: Words("at fault", "irrégulière"),
}

RULINGS: dict[str, Words] = {
    "admitted": Words("admitted", "admise"),
    "refused": Words("refused, not on the ballot", "refusée, hors du bulletin de vote"),
}

ACKNOWLEDGED: dict[str, Words] = {
    "filed": Words("Filed", "Dépôt"),
    "changed": Words("Filed again, changed", "Dépôt modifié"),
    "corrected": Words("Corrected", "Correction"),
    "withdrawn": Words("Withdrawn", "Retrait"),
}
"""What an acknowledgement is given for."""

NOMINATIONS: dict[str, tuple[str, Words]] = {
    "draft": ("todo", Words("draft, not filed", "projet, non déposé")),
    "filed": ("done", Words("filed", "déposée")),
    "contested": ("todo", Words("filed, a name to be replaced", "déposée, un nom à remplacer")),
    "fallen": ("stopped", Words("not corrected in time", "non corrigée dans le délai")),
    "withdrawn": ("stopped", Words("withdrawn", "retirée")),
}
"""Where a nomination stands (web/nominations.state): the colour of its mark, and its words."""

_ELECTOR = Words("electors of the contest", "électeurs du scrutin")


def init_app(app: Flask) -> None:
    """Give templates the names."""
    app.jinja_env.globals.update(PHASES=PHASES, METHODS=METHODS)
    app.jinja_env.globals.update(ASSUMED=ASSUMED, NOBODY=NOBODY, PROVISIONAL=PROVISIONAL, STATES=STATES)
    app.jinja_env.globals.update(CRITERIA=CRITERIA, KINDS=KINDS, VERDICTS=VERDICTS, RULINGS=RULINGS)
    app.jinja_env.globals.update(NOMINATIONS=NOMINATIONS, ACKNOWLEDGED=ACKNOWLEDGED)
    app.add_template_filter(role_name)
    app.add_template_filter(act_name)
    app.add_template_filter(capitalize_first)
    app.add_template_filter(lambda index, names: names[index], "name_at")


def act_name(act: str) -> str:
    """What an act of the journal is called."""
    known = ACTS.get(act)
    return act if known is None else i18n.words(known)


def role_name(role: str) -> str:
    """What a role is called; a holder's role may carry a number, as in `delegate-2`."""
    if role == "elector":
        return i18n.words(_ELECTOR)
    name, _, number = role.partition("-")
    if name not in set(Role):
        return role
    text = i18n.words(ROLES[Role(name)])
    return gettext("%(role)s n° %(number)s", role=text, number=number) if number else text


def capitalize_first(text: str) -> str:
    """The text with a capital at its beginning; the rest, acronyms among it, stays as it is."""
    return text[:1].upper() + text[1:]
