"""The two doors: nobody learns who exists, attempts are counted, a session is a cookie that only the table knows."""

import re
import sqlite3
from contextlib import closing

import pytest

from elections.post import Outbox
from elections.registry import hashes, roll, sign_in
from elections.web import visit
from tests.web.site import FIRST, PASSWORD, SECOND, Site, found


@pytest.fixture
def door(site):
    """The address of the electors' door."""
    return f"/election/{site.election}/connexion"


def sent(site):
    """The last message queued, and the code in it."""
    with site.world.store.registry_reader() as session:
        message = session.query(Outbox).order_by(Outbox.id.desc()).first()
        assert message
        return message, found(r"\b(\d{4} \d{4} \d{4})\b", message.body)


def same(page):
    """A page without what differs by nature: the token of its forms and the identifier that was typed."""
    return re.sub(r'value="[^"]*"|«[^»]*»', "", page)


def test_an_elector_comes_in_by_the_code_that_was_sent_to_her(site, door):
    browser = site.client()
    asked = browser.send(door, identifier=f" {FIRST.identifier.upper()} ")
    assert asked.status_code == 200
    message, code = sent(site)
    assert message.recipient == FIRST.email
    assert message.kind == "one-time-code"
    assert message.subject == "Votre code à usage unique"
    come = browser.send(f"{door}/code", identifier=FIRST.identifier, code=code)
    assert (come.status_code, come.location) == (303, "/mes-scrutins")
    assert f"{FIRST.first_name} {FIRST.last_name}" in browser.get("/mes-scrutins").text


def test_a_code_works_once(site, door):
    site.client().send(door, identifier=FIRST.identifier)
    _, code = sent(site)
    assert site.client().send(f"{door}/code", identifier=FIRST.identifier, code=code).status_code == 303
    assert site.client().send(f"{door}/code", identifier=FIRST.identifier, code=code).status_code == 422


def test_nobody_learns_who_is_on_the_roll(site, door):
    known, unknown = (site.client().send(door, identifier=name) for name in (FIRST.identifier, "personne"))
    assert (known.status_code, same(known.text)) == (unknown.status_code, same(unknown.text))
    known, unknown = (
        site.client().send(f"{door}/code", identifier=name, code="00000000") for name in (FIRST.identifier, "personne")
    )
    assert (known.status_code, same(known.text)) == (unknown.status_code, same(unknown.text)) == (422, same(known.text))


def test_nobody_learns_who_has_an_account(site):
    site.desk("president")
    known, unknown = (
        site.client().send("/bureau/connexion", login=name, password="faux") for name in ("president", "personne")
    )
    assert (known.status_code, same(known.text)) == (unknown.status_code, same(unknown.text)) == (422, same(known.text))


@pytest.mark.parametrize("name", ["president", "personne"])
def test_passwords_are_counted_whether_or_not_anybody_has_the_name(site, name):
    site.desk("president")
    free = sign_in.LIMITS[sign_in.Door.PASSWORD].free
    answers = [site.client().send("/bureau/connexion", login=name, password="faux") for _ in range(free + 1)]
    assert all("Trop de tentatives" not in answer.text for answer in answers[:-1])
    assert "Trop de tentatives" in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_who_asks_again_too_soon_is_told_to_use_the_code_that_was_sent(site, door):
    browser = site.client()
    browser.send(door, identifier=FIRST.identifier)
    _, code = sent(site)
    again = {name: site.client().send(door, identifier=name) for name in (FIRST.identifier, "personne")}
    again["personne"] = site.client().send(door, identifier="personne")
    assert {answer.status_code for answer in again.values()} == {429}
    assert len({same(answer.text) for answer in again.values()}) == 1
    page = again[FIRST.identifier]
    assert "même demandé depuis un autre appareil" in page.text
    assert "en demander un autre dans 1 minute." in page.text
    assert int(page.headers["Retry-After"]) == 61
    assert sent(site)[1] == code
    # The page that said so takes it.
    assert site.client().send(f"{door}/code", identifier=FIRST.identifier, code=code).status_code == 303


def test_wrong_codes_by_somebody_else_do_not_keep_an_elector_out(site, door):
    site.client().send(door, identifier=FIRST.identifier)
    _, code = sent(site)
    for guess in range(30):
        answer = site.client().send(f"{door}/code", identifier=FIRST.identifier, code=f"{guess:012}")
        assert answer.status_code == 422
    assert site.client().send(f"{door}/code", identifier=FIRST.identifier, code=code).status_code == 303


@pytest.fixture
def phoned(site):
    """The site, with a telephone of the first elector in the roll."""
    with site.world.store.registry.begin() as session:
        elector = roll.by_identifier(session, site.election, FIRST.identifier)
        assert elector
        elector.phone = "+262692123456"
    return site


def test_the_elector_chooses_the_channel_and_nobody_learns_who_has_a_telephone(phoned, door):
    assert "par SMS" in phoned.client().get(door).text
    pages = [
        phoned.client().send(door, identifier=name, channel="sms") for name in (FIRST.identifier, SECOND.identifier)
    ]
    pages.append(phoned.client().send(door, identifier="personne", channel="sms"))
    assert len({(page.status_code, same(page.text)) for page in pages}) == 1
    with phoned.world.store.registry_reader() as session:
        messages = [(row.channel, row.recipient, row.body) for row in session.query(Outbox).order_by(Outbox.id)]
    assert [(channel, to) for channel, to, _ in messages] == [("sms", "+262692123456"), ("mail", SECOND.email)]
    text = messages[0][2].strip()
    assert re.fullmatch(r"Isoloir\. Votre code à usage unique : \d{4} \d{4} \d{4}\. .*", text)
    # One message of the alphabet of telephones (3GPP TS 23.038), not two or three.
    assert len(text) <= 160
    assert not set(text) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;?!'()-éèàù")
    code = found(r"(\d{4} \d{4} \d{4})", text)
    assert phoned.client().send(f"{door}/code", identifier=FIRST.identifier, code=code).status_code == 303


def test_each_channel_waits_by_itself(phoned, door):
    answers = [
        phoned.client().send(door, identifier=FIRST.identifier, channel=channel).status_code
        for channel in ("mail", "sms", "mail", "sms")
    ]
    assert answers == [200, 200, 429, 429]
    assert phoned.client().send(door, identifier=FIRST.identifier, channel="pigeon").status_code == 422


def test_without_a_telephone_in_the_roll_or_a_gateway_there_is_no_choice(site, world, door):
    assert "SMS" not in site.client().get(door).text
    with world.store.registry.begin() as session:
        elector = roll.by_identifier(session, site.election, FIRST.identifier)
        assert elector
        elector.phone = "+262692123456"
    # A mail server and no gateway: SMS would become files that nobody reads.
    alone = Site(world, smtp_host="mail.exemple.fr")
    assert "SMS" not in alone.client().get(door).text
    assert alone.client().send(door, identifier=FIRST.identifier, channel="sms").status_code == 200
    assert sent(alone)[0].channel == "mail"


def test_the_language_may_be_switched_between_the_two_steps(site, door):
    browser = site.client()
    page = browser.send(door, identifier=FIRST.identifier).text
    target = found(r'action="([^"]+langue=en)"', page)
    answer = browser.send(target, identifier=FIRST.identifier)
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.text
    assert f'value="{FIRST.identifier}"' in answer.text
    _, code = sent(site)
    assert browser.send(f"{door}/code", identifier=FIRST.identifier, code=code).status_code == 303
    assert '<html lang="en">' in browser.get("/mes-scrutins").text


def test_whoever_has_an_account_comes_in_by_password_and_second_factor(site):
    site.desk("secretary")
    browser = site.client()
    come = browser.send("/bureau/connexion", login="Secretary", password=PASSWORD)
    assert (come.status_code, come.location) == (303, "/bureau")
    assert browser.get("/bureau").location == "/bureau/connexion/second-facteur"
    del browser.token
    come = browser.send("/bureau/connexion/second-facteur", proof_code=site.code("secretary"))
    assert (come.status_code, come.location) == (303, "/bureau")
    assert "Une personne (secretary)" in browser.get("/bureau").text


@pytest.fixture
def alone(site, monkeypatch):
    """How often a secret was hashed; while it is, nobody may read or write in the registry."""
    hashed = []

    def watched(work):
        def act(*given):
            with closing(sqlite3.connect(site.world.store.state / "registry.sqlite", timeout=0)) as other:
                other.execute("BEGIN EXCLUSIVE")
            hashed.append(given)
            return work(*given)

        return act

    for name in ("check", "one_time"):
        monkeypatch.setattr(hashes, name, watched(getattr(hashes, name)))
    return hashed


@pytest.mark.parametrize("typed", [PASSWORD, "un autre mot de passe"])
def test_the_work_of_a_password_keeps_no_cast_waiting(site, alone, typed):
    site.desk("secretary")
    come = site.client().send("/bureau/connexion", login="secretary", password=typed)
    assert (come.status_code, len(alone)) == (303 if typed == PASSWORD else 422, 1)


def test_the_work_of_a_code_keeps_no_cast_waiting(site, door, alone):
    assert site.client().send(door, identifier=FIRST.identifier).status_code == 200
    come = site.client().send(f"{door}/code", identifier=FIRST.identifier, code=sent(site)[1])
    assert (come.status_code, len(alone)) == (303, 2)


def test_signing_out_ends_the_session_everywhere(site):
    browser = site.elector()
    token = browser.get_cookie("isoloir").value
    assert browser.send("/deconnexion").status_code == 303
    assert browser.get_cookie("isoloir") is None
    assert site.client(token).get("/mes-scrutins").status_code == 303


def test_signing_in_ends_the_session_that_was_there(site, door):
    browser = site.elector(1)
    before = browser.get_cookie("isoloir").value
    browser.send(door, identifier=SECOND.identifier)
    _, code = sent(site)
    browser.send(f"{door}/code", identifier=SECOND.identifier, code=code)
    assert browser.get_cookie("isoloir").value != before
    assert site.client(before).get("/mes-scrutins").status_code == 303


def test_the_forms_token_changes_with_whoever_signs_in(site):
    site.desk("president")
    browser = site.client()
    before = browser.token
    browser.send("/bureau/connexion", login="president", password=PASSWORD)
    # The old token was the anonymous visitor's.
    assert browser.send("/deconnexion", csrf_token=before).status_code == 400


def test_cookies_are_out_of_reach(site):
    site.desk("president")
    answer = site.client().send("/bureau/connexion", login="president", password=PASSWORD)
    cookies = answer.headers.getlist("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("isoloir="))
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session
    assert "Secure" not in session  # plain http is for this machine only
    assert "Expires" not in session
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_cookies_travel_over_tls_only_where_there_is_tls(world):
    site = Site(world, address="https://vote.exemple.fr")
    site.desk("president")
    base = {"base_url": "https://vote.exemple.fr"}
    client = site.app.test_client()
    page = client.get("/bureau/connexion", **base)
    token = found(r'name="csrf_token" value="([^"]+)"', page.text)
    form = {"csrf_token": token, "login": "president", "password": PASSWORD}
    answer = client.post("/bureau/connexion", data=form, **base)
    cookies = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    assert any(cookie.startswith("__Host-isoloir=") for cookie in cookies)
    assert all(cookie.startswith("__Host-") and "Secure" in cookie and "Domain" not in cookie for cookie in cookies)


def test_the_cookie_holds_nothing_of_the_table(site):
    token = site.elector().get_cookie("isoloir").value
    with site.world.store.registry_reader() as session:
        rows = session.connection().exec_driver_sql("SELECT * FROM web_session").all()
    assert token not in str(rows)


def test_an_empty_form_says_what_is_missing_beside_the_field_and_above(site, door):
    page = site.client().send(door, identifier="")
    assert page.status_code == 422
    assert page.text.count("Saisissez votre identifiant.") == 2
    assert 'aria-invalid="true"' in page.text
    assert "<title>Erreur" in page.text


def test_a_forged_cookie_is_nobody(site):
    browser = site.client("x" * 43)
    assert browser.get("/mes-scrutins").status_code == 303
    assert browser.get("/").status_code == 200
    with site.app.test_request_context():
        assert visit.visitor().role == "anyone"
