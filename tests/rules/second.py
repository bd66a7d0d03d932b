"""A second count, by other means: fractions instead of whole numbers, ranks counted instead of sorted."""

from fractions import Fraction


def largest_remainder(votes, seats):
    """Certain seats, and who draws for how many: a list's fate follows from how many stand before it."""
    quotient = Fraction(sum(votes), seats)
    won, rests = [], []
    for number in votes:
        held = 0
        while number - (held + 1) * quotient >= 0:
            held += 1
        won.append(held)
        rests.append(number - held * quotient)
    left = seats - sum(won)
    keys = list(zip(rests, votes, strict=True))
    between, open_ = [], 0
    for place, key in enumerate(keys):
        ahead = sum(other > key for other in keys)
        equal = keys.count(key)
        if ahead + equal <= left:
            won[place] += 1
        elif ahead < left:
            between.append(place)
            open_ = left - ahead
    return won, (between, open_)


def plurality(votes):
    """The winner beats every other; if nobody does, those whom nobody beats draw."""
    ahead = [sum(other > number for other in votes) for number in votes]
    first = [place for place, before in enumerate(ahead) if before == 0]
    return (first, []) if len(first) == 1 else ([], first)


def highest_average(votes, seats):
    """Another law's rule (plus forte moyenne), to see that the real figures tell the two apart."""
    quotients = sorted(
        ((Fraction(n, k), place) for place, n in enumerate(votes) for k in range(1, seats + 1)), reverse=True
    )
    given = [place for _, place in quotients[:seats]]
    return [given.count(place) for place in range(len(votes))]
