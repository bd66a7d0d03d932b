"""Seats by the most votes: ballots on persons, each standing on a ticket, with a substitute or alone.

No text on equals was found for any of them: the sealed parameter `tie` decides, and the step says so.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from elections.rules.outcome import Case, Lot, Outcome, total, valid_votes
from elections.rules.steps import Name, Step, joined, step, summed

if TYPE_CHECKING:
    from collections.abc import Sequence

_REASONS = {
    "oldest": Name("age decides", "le bénéfice de l'âge désigne"),
    "seniority": Name("seniority decides", "l'ancienneté désigne"),
}


def plurality(case: Case) -> Outcome:
    """One round, one seat, to the most valid votes; no majority is required (décret 2025-659, art. 16, 24, 27)."""
    return _most_votes(
        case,
        [valid_votes(case), *_candidates(case)],
        ("One round, the most votes suffice", "À un seul tour, le plus grand nombre de voix suffit"),
    )


def majority_two_rounds(case: Case) -> Outcome:
    """One seat in two rounds: more than half of the valid votes, else the most in a round of its own (LO 94-100).

    The second round is another election, whose `first_round` names the contest of the first; who may stand in
    it is for the office. Half of the votes is not a majority, so a first round has one winner or none.
    """
    steps = [valid_votes(case), *_candidates(case)]
    if case.parameters["round"] == 2:
        if "first_round" in case.parameters:
            steps.insert(0, _second(case))
        return _most_votes(
            case,
            steps,
            ("In a second round, the most votes suffice", "Au second tour, le plus grand nombre de voix suffit"),
        )
    valid = sum(case.votes)
    most = max(case.votes)
    winner = case.votes.index(most)
    elected = 2 * most > valid
    numbers = {"double": 2 * most, "majority": valid // 2 + 1, "most": most, "valid": valid}
    steps.append(
        step(
            "majority",
            case.articles.count,
            en="Absolute majority: more than half of {valid:valid vote|valid votes}, so {majority} or more.",
            fr="Majorité absolue : plus de la moitié de {valid:suffrage exprimé|suffrages exprimés},"
            " soit {majority} au moins.",
            numbers=numbers,
        )
    )
    if elected:
        steps.append(
            step(
                "most",
                case.articles.count,
                en="{name} is elected in the first round: 2 × {most} = {double}, more than {valid}.",
                fr="{name} l'emporte au premier tour : 2 × {most} = {double}, plus que {valid}.",
                numbers={**numbers, "candidacy": winner},
                name=case.names[winner],
            )
        )
    else:
        steps.append(
            step(
                "second_round",
                case.articles.count,
                en="Nobody has it: 2 × {most} = {double}, not more than {valid}. Nobody is elected; a second round"
                " is needed.",
                fr="Personne ne l'atteint : 2 × {most} = {double}, pas plus que {valid}. Personne n'est élu ; il faut"
                " un second tour.",
                numbers=numbers,
            )
        )
    seats = tuple(int(elected and place == winner) for place in range(len(case.votes)))
    return Outcome(case, seats, tuple(steps), second_round=not elected)


def block(case: Case) -> Outcome:
    """Several seats in one round, to the tickets with the most votes; an elector chooses as many as there are seats.

    Votes are more than ballots here. Nobody is elected without a vote: seats for which nobody else has one
    stay empty.
    """
    numbers = {"given": sum(case.votes), "most": min(case.seats, len(case.votes))}
    given = step(
        "given",
        case.articles.count,
        en="Votes given, up to {most} by a ballot: {sum} = {given}.",
        fr="Voix obtenues, {most} au plus par bulletin : {sum} = {given}.",
        numbers=numbers,
        sum=summed(case.votes),
    )
    outcome = _most_votes(
        case, [given, *_candidates(case)], ("The most votes suffice", "Le plus grand nombre de voix suffit")
    )
    drawn = outcome.lot.seats if outcome.lot else 0
    return Outcome(case, outcome.seats, (*outcome.steps, total(case, outcome.seats, drawn=drawn)), outcome.lot)


def _second(case: Case) -> Step:
    first = case.parameters["first_round"]
    return step(
        "first_round",
        case.articles.count,
        en="Second round of the contest {first}, in which nobody had a majority.",
        fr="Second tour du scrutin {first}, où personne n'a obtenu la majorité.",
        numbers={"round": 2},
        first=Name(first, first),
    )


def _candidates(case: Case) -> list[Step]:
    return [
        step(
            f"candidate.{place}",
            case.articles.count,
            en="{name}: {votes:vote|votes}.",
            fr="{name} : {votes} voix.",
            numbers={"candidacy": place, "votes": votes},
            name=name,
        )
        for place, (votes, name) in enumerate(zip(case.votes, case.names, strict=True))
    ]


def _most_votes(case: Case, steps: list[Step], why: tuple[str, str]) -> Outcome:
    """Whoever has the most votes, down to the last seat; equals at the last seat by the sealed rule."""
    voted = [place for place, votes in enumerate(case.votes) if votes]
    seats, left, lot = [0] * len(case.votes), case.seats, None
    for _, equal in groupby(sorted(voted, key=lambda place: -case.votes[place]), key=lambda place: case.votes[place]):
        tied = tuple(equal)
        if not left:
            break
        winners: Sequence[int] = tied
        if len(tied) > left:
            winners, line = _break_tie(case, tied, left)
            steps.append(line)
            lot = None if winners else Lot(tied, left)
        else:
            steps += [_elected(case, place, why) for place in tied]
        for place in winners:
            seats[place] = 1
        left -= min(left, len(tied))
    return Outcome(case, tuple(seats), tuple(steps), lot)


def _elected(case: Case, winner: int, why: tuple[str, str]) -> Step:
    return step(
        "most" if case.seats == 1 else f"most.{winner}",
        case.articles.count,
        en=f"{why[0]}: {{name}} is elected with {{votes:vote|votes}}.",
        fr=f"{why[1]} : l'emporte {{name}}, {{votes}} voix.",
        numbers={"candidacy": winner, "votes": case.votes[winner]},
        name=case.names[winner],
    )


def _break_tie(case: Case, tied: Sequence[int], left: int) -> tuple[tuple[int, ...], Step]:
    """Who wins among equals by the sealed rule, or nobody yet if it says to draw; and the step that says it."""
    tie = case.parameters["tie"]
    winners = () if tie == "draw" else tuple(sorted(tied, key=case.parameters["order"].index)[:left])
    numbers = {"left": left, "many": len(tied), "votes": case.votes[tied[0]]}
    words = {"all": joined([case.names[place] for place in tied])}
    before, en, fr = "", ", to be drawn by lot", ", par tirage au sort"
    if winners:
        before, en, fr = "pour ", ", {reason}: {winners}", ", {reason} {winners}"
        words |= {"reason": _REASONS[tie], "winners": joined([case.names[place] for place in winners])}
    if len(winners) == 1:
        numbers["candidacy"] = winners[0]
    line = step(
        "tie" if winners else "lot",
        case.articles.tie,
        en="{all} have the same votes ({votes}): by the rule chosen for ties,"
        " {left:seat|seats} among {many}" + en + ".",
        fr="{all} ont le même nombre de voix ({votes}) : selon la règle de départage choisie,"
        f" {before}{{left:siège|sièges}} entre {{many}} candidatures" + fr + ".",
        numbers=numbers,
        **words,
    )
    return winners, line
