"""Each rule on candidacies: met, open, at fault, with its article, whom it concerns and until when it may be mended."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elections.rules.admissibility import allowed_women, examine
from elections.rules.deadlines import Days, days
from elections.rules.filed import Electorate, Filing, Person, same_person
from elections.rules.filing import candidacy_rules
from elections.rules.findings import Kind
from elections.rules.models import load

CAV = {contest.key: candidacy_rules(contest.candidacies, contest.key) for contest in load("cav-2026").contests}
FIRST_DAY, CLOSES, MENDED = date(2026, 2, 6), date(2026, 1, 6), date(2026, 1, 12)
ELECTORATE = Electorate(6400, 2763)
CSA = candidacy_rules(
    {
        "filed_by": "union",
        "names": {"full": 22, "least": "2/3", "even": True, "article": "R. 211-41"},
        "signed": {"article": "R. 211-47"},
    },
    "csa",
)


def person(number, **values):
    known: dict[str, Any] = {
        "identifier": f"p{number}",
        "sex": "f" if number < 8 else "m",
        "functions": "juge",
        "court": "TJ de Lille",
    }
    return Person(f"NOM{number} Prénom", **(known | {"situation": "", "signed": True, "enrolled": True} | values))


def a_list(number=0, pairs=6, **values):
    people = [person(100 * number + place, sex="f" if place < 8 else "m") for place in range(2 * pairs)]
    filed = tuple(zip(people[::2], people[1::2], strict=True))
    known = {"union": f"Syndicat {number}", "delegate": "NOM Délégué"} | values
    return Filing("s1", f"l{number}", f"Liste {number}", filed, **known)


def ticket(titular=None, substitute=None, contest="s2a"):
    titular = titular or person(1)
    return Filing(contest, "t", titular.name, ((titular, substitute or person(2)),))


def changed(filing, place, **values):
    """The list with another titular at one place."""
    pairs = list(filing.pairs)
    pairs[place] = (replace(pairs[place][0], **values), pairs[place][1])
    return replace(filing, pairs=tuple(pairs))


def lines(filing, rules=CAV["s1"], others=(), electorate=ELECTORATE):
    return examine(filing, rules, others, electorate, FIRST_DAY)


def the(examined, key, kind):
    """The one line of that rule which is of that kind."""
    [found] = [line for line in examined.findings if (line.step.id, line.kind) == (key, kind)]
    return found


def test_a_list_without_fault_meets_every_rule_of_its_contest():
    found = lines(a_list(), others=[a_list(1), ticket(person(50), person(51))])
    assert (found.verdict, found.faults) == (Kind.MET, ())
    assert [line.step.id for line in found.findings] == [
        "names", "particulars", "substitutes", "shares", "one_per_union", "one_per_person", "delegate", "roll",
        *["barred"] * 4,
    ]  # fmt: skip
    assert {line.kind for line in found.findings} == {Kind.MET}
    assert all(line.step.article and line.until is None and line.persons == () for line in found.findings)
    assert {line.step.id for line in found.findings if line.assumed} == {
        "names", "shares", "one_per_union", "one_per_person", "barred",
    }  # fmt: skip


def test_a_ticket_without_fault_meets_every_rule_of_its_contest():
    found = lines(ticket(), CAV["s2a"])
    assert found.verdict is Kind.MET
    assert [line.step.id for line in found.findings] == [
        "names", "particulars", "substitutes", "one_per_person", "signed", "roll", "barred",
    ]  # fmt: skip


def test_without_rules_nothing_is_examined():
    found = lines(a_list(), candidacy_rules({}, "x"))
    assert (found.findings, found.verdict) == ((), Kind.MET)


# --- Every fault, with its article, whom it concerns and its last day ------------------------------------


def fault(filing, key, rules=CAV["s1"], others=(), kind=Kind.FAULT):
    found = lines(filing, rules, others)
    assert found.verdict is kind
    line = the(found, key, kind)
    assert line in found.faults or kind is Kind.OPEN
    return line


def test_number_of_names():
    line = fault(a_list(pairs=5), "names")
    assert (line.step.article, line.until, line.assumed) == ("décret 2025-659, art. 7", CLOSES, True)
    assert (line.step.en, line.step.fr) == ("10 names; 12 asked for.", "10 noms\u202f; il en faut 12.")


@pytest.mark.parametrize(("pairs", "alone", "kind"), [(7, 1, "fault"), (7, 0, "fault"), (8, 0, "met"), (8, 1, "fault")])
def test_number_of_names_between_bounds_and_even(pairs, alone, kind):
    filing = a_list(pairs=pairs + alone)
    if alone:
        filing = replace(filing, pairs=(*filing.pairs[:-1], (filing.pairs[-1][0], None)))
    line = the(lines(filing, CSA), "names", Kind(kind))
    assert line.step.article == "R. 211-41"
    assert line.step.en == (f"{2 * pairs + alone} names; 2/3 of 22 = 14 + 2/3: from 16 to 22 names, an even number.")
    assert line.step.fr.endswith("de 22 = 14 + 2/3\u00a0: de 16 à 22 noms, en nombre pair.")


def test_number_of_names_with_an_exact_part():
    rules = candidacy_rules({"names": {"full": 12, "least": "2/3", "article": "art. 1"}}, "x")
    assert the(lines(a_list(), rules), "names", Kind.MET).step.en == "12 names; 2/3 of 12 = 8: from 8 to 12 names."
    assert the(lines(a_list(pairs=7), rules), "names", Kind.FAULT)


def test_titular_without_substitute_and_titular_as_her_own():
    filing = a_list()
    (first, _), (second, _), *rest = filing.pairs
    line_up = ((first, None), (second, replace(second, identifier=None)), *rest)
    found = lines(replace(filing, pairs=line_up))
    alone, twice = [line for line in found.findings if (line.step.id, line.kind) == ("substitutes", Kind.FAULT)]
    assert (alone.persons, twice.persons) == (("NOM0 Prénom",), ("NOM2 Prénom",))
    assert (alone.step.fr, alone.until) == ("Sans suppléant\u00a0: NOM0 Prénom.", CLOSES)
    assert twice.step.article == "décret 2025-659, art. 7"


def test_titular_and_substitute_in_one_person_are_both_told():
    filing = changed(a_list(), 0, identifier="p1")
    found = [
        line.persons for line in lines(filing).findings if (line.step.id, line.kind) == ("one_per_person", Kind.FAULT)
    ]
    assert found == [("NOM0 Prénom",), ("NOM1 Prénom",)]


def test_one_name_alone_is_told_by_name():
    alone = Filing("s2a", "t", "NOM1", ((person(1), None),))
    assert fault(alone, "substitutes", CAV["s2a"]).step.en == "Without a substitute: NOM1 Prénom."


def test_shares_of_women_and_men():
    line = fault(changed(a_list(), 0, sex="m"), "shares")
    assert (line.step.article, line.until, line.assumed) == ("décret 2025-659, art. 7", CLOSES, True)
    assert line.step.en == "12 names × 6,400 ÷ 9,163 = 8, remainder 3,496: 8 or 9 women. There are 7, and 5 men."
    assert line.step.fr.startswith("12 noms × 6\u202f400 ÷ 9\u202f163 = 8, reste 3\u202f496\u00a0: 8 ou 9 femmes.")
    assert line.step.numbers["found"] == 7


def test_an_exact_share_leaves_no_choice():
    line = the(lines(a_list(), electorate=Electorate(2, 1)), "shares", Kind.MET)
    assert line.step.en == "12 names × 2 ÷ 3 = 8, remainder 0: 8 women. There are 8, and 4 men."


def test_shares_wait_for_the_electors_numbers_and_for_each_sex():
    assert the(lines(a_list(), electorate=None), "shares", Kind.OPEN).persons == ()
    line = fault(changed(a_list(), 0, sex=None), "shares", kind=Kind.OPEN)
    assert (line.persons, line.until) == (("NOM0 Prénom",), CLOSES)


def test_two_lists_of_a_union():
    other = a_list(1, union="SYNDICAT  0")
    line = fault(a_list(), "one_per_union", others=[other])
    assert line.step.fr == "Syndicat 0 a déposé plusieurs listes\u00a0: aussi Liste 1."
    assert the(lines(a_list(), others=[replace(other, contest="s2")]), "one_per_union", Kind.MET)
    assert the(lines(a_list(), others=[replace(other, union=None)]), "one_per_union", Kind.MET)
    assert fault(a_list(union=None), "one_per_union", kind=Kind.OPEN).step.article == "décret 2025-659, art. 7"


def test_a_person_on_two_candidacies():
    elsewhere = ticket(person(0), person(50))
    line = fault(a_list(), "one_per_person", others=[a_list(1), elsewhere])
    assert (line.persons, line.until) == (("NOM0 Prénom",), CLOSES)
    assert line.step.article == "R. 211-46, par analogie"
    assert line.step.en.startswith("Stands more than once (NOM0 Prénom): NOM0 Prénom.")
    assert fault(elsewhere, "one_per_person", CAV["s2a"], [a_list()]).step.en.startswith(
        "Stands more than once (Liste 0)"
    )


def test_a_person_twice_on_a_list():
    found = lines(changed(a_list(), 0, identifier="p2"), others=[a_list(1)])
    lists = [line.step.fr for line in found.findings if (line.step.id, line.kind) == ("one_per_person", Kind.FAULT)]
    assert [text[:31] for text in lists] == ["Plusieurs candidatures (Liste 0"] * 2


def test_namesakes_with_identifiers_are_two_people():
    assert lines(changed(a_list(), 0, name="NOM2 Prénom")).verdict is Kind.MET
    found = lines(changed(a_list(), 0, name="nom2 PRENOM", identifier=None))
    assert [line.persons for line in found.faults] == [("nom2 PRENOM",), ("NOM2 Prénom",)]
    assert same_person(Person("DUPONT-Durand Anaïs"), Person("Dupont Durand Anais", "p1"))
    assert not same_person(Person("A", "p1"), Person("A", "p2"))


def test_signatures():
    line = fault(ticket(substitute=person(2, signed=False)), "signed", CAV["s2a"])
    assert (line.persons, line.until) == (("NOM2 Prénom",), date(2026, 1, 29))
    assert line.step.fr == "Signature manquante\u00a0: NOM2 Prénom."
    assert fault(ticket(substitute=person(2, signed=None)), "signed", CAV["s2a"], kind=Kind.OPEN)


def test_delegate_and_particulars_are_asked_for():
    assert fault(a_list(delegate=None), "delegate", kind=Kind.OPEN).step.article == "décret 2025-659, art. 8"
    line = fault(changed(a_list(), 0, functions=None), "particulars", kind=Kind.OPEN)
    assert (line.persons, line.step.en) == (("NOM0 Prénom",), "To be stated (functions): NOM0 Prénom.")
    nobody = ticket(person(1, court=None), person(2, court=None))
    assert the(lines(nobody, CAV["s2a"]), "particulars", Kind.OPEN).step.fr == (
        "À préciser (juridiction ou service)\u00a0: tous les noms."
    )


def test_an_ineligible_name_may_be_replaced_longer():
    line = fault(changed(a_list(), 0, enrolled=False), "roll")
    assert (line.persons, line.until) == (("NOM0 Prénom",), MENDED)
    assert line.step.article == "décret 2025-659, art. 6"
    assert fault(changed(a_list(), 0, enrolled=None), "roll", kind=Kind.OPEN).until == MENDED
    assert fault(ticket(person(1, enrolled=False)), "roll", CAV["s2a"]).until == date(2026, 1, 29)


@pytest.mark.parametrize(
    ("situation", "article"),
    [
        ("congé de longue maladie", "décret 2025-659, art. 6, 1°"),
        ("Congé de longue durée", "décret 2025-659, art. 6, 1°"),
        ("exclusion temporaire de fonctions", "décret 2025-659, art. 6, 2°"),
        ("incapacité de l’article L. 6 du code électoral", "décret 2025-659, art. 6, 3°"),
        ("mandat déjà exercé", "ordonnance 58-1270, art. 10-1-1"),
    ],
)
def test_a_barred_name(situation, article):
    line = fault(changed(a_list(), 0, situation=situation), "barred")
    assert (line.persons, line.until, line.step.article) == (("NOM0 Prénom",), MENDED, article)


def test_situations_that_are_not_known_stay_open():
    found = lines(changed(a_list(), 0, situation=None))
    assert [line.kind for line in found.findings if line.step.id == "barred"] == [Kind.OPEN] * 4


def test_a_name_that_lacks_and_one_that_fails_are_two_lines():
    found = lines(changed(changed(a_list(), 0, enrolled=None), 1, enrolled=False))
    assert [line.kind for line in found.findings if line.step.id == "roll"] == [Kind.FAULT, Kind.OPEN]


def test_the_report_as_json():
    found = lines(changed(a_list(), 0, enrolled=False)).json()
    [line] = [line for line in found["findings"] if line["kind"] == "fault"]
    assert (found["id"], found["title"], found["verdict"]) == ("l0", "Liste 0", "fault")
    assert line == {
        "article": "décret 2025-659, art. 6",
        "assumed": False,
        "en": "Not on the roll of the contest: NOM0 Prénom.",
        "fr": "Hors de la liste électorale du scrutin\u00a0: NOM0 Prénom.",
        "id": "roll",
        "kind": "fault",
        "numbers": {},
        "persons": ["NOM0 Prénom"],
        "until": "2026-01-12",
    }
    assert lines(a_list()).json()["findings"][0]["until"] is None


# --- Days ------------------------------------------------------------------------------------------------


def test_days_of_a_list_and_of_a_ticket():
    assert days(CAV["s1"], FIRST_DAY) == Days(CLOSES, date(2026, 1, 9), MENDED)
    assert days(CAV["s2a"], FIRST_DAY) == Days(date(2026, 1, 29), None, None)
    assert days(candidacy_rules({}, "x"), FIRST_DAY) == Days(None, None, None)


def test_mending_without_days_for_the_ruling_follows_the_filing():
    basis = {"article": "art. 1"}
    rules = {"closes": {"weeks": 6, **basis}, "ruling": {"by": "office", **basis}}
    rules["mending"] = {"days": 3, "unmended": "struck", **basis}
    assert days(candidacy_rules(rules, "x"), date(2026, 12, 10)) == Days(date(2026, 10, 29), None, date(2026, 11, 1))


@pytest.mark.parametrize(
    ("first", "months", "closes"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 30), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 1, 15), 13, date(2024, 12, 15)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
    ],
)
def test_months_end_where_there_is_no_such_day(first, months, closes):
    rules = candidacy_rules({"closes": {"months": months, "article": "art. 1"}}, "x")
    assert days(rules, first).closes == closes


# --- Shares, against another way of computing them ---------------------------------------------------------

NUMBERS = st.integers(0, 10_000)


@given(st.integers(1, 60), NUMBERS, NUMBERS.filter(bool))
def test_either_rounding_is_floor_and_ceiling_of_the_exact_share(names, women, men):
    exact = names * Fraction(women, women + men)
    assert allowed_women(names, Electorate(women, men), "either") == tuple(sorted({floor(exact), ceil(exact)}))


@given(st.integers(1, 60), NUMBERS, NUMBERS.filter(bool))
def test_nearest_rounding_is_the_numbers_at_the_smallest_distance(names, women, men):
    exact = names * Fraction(women, women + men)
    distance = [abs(exact - number) for number in range(names + 1)]
    wanted = tuple(number for number, far in enumerate(distance) if far == min(distance))
    assert allowed_women(names, Electorate(women, men), "nearest") == wanted


@given(st.integers(1, 60), NUMBERS, NUMBERS.filter(bool))
def test_men_are_counted_as_women_are(names, women, men):
    """What is left to men is what the rule would give them by itself."""
    hers, his = (allowed_women(names, Electorate(*pair), "either") for pair in ((women, men), (men, women)))
    assert tuple(sorted(names - number for number in hers)) == his
