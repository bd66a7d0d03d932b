"""Voting codes on screen: a file out, a file in, and a new code by two people; no page ever shows a code."""

import html
import io

import pytest

from elections.registry import code_files, codes, journal, reissues
from elections.registry.code_files import CodeRequest
from elections.registry.tables import Elector, ElectorKey, Entitlement
from tests.doors.world import DRAFTED
from tests.web.site import FIRST, SECOND, Site


def text(answer):
    return html.unescape(answer.text).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.fixture
def draft(drafted):
    """The site of an election in preparation."""
    return Site(drafted, DRAFTED)


def page(site):
    return f"/bureau/election/{site.election}/codes"


def answer_of(raw):
    """The maker's answer to a request file."""
    request = CodeRequest.parse(raw)
    return code_files.write_keys(request.election, [item.keys for item in code_files.make(request)])


def upload(client, address, raw):
    return client.send(address, file=(io.BytesIO(raw), "public-keys.json"))


def test_a_code_is_given_anew_by_two_people_on_their_own_screens(site):
    officer, president, where = site.desk("officer"), site.desk("president"), page(site)
    with site.world.store.registry_reader() as session:
        before = session.get_one(ElectorKey, (site.election, 1)).register
    assert officer.send(f"{where}/demander", identifier=FIRST.identifier.upper()).status_code == 303
    assert officer.send(f"{where}/demander", identifier=FIRST.identifier).status_code == 422
    # One of them alone gets no file.
    assert officer.get(f"{where}/reedition.json").status_code != 200
    assert officer.send(f"{where}/accorder", number="1").status_code == 403
    assert FIRST.identifier in text(president.get(where))
    # Two clicks are one agreement.
    assert [president.send(f"{where}/accorder", number="1").status_code for _ in range(2)] == [303, 303]
    asked = officer.get(f"{where}/reedition.json").data
    assert CodeRequest.parse(asked).numbers == (1,)
    assert CodeRequest.parse(asked).taken[0] == "mail"
    sheet = officer.get(f"{where}/adresses.csv").text
    assert FIRST.last_name in sheet
    assert SECOND.last_name not in sheet
    keys = answer_of(asked)
    assert upload(officer, f"{where}/reedition", keys).status_code == 303
    assert upload(officer, f"{where}/reedition", keys).status_code == 422
    with site.world.store.registry_reader() as session:
        assert session.get_one(ElectorKey, (site.election, 1)).register != before
        assert reissues.waiting(session, site.election) == []
        lines = journal.entries(session, site.election)[-3:]
        raw = journal.lines(session, site.election).decode()
    assert [(line.act, line.role) for line in lines] == [
        ("reissue-asked", "officer"), ("reissue-agreed", "president"), ("reissue", "president"),
    ]  # fmt: skip
    assert FIRST.identifier not in raw
    assert FIRST.last_name not in raw


def test_what_two_people_did_not_agree_to_is_replaced_for_nobody(site):
    officer, secretary, where = site.desk("officer"), site.desk("secretary"), page(site)
    for person in (FIRST, SECOND):
        officer.send(f"{where}/demander", identifier=person.identifier)
    secretary.send(f"{where}/accorder", number="1")
    with site.world.store.registry_reader() as session:
        both = codes.request(session, site.election, [1, 2]).encode()
        before = [session.get_one(ElectorKey, (site.election, number)).register for number in (1, 2)]
    answer = upload(officer, f"{where}/reedition", answer_of(both))
    assert answer.status_code == 422
    assert "Pour l’électeur 2, il manque" in text(answer)
    with site.world.store.registry_reader() as session:
        assert [session.get_one(ElectorKey, (site.election, number)).register for number in (1, 2)] == before


@pytest.mark.parametrize(
    ("identifier", "told"), [("", "Saisissez l’identifiant"), ("nobody", "Personne sur la liste"), ("x" * 300, "200")]
)
def test_a_wrong_identifier_is_told(site, identifier, told):
    answer = site.desk("officer").send(f"{page(site)}/demander", identifier=identifier)
    assert answer.status_code == 422
    assert told in text(answer)


def test_the_office_learns_from_no_request_who_has_voted_and_the_board_does(site):
    officer, president, where = site.desk("officer"), site.desk("president"), page(site)
    site.world.cast(1)
    asked = [officer.send(f"{where}/demander", identifier=person.identifier) for person in (FIRST, SECOND)]
    assert [answer.status_code for answer in asked] == [303, 303]
    pages = [text(officer.get(where)).count(word) for word in ("a voté", "attend l’accord du bureau de vote")]
    assert pages == [0, 2]
    refused = president.send(f"{where}/accorder", number="1")
    assert refused.status_code == 422
    assert "Cet électeur a voté" in text(refused)


def test_who_has_voted_gets_no_new_code_whatever_was_agreed(site):
    officer, president, where = site.desk("officer"), site.desk("president"), page(site)
    officer.send(f"{where}/demander", identifier=FIRST.identifier)
    president.send(f"{where}/accorder", number="1")
    asked = officer.get(f"{where}/reedition.json").data
    site.world.cast(1)
    answer = upload(officer, f"{where}/reedition", answer_of(asked))
    assert answer.status_code == 422
    assert "Cet électeur a voté" in text(answer)
    assert president.send(f"{where}/retirer", number="1").status_code == 303
    assert president.send(f"{where}/retirer", number="1").status_code == 422


def test_the_codes_of_new_electors_are_asked_for_and_taken_on_screen(draft):
    officer, where = draft.desk("officer"), page(draft)
    store = draft.world.store
    assert "Faire fabriquer les codes" not in text(officer.get(where))
    with store.registry.begin() as session:
        old = session.get_one(Elector, (draft.election, 1))
        session.add(
            Elector(
                election_uuid=draft.election, number=999, identifier="nouvelle", last_name="NOUVELLE", first_name="Ève",
                email="n@exemple.fr", phone=None, roll_unit=old.roll_unit,
            )
        )  # fmt: skip
        session.flush()
        session.add(Entitlement(contest_uuid=draft.contest, number=999, election_uuid=draft.election))
    assert "Faire fabriquer les codes" in text(officer.get(where))
    asked = officer.get(f"{where}/demande.json").data
    assert CodeRequest.parse(asked).numbers == (999,)
    for junk in (b"", b"{}", b"\xff" * 100, asked):
        assert upload(officer, f"{where}/cles", junk).status_code == 422
    assert upload(officer, f"{where}/cles", answer_of(asked)).status_code == 303
    with store.registry_reader() as session:
        assert codes.keyless(session, draft.election) == []


def test_the_site_says_so_where_it_made_the_codes_itself(site):
    said = "la machine de ce site a fabriqué elle-même"
    assert said not in text(site.client().get("/verifier"))
    with site.world.store.registry.begin() as session:
        from elections.registry import elections

        elections.find(session, site.election).code_maker = "site"
    assert said in text(site.client().get("/verifier"))
    assert "sur la machine de ce site" in text(site.desk("officer").get(page(site)))
