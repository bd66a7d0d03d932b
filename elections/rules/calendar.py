"""The dates of a vote, computed from its hours, each with its article and how it was found.

`dates` computes every line of a model's timetable and of internet voting; `faults` tells what the law would not
have: the vote outside the window before the mandates expire, a date that comes after one which it must precede, a
date that has passed. A fault is an error that was not raised: the office decides. What the law forbids flatly, a
duration, is refused by `timetable.check_duration`.

Days are those of Paris. While the result is not published, what is counted from it supposes the day after closing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from elections.protocol.canonical import hour_text
from elections.protocol.errors import ProtocolError
from elections.rules import days
from elections.rules.french import PARIS, day_in_words
from elections.rules.phases import Act, Words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from elections.rules.timetable import Due, Offset, Timetable


@dataclass(frozen=True, slots=True)
class Vote:
    """What the dates are counted from; `published` is the day of the result, `expiry` that of the former mandates."""

    opening: datetime
    closing: datetime
    grace: int = 0
    published: date | None = None
    expiry: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One date. `day` is None where no text was found; `at` is the hour of what has one.

    `bound` says whether it is the latest day, the earliest, or `exact`. `provisional` depends on a day that is not
    known yet, `assumed` on a reading that a jurist must confirm; `contests` are those it concerns, none for all;
    `public` is for electors.
    """

    key: str
    what: Words
    day: date | None
    at: datetime | None
    bound: str
    article: str
    how: Words
    contests: tuple[str, ...] = ()
    assumed: bool = False
    provisional: bool = False
    public: bool = False

    def json(self) -> dict[str, object]:
        """The line as `calendar --json` shows it (contracts.md)."""
        return {
            "article": self.article,
            "assumed": self.assumed,
            "at": self.at and hour_text(self.at),
            "bound": self.bound,
            "contests": list(self.contests),
            "day": self.day and self.day.isoformat(),
            "en": {"how": self.how.en, "what": self.what.en},
            "fr": {"how": self.how.fr, "what": self.what.fr},
            "key": self.key,
            "provisional": self.provisional,
        }


def dates(timetable: Timetable, vote: Vote) -> tuple[Line, ...]:
    """Every date of the timetable in its order of time; those that were not found come last."""
    opening, closing = (hour.astimezone(PARIS).date() for hour in (vote.opening, vote.closing))
    for day, what in ((opening, "opening"), (closing, "closing")):
        days.check_year(day, what)
    published = vote.published or closing + timedelta(days=1)
    days.check_year(published, "publication")
    found = {
        "opening": _exact("opening", _OPENING, opening, vote.opening, _R561 if timetable.internet else ""),
        "closing": _exact("closing", _CLOSING, closing, vote.closing, _R561 if timetable.internet else ""),
        "publication": Line(
            "publication", _PUBLICATION, published, None, "exact", "R. 211-576" if timetable.internet else "",
            _KNOWN if vote.published else _SUPPOSED, provisional=vote.published is None,
        ),
    }  # fmt: skip
    if timetable.internet:
        found["sealing"] = Line(
            "sealing", _SEALING, opening, vote.opening, "latest", "R. 211-528, R. 211-550", _BEFORE_OPENING
        )
        end = vote.closing + timedelta(seconds=vote.grace)
        found["freeze"] = Line(
            "freeze", _FREEZE, end.astimezone(PARIS).date(), end, "exact", "R. 211-563, R. 211-572", _grace(vote.grace)
        )
    for due in timetable.dates:
        found[due.key] = _line(due, found[due.of], timetable.territory)
    return tuple(sorted(found.values(), key=_place))


def _place(line: Line) -> tuple[date, bool, datetime | None, bool, str]:
    """Where a line stands: a day's end comes after all of its hours, what an hour ends before that hour."""
    return line.day or date.max, line.at is None, line.at, line.bound == "exact", line.key


def _exact(key: str, what: Words, day: date, at: datetime, article: str) -> Line:
    return Line(key, what, day, at, "exact", article, _FIXED)


def _line(due: Due, base: Line, territory: str) -> Line:
    what = Words(due.en, due.fr)
    if due.offset is None or base.day is None:
        return Line(
            due.key, what, None, None, due.bound, due.article, _NOWHERE, due.contests, due.assumed, public=due.public
        )
    end = days.limit(base.day, due.offset)
    days.check_year(end, due.key)
    day = days.next_worked(end, territory) if due.offset.unit == "clear day" else end
    return Line(
        due.key,
        what,
        day,
        None,
        due.bound,
        due.article,
        _how(due.offset, base, end, day),
        due.contests,
        # Neither a month cut short nor a limit carried to a working day was read in the text of these elections.
        due.assumed or base.assumed or day != end or _cut(due.offset, base.day, end),
        base.provisional,
        due.public,
    )


def _cut(offset: Offset, base: date, end: date) -> bool:
    """Whether the month to which an offset leads has no day of that number."""
    return offset.unit in ("month", "year") and end.day != base.day


def faults(timetable: Timetable, vote: Vote, today: date | None = None) -> list[ProtocolError]:
    """What the law would not have, in words that name the date and the article; nothing is refused.

    With `today`, dates before the opening that have passed are told as well: for a vote still in preparation.
    """
    lines = {line.key: line for line in dates(timetable, vote)}
    return [
        *_outside(timetable, vote, lines),
        *_overlaps(timetable.dates, lines),
        *(_passed(lines, today) if today else ()),
    ]


def _outside(timetable: Timetable, vote: Vote, lines: Mapping[str, Line]) -> Iterable[ProtocolError]:
    window = timetable.window
    if window is None or vote.expiry is None:
        return
    try:
        first, last = between(window.months, window.days, vote.expiry)
    except ProtocolError as error:
        yield error
        return
    for key, day in (("opening", lines["opening"].day), ("closing", lines["closing"].day)):
        if day is not None and not first <= day <= last:
            yield ProtocolError(
                "rules.window", what=lines[key].what, day=day.isoformat(), first=first.isoformat(),
                last=last.isoformat(), article=window.article,
            )  # fmt: skip


def between(months: int, before: int, expiry: date) -> tuple[date, date]:
    """The first and the last day of a vote that comes between so many months and days before the mandates expire."""
    days.check_year(expiry, "expiry")
    return days.months_later(expiry, -months), expiry - timedelta(days=before)


def _overlaps(dues: Iterable[Due], lines: Mapping[str, Line]) -> Iterable[ProtocolError]:
    for due in dues:
        for other in (lines[key] for key in due.before):
            mine = lines[due.key]
            if mine.day is not None and other.day is not None and mine.day > other.day:
                yield ProtocolError(
                    "rules.date-order", what=mine.what, day=mine.day.isoformat(), other=other.what,
                    other_day=other.day.isoformat(), article=due.article,
                )  # fmt: skip


def _passed(lines: Mapping[str, Line], today: date) -> Iterable[ProtocolError]:
    opening = lines["opening"].day
    for line in lines.values():
        if line.bound == "latest" and line.day is not None and opening is not None and line.day < min(today, opening):
            yield ProtocolError("rules.date-passed", what=line.what, day=line.day.isoformat(), article=line.article)


class State(StrEnum):
    """Where a date stands: what the program does itself is `done` or `missed`, of the rest it knows the hour only."""

    DONE = "done"
    MISSED = "missed"
    PAST = "past"
    TODAY = "today"
    NEXT = "next"
    COMING = "coming"
    UNKNOWN = "unknown"


def states(lines: Sequence[Line], now: datetime, acts: Collection[Act]) -> dict[str, State]:
    """Where each date stands at an hour, by its key, once these acts have been done."""
    found = {line.key: _state(line, now, acts) for line in lines}
    coming = [line for line in lines if found[line.key] is State.COMING and not line.provisional]
    following = min((line.day for line in coming if line.day), default=None)
    return found | {line.key: State.NEXT for line in coming if line.day == following}


def _state(line: Line, now: datetime, acts: Collection[Act]) -> State:
    act = ACTS.get(line.key)
    if act in acts:
        return State.DONE
    if line.day is None:
        return State.UNKNOWN
    today = now.astimezone(PARIS).date()
    if line.provisional or (now < line.at if line.at else today < line.day):
        return State.COMING
    if line.day == today and line.at is None:
        return State.TODAY
    return State.PAST if act is None else State.MISSED


ACTS: Mapping[str, Act] = {
    "sealing": Act.SEAL,
    "opening": Act.OPEN,
    "closing": Act.CLOSE,
    "freeze": Act.FREEZE,
    "count": Act.COUNT,
    "publication": Act.PROCLAIM,
}
"""The dates that are acts of the program."""


# --- Words

BOUNDS: Mapping[str, Words] = {
    "latest": Words("at the latest", "au plus tard"),
    "earliest": Words("not before", "pas avant"),
    "exact": Words("", ""),
}
STATES: Mapping[State, Words] = {
    State.DONE: Words("done", "fait"),
    State.MISSED: Words("not done in time", "non fait à temps"),
    State.PAST: Words("past", "passé"),
    State.TODAY: Words("today", "aujourd'hui"),
    State.NEXT: Words("next", "prochaine date"),
    State.COMING: Words("to come", "à venir"),
    State.UNKNOWN: Words("to be fixed", "à fixer"),
}
ASSUMED = Words("our reading, to be confirmed", "notre lecture, à confirmer")
PROVISIONAL = Words("provisional", "provisoire")

_R561 = "R. 211-561"
_OPENING = Words("Opening of the vote", "Ouverture du scrutin")
_CLOSING = Words("Closing of the vote", "Clôture du scrutin")
_PUBLICATION = Words("Result proclaimed and published", "Proclamation et publication du résultat")
_SEALING = Words("Sealing of the vote", "Scellement du scrutin")
_FREEZE = Words("Urn and register frozen", "Gel de l'urne et de l'émargement")
_FIXED = Words("The hour that the office has fixed.", "Heure fixée par le bureau des élections.")
_KNOWN = Words("The day of the proclamation.", "Jour de la proclamation.")
_SUPPOSED = Words(
    "Supposed to be the day after the closing, until the result is proclaimed.",
    "Supposée au lendemain de la clôture, tant que le résultat n'est pas proclamé.",
)
_BEFORE_OPENING = Words(
    "Once the roll can no longer change, and before the opening.",
    "Une fois la liste électorale arrêtée, et avant l'ouverture.",
)
_NOWHERE = Words(
    "No text at hand says when: the office must fix it.",
    "Aucun texte à portée ne fixe cette date : le bureau des élections doit l'arrêter.",
)
_BASES = {
    "opening": Words("the opening of the vote", "l'ouverture du scrutin"),
    "closing": Words("the closing of the vote", "la clôture du scrutin"),
    "publication": Words("the publication of the result", "la publication du résultat"),
}
_UNITS = {
    "day": ("day", "jour"),
    "month": ("month", "mois"),
    "year": ("year", "an"),
    "clear day": ("clear day", "jour franc"),
}


def _grace(seconds: int) -> Words:
    if not seconds:
        return Words("At the closing.", "À la clôture.")
    minutes, rest = divmod(seconds, 60)
    if rest:
        en, fr = f"{seconds} seconds", f"{seconds} secondes"
    else:
        plural = "" if minutes == 1 else "s"
        en = fr = f"{minutes} minute{plural}"
    return Words(f"{en} after the closing.", f"{fr} après la clôture.")


def _how(offset: Offset, base: Line, end: date, day: date) -> Words:
    """How a date was found: so many days before or after that day; not counted, cut short, carried over."""
    count, from_ = abs(offset.count), base.day or end
    en_unit, fr_unit = _UNITS[offset.unit]
    english = f"{count} {en_unit}{'' if count == 1 else 's'} {'before' if offset.count < 0 else 'after'}"
    many = "" if count < 2 or fr_unit == "mois" else "s"
    french = f"{count} {fr_unit.replace(' ', f'{many} ')}{many} {'avant' if offset.count < 0 else 'après'}"
    named = _BASES.get(base.key) or Words(f"“{base.what.en}”", f"« {base.what.fr} »")
    en = f"{english} {named.en} ({days.in_english(from_)})"
    fr = f"{french} {named.fr} ({day_in_words(from_)})"
    if offset.unit == "clear day":
        en += "; neither that day nor the last one counts"
        fr += " ; ni ce jour ni le dernier ne comptent"
    elif _cut(offset, from_, end):
        en += f"; that month has no day {from_.day}"
        fr += f" ; ce mois n'a pas de jour {from_.day}"
    if day != end:
        en += f"; {days.in_english(end, weekday=True)} is no working day, the next one is taken"
        fr += f" ; le {day_in_words(end, weekday=True)} n'étant pas ouvré, report au premier jour ouvré suivant"
    return Words(f"{en}.", f"{fr}.")
