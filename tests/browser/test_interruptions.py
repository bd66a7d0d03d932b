"""Lost lines, reloads, double clicks, two devices, a session that ends: she votes once, and knows it."""

from __future__ import annotations

import http.client
import json
import re
from collections import Counter, defaultdict
from contextlib import suppress
from copy import copy as copy_of
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, expect

from tests.browser.booth import PHONE
from tests.browser.world import LISTS, TITLES, serving

LOST = re.compile("^Failed to load resource")
"""What Chromium's console says of a request that failed or was refused."""


def _forgive(elector):
    elector.faults[:] = [fault for fault in elector.faults if not LOST.match(fault)]


def test_a_double_click_casts_once(world, booth):
    person = world.somebody()
    elector = booth(world, person)
    elector.review(TITLES[0])
    elector.page.get_by_role("button", name="Voter définitivement").dblclick()
    elector.sees("done")
    assert len(elector.asked("bulletin")) == 1
    assert world.signed(person)


def test_after_a_reload_the_code_gives_the_same_token_and_a_new_ballot(world, booth):
    elector = booth(world, world.somebody())
    elector.review(TITLES[0])
    elector.page.reload()
    elector.choose(TITLES[2])
    elector.type_code()
    elector.sees("review")
    first, second = [request.post_data_json for request in elector.asked("issuer-1")]
    assert first == second
    elector.press("Voter définitivement")
    elector.sees("done")


def test_another_device_hears_that_the_vote_is_recorded(world, booth):
    person = world.somebody()
    first, second = booth(world, person), booth(world, person)
    first.review(TITLES[0])
    second.vote(TITLES[1])
    first.press("Voter définitivement")
    already = first.sees("already")
    expect(already.locator("[data-fill='hour']")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
    second.enter()
    second.sees("already")


class Cutting:
    """A line that loses every request twice: before it leaves, then after the server has answered it."""

    def __init__(self, page):
        self._page = page
        self._seen: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        """How often a request was lost, by method and path."""
        self.bodies = defaultdict(list)
        page.context.route("**/*", self._pass)

    def _pass(self, route):
        request = route.request
        address = urlsplit(request.url)
        key = f"{request.method} {address.path}"
        self._seen[key] += 1
        self.bodies[key].append(request.post_data_buffer)
        if self._seen[key] > 2:
            route.continue_()
            return
        if self._seen[key] == 2:
            # Past the browser, so that it learns nothing of the answer, its cookies included.
            line = http.client.HTTPConnection(address.netloc, timeout=30)
            target = request.url.partition(address.netloc)[2]
            line.request(request.method, target, request.post_data_buffer, request.all_headers())
            line.getresponse().read()
            line.close()
        self.lost[key] += 1
        route.abort("connectionreset")

    def persist(self, step):
        """Do a step again until nothing was lost of it."""
        for _ in range(12):
            before = self.lost.total()
            with suppress(Error):
                step()
                if self.lost.total() == before:
                    return
            self._page.wait_for_timeout(200)  # the browser's own page of a lost line comes a moment later
        pytest.fail("there is no end of it")


def test_every_request_of_the_journey_may_be_lost_before_and_after(world, booth):
    with world.before_closing(minutes=600) as (early, _, _):
        _vote_on_a_line_that_is_lost(early, booth)


def _vote_on_a_line_that_is_lost(world, booth):
    person, signed = world.somebody(), world.signatures(LISTS)
    elector = booth(world, person, signed_in=False, viewport=PHONE)
    page, contest = elector.page, f"/scrutin/{world.contests[LISTS]}"
    # The pauses between the script's own attempts are short here.
    page.add_init_script("const wait = setTimeout; setTimeout = (then, time) => wait(then, time / 50)")
    line = Cutting(page)
    sign_in = f"/election/{world.played.uuid}/connexion"
    line.persist(lambda: page.goto(world.url))
    line.persist(lambda: page.goto(world.url + sign_in))

    def ask():
        world.hour += timedelta(minutes=16)  # whoever asks too often waits
        page.goto(world.url + sign_in)
        page.get_by_label("Votre identifiant").fill(person.identifier)
        with page.expect_navigation():
            elector.press("Recevoir mon code")

    def answer():
        # A code that was used and not heard of is used: she asks for another one.
        ask()
        page.get_by_label("Code à usage unique").fill(world.one_time_code(person))
        with page.expect_navigation():
            elector.press("Me connecter")

    line.persist(ask)
    line.persist(answer)
    line.persist(lambda: page.goto(f"{world.url}/mes-scrutins"))
    expect(page.get_by_role("link", name="Voter")).to_be_visible()
    line.persist(lambda: (elector.enter(), page.wait_for_load_state("networkidle")))
    elector.choose(TITLES[1])
    elector.type_code()
    elector.sees("review")
    elector.press("Voter définitivement")
    for _ in range(2):
        elector.sees("interrupted")
        elector.press("Reprendre")
    elector.sees("done")
    for path in ("dossier.json", "etat.json", "sel", "jeton/issuer-1", "bulletin", "vote"):
        assert [times for key, times in line.lost.items() if key.endswith(f" {contest}/{path}")] == [2], path
    for key in (f"POST {sign_in}", f"POST {sign_in}/code", "GET /", "GET /mes-scrutins", "GET /static/booth/booth.js"):
        assert line.lost[key] == 2, key
    for path in ("jeton/issuer-1", "bulletin"):
        assert len(set(line.bodies[f"POST {contest}/{path}"])) == 1, "the same bytes were sent again"
    assert (world.signed(person), world.signatures(LISTS)) == (True, signed + 1)
    _forgive(elector)


def test_a_tab_closed_while_the_ballot_is_under_way(world, booth):
    elector = booth(world, world.somebody())
    elector.review(TITLES[0])
    first = elector.page

    def close(route):
        route.fetch()
        first.close()

    first.route("**/bulletin", close)
    with suppress(Error):
        elector.press("Voter définitivement")
        first.wait_for_event("close")
    elector.page = first.context.new_page()
    elector.enter()
    elector.sees("already")


def test_back_and_forward_show_nothing_old(world, booth):
    elector = booth(world, world.somebody())
    page = elector.page
    page.goto(f"{world.url}/mes-scrutins")
    for vote in (False, True):
        elector.review(TITLES[0])
        if vote:
            elector.cast()
        page.go_back()
        expect(page.get_by_role("heading", name="Mes scrutins")).to_be_visible()
        page.go_forward()
        elector.sees("already" if vote else "choice")
        assert page.locator("input:checked").count() == 0
        page.goto(f"{world.url}/mes-scrutins")


def test_two_tabs_vote_once(world, booth):
    elector = booth(world, world.somebody())
    elector.review(TITLES[0])
    first, elector.page = elector.page, elector.page.context.new_page()
    elector.vote(TITLES[1])
    elector.page = first
    elector.press("Voter définitivement")
    elector.sees("already")


def test_a_server_that_starts_again_is_waited_for(world, booth):
    here, person = copy_of(world), world.somebody()
    with serving(world.store) as here.url:
        elector = booth(here, person)
        elector.review(TITLES[0])
    elector.press("Voter définitivement")
    elector.sees("interrupted")
    with serving(world.store, port=urlsplit(here.url).port or 0):
        elector.press("Reprendre")
        elector.sees("done")
        _forgive(elector)


def test_the_closing_hour_to_the_second_whatever_the_device_believes(world, booth):
    with world.before_closing(minutes=20) as (late, closing, last):
        people = [late.somebody() for _ in range(4)]
        electors = [booth(late, person, viewport=PHONE) for person in people[:3]]
        for elector in electors:
            elector.page.clock.set_fixed_time(datetime(2001, 1, 1, tzinfo=UTC))
            elector.enter()
            elector.sees("choice")
        finishing, leaving, slow = electors
        deadline, live = finishing.page.locator("[data-fill='deadline']"), "[aria-live], [role=status], [role=alert]"
        expect(deadline).to_contain_text(re.compile("Il vous reste (19|20) minutes"))
        assert deadline.evaluate("(each, live) => each.closest(live)", live) is None

        late.hour = closing
        newcomer = booth(late, people[3])
        newcomer.enter()
        newcomer.sees("closed")
        for elector in electors:
            elector.review(TITLES[2])
            expect(elector.page.locator("[data-fill='deadline']")).to_contain_text("vous pouvez achever votre vote")
        late.end_sessions(people[1])
        leaving.press("Voter définitivement")
        expect(leaving.sees("expired")).to_contain_text("une déconnexion après la clôture est définitive")

        late.hour = last - timedelta(seconds=1)
        finishing.press("Voter définitivement")
        finishing.sees("done")
        expect(deadline).to_be_hidden()
        late.hour = last
        slow.press("Voter définitivement")
        slow.sees("closed")
        assert [late.signed(person) for person in people] == [True, False, False, False]
        for elector in electors:
            _forgive(elector)


def test_a_session_that_ends_is_told_and_the_vote_resumed(world, booth):
    person = world.somebody()
    elector = booth(world, person)
    elector.review(TITLES[0])
    world.end_sessions(person)
    elector.press("Voter définitivement")
    expired = elector.sees("expired")
    expect(expired.get_by_role("link", name="Me reconnecter")).to_be_visible()
    assert not world.signed(person)
    _forgive(elector)
    elector.page.context.add_cookies(
        [{"name": "isoloir", "value": world.session(person), "url": world.url, "httpOnly": True}]
    )
    elector.vote(TITLES[0])


@pytest.mark.parametrize(
    ("name", "edit", "sentence"),
    [
        ("dossier.json", lambda value: value.update(setup=value["setup"].replace("Midi", "Nuit")), "scellé"),
        ("dossier.json", lambda value: value.update(trustees="[]"), ""),
        ("jeton/issuer-1", lambda value: value.update(s="A" * 512), "autorité"),
        ("bulletin", lambda value: value.update(urn=value["register"]), ""),
        ("bulletin", lambda value: value.update(register=value["register"].replace("isoloir", "isolair", 1)), ""),
        ("bulletin", lambda value: value.update(urn=None), "récépissé"),
    ],
    ids=["set-up", "trustees", "token", "urn's receipt", "register's receipt", "no receipt"],
)
def test_a_lie_of_the_server_is_an_alarm(name, edit, sentence, world, booth):
    elector = booth(world, world.somebody())

    def lie(route):
        answer = route.fetch()
        value = answer.json()
        edit(value)
        route.fulfill(response=answer, body=json.dumps(value))

    elector.page.route(f"**/scrutin/*/{name}", lie)
    elector.enter()
    if name != "dossier.json":
        elector.choose(TITLES[0])
        elector.type_code()
    if name == "bulletin":
        elector.sees("review")
        elector.press("Voter définitivement")
    alarm = elector.sees("alarm")
    detail = alarm.locator("[data-fill='detail']")
    # In English at once, and in French when the sentences have come.
    expect(detail).to_contain_text(sentence)
    assert len(detail.text_content() or "") > 20
    assert alarm.get_by_role("button").count() == 0
