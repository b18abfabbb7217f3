"""What the Apprise library is asked, with a module in its place."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from northstar.delivery.apprise import Apprise
from northstar.domain.errors import Invalid, Unavailable
from tests.fakes.notices import VIEW, notice

URL = "ntfys://SECRET"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the library was told; it knows addresses of ntfy, and fails for a title "fail"."""
    calls: list[dict[str, Any]] = []

    class Service:
        def __init__(self) -> None:
            self.urls: list[str] = []

        def add(self, url: str) -> bool:
            self.urls.append(url)
            return url.startswith("ntfys://")

        def notify(self, **message: Any) -> bool | None:
            calls.append({**message, "urls": self.urls})
            return {"fail": False, "nobody": None}.get(message["title"], True)

    module = ModuleType("apprise")
    module.__dict__.update(Apprise=Service, NotifyFormat=SimpleNamespace(TEXT="text"))
    monkeypatch.setitem(sys.modules, "apprise", module)
    return calls


def test_it_is_plain_text_to_this_one_service(told: list[dict[str, Any]]) -> None:
    """The title apart, all else in the body, with the links."""
    Apprise(URL).deliver(notice())
    (call,) = told
    assert call["urls"] == [URL]
    assert (call["title"], call["body_format"]) == (notice().title, "text")
    assert "> Nobody told me why." in call["body"]
    assert VIEW.url in call["body"]


def test_nobody_is_called_by_what_a_customer_wrote(told: list[dict[str, Any]]) -> None:
    """Whatever the service makes of such words."""
    Apprise(URL).deliver(notice(title="@everyone", quote="@here <!channel> http://evil.example"))
    (call,) = told
    assert call["title"] == "@\u200beveryone"
    assert not {"@here", "<!channel>", "http://evil"} & set(call["body"].split())


@pytest.mark.parametrize("title", ["fail", "nobody"])
def test_a_failure_may_be_tried_again(told: list[dict[str, Any]], title: str) -> None:
    """The library does not say what went wrong."""
    with pytest.raises(Unavailable) as problem:
        Apprise(URL).deliver(notice(title=title))
    assert "SECRET" not in str(problem.value)
    assert len(told) == 1


def test_an_address_that_it_does_not_know_is_invalid(told: list[dict[str, Any]]) -> None:
    """Nothing is sent."""
    with pytest.raises(Invalid) as problem:
        Apprise("nonsense://SECRET").deliver(notice())
    assert "SECRET" not in str(problem.value)
    assert told == []


def test_without_the_library_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an optional extra."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(Invalid, match=r"northstar\[apprise\]"):
        Apprise(URL).deliver(notice())


def test_the_address_does_not_show() -> None:
    """Not where the channel itself is logged."""
    assert "SECRET" not in repr(Apprise(URL))
