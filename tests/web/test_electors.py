"""The electors at the desk, searched and changed by hand; the roll that they see themselves, and nobody else."""

import re

import pytest
from sqlalchemy import select

from elections.post import Outbox
from elections.registry import elections, electors, journal, roll, roll_changes
from elections.registry.journal import Actor
from elections.rules.phases import Role
from tests.doors.world import DRAFTED, OPENING, STRANGER
from tests.web.site import EVERYBODY, FIRST, SECOND, Site
from tests.web.test_public import text

NEW = {
    "identifier": "Nouvelle", "last_name": "ÉTÉ", "first_name": "Zoé", "email": "zoe@exemple.fr", "phone": "",
    "college": "a", "roll_unit": "Lyon", "cause": "event", "day": "2026-01-20", "reference": "Décret du 2 janvier",
}  # fmt: skip


@pytest.fixture
def draft(drafted):
    """The site of an election in preparation."""
    return Site(drafted, DRAFTED)


@pytest.fixture
def path(draft):
    """The address of its roll."""
    return f"/bureau/election/{draft.election}/liste"


@pytest.fixture
def shown(draft):
    """The same with its roll shown to the electors."""
    with draft.world.store.registry.begin() as session:
        roll_changes.publish(session, draft.election, Actor(Role.OFFICER), DRAFTED)
    return draft


def one(site, identifier):
    with site.world.store.registry_reader() as session:
        return roll.by_identifier(session, site.election, identifier)


def messages(site):
    with site.world.store.registry_reader() as session:
        return [(row.recipient, row.body) for row in session.scalars(select(Outbox)) if row.kind == "roll-change"]


def test_electors_are_searched_filtered_sorted_and_paged(draft, path):
    officer = draft.desk("officer")
    page = text(officer.get(f"{path}/electeurs"))
    assert f"{EVERYBODY} électeurs trouvés" in page
    assert "Page 1 sur 9" in page
    assert "Page 9 sur 9" in text(officer.get(f"{path}/electeurs?page=99999999"))
    assert "Page 1 sur 9" in text(officer.get(f"{path}/electeurs?page=-1"))
    # Names are found without accents and in any order of words; what is no letter finds nobody.
    assert "1 électeur trouvé" in text(officer.get(f"{path}/electeurs?nom=prenom+ELECTRICE-007"))
    assert "Aucun électeur ne répond" in text(officer.get(f"{path}/electeurs?nom=%25"))
    assert "3 électeurs trouvés" in text(officer.get(f"{path}/electeurs?college=b"))
    assert "0 électeur trouvé" in text(officer.get(f"{path}/electeurs?role=Lyon"))
    assert "0 électeur trouvé" in text(officer.get(f"{path}/electeurs?code=sans"))
    by_name = officer.get(f"{path}/electeurs?tri=identifiant&college=b").text
    assert by_name.index("suppleante-001") < by_name.index("suppleante-002")
    assert 'aria-sort="ascending"' in by_name


def test_one_elector_is_shown_without_code_nor_vote(site):
    site.world.cast(1)
    page = text(site.desk("officer").get(f"/bureau/election/{site.election}/liste/electeurs/1"))
    assert FIRST.email in page
    assert "établi ; le bureau ne le connaît pas" in page
    assert site.world.staging.codes[1] not in page
    assert not re.search("émarg|signé|voté", page, re.IGNORECASE)
    assert site.desk("officer").get(f"/bureau/election/{site.election}/liste/electeurs/9999").status_code == 404


def test_an_elector_is_entered_with_a_cause(draft, path):
    officer = draft.desk("officer")
    done = officer.send(f"{path}/inscription", follow=True, **NEW)
    page = text(done)
    assert "La liste électorale est modifiée." in page
    assert "nouvelle Inscription Événement, mardi 20 janvier 2026 Décret du 2 janvier" in page
    assert (one(draft, "nouvelle").number, one(draft, "nouvelle").folded) == (EVERYBODY + 1, "ete zoe")
    # Nobody sees the roll yet: nobody is told.
    assert messages(draft) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"identifier": ""}, "Indiquez l’identifiant."),
        ({"identifier": "é"}, "Lettres sans accent"),
        ({"identifier": "ab c"}, "Lettres sans accent"),
        ({"identifier": FIRST.identifier}, "un autre électeur a déjà celui-ci"),
        ({"email": FIRST.email.upper()}, "un autre électeur a déjà celui-ci"),
        ({"email": "x"}, "Cette adresse n’est pas bien formée."),
        ({"email": "a@b.fr,c@d.fr"}, "Cette adresse n’est pas bien formée."),
        ({"phone": "0612345678"}, "Un numéro comme"),
        ({"last_name": " "}, "Indiquez le nom."),
        ({"last_name": "a\u202eb"}, "des signes qui ne s’impriment pas"),
        ({"first_name": "x" * 201}, "Au plus 200 caractères."),
        ({"college": "z"}, "Choisissez un collège."),
        ({"cause": ""}, "Choisissez une cause."),
        ({"cause": "humeur"}, "Choisissez une cause."),
        ({"day": ""}, "Indiquez la date d’effet de l’événement."),
        ({"day": "2026-02-06"}, "doit prendre effet avant le premier jour du scrutin"),
        ({"reference": "x" * 201}, "Au plus 200 caractères."),
    ],
)
def test_a_wrong_entry_is_told_and_nothing_is_written(draft, path, change, told):
    answer = draft.desk("officer").send(f"{path}/inscription", **NEW | change)
    assert answer.status_code == 422
    assert told in text(answer)
    assert one(draft, "nouvelle") is None


def test_a_correction_keeps_number_and_identifier_and_tells_both_addresses(shown, path):
    officer, number = shown.desk("officer"), one(shown, FIRST.identifier).number
    page = officer.get(f"{path}/electeurs/{number}/correction")
    assert f'value="{FIRST.email}"' in page.text
    fields = {
        **NEW, "identifier": "autre", "last_name": FIRST.last_name, "first_name": FIRST.first_name,
        "email": "nouvelle@exemple.fr", "cause": "mistake", "day": "n'importe quoi", "roll_unit": FIRST.unit,
    }  # fmt: skip
    done = officer.send(f"{path}/electeurs/{number}/correction", follow=True, **fields)
    assert "2 messages l’annoncent." in text(done)
    found = one(shown, FIRST.identifier)
    assert (found.number, found.email, one(shown, "autre")) == (number, "nouvelle@exemple.fr", None)
    assert {address for address, _ in messages(shown)} == {FIRST.email, "nouvelle@exemple.fr"}
    again = officer.send(f"{path}/electeurs/{number}/correction", **fields)
    assert (again.status_code, "Rien n’a été changé." in text(again)) == (422, True)


def test_a_removal_is_told_and_counted_without_a_name(shown, path):
    officer, number = shown.desk("officer"), one(shown, SECOND.identifier).number
    assert "ne pourra pas voter" in text(officer.get(f"{path}/electeurs/{number}/radiation"))
    why = {"cause": "event", "day": "2026-02-05", "reference": "Radiation des cadres"}
    done = officer.send(f"{path}/electeurs/{number}/radiation", follow=True, **why)
    assert "1 message l’annonce." in text(done)
    assert one(shown, SECOND.identifier) is None
    [(address, body)] = messages(shown)
    assert address == SECOND.email
    assert "Vous ne figurez plus sur la liste" in body
    with shown.world.store.registry_reader() as session:
        entry = journal.entries(session, shown.election)[-1]
        lines = journal.lines(session, shown.election)
    colleges = {"a": EVERYBODY - 4, "b": 3}
    assert (entry.act, entry.details) == (
        "roll-change", {"added": 0, "changed": 0, "colleges": colleges, "removed": 1}
    )  # fmt: skip
    assert SECOND.identifier.encode() not in lines
    assert officer.get(f"{path}/electeurs/{number}").status_code == 404


def test_who_has_a_code_is_told_though_the_roll_is_shown_to_nobody(draft, path):
    number = one(draft, SECOND.identifier).number
    done = draft.desk("officer").send(f"{path}/electeurs/{number}/radiation", follow=True, cause="mistake")
    assert "1 message l’annonce." in text(done)
    assert [address for address, _ in messages(draft)] == [SECOND.email]


def test_nothing_changes_from_the_first_day_on_nor_once_it_is_prepared(draft, path, world):
    draft.now = OPENING
    answer = draft.desk("officer").send(f"{path}/inscription", **NEW)
    assert (answer.status_code, "jusqu’à la veille" in text(answer)) == (422, True)
    assert "Inscrire un électeur" not in text(draft.desk("officer").get(path))
    open_site = Site(world)
    refused = open_site.desk("officer").send(f"/bureau/election/{open_site.election}/liste/inscription", **NEW)
    assert refused.status_code == 409


def test_a_roll_that_is_shown_is_not_replaced_until_it_is_withdrawn(draft, path):
    officer = draft.desk("officer")
    assert "chacun en sera averti" in text(officer.get(f"{path}/publication"))
    page = text(officer.send(f"{path}/publication", follow=True))
    assert "La liste électorale est publiée." in page
    assert "Importer une liste" not in page
    assert "Importer une liste" in text(officer.send(f"{path}/publication/retrait", follow=True))
    with draft.world.store.registry_reader() as session:
        acts = [entry.act for entry in journal.entries(session, draft.election)][-2:]
    assert acts == ["roll-published", "roll-withdrawn"]


def test_an_empty_college_is_not_published(draft, path):
    with draft.world.store.registry.begin() as session:
        page = electors.page(session, draft.election, electors.Wanted(contest=draft.world.b))
        roll.remove(session, draft.election, [known.elector.number for known in page.rows])
    answer = draft.desk("officer").send(f"{path}/publication")
    assert (answer.status_code, "aucun électeur n’est inscrit" in text(answer)) == (422, True)


def test_a_roll_is_seen_by_its_own_electors_and_by_the_desk(shown):
    mine, other = f"/scrutin/{shown.world.a}/liste-electorale", f"/scrutin/{shown.world.b}/liste-electorale"
    elector = shown.elector(1)
    page = elector.get(mine)
    assert (page.status_code, elector.get(other).status_code) == (200, 403)
    assert FIRST.last_name in page.text
    assert "exemple.fr" not in page.text
    assert FIRST.identifier not in page.text.replace(FIRST.last_name, "").replace(FIRST.first_name, "")
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Cache-Control"] == "no-store"
    assert shown.elector(STRANGER).get(mine).status_code == 403
    assert shown.desk("delegate").get(mine).status_code == 200
    door = shown.client().get(mine)
    assert (door.status_code, door.location) == (303, f"/election/{shown.election}/connexion")
    assert "1 électeur trouvé" in text(elector.get(f"{mine}?nom=electrice-009"))
    assert mine in elector.get("/mes-scrutins").text


def test_a_roll_that_is_not_shown_is_seen_by_nobody_and_opens_no_door(draft):
    address = f"/scrutin/{draft.world.a}/liste-electorale"
    for visitor in (draft.elector(1), draft.desk("officer"), draft.desk("delegate")):
        assert visitor.get(address).status_code == 409
    door = f"/election/{draft.election}/connexion"
    assert draft.client().get(door).status_code == 409
    assert draft.client().send(door, identifier=FIRST.identifier).status_code == 409
    assert draft.client().send(f"{door}/code", identifier=FIRST.identifier, code="1").status_code == 409


def test_electors_come_in_before_the_seal_once_their_roll_is_shown(shown):
    door = f"/election/{shown.election}/connexion"
    assert shown.client().get(door).status_code == 200
    assert "Code à usage unique" in text(shown.client().send(door, identifier=FIRST.identifier))


def test_what_is_sealed_is_shown_with_its_digest(site):
    page = text(site.desk("officer").get(f"/bureau/election/{site.election}/liste"))
    with site.world.store.registry_reader() as session:
        digests = [contest.roll_digest for contest in elections.find(session, site.election).contests]
    assert all(digest in page for digest in digests)
    assert "Inscrire un électeur" not in page


def test_hostile_words_in_addresses_are_harmless(draft, path):
    officer = draft.desk("officer")
    page = officer.get(f"{path}/electeurs?nom=%3Cscript%3E&role=%22%3E&tri=drop&college=%27&code=x&page=1e9")
    assert page.status_code == 200
    assert "<script>" not in page.text
