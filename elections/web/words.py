"""Names of things as screens say them: phases, roles, acts, methods. What the rules name already comes from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from elections.rules.phases import PHASES, ROLES, Role, Words
from elections.web import i18n

if TYPE_CHECKING:
    from flask import Flask

ACTS: dict[str, Words] = {
    "create": Words("Election created", "Élection créée"),
    "calendar": Words("Calendar changed", "Calendrier modifié"),
    "candidacies": Words("Candidacies set", "Candidatures enregistrées"),
    "roll": Words("Roll imported", "Liste électorale importée"),
    "codes": Words("Voting codes: public keys received", "Codes de vote : clés publiques reçues"),
    "reissue": Words("Voting code re-issued", "Code de vote réédité"),
    "account": Words("Account opened", "Compte ouvert"),
    "ceremony": Words("Key holder's document received", "Pièce remise par un détenteur de clé"),
    "ceremony-void": Words("Key holders' documents voided", "Pièces des détenteurs annulées"),
    "trustees": Words("Keys made", "Clés créées"),
    "prepare": Words("Sealing prepared", "Scellement préparé"),
    "unlock": Words("Draft unlocked", "Projet déverrouillé"),
    "seal": Words("Sealed", "Scellement"),
    "open": Words("Vote opened", "Ouverture du scrutin"),
    "suspend": Words("Vote suspended", "Suspension du scrutin"),
    "resume": Words("Vote resumed", "Reprise du scrutin"),
    "reschedule": Words("New closing hour", "Nouvelle heure de clôture"),
    "amendment": Words("Amendment signed by the key holders", "Avenant signé par les détenteurs de clé"),
    "stop": Words("Vote stopped for good", "Arrêt définitif du scrutin"),
    "close": Words("Vote closed", "Clôture du scrutin"),
    "freeze": Words("Urn and register frozen", "Urne et émargement figés"),
    "lot": Words("Lot drawn on paper", "Tirage au sort sur papier"),
    "count": Words("Votes counted", "Dépouillement"),
    "proclaim": Words("Result proclaimed", "Proclamation du résultat"),
    "archive": Words("Archived", "Archivage"),
}
"""The acts of the journal."""

METHODS: dict[str, Words] = {
    "largest_remainder": Words("proportional, largest remainder", "représentation proportionnelle au plus fort reste"),
    "highest_average": Words("proportional, highest average", "représentation proportionnelle à la plus forte moyenne"),
    "plurality": Words("single-member, one round", "scrutin uninominal à un tour"),
    "majority_two_rounds": Words("single-member, two rounds", "scrutin uninominal à deux tours"),
    "block": Words("block vote, one round", "scrutin plurinominal à un tour"),
}

_ELECTOR = Words("electors of the contest", "électeurs du scrutin")


def init_app(app: Flask) -> None:
    """Give templates the names."""
    app.jinja_env.globals.update(PHASES=PHASES, METHODS=METHODS)
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
