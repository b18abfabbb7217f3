"""Login by OpenID Connect, from the first link to the session, against an issuer on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import boto3
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.http import Response
from northstar.app import login
from northstar.runtime import bootstrap, oidc
from tests.conftest import ROOT
from tests.fakes.issuer import CLIENT, Issuer, private_key, published
from tests.integration.conftest import Pipeline

SESSION = "login"
FLOW = "login-flow"
SECONDS_OF_A_FLOW = 600


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    """An issuer that answers; loopback may be asked, as on the local stack."""
    monkeypatch.setattr(oidc, "on_local_stack", lambda: True)
    oidc.forget()
    made = Issuer()
    thread = threading.Thread(target=made.serve)
    thread.start()
    yield made
    made.stop()
    thread.join()
    oidc.forget()


@pytest.fixture
def site(pipeline: Pipeline, issuer: Issuer) -> Pipeline:
    """The pipeline, with logins at that issuer."""
    configure(pipeline, issuer)
    return pipeline


def configure(pipeline: Pipeline, issuer: Issuer, more: str = "", top: str = "") -> None:
    """Let visitors log in at an issuer."""
    told = f'[login]\nissuer = "{issuer.url}"\nclient_id = "{CLIENT}"\n'
    pipeline.configure(f"{top}{told}{more}")


def header(response: Response, name: str) -> str:
    """Return a header's only value."""
    (value,) = [value for key, value in response.headers if key == name]
    return value


def cookies(response: Response) -> dict[str, str]:
    """Return the cookies that a response sets, each with its attributes, by name."""
    told = [value for key, value in response.headers if key == "set-cookie"]
    return {one.partition("=")[0]: one.partition("=")[2] for one in told}


def value(cookie: str) -> str:
    """Return a cookie's value without its attributes."""
    return cookie.partition(";")[0]


def begin(site: Pipeline, path: str = "/auth/login") -> tuple[str, str]:
    """Begin a login: return the issuer's address, and the cookie of this browser."""
    response = site.get(path)
    assert response.status == 303, response.body
    return header(response, "location"), f"{FLOW}={value(cookies(response)[FLOW])}"


def end(site: Pipeline, issuer: Issuer, path: str = "/auth/login", cookie: str = "") -> Response:
    """Log in from the beginning to the callback, whose response is returned."""
    there, flow = begin(site, path)
    return site.get(issuer.authorize(there), f"{flow}; {cookie}" if cookie else flow)


def session_of(response: Response) -> str:
    """Return the cookie of a session that has begun."""
    assert response.status == 303, response.body
    return f"{SESSION}={value(cookies(response)[SESSION])}"


def assert_refused(response: Response, status: int, words: str = "") -> None:
    """It is a page with that status and those words, and no session has begun."""
    assert response.status == status
    assert words in response.body.decode()
    assert SESSION not in cookies(response)


def visitor(site: Pipeline, cookie: str) -> Any:
    """Return whose session a cookie names."""
    now = datetime.fromtimestamp(site.at, UTC)
    return login.check(cookie.partition("=")[2], bootstrap.progress_store(), now)


# ------------------------------------------------------------------ who gets in


def test_a_visitor_logs_in_and_comes_back_to_the_page_they_wanted(
    site: Pipeline, issuer: Issuer
) -> None:
    """The 401 page has the link; after the issuer they are an editor by their group, by name."""
    asked = site.get("/feedback?format=xml&cursor=a%20b")
    assert asked.status == 401
    link = f"/auth/login?next={quote('/feedback?format=xml&cursor=a%20b', safe='')}"
    assert f'href="{link}"' in asked.body.decode()
    assert "northstar login" not in asked.body.decode()
    response = end(site, issuer, link)
    assert header(response, "location") == "/feedback?format=xml&cursor=a%20b"
    who = visitor(site, session_of(response))
    assert (who.name, who.role) == ("ann@example.org", "editor")


def test_the_role_comes_from_the_configured_claim(pipeline: Pipeline, issuer: Issuer) -> None:
    """Of Cognito's groups, or any other claim."""
    issuer.claims = {"cognito:groups": ["viewers"], "roles": ["boss"]}
    configure(pipeline, issuer)
    assert visitor(pipeline, session_of(end(pipeline, issuer))).role == "viewer"
    configure(pipeline, issuer, 'roles_claim = "roles"\neditors = ["boss"]\n')
    assert visitor(pipeline, session_of(end(pipeline, issuer))).role == "editor"


def test_nobody_gets_in_without_a_role(site: Pipeline, issuer: Issuer) -> None:
    """In no group, or only in others."""
    for groups in (None, [], ["guests"]):
        issuer.claims = {"cognito:groups": groups}
        assert_refused(end(site, issuer), 403, "in no group that may see these pages")


def test_a_confidential_client_shows_its_secret(site: Pipeline, issuer: Issuer) -> None:
    """The one in LoginSecret, by HTTP basic authentication; a wrong one lets nobody in."""
    issuer.client_secret = "s3cret"
    assert_refused(end(site, issuer), 503)
    name = site.made["LoginSecret", "Ref"]
    told = json.dumps({"client_secret": "s3cret"})
    boto3.client("secretsmanager").put_secret_value(SecretId=name, SecretString=told)
    configure(site, issuer)
    assert session_of(end(site, issuer))


def test_without_configuration_visitors_log_in_where_the_stack_says(
    pipeline: Pipeline, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At its user pool, whose client's id is a parameter; at another issuer the id is missing."""
    monkeypatch.setenv("LOGIN_ISSUER", issuer.url)
    assert_refused(pipeline.get("/auth/login"), 503)
    monkeypatch.setenv("LOGIN_CLIENT", "northstar-login-client")
    boto3.client("ssm").put_parameter(Name="northstar-login-client", Value=CLIENT, Type="String")
    assert session_of(end(pipeline, issuer))


def test_other_good_algorithms_are_taken(site: Pipeline, issuer: Issuer) -> None:
    """RSA-PSS, and elliptic curves."""
    issuer.keys = ["rsa-1", "ec-1"]
    for signs in (("rsa-1", "PS256"), ("ec-1", "ES256")):
        issuer.signs = signs
        assert session_of(end(site, issuer))


def test_visitors_log_in_under_the_public_address(pipeline: Pipeline, issuer: Issuer) -> None:
    """With a domain of one's own, that is where the issuer sends them back to."""
    configure(pipeline, issuer, top='public_url = "https://feedback.example.com"\n')
    there, _ = begin(pipeline)
    (back,) = parse_qs(urlsplit(there).query)["redirect_uri"]
    assert back == "https://feedback.example.com/auth/callback"


def test_without_an_issuer_logins_come_by_links(pipeline: Pipeline) -> None:
    """Neither route leads anywhere, and the page says how to get a link."""
    assert_refused(pipeline.get("/auth/login"), 401, "northstar login")
    assert_refused(pipeline.get("/auth/callback?code=a&state=b"), 403, "one-time link")
    assert header(pipeline.get("/auth/login", pipeline.log_in()), "location") == "/"


def test_one_time_links_work_beside_an_issuer(site: Pipeline) -> None:
    """An operator gets in when the issuer does not let anybody in."""
    assert site.get("/sources", site.log_in()).status == 200


# ------------------------------------------------------------------ the same browser, once


def test_the_callback_needs_the_cookie_of_the_browser_that_began(
    site: Pipeline, issuer: Issuer
) -> None:
    """Without it, or with that of another login, it is refused; the login is not used up."""
    there, mine = begin(site)
    _, foreign = begin(site)
    back = issuer.authorize(there)
    for cookie in ("", f"{FLOW}=", f"{FLOW}=guessed", foreign):
        assert_refused(site.get(back, cookie), 401, "did not begin in this browser")
    assert session_of(site.get(back, mine))


def test_a_callback_with_another_state_is_refused(site: Pipeline, issuer: Issuer) -> None:
    """An unknown one, none, and that of another login in another browser."""
    there, mine = begin(site)
    foreign, _ = begin(site)
    back = issuer.authorize(there)
    (state,) = parse_qs(urlsplit(back).query)["state"]
    (other,) = parse_qs(urlsplit(foreign).query)["state"]
    for wrong in ("guessed", "", other):
        assert_refused(site.get(back.replace(state, wrong), mine), 401)


def test_a_callback_works_once(site: Pipeline, issuer: Issuer) -> None:
    """The same address again is refused, whether the first was let in or not."""
    there, mine = begin(site)
    back = issuer.authorize(there)
    assert session_of(site.get(back, mine))
    assert_refused(site.get(back, mine), 401, "is over")


def test_a_login_that_takes_too_long_is_refused(site: Pipeline, issuer: Issuer) -> None:
    """After ten minutes."""
    there, mine = begin(site)
    site.at += SECONDS_OF_A_FLOW + 1
    assert_refused(site.get(issuer.authorize(there), mine), 401, "took too long")


def test_a_refusal_of_the_issuer_is_told_in_our_words(site: Pipeline, issuer: Issuer) -> None:
    """What stands in the address is not repeated."""
    for error, words in (("access_denied", "did not let you in"), ("x<b>", "could not log you in")):
        there, mine = begin(site)
        (state,) = parse_qs(urlsplit(there).query)["state"]
        response = site.get(f"/auth/callback?error={quote(error)}&state={state}", mine)
        assert_refused(response, 403, words)
        assert b"x&lt;b" not in response.body


def test_the_answer_of_another_issuer_is_refused(site: Pipeline, issuer: Issuer) -> None:
    """Where an issuer says who it is (RFC 9207), it has to be ours."""
    there, mine = begin(site)
    back = issuer.authorize(there)
    assert_refused(site.get(f"{back}&iss=https%3A%2F%2Fevil.example", mine), 401)
    there, mine = begin(site)
    assert session_of(site.get(f"{issuer.authorize(there)}&iss={quote(issuer.url)}", mine))


def test_a_login_begins_a_session_of_its_own_and_ends_the_one_before(
    site: Pipeline, issuer: Issuer
) -> None:
    """An id that somebody has planted is never taken on, and an older session is over."""
    assert session_of(end(site, issuer, cookie=f"{SESSION}=planted")) != f"{SESSION}=planted"
    assert site.get("/sources", f"{SESSION}=planted").status == 401
    first = session_of(end(site, issuer))
    second = session_of(end(site, issuer, cookie=first))
    assert first != second
    assert (site.get("/sources", first).status, site.get("/sources", second).status) == (401, 200)


def test_a_link_ends_the_session_before(pipeline: Pipeline) -> None:
    """As a login at an issuer does; a link that is used up ends nothing."""
    first, second = pipeline.log_in(), pipeline.log_in()
    now = datetime.fromtimestamp(pipeline.at, UTC)
    link = f"/auth/login?code={login.issue_code(bootstrap.progress_store(), now)}"
    assert session_of(pipeline.get(link, first))
    assert pipeline.get("/sources", first).status == 401
    assert header(pipeline.get(link, second), "location") == "/"
    assert pipeline.get("/sources", second).status == 200


def test_cookies_are_out_of_reach(
    site: Pipeline, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HttpOnly, SameSite=Lax, for the whole host and no other; over TLS Secure with `__Host-`."""
    response = end(site, issuer)
    told = {"": cookies(response)}
    monkeypatch.setattr("northstar.runtime.visits.is_loopback", lambda _url: False)
    there = site.get("/auth/login")
    name, cookie = next(iter(cookies(there).items()))
    assert name == f"__Host-{FLOW}"
    told["; Secure"] = cookies(
        site.get(issuer.authorize(header(there, "location")), f"{name}={value(cookie)}")
    )
    for secure, set_now in told.items():
        prefix = "__Host-" if secure else ""
        session, flow = set_now[f"{prefix}{SESSION}"], set_now[f"{prefix}{FLOW}"]
        attributes = "; Path=/; HttpOnly; SameSite=Lax; Max-Age="
        assert session.removeprefix(value(session)) == f"{attributes}28800{secure}"
        assert flow == f"{attributes}0{secure}"
    assert cookie.removeprefix(value(cookie)) == f"{attributes}600; Secure"


def test_secrets_of_a_login_are_stored_as_hashes(site: Pipeline, issuer: Issuer) -> None:
    """Neither half of the state, nor the session."""
    there, mine = begin(site)
    (state,) = parse_qs(urlsplit(there).query)["state"]
    table = boto3.client("dynamodb")
    during = str(table.scan(TableName=site.made["ProgressTable", "Ref"])["Items"])
    session = session_of(site.get(issuer.authorize(there), mine))
    after = str(table.scan(TableName=site.made["ProgressTable", "Ref"])["Items"])
    for secret in (state, mine.partition("=")[2], session.partition("=")[2]):
        assert secret not in during + after
    assert "FLOW#" in during
    assert "FLOW#" not in after


# ------------------------------------------------------------------ where to


def test_a_login_leads_to_our_own_pages_only(site: Pipeline, issuer: Issuer) -> None:
    """Any other place becomes the goal page."""
    for wanted in ("https://evil.example/", "//evil.example", "/%5Cevil.example", "/auth/login"):
        response = end(site, issuer, f"/auth/login?next={wanted}")
        assert header(response, "location") == "/"


def test_nobody_is_logged_out_by_another_site(site: Pipeline, issuer: Issuer) -> None:
    """By a form there, with or without the browser's word on where it comes from."""
    cookie = session_of(end(site, issuer))
    for name, origin in (("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")):
        headers = {"cookie": cookie, name: origin}
        assert site.call("POST", "/auth/logout", headers=headers).status == 403
    assert site.get("/sources", cookie).status == 200
    gone = site.call("POST", "/auth/logout", headers={"cookie": cookie})
    assert (header(gone, "location"), value(cookies(gone)[SESSION])) == ("/", "")
    assert site.get("/sources", cookie).status == 401


# ------------------------------------------------------------------ tokens that are refused


def test_a_token_that_does_not_end_this_login_is_refused(site: Pipeline, issuer: Issuer) -> None:
    """Wrong nonce, audience, issuer or time, each with its reason."""
    for claims, words in (
        ({"nonce": "another"}, "another login"),
        ({"aud": "another"}, "another application"),
        ({"iss": "https://evil.example"}, "another issuer"),
        ({"exp": 1}, "not valid at this time"),
    ):
        issuer.claims = claims
        assert_refused(end(site, issuer), 401, words)


def unsigned(claims: dict[str, Any]) -> str:
    """A token without a signature."""
    return jwt.encode(claims, None, "none", headers={"kid": "rsa-1"})


def with_the_public_key(claims: dict[str, Any]) -> str:
    """A token whose signature anybody can make who takes the public key for a shared secret."""
    public = private_key("rsa-1").public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head, body, _ = jwt.encode(claims, "k" * 32, "HS256", headers={"kid": "rsa-1"}).split(".")
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
        f"{head}.{body}".encode(), pem
    )
    return f"{head}.{body}.{jwt.utils.base64url_encode(signature).decode()}"


def with_another_key(claims: dict[str, Any]) -> str:
    """A token of somebody else's key under the published name."""
    return jwt.encode(claims, private_key("rsa-2"), "RS256", headers={"kid": "rsa-1"})


def with_an_unknown_key(claims: dict[str, Any]) -> str:
    """A token of a key that is not published."""
    return jwt.encode(claims, private_key("rsa-2"), "RS256", headers={"kid": "rsa-2"})


def changed(claims: dict[str, Any]) -> str:
    """A good signature of other claims."""
    good = jwt.encode(claims, private_key("rsa-1"), "RS256", headers={"kid": "rsa-1"})
    head, _, signature = good.split(".")
    body = jwt.utils.base64url_encode(json.dumps(claims | {"sub": "2"}).encode()).decode()
    return f"{head}.{body}.{signature}"


FORGERIES = {
    "alg none": unsigned,
    "HS256 with the public key": with_the_public_key,
    "somebody else's key under a known name": with_another_key,
    "a key that is not published": with_an_unknown_key,
    "other claims under a good signature": changed,
    "no token at all": lambda _: "x.y",
}


def test_a_token_that_the_issuer_has_not_signed_is_refused(site: Pipeline, issuer: Issuer) -> None:
    """Whatever its algorithm or key."""
    for forgery in FORGERIES.values():
        issuer.signed = forgery
        assert_refused(end(site, issuer), 401, "signature cannot be verified")


def test_a_new_key_is_fetched_once(site: Pipeline, issuer: Issuer) -> None:
    """When the issuer has changed its keys; for a key that is still unknown then, no third time."""
    assert session_of(end(site, issuer))
    issuer.keys, issuer.signs = ["rsa-2"], ("rsa-2", "RS256")
    assert session_of(end(site, issuer))
    assert issuer.asked.count("/keys") == 2
    issuer.signed = lambda claims: jwt.encode(
        claims, private_key("rsa-1"), "RS256", headers={"kid": "rsa-1"}
    )
    assert_refused(end(site, issuer), 401)
    assert issuer.asked.count("/keys") == 3
    assert issuer.asked.count("/.well-known/openid-configuration") == 1


# ------------------------------------------------------------------ an issuer that fails


FAILURES = [
    *((500, b"{}"), (302, b"{}"), (200, b"<html>"), (200, b"[]"), (404, b"\xff")),
    *((200, b"[" * 100_000), (200, b"{}" + b" " * oidc.LARGEST_ANSWER)),
]


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_an_issuer_that_fails_is_told_as_such(site: Pipeline, issuer: Issuer, path: str) -> None:
    """A page with a sentence and 503, whichever of its addresses it is; never a fault of ours."""
    for answer in FAILURES:
        oidc.forget()
        begun = begin(site) if path != "/.well-known/openid-configuration" else None
        issuer.answer = lambda asked, told=answer: told if asked == path else None
        response = (
            site.get(issuer.authorize(begun[0]), begun[1]) if begun else site.get("/auth/login")
        )
        assert_refused(response, 503, "does not answer us")
        issuer.answer = lambda _path: None


def test_an_issuer_without_keys_lets_nobody_in(site: Pipeline, issuer: Issuer) -> None:
    """Nor one whose only key is of another kind."""
    for key_set in (b"{}", b'{"keys": [3]}', b'{"keys": [{"kty": "oct", "kid": "rsa-1"}]}'):
        issuer.answer = lambda path, told=key_set: (200, told) if path == "/keys" else None
        oidc.forget()
        assert_refused(end(site, issuer), 401, "signature cannot be verified")


def test_odd_keys_beside_the_right_one_keep_nobody_out(site: Pipeline, issuer: Issuer) -> None:
    """Whatever else an issuer publishes, under names of any kind."""
    for odd in ({"kty": "RSA", "kid": ["x"]}, {"kty": "RSA", "kid": {}}, {"kty": []}, {"kid": 1}):
        told = json.dumps({"keys": [odd, published("rsa-1")]}).encode()
        issuer.answer = lambda path, told=told: (200, told) if path == "/keys" else None
        oidc.forget()
        assert session_of(end(site, issuer))


def test_an_issuer_that_is_down_or_too_slow_is_told_as_such(
    site: Pipeline, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for it longer than a few seconds."""
    monkeypatch.setattr(oidc, "READ_SECONDS", 0.05)
    released = threading.Event()
    issuer.answer = lambda path: (released.wait(3), None)[1] if path == "/token" else None
    assert_refused(end(site, issuer), 503, "does not answer us")
    released.set()
    down = Issuer()
    down._server.server_close()
    configure(site, down)
    assert_refused(site.get("/auth/login"), 503, "does not answer us")


def test_an_answer_that_drips_is_cut_off(
    site: Pipeline, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when each byte is in time."""
    monkeypatch.setattr(oidc, "LONGEST_ANSWER", -1.0)
    assert_refused(site.get("/auth/login"), 503, "does not answer us")


def test_what_an_issuer_publishes_is_checked(
    site: Pipeline, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is about the issuer that is configured, and what is not https is not even asked."""
    request, asked = oidc._http.request, set()

    def recorded(method: str, url: str, **told: Any) -> Any:
        asked.add(url.rpartition("/")[0])
        return request(method, url, **told)

    monkeypatch.setattr(oidc._http, "request", recorded)
    issuer.discovery = {"issuer": "https://evil.example"}
    assert_refused(site.get("/auth/login"), 503)
    for wrong in (
        {"token_endpoint": None},
        {"token_endpoint": "http://evil.example/token"},
        {"token_endpoint": "https://ann:pw@127.0.0.1/token"},
        {"token_endpoint": "https://[/"},
        {"jwks_uri": "file:///etc/passwd"},
    ):
        issuer.discovery = wrong
        oidc.forget()
        assert_refused(end(site, issuer), 503)
    assert asked == {issuer.url, f"{issuer.url}/.well-known"}


def test_an_issuer_without_tls_is_for_one_machine_only(
    site: Pipeline, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deployed, a loopback address is not asked."""
    monkeypatch.setattr(oidc, "on_local_stack", lambda: False)
    assert_refused(site.get("/auth/login"), 503)
    assert issuer.asked == []


def test_a_code_that_the_issuer_does_not_know_is_refused(site: Pipeline, issuer: Issuer) -> None:
    """Made up, used before, or none."""
    for change in ("code=guessed", "code=", "nothing=1"):
        there, mine = begin(site)
        (state,) = parse_qs(urlsplit(there).query)["state"]
        assert_refused(site.get(f"/auth/callback?{change}&state={state}", mine), 401)


# ------------------------------------------------------------------ what it costs the pages


def test_no_page_loads_what_signatures_need() -> None:
    """`jwt` and `cryptography` cost start-up time; every page does without."""
    program = """
import sys
from types import SimpleNamespace
sys.path.insert(0, "functions/show")
import handler
from northstar.app.configuration import Configuration, Login
from northstar.runtime import bootstrap
bootstrap.configuration = lambda **_: Configuration(login=Login("https://a", "b"))
bootstrap.progress_store = lambda: None
def page(method, path):
    context = {"domainName": "a.example", "timeEpoch": 1, "requestId": "1"}
    event = {"routeKey": f"{method} {path}", "rawPath": path, "requestContext": context}
    return handler.handler(event, SimpleNamespace(
        function_name="show", memory_limit_in_mb=1, invoked_function_arn="", aws_request_id="1"))
from northstar.runtime.routes import ROUTES
answers = [page(*one.split()) for one in ROUTES if one.startswith("GET /") and "auth" not in one]
assert {one["statusCode"] for one in answers} >= {401, 200}, answers
print(sorted({name.partition(".")[0] for name in sys.modules} & {"jwt", "cryptography"}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr[-2000:]
