"""Lost lines, reloads, double clicks, two devices, a session that ends: she votes once, and knows it."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.booth import PATIENCE
from tests.browser.world import TITLES

SETTLED = re.compile("^(choice|code|review|done|interrupted)$")
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


# The booth's own tests cut every request both ways; here it is those that differ in what the server has done.
@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("dossier.json", "before"),
        ("etat.json", "after"),
        ("sel", "before"),
        ("jeton/issuer-1", "after"),
        ("bulletin", "before"),
        ("bulletin", "after"),
    ],
)
def test_a_line_that_is_lost_loses_nothing(name, when, world, booth):
    person = world.somebody()
    elector = booth(world, person)
    # The pauses between the script's own attempts are short here.
    elector.page.add_init_script("const wait = setTimeout; setTimeout = (then, time) => wait(then, time / 50)")
    address = f"**/scrutin/*/{name}"
    sent = []

    def cut(route):
        sent.append(route.request.post_data_buffer)
        if when == "after":
            route.fetch()
        route.abort("connectionreset")

    elector.page.route(address, cut)
    steps = [
        elector.enter,
        lambda: elector.choose(TITLES[1]),
        elector.type_code,
        lambda: (elector.sees("review"), elector.press("Voter définitivement")),
    ]
    for step in steps:
        step()
        shown = elector.page.locator("[data-stage]:not([hidden])")
        expect(shown).to_have_attribute("data-stage", SETTLED, timeout=PATIENCE)
        if shown.get_attribute("data-stage") == "interrupted":
            elector.sees("interrupted")
            elector.page.unroute(address)
            elector.page.on(
                "request", lambda request: sent.append(request.post_data_buffer) if request.url.endswith(name) else None
            )
            elector.press("Reprendre")
    elector.sees("done")
    assert len(sent) > 1
    assert len(set(sent)) == 1, "the same bytes were sent again"
    assert world.signed(person)
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
    detail = alarm.locator("[data-fill='detail']").text_content() or ""
    assert sentence in detail
    assert len(detail) > 20
    assert alarm.get_by_role("button").count() == 0
