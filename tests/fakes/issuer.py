"""An OpenID Connect issuer on loopback: discovery, keys, authorize and token, as Core 1.0 has them.

It checks what a client sends (redirect URI, PKCE, client secret, one use of a code); `claims`,
`signed` and `answer` let it say what no honest issuer would.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CLIENT = "northstar"


@cache
def private_key(name: str) -> Any:
    """Return a key pair by name; one that begins with "ec" is on a curve. Making one is slow."""
    if name.startswith("ec"):
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 2048)


def published(name: str) -> dict[str, Any]:
    """Return the public half of a key as it stands in a key set."""
    kind = ECAlgorithm if name.startswith("ec") else RSAAlgorithm
    return kind.to_jwk(private_key(name).public_key(), as_dict=True) | {"kid": name, "use": "sig"}


class Issuer:
    """One issuer; `claims` are added to those of the next ID token, None takes one away."""

    def __init__(self) -> None:
        self.keys = ["rsa-1"]  # those that are published
        self.signs = ("rsa-1", "RS256")
        self.claims: dict[str, Any] = {}
        self.client_secret: str | None = None
        self.discovery: dict[str, Any] = {}
        self.signed: Callable[[dict[str, Any]], str] = self.sign
        self.answer: Callable[[str], tuple[int, bytes] | None] = lambda _path: None
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def serve(self) -> None:
        """Answer until `stop`."""
        self._server.serve_forever(0.01)

    def stop(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def authorize(self, url: str) -> str:
        """Log in who was sent to this address; return the address they are sent back to."""
        told = {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{self.url}/authorize?")
        assert told["response_type"] == "code"
        assert told["code_challenge_method"] == "S256"
        assert "openid" in told["scope"].split()
        assert told["client_id"] == CLIENT
        code = secrets.token_urlsafe(8)
        self._codes[code] = told
        return f"{told['redirect_uri']}?{urlencode({'code': code, 'state': told['state']})}"

    def sign(self, claims: dict[str, Any]) -> str:
        """Return a token with these claims."""
        key, algorithm = self.signs
        return jwt.encode(claims, private_key(key), algorithm, headers={"kid": key})

    def respond(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        """Return status and body of one request."""
        self.asked.append(path)
        answer = self.answer(path)
        if answer:
            return answer
        if path == "/.well-known/openid-configuration":
            endpoints = {"authorization": "authorize", "token": "token"}
            named = {f"{n}_endpoint": f"{self.url}/{p}" for n, p in endpoints.items()}
            content = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"} | named | self.discovery
            return 200, json.dumps(content).encode()
        if path == "/keys":
            return 200, json.dumps({"keys": [published(name) for name in self.keys]}).encode()
        return self._token(form, authorization)

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        asked = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        basic = base64.b64encode(f"{CLIENT}:{self.client_secret}".encode()).decode()
        known = authorization == f"Basic {basic}" if self.client_secret else "client_id" in form
        if not known:
            return 401, b'{"error": "invalid_client"}'
        if asked is None or asked["code_challenge"] != challenge:
            return 400, b'{"error": "invalid_grant"}'
        if asked["redirect_uri"] != form["redirect_uri"]:
            return 400, b'{"error": "invalid_grant"}'
        now = int(time.time())
        usual = {"iss": self.url, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300}
        usual |= {"nonce": asked["nonce"], "email": "ann@example.org", "email_verified": True}
        claims = usual | {"cognito:groups": ["editors"]} | self.claims
        token = self.signed({name: value for name, value in claims.items() if value is not None})
        return 200, json.dumps({"id_token": token, "token_type": "Bearer"}).encode()


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            form = {name: value for name, (value,) in parse_qs(body).items()}
            told = issuer.respond(self.path, form, self.headers.get("authorization", ""))
            self.send_response(told[0])
            self.end_headers()
            self.wfile.write(told[1])

        do_GET = do_POST = _serve  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Stay quiet."""

    return Handler
