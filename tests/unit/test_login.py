"""Login: a code or an ID token gives a role, once, and the session keeps it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from northstar.app import login
from northstar.app.configuration import Login
from northstar.app.ports import Visitor
from northstar.cli import main
from northstar.domain import claims
from northstar.domain.errors import Invalid, Refused, Unauthenticated
from northstar.runtime import bootstrap
from northstar.runtime.configuration import load

NOW = datetime(2026, 9, 14, 6, tzinfo=UTC)


class Logins:
    """The part of the ProgressStore protocol that a login needs; `seen` is all it was told."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._rows: dict[tuple[str, str], tuple[Any, datetime]] = {}

    def _valid(self, row: tuple[Any, datetime] | None, now: datetime) -> Any:
        return row[0] if row and row[1] > now else None

    def add_login_code(self, code_hash: str, role: str, expires: datetime) -> None:
        """Keep a code."""
        self.seen.append(code_hash)
        self._rows["code", code_hash] = (role, expires)

    def take_login_code(self, code_hash: str, now: datetime) -> str | None:
        """Use a code up."""
        return self._valid(self._rows.pop(("code", code_hash), None), now)

    def add_session(self, session_hash: str, visitor: Visitor, expires: datetime) -> None:
        """Keep a session."""
        self.seen.append(session_hash)
        self._rows["session", session_hash] = (visitor, expires)

    def session(self, session_hash: str, now: datetime) -> Visitor | None:
        """Return whose session it is."""
        return self._valid(self._rows.get(("session", session_hash)), now)

    def end_session(self, session_hash: str) -> None:
        """Forget a session."""
        self._rows.pop(("session", session_hash), None)


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_a_session_has_the_role_of_its_code(role: login.Role) -> None:
    """And the code is used up by it."""
    store = Logins()
    code = login.issue_code(store, NOW, role)  # type: ignore[arg-type]
    session = login.log_in(code, store, NOW)  # type: ignore[arg-type]
    assert login.check(session, store, NOW).role == role  # type: ignore[arg-type]
    with pytest.raises(Unauthenticated):
        login.log_in(code, store, NOW)  # type: ignore[arg-type]


def test_codes_and_sessions_end() -> None:
    """A code after twelve hours, a session after eight, or with the logout."""
    store = Logins()
    old = login.issue_code(store, NOW)  # type: ignore[arg-type]
    with pytest.raises(Unauthenticated):
        login.log_in(old, store, NOW + timedelta(hours=12))  # type: ignore[arg-type]
    code = login.issue_code(store, NOW)  # type: ignore[arg-type]
    session = login.log_in(code, store, NOW)  # type: ignore[arg-type]
    with pytest.raises(Unauthenticated):
        login.check(session, store, NOW + timedelta(hours=8))  # type: ignore[arg-type]
    login.log_out(session, store)  # type: ignore[arg-type]
    with pytest.raises(Unauthenticated):
        login.check(session, store, NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["", "guessed"])
def test_a_wrong_code_is_none(code: str) -> None:
    """Nor is nothing at all."""
    with pytest.raises(Unauthenticated):
        login.log_in(code, Logins(), NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "secret"), [("", "s"), ("s", ""), ("", "")])
def test_half_a_state_is_refused_unasked(state: str, secret: str) -> None:
    """Whoever calls back without a state or a cookie costs no access to the store."""
    with pytest.raises(Unauthenticated):
        login.resume(state, secret, None, NOW)  # type: ignore[arg-type]


def test_only_hashes_are_stored() -> None:
    """Neither code nor session can be read back."""
    store = Logins()
    code = login.issue_code(store, NOW)  # type: ignore[arg-type]
    session = login.log_in(code, store, NOW)  # type: ignore[arg-type]
    assert not {code, session} & set(store.seen)


def test_the_command_says_what_each_role_may_do(capsys: pytest.CaptureFixture[str]) -> None:
    """An editor more than looks: goals, texts, collecting."""
    with pytest.raises(SystemExit):
        main(["login", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "viewer may look" in told
    assert "set goals, correct how texts are understood, and collect at once" in told


@pytest.mark.parametrize(
    ("options", "role"),
    [([], "viewer"), (["--role", "viewer"], "viewer"), (["--role", "editor"], "editor")],
)
def test_the_command_gives_the_role_that_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    role: str,
) -> None:
    """`northstar login` prints a viewer's link, or an editor's."""
    store = Logins()
    monkeypatch.setenv("FEEDBACK_TABLE", "here")
    monkeypatch.setattr(bootstrap, "progress_store", lambda: store)
    assert main(["login", *options]) == 0
    code = capsys.readouterr().out.strip().partition("code=")[2]
    now = datetime.now(UTC)
    session = login.log_in(code, store, now)  # type: ignore[arg-type]
    assert login.check(session, store, now).role == role  # type: ignore[arg-type]


# ------------------------------------------------------------------ what an ID token says

AT = int(NOW.timestamp())
TOKEN = {
    "iss": "https://a.example",
    "aud": "us",
    "sub": "1",
    "nonce": "n",
    "iat": AT,
    "exp": AT + 9,
}


def checked(**changes: Any) -> None:
    """Check a good token with some changes; None takes a claim away."""
    told = {name: value for name, value in (TOKEN | changes).items() if value is not None}
    claims.check(told, issuer="https://a.example", client="us", nonce="n", now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"aud": ["us"]},
        {"aud": ["us"], "azp": "us"},
        {"aud": ["us", "them"], "azp": "us"},
        {"exp": AT - 59},
        {"iat": AT + 60, "exp": AT + 70.5},
        {"nbf": AT + 60},
    ],
)
def test_a_token_for_this_login_is_taken(changes: dict[str, Any]) -> None:
    """For us alone or as the party that asked, by clocks that differ by up to a minute."""
    checked(**changes)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://b.example"}, "another issuer"),
        ({"iss": None}, "another issuer"),
        ({"aud": "them"}, "another application"),
        ({"aud": None}, "another application"),
        ({"aud": {"us": 1}}, "another application"),
        ({"aud": ["us", "them"]}, "another application"),
        ({"aud": ["us", "them"], "azp": "them"}, "another application"),
        ({"azp": "them"}, "another application"),
        ({"nonce": "m"}, "another login"),
        ({"nonce": None}, "another login"),
        ({"nonce": ["n"]}, "another login"),
        ({"nonce": "\ud800"}, "another login"),
        ({"exp": AT - 60}, "not valid at this time"),
        ({"exp": None}, "not valid at this time"),
        ({"exp": True}, "not valid at this time"),
        ({"exp": float("inf")}, "not valid at this time"),
        ({"exp": str(AT + 9)}, "not valid at this time"),
        ({"iat": AT + 61}, "not valid at this time"),
        ({"iat": AT + 61, "nbf": AT}, "not valid at this time"),
        ({"iat": None}, "not valid at this time"),
        ({"iat": float("nan")}, "not valid at this time"),
        ({"nbf": AT + 61}, "not valid at this time"),
        ({"nbf": "soon"}, "not valid at this time"),
        ({"sub": None}, "who you are"),
        ({"sub": " "}, "who you are"),
        ({"sub": 1}, "who you are"),
        ({"sub": "\ud800"}, "who you are"),
    ],
)
def test_a_token_for_anything_else_is_refused(changes: dict[str, Any], reason: str) -> None:
    """Another issuer, client, login or time, or about nobody."""
    with pytest.raises(Unauthenticated, match=reason):
        checked(**changes)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"email": "ann@a.example", "email_verified": True, "name": "Ann"}, "ann@a.example"),
        ({"email": "ann@a.example", "name": "Ann"}, "ann@a.example"),
        ({"email": "ann@a.example", "email_verified": False, "name": "Ann"}, "Ann"),
        ({"email": "ann@a.example", "email_verified": "false"}, "1"),
        ({"preferred_username": "ann", "name": "Ann"}, "ann"),
        ({"email": ["a"], "name": "Ann\r\n  B"}, "Ann B"),
        ({"email": "\ud800\u202eAnn\x00", "email_verified": True}, "Ann"),
        ({"name": "A" * 300}, "A" * 200),
    ],
)
def test_somebody_is_called_by_what_the_issuer_is_sure_of(told: dict[str, Any], name: str) -> None:
    """A mail address that is not verified is not a name; a name is one short line."""
    assert claims.name_of({"sub": "1"} | told) == name


@pytest.mark.parametrize(
    ("told", "rules", "role"),
    [
        ({"cognito:groups": ["viewers"]}, Login(), "viewer"),
        ({"cognito:groups": ["viewers", "editors"]}, Login(), "editor"),
        ({"cognito:groups": "editors"}, Login(), "editor"),
        ({"cognito:groups": ["editors"]}, Login(editors=(), viewers=("editors",)), "viewer"),
        ({"roles": [7, "boss"]}, Login(roles_claim="roles", editors=("boss",)), "editor"),
        (
            {"email": "a@b.c", "email_verified": True},
            Login(roles_claim="email", viewers=("a@b.c",)),
            "viewer",
        ),
        ({}, Login(), None),
        ({"cognito:groups": ["guests", ""]}, Login(), None),
        ({"cognito:groups": {"editors": True}}, Login(), None),
        ({"roles": ["editors"]}, Login(), None),
        ({"cognito:groups": "editors,viewers"}, Login(), None),
        ({"email": "a@b.c"}, Login(roles_claim="email", viewers=("a@b.c",)), None),
        (
            {"email": "a@b.c", "email_verified": False},
            Login(roles_claim="email", viewers=("a@b.c",)),
            None,
        ),
    ],
)
def test_groups_give_the_role(told: dict[str, Any], rules: Login, role: str | None) -> None:
    """The higher one, of the configured claim; without any, nobody gets in."""
    if role is None:
        with pytest.raises(Refused, match="in no group"):
            login.visitor_of({"sub": "1"} | told, rules)
    else:
        assert login.visitor_of({"sub": "1"} | told, rules).role == role


# ------------------------------------------------------------------ where a login leads to


@pytest.mark.parametrize(
    "wanted", ["/", "/feedback", "/api/v1/openapi.json", "/?suspects=out", "/a-b_c?next=//x#y"]
)
def test_a_path_of_our_own_is_gone_back_to(wanted: str) -> None:
    """With its query."""
    assert login.way_back(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        *("", "evil.example", "https://evil.example", "//evil.example", "///evil.example"),
        *("/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/%09/evil.example"),
        *("\t//evil.example", " /feedback", "/feedback\n", "/feed\r\nback", "/.//evil.example"),
        *("/feedback//evil.example", "/..//evil.example", "/%2F/evil.example", "/@evil.example"),
        *("/:80", "javascript:alert(1)", "/feedback?a=\\", "/feedback?a=\x00", "/feedback?ü"),
        *("/auth", "/auth/login", "/auth/callback?code=1", "/auth?x", "/./auth/login"),
        *("/ü", f"/{'a' * 1000}"),
    ],
)
def test_any_other_place_is_not_gone_to(wanted: str) -> None:
    """Another host in any disguise, a login again, or what no address holds."""
    assert login.way_back(wanted) == "/"


def test_the_challenge_is_that_of_the_specification() -> None:
    """The example of RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert login.challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


# ------------------------------------------------------------------ what the configuration says


@pytest.mark.parametrize(
    "issuer",
    [
        *("https://a.example", "https://a.example/", "https://a.example/realms/one"),
        *("https://a.example:8443/v2.0", "http://127.0.0.1:9000", "http://localhost:9000/x"),
    ],
)
def test_an_issuer_is_an_address_with_or_without_a_path(issuer: str) -> None:
    """Of this machine also without TLS, for the local stack."""
    assert load(f'[login]\nissuer = "{issuer}"\nclient_id = "us"\n').login.issuer == issuer


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ('issuer = "http://a.example"\nclient_id = "us"\n', 2, "issuer", "https://"),
        ('issuer = "https://a.example?x"\nclient_id = "us"\n', 2, "issuer", "without a query"),
        ('issuer = "https://ann@a.example"\nclient_id = "us"\n', 2, "issuer", "is not an address"),
        ('issuer = "https://a.example"\n', 1, "client_id", "is missing"),
        ('scopes = ["openid email"]\n', 2, "scopes.0", "each by itself"),
        ('scopes = ["email"]\n', 2, "scopes", '"openid"'),
        ("viewers = []\neditors = []\n", 3, "editors", "name a group"),
        ('viewers = [""]\n', 2, "viewers.0", "at least 1"),
        ('viewers = "all"\n', 2, "viewers", "is not a list"),
        ('client_secret = "x"\n', 2, "client_secret", "not a known key"),
    ],
)
def test_a_mistake_about_logins_is_answered_with_its_line(
    text: str, line: int, key: str, reason: str
) -> None:
    """The line, the key and what to write instead; a secret has no place there."""
    with pytest.raises(Invalid) as refused:
        load(f"[login]\n{text}")
    told = str(refused.value)
    assert told.startswith(f"northstar.toml, line {line}, login.{key}: ")
    assert reason in told
