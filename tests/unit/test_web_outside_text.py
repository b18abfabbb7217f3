"""Text from outside stays text: whatever it is, the page has the elements of a harmless one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from northstar.app.configuration import SourceTarget
from northstar.app.goals import Change as GoalChange
from northstar.app.goals import Confidence
from northstar.app.survey_views import StopView
from northstar.app.views import StoreNumbers
from northstar.domain.surveys import Response
from northstar.domain.tickets import Customer
from northstar.domain.verdicts import Verdict
from northstar.web import customers, goals, inbox, pages, sentiment, sources
from northstar.web.goal_forms import GOAL_FIELDS, Tried
from tests.browser.samples import (
    ALL_GOALS,
    FULL,
    INBOX,
    LED,
    NOW,
    ON_THE_WAY,
    SENTIMENT,
    SOURCES,
    STATUSES,
    YEAR,
    answer,
    ask,
    doubtful,
    entry_view,
    review,
    run,
    source,
    survey,
    thanks,
    verdict,
)

HOSTILE = (
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "</title><svg onload=alert(1)>",
    '" onfocus=alert(1) autofocus x="',
    "' onfocus='alert(1)",
    "--><b>",
    "<!--",
    "]]></svg><b>",
    "&lt;b&gt;&#60;b&#62;",
    "{{ 7 * 7 }}{% raw %}",
    "{0.__class__}{name}",
    "\u202e\u2066reversed",
    "\x00\x0b\x1b[31m",
    "javascript:alert(1)",
    "\ud800",
)

Element = tuple[str, tuple[str, ...], tuple[object, ...]]
SHAPING = ("href", "src", "action", "method", "type", "name", "id", "class", "role", "for", "rel")


def elements(html: str) -> list[Element]:
    """Return each element with the names of its attributes and the values that have an effect."""
    return [
        (
            str(node.tag),
            tuple(sorted(node.attributes)),
            tuple(_effect(name, node.attributes.get(name)) for name in SHAPING),
        )
        for node in LexborHTMLParser(html).css("*")
    ]


def _effect(name: str, value: str | None) -> str | None:
    """What shapes a page: of our own links the path, as a goal's name is in their query."""
    own = name == "href" and value and value.startswith("/") and not value.startswith("//")
    return value.partition("?")[0] if own and value else value


def _named(text: str) -> Verdict:
    """A verdict whose engine and topic are a text from outside."""
    plain = verdict(0, "neutral")
    return replace(plain, score=replace(plain.score, engine=text), topics=(text,))


def all_pages(text: str) -> list[str]:
    """Return every page with the text wherever text from outside can stand."""
    goal = replace(YEAR, name=text, owner=text, note=text, number=text, app=text, source=text)
    told = Confidence(7, text, text, NOW)
    kept = replace(LED, goal=goal, confidence=told)
    changes = (
        GoalChange(NOW, text, "set", goal),
        GoalChange(NOW, text, "confidence", YEAR, told),
        GoalChange(NOW, text, "set", YEAR),
    )
    said = [
        answer(1, text, subject=text, source=text, channel=text, template=text, author=text),
        review(1, text, title=text, reply=text, author=text, verdict=verdict(0.1, "positive")),
        review(2, None, title=text, source=text, verdict=_named(text)),
    ]
    given_before = ask(response=Response(csat=3, comment=text))
    ticket = replace(
        given_before.ticket, subject=text, agent=text, customer=Customer(text, name=text)
    )
    asked = replace(given_before, ticket=ticket)
    collected = source(
        source=text,
        app=text,
        target=SourceTarget(text, text, text),
        runs=(run(1, "broken", reason=text),),
        told=(text,),
    )
    return [
        sources.page(replace(SOURCES, business=text, sources=(collected,), queued=text)),
        pages.goal(
            replace(
                FULL,
                business=text,
                standing=replace(
                    STATUSES["on_track"],
                    progress=replace(ON_THE_WAY, goal=goal),
                    confidence=told,
                ),
                others=(kept,),
                stores=(StoreNumbers(text, text, NOW, 1, 1.0, 1, 1),),
                newest=tuple(said),
                stale_sources=(text, text),
            )
        ),
        goals.page(
            replace(
                ALL_GOALS,
                business=text,
                goals=(kept,),
                ended=(replace(kept, ended=NOW.date()),),
                chosen=kept,
                changes=changes,
            ),
            Tried("goal", dict.fromkeys(GOAL_FIELDS, text), "name", text),
        ),
        inbox.page(replace(INBOX, business=text, items=tuple(said))),
        inbox.one(
            entry_view(
                replace(said[1], verdict=_named(text)), topics=(text, "one of our own topics")
            )
        ),
        sentiment.page(replace(SENTIMENT, business=text, doubtful=(doubtful(1, text),))),
        customers.survey(
            survey(
                business=text,
                ask=asked,
                questions=(text, text),
                comment=text,
                error="too_long",
                error_field="comment",
                error_values={"count": text, "limit": text},
            )
        ),
        customers.thanks(thanks(business=text, ask=asked, questions=(text, text))),
        customers.stop(StopView(text, "en", "/u/token", stopped=False)),
        customers.closed(text, "en", "closed_final"),
        customers.unknown(text, "en"),
        customers.refused(text, "en", "/", text),
        customers.unavailable(text, "en", "/s/token", "4", text),
        customers.failed(text, "en", text),
    ]


HARMLESS = [elements(page) for page in all_pages("harmless")]


def check(text: str) -> None:
    """Fail when a page has other elements than with a harmless text."""
    for page, expected in zip(all_pages(text), HARMLESS, strict=True):
        assert elements(page) == expected


@given(st.text(min_size=1, max_size=40))
@example("\ud800")
@example(" ")
def test_any_text_is_text(text: str) -> None:
    """No text at all adds, removes or changes an element of any page."""
    check(text)


@given(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3).map("".join))
def test_hostile_text_is_text(text: str) -> None:
    """Nor do texts that are made to break out of where they stand."""
    check(text)


def test_strings_that_are_known_to_be_naughty_are_text(shared_data: Path) -> None:
    """Nor does any of the collected naughty strings."""
    naughty = json.loads((shared_data / "security" / "blns.json").read_text("utf-8"))
    for first in range(0, len(naughty), 8):
        check(" ".join(naughty[first : first + 8]))


def test_the_text_is_shown_as_it_is() -> None:
    """Escaping changes nothing that a reader sees."""
    text = "<b>&amp; \"quotes\" & 'more' {{ 1 }}"
    for page in all_pages(text):
        body = LexborHTMLParser(page).css_first("body")
        assert body is not None
        assert text in body.text()


def test_an_address_from_outside_cannot_leave_its_link() -> None:
    """A web address may hold anything; it stays one attribute of one link."""
    url = "https://store.example/\"><script>alert(1)</script>' onclick=x"
    page = inbox.page(replace(INBOX, items=(review(1, "x", url=url),)))
    tree = LexborHTMLParser(page)
    assert not tree.css("script")
    link = tree.css_first(".facts a")
    assert link is not None
    assert link.attributes["href"] == url
    assert sorted(link.attributes) == ["href", "rel"]
