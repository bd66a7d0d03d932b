"""Another door of electors, which an office may open: OpenID Connect with the provider of their administration.

It stands beside the one-time codes and takes their place for whoever comes by it: the provider says who somebody is,
the roll whether she is an elector, and the voting code stays what it was. What goes to and from the provider is
Authlib's (extra `oidc`): state and nonce in the forms' cookie, PKCE, and an ID token whose signature, issuer, audience,
nonce and hours are checked. The provider is asked to have her sign in anew each time (arrêté of 23 December 2025,
art. 14: a password for each connection), and of what it tells one claim is read, which must be her identifier. Where
the ID token has no such claim, as with ProConnect, the provider's userinfo is asked, about the same person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, url_for
from flask import session as form_session

from elections.config import check_address, secret
from elections.protocol.errors import ProtocolError
from elections.registry import roll
from elections.web import visit
from elections.web.access import ALWAYS, EVERYBODY, access
from elections.web.login import views as login
from elections.web.visit import ANYONE

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from elections.config import Config
    from elections.registry.tables import Elector

blueprint = Blueprint("openid", __name__)

_EXTENSION = "isoloir-openid"
_ELECTION = "openid"
"""Where the forms' cookie keeps for which election somebody went to the provider."""
_PATIENCE = 5
"""Seconds for each answer of the provider: whoever waits holds a thread that a vote may need."""
_LONGEST = 64 * 1024
"""Bytes of what a provider may say of a person."""
_SIGNATURES = ("RS256", "PS256", "ES256", "EdDSA")
_LEEWAY = 120
"""Seconds by which the provider's clock and ours may differ."""


def init_app(app: Flask, config: Config) -> None:
    """Make the client where a provider is set; without one its addresses are not there."""
    if config.oidc_issuer is None:
        return
    from authlib.integrations.flask_client import OAuth  # noqa: PLC0415 - of an extra that few installations have

    check_address("ELECTIONS_OIDC_ISSUER", config.oidc_issuer)
    app.extensions[_EXTENSION] = OAuth(app).register(
        "provider",
        client_id=config.oidc_client,
        client_secret=secret(config.oidc_secret).strip(),
        server_metadata_url=f"{config.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "default_timeout": _PATIENCE},
    )


@blueprint.get("/election/<election_uuid>/connexion/openid")
@access({ANYONE: ALWAYS})
def leave(election_uuid: str) -> Response:
    """To the provider, with the way back."""
    login.check_door(election_uuid)
    back = visit.site().config.address + url_for("openid.arrive")
    form_session[_ELECTION] = election_uuid
    try:
        response: Response = _client().authorize_redirect(back, prompt="login")
    except _failures() as error:
        raise ProtocolError("sign-in.openid") from error
    return response


@blueprint.get("/connexion/openid")
@access(EVERYBODY)
def arrive() -> Response:
    """Back from the provider: whoever it names, and the roll knows under that name, is in."""
    election_uuid = str(form_session.pop(_ELECTION, ""))
    config = visit.site().config
    wanted: dict[str, Any] = {
        "iss": {"essential": True, "value": config.oidc_issuer},
        "aud": {"essential": True, "value": config.oidc_client},
    }
    try:
        token = _client().authorize_access_token(claims_options=wanted)
        named = token["userinfo"]
        identifier = (named if config.oidc_claim in named else _userinfo(token, wanted))[config.oidc_claim]
    except _failures() as error:
        raise ProtocolError("sign-in.openid") from error
    cookie = login.come_in(lambda session: _elector(session, election_uuid, identifier))
    return login.welcome(cookie, url_for("elector.contests"))


def _userinfo(token: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """What the provider's userinfo says (OpenID Connect Core 1.0, 5.3): JSON, or a token that it has signed for us.

    It must speak of whom the ID token names, or it could be about anybody (5.3.2).
    """
    from joserfc import jwt  # noqa: PLC0415 - of an extra, as above
    from joserfc.jwk import KeySet  # noqa: PLC0415 - as above

    client = _client()
    # Authlib would call a token that lives for a minute, as they do there, too old to be used.
    bearer = {"headers": {"Authorization": f"Bearer {token['access_token']}"}, "withhold_token": True}
    answer = client.get(client.load_server_metadata()["userinfo_endpoint"], allow_redirects=False, **bearer)
    answer.raise_for_status()
    if len(answer.content) > _LONGEST:
        raise ValueError("userinfo is too long")
    if answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() == "application/jwt":
        keys = KeySet.import_key_set(client.fetch_jwk_set())
        said: Any = jwt.decode(answer.text.strip(), keys, algorithms=_SIGNATURES).claims
        jwt.JWTClaimsRegistry(leeway=_LEEWAY, **wanted).validate(said)
    else:
        said = answer.json()
    if not isinstance(said, dict) or said["sub"] != token["userinfo"]["sub"]:
        raise ValueError("userinfo is about somebody else")
    return said


def _elector(session: Session, election_uuid: str, identifier: object) -> Elector:
    elector = roll.by_identifier(session, election_uuid, identifier) if isinstance(identifier, str) else None
    if elector is None:
        raise ProtocolError("sign-in.openid-stranger")
    return elector


def _client() -> Any:  # noqa: ANN401 - Authlib has no types
    client = current_app.extensions.get(_EXTENSION)
    if client is None:
        raise ProtocolError("web.missing")
    return client


def _failures() -> tuple[type[Exception], ...]:
    """What goes wrong with a provider: it is away, says no, or says what cannot be trusted or read."""
    if _EXTENSION not in current_app.extensions:
        return ()
    from authlib.integrations.base_client import OAuthError  # noqa: PLC0415 - as above
    from joserfc.errors import JoseError  # noqa: PLC0415 - as above

    return (OAuthError, JoseError, OSError, LookupError, RuntimeError, TypeError, ValueError)
