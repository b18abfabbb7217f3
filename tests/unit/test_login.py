"""Login: a code gives its role, once, and the session keeps it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from northstar.app import login
from northstar.app.ports import Visitor
from northstar.cli import main
from northstar.domain.errors import Unauthenticated
from northstar.runtime import bootstrap

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


def test_only_hashes_are_stored() -> None:
    """Neither code nor session can be read back."""
    store = Logins()
    code = login.issue_code(store, NOW)  # type: ignore[arg-type]
    session = login.log_in(code, store, NOW)  # type: ignore[arg-type]
    assert not {code, session} & set(store.seen)


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
    assert login.check(session, store, now) == role  # type: ignore[arg-type]
