"""What acts and methods are called, in both languages: on screens, in the journal's pages and in the minutes."""

from __future__ import annotations

from elections.rules.phases import Words

ACTS: dict[str, Words] = {
    "create": Words("Election created", "Élection créée"),
    "calendar": Words("Calendar changed", "Calendrier modifié"),
    "candidacies": Words("Candidacies set", "Candidatures enregistrées"),
    "rule": Words("Rule of the count chosen", "Règle de décompte choisie"),
    "electorate": Words("Numbers of women and men set", "Nombres de femmes et d'hommes enregistrés"),
    "ruling": Words("Admissibility ruled upon", "Décision de recevabilité"),
    "document": Words("Document of a candidacy", "Pièce d'une candidature"),
    "nomination": Words("Candidacy filed on line", "Dépôt d'une candidature en ligne"),
    "nomination-contested": Words("Name of a list to be replaced", "Nom d'une liste à remplacer"),
    "display-begun": Words("Draw of the display order begun", "Tirage de l'ordre d'affichage commencé"),
    "display": Words("Display order drawn", "Ordre d'affichage tiré au sort"),
    "candidacies-published": Words("Candidacies published", "Candidatures publiées"),
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
    "mandates-begin": Words("First day of the mandates", "Premier jour des mandats"),
    "vacancy": Words("Seat vacant", "Siège vacant"),
    "mandates-withdraw": Words("Entry on mandates withdrawn", "Saisie sur les mandats retirée"),
}
"""The acts of the journal."""

METHODS: dict[str, Words] = {
    "largest_remainder": Words("proportional, largest remainder", "représentation proportionnelle au plus fort reste"),
    "highest_average": Words("proportional, highest average", "représentation proportionnelle à la plus forte moyenne"),
    "plurality": Words("single-member, one round", "scrutin uninominal à un tour"),
    "majority_two_rounds": Words("single-member, two rounds", "scrutin uninominal à deux tours"),
    "block": Words("block vote, one round", "scrutin plurinominal à un tour"),
}
