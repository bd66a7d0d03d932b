"""The check of a ballot: waiting, found, absent; nothing that is asked tells whose leaf it is."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, quote

from playwright.sync_api import expect

from elections.protocol.log import leaf_hash
from tests.browser.world import LISTS, TITLES


def test_waiting_while_the_vote_is_open_then_found_then_absent_if_it_is_not_there(world, booth):
    elector = booth(world, world.somebody(), accept_downloads=True)
    elector.vote(TITLES[0])
    with elector.page.expect_download() as download:
        elector.press("Enregistrer mes récépissés")
    receipts = download.value.path()
    elector.follow("Contrôler que mon bulletin est dans l’urne")
    elector.sees("waiting")
    fragment = elector.page.url.partition("#")[2]
    named = {name: values[0] for name, values in parse_qs(fragment).items()}
    address = f"/scrutin/{world.contests[LISTS]}/controle"
    with world.frozen() as frozen:
        after = booth(frozen, elector.person)
        after.page.goto(f"{frozen.url}{address}#{fragment}")
        found = after.sees("found")
        expect(found.locator("[data-fill='tracker']")).to_have_text(named["tracker"])
        expect(found.locator("[data-fill='size']")).to_have_text(str(frozen.signatures(LISTS)))
        after.press("Contrôler un autre bulletin")
        after.sees("ask")
        after.page.get_by_label("Le fichier de vos récépissés").set_input_files(receipts)
        after.sees("found")
        after.press("Contrôler un autre bulletin")
        after.page.get_by_label("Ou l’empreinte dans l’urne").fill("abc")
        after.press("Contrôler")
        after.sees_error("Une empreinte compte 64 signes, chiffres et lettres de a à f.")
        after.page.get_by_label("Ou l’empreinte dans l’urne").fill(leaf_hash(b"another").hex().upper())
        after.press("Contrôler")
        after.sees("absent")
        asked = {request.url.partition(frozen.url)[2] for request in after.requests}
        assert not [path for path in asked if named["leaf"] in path.partition("#")[0]]
        assert not [request for request in after.requests if request.post_data]


def test_the_code_of_the_receipts_is_drawn_here_and_nobody_is_sent_what_it_says(world, booth):
    elector = booth(world, world.somebody())
    elector.vote(TITLES[0])
    page, tracker = elector.page, elector.tracker
    code = page.get_by_role("img", name="Code à photographier")
    expect(code.locator("path")).to_have_attribute("d", re.compile(r"^(M\d+ \d+h\d+v1h-\d+z){500,}$"))
    page.emulate_media(media="print", color_scheme="dark")
    expect(code).to_be_visible()
    assert code.evaluate("code => getComputedStyle(code).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen", color_scheme="light")
    elector.follow("Contrôler que mon bulletin est dans l’urne")
    elector.sees("waiting")
    for request in elector.requests:
        said = f"{request.url.partition('#')[0]} {request.post_data or ''} {request.headers}"
        assert tracker not in said
        assert quote(tracker, safe="") not in said


def test_a_log_that_the_urn_did_not_sign_is_an_alarm(world, booth):
    person = world.somebody()
    elector = booth(world, person)

    def lie(route):
        answer = route.fetch()
        value = answer.json() | {"leaves": "A" * 43 + "="}
        route.fulfill(response=answer, body=json.dumps(value))

    elector.page.route("**/empreintes", lie)
    elector.page.goto(f"{world.url}/scrutin/{world.contests[LISTS]}/controle#leaf={'0' * 64}")
    elector.sees("alarm")
