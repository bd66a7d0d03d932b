"""What a whole vote weighs over the wire, and that a bad line is enough for it; the figures stand in the summary."""

from __future__ import annotations

from tests.browser.booth import PATIENCE, PHONE
from tests.browser.world import TITLES

LIGHT = 150_000
"""Bytes: all answers with their headers, all that is sent, from the first page to the check of the ballot."""
SLOW = {"offline": False, "latency": 600, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8}
"""50 kbit/s and 600 ms, as Chromium plays them."""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


class Line:
    """The browser's line: what went over it, and how slow it is."""

    def __init__(self, elector):
        self.bytes = 0
        self._client = elector.page.context.new_cdp_session(elector.page)
        self._client.send("Network.enable")
        self._client.on("Network.loadingFinished", self._received)
        elector.page.context.on("request", self._sent)

    def slow(self):
        """From now on as a bad line."""
        self._client.send("Network.emulateNetworkConditions", SLOW)

    def _received(self, event):
        self.bytes += int(event["encodedDataLength"])

    def _sent(self, request):
        self.bytes += len(request.post_data_buffer or b"")


def test_a_vote_is_light_and_a_bad_line_is_enough(world, booth, record_property):
    elector = booth(world, world.somebody(), signed_in=False, viewport=PHONE)
    page, line = elector.page, Line(elector)
    page.set_default_timeout(4 * PATIENCE)
    line.slow()
    page.goto(world.url)
    first = page.wait_for_function(PAINTED).json_value()
    page.get_by_role("link", name="Voter").click()
    page.get_by_label("Votre identifiant").fill(elector.person.identifier)
    elector.press("Recevoir mon code")
    page.get_by_label("Code à usage unique").fill(world.one_time_code(elector.person))
    elector.press("Me connecter")
    page.get_by_role("link", name="Voter").click()
    elector.choose(TITLES[0])
    elector.type_code()
    elector.sees("review")
    elector.press("Voter définitivement")
    elector.sees("done")
    assert world.signed(elector.person)
    record_property("figure", f"at 50 kbit/s and 600 ms the first page is readable after {first:.0f} ms")
    record_property("figure", f"a whole vote takes {line.bytes} bytes over the wire, of {LIGHT} at most")
    assert line.bytes < LIGHT
