"""The acknowledgement of a candidacy filed on line, as a text that the record key signs (R. 211-531).

Its first lines are for programs, a key and a value each; what follows says the same to people. Who has it can show
what was filed, and at what second of the server's clock; the digest is that of the content in canonical form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.canonical import encode, hour_text, sha256_hex
from elections.rules.french import hour_in_words, typeset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from elections.protocol.canonical import Json

FORMAT = "isoloir-nomination-1"
ACTS = {
    "filed": "Candidature déposée",
    "changed": "Candidature déposée et modifiée",
    "corrected": "Liste corrigée",
    "withdrawn": "Candidature retirée",
}
_WHO = {"titular": "titulaire", "substitute": "suppléant"}
_SEXES = {"f": "F", "m": "H"}


@dataclass(frozen=True, slots=True)
class Filed:
    """What is acknowledged: where, under which short name, for the which-th time, when, and what it holds."""

    election: str
    election_title: str
    contest: str
    contest_title: str
    candidacy: str
    sequence: int
    act: str
    at: datetime
    content: Mapping[str, Json]
    documents: Mapping[str, str]
    """By kind: the SHA-256 of each document that lay with it."""

    @property
    def digest(self) -> str:
        """SHA-256 of what was filed."""
        return sha256_hex(encode({"content": self.content, "documents": self.documents}))

    @property
    def text(self) -> str:
        """The text to sign; it ends with a line feed."""
        head = (
            FORMAT,
            f"election {self.election}",
            f"contest {self.contest}",
            f"candidacy {self.candidacy}",
            f"receipt {self.sequence}",
            f"act {self.act}",
            f"at {hour_text(self.at)}",
            f"digest {self.digest}",
        )
        said = (
            "Accusé de réception",
            self.election_title,
            self.contest_title,
            "",
            f"{ACTS[self.act]} le {hour_in_words(self.at)} (heure de Paris).",
            f"Titre : {self.content['title']}",
            *([f"Organisation syndicale : {self.content['union']}"] if self.content["union"] else []),
            *([f"Délégué de liste : {self.content['delegate']}"] if self.content["delegate"] else []),
            "",
            *_names(self.content["names"], self.content["persons"]),
            *(f"Pièce jointe ({_KINDS[kind]}) : {digest}" for kind, digest in sorted(self.documents.items())),
        )
        return "".join(f"{line}\n" for line in (*head, "", *map(typeset, said)))


_KINDS = {
    "accepted": "acceptation du suppléant",
    "declared": "déclaration de candidature",
    "logo": "logo",
    "statement": "profession de foi",
}


def _names(names: Sequence[Mapping[str, Json]], persons: Sequence[Mapping[str, Json]]) -> list[str]:
    lines = []
    for place, (pair, known) in enumerate(zip(names, persons, strict=True), 1):
        for who, said in _WHO.items():
            if pair[who]:
                about = known.get(who, {})
                told = [_SEXES.get(about.get("sex", ""), ""), about.get("functions", ""), about.get("court", "")]
                more = ", ".join(text for text in told if text)
                lines.append(f"{place}. {said} : {pair[who]}{f' ({more})' if more else ''}")
    return lines
