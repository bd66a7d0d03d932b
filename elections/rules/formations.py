"""Where the elected of the CSM's second degree sit: the lists choose in turn (loi organique 94-100, art. 4).

Each college elects three members in its midst, two for its own formation and one for the other. The list with
most seats chooses first, then the others in falling order of seats, one seat at a turn until all are placed; equal
seats are told apart by votes, then by lot. Which of its elected a list sends where is the list's affair.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from elections.protocol.errors import ProtocolError
from elections.rules.parameters import MOST_SEATS, MOST_VOTES, whole
from elections.rules.steps import Counted, Name, Step, Word, joined, names_of, step, with_figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ARTICLE = "loi organique 94-100, art. 4"


@dataclass(frozen=True, slots=True)
class Formations:
    """Who took which place, in order, and why.

    While choices are missing, `turn` is the list whose turn it is; while equal lists have not been drawn and
    their order matters, `equals` names them, and nobody's turn has come.
    """

    taken: tuple[tuple[int, str], ...]
    steps: tuple[Step, ...]
    turn: int | None = None
    equals: tuple[int, ...] = ()

    def json(self) -> dict[str, object]:
        """The choice of formations as `degrees formations --json` shows it (contracts.md)."""
        return {
            "equals": list(self.equals),
            "steps": [line.json() for line in self.steps],
            "taken": [{"candidacy": place, "formation": formation} for place, formation in self.taken],
            "turn": self.turn,
        }


def formations(
    votes: Sequence[int],
    seats: Sequence[int],
    places: Mapping[str, int],
    choices: Sequence[str],
    *,
    drawn: Sequence[int] = (),
    titles: Sequence[str] | None = None,
) -> Formations:
    """Place the seats that lists have won, turn by turn, as far as `choices` go.

    `places` says how many seats each formation has for this college, `choices` what each list took, in order;
    nobody is asked where one formation only is left. `drawn` is the order in which equal lists were drawn.
    Refused: no seat, or more than places (`rules.places`); a formation that is full or unknown
    (`rules.formation`); a choice that nobody is asked for (`rules.choices`); a draw of others than the equal
    lists (`rules.order_drawn`).
    """
    names = names_of(titles, len(votes))
    _check(votes, seats, places, names)
    ranked = _ranked(votes, seats)
    free, asked = dict(places), list(choices)
    steps = [_order(_listed(votes, seats, names, [place for equal in ranked for place in equal]), sum(seats))]
    taken: list[tuple[int, str]] = []
    for place, equals in _turns(ranked, seats, drawn):
        open_ = [formation for formation, left in free.items() if left]
        if len(open_) > 1 and equals:
            return Formations(
                tuple(taken), (*steps, _equal(_listed(votes, seats, names, equals), len(equals))), equals=equals
            )
        if len(open_) > 1 and not asked:
            return Formations(tuple(taken), (*steps, _asks(names[place], place, open_)), turn=place)
        choice = asked.pop(0) if len(open_) > 1 else open_[0]
        if choice not in open_:
            raise ProtocolError("rules.formation", turn=len(taken) + 1, choice=choice, known=", ".join(open_))
        free[choice] -= 1
        taken.append((place, choice))
        steps.append(_takes(names[place], place, choice, len(taken), alone=len(open_) == 1))
    if asked:
        raise ProtocolError("rules.choices", choices=len(choices), asked=len(choices) - len(asked))
    return Formations(tuple(taken), tuple(steps))


def _check(votes: Sequence[int], seats: Sequence[int], places: Mapping[str, int], names: Sequence[Name]) -> None:
    if not len(votes) == len(seats) == len(names):
        raise ProtocolError("rules.names", names=len(seats), candidacies=len(votes))
    for place, (number, won) in enumerate(zip(votes, seats, strict=True), 1):
        whole(number, f"votes of candidacy {place}", 0, MOST_VOTES)
        whole(won, f"seats of candidacy {place}", 0, MOST_SEATS)
    for formation, size in places.items():
        whole(size, f"places of {formation}", 1, MOST_SEATS)
    if not 0 < sum(seats) <= sum(places.values()):
        raise ProtocolError("rules.places", seats=sum(seats), places=sum(places.values()), article=ARTICLE)


def _ranked(votes: Sequence[int], seats: Sequence[int]) -> list[tuple[int, ...]]:
    """The lists with seats, those with most seats first, then most votes; equal ones together."""

    def rank(place: int) -> tuple[int, int]:
        return -seats[place], -votes[place]

    won = sorted((place for place, number in enumerate(seats) if number), key=rank)
    return [tuple(equal) for _, equal in groupby(won, key=rank)]


def _turns(
    ranked: Sequence[tuple[int, ...]], seats: Sequence[int], drawn: Sequence[int]
) -> list[tuple[int, tuple[int, ...]]]:
    """Whose turn it is, until every seat has had one; beside it the equals among whom nobody drew it yet."""
    order: list[tuple[int, tuple[int, ...]]] = []
    used = 0
    for equal in ranked:
        mine = [place for place in drawn if place in equal] if len(equal) > 1 else []
        if mine and sorted(mine) != sorted(equal):
            raise ProtocolError("rules.order_drawn")
        used += len(mine)
        order += [(place, () if mine or len(equal) == 1 else equal) for place in mine or equal]
    if used != len(drawn):
        raise ProtocolError("rules.order_drawn")
    rounds = max(seats, default=0)
    return [(place, equal) for turn in range(rounds) for place, equal in order if seats[place] > turn]


def _listed(votes: Sequence[int], seats: Sequence[int], names: Sequence[Name], places: Sequence[int]) -> Word:
    return joined(
        [
            with_figures(
                names[place],
                Counted(seats[place], "seat|seats", "siège|sièges"),
                Counted(votes[place], "vote|votes", "voix|voix"),
            )
            for place in places
        ]
    )


def _order(lists: Word, seats: int) -> Step:
    return step(
        "order",
        ARTICLE,
        en="{seats:seat|seats}; the lists choose in falling order of seats, then of votes: {lists}.",
        fr="{seats:siège|sièges} ; les listes choisissent dans l'ordre décroissant des sièges, puis des voix :"
        " {lists}.",
        numbers={"seats": seats},
        lists=lists,
    )


def _equal(equals: Word, many: int) -> Step:
    return step(
        "equals",
        ARTICLE,
        en="{equals} are equal: the order of these {many} is to be drawn by lot.",
        fr="{equals} sont à égalité : l'ordre entre ces {many} listes est à tirer au sort.",
        numbers={"many": many},
        equals=equals,
    )


def _asks(name: Name, place: int, formations: Sequence[str]) -> Step:
    return step(
        "waits",
        ARTICLE,
        en="Next turn: {name} chooses among {formations}.",
        fr="Tour suivant : {name} choisit entre {formations}.",
        numbers={"candidacy": place},
        name=name,
        formations=joined([Name(formation, formation) for formation in formations]),
    )


def _takes(name: Name, place: int, formation: str, turn: int, *, alone: bool) -> Step:
    return step(
        f"turn.{turn}",
        ARTICLE,
        en="Turn {turn}: {name} chooses {formation}" + (", the only formation left." if alone else "."),
        fr="Tour n° {turn} : {name} choisit {formation}" + (", seule formation restante." if alone else "."),
        numbers={"candidacy": place, "turn": turn},
        name=name,
        formation=Name(formation, formation),
    )
