"""What acts and methods are called, in both languages: on screens, in the journal's pages and in the minutes."""

from __future__ import annotations

from elections.rules.phases import ROLES, Role, Words

ACTS: dict[str, Words] = {
    "create": Words("Election created", "Élection créée"),
    "calendar": Words("Calendar changed", "Calendrier modifié"),
    "settings": Words("Settings changed", "Réglages modifiés"),
    "policy": Words("Key holders' policy changed", "Règle des détenteurs de clé modifiée"),
    "contest": Words("Contest changed", "Scrutin modifié"),
    "contest-added": Words("Contest added", "Scrutin ajouté"),
    "contest-removed": Words("Contest removed", "Scrutin retiré"),
    "contest-order": Words("Contests put in another order", "Ordre des scrutins modifié"),
    "admission": Words("Rules on candidacies changed", "Règles de candidature modifiées"),
    "candidacies": Words("Candidacies set", "Candidatures enregistrées"),
    "rule": Words("Rule of the count chosen", "Règle de décompte choisie"),
    "electorate": Words("Numbers of women and men set", "Nombres de femmes et d'hommes enregistrés"),
    "ruling": Words("Admissibility ruled upon", "Décision de recevabilité"),
    "document": Words("Document of a candidacy", "Pièce d'une candidature"),
    "candidacies-published": Words("Candidacies published", "Candidatures publiées"),
    "roll": Words("Roll imported", "Liste électorale importée"),
    "roll-change": Words("Roll changed by one entry", "Liste électorale modifiée sur un point"),
    "roll-published": Words("Roll shown to its electors", "Liste électorale publiée"),
    "roll-withdrawn": Words("Roll no longer shown", "Publication de la liste électorale retirée"),
    "codes": Words("Voting codes: public keys received", "Codes de vote : clés publiques reçues"),
    "notices": Words("Notices of the vote queued", "Annonces du vote mises à l'envoi"),
    "bounces": Words("Messages that came back", "Messages revenus en erreur"),
    "reissue-asked": Words("New voting code asked for", "Nouveau code de vote demandé"),
    "reissue-agreed": Words("New voting code agreed to", "Nouveau code de vote accordé"),
    "reissue-withdrawn": Words("New voting code no longer asked for", "Demande de nouveau code retirée"),
    "reissue": Words("Voting code re-issued", "Code de vote réédité"),
    "account": Words("Account opened", "Compte ouvert"),
    "invitation": Words("Account offered", "Invitation à ouvrir un compte"),
    "invitation-withdrawn": Words("Invitation withdrawn", "Invitation retirée"),
    "sessions-ended": Words("Account signed out by the office", "Sessions d'un compte fermées par le bureau"),
    "recovery": Words("Recovery of an account asked for", "Rétablissement d'un compte demandé"),
    "recovery-agreed": Words("Recovery of an account agreed to", "Rétablissement d'un compte approuvé"),
    "recovery-refused": Words("Recovery of an account refused", "Rétablissement d'un compte refusé"),
    "ceremony": Words("Key holder's document received", "Pièce remise par un détenteur de clé"),
    "ceremony-void": Words("Key holders' documents voided", "Pièces des détenteurs annulées"),
    "trustees": Words("Keys made", "Clés créées"),
    "prepare": Words("Sealing prepared", "Scellement préparé"),
    "unlock": Words("Draft unlocked", "Projet déverrouillé"),
    "seen": Words("What is to be sealed was looked at", "Examen de ce qui va être scellé"),
    "present": Words("Who is present at the seal", "Présents au scellement"),
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
    "incident": Words("Incident entered", "Incident enregistré"),
    "incident-note": Words("Note on an incident, not published", "Note sur un incident, non publiée"),
    "incident-close": Words("Incident closed", "Incident clos"),
    "intervention": Words("Intervention begun", "Début d'intervention"),
    "intervention-end": Words("Intervention ended", "Fin d'intervention"),
    "software-differs": Words("Software is not the sealed one", "Logiciel différent de celui qui est scellé"),
    "software-equal": Words("Software is the sealed one again", "Logiciel de nouveau conforme au scellement"),
    "mandates-begin": Words("First day of the mandates", "Premier jour des mandats"),
    "vacancy": Words("Seat vacant", "Siège vacant"),
    "mandates-withdraw": Words("Entry on mandates withdrawn", "Saisie sur les mandats retirée"),
}
"""The acts of the journal."""

CATEGORIES: dict[str, Words] = {
    "access": Words("signing in", "accès des électeurs"),
    "code": Words("voting codes", "codes de vote"),
    "candidacies": Words("candidacies and ballot paper", "candidatures et bulletin de vote"),
    "urn": Words("urn and ballots", "urne et bulletins"),
    "count": Words("count", "dépouillement"),
    "software": Words("software", "logiciel"),
    "network": Words("network or machine", "réseau ou matériel"),
    "attack": Words("suspected attack", "attaque soupçonnée"),
    "secrecy": Words("secrecy of the vote or personal data", "secret du vote ou données personnelles"),
    "other": Words("something else", "autre"),
}
"""What incidents are about."""

NOTICERS: dict[str, Words] = {
    **{role.value: ROLES[role] for role in Role if role is not Role.CLOCK},
    "elector": Words("an elector", "un électeur"),
    "help": Words("the help centre", "le centre d'assistance"),
    "supplier": Words("the supplier", "le prestataire"),
    "program": Words("the program itself", "le système lui-même"),
}
"""Who notices an incident: a function, never a name."""

METHODS: dict[str, Words] = {
    "largest_remainder": Words("proportional, largest remainder", "représentation proportionnelle au plus fort reste"),
    "highest_average": Words("proportional, highest average", "représentation proportionnelle à la plus forte moyenne"),
    "plurality": Words("single-member, one round", "scrutin uninominal à un tour"),
    "majority_two_rounds": Words("single-member, two rounds", "scrutin uninominal à deux tours"),
    "block": Words("block vote, one round", "scrutin plurinominal à un tour"),
}
