"""A second way to say who sits: for each seat its line of heirs, asked backwards, without a state that moves on."""


def holders(won, by, lines, vacancies, day):
    """Who sits on each seat of one candidacy on a day: ("titular" or "substitute", place), or None.

    `lines` says for each line whether it has a substitute; `vacancies` are (person, day) in the order of their days.
    """
    substitutes = [("substitute", place) for place, has in enumerate(lines) if has][:won]
    heirs = {
        "own_substitute": substitutes,
        "list_substitute": substitutes,
        "next_name": [("titular", place) for place in range(won, len(lines))],
        "election": [],
    }[by]
    events = [(person, when) for person, when in vacancies if when <= day]

    def after(count):
        """Seats after the first `count` events."""
        if count == 0:
            return [("titular", place) for place in range(won)]
        before, (person, today) = after(count - 1), events[count - 1]
        if person not in before:
            return before
        # Whoever has sat at any time, or has left by the end of that day, is no heir any more.
        used = {holder for earlier in range(count) for holder in after(earlier)}
        used |= {left for left, when in events if when <= today}
        seat = before.index(person)
        free = [heir for heir in heirs if heir not in used and (by != "own_substitute" or heir[1] == seat)]
        return [*before[:seat], free[0] if free else None, *before[seat + 1 :]]

    return after(len(events))
