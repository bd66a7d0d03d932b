"""An OpenID Connect provider on this machine: it answers as one of an administration would, and lies on request."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "isoloir", "a client's secret"


class Provider(HTTPServer):
    """`claims` go into the next ID token over the right ones; `signing` signs it; `asked` is what it was sent.

    `person` is what userinfo says to whoever brings the access token, as JSON or, with `signed`, as a token.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.signing = self.known = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}, auto_kid=False)
        self.claims: dict[str, object] = {}
        self.person: dict[str, object] | None = None
        self.signed = False
        self.visits: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Be away."""
        self.shutdown()
        self._thread.join()
        self.server_close()

    def agree(self, address: str) -> dict[str, str]:
        """Somebody was sent to this address and has signed in: what she is sent back with."""
        assert address.startswith(f"{self.issuer}/authorize?")
        query = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.visits)}"
        self.visits[code] = query
        return {"code": code, "state": query["state"]}

    def token(self, form: dict[str, str]) -> dict[str, object]:
        """The answer to a code: an ID token, if the verifier fits its challenge."""
        self.asked.append(form)
        query = self.visits.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert query["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
        now = int(time.time())
        right = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 60, "nonce": query["nonce"]}
        claims = {name: value for name, value in {**right, **self.claims}.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.signing)
        return {"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token}

    def userinfo(self) -> tuple[str, bytes]:
        """What it says of who has signed in, and in which form."""
        right = {"sub": "1", **({"iss": self.issuer, "aud": CLIENT} if self.signed else {})}
        said = {name: value for name, value in {**right, **(self.person or {})}.items() if value is not None}
        if self.signed:
            return "application/jwt", jwt.encode({"alg": "RS256", "kid": "1"}, said, self.signing).encode()
        return "application/json", json.dumps(said).encode()


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        issuer = self.server.issuer
        if self.path == "/.well-known/openid-configuration":
            self._send(
                {
                    "issuer": issuer,
                    "authorization_endpoint": f"{issuer}/authorize",
                    "token_endpoint": f"{issuer}/token",
                    "jwks_uri": f"{issuer}/keys",
                    "userinfo_endpoint": f"{issuer}/userinfo",
                    "id_token_signing_alg_values_supported": ["RS256"],
                }
            )
        elif self.path == "/userinfo":
            known = self.headers["Authorization"] == "Bearer x" and self.server.person is not None
            kind, body = self.server.userinfo() if known else ("text/plain", b"no")
            self._answer(200 if known else 401, kind, body)
        else:
            self._send(KeySet([self.server.known]).as_dict(private=False))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._send(self.server.token({name: value[0] for name, value in parse_qs(body).items()}))

    def _send(self, value: Any) -> None:
        self._answer(200, "application/json", json.dumps(value).encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
