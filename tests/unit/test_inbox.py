"""The inbox: which filters there are, what they let through, and what the pages say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from northstar.app.configuration import Configuration
from northstar.app.inbox import (
    MOST_CHANGES,
    Filters,
    entry_view,
    filters_of,
    fits,
    query_of,
)
from northstar.domain.errors import Invalid
from northstar.domain.feedback import Feedback
from northstar.domain.reviews import (
    Reply,
    Review,
    ReviewRecord,
    first_sight,
    gone,
    seen_again,
)
from northstar.domain.verdicts import Correction
from northstar.store.feedback import DynamoFeedbackStore
from northstar.store.items import item_of, pack, unpack
from northstar.web import inbox
from northstar.web.inbox import MOST_LETTERS, MOST_WORDS, difference
from tests.browser.samples import (
    ENTRIES,
    INBOX,
    INBOXES,
    MANY_FILTERS,
    answer,
    doubtful,
    review,
    verdict,
)
from tests.browser.samples import (
    entry_view as sample_entry,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
ABOUT_LOGIN = replace(
    verdict(0.7, "positive"), correction=Correction(NOW, topics=("login",), label="neutral")
)


def lets(item: Feedback, zone: ZoneInfo = UTC_ZONE, **query: str) -> bool:
    """Return whether an item fits the filters of a query string."""
    return fits(item, filters_of(query), zone)


class TestQuery:
    """Filters as the query string tells them."""

    def test_an_empty_form_has_no_filters(self) -> None:
        """Empty fields, blanks, and parameters that are no filters."""
        empty = {field.name: " " for field in fields(Filters)}
        assert filters_of(empty | {"utm_source": "mail", "cursor": "x"}) == Filters()

    def test_every_filter_is_read_and_written(self) -> None:
        """What a form sends is what the address of the view says."""
        query = {
            "text": "log in & out",
            "since": "2026-03-01",
            "until": "2026-03-01",
            "rating": "1",
            "solved": "no",
            "sentiment": "undetermined",
            "topic": "login",
            "kind": "remark",
            "source": "shopify",
            "channel": "email",
            "language": "und",
            "team": "billing",
            "template": "refund@3",
            "comment": "yes",
            "suspect": "no",
            "mismatch": "yes",
        }
        filters = filters_of(query)
        assert query_of(filters) == query
        assert all(getattr(filters, field.name) is not None for field in fields(Filters))

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("rating", "0"),
            ("rating", "1,2"),
            ("solved", "true"),
            ("sentiment", "happy"),
            ("kind", "mail"),
            ("language", "pt-BR"),
            ("language", "english"),
            ("since", "yesterday"),
            ("since", "2026-02-30"),
            ("since", "20260201"),
            ("until", "1999-12-31"),
            ("until", "٢٠٢٦-٠١-٠١"),
            ("comment", "1"),
            ("text", "x" * 201),
            ("template", "x" * 201),
        ],
    )
    def test_a_value_that_no_filter_has_is_refused(self, name: str, value: str) -> None:
        """The error names the field, and the sentence says what to write."""
        with pytest.raises(Invalid, match="write") as refused:
            filters_of({name: value})
        assert refused.value.field == name

    def test_a_period_does_not_end_before_it_begins(self) -> None:
        """One day is a period; less than that is not."""
        assert filters_of({"since": "2026-03-02", "until": "2026-03-02"}).since
        with pytest.raises(Invalid, match="exchange") as refused:
            filters_of({"since": "2026-03-02", "until": "2026-03-01"})
        assert refused.value.field == "since"


ANSWER = answer(
    1,
    "Größe   passt\nnicht",
    rating=2,
    solved=False,
    channel="chat",
    team="Billing",
    template="refund@3",
    suspect=True,
    verdict=ABOUT_LOGIN,
)
REVIEW = review(2, None, title="ＬＯＧＩＮ fails", reply="Sorry, é", language="pt-BR", verdict=None)


@pytest.mark.parametrize(
    ("item", "name", "yes", "no"),
    [
        (ANSWER, "text", "grösse passt NICHT", "grosse  x"),
        (ANSWER, "text", "REFUND for order", "order refund"),
        (REVIEW, "text", "login", "ogon"),
        (REVIEW, "text", "sorry, É", "corner shop"),
        (ANSWER, "rating", "2", "5"),
        (ANSWER, "solved", "no", "yes"),
        (ANSWER, "sentiment", "neutral", "positive"),
        (ANSWER, "topic", "login", "crash"),
        (ANSWER, "kind", "answer", "review"),
        (ANSWER, "source", "zendesk", "shopify"),
        (ANSWER, "channel", "chat", "email"),
        (ANSWER, "language", "en", "und"),
        (REVIEW, "language", "pt", "en"),
        (ANSWER, "team", "billing", "bill"),
        (ANSWER, "template", "Refund", "ref"),
        (ANSWER, "template", "refund@3", "refund@4"),
        (ANSWER, "comment", "yes", "no"),
        (REVIEW, "comment", "yes", "no"),
        (replace(REVIEW, title=None), "comment", "no", "yes"),
        (ANSWER, "suspect", "yes", "no"),
        (REVIEW, "suspect", "no", "yes"),
        (doubtful(1, "Bad"), "mismatch", "yes", "no"),
        (ANSWER, "mismatch", "no", "yes"),
        (ANSWER, "since", "2026-09-13", "2026-09-14"),
        (ANSWER, "until", "2026-09-13", "2026-09-12"),
    ],
)
def test_a_filter_lets_through_what_is_so(item: Feedback, name: str, yes: str, no: str) -> None:
    """Each filter alone: one value that fits, and one that does not."""
    assert lets(item, **{name: yes})
    assert not lets(item, **{name: no})


@pytest.mark.parametrize(
    "name", ["rating", "solved", "sentiment", "topic", "channel", "language", "team", "template"]
)
def test_what_is_not_known_fits_no_value(name: str) -> None:
    """A review without stars, score or ticket is in no list of those; unsolved is not "no"."""
    values = {"rating": "1", "solved": "no", "sentiment": "undetermined", "language": "und"}
    bare = review(1, None, rating=None, language=None, verdict=None)
    assert not lets(bare, **{name: values.get(name, "x")})


def test_filters_join() -> None:
    """All of them must fit."""
    assert lets(ANSWER, rating="2", text="passt", team="billing")
    assert not lets(ANSWER, rating="2", text="passt", team="sales")


@pytest.mark.parametrize(("zone", "day"), [("UTC", "2026-03-01"), ("Asia/Tokyo", "2026-03-02")])
def test_days_are_those_of_the_business(zone: str, day: str) -> None:
    """A moment counts on the day that the business had then; a bare day is that day anywhere."""
    late = answer(1, "x", occurred_at="2026-03-01T15:00:00.000Z")
    assert lets(late, ZoneInfo(zone), since=day, until=day)
    bare = review(1, "x", occurred_at="2026-03-01")
    assert lets(bare, ZoneInfo(zone), since="2026-03-01", until="2026-03-01")
    assert not lets(bare, ZoneInfo(zone), since="2026-03-02")


class Shelf:
    """A table in memory with one index: newest first, by key where the moment is the same."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.calls: list[int] = []

    def put(self, *records: ReviewRecord) -> None:
        """Store records."""
        for record in records:
            item = unpack(pack(item_of(record)))
            self.items[item["PK"], item["SK"]] = item

    def index_page(
        self, _index: str, _attribute: str, month: str, limit: int, start: Any
    ) -> list[dict[str, Any]]:
        """Return keys after a place, which need not be that of an item."""
        self.calls.append(limit)
        listed = sorted(
            (i for i in self.items.values() if i["month"] == month), key=_place, reverse=True
        )
        after = [item for item in listed if start is None or _place(item) < _place(start)]
        return [{n: i[n] for n in ("month", "occurred", "PK", "SK")} for i in after[:limit]]

    def get_many(self, wanted: Sequence[Any], *, consistent: bool) -> list[dict[str, Any]]:
        """Return what is there, in another order."""
        assert len(wanted) <= 100
        self.calls.append(len(wanted))
        return [self.items[k["PK"], k["SK"]] for k in reversed(wanted)]


def _place(item: Any) -> tuple[str, str, str]:
    return item["occurred"], item["PK"], item["SK"]


def said_on(number: int, created: str, rating: int) -> ReviewRecord:
    """Return a review that was written on a day or at a moment."""
    return first_sight(Review("shopify", str(number), rating, created=created), "app", NOW)


def store_on(shelf: Shelf) -> DynamoFeedbackStore:
    """Return the real store over a shelf."""
    return DynamoFeedbackStore(shelf)  # type: ignore[arg-type]


_DAYS = st.integers(0, 100).map(lambda n: (NOW - timedelta(n)).date().isoformat())
_WRITTEN = st.lists(st.tuples(_DAYS, st.integers(1, 2)), max_size=30)
_PERIODS = st.tuples(st.none() | _DAYS, st.none() | _DAYS)


@given(_WRITTEN, st.lists(_WRITTEN, max_size=4), st.integers(1, 4), st.integers(1, 6), _PERIODS)
def test_turning_pages_finds_what_fits_once_each_and_in_order(
    there: list[tuple[str, int]],
    arriving: list[list[tuple[str, int]]],
    limit: int,
    most: int,
    period: tuple[str | None, str | None],
) -> None:
    """Whatever arrives meanwhile, however little is looked at, and however long nothing fits."""
    oldest, newest = period
    shelf, arrived = Shelf(), 1000
    records = [said_on(n, *one) for n, one in enumerate(there)]
    shelf.put(*records)
    arrivals = iter(arriving)
    turn = partial(
        store_on(shelf).search,
        NOW.date(),
        lambda item: item.rating == 1,
        oldest=oldest,
        newest=newest,
        limit=limit,
        most=most,
    )
    seen, cursor = [], None
    while True:
        page = turn(before=cursor)
        assert len(page.items) <= limit
        assert page.looked <= most
        seen += [item.id for item in page.items]
        cursor = page.cursor
        if cursor is None:
            break
        for one in next(arrivals, []):
            arrived += 1
            shelf.put(said_on(arrived, *one))
    wanted = [
        one.id
        for one in sorted(records, key=lambda one: _place(item_of(one)), reverse=True)
        if one.review.rating == 1
        and (oldest is None or one.written >= oldest)
        and (newest is None or one.written < newest)
    ]
    known = {one.id for one in records}
    assert [one for one in seen if one in known] == wanted
    assert len(seen) == len(set(seen))


def test_a_search_reads_what_it_says_and_no_more() -> None:
    """One query and three batches for 300 of a month; fewer when the page is full before."""
    shelf = Shelf()
    shelf.put(*(said_on(n, "2026-11-21", 1 + n % 2) for n in range(450)))
    page = store_on(shelf).search(NOW.date(), lambda _: False)
    assert shelf.calls == [301, 100, 100, 100]
    assert (page.looked, page.items, bool(page.cursor)) == (300, (), True)
    shelf.calls.clear()
    page = store_on(shelf).search(NOW.date(), lambda _: False, page.cursor)
    assert (page.looked, page.cursor) == (150, None)
    shelf.calls.clear()
    page = store_on(shelf).search(NOW.date(), lambda item: item.rating == 1, limit=40)
    assert shelf.calls == [301, 100]
    assert len(page.items) == 40


def test_a_period_is_read_from_its_end_to_its_beginning() -> None:
    """Neither what is newer nor what is older is looked at, nor any month outside."""
    shelf = Shelf()
    days = ("2026-11-20", "2026-09-20", "2026-09-10", "2026-08-31", "2026-08-30", "2026-01-01")
    shelf.put(*(said_on(n, day, 5) for n, day in enumerate(days)))
    page = store_on(shelf).search(
        NOW.date(), lambda _: True, oldest="2026-08-31", newest="2026-09-20"
    )
    assert [item.occurred_at for item in page.items] == ["2026-09-10", "2026-08-31"]
    assert page.cursor is None
    assert page.looked == 2
    assert shelf.calls == [301, 300, 2]


class Past:
    """A store that holds one review and how it looked before."""

    def __init__(self, *looks: ReviewRecord) -> None:
        self._looks = looks
        self.asked = 0

    def by_ids(self, ids: Sequence[str]) -> dict[str, ReviewRecord]:
        """Return the review as it is."""
        return {self._looks[-1].id: self._looks[-1]}

    def versions(self, record: ReviewRecord) -> list[ReviewRecord]:
        """Return how it looked before."""
        self.asked += 1
        return list(self._looks[:-1])


def seen(past: Past) -> Any:
    """Return the view of the review."""
    return entry_view(
        Configuration(),
        "shopify:app:1",
        feedback=past,  # type: ignore[arg-type]
        languages=(),
        topics=(),
        editor=False,
    )


def looks(*reviews: Review) -> Iterator[ReviewRecord]:
    """Yield the records of a review that looked like this, day by day."""
    record = first_sight(reviews[0], "app", NOW)
    yield record
    for days, one in enumerate(reviews[1:], 1):
        record = seen_again(record, one, NOW + timedelta(days))
        yield record


class TestChanges:
    """How a review came to be as it is."""

    def test_the_newest_change_comes_first(self) -> None:
        """Each with the day on which we saw it, before and after."""
        one = Review("shopify", "1", 1, text="Slow")
        two, three = replace(one, rating=3), replace(one, rating=3, text="Fast")
        view = seen(Past(*looks(one, two, three)))
        assert [(c.seen_at, c.before, c.after) for c in view.changes] == [
            (NOW + timedelta(2), two, three),
            (NOW + timedelta(1), one, two),
        ]

    def test_what_never_changed_is_not_asked_for(self) -> None:
        """A review as we saw it first costs no read of its versions."""
        past = Past(*looks(Review("shopify", "1", 1, text="Slow")))
        assert seen(past).changes == ()
        assert past.asked == 0

    def test_coming_and_going_is_no_change_of_the_review(self) -> None:
        """That it was taken down does not alter what it says."""
        record = first_sight(Review("shopify", "1", 1, text="Slow"), "app", NOW)
        assert seen(Past(gone(record, NOW + timedelta(1)))).changes == ()

    def test_looks_that_are_alike_are_no_change(self) -> None:
        """A version that was kept when the review was taken down says nothing new."""
        one = Review("shopify", "1", 1, text="Slow")
        first, last = looks(one, replace(one, rating=3))
        away = replace(gone(first, NOW + timedelta(hours=1)), version=1)
        assert [c.before for c in seen(Past(first, away, last)).changes] == [one]

    def test_only_the_newest_are_shown(self) -> None:
        """The others are counted."""
        many = [Review("shopify", "1", 1 + n % 5, text=f"{n}") for n in range(MOST_CHANGES + 4)]
        view = seen(Past(*looks(*many)))
        assert (len(view.changes), view.older_changes) == (MOST_CHANGES, 3)
        assert view.changes[0].after == many[-1]


_TEXTS = st.lists(st.sampled_from(["a", "b ", "\n", "夜", "é  ", "c\t"]), max_size=20).map("".join)


class TestDifference:
    """What became of a text."""

    @given(_TEXTS, _TEXTS)
    def test_both_texts_can_be_read_from_it(self, before: str, after: str) -> None:
        """Without what was removed it is the one after, without what was added the one before."""
        pieces = difference(before, after)
        now = "".join(text for kind, text in pieces if kind != "removed")
        then = "".join(text for kind, text in pieces if kind != "added")
        assert now == after.strip()
        assert "".join(then.split()) == "".join(before.split())

    def test_it_goes_by_words(self) -> None:
        """Words stay whole; signs of Chinese and Japanese are words."""
        assert difference("It is so slow now", "It is fast now") == [
            ("same", "It is "),
            ("removed", "so slow "),
            ("added", "fast "),
            ("same", "now"),
        ]
        assert difference("夜遅い", "夜早い") == [
            ("same", "夜"),
            ("removed", "遅"),
            ("added", "早"),
            ("same", "い"),
        ]

    def test_white_space_is_no_change(self) -> None:
        """Another line break is not worth a mark."""
        assert difference("one\ntwo", " one  two ") == [("same", "one  two")]

    def test_of_long_texts_the_beginning_is_compared(self) -> None:
        """So that 32 KB of anything take no longer than a page."""
        before, after = "a b " * 8000, "b a " * 8000
        pieces = difference(before, after)
        assert sum(len(text.split()) for kind, text in pieces if kind != "removed") == MOST_WORDS
        assert sum(len(text.split()) for kind, text in pieces if kind != "added") == MOST_WORDS
        (endless,) = difference("x" * 32_000, "x" * 32_000)
        assert endless == ("same", "x" * MOST_LETTERS)


def parsed(html: str) -> LexborHTMLParser:
    """Return the page as a browser understands it."""
    return LexborHTMLParser(html)


def said(html: str, selector: str) -> str:
    """Return the text of a part of a page, with single blanks."""
    node = parsed(html).css_first(selector)
    assert node is not None, f"the page has no {selector}"
    return " ".join(node.text(separator=" ").split())


def query(href: str | None) -> dict[str, str]:
    """Return the fields of a link to the list."""
    parts = urlsplit(href or "")
    assert parts.path == "/feedback"
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def links(html: str, selector: str) -> list[dict[str, str]]:
    """Return where the links of a part of the page lead."""
    return [query(a.attributes["href"]) for a in parsed(html).css(selector)]


class TestForm:
    """The filters on the page."""

    def test_every_filter_has_a_labelled_field(self) -> None:
        """Of the name that the query string has; nothing else is sent."""
        tree = parsed(INBOX_PAGE)
        named = {n.attributes["name"]: n.attributes["id"] for n in tree.css(".find [name]")}
        assert named.keys() == {field.name for field in fields(Filters)}
        labels = {n.attributes["for"] for n in tree.css(".find label")}
        assert labels == set(named.values())

    def test_the_fields_show_what_is_chosen(self) -> None:
        """Text, days and lists; the sent form gives the same filters again."""
        tree = parsed(FILTERED_PAGE)
        sent = {
            n.attributes["name"]: n.attributes["value"] or "" for n in tree.css(".find input")
        } | {
            n.attributes["name"]: n.css_first("[selected]").attributes["value"] or ""
            for n in tree.css(".find select:has([selected])")
        }
        assert filters_of({str(n): v for n, v in sent.items()}) == MANY_FILTERS

    def test_a_choice_that_is_not_offered_stays_chosen(self) -> None:
        """A link may name a source or topic that is not configured any more."""
        page = inbox.page(replace(INBOX, filters=Filters(source="old_store", language="xx")))
        chosen = [n.attributes["value"] for n in parsed(page).css(".find option[selected]")]
        assert chosen == ["old_store", "xx"]

    @pytest.mark.parametrize(
        ("filters", "open_"),
        [
            (Filters(), False),
            (Filters(text="x", since=date(2026, 1, 1), until=date(2026, 1, 2)), False),
            (Filters(team="x"), True),
            (Filters(suspect=False), True),
        ],
    )
    def test_more_filters_are_open_when_one_of_them_is_chosen(
        self, filters: Filters, open_: bool
    ) -> None:
        """Nothing that is in force is hidden."""
        page = inbox.page(replace(INBOX, filters=filters))
        assert bool(parsed(page).css(".find details[open]")) == open_

    def test_each_chosen_filter_can_be_taken_away(self) -> None:
        """A chip a filter, which leads to the view without it; and one link clears all."""
        everything = query_of(MANY_FILTERS)
        *chips, clear = links(FILTERED_PAGE, ".chosen a")
        assert chips == [
            {other: value for other, value in everything.items() if other != name}
            for name in everything
        ]
        assert clear == {}
        words = said(FILTERED_PAGE, ".chosen")
        for told in (
            "Remove Text: refund & more",
            "Remove From: 1 Mar 2026",
            "Rating: 1 star ",
            "Sentiment: Negative",
            "Language: Portuguese",
            "Looks machine-made: No",
            "Please check: Yes",
        ):
            assert told in words

    def test_the_other_links_keep_the_filters(self) -> None:
        """Periods replace the period; pages, the newest page and the file stay within it all."""
        everything = query_of(MANY_FILTERS)
        page = inbox.page(replace(INBOXES["inbox_filtered"], first_page=False))
        rest = {n: v for n, v in everything.items() if n not in {"since", "until"}}
        quick = links(page, ".find .picks a")
        assert quick == [
            rest | {"since": day} for day in ("2026-09-08", "2026-08-16", "2026-06-17")
        ]
        assert links(page, ".turn a") == [everything, everything | {"cursor": "2026-09|abc="}]
        assert links(page, ".heading a.button") == [everything | {"format": "csv"}]

    def test_the_period_that_is_shown_is_marked(self) -> None:
        """The last seven days with today."""
        page = inbox.page(replace(INBOX, filters=Filters(since=date(2026, 9, 8))))
        marked = [a.text() for a in parsed(page).css(".find [aria-current]")]
        assert marked == ["Last 7 days"]

    def test_filters_from_outside_are_text(self) -> None:
        """Whatever a link names, the page has the elements of a harmless one."""
        hostile = "\"><script>alert(1)</script>' onfocus=x {{ 7 }} \ud800"

        def shape(text: str) -> list[tuple[Any, ...]]:
            filters = Filters(text=text, topic=text, source=text, team=text, template=text)
            tree = parsed(inbox.page(replace(INBOX, filters=filters, looked=3)))
            return [(node.tag, *sorted(node.attributes)) for node in tree.css("*")]

        assert shape(hostile) == shape("harmless")


INBOX_PAGE, FILTERED_PAGE = inbox.page(INBOX), inbox.page(INBOXES["inbox_filtered"])


class TestStates:
    """What the list says of itself."""

    def test_a_search_that_stopped_says_how_far_it_came(self) -> None:
        """And offers to go on."""
        view = INBOXES["inbox_filtered"]
        assert said(FILTERED_PAGE, ".looked") == ("Looked at 400, back to 3 Mar 2026: 2 match.")
        assert said(FILTERED_PAGE, ".turn") == "Look further back"
        newest = replace(view, filters=Filters(rating=1), items=())
        assert said(inbox.page(newest), ".looked") == (
            "Looked at the newest 400, back to 3 Mar 2026: none match."
        )
        assert not parsed(inbox.page(newest)).css(".empty")
        later = replace(newest, first_page=False, items=view.items[:1])
        assert said(inbox.page(later), ".looked") == (
            "Looked at 400 more, back to 3 Mar 2026: 1 matches."
        )

    def test_a_full_page_is_turned_as_any(self) -> None:
        """How much was looked at for it is nobody's concern."""
        page = inbox.page(replace(INBOXES["inbox_filtered"], cut_short=False))
        assert not parsed(page).css(".looked")
        assert said(page, ".turn") == "Older feedback"

    def test_nothing_fits(self) -> None:
        """It says so, and what to do; on a later page, that there is no more."""
        view = INBOXES["inbox_no_match"]
        assert said(inbox.page(view), ".empty").startswith("Nothing fits these filters.")
        assert said(inbox.page(replace(view, first_page=False)), ".empty") == (
            "There is no older feedback that fits."
        )

    def test_an_empty_inbox_has_nothing_to_filter(self) -> None:
        """The form comes with the first feedback."""
        assert not parsed(inbox.page(INBOXES["inbox_empty"])).css(".find")


class TestOne:
    """The page of one feedback tells how it changed."""

    def test_marks_do_not_depend_on_colour_or_sight(self) -> None:
        """Removed and added words have elements of their own, and words for who cannot see them."""
        tree = parsed(inbox.one(ENTRIES["one_edited"]))
        first = tree.css_first(".changes li")
        assert first is not None
        assert [n.text() for n in first.css("del")] == ["removed: ten days. ", "removed: slow."]
        assert [n.text() for n in first.css("ins")] == [
            "added: Finally!",
            "added: an hour. ",
            "added: great.",
        ]
        assert len(first.css("ins .unseen, del .unseen")) == 5
        stars = [n.attributes["aria-label"] for n in first.css(".stars")]
        assert stars == ["2 of 5 stars", "5 of 5 stars"]

    def test_says_when_and_how_often(self) -> None:
        """The store's day, the days on which we saw a change, and those that are not shown."""
        text = said(inbox.one(ENTRIES["one_edited"]), "#changes")
        assert "Only the beginning" not in text
        assert "The store says that this was edited on 12 Sep 2026. Seen by 14 Sep 2026" in text
        assert "Our reply added: We are sorry." in text
        assert "1 older change is not shown." in text

    def test_an_edited_answer_says_when(self) -> None:
        """And that there is nothing to compare with."""
        text = said(inbox.one(ENTRIES["one_answer_edited"]), "#changes")
        assert text == (
            "What changed The customer changed this answer on 14 Sep 2026. "
            "What it said before is not kept."
        )

    def test_an_edit_that_nobody_saw_is_told_all_the_same(self) -> None:
        """The mark in the list always leads somewhere."""
        view = sample_entry(review(1, "x", edited=True))
        text = said(inbox.one(view), "#changes")
        assert text == (
            "What changed The store says that this was edited. How it looked before was never seen."
        )
        assert not parsed(inbox.one(sample_entry(review(1, "x")))).css("#changes")

    def test_the_mark_in_the_list_leads_there(self) -> None:
        """To the changes on the page of that feedback."""
        page = inbox.page(replace(INBOX, items=(review(7, "x", edited=True),)))
        mark = parsed(page).css_first('.meta a[href$="#changes"]')
        assert mark is not None
        assert query(mark.attributes["href"]) == {"id": "shopify:example:7"}

    def test_it_has_an_address_to_share(self) -> None:
        """A link to the page itself."""
        assert links(inbox.one(ENTRIES["one"]), ".link a") == [{"id": "shopify:example:71"}]

    def test_long_texts_say_that_only_their_beginning_is_compared(self) -> None:
        """A thumb is told in words, and hostile text stays text."""
        view = ENTRIES["one_edited"]
        before = Review("steam", "1", text="<b>a</b> " * 900, recommended=True)
        after = Review("steam", "1", text="<b>c</b> " * 900, recommended=False)
        reply = replace(after, reply=Reply("<i>"))
        change = replace(view.changes[0], before=before, after=reply)
        page = inbox.one(replace(view, changes=(change,)))
        text = said(page, "#changes")
        assert "recommended became not recommended" in text.replace("→ ", "")
        assert "Only the beginning of long texts is compared." in text
        assert not parsed(page).css("#changes b, #changes i")
