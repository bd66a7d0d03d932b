"""A ballot is opened instead of cast, judged by the page on disk and by the command, and another one is cast."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from elections.cli import main
from elections.protocol.canonical import sha256_hex
from elections.urn import holds
from tests.browser.booth import DESKTOP, PATIENCE, PHONE
from tests.browser.world import PEOPLE, TICKETS

OPEN, RENEW = "Ouvrir ce bulletin pour le contrôler", "Préparer un nouveau bulletin"


@pytest.fixture
def offline(chromium):
    """Opens the page from disk, in a browser without any line; nothing is asked for but the page itself."""

    @contextmanager
    def opened(page, **options):
        with chromium.new_context(locale="fr-FR", offline=True, **options) as context:
            asked, faults = [], []
            context.set_default_timeout(PATIENCE)
            context.on("request", lambda request: asked.append(request.url))
            context.on("weberror", lambda error: faults.append(str(error.error)))
            context.on("console", lambda message: faults.append(message.text))
            tab = context.new_page()
            tab.goto(page.as_uri())
            yield tab
            assert (asked, faults) == ([page.as_uri()], [])

    return opened


def judged(tab, file, stage):
    """The stage at which the page arrives when it is given this file; its title has the focus."""
    tab.locator("main:visible input[type='file']").set_input_files(file)
    shown = tab.locator(f"main:visible [data-stage='{stage}']")
    expect(shown).to_be_visible(timeout=PATIENCE)
    expect(shown.locator("h1")).to_be_focused()
    return shown


def save(elector, press, folder):
    """What the browser saves when something is pressed."""
    with elector.page.expect_download() as download:
        press()
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


def verify(*words):
    return CliRunner().invoke(main, ["verify", *map(str, words)])


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1280", "360"])
def test_opened_judged_offline_and_another_one_cast(viewport, each_world, booth, offline, tmp_path):
    world, person = each_world, each_world.somebody(TICKETS)
    contest = world.contests[TICKETS]
    elector = booth(world, person, viewport=viewport, accept_downloads=True)
    elector.review(re.compile(PEOPLE[1]))
    tracker = elector.page.locator("[data-stage='review'] [data-fill='tracker']").text_content()
    asked = len(elector.requests)
    elector.page.get_by_text("Contrôler ce bulletin avant de voter").click()
    elector.press(OPEN)
    stage = elector.sees("challenge")
    expect(stage.locator("[data-fill='tracker']")).to_have_text(tracker)
    challenge = save(elector, lambda: elector.press("Enregistrer le fichier de contrôle"), tmp_path)
    assert challenge.name == f"controle-{contest[:8]}.json"
    assert [request.url for request in elector.requests[asked:] if not request.url.startswith("blob:")] == []
    page = save(elector, lambda: stage.get_by_role("link", name="la page de contrôle").click(), tmp_path)
    device = world.played.booths[contest]
    assert sha256_hex(page.read_bytes()) == device.setup.value["booth"][page.name]

    with offline(page, viewport=viewport) as tab:
        shown = judged(tab, challenge, "holds")
        expect(shown.get_by_role("listitem").first).to_have_text(re.compile(f"^{PEOPLE[1]} "))
        expect(shown.locator("[data-fill='tracker']")).to_have_text(tracker)
        expect(shown.locator("[data-fill='fingerprint']")).to_have_text(device.election.fingerprint)
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")

    dossier = tmp_path / "dossier.json"
    dossier.write_bytes(elector.page.request.get(f"{world.url}/scrutin/{contest}/dossier.json").body())
    done = verify(dossier, "--challenge", challenge)
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"ballot {tracker} holds: {PEOPLE[1]} " in done.stdout
    assert device.election.fingerprint in done.stdout

    elector.press(RENEW)
    elector.sees("review")
    assert elector.page.locator("[data-stage='review'] [data-fill='tracker']").text_content() != tracker
    elector.cast()
    assert len(elector.asked("issuer-1")) + len(elector.asked("etat")) == 1
    with world.store.urn_reader() as session:
        assert holds(session, contest, elector.tracker)
        assert not holds(session, contest, tracker)


def test_a_file_that_lies_is_an_alarm_and_another_file_is_none(world, booth, offline, tmp_path):
    elector = booth(world, world.somebody(TICKETS), accept_downloads=True)
    elector.review(re.compile(PEOPLE[0]))
    elector.page.get_by_text("Contrôler ce bulletin avant de voter").click()
    elector.press(OPEN)
    elector.sees("challenge")
    challenge = save(elector, lambda: elector.press("Enregistrer le fichier de contrôle"), tmp_path)
    page = tmp_path / "controle.html"
    page.write_bytes(elector.page.request.get(f"{world.url}/static/booth/controle.html").body())
    lie, picture = tmp_path / "lie.json", tmp_path / "picture.json"
    lie.write_text(challenge.read_text().replace("[[0,1,0]]", "[[0,0,1]]"))
    picture.write_bytes(b"\x89PNG")
    with offline(page, viewport=PHONE) as tab:
        judged(tab, lie, "alarm")
        tab.get_by_role("button", name="Choisir un autre fichier").click()
        judged(tab, picture, "foreign")
        tab.get_by_role("button", name="English").click()
        assert tab.evaluate("document.documentElement.lang") == "en"
        expect(tab).to_have_title(re.compile("^Checking a ballot"))
        judged(tab, challenge, "holds")
    done = verify(tmp_path / "picture.json", "--challenge", lie)
    assert done.exit_code == 1
    assert "[ballot.opening]" in done.stdout


def test_a_ballot_that_is_open_can_only_be_made_anew(world, booth):
    elector = booth(world, world.somebody(TICKETS))
    elector.review(re.compile(PEOPLE[0]))
    elector.page.get_by_text("Contrôler ce bulletin avant de voter").click()
    elector.press(OPEN)
    stage = elector.sees("challenge")
    expect(stage.get_by_role("button", name="Voter définitivement")).to_have_count(0)
    elector.press("Changer mon choix")
    elector.choose("Vote blanc")
    review = elector.sees("review")
    expect(review.get_by_role("listitem")).to_have_text("Vote blanc")
    expect(elector.page.locator("[data-fill='challenge']")).to_be_empty()
    assert not world.signed(elector.person)
