"""The site over the doors' small election, and people at it: each a test client with a cookie of its own."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, timedelta
from functools import cached_property

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from werkzeug.routing import IntegerConverter

from elections import server_keys
from elections.app import create_app
from elections.config import Config
from elections.registry import accounts, elections, factors, roll, sessions
from elections.registry.journal import Actor
from elections.registry.tables import Account
from elections.rules.phases import Role
from tests.doors.world import NOON, SIZE, SMALL, World, fiction

FIRST, SECOND = fiction().people[:2]
"""Two electors of the contest that tests mostly look at, with the numbers 1 and 2."""
EVERYBODY = SIZE + SMALL
PASSWORD = "mot de passe assez long"
ROLES = [role.value for role in Role if role is not Role.CLOCK]


def found(pattern: str, text: str) -> str:
    """What the group of a pattern matches; it must."""
    match = re.search(pattern, text)
    assert match, f"{pattern} in {text}"
    return match[1]


def address(site, rule, **known) -> str:
    """An address of a route: the site's election and contest, what is `known`, and in other places 1 or `x`."""
    known = {"election_uuid": site.election, "contest_uuid": site.contest, **known}
    free = {name: 1 if isinstance(place, IntegerConverter) else "x" for name, place in rule._converters.items()}
    values = {name: known.get(name, free[name]) for name in rule.arguments}
    method = "GET" if "GET" in (rule.methods or ()) else "POST"
    return str(site.app.url_map.bind("localhost").build(rule.endpoint, values, method=method))


def enrol(session, store, login: str, now: datetime) -> None:
    """Give an account a second factor: a program that shows codes, whose secret comes from the login."""
    key = server_keys.site_key(store.keys, "factors")
    nonce = b"\0" * 12
    sealed = base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, secret_of(login), login.encode())).decode()
    account = session.get_one(Account, login)
    before = now - timedelta(minutes=5)
    shown = totp(secret_of(login)).generate(int(before.timestamp())).decode()
    factors.add_codes(session, key, account, sealed, shown, "Téléphone", before)


def secret_of(login: str) -> bytes:
    """The secret of the program of a test's account."""
    return hashlib.sha1(login.encode()).digest()  # noqa: S324 - no more than twenty bytes


def totp(secret: bytes) -> TOTP:
    """A program that shows codes."""
    return TOTP(secret, 6, SHA1(), 30)  # noqa: S303


def code_of(login: str, now: datetime) -> str:
    """What the program of a test's account shows."""
    return totp(secret_of(login)).generate(int(now.timestamp())).decode()


class Site:
    """The application under test, at an hour that tests set."""

    def __init__(self, world: World, now: datetime = NOON, address: str = "http://localhost", **settings) -> None:
        self.world, self.now = world, now
        config = Config(state=world.store.state, address=address, **settings)
        self.app = create_app(config, world.store, lambda: self.now)
        # A fault of ours must fail the test that meets it.
        self.app.error_handler_spec[None][None].pop(Exception)
        self.app.testing = True

    @property
    def election(self) -> str:
        """The election's uuid."""
        return self.world.staging.uuid

    @property
    def contest(self) -> str:
        """The uuid of the contest that tests mostly look at."""
        return self.world.a

    def client(self, token: str | None = None):
        """A browser, signed in by the cookie of a session if one is given."""
        client = Browser(self.app)
        if token is not None:
            client.set_cookie("isoloir", token)
        return client

    def elector(self, number: int = 1):
        """The browser of an elector who signed in just now."""
        with self.world.store.registry.begin() as session:
            identifier = next(name for name, found in self.world.staging.numbers.items() if found == number)
            elector = roll.by_identifier(session, self.election, identifier)
            assert elector
            return self.client(sessions.open_for(session, elector, self.now))

    def desk(self, role: str):
        """The browser of somebody with an account of that role; `delegate-2` is the second delegate."""
        with self.world.store.registry.begin() as session:
            account = accounts.by_login(session, role) or self._account(session, role)
            return self.client(sessions.open_for(session, account, self.now))

    def incident(self, contest: str | None = None) -> str:
        """The number of an incident that the president enters."""
        when = {"day": f"{self.now:%Y-%m-%d}", "hour": "09:00"}
        told = {"category": "network", "summary": "Panne du réseau", "noticed_by": "help", "contest": contest or ""}
        path = f"/bureau/election/{self.election}/incidents"
        return self.desk("president").send(f"{path}/nouveau", **told, **when).location.rpartition("/")[2]

    def _account(self, session, role):
        own = None if role == "officer" else self.election
        name, _, number = role.partition("-")
        new = accounts.NewAccount(
            role, f"Une personne ({role})", f"{role}@exemple.fr", Role(name), PASSWORD, int(number or 1), own
        )
        account = accounts.create(session, new, Actor(Role.OFFICER), self.now)
        enrol(session, self.world.store, role, self.now)
        return account

    def code(self, login: str) -> str:
        """What the program of an account of the desk shows now."""
        return code_of(login, self.now)

    def visitor(self, role: str):
        """The browser of anybody: `anyone`, `elector`, or a role of the desk."""
        if role == "anyone":
            return self.client()
        return self.elector() if role == "elector" else self.desk(role)

    def phase(self, contest: str | None = None) -> str:
        """Where a contest stands."""
        with self.world.store.registry_reader() as session:
            return elections.contest(session, contest or self.contest).phase.value

    def later(self, **delta: float) -> None:
        """Let time pass."""
        self.now += timedelta(**delta)


class Browser:
    """A test client that follows forms as a browser does: with the token of the page it has seen."""

    def __init__(self, app) -> None:
        self._client = app.test_client()

    def __getattr__(self, name):
        return getattr(self._client, name)

    @cached_property
    def token(self) -> str:
        """What forms carry, from a page that everybody may see."""
        return found(r'name="csrf_token" value="([^"]+)"', self._client.get("/bureau/connexion").text)

    def send(self, path: str, follow: bool = False, **fields):
        """Send a form."""
        return self._client.post(path, data={"csrf_token": self.token, **fields}, follow_redirects=follow)

    def ask(self, path: str, **given):
        """A request of the booth's script."""
        return self._client.post(path, headers={"X-CSRFToken": self.token}, **given)
