"""OpenID Connect: asks an issuer who somebody is, by the authorization code flow with PKCE.

Sources: OpenID Connect Core 1.0, section 3.1; Discovery 1.0, section 4; RFC 6749, sections 2.3.1,
4.1 and 5; RFC 7636, section 4. What signatures need is imported only where one is checked.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import urllib3

from northstar.app.login import Begun, challenge
from northstar.app.ports import LoginFlow
from northstar.domain.errors import Unauthenticated, Unavailable
from northstar.runtime.settings import is_loopback, on_local_stack

ALGORITHMS = ("RS256", "PS256", "ES256")
KEPT = timedelta(minutes=10)
LARGEST_ANSWER = 200_000
LONGEST_ANSWER = 5.0
CONNECT_SECONDS = 2.0
READ_SECONDS = 3.0

_CHUNK = 16_384
_NOT_VERIFIED = "What the login service told us is refused: its signature cannot be verified."

_http = urllib3.PoolManager(maxsize=2)
_kept: dict[str, tuple[datetime, dict[str, Any]]] = {}


@dataclass(frozen=True, slots=True)
class Client:
    """We, as an issuer knows us; a public client has no secret."""

    issuer: str
    id: str
    secret: str | None
    scopes: tuple[str, ...]


def authorization_url(client: Client, begun: Begun, redirect_uri: str, now: datetime) -> str:
    """Return where somebody logs in. Raises Unavailable where the issuer does not tell."""
    endpoint = _endpoint(client.issuer, "authorization_endpoint", now)
    query = urlencode(
        {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(client.scopes),
            "state": begun.state,
            "nonce": begun.flow.nonce,
            "code_challenge": challenge(begun.flow.verifier),
            "code_challenge_method": "S256",
        }
    )
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{query}"


def claims(
    client: Client, code: str, flow: LoginFlow, redirect_uri: str, now: datetime
) -> dict[str, Any]:
    """Exchange a code and return what the issuer's ID token says; only its signature is checked.

    Raises:
        Unauthenticated: the code is not valid, or the token is not signed with the issuer's keys.
        Unavailable: the issuer does not answer, or not as the specifications have it.
    """
    token = _id_token(client, code, flow, redirect_uri, now)
    return _verified(token, _endpoint(client.issuer, "jwks_uri", now), now)


def forget() -> None:
    """Forget what issuers have told."""
    _kept.clear()


# ------------------------------------------------------------------ what the issuer publishes


def _endpoint(issuer: str, name: str, now: datetime) -> str:
    told = _document(f"{issuer.rstrip('/')}/.well-known/openid-configuration", now)
    if told.get("issuer") != issuer:
        raise Unavailable(f"What {issuer} publishes is about another issuer; correct login.issuer.")
    address = told.get(name)
    if not isinstance(address, str):
        raise Unavailable(f"The issuer {issuer} publishes no {name}.")
    return _checked(address)


def _document(url: str, now: datetime, *, fresh: bool = False) -> dict[str, Any]:
    """Return what stands at a URL, as it was up to ten minutes ago if not `fresh`."""
    until, told = _kept.get(url, (now, {}))
    if fresh or until <= now:
        status, told = _asked("GET", url)
        if status != 200:
            raise Unavailable(f"{_host(url)} answered with status {status}.")
        _kept[url] = (now + KEPT, told)
    return told


# ------------------------------------------------------------------ the code, and the token


def _id_token(client: Client, code: str, flow: LoginFlow, redirect_uri: str, now: datetime) -> str:
    endpoint = _endpoint(client.issuer, "token_endpoint", now)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": flow.verifier,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if client.secret:
        named = f"{quote_plus(client.id)}:{quote_plus(client.secret)}"
        headers |= urllib3.make_headers(basic_auth=named)
    else:
        form["client_id"] = client.id
    status, told = _asked("POST", endpoint, body=urlencode(form), headers=headers)
    token = told.get("id_token")
    if status == 200 and isinstance(token, str):
        return token
    if told.get("error") == "invalid_grant":
        raise Unauthenticated("The login service does not know this login (any more).")
    raise Unavailable(_refusal(endpoint, status, told.get("error")))


def _refusal(endpoint: str, status: int, error: Any) -> str:
    """A sentence for the log; of what the issuer says only a short code, which RFC 6749 has."""
    is_code = isinstance(error, str) and error.isascii() and error.isidentifier()
    said = f" ({error[:40]})" if is_code else ""
    return (
        f"{_host(endpoint)} gave no ID token: status {status}{said}; "
        "check login.client_id, login.scopes and the secret behind LOGIN_SECRET."
    )


def _verified(token: str, keys_url: str, now: datetime) -> dict[str, Any]:
    """Return the claims of a token that is signed with one of the published keys."""
    import jwt  # noqa: PLC0415  it loads cryptography, which no page needs

    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise Unauthenticated(_NOT_VERIFIED)
        told = _key(_document(keys_url, now), header) or _key(
            _document(keys_url, now, fresh=True), header
        )
        if told is None:
            raise Unauthenticated(_NOT_VERIFIED)
        payload = jwt.PyJWS().decode(
            token,
            jwt.PyJWK(told, header["alg"]),
            algorithms=[header["alg"]],
            options={"verify_signature": True, "enforce_minimum_key_length": True},
        )
        return _json_object(payload)
    except (jwt.PyJWTError, ValueError, TypeError):
        raise Unauthenticated(_NOT_VERIFIED) from None


def _key(document: Mapping[str, Any], header: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the published key that a token names, or the only one where it names none."""
    listed = document.get("keys")
    fitting = [
        key
        for key in (listed if isinstance(listed, list) else [])
        if isinstance(key, dict)
        and key.get("kty") == ("EC" if header["alg"] == "ES256" else "RSA")
        and key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
        and header.get("kid") in (None, key.get("kid"))
    ]
    return fitting[0] if len(fitting) == 1 else None


# ------------------------------------------------------------------ one request


def _asked(
    method: str,
    url: str,
    *,
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    """Return status and JSON object of one answer; nothing is repeated or followed elsewhere."""
    until = time.monotonic() + LONGEST_ANSWER
    try:
        response = _http.request(
            method,
            _checked(url),
            body=body,
            headers={
                "accept": "application/json",
                "accept-encoding": "identity",
                **(headers or {}),
            },
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            content = bytearray()
            while piece := response.read1(_CHUNK, decode_content=False):
                content += piece
                if len(content) > LARGEST_ANSWER or time.monotonic() > until:
                    raise Unavailable(f"The answer of {_host(url)} is too large or too slow.")
            return response.status, _json_object(bytes(content))
        finally:
            response.close()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise Unavailable(f"{_host(url)} did not answer: {type(error).__name__}.") from error
    except ValueError as error:
        raise Unavailable(f"The answer of {_host(url)} is no JSON object.") from error


def _checked(url: str) -> str:
    """Return an address that may be asked: https, or loopback on the local stack."""
    try:
        parts = urlsplit(url)
        here = parts.scheme == "http" and on_local_stack() and is_loopback(url)
        fits = bool(parts.hostname) and parts.username is None and (here or parts.scheme == "https")
    except ValueError:
        fits = False
    if not fits:
        raise Unavailable("An address of the issuer does not begin with https://; it is not asked.")
    return url


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _json_object(content: bytes) -> dict[str, Any]:
    """Return a JSON object. Raises ValueError."""
    try:
        told = json.loads(content)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(told, dict):
        raise ValueError("no object")  # noqa: TRY004  as everything else that is no JSON object
    return told
