"""The demo's people and votes: everything here is invented, except four shares and a turnout.

The general college votes in the proportions published for February 2026 (law.md §6.1): 60.99, 25.03, 12.51
and 1.46 % of the valid votes, 5,750 voters of 9,163. The sizes of the other colleges are rounded guesses at
the real ones, their candidates and votes are invented, and so is every name. In February 2026 five of the
seven contests were held on line; the two of the Cour de cassation were not.

A seed draws names, choices and who votes. It never touches a key, a code or any randomness of a ballot.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REAL_ELECTORS = 9163
_REAL_VOTERS = 5750
_REAL_BLANKS = 10
_SHARES = (6099, 2503, 1251, 146)
_LISTS = (
    ("usm", "Union syndicale des magistrats (USM)"),
    ("sm", "Syndicat de la magistrature (SM)"),
    ("um-fo", "Unité Magistrats – FO (UM-FO)"),
    ("cfdt", "CFDT-Magistrats"),
)
_SMALLEST = 6
_REAL_SIZES = {"s1": REAL_ELECTORS, "s2a": 36, "s2b": 36, "s3a": 172, "s3b": 172, "s4a": 120, "s4b": 40}
_UNITS = (
    "Cour d'appel d'Aix-en-Provence", "Cour d'appel de Bordeaux", "Cour d'appel de Douai", "Cour d'appel de Lyon",
    "Cour d'appel de Paris", "Cour d'appel de Rennes", "Cour d'appel de Toulouse", "Cour d'appel de Versailles",
    "Ministère de la justice", "Collectivités d'outre-mer et Nouvelle-Calédonie",
)  # fmt: skip
_FIRST = (
    "Adèle", "Agathe", "Alban", "Amélie", "Anaïs", "Antoine", "Aurélien", "Bastien", "Béatrice", "Camille", "Céline",
    "Clément", "Corinne", "Damien", "Delphine", "Élodie", "Émile", "Estelle", "Étienne", "Fabrice", "Florence",
    "Gaël", "Hélène", "Inès", "Jérôme", "Joséphine", "Karim", "Laure", "Léonie", "Loïc", "Lucie", "Manon", "Marius",
    "Mathilde", "Maxence", "Nadia", "Noémie", "Olivier", "Pascale", "Quentin", "Rachid", "Romane", "Samir", "Sandrine",
    "Solène", "Thibault", "Valérie", "Victor", "Yasmine", "Zoé",
)  # fmt: skip
_START = (
    "Abri", "Bel", "Borde", "Brun", "Cast", "Chau", "Clair", "Combe", "Cour", "Dar", "Delm", "Épin", "Fau", "Font",
    "Gar", "Haut", "Jour", "Lam", "Lav", "Mar", "Mont", "Nor", "Orm", "Pal", "Puy", "Ros", "Sal", "Tour", "Val", "Ver",
)  # fmt: skip
_END = (
    "adour", "ance", "ard", "aud", "ault", "ec", "elle", "enas", "et", "eyrac", "iane", "ier", "ignac", "in", "oche",
    "onnet", "ot", "oux", "uel", "ueyre",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """An invented elector."""

    identifier: str
    last_name: str
    first_name: str
    college: str
    unit: str

    @property
    def email(self) -> str:
        """An address under the name reserved for examples (RFC 2606)."""
        return f"{self.identifier}@magistrats.example"


@dataclass(frozen=True)
class Fiction:
    """A whole invented election: `votes` has, by identifier, a candidacy (from 0) or None for blank."""

    people: tuple[Person, ...]
    roll: bytes
    candidacies: bytes
    votes: dict[str, int | None]


def invent(electors: int, seed: int, seats: dict[str, int]) -> Fiction:
    """The roll, candidacies and votes for a general college of `electors`; `seats` by college key."""
    random = Random(seed)
    names = _names(random)
    people = [
        _person(next(names), college, random)
        for college in seats
        for _ in range(max(_SMALLEST, round(_REAL_SIZES[college] * electors / REAL_ELECTORS)))
    ]
    candidacies, standing = _candidacies(people, seats, random, names)
    votes: dict[str, int | None] = {}
    for college in seats:
        members = [person for person in people if person.college == college]
        ballots = general_ballots(electors) if college == "s1" else _invented_ballots(len(members), standing[college])
        voters = random.sample(members, len(ballots))
        votes.update({person.identifier: choice for person, choice in zip(voters, ballots, strict=True)})
    return Fiction(tuple(people), _roll(people), candidacies, votes)


def general_ballots(electors: int) -> list[int | None]:
    """The general college's ballots: the real turnout and blanks, the real shares by largest remainder."""
    voters = (electors * _REAL_VOTERS + REAL_ELECTORS // 2) // REAL_ELECTORS
    blanks = (voters * _REAL_BLANKS + _REAL_VOTERS // 2) // _REAL_VOTERS
    valid, whole = voters - blanks, sum(_SHARES)
    counts = [valid * share // whole for share in _SHARES]
    by_rest = sorted(range(len(_SHARES)), key=lambda index: -(valid * _SHARES[index] % whole))
    for index in by_rest[: valid - sum(counts)]:
        counts[index] += 1
    chosen: list[int | None] = [index for index, count in enumerate(counts) for _ in range(count)]
    return chosen + [None] * blanks


def _invented_ballots(members: int, candidacies: int) -> list[int | None]:
    """Four fifths vote; the first candidacy wins clearly, one ballot in ten or so is blank."""
    voters = max(4, members * 4 // 5)
    blanks = voters // 10
    first = (voters - blanks) // 2 + 1
    others = voters - blanks - first
    rest: list[int | None] = [1 + index % (candidacies - 1) for index in range(others)]
    return [0] * first + rest + [None] * blanks


def _names(random: Random) -> Iterator[tuple[str, str]]:
    """First and last names without end, no pair twice."""
    seen: set[tuple[str, str]] = set()
    while True:
        name = (random.choice(_FIRST), random.choice(_START) + random.choice(_END))
        if name not in seen:
            seen.add(name)
            yield name


def _person(name: tuple[str, str], college: str, random: Random) -> Person:
    first, last = name
    plain = str.maketrans("àâäéèêëîïôöùûüçÉ", "aaaeeeeiioouuucE")
    identifier = f"{first}.{last}".translate(plain).lower().replace(" ", "-")
    return Person(identifier, last, first, college, random.choice(_UNITS))


def _candidacies(
    people: Sequence[Person], seats: dict[str, int], random: Random, names: Iterator[tuple[str, str]]
) -> tuple[bytes, dict[str, int]]:
    """The sheet of candidacies, and how many stand in each college.

    In a college smaller than its lists the missing candidates are people who are not on the roll.
    """
    rows: list[tuple[str, str, str, str, str]] = []
    standing = {}
    for college, wanted in seats.items():
        members = [person for person in people if person.college == college]
        if college == "s1":
            needed = 2 * wanted * len(_LISTS)
            members += [_person(next(names), college, random) for _ in range(needed - len(members))]
            drawn = iter(random.sample(members, needed))
            standing[college] = len(_LISTS)
            for id_, title in _LISTS:
                rows += [(college, id_, title, _name(next(drawn)), _name(next(drawn))) for _ in range(wanted)]
        else:
            standing[college] = 2 if len(members) < 8 else 3
            pairs = random.sample(members, 2 * standing[college])
            tickets = sorted(zip(pairs[::2], pairs[1::2], strict=True), key=lambda pair: _name(pair[0]))
            rows += [
                (college, f"{college}-{number}", "", _name(titular), _name(substitute))
                for number, (titular, substitute) in enumerate(tickets, 1)
            ]
    header = ("collège", "candidature", "titre", "titulaire", "suppléant")
    return _sheet([header, *rows]), standing


def _name(person: Person) -> str:
    return f"{person.last_name.upper()} {person.first_name}"


def _roll(people: Sequence[Person]) -> bytes:
    header = ("identifiant", "nom", "prénom", "email", "collège", "rôle d'inscription")
    rows = [(p.identifier, p.last_name, p.first_name, p.email, p.college, p.unit) for p in people]
    return _sheet([header, *rows])


def _sheet(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
