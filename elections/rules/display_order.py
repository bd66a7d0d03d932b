"""The order in which candidacies stand on the ballot, drawn by lot in public (R. 211-564).

Nobody may be able to choose it, neither the program nor whoever comes last. So the program first draws a secret and
shows its digest (`commitment`), the journal keeps it; then several people, each of whom has written a number on paper
before any was read out, give their numbers; then the secret is shown. Seed and order follow from all of that by a
public calculation, the one of lots (`lots.draw`): candidacy after candidacy is drawn among those that are left, each
with exactly the same chance. Had one of the people, or the program, kept to the rule, nobody could foresee the order.

    digest = SHA-256(isoloir|hidden|<secret, hex>)
    seed   = SHA-256(isoloir|order|<contest>|<ids, sorted, joined by commas>|<secret, hex>|<numbers, joined by commas>)

`replay` does it again from the line of the journal. A draw on paper cannot be done again: it rests on the board's word.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from elections.protocol.canonical import array, fields, hexadecimal, hour, string
from elections.protocol.errors import ProtocolError
from elections.protocol.setup import ROLE_PATTERN
from elections.rules.lots import draw
from elections.rules.phases import Words
from elections.rules.tables import LINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from elections.protocol.canonical import Json
    from elections.rules.lots import Draw

SECRET_BYTES = 32
FEWEST, MOST = 2, 20
"""How many people give a number."""
NUMBER = re.compile(r"[0-9]{1,12}", re.ASCII)

EXPLAINED = (
    Words(
        "The site draws a secret number of its own and shows its digest at once, which the journal keeps: it cannot"
        " exchange the secret any more.",
        "Le site tire un nombre secret et en montre aussitôt l'empreinte, que le journal conserve : il ne peut plus"
        " changer de secret.",
    ),
    Words(
        "Each person present then writes a number of up to twelve digits on paper, without showing it; the papers are"
        " turned over together, and the numbers typed in the order of the table.",
        "Chaque personne présente écrit alors sur un papier, sans le montrer, un nombre de douze chiffres au plus ; les"
        " papiers sont retournés ensemble et les nombres saisis dans l'ordre du tableau.",
    ),
    Words(
        "The site shows its secret, whose digest everybody can compare. From the secret, the numbers and the short"
        " names of the candidacies in alphabetical order, a public calculation (SHA-256) makes a seed.",
        "Le site montre son secret, dont chacun peut comparer l'empreinte. Du secret, des nombres et des noms courts"
        " des candidatures rangés par ordre alphabétique, un calcul public (SHA-256) tire une graine.",
    ),
    Words(
        "The figures of the seed, read in order, name the candidacy that stands first, then the second among those that"
        " are left, and so on; readings that would favour one are passed over, so that each has the same chance.",
        "Les chiffres de la graine, lus dans l'ordre, désignent la candidature affichée en premier, puis la deuxième"
        " parmi celles qui restent, et ainsi de suite ; les lectures qui avantageraient l'une sont écartées, de sorte"
        " que chacune a la même chance.",
    ),
    Words(
        "If only one of those present wrote a number that nobody could guess, or if the site is honest, nobody could"
        " choose the order. Everybody can do the calculation again from the journal.",
        "Qu'une seule personne ait écrit un nombre que nul ne pouvait deviner, ou que le site soit honnête, et personne"
        " n'a pu choisir l'ordre. Chacun peut refaire le calcul à partir du journal.",
    ),
)
"""The draw in five sentences, for the page on which it is done."""


def commitment(secret: bytes) -> str:
    """The digest by which the program is bound to its secret before anybody gives a number."""
    return hashlib.sha256(f"isoloir|hidden|{secret.hex()}".encode()).hexdigest()


def seed(contest: str, candidacies: Iterable[str], secret: bytes, numbers: Sequence[str]) -> bytes:
    """The seed of an order."""
    names, given = ",".join(sorted(candidacies)), ",".join(numbers)
    return hashlib.sha256(f"isoloir|order|{contest}|{names}|{secret.hex()}|{given}".encode()).digest()


def draws(contest: str, candidacies: Iterable[str], secret: bytes, numbers: Sequence[str]) -> tuple[Draw, ...]:
    """Every draw, one for each place on the ballot; its candidacies are places among the sorted ids."""
    names = sorted(candidacies)
    return draw(seed(contest, names, secret, numbers), range(len(names)), len(names))


def order(contest: str, candidacies: Iterable[str], secret: bytes, numbers: Sequence[str]) -> list[str]:
    """The ids in the order of the ballot; refused (`display.numbers`) unless 2 to 20 people gave digits."""
    if not FEWEST <= len(numbers) <= MOST or not all(NUMBER.fullmatch(number) for number in numbers):
        raise ProtocolError("display.numbers", least=FEWEST, most=MOST)
    names = sorted(candidacies)
    return [names[item.candidacy] for item in draws(contest, names, secret, numbers)]


def replay(contest: str, details: Json, what: str) -> list[str]:
    """Do a draw again from the details of its line in the journal; the order, refused unless it is the one stated.

    `details`: `{"candidacies":[id…],"commitment":hex,"given":[{"number":digits,"who":s}…],"order":[id…],"secret":hex}`;
    of a draw on paper, `{"candidacies":[id…],"drawn_at":hour,"drawn_by":s,"how":s,"order":[id…]}`.
    """
    paper = isinstance(details, dict) and "drawn_by" in details
    fields(details, what, _PAPER if paper else _DRAWN)
    known, stated = (ids(details[key], f"{what}, {key}") for key in ("candidacies", "order"))
    if known != sorted(set(known)) or sorted(stated) != known:
        raise ProtocolError("display.order", what=what)
    if paper:
        hour(details["drawn_at"], f"{what}, drawn_at")
        for key in ("drawn_by", "how"):
            string(details[key], f"{what}, {key}", LINE)
        return stated
    secret = bytes.fromhex(hexadecimal(details["secret"], f"{what}, secret"))
    if len(secret) != SECRET_BYTES or commitment(secret) != details["commitment"]:
        raise ProtocolError("display.commitment", what=what)
    given = [fields(item, f"{what}, given", ("number", "who")) for item in array(details["given"], f"{what}, given")]
    numbers = [string(item["number"], f"{what}, number", NUMBER.pattern) for item in given]
    if order(contest, known, secret, numbers) != stated:
        raise ProtocolError("display.order", what=what)
    return stated


_DRAWN = ("candidacies", "commitment", "given", "order", "secret")
_PAPER = ("candidacies", "drawn_at", "drawn_by", "how", "order")


def ids(value: Json, what: str) -> list[str]:
    """Short names of candidacies, strictly read."""
    return [string(item, what, ROLE_PATTERN) for item in array(value, what)]
