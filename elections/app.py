"""The site, put together: the one place where parts meet (architecture.md).

`create_app` takes the settings and the opened state, and gives a Flask application that refuses to start with a
route that declares no access. It reads no environment and opens nothing by itself.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf import CSRFProtect

from elections import counting
from elections.protocol.errors import ProtocolError
from elections.web import (
    access,
    board,
    booth_api,
    calendar,
    candidacies,
    ceremony,
    documents,
    elector,
    filings,
    headers,
    i18n,
    login,
    lots,
    mandates,
    menu,
    nominations,
    officer,
    openid,
    ordering,
    public,
    refusals,
    roll,
    rules,
    seating,
    statics,
    visit,
    words,
)
from elections.web.visit import Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from elections.config import Config
    from elections.storage import Store

_SITE_KEYS = "site"
_COOKIE_KEY = "cookie"


def create_app(config: Config, store: Store, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Flask:
    """The application over an opened state; `clock` is the hour it goes by."""
    app = Flask("elections.web", static_folder=None)
    site = Site(config, store, clock, set(counting.unready(store)))
    app.config.update(
        SECRET_KEY=_cookie_key(store),
        SESSION_COOKIE_NAME="__Host-formulaires" if site.secure else "formulaires",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=site.secure,
        MAX_CONTENT_LENGTH=access.SMALL,
        # A form is as old as its session; the browser tells the sender (`access`), as no page sends a referrer.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_FIELD_NAME="csrf_token",
        TRUSTED_HOSTS=_hosts(config),
    )
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    visit.init_app(app, site)
    i18n.init_app(app)
    words.init_app(app)
    seating.init_app(app)
    refusals.init_app(app)
    access.init_app(app)
    menu.init_app(app)
    CSRFProtect(app)
    headers.init_app(app)
    statics.init_app(app)
    openid.init_app(app, config)
    for room in (
        public, login, openid, elector, booth_api,
        officer, calendar, candidacies, documents, nominations, filings, ordering, mandates, roll, rules, board,
        ceremony, lots,
    ):  # fmt: skip
        app.register_blueprint(room.blueprint)
    access.check(app)
    return app


def _hosts(config: Config) -> list[str]:
    """The one name of the site (R20); without TLS it is served on this machine only, under any of its names."""
    host = urlsplit(config.address).hostname or ""
    return [host] if config.address.startswith("https://") else [host, "localhost", "127.0.0.1"]


def _cookie_key(store: Store) -> bytes:
    """The key that signs the forms' cookie: made once, the same in every process."""
    if not store.keys.exists(_SITE_KEYS, _COOKIE_KEY):
        try:
            store.keys.write(_SITE_KEYS, _COOKIE_KEY, secrets.token_bytes(32))
        except ProtocolError as error:
            # Another process was quicker.
            if error.rule != "storage.key_exists":
                raise
    return store.keys.read(_SITE_KEYS, _COOKIE_KEY)
