"""What the messages say, in French first and in English below; plain text, as mail programs of every age show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from elections.rules.days import in_english
from elections.rules.french import PARIS, hour_in_words, typeset

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from elections.config import Config
    from elections.post import Trouble
    from elections.registry.tables import Contest, Election

Text = tuple[str, str]
"""Subject and body."""

_NEEDED = """Pour voter, il vous faut :
1. cet identifiant ;
2. un code à usage unique, que le site vous envoie quand vous vous connectez ;
3. votre code de vote, de vingt caractères, qui vous parvient séparément et par une autre voie."""
_SECRECY = (
    "Ne communiquez ces codes à personne. Le bureau des élections ne les connaît pas, et ne vous les demandera jamais."
)
_IDENTIFIER = typeset("Votre identifiant :")
_ASK = "Adressez-vous à votre bureau des élections."
_MENDED = (
    "Appelez les administrateurs de ces messageries. Les messages refusés pour le moment sont présentés de nouveau "
    "d'eux-mêmes ; la page « Envois » de chaque élection dit ce qu'il en est de chacun."
)


class Addressee(NamedTuple):
    """What a notice needs of an elector."""

    number: int
    email: str
    identifier: str
    first_name: str
    last_name: str


class Notice:
    """The notice of the vote (R. 211-553): what, when, where, her identifier, how to vote, whom to ask.

    What is the same for all is set once, for ten thousand of them are written at a time.
    """

    def __init__(self, election: Election, config: Config) -> None:
        hours = f"du {_french(election.opening)} au {_french(election.closing)}"
        english = (
            f"You are on the electoral roll of “{election.title}”. Voting takes place on line, from "
            f"{_english(election.opening)} to {_english(election.closing)}, Paris time. Sign in at the address above "
            "with your identifier; a one-time code will be sent to you then. Your voting code of twenty characters "
            "reaches you separately. Give these codes to nobody: the election office does not know them and will never "
            "ask for them."
        )
        self.subject = typeset(f"Votre vote : « {election.title} »")
        self._first = typeset(f"Vous figurez sur la liste électorale de l'élection « {election.title} ».")
        self._when = typeset(f"Le vote se tient par internet, {hours}.")
        self._address = typeset("L'adresse du vote :") + f" {config.address}/election/{election.uuid}/connexion"
        asked = f"Une question, ou rien reçu ? {config.help_line or _ASK}"
        self._last = [typeset(_NEEDED), typeset(_SECRECY), typeset(asked), "---", english]
        self._contests: dict[tuple[str, ...], str] = {}

    def text(self, elector: Addressee, contests: Sequence[Contest]) -> Text:
        """Subject and body for one elector."""
        identifier = f"{_IDENTIFIER} {elector.identifier}\n{self._address}"
        name = f"Bonjour {elector.first_name} {elector.last_name},"
        body = [name, self._first, self._listed(contests), self._when, identifier, *self._last]
        return self.subject, "\n\n".join(body) + "\n"

    def _listed(self, contests: Sequence[Contest]) -> str:
        key = tuple(contest.uuid for contest in contests)
        if key not in self._contests:
            heading = "Votre scrutin :" if len(contests) == 1 else "Vos scrutins :"
            lines = [heading, *(f"- {contest.title} ({contest.college})" for contest in contests)]
            self._contests[key] = typeset("\n".join(lines))
        return self._contests[key]


def alarm(troubles: Sequence[Trouble], config: Config) -> Text:
    """To the office: which mail domains take nothing (R12)."""
    first = troubles[0].domain or "le serveur de messagerie"
    lines = [f"- {_trouble(trouble)}" for trouble in troubles]
    body = [
        "Des électeurs ne reçoivent pas leurs messages, parmi lesquels peuvent être des codes à usage unique.",
        "\n".join(lines),
        _MENDED,
        f"{config.address}/bureau",
    ]
    subject = f"Alerte : messages non reçus ({first}{', et d’autres' if len(troubles) > 1 else ''})"
    return typeset(subject), "\n\n".join(map(typeset, body)) + "\n"


def codes_owed(election: Election, count: int, config: Config) -> Text:
    """To the office: electors came to the roll after the codes were made (R12)."""
    subject = typeset(f"Codes de vote à fabriquer : {count} pour « {election.title} »")
    who = f"{count} électeurs n'ont" if count > 1 else "Un électeur n'a"
    body = [
        f"La liste électorale de « {election.title} » a changé après la fabrication des codes.",
        f"{who} pas de code de vote.",
        "Le fichier de demande pour le fabricant des codes est prêt sur cette page :",
        f"{config.address}/bureau/election/{election.uuid}/codes",
    ]
    return subject, "\n\n".join(map(typeset, body)) + "\n"


def agreement_owed(election: Election, count: int, config: Config) -> Text:
    """To president and secretary: an officer asks for new codes (R22)."""
    subject = typeset(f"Votre accord est demandé : nouveau code de vote pour « {election.title} »")
    what = f"{count} nouveaux codes de vote" if count > 1 else "un nouveau code de vote"
    body = [
        f"Le bureau des élections demande {what} pour « {election.title} ».",
        "Il y faut l'accord du président ou du secrétaire du bureau de vote, sur cette page :",
        f"{config.address}/bureau/election/{election.uuid}/codes",
    ]
    return subject, "\n\n".join(map(typeset, body)) + "\n"


def codes_agreed(election: Election, count: int, config: Config) -> Text:
    """To the office: the board has agreed to new codes, which their maker is to make."""
    subject = typeset(f"Nouveau code de vote accordé : {count} pour « {election.title} »")
    body = [
        f"Le bureau de vote a accordé {count} nouveau{'x' * (count > 1)} code{'s' * (count > 1)} de vote.",
        "Le fichier de demande pour le fabricant des codes est prêt sur cette page :",
        f"{config.address}/bureau/election/{election.uuid}/codes",
    ]
    return subject, "\n\n".join(map(typeset, body)) + "\n"


def _trouble(trouble: Trouble) -> str:
    if trouble.kind == "server":
        return f"le serveur de messagerie ne répond pas depuis dix minutes ({trouble.failed} messages attendent)"
    if trouble.kind == "silent":
        return f"{trouble.domain} : aucun message accepté depuis dix minutes, {trouble.failed} en attente"
    return f"{trouble.domain} : en dix minutes, {trouble.failed} messages refusés, {trouble.accepted} acceptés"


def _french(hour: datetime) -> str:
    return f"{hour_in_words(hour)} (heure de Paris ; {hour:%H:%M} UTC)"


def _english(hour: datetime) -> str:
    here = hour.astimezone(PARIS)
    return f"{in_english(here)} at {here:%H:%M}"
