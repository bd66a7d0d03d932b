"""The vote through the real pages in Chromium: what is clicked is what is counted."""

from __future__ import annotations

import re
from copy import copy
from itertools import cycle

import pytest
from playwright.sync_api import expect

from elections.config import Config
from elections.protocol.canonical import sha256_hex
from elections.protocol.record import register_receipt_text, urn_receipt_text
from elections.urn import holds
from tests.browser.booth import DESKTOP, PHONE, TABLET
from tests.browser.world import BLOCK, LISTS, PEOPLE, SEVERAL, TICKETS, TITLES, serving

BLANK = "Vote blanc"


def test_what_is_clicked_is_what_is_counted(each_world, booth):
    # Whoever else votes for these does so by `Booth.cast`.
    widths = cycle((DESKTOP, TABLET, PHONE))
    for label in (PEOPLE[1], PEOPLE[0], PEOPLE[1], BLANK):
        booth(each_world, each_world.somebody(TICKETS), viewport=next(widths)).vote(re.compile(label))
    for labels in ((SEVERAL[0], SEVERAL[2]), (SEVERAL[2],), (BLANK,)):
        booth(each_world, each_world.somebody(BLOCK), viewport=next(widths)).vote(*labels)
    with each_world.frozen() as frozen:
        results = frozen.counted()
    for college, titles in ((TICKETS, PEOPLE), (BLOCK, SEVERAL)):
        clicked, result = each_world.clicked, results[college]
        assert result["votes"] == [clicked[college, title] for title in titles]
        assert (result["blank"], result["signatures"]) == (clicked[college, BLANK], clicked[college, ""])


def test_from_the_sign_in_to_the_receipts(world, window):
    person = world.somebody()
    elector = window(world, person, signed_in=False, accept_downloads=True)
    page = elector.page
    _sign_in(elector)
    page.get_by_role("link", name="Voter").click()

    elector.choose(TITLES[1])
    elector.type_code()
    review = elector.sees("review")
    expect(review.get_by_role("listitem")).to_have_text(TITLES[1])
    assert not world.signed(person)
    elector.press("Voter définitivement")
    done = elector.sees("done")
    assert world.signed(person)
    expect(done.locator("[data-fill='hour']")).to_have_text(re.compile(r"^\w+ \d+ \w+ \d{4} à \d\d:\d\d:\d\d$"))
    with world.store.urn_reader() as session:
        assert holds(session, world.contests[LISTS], elector.tracker)

    with page.expect_download() as download:
        elector.press("Enregistrer mes récépissés")
    assert download.value.suggested_filename == f"recepisse-{world.contests[LISTS][:8]}.txt"
    _check_receipts(world, person, elector, download.value.path().read_bytes().decode())

    page.emulate_media(media="print")
    expect(done.locator("pre:visible")).to_have_text(
        re.compile("^isoloir.receipt/1\n.*\n----\nisoloir.signature/1\n", re.DOTALL)
    )
    page.emulate_media(media="screen")

    page.get_by_role("link", name="Mes scrutins").first.click()
    expect(page.get_by_text("Voté", exact=True)).to_be_visible()
    elector.enter()
    elector.sees("already")


def _check_receipts(world, person, elector, file):
    """Both notes are signed, by the Python side's judgement, and say what the page says."""
    urn_note, register_note = file.split("----\n")
    device = world.played.booths[world.contests[LISTS]]
    setup, fingerprint = device.setup, device.election.fingerprint
    leaf = setup.urn_key.check(urn_note, "urn receipt").split("\n")[4]
    assert urn_note.startswith(urn_receipt_text(setup.uuid, fingerprint, elector.tracker, bytes.fromhex(leaf)))
    signed = setup.record_key.check(register_note, "register receipt")
    number = world.played.numbers[person.identifier]
    assert signed == register_receipt_text(setup.uuid, number, signed.split("\n")[3])
    link = elector.page.locator("[data-link='check']").get_attribute("href") or ""
    assert link.endswith(f"leaf={leaf}")


def test_the_elector_may_change_her_mind_until_she_casts(world, booth):
    elector = booth(world, world.somebody())
    elector.review(TITLES[0])
    first = elector.page.locator("[data-stage='review'] [data-fill='tracker']").text_content()
    elector.press("Changer mon choix")
    elector.choose(BLANK)
    review = elector.sees("review")
    expect(review.get_by_role("listitem")).to_have_text(BLANK)
    assert review.locator("[data-fill='tracker']").text_content() != first
    assert len(elector.asked("sel")) == 1
    elector.press("Voter définitivement")
    elector.sees("done")


def test_before_a_choice_is_lost_with_its_page_the_browser_asks(world, booth):
    elector = booth(world, world.somebody())
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    elector.page.on("dialog", stay)
    elector.enter()
    elector.choose(TITLES[0])
    elector.sees("code")
    elector.page.get_by_role("link", name="English").click(no_wait_after=True)
    elector.page.get_by_label("Code de vote").fill(world.code(elector.person))
    elector.press("Continuer")
    expect(elector.sees("review").get_by_role("listitem")).to_have_text(TITLES[0])
    assert asked == ["beforeunload"]
    elector.press("Voter définitivement")
    elector.sees("done")
    # What is recorded is safe: nobody is kept any more.
    elector.page.get_by_role("link", name="English").click()
    elector.sees("already")
    assert asked == ["beforeunload"]


def test_every_choice_stands_on_one_page_in_the_sealed_order_and_unfolds(world, booth):
    elector = booth(world, world.somebody())
    elector.enter()
    choice = elector.sees("choice")
    sealed = [candidacy.title for candidacy in world.played.booths[world.contests[LISTS]].setup.candidacies]
    assert choice.locator("label").all_text_contents() == [*sealed, BLANK]
    assert choice.get_by_role("radio").count() == len(sealed) + 1
    names = choice.locator("details").first
    expect(names.get_by_role("listitem").first).to_be_hidden()
    names.locator("summary").click()
    expect(names.get_by_role("listitem")).to_have_count(6)
    expect(names.get_by_role("listitem").first).to_have_text(
        re.compile(r"^CANDIDAT \d-0 \(suppléant : SUPPLÉANT \d-0\)$")
    )


def test_where_several_may_be_chosen_blank_goes_with_nothing_else(world, booth):
    elector = booth(world, world.somebody(BLOCK))
    elector.enter()
    choice = elector.sees("choice")
    boxes = choice.get_by_role("checkbox")
    expect(boxes).to_have_count(4)
    assert choice.get_by_role("radio").count() == 0
    boxes.nth(0).check()
    boxes.nth(1).check()
    expect(choice.get_by_role("checkbox", checked=True)).to_have_count(2)
    boxes.nth(2).check()
    elector.press("Continuer")
    elector.sees_error("Vous ne pouvez pas choisir plus de 2 candidatures.")
    choice.get_by_label(BLANK).check()
    expect(choice.get_by_role("checkbox", checked=True)).to_have_count(1)
    boxes.nth(1).check()
    expect(choice.get_by_label(BLANK)).not_to_be_checked()
    boxes.nth(0).check()
    elector.press("Continuer")
    elector.type_code()
    expect(elector.sees("review").get_by_role("listitem")).to_have_text(SEVERAL[:2])


def test_what_is_wrong_is_told_before_anything_is_sent(world, booth):
    person = world.somebody()
    elector = booth(world, person)
    elector.enter()
    elector.sees("choice")
    elector.press("Continuer")
    elector.sees_error("Choisissez une réponse\N{NARROW NO-BREAK SPACE}; le vote blanc en est une.")
    elector.page.get_by_role("radio", name=TITLES[0]).check()
    elector.press("Continuer")
    code = world.code(person)
    elector.type_code(code[:-1])
    elector.sees_error("Un code de vote compte 20 signes\N{NARROW NO-BREAK SPACE}; vous en avez saisi 19.")
    expect(elector.page.get_by_label("Code de vote")).to_have_attribute("aria-invalid", "true")
    wrong = "2" if code[0] != "2" else "3"
    elector.page.get_by_label("Code de vote").fill(wrong + code[1:])
    elector.press("Continuer")
    expect(elector.page.locator("[data-errors]:visible")).to_contain_text("faute de frappe")
    assert elector.asked("sel") == []
    # Lower case, spaces for hyphens, O for 0 and I for 1: forgiven.
    elector.page.get_by_label("Code de vote").fill(
        f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'i')}"
    )
    elector.press("Continuer")
    elector.sees("review")


def test_somebody_elses_code_is_told(world, booth):
    elector = booth(world, world.somebody())
    elector.enter()
    elector.choose(TITLES[0])
    elector.type_code(world.code(world.somebody()))
    expect(elector.page.locator("[data-errors]:visible")).to_contain_text("celui de l’électeur connecté")
    elector.faults.clear()  # the browser's console names every refused request
    elector.page.get_by_label("Code de vote").fill(world.code(elector.person))
    elector.press("Continuer")
    elector.sees("review")


def test_nothing_secret_stays_in_the_browser(world, booth):
    person = world.somebody()
    elector = booth(world, person)
    code = world.code(person).replace("-", "")
    elector.enter(f"#code={code}")
    elector.sees("choice")
    assert "#" not in elector.page.url
    elector.choose(TITLES[0])
    elector.sees("code")
    # The setting is off: what the link brought is not used either.
    expect(elector.page.get_by_label("Code de vote")).to_have_value("")
    elector.type_code()
    elector.sees("review")
    expect(elector.page.locator("input[name='code']")).to_have_value("")
    elector.press("Voter définitivement")
    elector.sees("done")
    page = elector.page
    # What was chosen is gone from the page too.
    assert page.locator("input:checked").count() == 0
    assert page.locator("[data-fill='choices'] *").count() == 0
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, history.state]") == [
        0,
        0,
        "",
        None,
    ]
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("indexedDB.databases()") == []
    sent = " ".join(f"{request.url} {request.post_data or ''}" for request in elector.requests)
    assert code not in sent.replace("-", "")


def test_a_code_in_the_link_is_typed_in_where_the_page_allows_it(world, booth):
    person = world.somebody()
    with serving(world.store, config=Config(state=world.store.state, code_link=True)) as url:
        allowing = copy(world)
        allowing.url = url
        elector = booth(allowing, person)
        elector.page.goto(f"{url}/mes-scrutins#code={world.code(person)}")
        expect(elector.page).to_have_url(f"{url}/mes-scrutins")
        elector.page.get_by_role("link", name="Voter").click()
        elector.choose(TITLES[0])
        elector.sees("code")
        assert "#" not in elector.page.url
        elector.press("Continuer")
        elector.sees("review")
        # The server waits for connections that are still open.
        elector.page.context.close()


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["1280", "360"])
def test_the_whole_vote_by_keyboard_alone(viewport, world, booth):
    elector = booth(world, world.somebody(), signed_in=False, **({"viewport": viewport} if viewport else {}))
    page, keyboard = elector.page, elector.page.keyboard

    def press(selector, key="Enter"):
        _tab_to(elector, selector)
        keyboard.press(key)

    page.goto(world.url)
    press("main a.button")
    for field, text in (("#identifier", elector.person.identifier), ("#code", "")):
        page.locator(field).wait_for()
        _tab_to(elector, field)
        keyboard.type(text or world.one_time_code(elector.person))
        keyboard.press("Enter")
    page.get_by_role("heading", name="Mes scrutins").wait_for()
    press("main a.button")
    elector.sees("choice")
    press("input[name='choice']", "Space")
    expect(page.get_by_role("radio").first).to_be_checked()
    press("form[data-form='choice'] button")
    elector.sees("code")
    _tab_to(elector, "#code")
    keyboard.type(world.code(elector.person))
    keyboard.press("Enter")
    elector.sees("review")
    press("[data-action='cast']", "Space")
    elector.sees("done")
    _tab_to(elector, "[data-action='save-receipts']")
    assert world.signed(elector.person)


def _tab_to(elector, selector):
    """Tab until the focus is there; it may take the names of every list, and no longer."""
    for _ in range(20):
        elector.page.keyboard.press("Tab")
        outline = elector.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        # Between the last stop and the first, the browser has the focus itself.
        assert outline != "none" or elector.page.evaluate("document.activeElement === document.body")
        if elector.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def _sign_in(elector):
    """By identifier and one-time code, as everybody."""
    elector.page.goto(f"{elector.world.url}/election/{elector.world.played.uuid}/connexion")
    elector.page.get_by_label("Votre identifiant").fill(elector.person.identifier)
    elector.press("Recevoir mon code")
    elector.page.get_by_label("Code à usage unique").fill(elector.world.one_time_code(elector.person))
    elector.press("Me connecter")


def test_the_page_names_the_very_scripts(world, booth):
    elector = booth(world, world.somebody())
    elector.enter()
    elector.sees("choice")
    sealed = world.played.booths[world.contests[LISTS]].setup.value["booth"].values()
    scripts = elector.page.locator("script").all()
    assert len(scripts) == 3
    for script in scripts:
        assert (script.get_attribute("integrity") or "").startswith("sha384-")
        served = elector.page.request.get(world.url + (script.get_attribute("src") or "")).body()
        assert sha256_hex(served) in sealed


def test_a_browser_too_old_is_told_so_before_it_signs_in(world, booth):
    address = f"{world.url}/election/{world.played.uuid}/connexion"
    elector = booth(world, world.somebody(), signed_in=False)
    elector.page.goto(address)
    expect(elector.page.get_by_label("Votre identifiant")).to_be_visible()
    expect(elector.page.locator("#too-old")).to_be_hidden()
    elector.page.add_init_script("delete AbortSignal.timeout")
    elector.page.goto(address)
    expect(elector.page.get_by_role("alert")).to_contain_text("trop ancien pour voter")
