"""The lifecycle of a contest, as one table.

`TRANSITIONS` is the whole truth: the code asks it, docs/lifecycle.md is drawn from it by `page`, and
the officers' screens take their labels from it. The phase belongs to the contest, so that any one can
be stopped without touching the others (R. 211-513); an election shows the least advanced of its phases.

- Nothing goes back: what was sealed stays sealed; only suspension and resumption form a loop.
- The closing hour may pass during a suspension. The contest then stays suspended: the board resumes it
  with a new closing hour, by an amendment, or stops it. Nothing closes by itself what is not open.
- Delegates and supervision move no phase: delegates act by their presence and by the signatures of
  their keys (R. 211-552, R. 211-573), the supervision watches and reports (R. 211-522 to 526), and
  observers watch.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Phase(StrEnum):
    """Where a contest stands, in order of advance; `stopped` stands beside the order."""

    DRAFT = "draft"
    SEALED = "sealed"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSING = "closing"
    FROZEN = "frozen"
    COUNTED = "counted"
    PROCLAIMED = "proclaimed"
    ARCHIVED = "archived"
    STOPPED = "stopped"


class Role(StrEnum):
    """Who acts; `clock` is the program itself, at an hour that was sealed."""

    OFFICER = "officer"
    PRESIDENT = "president"
    SECRETARY = "secretary"
    DELEGATE = "delegate"
    SUPERVISION = "supervision"
    OBSERVER = "observer"
    CLOCK = "clock"


class Act(StrEnum):
    """What is done to a contest; the journal and the command line use the same words."""

    PREPARE = "prepare"
    SEAL = "seal"
    OPEN = "open"
    SUSPEND = "suspend"
    RESUME = "resume"
    STOP = "stop"
    CLOSE = "close"
    FREEZE = "freeze"
    COUNT = "count"
    PROCLAIM = "proclaim"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in both languages; a refusal on a terminal reads English."""

    en: str
    fr: str

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: `act` leads from any of `sources` to `target`, by one of `roles`, under `article`.

    `needs` says in words what must hold besides; the room that carries out the act checks it.
    `rehearsal` marks a row that exists only for elections whose model is marked as a rehearsal.
    """

    act: Act
    sources: tuple[Phase, ...]
    target: Phase
    roles: tuple[Role, ...]
    article: str
    label: Words
    needs: Words
    rehearsal: bool = False


PHASES: dict[Phase, Words] = {
    Phase.DRAFT: Words("in preparation", "en préparation"),
    Phase.SEALED: Words("sealed", "scellé"),
    Phase.OPEN: Words("open", "ouvert"),
    Phase.SUSPENDED: Words("suspended", "suspendu"),
    Phase.CLOSING: Words("closed, last voters finishing", "clos, derniers votes en cours"),
    Phase.FROZEN: Words("urn frozen", "urne figée"),
    Phase.COUNTED: Words("counted", "dépouillé"),
    Phase.PROCLAIMED: Words("proclaimed", "proclamé"),
    Phase.ARCHIVED: Words("archived", "archivé"),
    Phase.STOPPED: Words("stopped, not counted", "arrêté, sans dépouillement"),
}

ROLES: dict[Role, Words] = {
    Role.OFFICER: Words("election office", "bureau des élections"),
    Role.PRESIDENT: Words("president of the board", "président du bureau de vote"),
    Role.SECRETARY: Words("secretary of the board", "secrétaire du bureau de vote"),
    Role.DELEGATE: Words("list delegate", "délégué de liste"),
    Role.SUPERVISION: Words("technical supervision", "cellule de supervision technique"),
    Role.OBSERVER: Words("observer", "observateur"),
    Role.CLOCK: Words("by itself, at the hour", "automatique, à l'heure dite"),
}

_BOARD = (Role.PRESIDENT, Role.SECRETARY)
"""The secretary replaces the president (R. 211-538): whatever one may do, so may the other."""

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        Act.PREPARE,
        (Phase.DRAFT,),
        Phase.DRAFT,
        (Role.OFFICER,),
        "R. 211-528, R. 211-550",
        Words("Prepare the sealing", "Préparer le scellement"),
        Words(
            "candidacies admitted, roll corrected on the eve at the latest, no parameter left open, keys made and"
            " rehearsed by every holder; the draft is locked, and unlocking it voids what was prepared",
            "candidatures admises, liste électorale arrêtée au plus tard la veille, aucun paramètre en suspens, clés"
            " créées et essayées par chaque détenteur ; projet verrouillé, le déverrouiller annule cette préparation",
        ),
    ),
    Transition(
        Act.SEAL,
        (Phase.DRAFT,),
        Phase.SEALED,
        _BOARD,
        "R. 211-541, R. 211-550, R. 211-552",
        Words("Seal", "Sceller"),
        Words(
            "sealing prepared; urn empty, register blank, counter at zero; signatures of the president or the secretary"
            " and of two delegates (one if there is only one)",
            "scellement préparé ; urne vide, émargement vierge, compteur à zéro ; signatures du président ou du"
            " secrétaire et de deux délégués (un seul s'il n'y en a qu'un)",
        ),
    ),
    Transition(
        Act.OPEN,
        (Phase.SEALED,),
        Phase.OPEN,
        _BOARD,
        "R. 211-541, R. 211-561",
        Words("Open the vote", "Ouvrir le scrutin"),
        Words(
            "the opening hour has come, and the board acts: neither is enough alone; all counts are zero, the link key"
            " is the sealed one",
            "l'heure d'ouverture est venue et le bureau agit : l'un sans l'autre ne suffit pas ; compteurs à zéro, clé"
            " de liaison conforme au scellement",
        ),
    ),
    Transition(
        Act.SUSPEND,
        (Phase.OPEN,),
        Phase.SUSPENDED,
        _BOARD,
        "R. 211-513, R. 211-541",
        Words("Suspend the vote", "Suspendre le scrutin"),
        Words(
            "an incident in the journal, the organising authority's authorisation; takes effect at once",
            "incident porté au journal, autorisation de l'autorité organisatrice ; effet immédiat",
        ),
    ),
    Transition(
        Act.RESUME,
        (Phase.SUSPENDED,),
        Phase.OPEN,
        _BOARD,
        "R. 211-541",
        Words("Resume the vote", "Reprendre le scrutin"),
        Words(
            "the organising authority's authorisation, an amendment signed by the key holders, a closing hour still to"
            " come (a new one if it has passed)",
            "autorisation de l'autorité organisatrice, avenant signé par les détenteurs de clé, heure de clôture à"
            " venir (une nouvelle si elle est passée)",
        ),
    ),
    Transition(
        Act.STOP,
        (Phase.OPEN, Phase.SUSPENDED),
        Phase.STOPPED,
        _BOARD,
        "R. 211-513, R. 211-541",
        Words("Stop the vote for good", "Arrêter définitivement le scrutin"),
        Words(
            "an incident in the journal, the organising authority's authorisation; final, nothing is counted",
            "incident porté au journal, autorisation de l'autorité organisatrice ; définitif, rien n'est dépouillé",
        ),
    ),
    Transition(
        Act.CLOSE,
        (Phase.OPEN,),
        Phase.CLOSING,
        (Role.CLOCK,),
        "R. 211-563",
        Words("Close at the hour", "Clore à l'heure"),
        Words(
            "the closing hour has come; who signed in before it may finish",
            "l'heure de clôture est venue ; qui s'est authentifié avant peut achever son vote",
        ),
    ),
    Transition(
        Act.CLOSE,
        (Phase.OPEN,),
        Phase.CLOSING,
        _BOARD,
        "R. 211-551",
        Words("Close early", "Clore avant l'heure"),
        Words(
            "only in a rehearsal: a real vote is never closed early",
            "vote à blanc seulement : un scrutin réel n'est jamais clos avant l'heure",
        ),
        rehearsal=True,
    ),
    Transition(
        Act.FREEZE,
        (Phase.CLOSING,),
        Phase.FROZEN,
        (Role.CLOCK,),
        "R. 211-563, R. 211-572",
        Words("Freeze urn and register", "Figer l'urne et l'émargement"),
        Words(
            "closing and grace are over; no attempt left, no amendment without its signatures; signatures = ballots",
            "clôture et délai de grâce écoulés ; aucune tentative en cours, aucun avenant sans signatures ; émargements"
            " = bulletins",
        ),
    ),
    Transition(
        Act.COUNT,
        (Phase.FROZEN,),
        Phase.COUNTED,
        _BOARD,
        "R. 211-573, R. 211-574, R. 211-575",
        Words("Count", "Dépouiller"),
        Words(
            "shares used by the president or the secretary and by two delegates; lots drawn if needed; the whole"
            " verification holds",
            "fragments employés par le président ou le secrétaire et par deux délégués ; tirage au sort s'il en faut"
            " un ; vérification complète réussie",
        ),
    ),
    Transition(
        Act.PROCLAIM,
        (Phase.COUNTED,),
        Phase.PROCLAIMED,
        _BOARD,
        "R. 211-543, R. 211-576",
        Words("Proclaim the result", "Proclamer le résultat"),
        Words(
            "the record is written, verified and published together, or nothing is",
            "le dossier public est écrit, vérifié et publié d'un seul tenant, ou rien ne l'est",
        ),
    ),
    Transition(
        Act.ARCHIVE,
        (Phase.PROCLAIMED,),
        Phase.ARCHIVED,
        (Role.OFFICER,),
        "R. 211-580, R. 211-586",
        Words("Archive", "Archiver"),
        Words(
            "the time for contestation is over; signed requests and holders' files are destroyed",
            "délai de contestation expiré ; demandes signées et fichiers des détenteurs détruits",
        ),
    ),
)


def after(phase: Phase, act: Act) -> Phase:
    """The phase that `act` leads to from `phase`; refused (`rules.phase`) where the table has no such row."""
    for row in TRANSITIONS:
        if row.act is act and phase in row.sources:
            return row.target
    raise ProtocolError("rules.phase", act=act.value, phase=phase.value)


def rows(phase: Phase, role: Role, *, rehearsal: bool = False) -> tuple[Transition, ...]:
    """The rows `role` may use in `phase`, in the table's order: what an officer's screen offers."""
    return tuple(
        row for row in TRANSITIONS if phase in row.sources and role in row.roles and (rehearsal or not row.rehearsal)
    )


def allowed(phase: Phase, role: Role, *, rehearsal: bool = False) -> tuple[Act, ...]:
    """The acts `role` may do in `phase`."""
    return tuple(row.act for row in rows(phase, role, rehearsal=rehearsal))


def permit(phase: Phase, act: Act, role: Role, *, rehearsal: bool = False) -> Transition:
    """The row under which `role` may do `act` in `phase`.

    Refused by `rules.phase` if nobody may do it there, by `rules.role` if others may. What the row
    `needs` besides is for the caller to check.
    """
    after(phase, act)
    for row in rows(phase, role, rehearsal=rehearsal):
        if row.act is act:
            return row
    raise ProtocolError("rules.role", act=act.value, phase=phase.value, role=role.value)


def least_advanced(phases: Iterable[Phase]) -> Phase:
    """The phase an election shows: the earliest of its contests' phases in the order of `Phase`.

    A stopped contest waits for nothing, so it does not count; the election is `stopped` only when all
    of its contests are. `suspended` comes after `open`: an election is shown suspended when none of its
    contests can be voted in and none is still to be opened.
    """
    order = list(Phase)
    try:
        # `stopped` is the last of the order, so that `min` gives it only where there is nothing else.
        return min(phases, key=order.index)
    except ValueError as error:
        raise ProtocolError("rules.no_contest") from error


def mermaid() -> str:
    """The table as a Mermaid state diagram, for docs/lifecycle.md."""
    sources = {source for row in TRANSITIONS for source in row.sources}
    edges = dict.fromkeys(f"{source} --> {row.target}: {row.act}" for row in TRANSITIONS for source in row.sources)
    ends = [f"{phase} --> [*]" for phase in Phase if phase not in sources]
    return "\n".join(["stateDiagram-v2", *(f"    {line}" for line in (f"[*] --> {Phase.DRAFT}", *edges, *ends))])


def page() -> str:
    """The whole text of docs/lifecycle.md; a test compares the two."""
    phases = [f"| `{phase}` | {words.en} | {words.fr} |" for phase, words in PHASES.items()]
    acts = [
        f"| `{row.act}`{' (rehearsal)' if row.rehearsal else ''}"
        f" | {', '.join(f'`{source}`' for source in row.sources)} → `{row.target}`"
        f" | {', '.join(row.roles)} | {row.needs.en} | {row.article} | {row.label.fr} |"
        for row in TRANSITIONS
    ]
    return "\n".join(
        [
            "# The lifecycle of a contest",
            "",
            "Drawn from the table in `elections/rules/phases.py`; a test compares the two. To change this page, change",
            "the table and write `page()` here anew.",
            "",
            "```mermaid",
            mermaid(),
            "```",
            "",
            "A stopped contest is final and not counted. If the closing hour passes during a suspension, the contest",
            "stays suspended until the board resumes it with a new closing hour or stops it. An election shows the",
            "least advanced phase of its contests; stopped ones count only when all are stopped.",
            "",
            "## Phases",
            "",
            "| phase | meaning | on screen |",
            "|---|---|---|",
            *phases,
            "",
            "## Acts",
            "",
            "`clock` is the program itself, at a sealed hour. Articles: code général de la fonction publique.",
            "Delegates sign and are present, the technical supervision watches; neither moves a phase.",
            "",
            "| act | from → to | who | needs | article | on screen |",
            "|---|---|---|---|---|---|",
            *acts,
            "",
        ]
    )
