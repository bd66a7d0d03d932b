"""OpenID Connect: who comes from the provider is in, and nothing that is not the provider's word lets anybody in."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.refused import refused
from tests.web.provider import CLIENT, SECRET, Provider
from tests.web.site import FIRST, SECOND, Site

BACK = "/connexion/openid"


@pytest.fixture
def provider():
    """A provider that has just started."""
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture
def settings(tmp_path, provider):
    """The settings of a site that knows it."""
    file = tmp_path / "openid-secret"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    return {"oidc_issuer": provider.issuer, "oidc_client": CLIENT, "oidc_secret": file}


@pytest.fixture
def known(world, settings):
    """The site, with the provider."""
    return Site(world, **settings)


def go(site, browser):
    """To the provider: the address that the browser was sent to."""
    answer = browser.get(f"/election/{site.election}/connexion/openid")
    assert answer.status_code == 302
    return answer.location


def come(site, browser, provider, **claims):
    """The whole way, as somebody of whom the provider says this."""
    provider.claims = claims
    return browser.get(BACK, query_string=provider.agree(go(site, browser)))


def test_who_the_provider_names_comes_in(known, provider):
    browser = known.client()
    assert (
        f'href="/election/{known.election}/connexion/openid"'
        in browser.get(f"/election/{known.election}/connexion").text
    )
    answer = come(known, browser, provider, preferred_username=FIRST.identifier.upper())
    assert (answer.status_code, answer.location) == (303, "/mes-scrutins")
    assert f"{FIRST.first_name} {FIRST.last_name}" in browser.get("/mes-scrutins").text


def test_the_provider_is_asked_for_a_new_sign_in_and_told_no_more_than_it_needs(known, provider):
    query = parse_qs(urlsplit(go(known, known.client())).query)
    assert (query["prompt"], query["scope"], query["response_type"]) == (["login"], ["openid profile"], ["code"])
    assert query["redirect_uri"] == [f"http://localhost{BACK}"]
    assert query["code_challenge_method"] == ["S256"]
    assert known.election not in str(query)


def test_the_claim_is_a_setting(world, settings, provider):
    site = Site(world, **settings, oidc_claim="matricule")
    browser = site.client()
    assert come(site, browser, provider, matricule=SECOND.identifier).status_code == 303
    assert come(site, site.client(), provider, preferred_username=SECOND.identifier).status_code == 401


def test_the_session_that_was_there_is_ended(known, provider):
    browser = known.elector(1)
    before = browser.get_cookie("isoloir").value
    assert come(known, browser, provider, preferred_username=SECOND.identifier).status_code == 303
    assert known.client(before).get("/mes-scrutins").status_code == 303


@pytest.mark.parametrize("claims", [{"preferred_username": "personne"}, {"preferred_username": 7}])
def test_who_is_not_on_the_roll_is_told_so(known, provider, claims):
    browser = known.client()
    answer = come(known, browser, provider, **claims)
    assert answer.status_code == 403
    assert "ne figure pas sur la liste électorale" in answer.text
    assert browser.get_cookie("isoloir") is None


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"iss": "https://autre.exemple.fr"},
        {"aud": "another"},
        {"aud": None},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"sub": None},
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_lets_nobody_in(known, provider, claims):
    named = {"preferred_username": FIRST.identifier} if claims else {}
    browser = known.client()
    answer = come(known, browser, provider, **named, **claims)
    assert answer.status_code == 401
    assert "n’a pas dit de façon sûre qui vous êtes" in answer.text
    assert browser.get_cookie("isoloir") is None


@pytest.mark.parametrize("signed", [False, True], ids=["as JSON", "signed"])
def test_a_provider_that_names_people_in_its_userinfo_only(known, provider, signed):
    provider.signed, provider.person = signed, {"preferred_username": FIRST.identifier}
    browser = known.client()
    answer = come(known, browser, provider)
    assert (answer.status_code, answer.location) == (303, "/mes-scrutins")
    assert f"{FIRST.first_name} {FIRST.last_name}" in browser.get("/mes-scrutins").text


@pytest.mark.parametrize(
    ("signed", "person"),
    [
        (False, {"sub": "2"}),
        (False, {"sub": None}),
        (False, {"preferred_username": None}),
        (False, {"more": "x" * 100_000}),
        (True, {"sub": "2"}),
        (True, {"iss": "https://autre.exemple.fr"}),
        (True, {"iss": None}),
        (True, {"aud": "another"}),
        (True, {"exp": int(time.time()) - 3600}),
    ],
)
def test_a_userinfo_that_is_not_about_this_sign_in_lets_nobody_in(known, provider, signed, person):
    provider.signed, provider.person = signed, {"preferred_username": FIRST.identifier, **person}
    browser = known.client()
    answer = come(known, browser, provider)
    assert answer.status_code == 401
    assert browser.get_cookie("isoloir") is None


def test_a_userinfo_signed_by_somebody_else_lets_nobody_in(known, provider):
    provider.signed, provider.person = True, {"preferred_username": FIRST.identifier}
    provider.userinfo = lambda: ("application/jwt", _forged(provider))
    assert come(known, known.client(), provider).status_code == 401


def _forged(provider):
    said = {"sub": "1", "iss": provider.issuer, "aud": CLIENT, "preferred_username": FIRST.identifier}
    return jwt.encode({"alg": "RS256", "kid": "1"}, said, RSAKey.generate_key(2048)).encode()


def test_what_the_id_token_says_is_not_said_otherwise(known, provider):
    provider.person = {"preferred_username": SECOND.identifier}
    browser = known.client()
    assert come(known, browser, provider, preferred_username=FIRST.identifier).status_code == 303
    assert f"{FIRST.first_name} {FIRST.last_name}" in browser.get("/mes-scrutins").text


def test_a_token_signed_by_somebody_else_lets_nobody_in(known, provider):
    provider.signing = RSAKey.generate_key(2048, {"kid": "1"}, auto_kid=False)
    assert come(known, known.client(), provider, preferred_username=FIRST.identifier).status_code == 401


def test_a_way_back_works_once_and_in_the_browser_that_went(known, provider):
    provider.claims = {"preferred_username": FIRST.identifier}
    browser, other = known.client(), known.client()
    sent = provider.agree(go(known, browser))
    go(known, other)
    assert other.get(BACK, query_string=sent).status_code == 401
    assert browser.get(BACK, query_string={**sent, "state": "another"}).status_code == 401
    sent = provider.agree(go(known, browser))
    assert browser.get(BACK, query_string=sent).status_code == 303
    assert browser.get(BACK, query_string=sent).status_code == 401
    assert known.client().get(BACK).status_code == 401


def test_who_says_no_at_the_provider_is_not_in(known, provider):
    browser = known.client()
    sent = provider.agree(go(known, browser))
    answer = browser.get(BACK, query_string={"error": "access_denied", "state": sent["state"]})
    assert answer.status_code == 401


def test_a_provider_that_is_away_is_said_in_words(known, provider):
    provider.stop()
    answer = known.client().get(f"/election/{known.election}/connexion/openid")
    assert answer.status_code == 401
    assert "demandez un code à usage unique" in answer.text


def test_without_a_provider_there_is_no_such_door(site):
    assert "openid" not in site.client().get(f"/election/{site.election}/connexion").text
    assert site.client().get(f"/election/{site.election}/connexion/openid").status_code == 404
    assert site.client().get(BACK).status_code == 404


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"oidc_issuer": "http://identite.exemple.fr"}, "registry.address"),
        ({"oidc_secret": None}, "registry.secret"),
    ],
)
def test_a_provider_that_could_not_be_trusted_is_refused_at_the_start(world, settings, change, rule):
    with refused(rule):
        Site(world, **{**settings, **change})
