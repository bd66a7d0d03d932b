"""An office at work: a site that is new, a clock that tests set, people who come by keyboard, each with a browser.

Nobody here touches the database: the first officer's account is made by `elections account create`, everybody else
reads her mail in the outbox, chooses a password, and types into her telephone the secret that the page shows.
"""

from __future__ import annotations

import base64
import re
import socket
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Literal

from click.testing import CliRunner
from playwright.sync_api import FilePayload, expect

from elections import post
from elections.cli import main
from elections.config import Config
from elections.storage import Store
from elections.ticking import Ticker
from tests.browser import shots
from tests.browser.world import serving
from tests.web.site import totp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

PASSWORD = "une phrase assez longue"
FIRST = "bureau-1"
PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " "})


def command(*words: str | Path) -> str:
    """Run `elections` with these words; it must go well."""
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, f"{words}: {result.output}"
    return result.output


class Office:
    """The site, its clock and its outbox, and the people who have come so far."""

    def __init__(self, store: Store, config: Config, browser: Browser, now: datetime) -> None:
        self.store, self.config, self.browser, self.now = store, config, browser, now
        self._outbox = store.state / "outbox"
        self._ticker = Ticker(store, post.Folder(self._outbox, config.sender), config=config)
        self._open = ExitStack()

    @classmethod
    @contextmanager
    def at_work(cls, folder: Path, browser: Browser, now: datetime) -> Iterator[Office]:
        """A new state with one account, and the site over it."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        state = folder / "state"
        command("init", "--state", state)
        command(
            "account", "create", FIRST, "--name", "Première Officière", "--email", "o1@exemple.fr", "--role", "officer",
            "--password", PASSWORD, "--state", state,
        )  # fmt: skip
        config = Config(state=state, address=f"http://127.0.0.1:{port}")
        with Store.open(state) as store:
            office = cls(store, config, browser, now)
            with office._open, serving(store, lambda: office.now, port, config):
                yield office

    def somebody(self, login: str) -> Somebody:
        """A person with a new browser."""
        context = self._open.enter_context(
            self.browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
        )
        return Somebody(self, context.new_page(), login)

    def wait_until(self, now: datetime, *people: Somebody) -> None:
        """Let days pass; sessions end in between, so people sign in anew."""
        self.now = now
        for person in people:
            person.sign_in()

    def tick(self) -> None:
        """Do what is due, as `elections tick` does: messages leave."""
        self._ticker.tick(self.now)

    def mail(self, recipient: str) -> str:
        """The last message to somebody."""
        self.tick()
        letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in self.letters()]
        return [letter.get_content() for letter in letters if letter["To"] == recipient][-1]

    def letters(self) -> list[Path]:
        """The files of the outbox, in their order."""
        return sorted(self._outbox.iterdir())


class Somebody:
    """A person at her browser, by keyboard alone, and the program on her telephone that shows codes."""

    def __init__(self, office: Office, page: Page, login: str) -> None:
        self.office, self.page, self.login = office, page, login
        self._secret = b""
        # A fault of a page fails the test that meets it.
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    # --- At the keyboard ------------------------------------------------------------------------------

    def go(self, path: str) -> None:
        """Type an address."""
        answer = self.page.goto(f"{self.office.config.address}{path}")
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"

    def press(self, name: str, place: Locator | None = None) -> None:
        """Press a button, proving who comes where the site asks for it; the page that answers has come."""
        self._key((place or self.page.locator("main")).get_by_role("button", name=name))
        if self.heading() == "Confirmer votre identité":
            self.page.get_by_label("Code de votre application").fill(self.code())
            self._key(self.page.get_by_role("button", name="Confirmer et continuer"))

    def follow(self, name: str, place: Locator | None = None) -> None:
        """Follow a link."""
        self._key((place or self.page.locator("body")).get_by_role("link", name=name))
        if self.heading() == "Confirmer votre identité":
            self.page.get_by_label("Code de votre application").fill(self.code())
            self._key(self.page.get_by_role("button", name="Confirmer et continuer"))

    def _key(self, control: Locator) -> None:
        control.first.focus()
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def unfold(self, text: str, place: Locator | None = None) -> None:
        """Open what a summary hides."""
        (place or self.page.locator("main")).locator("summary", has_text=text).first.press("Enter")

    def type(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose of a list."""
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def hand_in(self, name: str, data: bytes, label: str = "Fichier") -> None:
        """Choose a file."""
        file = FilePayload(name=name, mimeType="application/octet-stream", buffer=data)
        self.page.get_by_label(label, exact=True).first.set_input_files(file)

    def take(self, role: Literal["button", "link"], name: str) -> bytes:
        """Follow a link or press a button that gives a file."""
        with self.page.expect_download() as download:
            self.page.get_by_role(role, name=name).press("Enter")
        return download.value.path().read_bytes()

    def heading(self) -> str:
        """What the page is called, with plain spaces."""
        return self.page.locator("h1").inner_text().translate(PLAIN)

    def at(self, heading: str) -> None:
        """That page has come; if another has, what it complains of says why."""
        troubles = self.page.get_by_role("alert").all_inner_texts()
        assert self.heading() == heading, f"{self.heading()}, {self.page.url}: {troubles}"

    def sees(self, text: str) -> None:
        """It stands on the page."""
        expect(self.page.locator("main")).to_contain_text(text)

    def told(self, text: str) -> None:
        """The page says that it was done."""
        troubles = self.page.get_by_role("alert").all_inner_texts()
        expect(self.page.get_by_role("status").first, str(troubles)).to_contain_text(text)

    def shot(self, name: str) -> None:
        """A picture of the page, if they are wanted."""
        shots.take(self.page, f"office {name}")

    # --- Coming in ------------------------------------------------------------------------------------

    def code(self) -> str:
        """What the program on her telephone shows, half a minute later than the last time."""
        self.office.now += timedelta(seconds=30)
        return totp(self._secret).generate(int(self.office.now.timestamp())).decode()

    def accept(self, email: str) -> None:
        """Follow the link of the mail, choose login and password, enrol the telephone."""
        found = re.search(r"http\S+/invitation/\S+", self.office.mail(email))
        assert found is not None
        self.page.goto(found[0])
        self.type("Identifiant de compte", self.login)
        self.type("Nouveau mot de passe", PASSWORD)
        self.type("Le même mot de passe, une seconde fois", PASSWORD)
        self.press("Continuer")
        self._enrol()

    def sign_in(self) -> None:
        """Come in by password and code; at the first time, enrol the telephone."""
        self.go("/bureau/connexion")
        self.type("Identifiant de compte", self.login)
        self.type("Mot de passe", PASSWORD)
        self.press("Me connecter")
        if self._secret:
            self.type("Code de votre application", self.code())
            self.press("Me connecter")
            self.at("Élections")
        else:
            self._enrol()

    def _enrol(self) -> None:
        self.follow("Choisir l’application")
        shown = self.page.locator("figure code").inner_text().replace(" ", "")
        self._secret = base64.b32decode(shown + "=" * (-len(shown) % 8))
        self.type("Code affiché par l’application", self.code())
        self.type("Nom de l’appareil", "Téléphone")
        self.press("Enregistrer")
        self.at("Élections")
