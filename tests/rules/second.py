"""A second count of every method, by other means: seats are claims, sorted all at once and cut at the last seat.

Nothing of `elections.rules` is used here, and no quotient is ever divided out.
"""

from fractions import Fraction
from math import lcm


def cut(claims, seats, candidacies, capped=None):
    """Certain seats, who draws and for how many, from (worth, place) claims: the best `seats` of them are met.

    Claims of equal worth that straddle the cut wait for the lot, unless none of those lists has a name left.
    """
    claims.sort(reverse=True)
    met, behind = claims[:seats], claims[seats:]
    won = [0] * candidacies
    between = []
    if behind and met and met[-1][0] == behind[0][0]:
        worth = behind[0][0]
        between = sorted(place for other, place in claims if other == worth)
        met = [claim for claim in met if claim[0] != worth]
    for _, place in met:
        won[place] += 1
    open_ = min(seats, len(claims)) - len(met) if between else 0
    if capped is not None:
        if all(won[place] >= capped[place] for place in between):
            between, open_ = [], 0
        won = [min(number, cap) for number, cap in zip(won, capped, strict=True)]
    return won, (between, open_)


def above(votes, bar, base):
    """Votes of the lists at the bar or above, none of the others; and the votes that make the quotient."""
    kept = [number if Fraction(number, sum(votes)) >= bar else 0 for number in votes]
    return kept, sum(kept) if base == "admitted" else sum(votes)


def largest_remainder(votes, seats, lists=None, bar=None, base="admitted"):
    """The k-th claim of a list is worth what it has of the k-th quotient: the whole of it, a part, or nothing.

    Worth counts in 1/(seats) of a vote, so that a whole quotient is worth all the votes.
    """
    kept, whole = above(votes, bar, base) if bar else (votes, sum(votes))
    claims = []
    for place, number in enumerate(kept):
        rest = number * seats
        while rest > 0 or (bar and number and rest == 0):
            # A list behind a bar may win a seat for a remainder of nothing, where all votes make the quotient.
            claims.append(((min(rest, whole), number), place))
            rest -= whole
    return cut(claims, seats, len(votes), lists and [names for _, names in lists])


def highest_average(votes, seats, lists=None, bar=None, base="admitted"):
    """The divisor method: votes over 1, 2, 3 …, all sorted; no quotient, whatever votes would make it."""
    kept, _ = above(votes, bar, base) if bar else (votes, sum(votes))
    common = lcm(*range(1, seats + 1))
    claims = []
    for place, number in enumerate(kept):
        candidates = lists[place][0] if lists else 0
        claims += [((number * common // k, number, candidates), place) for k in range(1, seats + 1) if number]
    return cut(claims, seats, len(votes), lists and [names for _, names in lists])


def most_votes(votes, seats):
    """Who has fewer rivals ahead than there are seats; equals at the cut draw; nobody wins without a vote."""
    return cut([(number, place) for place, number in enumerate(votes) if number], seats, len(votes))


def majority(votes):
    """The winners against all others together: one, or none."""
    return [place for place, number in enumerate(votes) if number > sum(votes) - number]
