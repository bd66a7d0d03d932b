"""Nominations in the registry: whose they are, what the seal forgets of them, and documents that are nobody else's."""

import pytest

from elections.protocol.note import NoteKey
from elections.registry import candidacies, documents, elections, filings, nominations
from elections.registry.journal import Actor
from elections.registry.tables import Document, Nomination
from elections.rules.models import load
from elections.rules.phases import Role
from tests.documents import noise, png
from tests.refused import refused
from tests.registry.common import CLOSING, NOW, OFFICER, OPENING, PRESIDENT

KEY = NoteKey.from_bytes("record-x", bytes(32))
ONE, TWO = (Actor(Role.DELEGATE, number) for number in (1, 2))


@pytest.fixture
def s1(session):
    made = elections.create(session, load("cav-2026"), OFFICER, NOW, opening=OPENING, closing=CLOSING)
    return made.contests[0]


def draft(session, contest, actor=ONE, union="Union A", names=6):
    made = nominations.begin(session, contest.uuid, union, union, None, actor, NOW)
    content = {
        "delegate": None,
        "names": [{"substitute": f"S{n} {union}", "titular": f"T{n} {union}"} for n in range(names)],
        "persons": [{"titular": {"sex": "f"}, "substitute": {"sex": "m"}} for _ in range(names)],
        "title": union,
        "union": union,
    }
    nominations.save(session, made, content, made.revision, actor, NOW)
    return made


def test_the_seal_forgets_what_was_never_filed(session, s1):
    filed, unfiled = draft(session, s1), draft(session, s1, TWO, "Union B")
    filings.file(session, filed, KEY, ONE, NOW)
    for owner, item in ((ONE, filed), (TWO, unfiled)):
        documents.put(session, s1.uuid, item.candidacy, documents.LOGO, png(), owner, NOW, online=True)
    candidacies.forget(s1)
    session.flush()
    session.expire_all()
    assert [item.candidacy for item in session.query(Nomination)] == ["union-a"]
    assert [item.candidacy for item in session.query(Document)] == ["union-a"]


def test_a_draft_s_document_looks_as_if_it_were_not_there(session, s1):
    made = draft(session, s1)
    with refused("registry.candidacy"):
        documents.put(session, s1.uuid, made.candidacy, documents.LOGO, png(), OFFICER, NOW)
    documents.put(session, s1.uuid, made.candidacy, documents.LOGO, png(), ONE, NOW, online=True)
    assert (documents.of(s1), documents.digests(s1)) == ({}, {})
    filings.file(session, made, KEY, ONE, NOW)
    assert list(documents.digests(s1)) == ["candidacies/union-a/logo.png"]


def test_no_delegate_uses_up_what_the_others_logos_may_weigh(session, s1):
    made = draft(session, s1)
    with refused("documents.size"):
        documents.put(session, s1.uuid, made.candidacy, documents.LOGO, noise(41, 1), ONE, NOW, online=True)
    for place in range(documents.LOGOS_SIZE // documents.LOGO_SHARE):
        other = draft(session, s1, Actor(Role.DELEGATE, 10 + place), f"Union {place}")
        documents.put(session, s1.uuid, other.candidacy, documents.LOGO, noise(40, 1), ONE, NOW, online=True)


def test_who_may_see_and_change(session, s1):
    mine, office = draft(session, s1), draft(session, s1, OFFICER, "Union B")
    seen = {
        who: [item.candidacy for item in nominations.visible(s1, actor)]
        for who, actor in (("one", ONE), ("two", TWO), ("officer", OFFICER), ("president", PRESIDENT))
    }
    assert seen == {"one": ["union-a"], "two": [], "officer": ["union-b"], "president": []}
    with refused("nominations.unknown"):
        nominations.save(session, office, office.content, office.revision, TWO, NOW)
    filings.file(session, mine, KEY, ONE, NOW)
    assert [item.candidacy for item in nominations.visible(s1, PRESIDENT)] == ["union-a"]
    assert [nominations.holds(mine, actor) for actor in (ONE, TWO, OFFICER, PRESIDENT)] == [True, False, False, False]
    # What she prepares after filing is hers again.
    nominations.save(session, mine, {**mine.content, "title": "Secret"}, mine.revision, ONE, NOW)
    assert [nominations.seen(session, mine, actor)["title"] for actor in (ONE, OFFICER)] == ["Secret", "Union A"]
    with refused("nominations.unknown"):
        nominations.save(session, mine, mine.content, mine.revision, OFFICER, NOW)
    with refused("nominations.one"):
        draft(session, s1, ONE, "Union C")


def test_short_names_are_made_of_letters_and_never_twice(session, s1):
    given = ["Été – l'Union !", "été l union", "🙂 ", "x" * 200, "x" * 199]
    made = [
        nominations.begin(session, s1.uuid, text, None, None, OFFICER, NOW).candidacy for text in given if text != "🙂 "
    ]
    assert made == ["ete-l-union", "ete-l-union-2", "x" * 32, "x" * 32 + "-2"]


def test_what_is_not_whole_is_kept_and_not_filed(session, s1):
    made = draft(session, s1)
    for change, rule in (
        ({"union": None}, "nominations.incomplete"),
        ({"title": ""}, "nominations.incomplete"),
        ({"names": [], "persons": []}, "nominations.incomplete"),
        ({"names": [{"titular": None, "substitute": "S"}], "persons": [{}]}, "nominations.gap"),
    ):
        before = dict(made.content)
        nominations.save(session, made, {**before, **change}, made.revision, ONE, NOW)
        with refused(rule):
            filings.file(session, made, KEY, ONE, NOW)
        nominations.save(session, made, before, made.revision, ONE, NOW)
    too_many = {"names": [{"titular": "T", "substitute": None}] * 61, "persons": [{}] * 61}
    with refused("nominations.many"):
        nominations.save(session, made, {**made.content, **too_many}, made.revision, ONE, NOW)


def test_a_prepared_draft_takes_nothing_more(session, s1):
    made = draft(session, s1)
    s1.setup = b"{}"
    for act in (
        lambda: nominations.save(session, made, {**made.content, "title": "x"}, made.revision, ONE, NOW),
        lambda: filings.file(session, made, KEY, ONE, NOW),
        lambda: filings.withdraw(session, made, KEY, ONE, NOW),
        lambda: filings.contest_names(session, made, [(0, "titular")], OFFICER, NOW),
        lambda: draft(session, s1, TWO, "Union B"),
    ):
        with refused("registry.locked"):
            act()
