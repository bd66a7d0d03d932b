"""Who sits on a day: each way of replacing, what follows where nobody is left, and a second reckoning."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.rules import mandates
from elections.rules.mandates import Again, Cause, Contest, Person, Rank, Term, Vacancy
from elections.rules.models import load
from elections.rules.succession import WAYS, Complementary, Mandate, Replacement
from elections.rules.timetable import Window
from tests.refused import refused
from tests.rules import second_mandates

FIRST, LAST = date(2026, 3, 1), date(2030, 2, 28)
TERM = Term(FIRST, LAST)
CAV = load("cav-2026")
LATER = date(2027, 5, 4)


def rule(by="list_substitute", renewable="never", election=None, *, assumed=False, sure=True):
    replacement = Replacement(("s1",), by, "art. 7", assumed, election)
    return Mandate(4, renewable, "art. 6", not sure, (replacement,))


def contest(*won, lines=((True, True, True), (True, True, True))):
    """Lists A and B with a substitute on the lines that say so, and so many seats each."""
    filed: list[dict] = []
    for letter, has in zip("AB", lines, strict=False):
        names = [
            {"titular": f"{letter}{n}", "substitute": f"{letter.lower()}{n}" if own else None}
            for n, own in enumerate(has, 1)
        ]
        filed.append({"id": letter, "title": f"Liste {letter}", "names": names})
    elected = []
    for number, seats in enumerate(won):
        if seats:
            rows = filed[number]["names"]
            titulars = [row["titular"] for row in rows[:seats]]
            substitutes = [row["substitute"] for row in rows if row["substitute"]][:seats]
            elected.append({"candidacy": number, "titulars": titulars, "substitutes": substitutes})
    return Contest("s1", filed, elected)


def gone(name, day=LATER, cause=Cause.RESIGNATION):
    """The vacancy of somebody by the name that `contest` gives."""
    rank = Rank.TITULAR if name[0].isupper() else Rank.SUBSTITUTE
    return Vacancy(Person("AB".index(name[0].upper()), rank, int(name[1:]) - 1), day, cause)


def sits(mandate, of, *vacancies, on=LATER, term=TERM):
    """Names of who sits, None for a vacant seat, and who may be called."""
    found = mandates.sitting(mandate, of, term, vacancies, on)
    named = [seat.holder and mandates.name_of(of, seat.holder) for seat in found.seats]
    return named, [mandates.name_of(of, person) for person in found.waiting]


def told(mandate, of, *vacancies, on=LATER):
    return [(line.id, line.article, line.en, line.fr) for line in
            mandates.sitting(mandate, of, TERM, vacancies, on).steps]  # fmt: skip


def test_the_elected_sit_from_the_first_day_to_the_last():
    of = contest(2, 1)
    everybody = (["A1", "A2", "B1"], ["a1", "a2", "b1"])
    assert sits(rule(), of, on=FIRST) == sits(rule(), of, on=LAST) == everybody
    for day in (FIRST - timedelta(days=1), LAST + timedelta(days=1)):
        assert sits(rule(), of, on=day) == ([None, None, None], ["a1", "a2", "b1"])


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 3, 1), date(2030, 2, 28)),
        (date(2028, 3, 1), date(2032, 2, 29)),
        (date(2026, 1, 1), date(2029, 12, 31)),
        (date(2028, 2, 29), date(2032, 2, 28)),
        (date(2026, 2, 13), date(2030, 2, 12)),
    ],
)
def test_four_years_end_on_the_eve_of_the_anniversary(first, last):
    assert mandates.term(rule(), first) == Term(first, last)


def test_a_leap_day_without_anniversary():
    years = Mandate(3, "never", "art. 6", assumed=False, replacements=())
    assert mandates.term(years, date(2028, 2, 29)).last == date(2031, 2, 28)
    with refused("rules.year"):
        mandates.term(rule(), date(1999, 12, 31))


def test_the_first_substitute_of_the_list_is_called():
    of = contest(2, 1)
    assert sits(rule(), of, gone("A2")) == (["A1", "a1", "B1"], ["a2", "b1"])
    assert sits(rule(), of, gone("A2"), gone("A1")) == (["a2", "a1", "B1"], ["b1"])
    # Substitutes of the other list are not theirs.
    assert sits(rule(), of, gone("A2"), gone("A1"), gone("a1", LAST), on=LAST) == (["a2", None, "B1"], ["b1"])


def test_the_own_substitute_takes_the_seat():
    of = contest(2, 1)
    assert sits(rule("own_substitute"), of, gone("A2")) == (["A1", "a2", "B1"], ["a1", "b1"])
    assert sits(rule("own_substitute"), of, gone("A2"), gone("a2")) == (["A1", None, "B1"], ["a1", "b1"])
    alone = contest(2, lines=((False, True, True),))
    # Line 3 has a substitute, and no seat: the first seat has nobody.
    assert sits(rule("own_substitute"), alone, gone("A1")) == ([None, "A2"], ["a2", "a3"])


def test_the_next_name_of_the_list_takes_the_seat():
    of = contest(2, 1, lines=((False,) * 3, (False,) * 3))
    assert sits(rule("next_name"), of) == (["A1", "A2", "B1"], ["A3", "B2", "B3"])
    assert sits(rule("next_name"), of, gone("A1")) == (["A3", "A2", "B1"], ["B2", "B3"])
    assert sits(rule("next_name"), of, gone("A1"), gone("A3"), gone("B1")) == ([None, "A2", "B2"], ["B3"])


def test_an_election_replaces_nobody():
    assert sits(rule("election"), contest(1), gone("A1")) == ([None], [])


def test_a_substitute_who_is_gone_is_not_called():
    of = contest(2, 1)
    assert sits(rule(), of, gone("a1"), gone("A1")) == (["a2", "A2", "B1"], ["b1"])
    [(key, article, en, fr)] = told(rule(), of, gone("a1"))
    assert (key, article) == ("uncalled-1", "art. 7")
    assert en == "From 4 May 2027, a1 can no longer be called to a seat."
    assert fr == "À compter du 4 mai 2027, a1 ne peut plus être appelé à un siège."


def test_a_vacancy_takes_effect_on_its_day_whatever_the_order_of_entries():
    of = contest(2)
    late, early = gone("A1", date(2028, 1, 2)), gone("A2", date(2027, 1, 2))
    assert sits(rule(), of, late, early, on=date(2027, 1, 1)) == (["A1", "A2"], ["a1", "a2"])
    assert sits(rule(), of, late, early, on=date(2027, 1, 2)) == (["A1", "a1"], ["a2"])
    assert sits(rule(), of, late, early, on=date(2028, 1, 2)) == (["a2", "a1"], [])
    since = [seat.since for seat in mandates.sitting(rule(), of, TERM, [late, early], LAST).seats]
    assert since == [date(2028, 1, 2), date(2027, 1, 2)]


@pytest.mark.parametrize(("by", "heir"), [("own_substitute", None), ("list_substitute", "a2")])
def test_who_leaves_on_the_same_day_is_not_called_first(by, heir):
    of, both = contest(2), (gone("A1"), gone("a1"))
    for vacancies in (both, both[::-1]):
        found = mandates.sitting(rule(by), of, TERM, vacancies, LATER)
        assert sits(rule(by), of, *vacancies)[0] == [heir, "A2"]
        # She never sat, so that no rule on mandates speaks of her.
        assert mandates.again(rule(), found, Person(0, Rank.SUBSTITUTE, 0)) is Again.UNKNOWN


def test_the_names_that_follow_are_the_substitutes_of_a_list_that_does_not_say_who_is_what():
    names = [{"titular": f"A{place}", "substitute": None} for place in range(1, 6)]
    elected = {"candidacy": 0, "titulars": ["A1", "A2"], "substitutes": ["A3", "A4"]}
    of = Contest("s1", [{"id": "A", "title": "Liste A", "names": names}], [elected])
    assert sits(rule(), of) == (["A1", "A2"], ["A3", "A4"])
    assert sits(rule(), of, gone("A1"), gone("A3")) == (["A4", "A2"], [])
    assert sits(rule("next_name"), of, gone("A1")) == (["A3", "A2"], ["A4", "A5"])
    with refused("mandates.elected"):
        sits(rule(), Contest("s1", of.candidacies, [{**elected, "substitutes": ["A4"]}]))


@pytest.mark.parametrize(
    ("by", "en", "fr"),
    [
        ("own_substitute", "a1, the substitute of the same candidacy", "a1, suppléant de la même candidature"),
        ("list_substitute", "a1, first substitute of the list not", "a1, premier suppléant de la liste non encore"),
        ("next_name", "A3, the next name of the list", "A3, nom suivant de la liste"),
    ],
)
def test_each_way_says_who_comes_and_by_which_article(by, en, fr):
    [(key, article, english, french)] = told(rule(by), contest(2), gone("A1"))
    assert (key, article) == ("replaced-1", "art. 7")
    assert english.startswith(f"From 4 May 2027, A1 sits no longer; {en}")
    assert french.startswith(f"À compter du 4 mai 2027, A1 ne siège plus\u202f; {fr}")


def left_alone(election, day=LATER):
    """The second line where nobody is left, and the day by which an election is due."""
    found = mandates.sitting(rule("election", election=election), contest(1), TERM, [gone("A1", day)], LAST)
    assert found.steps[0].id == "vacant-1"
    return found.steps[1], found.seats[0].election


def test_where_nobody_is_left_the_text_decides():
    line, due = left_alone(None)
    assert (line.article, due) == ("art. 7", None)
    assert line.en.startswith("No text at hand says whether an election")
    line, due = left_alone(Complementary(3, None, "art. 8"))
    assert (line.article, line.numbers, due) == ("art. 8", {"months": 3}, date(2027, 8, 4))
    assert line.en == "A complementary election must fill it within 3 months, by 4 August 2027."
    assert line.fr.endswith("dans un délai de 3 mois, au plus tard le 4 août 2027.")
    line, due = left_alone(Complementary(None, 6, "art. 8"))
    assert (line.en, due) == ("A complementary election must fill it; no text at hand says by when.", None)


def test_no_election_in_the_last_months():
    # Mandates end on 28 February 2030: their last six months begin on 29 August 2029.
    for day, key in ((date(2029, 8, 28), "must fill it"), (date(2029, 8, 29), "less than 6 months")):
        assert key in left_alone(Complementary(3, 6, "art. 8"), day)[0].en
    assert left_alone(Complementary(3, 6, "art. 8"), date(2029, 8, 29))[1] is None


def test_a_seat_that_is_filled_no_more_by_this_election_waits_for_none_after_the_end():
    election = Complementary(3, None, "art. 8")
    found = mandates.sitting(
        rule("election", election=election), contest(1), TERM, [gone("A1")], LAST + timedelta(days=1)
    )
    assert (found.seats[0].holder, found.seats[0].election) == (None, None)


@pytest.mark.parametrize(
    ("vacancies", "what"),
    [
        ((gone("A3"),), "mandates.person"),
        ((gone("a3"),), "mandates.person"),
        ((gone("B1"),), "mandates.person"),
        ((gone("A9"),), "mandates.person"),
        ((gone("A1"), gone("A1")), "mandates.gone"),
        ((gone("a1"), gone("a1", date(2028, 1, 1))), "mandates.gone"),
        ((gone("A1", FIRST - timedelta(days=1)),), "mandates.day"),
        ((gone("A1", LAST + timedelta(days=1)),), "mandates.day"),
    ],
)
def test_an_event_that_cannot_be_is_refused(vacancies, what):
    with refused(what):
        mandates.sitting(rule(), contest(2), TERM, vacancies, FIRST)


def test_elected_who_are_not_those_of_the_list_are_refused():
    of = contest(2)
    for wrong in ({"titulars": ["A2", "A1"]}, {"substitutes": ["a1"]}):
        other = Contest("s1", of.candidacies, [{**of.elected[0], **wrong}])
        with refused("mandates.elected"):
            mandates.sitting(rule(), other, TERM, [], FIRST)


def test_who_has_sat_is_not_re_eligible_where_the_text_says_so():
    of = contest(1)
    found = mandates.sitting(rule(), of, TERM, [gone("A1")], LATER)
    a1, sub = Person(0, Rank.TITULAR, 0), Person(0, Rank.SUBSTITUTE, 0)
    before = mandates.sitting(rule(), of, TERM, [gone("A1")], FIRST)
    assert [mandates.again(rule(), item, person) for item in (before, found) for person in (a1, sub)] == [
        Again.NEVER, Again.UNKNOWN, Again.NEVER, Again.NEVER,
    ]  # fmt: skip
    assert mandates.again(rule(renewable="not_at_once"), found, a1) is Again.NOT_NEXT
    assert mandates.again(rule(renewable="freely"), before, sub) is Again.FREE
    assert mandates.sitting(rule(), of, TERM, [], FIRST - timedelta(days=1)).sat == set()


def test_what_holds_for_all_stands_once():
    keys = [line.id for line in mandates.lines(rule(), TERM, LATER)]
    assert keys == ["term", "again"]
    unsure = rule(sure=False, assumed=True)
    found = mandates.lines(unsure, Term(FIRST, LAST, known=False), FIRST - timedelta(days=1), Window(5, 15, "art. 1"))
    assert [line.id for line in found] == ["term", "supposed", "assumed", "future", "again", "next"]
    assert found[0].fr == "Mandats de 4 ans, du 1er mars 2026 au 28 février 2030."
    assert found[3].en == "On 28 February 2026 the mandates have not begun: nobody sits."
    assert found[-1].en == "The next election is held between 28 September 2029 and 13 February 2030."
    assert [line.id for line in mandates.lines(rule(), TERM, LAST + timedelta(days=1))] == ["term", "over", "again"]
    assert told(unsure, contest(1)) == []
    assert [key for key, *_ in told(rule(assumed=True), contest(1))] == ["assumed"]


def test_the_commission_calls_substitutes_of_the_list_and_of_the_ticket():
    assert CAV.mandate
    of = contest(2, 1)
    assert sits(CAV.mandate, of, gone("A2"))[0] == ["A1", "a1", "B1"]
    ticket = Contest("s2a", of.candidacies, contest(1).elected)
    assert sits(CAV.mandate, ticket, gone("A1"))[0] == ["a1"]


@st.composite
def cases(draw):
    lines = tuple(draw(st.lists(st.booleans(), min_size=1, max_size=5)))
    won = draw(st.integers(1, len(lines)))
    by = draw(st.sampled_from(WAYS))
    mandate, of = rule(by), contest(won, lines=(lines,))
    everybody = mandates.sitting(mandate, of, TERM, [], FIRST)
    known = [seat.holder for seat in everybody.seats] + everybody.waiting
    leaving = draw(st.lists(st.sampled_from(known), unique=True, max_size=len(known)))
    days = draw(st.lists(st.integers(0, 1400), min_size=len(leaving), max_size=len(leaving)))
    vacancies = [Vacancy(p, FIRST + timedelta(days=n), Cause.DEATH) for p, n in zip(leaving, days, strict=True)]
    return mandate, of, won, by, lines, vacancies, FIRST + timedelta(days=draw(st.integers(0, 1460)))


@given(cases())
def test_a_second_reckoning_seats_the_same(case):
    mandate, of, won, by, lines, vacancies, on = case
    found = mandates.sitting(mandate, of, TERM, vacancies, on)
    mine = [seat.holder and (seat.holder.rank.value, seat.holder.place) for seat in found.seats]
    events = [((v.person.rank.value, v.person.place), v.day) for v in sorted(vacancies, key=lambda v: v.day)]
    assert mine == second_mandates.holders(won, by, lines, events, on)
    seated = [seat.holder for seat in found.seats if seat.holder]
    assert len(set(seated)) == len(seated)
    assert not {*seated, *found.waiting} & {v.person for v in vacancies if v.day <= on}
    assert len({line.id for line in found.steps}) == len(found.steps)
