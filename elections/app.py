"""The site, put together: the one place where parts meet (architecture.md).

`create_app` takes the settings and the opened state, and gives a Flask application that refuses to start with a
route that declares no access. It reads no environment and opens nothing by itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf import CSRFProtect

from elections import alarms, counting, server_keys
from elections.web import (
    access,
    alarm,
    calendar,
    codes,
    deliveries,
    headers,
    i18n,
    mandates,
    officer,
    paging,
    public,
    refusals,
    rules,
    seating,
    statics,
    visit,
    words,
)
from elections.web.accounts import invited, own, proof, recoveries
from elections.web.accounts import views as accounts
from elections.web.board import ceremony, incidents, lots, seal
from elections.web.board import views as board
from elections.web.candidacies import documents, filings, nominations, ordering
from elections.web.candidacies import views as candidacies
from elections.web.elector import booth_api
from elections.web.elector import views as elector
from elections.web.journal import views as journal
from elections.web.login import openid
from elections.web.login import views as login
from elections.web.roll import electors, trial
from elections.web.roll import views as roll
from elections.web.setup import copies, order
from elections.web.setup import views as setup
from elections.web.visit import Site

if TYPE_CHECKING:
    from collections.abc import Callable

    from elections.config import Config
    from elections.storage import Store


def create_app(config: Config, store: Store, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Flask:
    """The application over an opened state; `clock` is the hour it goes by."""
    app = Flask("elections.web", static_folder=None)
    site = Site(config, store, clock, set(counting.unready(store)))
    alarms.compare(store, clock().astimezone(UTC).replace(microsecond=0), disk=False)
    app.config.update(
        SECRET_KEY=server_keys.site_key(store.keys, "cookie"),
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
    alarm.init_app(app)
    paging.init_app(app)
    proof.init_app(app)
    CSRFProtect(app)
    headers.init_app(app)
    statics.init_app(app)
    openid.init_app(app, config)
    for room in (
        public, login, proof, invited, openid, elector, booth_api, own,
        officer, accounts, recoveries, setup, order, copies, calendar, rules,
        candidacies, documents, nominations, filings, ordering, roll, trial, electors, codes, deliveries,
        seal, board, ceremony, lots, incidents, journal, mandates,
    ):  # fmt: skip
        app.register_blueprint(room.blueprint)
    access.check(app)
    return app


def _hosts(config: Config) -> list[str]:
    """The one name of the site (R20); without TLS it is served on this machine only, under any of its names."""
    host = urlsplit(config.address).hostname or ""
    return [host] if config.address.startswith("https://") else [host, "localhost", "127.0.0.1"]
