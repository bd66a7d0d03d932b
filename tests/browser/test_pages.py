"""Every page of every role, in a draft, an open and a proclaimed election: axe, a telephone's width, a quiet console.

The pages are those of the route table, with the values that the election gives: a page that comes later is visited
without being named here, and a route for which no value is known fails the test.
"""

from __future__ import annotations

import hashlib
import re

import pytest

from elections.rules.phases import Phase
from tests.browser import shots
from tests.browser.places import NAMES, standing
from tests.browser.test_accessibility import look

__all__ = ["look"]

NOTHING_THERE = {
    "codes.addresses": "everybody has a code, and no new one was agreed to",
    "codes.agreed_file": "no new code was agreed to",
    "filings.confirm": "the delegate's own, not the office's",
    "filings.piece": "the address does not say which document",
    "filings.withdraw": "the delegate's own, not the office's",
    "lots.enter": "no lot is to be drawn",
    "openid.arrive": "no provider is set",
    "openid.leave": "no provider is set",
    "own.add_passkey": "passkeys are bound to an address, and none is set",
}
"""Routes that are open in a phase and have nothing to show in these elections."""
ON_LINE = {"filings", "nominations"}
"""Rooms of what is filed on line, which is only so in the draft."""
UNSHOWN = {"login.identifier", "roll.posted"}
"""What opens to electors once the roll of a draft is shown, which it is not here."""
LEADING_ON = {"proof.second": "everybody here has come in whole"}
"""Routes that only lead to another page."""
SILENT = re.compile(
    r'name="csrf[_-]token" (?:value|content)="[^"]*"|data-own-hour|Une personne \(\w+\)|\w+-(?:draft|open|proclaimed)\b'
)
"""What makes the same page of two people differ."""
MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)


class Visit:
    """One role at its pages; what is wrong with them is gathered, so that a run tells all of it."""

    def __init__(self, browser, place, role, look):
        self.place, self.role, self.look = place, role, look
        self.context = browser.new_context(locale="fr-FR", viewport={"width": 360, "height": 740})
        self.context.set_default_timeout(60_000)
        cookie = place.cookies[role]
        if cookie is not None:
            self.context.add_cookies([{"name": "isoloir", "value": cookie, "url": place.url, "httpOnly": True}])
        self.page = self.context.new_page()
        self.noise: list[str] = []
        self.wrong: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))

    def _listen(self, said):
        if said.type in ("error", "warning"):
            self.noise.append(said.text)

    def see(self, endpoint, address, seen):
        """Whether there is a page under the address; if nobody has seen the same, it is looked at."""
        answer = self.context.request.get(self.place.url + address, max_redirects=0)
        where = f"{self.place.phase.value}, {self.role}, {endpoint}"
        if answer.status in (302, 303):
            if endpoint not in LEADING_ON:
                self.wrong.append(f"{where}: leads to {answer.headers['location']}")
            return
        if answer.status != 200:
            if not self._nothing_there(endpoint):
                self.wrong.append(f"{where}: answered with {answer.status}")
            return
        if not answer.headers["content-type"].startswith("text/html") or "content-disposition" in answer.headers:
            return
        main = MAIN.search(answer.text())
        digest = hashlib.sha256(SILENT.sub("", main[0] if main else "").encode()).hexdigest()
        if digest in seen:
            return
        seen.add(digest)
        try:
            self._look(endpoint, where, address)
        except AssertionError as error:
            self.wrong.append(f"{where}: {error}")

    def _nothing_there(self, endpoint):
        """Whether the route has nothing to show in this phase."""
        if self.place.phase is Phase.DRAFT:
            return endpoint in NOTHING_THERE or endpoint in UNSHOWN
        return endpoint in NOTHING_THERE or endpoint.partition(".")[0] in ON_LINE

    def _look(self, endpoint, where, address):
        page = self.page
        self.noise.clear()
        page.goto(self.place.url + address)
        if page.locator("main[data-booth]").count():
            # The one page that goes on by itself.
            page.wait_for_load_state("networkidle")
        assert page.locator("main h1:visible").count() == 1, "not one h1"
        assert re.fullmatch(r".+ – Isoloir", page.title()), f"title {page.title()!r}"
        assert page.locator("html").get_attribute("lang") == "fr", "lang"
        self.look(self, where)
        shots.take(page, f"{where} {address.rpartition('/')[2]}" if endpoint in NAMES else where)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 740})
            wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide[0] <= wide[1], f"scrolls sideways: {wide}"
        page.set_viewport_size({"width": 360, "height": 740})
        assert self.noise == [], self.noise


@pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.OPEN, Phase.PROCLAIMED], ids=lambda phase: phase.value)
def test_every_page_of_every_role(phase, world, chromium, look):
    seen: set[str] = set()
    wrong: list[str] = []
    with standing(world, phase) as place:
        for role in place.cookies:
            visit = Visit(chromium, place, role, look)
            for endpoint, address in place.pages(role):
                visit.see(endpoint, address, seen)
            wrong += visit.wrong
            visit.context.close()
    assert wrong == [], "\n".join(wrong)
    assert len(seen) > 10
