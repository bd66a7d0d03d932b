"""What a model says of who may stand and who may vote: `[contests.candidacies]` and `[contests.electors]`.

Both tables are optional, and so is every key; what no text says is left out and is then not examined. Each part is
a table with its `article`; `assumed = true` in it says that its text was not found or not read whole, and every line
of a report that rests on it says so. Words such as situations are written in the language of the screens and compared
without case, accents and apostrophes. A condition, such as so many years of service, is written as the situation of
those whom it bars.

    [contests.candidacies]
    filed_by       = "union"                           "union": a list names its trade union; or "person"
    names          = { full = 12, least = "2/3", even = true }
                                                       names of one candidacy, titulars and substitutes together:
                                                       `full` at most; at least that part of it, rounded up (not given:
                                                       all); `even`: an even number of them
    particulars    = { given = ["sex", "functions", "court"] }
                                                       what a candidacy states of each name
    substitutes    = { }                               each titular has a substitute of her own
    shares         = { rounding = "either" }           women and men in their shares among the electors of the contest,
                                                       over all names; the office gives their numbers. "either": an
                                                       inexact share may be rounded down or up; "nearest": to the
                                                       nearer whole number, either way at exactly one half
    one_per_union  = { }                               a union files one list
    one_per_person = { }                               a person stands once in the whole election
    signed         = { }                               each name has signed a declaration or an acceptance
    delegate       = { }                               each list names its delegate
    roll           = { }                               each name is on the roll of the contest
    barred         = [{ situations = ["…"] }, …]       who is in one of these situations may not stand
    closes         = { months = 1 }                    last day to file, counted back from the first day of the vote;
                                                       `months`, `weeks` or `days`
    ruling         = { by = "office", days = 3 }       who rules on admissibility, "office" or "board"; `days` from the
                                                       last day to file, where the text says
    mending        = { days = 3, unmended = "refused" }
                                                       days after those of the ruling in which an ineligible name may be
                                                       replaced; what becomes of a list that is not mended: "refused" as
                                                       a whole, or the name "struck" and the rest examined anew
    withdrawal     = { never = true }                  what was filed stays; or the last day to withdraw it, counted
                                                       back as that of `closes` (not given: as long as filing is open)

    [contests.electors]                                with one `article` for the whole table
    positions      = ["activité", …]                   the positions of an elector; not given: any
    situations     = ["…"]                             who is in one of these is no elector while it lasts
    functions      = ["…"]                             who holds one of these votes here
    others         = true                              instead of `functions`: who holds none that votes elsewhere
    nowhere        = ["…"]                             beside `others`: functions that vote in no contest at all
    assumed        = ["nowhere", …]                    which of these keys rest on no text that was read

A list that the method cannot use (fewer names than seats where it must be full) is refused by the seal whatever was
ruled (`seats.check_candidacies`), and before that where `names` says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from elections.protocol.canonical import array, boolean, fields, integer, string
from elections.protocol.errors import ProtocolError
from elections.rules.tables import LINE, choice, numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from elections.protocol.canonical import Json

PARTICULARS = ("sex", "functions", "court")

_PART = r"([1-9][0-9]{0,2})/([1-9][0-9]{0,2})"
_MOST_NAMES = 1_000
_MOST_DAYS = 400
_UNITS = ("months", "weeks", "days")


class Basis(NamedTuple):
    """What a rule rests on; `assumed` where its text was not found or not read whole."""

    article: str
    assumed: bool


@dataclass(frozen=True, slots=True)
class Names:
    """How many names a candidacy has: `full`, or as few as `part` of them; `even` if none may be odd."""

    basis: Basis
    full: int
    part: tuple[int, int]
    even: bool

    @property
    def least(self) -> int:
        """The smallest number: the part rounded up, and to an even number where it must be one."""
        least = -(-self.full * self.part[0] // self.part[1])
        return least + least % 2 if self.even else least


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a candidacy states of each name."""

    basis: Basis
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """Women and men as among the electors; how an inexact share is rounded."""

    basis: Basis
    rounding: str


@dataclass(frozen=True, slots=True)
class Barred:
    """The situations in which nobody may stand."""

    basis: Basis
    situations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Closes:
    """How long before the first day of the vote filing ends."""

    basis: Basis
    unit: str
    count: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who rules on admissibility, and in how many days from the last day to file."""

    basis: Basis
    by: str
    days: int


@dataclass(frozen=True, slots=True)
class Mending:
    """How many days after those of the ruling an ineligible name may be replaced, and what follows if it is not."""

    basis: Basis
    days: int
    unmended: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """How long before the first day of the vote a filed candidacy may last be withdrawn; never without a unit."""

    basis: Basis
    unit: str | None
    count: int


@dataclass(frozen=True, slots=True)
class CandidacyRules:
    """`[contests.candidacies]`, checked; None where the model says nothing."""

    filed_by: str | None = None
    names: Names | None = None
    particulars: Particulars | None = None
    substitutes: Basis | None = None
    shares: Shares | None = None
    one_per_union: Basis | None = None
    one_per_person: Basis | None = None
    signed: Basis | None = None
    delegate: Basis | None = None
    roll: Basis | None = None
    barred: tuple[Barred, ...] = ()
    closes: Closes | None = None
    ruling: Ruling | None = None
    mending: Mending | None = None
    withdrawal: Withdrawal | None = None


@dataclass(frozen=True, slots=True)
class ElectorRules:
    """`[contests.electors]`, checked; `functions` is None for the contest of all others."""

    article: str
    positions: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    functions: tuple[str, ...] | None = None
    nowhere: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def candidacy_rules(value: Json, what: str) -> CandidacyRules:
    """Check `[contests.candidacies]`; every refusal names the place in it."""
    table = fields(value, what, (), ("filed_by", *_PARTS))
    parts = {key: read(table[key], f"{what}, {key}") for key, read in _PARTS.items() if key in table}
    filed_by = choice(table["filed_by"], f"{what}, filed_by", ("union", "person")) if "filed_by" in table else None
    for key, needed in (("one_per_union", filed_by == "union"), ("mending", "ruling" in parts and "closes" in parts)):
        if key in parts and not needed:
            raise ProtocolError("rules.needs", what=f"{what}, {key}", needed=_NEEDED[key])
    return CandidacyRules(filed_by, **parts)


def elector_rules(value: Json, what: str) -> ElectorRules:
    """Check `[contests.electors]`; every refusal names the place in it."""
    lists = ("positions", "situations", "functions", "nowhere")
    table = fields(value, what, ("article",), (*lists, "others", "assumed"))
    found = {key: _words(table[key], f"{what}, {key}") for key in lists if key in table}
    others = boolean(table.get("others", False), f"{what}, others")
    if others == ("functions" in found):
        raise ProtocolError("rules.one_of", what=what, known="functions, others = true")
    if "nowhere" in found and not others:
        raise ProtocolError("rules.needs", what=f"{what}, nowhere", needed="others = true")
    assumed = array(table.get("assumed", []), f"{what}, assumed")
    known = (*found, *(["others"] if others else []))
    return ElectorRules(
        article=string(table["article"], f"{what}, article", LINE),
        assumed=tuple(choice(key, f"{what}, assumed {place}", known) for place, key in enumerate(assumed, 1)),
        **found,
    )


_NEEDED = {"one_per_union": 'filed_by = "union"', "mending": "closes, ruling"}


def _basis(value: Json, what: str) -> Basis:
    return _part(value, what)[1]


def _part(
    value: Json, what: str, required: Sequence[str] = (), optional: Sequence[str] = ()
) -> tuple[dict[str, Json], Basis]:
    """A part of the table and what it rests on."""
    table = fields(value, what, ("article", *required), ("assumed", *optional))
    article = string(table["article"], f"{what}, article", LINE)
    return table, Basis(article, boolean(table.get("assumed", False), f"{what}, assumed"))


def _names(value: Json, what: str) -> Names:
    table, basis = _part(value, what, ("full",), ("least", "even"))
    full = integer(table["full"], f"{what}, full", 1, _MOST_NAMES)
    text = string(table.get("least", "1/1"), f"{what}, least")
    part = re.fullmatch(_PART, text)
    if part is None or int(part[1]) > int(part[2]):
        raise ProtocolError("rules.part", what=f"{what}, least", text=text[:40])
    names = Names(basis, full, (int(part[1]), int(part[2])), boolean(table.get("even", False), f"{what}, even"))
    if names.even and full % 2:
        raise ProtocolError("rules.odd", what=f"{what}, full", full=full)
    return names


def _particulars(value: Json, what: str) -> Particulars:
    table, basis = _part(value, what, ("given",))
    given = _words(table["given"], f"{what}, given")
    return Particulars(basis, tuple(choice(key, f"{what}, given {at}", PARTICULARS) for at, key in enumerate(given, 1)))


def _shares(value: Json, what: str) -> Shares:
    table, basis = _part(value, what, ("rounding",))
    return Shares(basis, choice(table["rounding"], f"{what}, rounding", ("either", "nearest")))


def _barred(value: Json, what: str) -> tuple[Barred, ...]:
    found = []
    for place, item in enumerate(array(value, what), 1):
        table, basis = _part(item, f"{what} {place}", ("situations",))
        found.append(Barred(basis, _words(table["situations"], f"{what} {place}, situations")))
    return tuple(found)


def _closes(value: Json, what: str) -> Closes:
    table, basis = _part(value, what, (), _UNITS)
    return Closes(basis, *_back(table, what, _UNITS))


def _back(table: Mapping[str, Json], what: str, known: Sequence[str]) -> tuple[str, int]:
    """The one unit that a table gives, and how many of them."""
    given = [unit for unit in known if unit in table]
    if len(given) != 1:
        raise ProtocolError("rules.one_of", what=what, known=", ".join(known))
    return given[0], integer(table[given[0]], f"{what}, {given[0]}", 1, _MOST_DAYS)


def _withdrawal(value: Json, what: str) -> Withdrawal:
    known = ("never", *_UNITS)
    table, basis = _part(value, what, (), known)
    if "never" not in table:
        return Withdrawal(basis, *_back(table, what, known))
    if set(known) & table.keys() != {"never"} or not boolean(table["never"], f"{what}, never"):
        raise ProtocolError("rules.one_of", what=what, known=", ".join(("never = true", *_UNITS)))
    return Withdrawal(basis, None, 0)


def _ruling(value: Json, what: str) -> Ruling:
    table, basis = _part(value, what, ("by",), ("days",))
    by = choice(table["by"], f"{what}, by", ("office", "board"))
    return Ruling(basis, by, integer(table.get("days", 0), f"{what}, days", 0, _MOST_DAYS))


def _mending(value: Json, what: str) -> Mending:
    table, basis = _part(value, what, ("days", "unmended"))
    days = integer(table["days"], f"{what}, days", 1, _MOST_DAYS)
    return Mending(basis, days, choice(table["unmended"], f"{what}, unmended", ("refused", "struck")))


_PARTS: Mapping[str, Callable[[Json, str], Any]] = {
    "names": _names,
    "particulars": _particulars,
    "substitutes": _basis,
    "shares": _shares,
    "one_per_union": _basis,
    "one_per_person": _basis,
    "signed": _basis,
    "delegate": _basis,
    "roll": _basis,
    "barred": _barred,
    "closes": _closes,
    "ruling": _ruling,
    "mending": _mending,
    "withdrawal": _withdrawal,
}


def _words(value: Json, what: str) -> tuple[str, ...]:
    return tuple(string(item, f"{what} {place}", LINE) for place, item in numbered(value, what))
