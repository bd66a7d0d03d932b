"""The second factor at the door, the first one to be enrolled, and the proof before a grave act."""

import re
from html import unescape

import pytest

from elections.registry import accounts, factors, journal, sessions, sign_in
from elections.registry.accounts import NewAccount
from elections.registry.journal import Actor
from elections.registry.sign_in import Door
from elections.registry.tables import Election
from elections.rules.phases import Role
from tests.web.site import PASSWORD, code_of, found, totp

DOOR, SECOND, CONFIRM = "/bureau/connexion", "/bureau/connexion/second-facteur", "/bureau/confirmer"


def came(site, login):
    """A browser in which somebody of the desk has given her password."""
    site.desk(login)
    browser = site.client()
    assert browser.send(DOOR, login=login, password=PASSWORD).status_code == 303
    del browser.token
    return browser


def bare(site, login="delegue", **values):
    """A browser in which somebody has come in who has no second factor."""
    with site.world.store.registry.begin() as session:
        new = NewAccount(login, "Une déléguée", "d@exemple.fr", Role.DELEGATE, PASSWORD, 3, site.election, **values)
        account = accounts.create(session, new, Actor(Role.OFFICER), site.now)
        return site.client(sessions.open_for(session, account, site.now))


def fields(page):
    """The hidden fields of a page's form, as a browser sends them."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in hidden if name != "csrf_token"}


# --- At the door


def test_a_password_alone_opens_nothing_but_the_second_step(site):
    browser = came(site, "president")
    for path in (
        "/bureau",
        f"/bureau/election/{site.election}",
        "/bureau/compte",
        CONFIRM,
        "/bureau/compte/application",
    ):
        assert browser.get(path).location == SECOND, path
    assert browser.send("/bureau/compte/sessions").status_code == 401
    assert browser.send(f"/bureau/scrutin/{site.contest}/suspendre", reason="x").status_code == 401
    page = browser.get(SECOND).text
    assert "Code de votre application" in page
    assert "Mon compte" not in page


def test_the_password_is_not_the_second_factor(site):
    browser = came(site, "president")
    assert browser.send(SECOND, proof_password=PASSWORD).status_code == 422
    assert browser.get("/bureau").location == SECOND


def test_a_code_opens_a_new_session_and_serves_once(site):
    browser = came(site, "president")
    before, code = browser.get_cookie("isoloir").value, site.code("president")
    assert browser.send(SECOND, proof_code=code).location == "/bureau"
    assert browser.get_cookie("isoloir").value != before
    assert browser.get("/bureau").status_code == 200
    # Who waits no longer is led away from the step, who never came to the door.
    assert browser.get(SECOND).location == "/bureau"
    assert site.client().get(SECOND).location == DOOR
    assert site.client(before).get("/bureau").location == DOOR
    again = came(site, "president")
    answer = again.send(SECOND, proof_code=code)
    assert (answer.status_code, "Un code ne sert qu" in answer.text) == (422, True)


def test_wrong_codes_make_wait_and_the_password_does_not_help(site):
    browser = came(site, "president")
    for _ in range(sign_in.LIMITS[Door.FACTOR].free):
        assert browser.send(SECOND, proof_code="000000").status_code == 422
    waits = browser.send(SECOND, proof_code=site.code("president"))
    assert (waits.status_code, waits.headers["Retry-After"]) == (429, "31")
    again = came(site, "president")
    assert again.send(SECOND, proof_code=site.code("president")).status_code == 429
    site.later(seconds=31)
    assert again.send(SECOND, proof_code=site.code("president")).location == "/bureau"


def test_the_second_step_is_not_awaited_for_long(site):
    browser = came(site, "president")
    site.later(minutes=10)
    assert browser.get(SECOND).location == DOOR
    assert browser.send(SECOND, proof_code=site.code("president")).location == DOOR


# --- The first factor


def test_who_owes_a_factor_enrols_one_and_does_nothing_before(site):
    browser = bare(site)
    base = f"/bureau/election/{site.election}"
    for path in ("/bureau", base, f"{base}/journal", "/bureau/compte", "/bureau/compte/sessions"):
        assert browser.get(path).location == "/bureau/compte/second-facteur", path
    # What everybody may see, she may see.
    assert browser.get("/").status_code == 200
    assert "Une application de codes" in browser.get("/bureau/compte/second-facteur").text
    page = browser.get("/bureau/compte/application").text
    secret = found(r'<code class="figure">([A-Z2-7 ]+)</code>', page)
    form = {"sealed": fields_of(page, "sealed"), "name": "Téléphone"}
    wrong = browser.send("/bureau/compte/application", code="000000", **form)
    assert wrong.status_code == 422
    assert secret in wrong.text
    answer = browser.send("/bureau/compte/application", code=shown(secret, site.now), **form)
    assert (answer.status_code, answer.location) == (303, "/bureau")
    assert "Une déléguée" in browser.get("/bureau").text
    # From the next time on it is asked for.
    again = site.client()
    again.send(DOOR, login="delegue", password=PASSWORD)
    assert again.get("/bureau").location == SECOND


def fields_of(page, name):
    return found(rf'name="{name}" type="hidden" value="([^"]+)"', page)


def shown(secret, now):
    import base64

    return totp(base64.b32decode(secret.replace(" ", ""))).generate(int(now.timestamp())).decode()


def test_a_rehearsals_account_and_the_demos_need_a_password_only_and_the_page_says_so(site):
    demo = bare(site, excused=True)
    assert "démonstration" in demo.get("/bureau/compte").text
    with site.world.store.registry.begin() as session:
        session.get_one(Election, site.election).rehearsal = True
    other = bare(site, "autre")
    assert other.get("/bureau").status_code == 200
    assert "vote à blanc" in other.get("/bureau/compte").text
    assert "démonstration" not in site.desk("officer").get("/bureau/compte").text


def test_a_secret_that_was_sealed_for_somebody_else_is_none(site):
    browser = bare(site)
    with site.world.store.registry_reader() as session:
        foreign = factors.of(session, "president")
    assert foreign == []
    for sealed in ("x", "é", "", "A" * 80):
        answer = browser.send("/bureau/compte/application", sealed=sealed, name="x", code="000000")
        assert answer.status_code == 400


# --- Before a grave act


@pytest.fixture
def stale(site):
    """The president's browser, ten minutes after she proved who she is."""
    browser = site.desk("president")
    assert browser.token
    site.later(minutes=10)
    return browser


def test_a_grave_page_asks_in_between_and_comes_back(site, stale):
    act = f"/bureau/scrutin/{site.contest}/suspendre"
    answer = stale.get(act)
    assert answer.status_code == 303
    assert answer.location == f"{CONFIRM}?retour={act}"
    page = stale.get(answer.location).text
    assert "Confirmer votre identité" in page
    sent = {**fields(page), "proof_code": site.code("president")}
    done = stale.send(CONFIRM, **sent)
    assert (done.status_code, done.location) == (303, act)
    assert stale.get(act).status_code == 200


def test_what_was_typed_before_is_not_lost(site, stale):
    act = f"/bureau/scrutin/{site.contest}/suspendre"
    why = {"reason": "Panne <du> réseau & « autre »", "authority": "Chancellerie", "incident": site.incident()}
    page = stale.send(act, **why)
    assert page.status_code == 403
    assert site.phase() == "open"
    sent = fields(page.text)
    assert why.items() <= sent.items()
    wrong = stale.send(CONFIRM, **sent, proof_code="000000")
    assert wrong.status_code == 422
    assert fields(wrong.text) == sent
    done = stale.send(CONFIRM, **sent, proof_code=site.code("president"))
    # The browser sends the same form again to where it belongs.
    assert (done.status_code, done.location) == (307, act)
    assert stale.send(done.location, **sent, proof_code="x").status_code == 303
    assert site.phase() == "suspended"
    with site.world.store.registry_reader() as session:
        last = journal.entries(session, site.election)[-1]
    assert (last.act, last.details["reason"]) == ("suspend", "Panne <du> réseau & « autre »")


def test_a_forged_form_is_not_carried_on(site, stale):
    act = f"/bureau/scrutin/{site.contest}/suspendre"
    for token in ("", "x", site.client().token):
        answer = stale.post(act, data={"csrf_token": token, "reason": "forgé"})
        assert answer.status_code == 400
        assert "forgé" not in answer.text
    assert stale.post(CONFIRM, data={"proof_code": site.code("president")}).status_code == 400


@pytest.mark.parametrize(
    "back",
    [
        "https://ailleurs.example/",
        "//ailleurs.example/bureau",
        "/\\ailleurs.example",
        "javascript:alert(1)",
        "/nulle-part",
        "/deconnexion",
        "/aide",
        "",
        "bureau",
    ],
)
def test_the_way_back_leads_to_grave_acts_of_this_site_only(site, stale, back):
    for more in ({}, {"proof_sent": "1"}):
        answer = stale.send(CONFIRM, retour=back, proof_code=code_of("president", site.now), **more)
        assert answer.location == "/bureau", answer.status_code
        site.later(minutes=1)


def test_a_password_proves_where_there_is_no_second_factor(site):
    browser = bare(site, excused=True)
    site.later(minutes=11)
    assert browser.get("/bureau/compte/mot-de-passe").status_code == 303
    page = browser.get(f"{CONFIRM}?retour=/bureau/compte/mot-de-passe").text
    assert "Mot de passe" in page
    assert browser.send(CONFIRM, retour="/bureau/compte/mot-de-passe", proof_password="x").status_code == 422
    done = browser.send(CONFIRM, retour="/bureau/compte/mot-de-passe", proof_password=PASSWORD)
    assert done.location == "/bureau/compte/mot-de-passe"


def test_a_proof_is_of_one_session(site, stale):
    other = site.desk("president")
    assert other.get(f"/bureau/scrutin/{site.contest}/suspendre").status_code == 200
    assert stale.get(f"/bureau/scrutin/{site.contest}/suspendre").status_code == 303


# --- Passkeys, without a browser: what is no answer opens nothing


@pytest.mark.parametrize(
    "answer", ["x", "{}", "[]", "null", '{"id":"x"}', '{"id":"","rawId":"","response":{}}', "é" * 99]
)
def test_what_is_no_passkeys_answer_opens_nothing(site, answer):
    anyone = site.client()
    assert anyone.send("/bureau/connexion/cle", passkey=answer).status_code == 401
    second = came(site, "president")
    assert second.send(SECOND, proof_passkey=answer).status_code == 422
    assert second.get("/bureau").location == SECOND
    enrolling = site.desk("secretary")
    refused = enrolling.send("/bureau/compte/cle", name="x", passkey=answer)
    assert refused.status_code == 422
    assert "enregistrée" in refused.text


def test_a_challenge_is_for_who_may_have_it(site, stale):
    challenge = "/bureau/cle/defi"
    anyone = site.client().ask(challenge)
    assert anyone.json["rpId"] == "localhost"
    assert (anyone.json["allowCredentials"], anyone.json["userVerification"]) == ([], "required")
    assert site.client().ask(f"{challenge}?pour=nouvelle").json["error"] == "web.session"
    assert came(site, "secretary").ask(f"{challenge}?pour=nouvelle").json["error"] == "web.session"
    assert stale.ask(f"{challenge}?pour=nouvelle").json["error"] == "web.proof"
    options = site.desk("officer").ask(f"{challenge}?pour=nouvelle").json
    assert (options["rp"]["id"], options["user"]["name"], options["attestation"]) == ("localhost", "officer", "none")
    assert site.client().post(challenge).status_code == 400


def test_under_an_address_of_numbers_there_are_no_passkeys(world):
    from tests.web.site import Site

    site = Site(world, address="http://127.0.0.1:8000")
    assert "clé d’accès" not in site.client().get(DOOR).text
    assert site.client().ask("/bureau/cle/defi").status_code == 404
    assert site.desk("officer").get("/bureau/compte/cle").status_code == 404
