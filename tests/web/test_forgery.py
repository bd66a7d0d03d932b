"""No request that changes anything is taken from another site's page."""

import pytest

from tests.web.site import Site, address

BOOTH = ("booth.salt", "booth.token", "booth.cast")


def posts(site):
    """Every address that takes a POST, with an endpoint."""
    for rule in site.app.url_map.iter_rules():
        if "POST" in rule.methods:
            yield rule.endpoint, address(site, rule, login="president", issuer="issuer-1")


def test_a_post_without_the_token_is_refused_everywhere(site):
    browsers = [site.visitor(role) for role in ("elector", "officer", "president")]
    for endpoint, path in posts(site):
        for browser in browsers:
            answer = browser.post(path, data={"csrf_token": "x"} if endpoint not in BOOTH else b"")
            # Whoever may not come at all is told so first.
            assert answer.status_code in {400, 401, 403, 409}, (endpoint, answer.status_code)
        if endpoint in BOOTH:
            assert browsers[0].post(path).json["error"] == "web.csrf"


@pytest.mark.parametrize("origin", ["cross-site", "same-site"])
def test_a_post_that_a_browser_says_comes_from_elsewhere_is_refused(site, origin):
    browser = site.elector()
    path = f"/scrutin/{site.contest}/sel"
    headers = {"X-CSRFToken": browser.token}
    assert browser.post(path, headers=headers | {"Sec-Fetch-Site": origin}).json["error"] == "web.csrf"
    assert browser.post(path, headers=headers | {"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_a_token_is_of_one_browser(site):
    mine, theirs = site.elector(1), site.elector(2)
    answer = mine.post(f"/scrutin/{site.contest}/sel", headers={"X-CSRFToken": theirs.token})
    assert answer.json["error"] == "web.csrf"


def test_every_process_of_the_site_knows_the_same_tokens(world):
    first = Site(world)
    browser = first.elector()
    second = first.client()
    second._client.application = Site(world).app
    assert browser.token
    cookies = [browser.get_cookie(name) for name in ("isoloir", "formulaires")]
    for cookie in cookies:
        second.set_cookie(cookie.key, cookie.value)
    path = f"/scrutin/{first.contest}/sel"
    assert second.post(path, headers={"X-CSRFToken": browser.token}).status_code == 200
