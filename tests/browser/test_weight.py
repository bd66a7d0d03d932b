"""What a whole vote weighs and asks of a device, on a bad line and a slow one; the figures stand in the summary."""

from __future__ import annotations

import pytest

from elections.protocol.group import GROUP_NAMES
from tests.browser.booth import PATIENCE, PHONE
from tests.browser.world import LISTS, TITLES, open_world
from tests.documents import noise

LIGHT = 150_000
"""Bytes: all answers with their headers, all that is sent, from the first page to the check of the ballot."""
READABLE, MADE = 2000, 300
"""Milliseconds: until the first page can be read; for a ballot of ten lists on a device six times slower."""
SLOW = {"offline": False, "latency": 600, "downloadThroughput": 50_000 / 8, "uploadThroughput": 50_000 / 8}
"""50 kbit/s and 600 ms, as Chromium plays them."""
TEN = tuple(f"Liste {place}" for place in range(10))
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


def test_a_vote_is_light_and_a_bad_line_is_enough(world, booth, quiet, record_property):
    with quiet():
        # Other work of the machine only adds to it.
        first = min(_readable(world, booth) for _ in range(3))
    record_property("figure", f"at 50 kbit/s and 600 ms the first page is readable after {first:.0f} ms")
    assert first < READABLE
    weight = _whole_vote(world, booth, TITLES[0])
    record_property("figure", f"a whole vote takes {weight} bytes over the wire, of {LIGHT} at most")
    assert weight < LIGHT


def test_the_heaviest_vote_is_light(tmp_path, booth, record_property):
    issuers, logos = ("etat", "delegues"), tuple(noise(25, place) for place in range(len(TEN)))
    with open_world(tmp_path, "BELENIOS-2048", (LISTS,), issuers, TEN, logos) as world:
        weight = _whole_vote(world, booth, TEN[0], slow=False)
    record_property("figure", f"with ten logos and two issuers in BELENIOS-2048 it takes {weight} bytes")
    assert weight < LIGHT


def _whole_vote(world, booth, choice, *, slow=True):
    """From the first page to the receipts, on a bad line or any: the bytes of all."""
    elector = booth(world, world.somebody(), signed_in=False, viewport=PHONE)
    page, line = elector.page, Line(elector)
    page.set_default_timeout(4 * PATIENCE)
    if slow:
        line.slow()
    page.goto(world.url)
    page.get_by_role("link", name="Voter").click()
    page.get_by_label("Votre identifiant").fill(elector.person.identifier)
    elector.press("Recevoir mon code")
    page.get_by_label("Code à usage unique").fill(world.one_time_code(elector.person))
    elector.press("Me connecter")
    page.get_by_role("link", name="Voter").click()
    elector.choose(choice)
    elector.type_code()
    elector.sees("review")
    # What comes by itself is part of it, also what she does not wait for.
    page.wait_for_load_state("networkidle")
    elector.press("Voter définitivement")
    elector.sees("done")
    assert world.signed(elector.person)
    return line.bytes


def _readable(world, booth):
    """When the first page can be read on a bad line by a browser that has not seen it, in milliseconds."""
    anybody = booth(world, None, signed_in=False, viewport=PHONE)
    Line(anybody).slow()
    anybody.page.goto(world.url)
    return anybody.page.wait_for_function(PAINTED).json_value()


@pytest.mark.parametrize("group", GROUP_NAMES)
def test_a_ballot_of_ten_lists_is_made_while_she_waits(group, tmp_path, booth, quiet, record_property):
    with open_world(tmp_path, group, (LISTS,), ("issuer-1",), TEN) as world, quiet():
        took = [_made(world, booth) for _ in range(3)]
    record_property("figure", f"a ballot of ten lists takes {min(took):.0f} ms in {group} at a sixth of this machine")
    assert min(took) < MADE, took


def _made(world, booth):
    """How long the first ballot of a page took, in milliseconds; other work of the machine only adds to it."""
    elector = booth(world, world.somebody())
    elector.enter()
    elector.choose(TEN[3])
    elector.page.context.new_cdp_session(elector.page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    elector.type_code()
    elector.sees("review")
    return elector.page.evaluate("performance.getEntriesByName('ballot')[0].duration")
