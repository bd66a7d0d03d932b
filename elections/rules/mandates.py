"""Who sits on a day: from the elected, the seats that fell vacant, and the rule that fills them (law.md §1.8, §7.13).

`sitting` plays the events in the order of their days and keeps a line for each, with its article. A person is a
place in a candidacy, never a name: titular or substitute of a line of the list. The last day of mandates of four years
that begin on 1 March 2026 is 28 February 2030; that this day is the "expiry" of the texts is our reading.

A vacancy takes effect on its day: from that day on the next one sits, and who leaves that same day is not called first.
Where nobody is left the seat stays empty until an election, if a text orders one, and the line says by when; where no
text was found, it says that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from elections.protocol.errors import ProtocolError
from elections.rules import days
from elections.rules.calendar import between
from elections.rules.mandate_lines import (
    FUTURE,
    NEXT,
    NO_RULE,
    ORDERED,
    ORDERED_WITHIN,
    OVER,
    RENEWED,
    SPARED,
    SUPPOSED,
    TAKEN,
    TERM,
    UNCALLED,
    UNREAD,
    VACANT,
    line,
)  # fmt: skip
from elections.rules.phases import Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from elections.protocol.canonical import Json
    from elections.rules.steps import Step
    from elections.rules.succession import Mandate, Replacement
    from elections.rules.timetable import Window


class Cause(StrEnum):
    """Why somebody sits no longer: the four causes of the old article 35-1, which every body knows."""

    DEATH = "death"
    IMPEDIMENT = "impediment"
    RESIGNATION = "resignation"
    QUALITY = "quality"


CAUSES: Mapping[Cause, Words] = {
    Cause.DEATH: Words("death", "décès"),
    Cause.IMPEDIMENT: Words("lasting impediment", "empêchement définitif"),
    Cause.RESIGNATION: Words("resignation", "démission"),
    Cause.QUALITY: Words("loss of the quality for which one was elected", "perte de la qualité au titre de l'élection"),
}


NOBODY = Words("vacant", "siège vacant")


class Rank(StrEnum):
    """The two columns of a list."""

    TITULAR = "titular"
    SUBSTITUTE = "substitute"


class Person(NamedTuple):
    """Somebody of a candidacy: its place among candidacies, the line of its names, both from 0, and the column."""

    candidacy: int
    rank: Rank
    place: int


@dataclass(frozen=True, slots=True)
class Vacancy:
    """From `day` on, `person` sits no longer, or can no longer be called."""

    person: Person
    day: date
    cause: Cause


@dataclass(frozen=True, slots=True)
class Term:
    """From the first day to the last; `known` is false while the first day is only supposed."""

    first: date
    last: date
    known: bool = True


@dataclass(frozen=True, slots=True)
class Contest:
    """What was decided in one contest: its key in the model, the candidacies of setup.json, who was elected."""

    key: str
    candidacies: Sequence[Mapping[str, Json]]
    elected: Sequence[Mapping[str, Json]]


@dataclass(slots=True)
class Seat:
    """A seat and who sits on it since when; with nobody on it, `election` is the last day to hold one, if any."""

    candidacy: int
    place: int
    holder: Person | None
    since: date
    election: date | None = None


@dataclass(slots=True)
class Sitting:
    """Who sits on a day, who may still be called, who has ever sat, and every line that leads there."""

    seats: list[Seat]
    waiting: list[Person]
    sat: set[Person] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)


def term(mandate: Mandate, first: date, *, known: bool = True) -> Term:
    """The mandates that begin on this day and end on the eve of its anniversary, or on 28 February after a 29th."""
    days.check_year(first, "mandate")
    anniversary = days.months_later(first, 12 * mandate.years)
    return Term(first, days.eve(anniversary) if anniversary.day == first.day else anniversary, known)


def lines(mandate: Mandate, term: Term, on: date, window: Window | None = None) -> list[Step]:
    """What holds for every contest on that day: how long mandates last, who may be elected again, the next vote."""
    found = [line("term", mandate.article, TERM, years=mandate.years, first=term.first, last=term.last)]
    if not term.known:
        found.append(line("supposed", mandate.article, SUPPOSED))
    if mandate.assumed:
        found.append(line("assumed", mandate.article, UNREAD))
    if on < term.first:
        found.append(line("future", mandate.article, FUTURE, on=on))
    if on > term.last:
        found.append(line("over", mandate.article, OVER, on=on))
    found.append(line("again", mandate.article, RENEWED[mandate.renewable]))
    if window is not None:
        first, last = between(window.months, window.days, term.last)
        found.append(line("next", window.article, NEXT, first=first, last=last))
    return found


def sitting(mandate: Mandate, contest: Contest, term: Term, vacancies: Sequence[Vacancy], on: date) -> Sitting:
    """Who sits on that day; `vacancies` in the order in which they were recorded.

    Refused: a vacancy of somebody who was not elected (`mandates.person`), who is gone already (`mandates.gone`), or
    outside the term (`mandates.day`); elected who are not those of their candidacy (`mandates.elected`).
    """
    rule = mandate.replacement(contest.key)
    seats, waiting = _begin(contest, rule, term)
    elected = [seat.holder for seat in seats if seat.holder is not None]
    found = Sitting(seats, waiting, set(elected) if on >= term.first else set())
    if rule.assumed and not mandate.assumed:
        # Otherwise `lines` has said so of the whole.
        found.steps.append(line("assumed", rule.article, UNREAD))
    left = {*elected, *waiting}
    gone = set[Person]()
    for number, vacancy in enumerate(sorted(vacancies, key=lambda item: item.day), 1):
        if vacancy.person in gone:
            raise ProtocolError("mandates.gone", name=name_of(contest, vacancy.person))
        if vacancy.person not in left:
            raise ProtocolError("mandates.person", place=vacancy.person.place + 1)
        if not term.first <= vacancy.day <= term.last:
            first, last = term.first.isoformat(), term.last.isoformat()
            raise ProtocolError("mandates.day", day=vacancy.day.isoformat(), first=first, last=last)
        left.remove(vacancy.person)
        gone.add(vacancy.person)
        if vacancy.day <= on:
            leaving = {other.person for other in vacancies if other.day == vacancy.day}
            _apply(found, contest, rule, vacancy, term, number, leaving)
    if not term.first <= on <= term.last:
        for seat in found.seats:
            seat.holder, seat.election = None, None
    return found


def name_of(contest: Contest, person: Person) -> str:
    """What a person is called on the sealed list."""
    name: str = contest.candidacies[person.candidacy]["names"][person.place][person.rank.value]
    return name


def _begin(contest: Contest, rule: Replacement, term: Term) -> tuple[list[Seat], list[Person]]:
    """The seats as they were won, and who may be called to them, in the order of the lists."""
    seats: list[Seat] = []
    waiting: list[Person] = []
    for item in contest.elected:
        candidacy, won = item["candidacy"], len(item["titulars"])
        names = contest.candidacies[candidacy]["names"]
        titulars = [Person(candidacy, Rank.TITULAR, place) for place in range(len(names))]
        substitutes = [
            Person(candidacy, Rank.SUBSTITUTE, place)
            for place, name in enumerate(names)
            if name["substitute"] is not None
        ]
        if item["substitutes"] and not substitutes:
            # A list that does not say who is what: the names that follow are its substitutes (`seats.elected`).
            substitutes = titulars[won:]
        told = {"titulars": titulars[:won], "substitutes": substitutes[:won]}
        if any(item[key] != [name_of(contest, person) for person in persons] for key, persons in told.items()):
            raise ProtocolError("mandates.elected", candidacy=candidacy + 1)
        seats += [Seat(candidacy, person.place, person, term.first) for person in titulars[:won]]
        if rule.by == "next_name":
            waiting += titulars[won:]
        elif rule.by != "election":
            waiting += substitutes[:won]
    return seats, waiting


def _apply(
    found: Sitting,
    contest: Contest,
    rule: Replacement,
    vacancy: Vacancy,
    term: Term,
    number: int,
    leaving: set[Person],
) -> None:
    """One vacancy: who leaves, who comes, or that nobody is left; `leaving` are all who leave on that day."""
    person, day = vacancy.person, vacancy.day
    name = name_of(contest, person)
    seat = next((seat for seat in found.seats if seat.holder == person), None)
    if seat is None:
        found.waiting.remove(person)
        found.steps.append(line(f"uncalled-{number}", rule.article, UNCALLED, day=day, name=name))
        return
    heir = _heir([person for person in found.waiting if person not in leaving], rule, seat)
    seat.holder, seat.since = heir, day
    if heir is None:
        found.steps.append(line(f"vacant-{number}", rule.article, VACANT, day=day, name=name))
        found.steps.append(_election(term, rule, seat, f"election-{number}"))
        return
    found.waiting.remove(heir)
    found.sat.add(heir)
    heir_name = name_of(contest, heir)
    found.steps.append(line(f"replaced-{number}", rule.article, TAKEN[rule.by], day=day, name=name, heir=heir_name))


def _heir(waiting: Sequence[Person], rule: Replacement, seat: Seat) -> Person | None:
    """Who takes the seat: of the same candidacy, and by substitutes of their own only of the same line."""
    for person in waiting:
        if person.candidacy == seat.candidacy and (rule.by != "own_substitute" or person.place == seat.place):
            return person
    return None


def _election(term: Term, rule: Replacement, seat: Seat, key: str) -> Step:
    """Whether a seat on which nobody is left must be filled by an election, and by when."""
    ordered = rule.election
    if ordered is None:
        return line(key, rule.article, NO_RULE)
    if ordered.spare and seat.since > days.months_later(term.last, -ordered.spare):
        return line(key, ordered.article, SPARED, months=ordered.spare)
    if ordered.within is None:
        return line(key, ordered.article, ORDERED)
    seat.election = days.months_later(seat.since, ordered.within)
    return line(key, ordered.article, ORDERED_WITHIN, months=ordered.within, last=seat.election)


class Again(StrEnum):
    """Whether somebody may be elected to the next mandates."""

    FREE = "free"
    NOT_NEXT = "not_next"
    NEVER = "never"
    UNKNOWN = "unknown"


AGAIN: Mapping[Again, Words] = {
    Again.FREE: Words("re-eligible", "rééligible"),
    Again.NOT_NEXT: Words("not re-eligible at the next election", "non rééligible au prochain scrutin"),
    Again.NEVER: Words("not re-eligible", "non rééligible"),
    Again.UNKNOWN: Words("never called: no text at hand says", "jamais appelé : aucun texte à portée ne le dit"),
}


def again(mandate: Mandate, found: Sitting, person: Person) -> Again:
    """Whether this person may be elected again; of who was never called, a rule on mandates says nothing."""
    if mandate.renewable == "freely":
        return Again.FREE
    if person not in found.sat:
        return Again.UNKNOWN
    return Again.NEVER if mandate.renewable == "never" else Again.NOT_NEXT
