"""Tokens of machines: shown once, stored as a hash, for some scopes and some time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from northstar.app import tokens
from northstar.app.ports import Token
from northstar.domain.errors import Invalid, NotFound, Refused, Unauthenticated

NOW = datetime(2026, 9, 14, 6, tzinfo=UTC)


class Tokens:
    """The part of the ProgressStore protocol that tokens need."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, Token]] = {}

    def add_token(self, token_hash: str, token: Token) -> bool:
        """Keep a token, unless its name is taken."""
        taken = self.kept.get(token.name)
        if taken and taken[1].expires > token.created:
            return False
        self.kept[token.name] = (token_hash, token)
        return True

    def token(self, token_hash: str, now: datetime) -> Token | None:
        """Return whose valid token it is."""
        found = (one for known, one in self.kept.values() if known == token_hash)
        return next((one for one in found if one.expires > now), None)

    def remove_token(self, name: str) -> bool:
        """Forget a token."""
        return self.kept.pop(name, None) is not None


@pytest.fixture
def store() -> Any:
    """A store without tokens."""
    return Tokens()


def test_a_token_is_let_in_until_it_expires(store: Any) -> None:
    """With the name, the scopes and the days that it was issued for."""
    token = tokens.issue("bi", ["numbers:write", "read"], store, NOW, days=2)
    found = tokens.check(f"Bearer {token}", store, NOW + timedelta(days=2, seconds=-1))
    assert found == Token("bi", ("read", "numbers:write"), NOW, NOW + timedelta(days=2))
    with pytest.raises(Unauthenticated):
        tokens.check(f"Bearer {token}", store, NOW + timedelta(days=2))


def test_a_token_holds_for_a_year_where_nothing_else_is_said(store: Any) -> None:
    """365 days."""
    token = tokens.issue("bi", ["read"], store, NOW)
    found = tokens.check(f"Bearer {token}", store, NOW)
    assert found.expires == NOW + timedelta(days=365)


def test_a_token_is_long_and_is_never_stored(store: Any) -> None:
    """At least 128 random bits behind its prefix, another one each time, and no part is kept."""
    made = {tokens.issue(f"bi {n}", ["read"], store, NOW) for n in range(20)}
    assert len(made) == 20
    for token in made:
        prefix, secret = token[:4], token[4:]
        assert prefix == "nst_"
        assert len(secret) * 6 >= 128
        assert secret[:12] not in repr(store.kept)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer nst_",
        "Bearer nst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "Basic {token}",
        "{token}",
        "Bearer {token}x",
        "Bearer {token} {token}",
        "Bearer  {upper}",
        "Bearer {token}\n, Bearer {token}",
        "Bearer " + "n" * 10_000,
        "Bearer nst_ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ",
    ],
)
def test_anything_else_is_refused_in_the_same_words(store: Any, header: str) -> None:
    """So that nobody learns whether a token was ever valid."""
    token = tokens.issue("bi", ["read"], store, NOW)
    revoked = tokens.issue("gone", ["read"], store, NOW)
    tokens.revoke("gone", store)
    told = set()
    for sent in (header.format(token=token, upper=token.upper()), f"Bearer {revoked}"):
        with pytest.raises(Unauthenticated) as refused:
            tokens.check(sent, store, NOW)
        told.add(str(refused.value))
    assert len(told) == 1


def test_the_scheme_is_not_case_sensitive(store: Any) -> None:
    """As RFC 9110 has it for every scheme."""
    token = tokens.issue("bi", ["read"], store, NOW)
    assert tokens.check(f"bearer {token}", store, NOW).name == "bi"


def test_a_scope_that_is_missing_is_named(store: Any) -> None:
    """To read is not to write, nor the other way round."""
    token = Token("bi", ("goals:write",), NOW, NOW)
    tokens.allow(token, "goals:write")
    with pytest.raises(Refused, match="lacks the scope read"):
        tokens.allow(token, "read")


def test_a_name_is_for_one_token_at_a_time(store: Any) -> None:
    """It is free again when its token is revoked or has expired."""
    tokens.issue("bi", ["read"], store, NOW, days=1)
    with pytest.raises(Invalid, match="revoke it first"):
        tokens.issue("bi", ["read"], store, NOW)
    tokens.issue("bi", ["read"], store, NOW + timedelta(days=1), days=1)
    tokens.revoke("bi", store)
    tokens.issue("bi", ["read"], store, NOW + timedelta(days=1))
    with pytest.raises(NotFound):
        tokens.revoke("nobody", store)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " bi"}, "name"),
        ({"name": "b\ni"}, "name"),
        ({"name": "b" * 81}, "name"),
        ({"scopes": []}, "scope"),
        ({"scopes": ["read", "write"]}, "scope"),
        ({"days": 0}, "days"),
        ({"days": 3651}, "days"),
    ],
)
def test_what_cannot_be_issued_is_refused(store: Any, changed: Any, field: str) -> None:
    """The error names what is wrong, and nothing is stored."""
    told = {"name": "bi", "scopes": ["read"], "days": 365} | changed
    with pytest.raises(Invalid) as refused:
        tokens.issue(told["name"], told["scopes"], store, NOW, days=told["days"])
    assert refused.value.field == field
    assert store.kept == {}
