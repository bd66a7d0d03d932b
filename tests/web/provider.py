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
    """`claims` go into the next ID token over the right ones; `signing` signs it; `asked` is what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.signing = self.known = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}, auto_kid=False)
        self.claims: dict[str, object] = {}
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
                    "id_token_signing_alg_values_supported": ["RS256"],
                }
            )
        else:
            self._send(KeySet([self.server.known]).as_dict(private=False))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._send(self.server.token({name: value[0] for name, value in parse_qs(body).items()}))

    def _send(self, value: Any) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def log_message(self, *_: object) -> None:
        pass
