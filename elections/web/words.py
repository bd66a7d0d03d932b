"""Names of things as screens say them: phases, roles, acts, methods. The rules name them; here they take a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from elections.protocol.canonical import hour
from elections.rules.calendar import ASSUMED, PROVISIONAL, STATES
from elections.rules.findings import Kind
from elections.rules.french import typeset
from elections.rules.mandates import NOBODY
from elections.rules.phases import PHASES, ROLES, Role, Words
from elections.rules.words import ACTS, CATEGORIES, METHODS, NOTICERS
from elections.web import i18n

if TYPE_CHECKING:
    from flask import Flask

    from elections.registry.account_tables import Invitation
    from elections.registry.tables import Account

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

REASONS: dict[str, Words] = {
    "given": Words("contest given by the office", "collège indiqué par le bureau"),
    "functions": Words("by her or his function", "par sa fonction"),
    "others": Words("function of no other contest", "fonction d'aucun autre collège"),
}
"""Why somebody votes in a contest, by the key of the model's table that says so."""

CHANGES: dict[str, Words] = {
    "add": Words("entered", "inscription"),
    "correct": Words("corrected", "correction"),
    "remove": Words("removed", "radiation"),
}
CAUSES: dict[str, Words] = {
    "mistake": Words("mistake of the office", "erreur matérielle"),
    "claim": Words("claim admitted", "réclamation admise"),
    "event": Words("event", "événement"),
}
MESSAGES: dict[str, Words] = {
    "notice": Words("Notice of the vote", "Annonce du vote"),
    "one-time-code": Words("One-time code, the last one", "Code à usage unique, le dernier"),
}
"""Kinds of messages that electors get (elections/mailing)."""

DELIVERIES: dict[str, Words] = {
    "none": Words("nothing sent", "rien envoyé"),
    "waiting": Words("waiting", "en attente"),
    "sending": Words("on its way", "en cours"),
    "sent": Words("taken by the server", "accepté par le serveur"),
    "refused": Words("refused", "refusé"),
    "bounced": Words("came back", "revenu en erreur"),
    "uncertain": Words("in doubt", "incertain"),
}
"""What became of a message."""

CHANNELS: dict[str, Words] = {"mail": Words("mail", "courriel"), "sms": Words("SMS", "SMS")}
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
"""Where a nomination stands (web/candidacies/nominations.state): the colour of its mark, and its words."""

_ELECTOR = Words("electors of the contest", "électeurs du scrutin")


def init_app(app: Flask) -> None:
    """Give templates the names."""
    app.jinja_env.globals.update(PHASES=PHASES, METHODS=METHODS, CATEGORIES=CATEGORIES, NOTICERS=NOTICERS)
    app.jinja_env.globals.update(ASSUMED=ASSUMED, NOBODY=NOBODY, PROVISIONAL=PROVISIONAL, STATES=STATES)
    app.jinja_env.globals.update(CRITERIA=CRITERIA, KINDS=KINDS, VERDICTS=VERDICTS, RULINGS=RULINGS)
    app.jinja_env.globals.update(CAUSES=CAUSES, CHANGES=CHANGES)
    app.add_template_filter(why)
    app.jinja_env.globals.update(CHANNELS=CHANNELS, DELIVERIES=DELIVERIES, MESSAGES=MESSAGES)
    app.jinja_env.globals.update(NOMINATIONS=NOMINATIONS, ACKNOWLEDGED=ACKNOWLEDGED)
    app.add_template_filter(role_name)
    app.add_template_filter(office)
    app.add_template_filter(act_name)
    app.add_template_filter(capitalize_first)
    app.add_template_filter(lambda text: hour(text, "hour"), "as_hour")
    app.add_template_filter(lambda index, names: names[index], "name_at")


def act_name(act: str) -> str:
    """What an act of the journal is called."""
    known = ACTS.get(act)
    return act if known is None else i18n.words(known)


def why(reason: str) -> str:
    """Why somebody votes where she does, in words."""
    return i18n.words(REASONS[reason])


def role_name(role: str) -> str:
    """What a role is called; a holder's role may carry a number, as in `delegate-2`."""
    if role == "elector":
        return i18n.words(_ELECTOR)
    name, _, number = role.partition("-")
    if name not in set(Role):
        return role
    text = i18n.words(ROLES[Role(name)])
    if not number:
        return text
    numbered = gettext("%(role)s n° %(number)s", role=text, number=number)
    # The number stays on the line of its mark.
    return typeset(numbered) if i18n.language() == "fr" else numbered


def office(account: Account | Invitation) -> str:
    """As what an account acts: « délégué de liste n° 2, suppléant »."""
    # There is one president, one secretary: « du bureau de vote n° 1 » would number the board.
    alone = account.number == 1 and account.role in (Role.PRESIDENT, Role.SECRETARY)
    text = role_name(account.role if alone else f"{account.role}-{account.number}")
    return gettext("%(role)s, suppléant", role=text) if account.substitute else text


def capitalize_first(text: str) -> str:
    """The text with a capital at its beginning; the rest, acronyms among it, stays as it is."""
    return text[:1].upper() + text[1:]
