"""Who stands, by which rule, and when: the lines that the office and the authority mend."""

from __future__ import annotations

from elections.registry import candidacies, display_order, documents, rules
from elections.registry.checklist.draft import Draft, Item
from elections.rules.findings import Kind
from elections.rules.phases import Words


def _filed(draft: Draft) -> Item:
    without = tuple(contest.key for contest in draft.contests if not candidacies.standing(contest))
    return Item(
        "candidacies",
        Words("Candidacies on file in each contest", "Candidatures enregistrées dans chaque scrutin"),
        "R. 211-541",
        len(draft.contests) - len(without),
        len(draft.contests),
        contests=without,
        dates=("lists", "tickets", "candidacies-filed"),
    )


def _ruled(draft: Draft) -> Item | None:
    """Only faults want a ruling; where no model asks anything of candidacies there is no such line."""
    asked = [review for review in draft.reviews if review.rules.ruling]
    if not asked:
        return None
    faults = sum(bool(item.faults) for review in draft.reviews for item in review.examined)
    unruled = {review.contest.key: len(review.unruled) for review in draft.reviews if review.unruled}
    article = next(review.rules.ruling.basis.article for review in asked if review.rules.ruling)
    return Item(
        "rulings",
        Words("Ruling on each candidacy at fault", "Décision rendue sur chaque candidature irrégulière"),
        article,
        faults - sum(unruled.values()),
        faults,
        contests=tuple(unruled),
        dates=("admissibility",),
    )


def _known(draft: Draft) -> Item | None:
    """Candidacies of which something is not known that the rules ask about."""
    examined = [(review.contest.key, item) for review in draft.reviews for item in review.examined if item.findings]
    if not examined:
        return None
    unknown = [key for key, item in examined if any(line.kind is Kind.OPEN for line in item.findings)]
    return Item(
        "particulars",
        Words("Candidacies without a point to be completed", "Candidatures sans point à compléter"),
        _article(draft),
        len(examined) - len(unknown),
        len(examined),
        contests=tuple(dict.fromkeys(unknown)),
        needed=False,
        optional=True,
    )


def _article(draft: Draft) -> str:
    """The text that says what a candidacy states, of the first contest that has one."""
    parts = (review.rules.particulars or review.rules.names for review in draft.reviews)
    return next((part.basis.article for part in parts if part), "")


def _shares(draft: Draft) -> Item | None:
    asked = [review for review in draft.reviews if review.rules.shares]
    if not asked:
        return None
    without = tuple(review.contest.key for review in asked if review.contest.electorate is None)
    return Item(
        "electorate",
        Words("Numbers of women and men among the electors", "Nombres de femmes et d'hommes parmi les électeurs"),
        next(review.rules.shares.basis.article for review in asked if review.rules.shares),
        len(asked) - len(without),
        len(asked),
        contests=without,
        needed=False,
    )


def _statements(draft: Draft) -> Item | None:
    what = Words("Professions de foi handed in", "Professions de foi remises")
    return _handed_in(draft, "statements", documents.STATEMENT, what, "R. 211-532")


def _logos(draft: Draft) -> Item | None:
    return _handed_in(draft, "logos", documents.LOGO, Words("Logos handed in", "Logos remis"), "R. 211-564")


def _handed_in(draft: Draft, key: str, kind: str, what: Words, article: str) -> Item | None:
    found = draft.documents(kind)
    without = tuple(dict.fromkeys(contest for contest, document in found if document is None))
    done = sum(document is not None for _, document in found)
    if not found:
        return None
    return Item(
        key, what, article, done, len(found), contests=without, dates=("candidacies",), needed=False, optional=True
    )


def _ordered(draft: Draft) -> Item | None:
    """Where the order is drawn by lot, and there are two to draw between."""
    drawn = [
        contest
        for contest in draft.contests
        if contest.display_order == "drawn" and len(candidacies.standing(contest)) > 1
    ]
    if not drawn:
        return None
    without = tuple(contest.key for contest in drawn if not display_order.done(contest))
    return Item(
        "order",
        Words("Display order drawn by lot", "Ordre d'affichage tiré au sort"),
        "R. 211-564",
        len(drawn) - len(without),
        len(drawn),
        contests=without,
        needed=False,
    )


def _published(draft: Draft) -> Item:
    return Item(
        "publication",
        Words("Candidacies published on line", "Candidatures mises en ligne"),
        "R. 211-532",
        int(draft.election.published is not None),
        1,
        dates=("candidacies",),
        needed=False,
    )


def _chosen(draft: Draft) -> Item:
    without = tuple(contest.key for contest in draft.contests if rules.missing(contest))
    return Item(
        "rules",
        Words("Rule of the count chosen in each contest", "Règle de décompte choisie dans chaque scrutin"),
        "R. 211-550",
        len(draft.contests) - len(without),
        len(draft.contests),
        contests=without,
    )


def _in_time(draft: Draft) -> Item | None:
    if not draft.dates.lines:
        return None
    return Item(
        "calendar",
        Words("Calendar as the texts want it", "Calendrier conforme aux textes"),
        "R. 211-561",
        int(not draft.dates.faults),
        1,
        needed=False,
        optional=True,
    )


LINES = (_in_time, _filed, _ruled, _known, _shares, _statements, _logos, _ordered, _published, _chosen)
