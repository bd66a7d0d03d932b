"""What a rule of setup.json may say: the parameters of each method, checked before anything is sealed by them.

contracts.md tells every parameter; docs/law.md where it comes from. What no text was found for is open: it has no
default, a model may leave it out, and a rule for known candidacies is refused until it is chosen. What is accepted
here, `count` never refuses but for want of valid votes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from elections.protocol.ballot import UUID_PATTERN
from elections.protocol.errors import ProtocolError
from elections.rules.bar import BASES
from elections.rules.outcome import Articles, Presented

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elections.protocol.canonical import Json

Ballot = Literal["list", "ticket"]

MOST_SEATS = 1_000
MOST_VOTES = 10**9
MOST_CANDIDACIES = 1_000
MOST_NAMES = 2 * MOST_SEATS
"""Far above any real ballot; what is computed of them stays below 2**53, so that every JSON reader keeps it exact."""

TIES = ("draw", "oldest", "seniority")
SUBSTITUTES = ("filed", "following")
ROUNDS = (1, 2)

_FINEST_BAR = 1_000
_SEALED_TIE = "setup.json, rule.parameters.tie"
_CGFP = "code général de la fonction publique, art. R. 211-"


class Kind(NamedTuple):
    """What electors choose, the parameters beside `article` and `tie_article`, and the method's own articles."""

    ballot: Ballot
    parameters: tuple[str, ...]
    article: str
    tie: str | None = None
    names: str | None = None


_QUOTIENT = ("bar", "bar_article", "base", "names", "names_article", "substitutes")

KINDS = {
    "largest_remainder": Kind("list", _QUOTIENT, "décret 2025-659, art. 14", names="décret 2025-659, art. 7"),
    "highest_average": Kind("list", _QUOTIENT, f"{_CGFP}118 et R. 211-119", tie=f"{_CGFP}122", names=f"{_CGFP}121"),
    "plurality": Kind("ticket", ("order", "tie"), "décret 2025-659, art. 16"),
    "majority_two_rounds": Kind(
        "ticket", ("first_round", "order", "round", "tie"), "loi organique 94-100, art. 1 et 2"
    ),
    "block": Kind("ticket", ("order", "tie"), ""),
}


def ballot_kind(method: str) -> Ballot:
    """Whether electors choose a list, or tickets of a person and a substitute (protocol.md §3)."""
    return KINDS[method].ballot


def articles(method: str, parameters: Mapping[str, Json]) -> Articles:
    """The texts that the steps of a count name: those chosen, else the method's own, else the one on the count.

    An article of its own on equals or names goes with the method's own on the count: who names another text
    for the count does not mean that one.
    """
    kind = KINDS[method]
    main = parameters.get("article", kind.article)
    own = main == kind.article
    if kind.ballot == "ticket":
        return Articles(main, parameters.get("tie_article", _SEALED_TIE), main, main)
    return Articles(
        main,
        parameters.get("tie_article", (own and kind.tie) or main),
        parameters.get("bar_article", main),
        parameters.get("names_article", (own and kind.names) or main),
    )


def choices(method: str, parameters: Mapping[str, Json]) -> tuple[str, ...]:
    """The parameters of such a rule that no text settles, so that the office does; `order` once the tie needs it."""
    if ballot_kind(method) == "list":
        return ("base",) if "bar" in parameters else ()
    if parameters.get("round") == 1:
        return ()
    first = ("first_round",) if "round" in parameters else ()
    return (*first, "tie", *(("order",) if parameters.get("tie") in ("oldest", "seniority") else ()))


def check_rule(
    method: str, seats: int, parameters: Mapping[str, Json], candidacies: int | None, what: str = "the rule"
) -> None:
    """Refuse a rule that could not be sealed; `candidacies` is their number, None until they are known.

    With None, in a model or a draft, what is open may still be missing; `order` cannot be known yet.
    """
    check_count(method, seats, parameters, candidacies, what)
    if parameters.get("round") == 2 and candidacies is not None and "first_round" not in parameters:
        raise ProtocolError("rules.first_round", what=what)


def check_count(
    method: str, seats: int, parameters: Mapping[str, Json], candidacies: int | None, what: str = "the rule"
) -> None:
    """Refuse a rule that could not be counted by: as `check_rule`, but for the first round's contest.

    Which one it was changes no figure, and whoever only computes has none to name.
    """
    kind = KINDS.get(method)
    if kind is None:
        raise ProtocolError("rules.method", what=what, method=method, known=", ".join(KINDS))
    whole(seats, f"{what}, seats", 1, MOST_SEATS)
    if candidacies is not None:
        whole(candidacies, "number of candidacies", 1, MOST_CANDIDACIES)
    for name in parameters:
        if name not in ("article", "tie_article", *kind.parameters):
            raise ProtocolError("rules.parameter", what=what, method=method, name=name)
        if name.endswith("article"):
            _check_article(name, parameters[name], what)
    _check_article("article", parameters.get("article", kind.article), what)
    if kind.ballot == "list":
        _check_bar(parameters, candidacies, what)
        _check_lists(parameters, what)
        return
    if method != "block" and seats != 1:
        raise ProtocolError("rules.one_seat", what=what, method=method, seats=seats)
    if method == "majority_two_rounds" and not _is_second(parameters, what):
        _go_together(parameters, ("tie", "order", "tie_article"), "round = 2", what)
        return
    _check_tie(parameters, candidacies, what)


def check_candidacies(
    method: str, seats: int, parameters: Mapping[str, Json], candidacies: Sequence[Mapping[str, Json]]
) -> None:
    """Refuse a list with too few or too many names for its rule, or a ticket of several; the rule is checked.

    `candidacies` have the shape of setup.json; which persons may stand is another matter.
    """
    following = parameters.get("substitutes") == "following"
    bounds = parameters.get("names")
    least, most = bounds or (seats * (1 + following), MOST_NAMES)
    article = articles(method, parameters).names
    for place, candidacy in enumerate(candidacies, 1):
        names = len(candidacy["names"])
        if ballot_kind(method) == "ticket":
            if names != 1:
                raise ProtocolError("rules.ticket", place=place, names=names)
        elif bounds is None and names < least:
            raise ProtocolError("rules.short_list", place=place, names=names, seats=least, article=article)
        elif not least <= names <= most:
            raise ProtocolError("rules.list_size", place=place, names=names, least=least, most=most, article=article)
        if following and any(name["substitute"] is not None for name in candidacy["names"]):
            raise ProtocolError("rules.labelled", place=place)


def presented(candidacies: Sequence[Mapping[str, Json]]) -> tuple[Presented, ...]:
    """How many candidates each list presents, substitutes among them, and how many names it has for seats."""
    return tuple(
        Presented(sum(1 + (name["substitute"] is not None) for name in item["names"]), len(item["names"]))
        for item in candidacies
    )


def whole(value: object, what: str, least: int, most: int) -> int:
    """A whole number within its bounds; `True` is not one."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ProtocolError("rules.number", what=what, least=least, most=most)
    return value


def _check_article(name: str, value: object, what: str) -> None:
    if not isinstance(value, str) or not re.fullmatch(r"\S[^\n\r]{0,199}", value):
        raise ProtocolError("rules.article", what=what, name=name)


def _go_together(parameters: Mapping[str, Json], names: Sequence[str], other: str, what: str) -> None:
    """Refuse any of these parameters: they mean nothing without another."""
    for name in names:
        if name in parameters:
            raise ProtocolError("rules.alone", what=what, name=name, other=other)


def _pair(parameters: Mapping[str, Json], name: str, most: int, what: str) -> tuple[int, int]:
    """A parameter of two whole numbers from 1."""
    value = parameters[name]
    if not isinstance(value, list) or len(value) != 2:
        raise ProtocolError("rules.pair", what=what, name=name)
    first, second = (whole(number, f"{what}, {name}", 1, most) for number in value)
    return first, second


def _check_bar(parameters: Mapping[str, Json], candidacies: int | None, what: str) -> None:
    if "bar" not in parameters:
        _go_together(parameters, ("base", "bar_article"), "bar", what)
        return
    part, all_ = _pair(parameters, "bar", _FINEST_BAR, what)
    if part >= all_:
        raise ProtocolError("rules.bar", what=what)
    if "base" in parameters or candidacies is not None:
        _choose(parameters, "base", BASES, what)


def _check_lists(parameters: Mapping[str, Json], what: str) -> None:
    if "names" in parameters:
        least, most = _pair(parameters, "names", MOST_NAMES, what)
        if least > most:
            raise ProtocolError("rules.bounds", what=what, least=least, most=most)
    else:
        _go_together(parameters, ("names_article",), "names", what)
    if "substitutes" in parameters:
        _choose(parameters, "substitutes", SUBSTITUTES, what)


def _choose(parameters: Mapping[str, Json], name: str, known: Sequence[object], what: str) -> None:
    """Refuse a choice that is missing, or none of those known; `True` is not the round 1."""
    value = parameters.get(name)
    if isinstance(value, bool) or value not in known:
        raise ProtocolError("rules.open", what=what, name=name, known=", ".join(map(str, known)))


def _is_second(parameters: Mapping[str, Json], what: str) -> bool:
    """Whether this is a second round, which alone may name the contest of a first."""
    _choose(parameters, "round", ROUNDS, what)
    if parameters["round"] == 1:
        _go_together(parameters, ("first_round",), "round = 2", what)
        return False
    first = parameters.get("first_round", "")
    if not isinstance(first, str) or (first and not re.fullmatch(UUID_PATTERN, first)):
        raise ProtocolError("rules.first_round", what=what)
    return True


def _check_tie(parameters: Mapping[str, Json], candidacies: int | None, what: str) -> None:
    """The sealed rule for a tie, and with `oldest` or `seniority` the order it needs."""
    tie, order = parameters.get("tie"), parameters.get("order")
    if "tie" in parameters or candidacies is not None:
        _choose(parameters, "tie", TIES, what)
    if tie in ("draw", None) or candidacies is None:
        if order is not None:
            raise ProtocolError("rules.order", what=what)
    elif (
        not isinstance(order, list)
        or any(type(place) is not int for place in order)
        or sorted(order) != list(range(candidacies))
    ):
        raise ProtocolError("rules.tie_order", what=what, tie=tie, last=candidacies - 1)
