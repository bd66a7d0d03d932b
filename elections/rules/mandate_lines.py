"""The lines of `mandates`, in both languages, and how one is made: its days, names and numbers filled in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from elections.rules import days
from elections.rules.french import day_in_words
from elections.rules.phases import Words
from elections.rules.steps import Name, step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from elections.rules.steps import Step

TERM = Words(
    "Mandates of {years:year|years}, from {first} to {last}.", "Mandats de {years:an|ans}, du {first} au {last}."
)
SUPPOSED = Words(
    "They are supposed to begin on the day of the proclamation, until the office states their first day.",
    "Ils sont supposés commencer au jour de la proclamation, tant que le bureau des élections n'en a pas indiqué le"
    " premier jour.",
)
UNREAD = Words(
    "The text in force was not read on every point: a jurist must confirm what stands here.",
    "Le texte en vigueur n'a pas été lu sur tous les points : un juriste doit confirmer ce qui suit.",
)
FUTURE = Words(
    "On {on} the mandates have not begun: nobody sits.", "Le {on}, les mandats n'ont pas commencé : personne ne siège."
)
OVER = Words(
    "On {on} the mandates are over: nobody sits by virtue of this election.",
    "Le {on}, les mandats ont pris fin : personne ne siège au titre de cette élection.",
)
UNCALLED = Words(
    "From {day}, {name} can no longer be called to a seat.",
    "À compter du {day}, {name} ne peut plus être appelé à un siège.",
)
VACANT = Words(
    "From {day}, {name} sits no longer, and nobody may be called: the seat is vacant.",
    "À compter du {day}, {name} ne siège plus et personne ne peut être appelé : le siège est vacant.",
)
TAKEN: Mapping[str, Words] = {
    "own_substitute": Words(
        "From {day}, {name} sits no longer; {heir}, the substitute of the same candidacy, takes the seat.",
        "À compter du {day}, {name} ne siège plus ; {heir}, suppléant de la même candidature, occupe le siège.",
    ),
    "list_substitute": Words(
        "From {day}, {name} sits no longer; {heir}, first substitute of the list not yet called, takes the seat.",
        "À compter du {day}, {name} ne siège plus ; {heir}, premier suppléant de la liste non encore appelé, occupe le"
        " siège.",
    ),
    "next_name": Words(
        "From {day}, {name} sits no longer; {heir}, the next name of the list, takes the seat.",
        "À compter du {day}, {name} ne siège plus ; {heir}, nom suivant de la liste, occupe le siège.",
    ),
}
NO_RULE = Words(
    "No text at hand says whether an election must fill it: that is for the authority to decide.",
    "Aucun texte à portée ne dit si une élection doit y pourvoir : l'autorité compétente en décide.",
)
SPARED = Words(
    "The mandates end in less than {months:month|months}: no election is held.",
    "Les mandats prennent fin dans moins de {months:mois|mois} : il n'y a pas lieu à élection.",
)
ORDERED = Words(
    "A complementary election must fill it; no text at hand says by when.",
    "Une élection complémentaire doit y pourvoir ; aucun texte à portée n'en fixe le délai.",
)
ORDERED_WITHIN = Words(
    "A complementary election must fill it within {months:month|months}, by {last}.",
    "Une élection complémentaire doit y pourvoir dans un délai de {months:mois|mois}, au plus tard le {last}.",
)
RENEWED: Mapping[str, Words] = {
    "never": Words(
        "Who has sat cannot be elected again; of substitutes who were never called no text at hand says it.",
        "Qui a siégé ne peut pas être élu de nouveau ; des suppléants jamais appelés, aucun texte à portée ne le dit.",
    ),
    "not_at_once": Words(
        "Who has sat cannot be elected at the next election; of substitutes who were never called no text at hand says"
        " it.",
        "Qui a siégé ne peut pas être élu au scrutin suivant ; des suppléants jamais appelés, aucun texte à portée ne"
        " le dit.",
    ),
    "freely": Words("Who has sat may be elected again.", "Qui a siégé peut être élu de nouveau."),
}
NEXT = Words(
    "The next election is held between {first} and {last}.",
    "L'élection suivante se tient entre le {first} et le {last}.",
)


def line(key: str, article: str, words: Words, **values: date | int | str) -> Step:
    """One line: numbers stay numbers, days are said in each language, names are the same in both."""
    numbers = {name: value for name, value in values.items() if isinstance(value, int)}
    names = {name: _name(value) for name, value in values.items() if not isinstance(value, int)}
    return step(key, article, en=words.en, fr=words.fr, numbers=numbers, **names)


def _name(value: date | str) -> Name:
    if isinstance(value, date):
        return Name(days.in_english(value), day_in_words(value))
    return Name(value, value)
