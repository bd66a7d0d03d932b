"""Whether a filed list or ticket is what its contest asks for: each rule of `[contests.candidacies]`, line by line.

    names, particulars, substitutes, shares, delegate, signed      what a candidacy is, by itself
    one_per_union, one_per_person                                  beside the others
    roll, barred                                                   each name's eligibility

Nothing is decided here: the authority rules on admissibility (décret 2025-659, art. 8). Until when a fault may be
mended comes from the model: until filing closes, and for an ineligible name until the days after those of the ruling
are over (`deadlines`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from elections.rules.deadlines import Days, days
from elections.rules.eligibility import barring, plain
from elections.rules.filed import same_person
from elections.rules.findings import Examined, Finding, Kind
from elections.rules.phases import Words
from elections.rules.steps import Name, joined, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from elections.rules.filed import Electorate, Filing, Person
    from elections.rules.filing import Barred, Basis, CandidacyRules, Names, Particulars, Shares
    from elections.rules.steps import Word


def examine(
    filing: Filing,
    rules: CandidacyRules,
    others: Sequence[Filing],
    electorate: Electorate | None,
    first_day: date,
) -> Examined:
    """Every line about one candidacy; `others` are all other candidacies of the election."""
    case = _Case(filing, others, electorate, days(rules, first_day))
    lines = [line for key, look in _RULES.items() if (rule := getattr(rules, key)) for line in look(case, rule)]
    return Examined(filing.id, filing.title, tuple(lines))


def allowed_women(names: int, electorate: Electorate, rounding: str) -> tuple[int, ...]:
    """How many women so many names may hold, in ascending order.

    The exact share is rounded down or up as one likes ("either", R. 211-41), or to the nearer whole number.
    """
    electors = electorate.women + electorate.men
    low, rest = divmod(names * electorate.women, electors)
    if rest == 0:
        return (low,)
    if rounding == "either" or 2 * rest == electors:
        return (low, low + 1)
    return (low + (2 * rest > electors),)


@dataclass(frozen=True, slots=True)
class _Case:
    """All that a rule may look at."""

    filing: Filing
    others: Sequence[Filing]
    electorate: Electorate | None
    days: Days

    def line(
        self,
        kind: Kind,
        key: str,
        basis: Basis,
        said: Words,
        persons: Sequence[Person] = (),
        numbers: dict[str, int] | None = None,
        words: Mapping[str, Word] | None = None,
    ) -> Finding:
        """One line of the rule `key`; the persons concerned are `{who}` in its sentence."""
        names = tuple(person.name for person in persons)
        said_of = dict(words or {})
        if names:
            said_of["who"] = _EVERY if 1 < len(names) == len(self.filing.persons) else _row(names)
        # Only an ineligible name may still be replaced once filing has closed (art. 8).
        until = self.days.mended or self.days.closes if key in ("roll", "barred") else self.days.closes
        sentence = step(key, basis.article, en=said.en, fr=said.fr, numbers=numbers or {}, **said_of)
        return Finding(kind, sentence, basis.assumed, names, None if kind is Kind.MET else until)


def _names(case: _Case, rule: Names) -> Iterator[Finding]:
    count, (over, under) = len(case.filing.persons), rule.part
    whole, rest = divmod(rule.full * over, under)
    fits = rule.least <= count <= rule.full and not (rule.even and count % 2)
    said = Words("{count:name|names}; {full} asked for.", "{count:nom|noms} ; il en faut {full}.")
    if over != under:
        more = " + {rest}/{under}" if rest else ""
        said = Words(
            f"{{count:name|names}}; {{over}}/{{under}} of {{full}} = {{whole}}{more}: from {{least}} to {{full}} names"
            f"{', an even number' if rule.even else ''}.",
            f"{{count:nom|noms}} ; {{over}}/{{under}} de {{full}} = {{whole}}{more} : de {{least}} à {{full}} noms"
            f"{', en nombre pair' if rule.even else ''}.",
        )
    numbers = {"count": count, "full": rule.full, "least": rule.least}
    numbers |= {"over": over, "under": under, "whole": whole, "rest": rest}
    yield case.line(Kind.MET if fits else Kind.FAULT, "names", rule.basis, said, numbers=numbers)


def _particulars(case: _Case, rule: Particulars) -> Iterator[Finding]:
    complete = True
    for key in rule.given:
        if missing := [person for person in case.filing.persons if getattr(person, key) is None]:
            complete = False
            said = Words("To be stated ({particular}): {who}.", "À préciser ({particular}) : {who}.")
            yield case.line(
                Kind.OPEN, "particulars", rule.basis, said, missing, words={"particular": _PARTICULARS[key]}
            )
    if complete:
        said = Words("Stated of each name: {particulars}.", "Précisé pour chaque nom : {particulars}.")
        told = joined([_PARTICULARS[key] for key in rule.given])
        yield case.line(Kind.MET, "particulars", rule.basis, said, words={"particulars": told})


def _substitutes(case: _Case, basis: Basis) -> Iterator[Finding]:
    alone = [titular for titular, substitute in case.filing.pairs if substitute is None]
    twice = [titular for titular, substitute in case.filing.pairs if substitute and same_person(titular, substitute)]
    if alone:
        said = Words("Without a substitute: {who}.", "Sans suppléant : {who}.")
        yield case.line(Kind.FAULT, "substitutes", basis, said, alone)
    if twice:
        said = Words(
            "Substitute of the same name as the titular: {who}.", "Suppléant de même nom que le titulaire : {who}."
        )
        yield case.line(Kind.FAULT, "substitutes", basis, said, twice)
    if not (alone or twice):
        said = Words(
            "Each titular has a substitute, who is another person.",
            "Chaque titulaire a un suppléant, qui est une autre personne.",
        )
        yield case.line(Kind.MET, "substitutes", basis, said)


def _shares(case: _Case, rule: Shares) -> Iterator[Finding]:
    """n names × w women ÷ t electors, and which whole numbers of women the rounding allows (law.md §7.6)."""
    persons = case.filing.persons
    if case.electorate is None:
        said = Words(
            "The numbers of women and men among the electors are still to be given.",
            "Le nombre de femmes et d'hommes parmi les électeurs reste à indiquer.",
        )
        yield case.line(Kind.OPEN, "shares", rule.basis, said)
        return
    if unknown := [person for person in persons if person.sex is None]:
        said = Words("Not computed, for want of the sex of: {who}.", "Non calculé, faute de connaître le sexe : {who}.")
        yield case.line(Kind.OPEN, "shares", rule.basis, said, unknown)
        return
    women, electors = case.electorate.women, case.electorate.women + case.electorate.men
    whole, rest = divmod(len(persons) * women, electors)
    allowed = allowed_women(len(persons), case.electorate, rule.rounding)
    found = sum(person.sex == "f" for person in persons)
    or_en, or_fr = ("{least} or ", "{least} ou ") if len(allowed) > 1 else ("", "")
    said = Words(
        "{names:name|names} × {women} ÷ {electors} = {whole}, remainder {rest}: "
        f"{or_en}{{most:woman|women}}. There are {{found}}, and {{men:man|men}}.",
        "{names:nom|noms} × {women} ÷ {electors} = {whole}, reste {rest} : "
        f"{or_fr}{{most:femme|femmes}}. La candidature en compte {{found}}, et {{men:homme|hommes}}.",
    )
    numbers = {"names": len(persons), "women": women, "electors": electors, "whole": whole, "rest": rest}
    numbers |= {"least": allowed[0], "most": allowed[-1], "found": found, "men": len(persons) - found}
    yield case.line(Kind.MET if found in allowed else Kind.FAULT, "shares", rule.basis, said, numbers=numbers)


def _one_per_union(case: _Case, basis: Basis) -> Iterator[Finding]:
    union = case.filing.union
    if union is None:
        said = Words("The trade union is still to be named.", "L'organisation syndicale reste à indiquer.")
        yield case.line(Kind.OPEN, "one_per_union", basis, said)
        return
    beside = [other for other in case.others if other.contest == case.filing.contest]
    lists = [other.title for other in beside if other.union is not None and plain(other.union) == plain(union)]
    if lists:
        said = Words(
            "{union} has filed more than one list: also {lists}.", "{union} a déposé plusieurs listes : aussi {lists}."
        )
        yield case.line(Kind.FAULT, "one_per_union", basis, said, words={"union": _same(union), "lists": _row(lists)})
    else:
        said = Words(
            "Only list of this trade union: {union}.", "Seule liste de cette organisation syndicale : {union}."
        )
        yield case.line(Kind.MET, "one_per_union", basis, said, words={"union": _same(union)})


def _one_per_person(case: _Case, basis: Basis) -> Iterator[Finding]:
    once = True
    for place, person in enumerate(case.filing.persons):
        own = [*case.filing.persons[:place], *case.filing.persons[place + 1 :]]
        lists = [other.title for other in case.others if any(same_person(person, name) for name in other.persons)]
        if any(same_person(person, name) for name in own):
            lists.insert(0, case.filing.title)
        if lists:
            once = False
            said = Words(
                "Stands more than once ({lists}): {who}. If these are two people, state their identifiers.",
                "Plusieurs candidatures ({lists}) : {who}. S'il s'agit de deux personnes, précisez leurs identifiants.",
            )
            yield case.line(Kind.FAULT, "one_per_person", basis, said, [person], words={"lists": _row(lists)})
    if once:
        said = Words("Nobody stands more than once.", "Aucune personne ne figure sur plusieurs candidatures.")
        yield case.line(Kind.MET, "one_per_person", basis, said)


def _signed(case: _Case, basis: Basis) -> Iterator[Finding]:
    said = (
        Words("Signature missing: {who}.", "Signature manquante : {who}."),
        Words("Signature to be checked: {who}.", "Signature à vérifier : {who}."),
        Words("Each name has signed.", "Chaque personne a signé."),
    )
    yield from _each(case, "signed", basis, said, [person.signed for person in case.filing.persons])


def _delegate(case: _Case, basis: Basis) -> Iterator[Finding]:
    if case.filing.delegate is None:
        said = Words("The list's delegate is still to be named.", "Le délégué de liste reste à indiquer.")
        yield case.line(Kind.OPEN, "delegate", basis, said)
    else:
        said = Words("List delegate: {delegate}.", "Délégué de liste : {delegate}.")
        yield case.line(Kind.MET, "delegate", basis, said, words={"delegate": _same(case.filing.delegate)})


def _roll(case: _Case, basis: Basis) -> Iterator[Finding]:
    said = (
        Words("Not on the roll of the contest: {who}.", "Hors de la liste électorale du scrutin : {who}."),
        Words(
            "To be found on the roll of the contest: {who}.", "À retrouver sur la liste électorale du scrutin : {who}."
        ),
        Words("Each name is on the roll of the contest.", "Chaque nom figure sur la liste électorale du scrutin."),
    )
    yield from _each(case, "roll", basis, said, [person.enrolled for person in case.filing.persons])


def _barred(case: _Case, rules: Sequence[Barred]) -> Iterator[Finding]:
    for rule in rules:
        said = (
            Words("May not stand ({situations}): {who}.", "Ne peut être candidat ({situations}) : {who}."),
            Words("To be checked ({situations}): {who}.", "À vérifier ({situations}) : {who}."),
            Words("Nobody is concerned: {situations}.", "Personne n'est concerné : {situations}."),
        )
        free = [
            None if person.situation is None else not barring(person.situation, rule) for person in case.filing.persons
        ]
        yield from _each(case, "barred", rule.basis, said, free, {"situations": _same(", ".join(rule.situations))})


def _each(
    case: _Case,
    key: str,
    basis: Basis,
    said: tuple[Words, Words, Words],
    fits: Sequence[bool | None],
    words: Mapping[str, Word] | None = None,
) -> Iterator[Finding]:
    """The line of those who do not fit, of those of whom it is not known, or of all who do."""
    wrong, unknown = (
        [p for p, fit in zip(case.filing.persons, fits, strict=True) if fit is no] for no in (False, None)
    )
    if wrong:
        yield case.line(Kind.FAULT, key, basis, said[0], wrong, words=words)
    if unknown:
        yield case.line(Kind.OPEN, key, basis, said[1], unknown, words=words)
    if not (wrong or unknown):
        yield case.line(Kind.MET, key, basis, said[2], words=words)


_RULES: Mapping[str, Callable[[_Case, Any], Iterator[Finding]]] = {
    "names": _names,
    "particulars": _particulars,
    "substitutes": _substitutes,
    "shares": _shares,
    "one_per_union": _one_per_union,
    "one_per_person": _one_per_person,
    "signed": _signed,
    "delegate": _delegate,
    "roll": _roll,
    "barred": _barred,
}
"""In the order of the report."""

_EVERY = Name("every name", "tous les noms")
_PARTICULARS = {
    "sex": Name("sex", "sexe"),
    "functions": Name("functions", "fonctions"),
    "court": Name("court or service", "juridiction ou service"),
}


def _same(text: str) -> Name:
    return Name(text, text)


def _row(texts: Sequence[str]) -> Word:
    return joined([_same(text) for text in texts])
