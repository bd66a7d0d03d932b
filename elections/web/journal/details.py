"""What a line of the journal holds besides its act, in words; a detail that is not known here is shown as it stands."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from elections.protocol.canonical import hour, hour_text
from elections.protocol.errors import ProtocolError
from elections.rules.phases import PHASES, ROLES, Role, Words
from elections.web import i18n
from elections.web.words import RULINGS, role_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from elections.protocol.canonical import Json


class Detail(NamedTuple):
    """One detail: what it is called, what it says, and whether that is a digest or a name of the program's."""

    name: str
    text: str
    code: bool


NAMES: dict[str, Words] = {
    "act": Words("digest of the line", "empreinte de la ligne"),
    "added": Words("added", "ajouts"),
    "article": Words("text applied", "texte appliqué"),
    "authority": Words("authorised by", "autorisation de"),
    "ballots": Words("ballots", "bulletins"),
    "base": Words("votes of the quotient", "suffrages du quotient"),
    "by": Words("by", "par"),
    "candidacies": Words("candidacies", "candidatures"),
    "candidacy": Words("candidacy", "candidature"),
    "category": Words("nature", "nature"),
    "change": Words("change", "changement"),
    "changed": Words("changed", "changements"),
    "checkpoint": Words("digest of the urn's signature", "empreinte de la signature de l'urne"),
    "chosen": Words("drawn", "sorties"),
    "closing": Words("closing", "clôture"),
    "commitment": Words("digest of the secret", "empreinte du secret"),
    "contest": Words("contest", "scrutin"),
    "date": Words("date", "échéance"),
    "day": Words("day", "jour"),
    "device": Words("machine", "machine"),
    "digest": Words("digest", "empreinte"),
    "documents": Words("documents", "pièces"),
    "done": Words("done", "fait"),
    "drawn_at": Words("drawn at", "heure du tirage"),
    "drawn_by": Words("drawn by", "tirage fait par"),
    "electors": Words("electors", "électeurs"),
    "files": Words("files that differ", "fichiers qui diffèrent"),
    "fingerprint": Words("fingerprint of the contest", "empreinte du scrutin"),
    "first_round": Words("first round", "premier tour"),
    "found": Words("software found", "logiciel trouvé"),
    "given": Words("numbers given", "nombres donnés"),
    "how": Words("how", "manière"),
    "incident": Words("incident", "incident"),
    "intervention": Words("intervention", "intervention"),
    "key": Words("short name", "nom court"),
    "kind": Words("document", "pièce"),
    "line": Words("line", "ligne"),
    "maker": Words("made", "fabrication"),
    "men": Words("men", "hommes"),
    "messages": Words("messages", "messages"),
    "model": Words("model", "modèle"),
    "new": Words("new", "nouveau"),
    "noticed": Words("noticed at", "constaté le"),
    "noticed_by": Words("noticed by", "constaté par"),
    "number": Words("number", "numéro"),
    "officer": Words("officer who asked for it, number", "demande du bureau des élections, n°"),
    "old": Words("old", "ancien"),
    "opening": Words("opening", "ouverture"),
    "order": Words("order", "ordre"),
    "outcome": Words("outcome", "issue"),
    "parameters": Words("parameters", "paramètres"),
    "part": Words("part", "réglage"),
    "phase": Words("phase", "phase"),
    "plan": Words("planned", "prévu"),
    "present": Words("present", "présents"),
    "rank": Words("rank", "rang"),
    "reason": Words("reason", "motif"),
    "receipt": Words("acknowledgement", "accusé de réception"),
    "removed": Words("removed", "retraits"),
    "repeated": Words("sent again", "renvoyés"),
    "result": Words("digest of the result", "empreinte du résultat"),
    "role": Words("role", "rôle"),
    "roll": Words("digest of the roll", "empreinte de la liste électorale"),
    "ruling": Words("ruling", "décision"),
    "seal": Words("digest of the seal", "empreinte du scellement"),
    "sealed": Words("software sealed", "logiciel scellé"),
    "secret": Words("secret", "secret"),
    "setup": Words("digest of the sealed set-up", "empreinte du dossier scellé"),
    "sha256": Words("digest", "empreinte"),
    "sheet": Words("digest of the sealing sheet", "empreinte de la fiche de scellement"),
    "signatures": Words("signatures", "signatures"),
    "slips": Words("digest of the slips", "empreinte des bulletins de tirage au sort"),
    "source": Words("source", "origine"),
    "step": Words("step", "étape"),
    "substitute": Words("substitute", "suppléant"),
    "summary": Words("what happens", "ce qui se passe"),
    "tie": Words("tie", "départage"),
    "title": Words("title", "titre"),
    "trustees": Words("digest of the keys", "empreinte des clés"),
    "version": Words("version", "version"),
    "women": Words("women", "femmes"),
}

_STEPS: dict[str, Words] = {
    "invitation": Words("invitation", "invitation"),
    "certificates": Words("keys announced", "annonce des clés"),
    "commitments": Words("shares committed to", "engagement sur les fragments"),
    "reveals": Words("shares handed over", "remise des fragments"),
    "keys": Words("keys confirmed", "confirmation des clés"),
    "rehearsal": Words("test urn made", "urne d'essai préparée"),
    "rehearsed": Words("test urn counted", "urne d'essai dépouillée"),
    "sealed": Words("seal signed", "signature du scellement"),
    "amendment": Words("amendment signed", "signature d'un avenant"),
    "decrypted": Words("tally decrypted", "déchiffrement"),
    "lot": Words("lot asked for", "demande de tirage au sort"),
    "lot-opened": Words("lot opened", "ouverture du tirage au sort"),
}
_VALUES: dict[str, Mapping[str, Words]] = {
    "kind": {"logo": Words("logo", "logo"), "statement": Words("statement", "profession de foi")},
    "phase": {phase.value: words for phase, words in PHASES.items()},
    "rank": {"titular": Words("titular", "titulaire"), "substitute": Words("substitute", "suppléant")},
    "role": {"office": ROLES[Role.OFFICER]},
    "ruling": RULINGS,
    "step": _STEPS,
    "tie": {
        "draw": Words("lot", "tirage au sort"),
        "oldest": Words("the oldest", "bénéfice de l'âge"),
        "seniority": Words("seniority", "ancienneté"),
    },
}
_SAYING = ("drawn_by", "how", "reason")
"""What somebody wrote; the rest are words of the program's."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def told(details: Mapping[str, Json], colleges: Mapping[str, str]) -> list[Detail]:
    """The details of a line; `colleges` gives the name of each college by its key."""
    return list(_told(details, colleges))


def _told(details: Mapping[str, Json], colleges: Mapping[str, str]) -> Iterator[Detail]:
    for key, value in details.items():
        if isinstance(value, dict):
            yield from _told(value, colleges)
        elif value is not None:
            known = NAMES.get(key)
            text, code = _value(key, value)
            yield Detail(
                i18n.words(known) if known else i18n.french(colleges[key]) if key in colleges else key, text, code
            )


def _value(key: str, value: Json) -> tuple[str, bool]:
    """A value in words, and whether it is one that nobody reads but compares."""
    if isinstance(value, bool):
        return str(value).lower(), True
    if isinstance(value, int):
        return i18n.number(value), False
    if isinstance(value, list):
        signers = [item["role"] for item in value if isinstance(item, dict) and isinstance(item.get("role"), str)]
        return (", ".join(map(role_name, signers)), False) if signers else (", ".join(map(str, value)), True)
    text = str(value)
    known = _VALUES.get(key, {})
    # The step of an amendment names the line that it ratifies.
    word = known.get(text) or (known.get(text.partition("-")[0]) if key == "step" else None)
    if word is not None:
        return i18n.words(word), False
    if key == "role":
        return role_name(text), False
    return _hour(text) or (text, key not in _SAYING)


def _hour(text: str) -> tuple[str, bool] | None:
    """An hour or a day in words, None for any other text."""
    try:
        at = hour(text, "detail")
    except ProtocolError:
        try:
            return (i18n.day_in_words(date.fromisoformat(text)), False) if _DAY.fullmatch(text) else None
        except ValueError:
            return None
    return f"{i18n.hour_in_words(at)} ({hour_text(at)})", False
