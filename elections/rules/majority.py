"""Seats by the most votes: ballots on persons, each standing with a substitute on one ticket."""

from __future__ import annotations

from elections.rules.outcome import Case, Lot, Outcome, valid_votes
from elections.rules.steps import Name, Step, joined, step


def plurality(case: Case) -> Outcome:
    """One round, one seat, to the most valid votes; no majority is required (décret 2025-659, art. 16, 24, 27).

    The article on a tie was not found: the parameter `tie` decides, and the step says so.
    """
    most = max(case.votes)
    first = tuple(place for place, votes in enumerate(case.votes) if votes == most)
    steps = [valid_votes(case)]
    steps += [
        step(
            f"candidate.{place}",
            case.article,
            en="{name}: {votes:vote|votes}.",
            fr="{name} : {votes} voix.",
            numbers={"candidacy": place, "votes": votes},
            name=name,
        )
        for place, (votes, name) in enumerate(zip(case.votes, case.names, strict=True))
    ]
    winner, line = _alone(case, first[0]) if len(first) == 1 else _break_tie(case, first)
    steps.append(line)
    seats = [int(place == winner) for place in range(len(case.votes))]
    return Outcome("plurality", case.votes, tuple(seats), tuple(steps), Lot(first, 1) if winner is None else None)


def _alone(case: Case, winner: int) -> tuple[int, Step]:
    return winner, step(
        "most",
        case.article,
        en="One round, the most votes suffice: {name} is elected with {votes:vote|votes}.",
        fr="À un seul tour, le plus grand nombre de voix suffit : l'emporte {name}, {votes} voix.",
        numbers={"candidacy": winner, "votes": case.votes[winner]},
        name=case.names[winner],
    )


def _break_tie(case: Case, first: tuple[int, ...]) -> tuple[int | None, Step]:
    """Who wins among equals by the sealed rule, or nobody yet if it says to draw; and the step that says it."""
    sealed = "setup.json, rule.parameters.tie"
    numbers = {"many": len(first), "votes": case.votes[first[0]]}
    everyone = joined([case.names[place] for place in first])
    tie = case.parameters["tie"]
    if tie == "draw":
        return None, step(
            "lot",
            sealed,
            en="{all} have the same votes, {votes}: by the rule chosen for ties, 1 seat among {many}, to be drawn"
            " by lot.",
            fr="{all} ont le même nombre de voix, {votes} : selon la règle de départage choisie, 1 siège entre {many}"
            " candidatures, par tirage au sort.",
            numbers=numbers,
            all=everyone,
        )
    winner = min(first, key=case.parameters["order"].index)
    reason = {
        "oldest": Name("the oldest is elected", "le bénéfice de l'âge désigne"),
        "seniority": Name("the most senior is elected", "l'ancienneté désigne"),
    }
    return winner, step(
        "tie",
        sealed,
        en="{all} have the same votes, {votes}: by the rule chosen for ties, {reason}: {name}.",
        fr="{all} ont le même nombre de voix, {votes} : selon la règle de départage choisie, {reason} {name}.",
        numbers={**numbers, "candidacy": winner},
        all=everyone,
        name=case.names[winner],
        reason=reason[tie],
    )
