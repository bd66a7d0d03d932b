"""An elector at her browser: what she sees and does, by the words on the screen."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.browser import shots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

    from elections.demo.fiction import Person
    from tests.browser.world import World

DESKTOP, TABLET, PHONE = {"width": 1280, "height": 800}, {"width": 768, "height": 1024}, {"width": 360, "height": 740}
PATIENCE = 30_000
"""Milliseconds for whatever the machine computes while it is busy elsewhere."""


@dataclass
class Booth:
    """One page, with all that it asked for."""

    page: Page
    world: World
    person: Person
    requests: list[Request] = field(default_factory=list)
    chosen: tuple[str, ...] = ()
    """What was chosen last."""
    faults: list[str] = field(default_factory=list)
    """What the console or the page complained of; a test that expects some clears them."""

    @classmethod
    @contextmanager
    def at(
        cls, chromium: Browser, world: World, person: Person, *, signed_in: bool = True, **options: Any
    ) -> Iterator[Booth]:
        """A browser of her own; after the test nothing may have been complained of, or asked of anybody else."""
        with chromium.new_context(**{"locale": "fr-FR", "viewport": DESKTOP, **options}) as context:
            context.set_default_timeout(PATIENCE)
            if signed_in:
                context.add_cookies(
                    [{"name": "isoloir", "value": world.session(person), "url": world.url, "httpOnly": True}]
                )
            booth = cls(context.new_page(), world, person)
            context.on("request", booth._note)
            context.on("weberror", lambda error: booth.faults.append(str(error.error)))
            context.on("console", booth._listen)
            yield booth
            assert booth.faults == [], booth.faults
            assert [each.url for each in booth.requests if not each.url.startswith((world.url, "blob:"))] == []

    def _note(self, request: Request) -> None:
        # The browser's own viewer of PDFs is a page of its own.
        if not request.url.startswith("chrome-extension:"):
            self.requests.append(request)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.text} {message.location['url']}")

    # --- Going on -----------------------------------------------------------------------------------

    def enter(self, fragment: str = "") -> None:
        """Open the page of the vote."""
        self.page.goto(f"{self.world.url}/scrutin/{self.world.contests[self.person.college]}/vote{fragment}")

    def choose(self, *labels: str | re.Pattern[str]) -> None:
        """Choose one or several, and go on."""
        self.sees("choice")
        for label in labels:
            self.page.locator(".option input").and_(self.page.get_by_label(label)).check()
        self.chosen = tuple(label.pattern if isinstance(label, re.Pattern) else label for label in labels)
        self.press("Continuer")

    def type_code(self, code: str | None = None) -> None:
        """Type the voting code, and go on."""
        self.sees("code")
        self.page.get_by_label("Code de vote").fill(self.world.code(self.person) if code is None else code)
        self.press("Continuer")

    def review(self, *labels: str | re.Pattern[str]) -> None:
        """As far as the review."""
        self.enter()
        self.choose(*labels)
        self.type_code()
        self.sees("review")

    def vote(self, *labels: str | re.Pattern[str]) -> None:
        """The whole way."""
        self.review(*labels)
        self.cast()

    def cast(self) -> None:
        """The last step; the world keeps what was clicked."""
        self.press("Voter définitivement")
        self.sees("done")
        self.world.clicked.update((self.person.college, label) for label in ("", *self.chosen))

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self.page.get_by_role("button", name=name).click()

    def follow(self, name: str) -> None:
        """Follow a link that opens a tab of its own; go on there."""
        with self.page.context.expect_page() as opened:
            self.page.get_by_role("link", name=name).click()
        self.page = opened.value

    # --- Seeing -------------------------------------------------------------------------------------

    def sees(self, stage: str) -> Locator:
        """Wait for a stage; its title has the focus, and stands first in the window's."""
        shown = self.page.locator("[data-stage]:not([hidden])")
        expect(shown).to_have_attribute("data-stage", stage, timeout=PATIENCE)
        heading = shown.locator("h1")
        expect(heading).to_be_focused()
        expect(self.page).to_have_title(re.compile(f"^{re.escape(heading.inner_text())} – "))
        shots.take(self.page, shots.of_this_test(stage))
        return shown

    def sees_error(self, sentence: str) -> None:
        """An error stands at the head of the form, which has the focus, and beside the field."""
        summary = self.page.locator("[data-stage]:not([hidden]) [data-errors]")
        expect(summary).to_be_focused()
        expect(summary.get_by_role("listitem")).to_have_text(sentence)
        expect(self.page.locator("[data-stage]:not([hidden]) [data-error-for]:not([hidden])")).to_have_text(sentence)

    @property
    def tracker(self) -> str:
        """As the page shows it."""
        return self.page.locator("[data-stage='done'] [data-fill='tracker']").text_content() or ""

    def asked(self, name: str) -> list[Request]:
        """The requests whose address ends so, in order."""
        return [request for request in self.requests if request.url.endswith(f"/{name}")]
