"""Lots: when one may be needed, what it decides, how a seed chooses, and how it is told to whoever asks.

The choice is read from a stream of bytes that the seed gives, by rejection: every candidacy has exactly the same
chance, for any number of them and of seats. What is drawn, on paper or from the slips of the seal
(protocol/slips.py), becomes a `Drawn`; `outcome.settle` gives the seats by it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from elections.protocol.canonical import array, fields, hour, integer, string
from elections.protocol.errors import ProtocolError
from elections.protocol.slips import lot_seed
from elections.rules.phases import Words
from elections.rules.steps import Name
from elections.rules.tables import LINE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from elections.protocol.canonical import Json
    from elections.protocol.group import Element
    from elections.rules.outcome import Lot

SLIPS, PAPER = "slips", "paper"
_HOW = {
    SLIPS: Name("from the sealed slips", "par les plis scellés"),
    PAPER: Name("on paper, on the board's word", "sur papier, sur la parole du bureau de vote"),
}

EXPLAINED = (
    Words(
        "When the vote was sealed, before anybody voted, every board member who signed deposited a sealed"
        " slip: a number that her own program drew and encrypted, and that nobody, not even she, can read or change.",
        "Au scellement, avant tout vote, chaque membre du bureau qui a signé a déposé un pli : un nombre tiré au hasard"
        " par son propre programme et chiffré, que personne, pas même lui, ne peut lire ni changer.",
    ),
    Words(
        "Once the votes were known, the key holders opened only the mixture of all slips, never a single one: if one"
        " member was honest, nobody could foresee this mixture or choose it.",
        "Une fois les voix connues, les détenteurs de clé n'ont ouvert que le mélange de tous les plis, jamais un pli"
        " seul : qu'un seul membre ait été honnête, et nul n'a pu prévoir ce mélange ni le choisir.",
    ),
    Words(
        "From this mixture, the result to be decided and the names concerned, a public calculation makes one number,"
        " the seed, which would be another if any of the three were another.",
        "De ce mélange, du résultat à départager et des noms concernés, un calcul public tire un nombre, la graine, qui"
        " serait tout autre si l'un des trois était autre.",
    ),
    Words(
        "The figures that the seed gives are read in order and name who is drawn; readings that would favour somebody"
        " are passed over, so that all those concerned had exactly the same chance.",
        "Les chiffres que donne la graine, lus dans l'ordre, désignent qui sort ; les lectures qui avantageraient"
        " quelqu'un sont écartées, de sorte que chacun avait exactement la même chance.",
    ),
    Words(
        "Nobody's silence could change the lot, for as many key holders as it takes to count are enough to open the"
        " mixture; and everybody can do the whole calculation again from the public record.",
        "Le silence de quelques-uns n'y pouvait rien changer, car il suffit d'autant de détenteurs qu'il en faut pour"
        " dépouiller ; et chacun peut refaire tout le calcul à partir du dossier public.",
    ),
)
"""The lot from slips in five sentences, for the result page and the minutes."""

EXPLAINED_PAPER = Words(
    "No calculation can do a draw on paper again: that it was fair rests on the word of the board, which stands in the"
    " journal.",
    "Aucun calcul ne peut refaire un tirage sur papier : sa régularité repose sur la parole du bureau de vote,"
    " consignée au journal.",
)
"""What is to be known of a lot that was drawn on paper."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One seat: among whom, the bytes read (all but the last passed over), and who is drawn."""

    among: tuple[int, ...]
    read: tuple[str, ...]
    candidacy: int

    def json(self) -> Json:
        """One item of `draws` in a transcript."""
        return {"among": list(self.among), "candidacy": self.candidacy, "read": list(self.read)}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A lot that was drawn: the candidacies chosen, in ascending order, and how it can be shown."""

    chosen: tuple[int, ...]
    transcript: Json

    @property
    def how(self) -> Name:
        """How it was drawn, in a few words for a step."""
        return _HOW[self.transcript["kind"]]


def possible(parameters: Mapping[str, Json], candidacies: int) -> bool:
    """Whether a count by this rule may end in a lot: not with one candidacy, in a first round, or another tie rule."""
    return candidacies > 1 and parameters.get("tie", "draw") == "draw" and parameters.get("round") != 1


def matter(result: Mapping[str, Json]) -> Json:
    """What is to be decided, from the value of result.json: the same before the lot and after it."""
    lot = result["lot"]
    return {
        "ballots": result["ballots"],
        "between": lot["between"],
        "blank": result["blank"],
        "contest": result["contest"],
        "method": result["method"],
        "names": [result["names"][place] for place in lot["between"]],
        "seats": lot["seats"],
        "votes": result["votes"],
    }


# --- The choice from a seed -------------------------------------------------------------------------


def draw(seed: bytes, between: Sequence[int], seats: int) -> tuple[Draw, ...]:
    """Draw `seats` of the candidacies `between`, one after the other, each among those that are left in their order.

    To draw one of m, as few bytes are read as can tell m apart, as a number b below 256^L. The highest numbers,
    from the last multiple of m on, are passed over; else b mod m is the place. The last one left needs no byte.
    """
    stream, left, draws = _stream(seed), list(between), []
    for _ in range(seats):
        among, read = tuple(left), []
        length = ((len(left) - 1).bit_length() + 7) // 8
        most = 256**length // len(left) * len(left)
        number = most
        while number >= most:
            chunk = bytes(next(stream) for _ in range(length))
            read.append(chunk.hex())
            number = int.from_bytes(chunk, "big")
        draws.append(Draw(among, tuple(read), left.pop(number % len(left))))
    return tuple(draws)


def arithmetic(draw: Json, names: Sequence[str]) -> Words:
    """One draw of a transcript, told so that it can be followed with a pencil."""
    among, many = draw["among"], len(draw["among"])
    everyone = ", ".join(f"{names[candidacy]} ({place})" for place, candidacy in enumerate(among))
    en, fr = [], []
    for text in draw["read"]:
        number, top = int(text or "0", 16), 256 ** (len(text) // 2)
        most = top // many * many
        if number >= most:
            en.append(f"{text} is {number}, passed over: from {most} to {top - 1} not all remainders would come up")
            fr.append(f"{text} vaut {number}, écarté : de {most} à {top - 1} tous les restes ne sortiraient pas")
        else:
            whole, rest = divmod(number, many)
            en.append(f"{text} is {number} = {whole} × {many} + {rest}: {names[draw['candidacy']]}")
            fr.append(f"{text} vaut {number} = {whole} × {many} + {rest} : {names[draw['candidacy']]}")
    return Words(f"Among {everyone}: {'; '.join(en)}.", f"Entre {everyone} : {' ; '.join(fr)}.")


def _stream(seed: bytes) -> Iterator[int]:
    """Bytes without end: SHA-256 of the seed and a number that counts from 0."""
    for number in count():
        yield from hashlib.sha256(f"isoloir|draw|{seed.hex()}|{number}".encode()).digest()


# --- What was drawn ---------------------------------------------------------------------------------


def drawn_from_slips(
    result: Mapping[str, Json], fingerprint: str, element: Element, decryptions: Json, deposited: Sequence[str]
) -> Drawn:
    """The lot from the opened product; `result` is the value of result.json, `deposited` the roles of the slips."""
    lot = result["lot"]
    seed = lot_seed(fingerprint, element, matter(result))
    draws = draw(seed, lot["between"], lot["seats"])
    transcript = {
        "decryptions": decryptions,
        "deposited": list(deposited),
        "draws": [item.json() for item in draws],
        "element": element.text,
        "kind": SLIPS,
        "seed": seed.hex(),
    }
    return Drawn(tuple(sorted(item.candidacy for item in draws)), transcript)


def check_paper(details: Json, lot: Lot, what: str) -> None:
    """Refuse a paper draw that is not told whole, or whose candidacies could not come out of this lot.

    `details` are those of the journal's line: `{"chosen":[i…],"drawn_at":hour,"drawn_by":s,"how":s}`.
    """
    fields(details, what, ("chosen", "drawn_at", "drawn_by", "how"))
    hour(details["drawn_at"], f"{what}, drawn_at")
    for key in ("drawn_by", "how"):
        string(details[key], f"{what}, {key}", LINE)
    chosen = [integer(item, f"{what}, chosen") for item in array(details["chosen"], f"{what}, chosen")]
    if len(chosen) != lot.seats or chosen != sorted(set(chosen)) or not set(chosen) <= set(lot.between):
        raise ProtocolError("lots.chosen", what=what, seats=lot.seats)


def drawn_on_paper(details: Json) -> Drawn:
    """The lot as the board entered it; `details` are those of its line in the journal."""
    return Drawn(tuple(details["chosen"]), {**details, "kind": PAPER})
