"""The public wall in a real browser, alone and framed; and the link that tells that it was used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler

import pytest
from playwright.sync_api import Page, expect

from northstar.web import customers, frame
from northstar.web import proof as wall
from tests.browser.conftest import LOOKS, Quiet, listening, look_at
from tests.browser.samples import THANKS
from tests.browser.samples_proof import pages

Violations = Callable[[Page], list[str]]

OPENED = "document.querySelectorAll('details').forEach(one => { one.open = true })"
WIDE = "document.documentElement.scrollWidth"
GROUND = "getComputedStyle(document.body).backgroundColor"


@dataclass
class Site:
    """A small server on loopback, with the headers of the product; `posted` has (path, body)."""

    address: str = ""
    posted: list[tuple[str, bytes]] = field(default_factory=list)


def page(name: str, query: str) -> tuple[str, dict[str, str]]:
    """Return a page of ours, of a store, or of a site that frames the address in the query."""
    if name == "thanks":
        view = replace(THANKS["thanks"], review_url="/store", went="/s/token/went")
        return customers.thanks(view), frame.headers(pings=True)
    if name == "framing":
        return f'<!doctype html><title>Theirs</title><iframe src="{query}"></iframe>', {}
    if name in pages():
        return pages()[name], frame.public_headers(wall.STYLE)
    return "<!doctype html><title>Store</title>", {}


def serve() -> Iterator[Site]:
    """Run a site."""
    site = Site()

    class Handler(Quiet, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name, _, query = self.path.removeprefix("/").partition("?")
            html, headers = page(name, query)
            self.answer(html, headers)

        def do_POST(self) -> None:
            site.posted.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.answer("", {}, 204)

        def answer(self, html: str, headers: dict[str, str], status: int = 200) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Type": "text/html; charset=utf-8"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(html.encode())

    with listening(Handler) as site.address:
        yield site


@pytest.fixture
def site() -> Iterator[Site]:
    """Ours."""
    yield from serve()


@pytest.fixture
def theirs() -> Iterator[Site]:
    """Another origin."""
    yield from serve()


def test_everyone_can_read_the_wall(watched: Page, site: Site, violations: Violations) -> None:
    """In light and dark, at every width from 320 px, axe finds nothing and nothing scrolls."""
    for name, looks in (("proof", LOOKS), ("proof_apps", LOOKS[1:3])):
        watched.goto(f"{site.address}/{name}")
        watched.evaluate(OPENED)
        for width, scheme in looks:
            look_at(watched, width, scheme)
            assert violations(watched) == [], f"{name}, {width} px, {scheme}"
        for width in (320, 480, 768, 1200):
            look_at(watched, width, "light")
            assert watched.evaluate(WIDE) <= width


def test_the_page_of_the_invitation_is_for_everyone(watched: Page, violations: Violations) -> None:
    """Where people are invited, and where nobody is."""
    for name, look in (("reviews_apart", LOOKS[3]), ("reviews_uninvited", LOOKS[0])):
        watched.set_content(pages()[name])
        for width, scheme in (look, LOOKS[2]):
            look_at(watched, width, scheme)
            assert violations(watched) == [], f"{name}, {width} px, {scheme}"
            assert watched.evaluate(WIDE) <= width


def test_another_site_may_frame_it(watched: Page, site: Site, theirs: Site) -> None:
    """And nobody else's page: the thanks stay out of frames."""
    watched.goto(f"{theirs.address}/framing?{site.address}/proof")
    framed = watched.frame_locator("iframe")
    expect(framed.get_by_role("heading", level=1)).to_contain_text("What customers say")
    assert frame.public_headers(wall.STYLE).keys().isdisjoint({"X-Frame-Options"})


def test_a_theme_wins_over_the_browser(watched: Page, site: Site) -> None:
    """Whoever frames it knows what it stands on."""
    colours = {}
    for name in ("proof", "proof_dark", "proof_light"):
        watched.goto(f"{site.address}/{name}")
        for scheme in ("light", "dark"):
            look_at(watched, 1280, scheme)  # type: ignore[arg-type]
            colours[name, scheme] = watched.evaluate(GROUND)
    light, dark = colours["proof", "light"], colours["proof", "dark"]
    assert light != dark
    assert {colours["proof_dark", scheme] for scheme in ("light", "dark")} == {dark}
    assert {colours["proof_light", scheme] for scheme in ("light", "dark")} == {light}


def test_data_for_search_engines_is_no_script(watched: Page, site: Site) -> None:
    """The policy forbids every script; the console stays empty, and the data can be read."""
    watched.goto(f"{site.address}/proof_structured")
    told = watched.evaluate("JSON.parse(document.querySelector('script').textContent)")
    assert told["aggregateRating"]["reviewCount"] == 1812


def test_following_the_invitation_is_told_by_the_browser(watched: Page, site: Site) -> None:
    """With the policy of that page, by the link's own ping; the store opens all the same."""
    watched.goto(f"{site.address}/thanks")
    with watched.expect_request("**/s/token/went"):
        watched.locator(".review a").click()
    expect(watched).to_have_title("Store")
    for _ in range(100):
        if site.posted:
            break
        watched.wait_for_timeout(20)
    assert site.posted == [("/s/token/went", b"PING")]
