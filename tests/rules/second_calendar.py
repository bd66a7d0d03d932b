"""A second reckoning of days, written from the law and another almanac: no library, no timetable."""

from datetime import date, timedelta

FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
"""Code du travail, art. L. 3133-1, with those that follow Easter."""
AFTER_EASTER = (1, 39, 50)


def easter(year):
    """Easter Sunday by Gauss's rule of the Gregorian calendar, with its two exceptions."""
    century = year // 100
    m = (15 + century - century // 4 - (8 * century + 13) // 25) % 30
    n = (4 + century - century // 4) % 7
    d = (19 * (year % 19) + m) % 30
    e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + n) % 7
    if (d, e) == (29, 6) or (d == 28 and e == 6 and (11 * m + 11) % 30 < 19):
        e -= 7
    return date(year, 3, 22) + timedelta(days=d + e)


def worked(day):
    """Neither Saturday nor Sunday nor holiday of metropolitan France."""
    moved = {easter(day.year) + timedelta(days=after) for after in AFTER_EASTER}
    return day.weekday() not in {5, 6} and (day.month, day.day) not in FIXED and day not in moved


def clear(day, count):
    """The last day of a limit of clear days: walk over them one by one."""
    for _ in range(count):
        day += timedelta(days=1)
    day += timedelta(days=1)
    while not worked(day):
        day += timedelta(days=1)
    return day


def month_before(day):
    """The day of the same number of the month before: step back until the month has changed and the number fits."""
    last = day.replace(day=1) - timedelta(days=1)
    while last.day > day.day:
        last -= timedelta(days=1)
    return last
