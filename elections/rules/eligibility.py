"""Who may vote where, and who may stand: positions, functions and situations against `[contests.electors]`.

An elector belongs to one contest at most (law.md §7.7): by her function to the one that names it, else to the
one of all others. Position and situations then decide whether she votes there. Whoever stands must besides be in none
of the situations that bar it.

The words are those of the model, and compared as `plain` gives them. A function that no model names is one of the
others: whoever reads a roll must make sure that it is spelled right.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError
from elections.rules.steps import Name, step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from elections.rules.filing import Barred, ElectorRules
    from elections.rules.steps import Step


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of a person on the day: her position, her function, the situations she is in."""

    position: str
    function: str
    situations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """The contest in which a person votes, None if in none, and why; `assumed` if it rests on no text that was read."""

    contest: str | None
    step: Step
    assumed: bool = False


def plain(text: str) -> str:
    """A text without case, accents, apostrophes, hyphens and doubled spaces, for comparison."""
    letters = unicodedata.normalize("NFD", text.casefold())
    spaced = "".join(" " if letter in "’'-‐‑" else letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(spaced.split())


def among(text: str, words: Iterable[str]) -> bool:
    """Whether the words hold this one, however it is spelled."""
    return plain(text) in {plain(word) for word in words}


def check_disjoint(colleges: Mapping[str, ElectorRules], what: str) -> None:
    """Refuse rules by which a function could vote in two contests (law.md §7.7)."""
    seen: list[str] = []
    for rules in colleges.values():
        # Two contests of all others would share every elector of them.
        for function in (*(rules.functions or ("others = true",)), *rules.nowhere):
            if among(function, seen):
                raise ProtocolError("rules.twice", what=what, text=function)
            seen.append(function)


def membership(status: Status, colleges: Mapping[str, ElectorRules]) -> Membership:
    """Where a person votes; `colleges` has the rules by contest key, and is disjoint."""
    key = _college(status.function, colleges)
    if key is None:
        return Membership(
            None,
            step(
                "no_college",
                "; ".join(dict.fromkeys(rules.article for rules in colleges.values())),
                en="Votes in no contest: none is open to the function “{function}”.",
                fr="Ne vote dans aucun scrutin : aucun n'est ouvert à la fonction « {function} ».",
                numbers={},
                function=_same(status.function),
            ),
        )
    rules = colleges[key]
    if among(status.function, rules.nowhere):
        en = "Votes in no contest: the function “{function}” is barred from the vote."
        fr = "Ne vote dans aucun scrutin : la fonction « {function} » est exclue du vote."
        return _because(rules, "nowhere", en, fr, function=_same(status.function))
    if rules.positions and not among(status.position, rules.positions):
        en = "Is no elector: the position “{position}” is none of those of this contest ({known})."
        fr = "N'est pas électeur : la position « {position} » n'est pas de celles du scrutin ({known})."
        return _because(rules, "positions", en, fr, position=_same(status.position), known=_row(rules.positions))
    for situation in rules.situations:
        if among(situation, status.situations):
            en = "Is no elector as long as this lasts: {situation}."
            fr = "N'est pas électeur tant que dure cette situation : {situation}."
            return _because(rules, "situations", en, fr, situation=_same(situation))
    reason = "functions" if rules.functions else "others"
    found = step(reason, rules.article, en="Votes in this contest.", fr="Vote dans ce scrutin.", numbers={})
    return Membership(key, found, reason in rules.assumed)


def barring(situation: str, rule: Barred) -> bool:
    """Whether a person in this situation may not stand."""
    return among(situation, rule.situations)


def _college(function: str, colleges: Mapping[str, ElectorRules]) -> str | None:
    others = None
    for key, rules in colleges.items():
        if rules.functions is None:
            others = key
        elif among(function, rules.functions):
            return key
    return others


def _because(rules: ElectorRules, key: str, en: str, fr: str, **words: Name) -> Membership:
    """No elector, for the reason that stands under this key of the table."""
    return Membership(None, step(key, rules.article, en=en, fr=fr, numbers={}, **words), key in rules.assumed)


def _same(text: str) -> Name:
    return Name(text, text)


def _row(words: Sequence[str]) -> Name:
    return _same(", ".join(words))
