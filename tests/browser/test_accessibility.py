"""Every stage of the two pages for everybody: axe-core finds nothing, nothing is wider than a small telephone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.browser.booth import PHONE
from tests.browser.world import LISTS, PEOPLE, TICKETS, TITLES
from tests.conftest import require

AXE = Path(__file__).parents[2] / "elections/web/booth/node_modules/axe-core/axe.min.js"
OFFLINE = Path(__file__).parents[2] / "elections/web/static/booth/controle.html"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4"]
"""They do not accumulate: each names its own rules only."""
RUN = """tags => axe.run(document, {runOnly: {type: "tag", values: tags}}).then(({violations}) =>
  violations.flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html}\\n${failureSummary}`)))"""
STAGES = {
    "vote": (
        "loading",
        "choice",
        "code",
        "working",
        "review",
        "challenge",
        "done",
        "already",
        "interrupted",
        "expired",
        "closed",
        "alarm",
    ),
    "controle": ("ask", "working", "found", "waiting", "absent", "interrupted", "alarm"),
}


@pytest.fixture
def look(booth, world):
    """`look(elector, where)` refuses whatever axe finds on the page as it stands, or what makes it scroll sideways."""
    require(AXE.is_file(), "axe-core is missing from the booth's packages")
    source = AXE.read_text("utf-8")

    def _look(elector, where):
        page = elector.page
        width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], f"{where} scrolls sideways: {width}"
        if not page.evaluate("'axe' in globalThis"):
            page.evaluate(source)
        assert page.evaluate(RUN, TAGS) == [], where

    return _look


SIGHT = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "high contrast, nothing moving, 200 %": {
        "forced_colors": "active",
        "reduced_motion": "reduce",
        "viewport": {"width": 640, "height": 400},
        "device_scale_factor": 2,
    },
}
"""How the page is looked at; a window of 1280 pixels at 200 % is one of 640."""


@pytest.mark.parametrize("options", SIGHT.values(), ids=SIGHT)
def test_every_step_of_a_vote(options, world, booth, look):
    elector = booth(world, world.somebody(), **{"viewport": PHONE, **options})
    elector.enter()
    elector.sees("choice")
    look(elector, "choice")
    elector.press("Continuer")
    look(elector, "choice with an error")
    elector.page.locator("summary").first.click()
    elector.page.get_by_role("radio", name=TITLES[0]).check()
    look(elector, "a choice made")
    elector.press("Continuer")
    elector.sees("code")
    look(elector, "code")
    elector.type_code("wrong")
    look(elector, "code with an error")
    elector.page.get_by_label("Code de vote").fill(world.code(elector.person))
    elector.press("Continuer")
    elector.sees("review")
    elector.page.locator("[data-stage='review'] summary").click()
    look(elector, "review")
    moving = "getComputedStyle(document.querySelector('.progress'), '::before').animationName !== 'none'"
    assert elector.page.evaluate(moving) == ("reduced_motion" not in options)
    elector.press("Ouvrir ce bulletin pour le contrôler")
    elector.sees("challenge")
    elector.page.locator("[data-stage='challenge'] summary").click()
    look(elector, "challenge")
    elector.press("Préparer un nouveau bulletin")
    elector.sees("review")
    elector.press("Voter définitivement")
    elector.sees("done")
    look(elector, "done")
    elector.page.get_by_text("Lire les deux récépissés").click()
    look(elector, "the receipts")
    elector.follow("Contrôler que mon bulletin")
    elector.sees("waiting")
    look(elector, "waiting")


@pytest.mark.parametrize("page", STAGES)
def test_every_stage_of_a_page(page, world, booth, look):
    elector = booth(world, world.somebody(), viewport={"width": 320, "height": 640})
    elector.page.goto(f"{world.url}/scrutin/{world.contests[LISTS]}/{page}")
    elector.sees("choice" if page == "vote" else "ask")
    names = elector.page.eval_on_selector_all("[data-stage]", "stages => stages.map(stage => stage.dataset.stage)")
    assert tuple(names) == STAGES[page]
    for name in STAGES[page]:
        elector.page.eval_on_selector_all(
            "[data-stage]",
            "(stages, name) => stages.forEach(stage => stage.hidden = stage.dataset.stage !== name)",
            name,
        )
        # What depends on a condition is looked at too.
        elector.page.eval_on_selector_all("[data-when]", "parts => parts.forEach(part => part.hidden = false)")
        # A long value without a space, as digests are: nothing may stick out.
        elector.page.eval_on_selector_all(
            "[data-fill='tracker'], [data-fill='detail'], [data-fill='question'], [data-fill='deadline']",
            "(fills, text) => fills.forEach(fill => fill.textContent = text)",
            "Wm1/" * 20,
        )
        look(elector, name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_stage_of_the_page_on_disk(scheme, chromium, look):
    with chromium.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(OFFLINE.as_uri())
        for language in ("fr", "en"):
            for name in ("ask", "working", "holds", "foreign", "alarm"):
                page.eval_on_selector_all(
                    "main:not([hidden]) [data-stage]",
                    "(stages, name) => stages.forEach(stage => stage.hidden = stage.dataset.stage !== name)",
                    name,
                )
                page.eval_on_selector_all(
                    "[data-fill]:not(ul)",
                    "(fills, text) => fills.forEach(fill => fill.textContent = text)",
                    "Wm1/" * 20,
                )
                look(SimpleNamespace(page=page), f"{language}, {name}")
            page.locator("main:visible [data-action='language']").click()


def test_tickets_and_names_fit_a_telephone(world, booth, look):
    elector = booth(world, world.somebody(TICKETS), viewport=PHONE)
    elector.review(PEOPLE[0])
    look(elector, "review")


def test_english(world, booth, look):
    elector = booth(world, world.somebody())
    elector.enter()
    elector.sees("choice")
    elector.page.get_by_role("link", name="English").click()
    elector.sees("choice")
    assert elector.page.locator("html").get_attribute("lang") == "en"
    look(elector, "choice")
    elector.page.get_by_label("Blank").check()
    elector.press("Continue")
    elector.sees("code")
    elector.page.locator("#code").fill("0")
    elector.press("Continue")
    summary = elector.page.locator("[data-errors]:visible")
    assert "20" in summary.inner_text()
    assert "{" not in summary.inner_text()
    look(elector, "code with an error")
