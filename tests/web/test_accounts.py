"""The office's accounts: invited by mail, signed out, given back by two; and one's own sessions and password."""

import re
from email import message_from_bytes, policy

import pytest

from elections import post
from elections.registry import journal
from elections.rules.phases import Role
from tests.web.site import PASSWORD, found
from tests.web.test_proof import bare, fields_of, shown
from tests.web.test_public import text

INVITE = {
    "name": "DUPONT Anne",
    "email": "anne@exemple.fr",
    "election": "toutes",
    "role": "observer",
    "number": "1",
    "login": "",
}
NEW = {"new": "une phrase assez longue", "again": "une phrase assez longue"}


def mails(site):
    """What was sent since, as (recipient, subject, text)."""
    outbox = site.world.store.state / "sent"
    post.deliver(site.world.store.registry, post.Folder(outbox, "elections@exemple.fr"), site.now)
    files = sorted(outbox.iterdir()) if outbox.exists() else []
    letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    for file in files:
        file.unlink()
    return [(letter["To"], letter["Subject"], letter.get_content()) for letter in letters]


def link(site):
    """The link in the one mail that was sent."""
    ((recipient, _, text),) = mails(site)
    return recipient, found(r"http://localhost(/invitation/[\w-]{43})", text)


@pytest.fixture
def officer(site):
    return site.desk("officer")


def invite(officer, **values):
    return officer.send("/bureau/comptes/inviter", **INVITE | values)


def test_from_the_invitation_to_the_desk(site, officer):
    """Mail, password, second factor: then she sees the desk, and may do nothing there."""
    answer = invite(officer, election=site.election)
    assert (answer.status_code, answer.location) == (303, f"/bureau/election/{site.election}/comptes")
    page = officer.get(answer.location).text
    assert "anne@exemple.fr" in page
    recipient, path = link(site)
    assert recipient == "anne@exemple.fr"
    guest = site.client()
    for _ in range(2):
        page = guest.get(path).text
        assert "DUPONT Anne" in page
    answer = guest.send(path, login="Anne", **NEW)
    assert (answer.status_code, answer.location) == (303, "/bureau")
    assert guest.get("/bureau").location == "/bureau/compte/second-facteur"
    del guest.token
    page = guest.get("/bureau/compte/application").text
    secret = found(r'<code class="figure">([A-Z2-7 ]+)</code>', page)
    form = {"sealed": fields_of(page, "sealed"), "name": "Téléphone", "code": shown(secret, site.now)}
    assert guest.send("/bureau/compte/application", **form).location == "/bureau"
    assert guest.get(f"/bureau/election/{site.election}").status_code == 200
    assert guest.get(f"/bureau/election/{site.election}/journal").status_code == 200
    assert guest.send(f"/bureau/scrutin/{site.contest}/suspendre", reason="x").status_code == 403
    assert guest.get("/bureau/comptes").status_code == 403
    # The link has served.
    assert site.client().get(path).status_code == 404
    assert site.client().send(path, login="autre", **NEW).status_code == 404


def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_lost(site, officer):
    invite(officer)
    mails(site)
    wrong = [
        ({"email": "anne"}, "pas la forme"),
        ({"name": ""}, "Indiquez le nom"),
        ({"number": "0"}, "De 1 à 100"),
        ({"number": "x"}, "nombre entier"),
        ({"role": "clock"}, "Choisissez un rôle"),
        ({"role": "president", "substitute": "y"}, "suppléant"),
        ({"election": "xxx"}, "Choisissez une élection"),
        ({"login": "à part", "number": "2"}, "mal formé"),
        ({"login": "officer", "number": "2"}, "déjà pris"),
        ({}, "Quelqu’un d’autre"),
    ]
    for values, said in wrong:
        answer = invite(officer, **values)
        assert answer.status_code == 422, values
        assert re.search(rf'class="error"[^>]*>.*{said}', answer.text), said
        assert f'value="{values.get("email", "anne@exemple.fr")}"' in answer.text
    assert mails(site) == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        # The mailbox of an officer, who could be president or delegate besides, and give both halves of what takes two.
        ({"email": "OFFICER@exemple.fr", "role": "delegate", "number": "9"}, "un autre rôle ou un autre numéro"),
        ({"email": "officer@exemple.fr", "role": "officer", "number": "2"}, "un autre rôle ou un autre numéro"),
        # A second president, whom an officer may be under another address.
        ({"role": "president", "number": "2"}, "son numéro est 1."),
        ({"role": "secretary", "number": "2"}, "son numéro est 1."),
        # No mail can be written to these, and the attempt would stop the post.
        ({"email": 'a<b"@exemple.fr'}, "pas la forme"),
        ({"email": "a@exemple.fr,b"}, "pas la forme"),
    ],
)
def test_nobody_is_invited_to_be_two_people(site, officer, values, told):
    answer = invite(officer, **values)
    assert answer.status_code == 422
    assert told in text(answer)
    assert mails(site) == []


def test_the_page_of_a_link_refuses_and_keeps_it(site, officer):
    invite(officer)
    _, path = link(site)
    guest = site.client()
    for values, said in (
        ({"new": "court", "again": "court"}, "au moins 12"),
        ({"again": "autre chose"}, "pas les mêmes"),
        ({"login": "à"}, "mal formé"),
        ({"login": "OFFICER"}, "déjà pris"),
        ({"login": ""}, "Choisissez un identifiant"),
    ):
        answer = guest.send(path, **{"login": "anne", **NEW, **values})
        assert (answer.status_code, said in answer.text) == (422, True), said
        assert NEW["new"] not in answer.text
    assert guest.post(path, data={"login": "anne", **NEW}).status_code == 400
    assert guest.send(path, login="anne", **NEW).status_code == 303


def test_links_are_forged_renewed_withdrawn_and_grow_old(site, officer):
    invite(officer)
    _, first = link(site)
    assert site.client().get(first[:-1] + ("A" if first[-1] != "A" else "B")).status_code == 404
    number = found(r"/comptes/invitations/(\d+)/renvoyer", officer.get("/bureau/comptes").text)
    assert officer.send(f"/bureau/comptes/invitations/{number}/renvoyer").status_code == 303
    _, second = link(site)
    assert site.client().get(first).status_code == 404
    assert site.client().get(second).status_code == 200
    site.later(days=7)
    assert site.client().get(second).status_code == 404
    officer = site.desk("officer")
    assert "expirée" in officer.get("/bureau/comptes").text
    officer.send(f"/bureau/comptes/invitations/{number}/renvoyer")
    _, third = link(site)
    assert officer.send(f"/bureau/comptes/invitations/{number}/retirer").status_code == 303
    assert site.client().get(third).status_code == 404
    assert officer.send(f"/bureau/comptes/invitations/{number}/retirer").status_code == 404


def test_an_invited_browser_that_was_somebody_elses_is_so_no_longer(site, officer):
    invite(officer)
    _, path = link(site)
    before = officer.get_cookie("isoloir").value
    officer.send(path, login="anne", **NEW)
    assert officer.get("/bureau").location == "/bureau/compte/second-facteur"
    assert site.client(before).get("/bureau").location == "/bureau/connexion"


def test_an_officer_of_one_election_keeps_its_accounts_only(site, officer):
    from elections.registry import accounts, sessions
    from elections.registry.accounts import NewAccount
    from elections.registry.journal import Actor

    site.desk("president")
    with site.world.store.registry.begin() as session:
        new = NewAccount("local", "Locale", "l@exemple.fr", Role.OFFICER, PASSWORD, 7, site.election, excused=True)
        local = accounts.create(session, new, Actor(Role.OFFICER), site.now)
        browser = site.client(sessions.open_for(session, local, site.now))
    assert browser.get("/bureau/comptes").status_code == 200
    assert browser.get("/bureau/comptes/fiche/president").status_code == 200
    for path in ("/bureau/comptes/fiche/officer", "/bureau/comptes/fiche/officer/retablir"):
        assert browser.get(path).status_code == 404
    assert browser.send("/bureau/comptes/fiche/officer/sessions").status_code == 404
    assert invite(browser).status_code == 422
    assert invite(browser, election=site.election).status_code == 303


def test_the_office_finds_accounts_and_signs_out(site, officer):
    president = site.desk("president")
    page = officer.get("/bureau/comptes?q=PRESIDENT@").text
    assert "/bureau/comptes/fiche/president" in page
    assert "/bureau/comptes/fiche/officer" not in page
    assert "/bureau/comptes/fiche/president" not in officer.get("/bureau/comptes?role=officer").text
    assert officer.send("/bureau/comptes/fiche/president/sessions").status_code == 303
    assert president.get("/bureau").location == "/bureau/connexion"
    assert officer.get("/bureau").status_code == 200
    with site.world.store.registry_reader() as session:
        last = journal.entries(session, site.election)[-1]
    assert (last.act, last.details) == ("sessions-ended", {"number": 1, "role": "president"})


def test_two_people_give_an_account_back(site, officer):
    president, lost = site.desk("president"), site.desk("delegate")
    assert officer.send("/bureau/comptes/fiche/delegate/retablir").location == "/bureau/retablissements"
    # One person alone does not do it, nor the person herself.
    assert "Approuver" not in officer.get("/bureau/retablissements").text
    assert officer.send("/bureau/retablissements/delegate/approuver").status_code == 400
    assert lost.send("/bureau/retablissements/delegate/approuver").status_code == 403
    assert lost.get("/bureau").status_code == 200
    assert "1 rétablissement d’accès attend votre décision" in president.get("/bureau").text
    assert "attend votre décision" not in officer.get("/bureau").text + lost.get("/bureau").text
    assert "Approuver" in president.get("/bureau/retablissements").text
    assert president.send("/bureau/retablissements/delegate/approuver").status_code == 303
    assert lost.get("/bureau").location == "/bureau/connexion"
    recipient, path = link(site)
    assert recipient == "delegate@exemple.fr"
    back = site.client()
    assert back.send(path, login="autre", **NEW).location == "/bureau"
    assert back.get("/bureau").location == "/bureau/compte/second-facteur"
    again = site.client()
    assert again.send("/bureau/connexion", login="delegate", password=PASSWORD).status_code == 422
    assert again.send("/bureau/connexion", login="delegate", password=NEW["new"]).status_code == 303


def test_a_recovery_is_refused_by_one(site, officer):
    president, lost = site.desk("president"), site.desk("delegate")
    officer.send("/bureau/comptes/fiche/delegate/retablir")
    assert president.send("/bureau/retablissements/delegate/refuser").status_code == 303
    assert president.send("/bureau/retablissements/delegate/approuver").status_code == 400
    assert lost.get("/bureau").status_code == 200
    assert mails(site) == []


def test_nobody_recovers_herself(site, officer):
    assert officer.send("/bureau/comptes/fiche/officer/retablir").status_code == 422


def test_ones_sessions_are_seen_and_ended(site):
    here, there, third = (site.desk("delegate") for _ in range(3))
    page = here.get("/bureau/compte/sessions").text
    assert (page.count("Cette session"), page.count("Autre session")) == (1, 2)
    foreign = site.desk("president")
    name = re.findall(r'name="session" value="(\w{64})"', foreign.get("/bureau/compte/sessions").text)
    assert name == []
    names = re.findall(r'name="session" value="(\w{64})"', page)
    # A session of somebody else is not hers to end.
    foreign.send("/bureau/compte/sessions", session=names[0])
    assert len(re.findall("Autre session", here.get("/bureau/compte/sessions").text)) == 2
    here.send("/bureau/compte/sessions", session=names[0])
    assert sorted(browser.get("/bureau").status_code for browser in (here, there, third)) == [200, 200, 303]
    here.send("/bureau/compte/sessions")
    assert [browser.get("/bureau").status_code for browser in (here, there, third)] == [200, 303, 303]


def test_another_password_ends_all_other_sessions(site):
    here, there = site.desk("delegate"), site.desk("delegate")
    assert here.send("/bureau/compte/mot-de-passe", new="court", again="court").status_code == 422
    assert there.get("/bureau").status_code == 200
    assert here.send("/bureau/compte/mot-de-passe", **NEW).status_code == 303
    assert here.get("/bureau").status_code == 200
    assert there.get("/bureau").location == "/bureau/connexion"
    assert site.client().send("/bureau/connexion", login="delegate", password=PASSWORD).status_code == 422


def enrol(browser, site):
    """Add a program that shows codes."""
    page = browser.get("/bureau/compte/application").text
    secret = found(r'<code class="figure">([A-Z2-7 ]+)</code>', page)
    form = {"sealed": fields_of(page, "sealed"), "name": "Téléphone", "code": shown(secret, site.now)}
    assert browser.send("/bureau/compte/application", **form).status_code == 303


def test_the_first_second_factor_ends_what_a_password_alone_had_opened(site):
    mine, stranger = bare(site), site.client()
    assert stranger.send("/bureau/connexion", login="delegue", password=PASSWORD).status_code == 303
    del stranger.token
    assert stranger.get("/bureau").location == "/bureau/compte/second-facteur"
    enrol(mine, site)
    assert mine.get("/bureau").status_code == 200
    assert stranger.get("/bureau").location == "/bureau/connexion"
    # A second one ends nothing: what was opened since was opened by the first.
    later = site.desk("delegate")
    enrol(site.desk("delegate"), site)
    assert later.get("/bureau").status_code == 200


def test_whose_account_is_opened_otherwise_from_now_on_is_told_by_mail(site):
    mine = site.desk("delegate")
    enrol(mine, site)
    path = found(r'href="(/bureau/compte/second-facteur/\d+/retirer)"', mine.get("/bureau/compte").text)
    assert mine.send(path).status_code == 303
    assert mine.send("/bureau/compte/mot-de-passe", **NEW).status_code == 303
    told = mails(site)
    assert {recipient for recipient, _, _ in told} == {"delegate@exemple.fr"}
    for word, (_, subject, body) in zip(("ajouté", "retiré", "mot de passe"), told, strict=True):
        assert word in body
        assert "Prévenez aussitôt" in body
        assert subject == "Votre compte pour les élections a changé"


def test_the_last_second_factor_stays(site):
    mine = site.desk("delegate")
    path = found(r'href="(/bureau/compte/second-facteur/\d+/retirer)"', mine.get("/bureau/compte").text)
    assert "votre dernier second facteur" in mine.get(path).text
    assert mine.send(path).status_code == 422
    assert site.desk("president").get(path).status_code == 404
    assert bare(site, excused=True).get("/bureau/compte/second-facteur/99/retirer").status_code == 404
