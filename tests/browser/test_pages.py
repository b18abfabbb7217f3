"""The pages in a real browser: for everyone, at every width, without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect

from northstar.app.texts import LANGUAGES, texts
from northstar.web import forms, frame, goal_chart
from northstar.web.goal_plot import NARROW, WIDE
from northstar.web.svg import PAGE
from tests.browser.conftest import LOOKS, Quiet, listening, look_at
from tests.browser.samples import GOALS, PROGRESSES, customer_pages, every_page, milestones_of

Violations = Callable[[Page], list[str]]

PAGES = every_page() | {
    f"{tag}/{name}": html for tag in LANGUAGES for name, html in customer_pages(tag).items()
}
LOOKED_AT = ("en", "pl", "ar", "ja", "zh-Hans")
KINDS = (
    "goal_few_answers",
    "goal_reached",
    "goal_empty",
    "goal_stale_demo",
    "goal_on_track",
    "goal_csat",
    "goals",
    "goals_refused",
    "inbox",
    "inbox_last_page",
    "one_corrected",
    "sentiment",
    "sources",
    "sources_one",
    "sources_none",
    "topics",
    "topics_first_day",
    "survey_solved",
    "survey_again",
    "survey_anonymous",
    "survey_long",
    "thanks_no_comment",
    "stopped",
    "unavailable_kept",
    "login",
)


SHIFTS = """async () => {
    let noted = 0
    const watch = new PerformanceObserver(list => { noted += list.getEntries().length })
    watch.observe({type: 'layout-shift', buffered: true})
    for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame)
    await new Promise(resolve => setTimeout(resolve))
    return noted + watch.takeRecords().length
}"""
OPEN = "document.querySelector('details')?.setAttribute('open', '')"
SMALL_TARGETS = """() => [...document.querySelectorAll('button, a, summary, .choice, textarea')]
    .map(target => [target.textContent.trim(), target.getBoundingClientRect()])
    .filter(([_, box]) => box.width < 44 || box.height < 44)
    .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""

SCROLLED = "document.documentElement.scrollWidth"

BROKEN_WORDS = """() => [...document.querySelectorAll('.choice .words')].flatMap(words => {
    const text = words.firstChild
    words.parentElement.previousElementSibling.checked = true
    return [...new Intl.Segmenter(document.documentElement.lang, {granularity: 'word'})
        .segment(text.data)].filter(part => part.isWordLike).filter(part => {
            const range = document.createRange()
            range.setStart(text, part.index)
            range.setEnd(text, part.index + part.segment.length)
            return new Set([...range.getClientRects()].map(box => box.top)).size > 1
        }).map(part => part.segment)
})"""

TOUCHING_IN = """(drawing) => {
    const texts = [...drawing.querySelectorAll('text')].map(t => [t.textContent, t.getBBox()])
    const meet = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width
        && a.y + 2 < b.y + b.height - 2 && b.y + 2 < a.y + a.height - 2
    return texts.flatMap(([one, a], n) => texts.slice(n + 1)
        .filter(([_, b]) => meet(a, b)).map(([other]) => one + ' / ' + other))
}"""
TOUCHING_TEXTS = f"() => ({TOUCHING_IN})(document)"


@dataclass
class Site:
    """A small server of the sample pages on loopback, with the headers of the product."""

    address: str = ""
    posted: list[bytes] = field(default_factory=list)


@pytest.fixture(scope="module")
def serving() -> Iterator[Site]:
    """The site, running."""
    site = Site()

    class Handler(Quiet, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html = PAGES.get(self.path.removeprefix("/").split("?")[0])
            self.answer(200 if html else 404, (html or "").encode())

        def do_POST(self) -> None:
            site.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.answer(303, b"", {"Location": "/thanks"})

        def answer(self, status: int, body: bytes, more: dict[str, str] | None = None) -> None:
            self.send_response(status)
            headers = {
                "Content-Type": "text/html; charset=utf-8",
                **frame.headers(),
                **(more or {}),
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with listening(Handler) as site.address:
        yield site


@pytest.fixture
def site(serving: Site) -> Site:
    """The site, with nothing posted yet."""
    serving.posted.clear()
    return serving


@pytest.mark.parametrize("name", KINDS)
def test_everyone_can_use_it(watched: Page, site: Site, violations: Violations, name: str) -> None:
    """axe finds nothing on desk and phone; nothing is written to the console or asked elsewhere.

    Goals and the inbox are looked at in both schemes at both widths.
    """
    watched.goto(f"{site.address}/{name}")
    for width, scheme in LOOKS if name.startswith(("goal", "inbox")) else (LOOKS[0], LOOKS[-1]):
        look_at(watched, width, scheme)
        assert violations(watched) == [], f"{width} px, {scheme}"


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_while_the_goal_page_loads(watched: Page, site: Site, width: int) -> None:
    """The browser has noted no shift of what was drawn already; one that we make it does note."""
    watched.set_viewport_size({"width": width, "height": 800})
    watched.goto(f"{site.address}/goal_on_track")
    assert watched.evaluate(SHIFTS) == 0
    watched.evaluate("document.body.prepend(document.createElement('h1'), 'Late')")
    assert watched.evaluate(SHIFTS) > 0


@pytest.mark.parametrize("language", LOOKED_AT)
def test_everyone_can_use_it_in_their_language(
    watched: Page, site: Site, violations: Violations, language: str
) -> None:
    """On a very small phone axe finds nothing in light and dark, the list of languages open."""
    watched.set_viewport_size({"width": 320, "height": 640})
    looks = [("survey_missing", "light"), ("survey_missing", "dark"), ("thanks", "dark")]
    for name, scheme in [*looks, ("stop", "light")]:
        watched.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        watched.goto(f"{site.address}/{language}/{name}")
        watched.evaluate(OPEN)
        assert violations(watched) == [], f"{name}, {scheme}"


@pytest.mark.parametrize("language", LOOKED_AT)
def test_the_keyboard_alone_can_answer_without_a_script(
    browser: Browser, site: Site, language: str
) -> None:
    """On a very small phone, JavaScript off: Tab, arrows, Tab, text, Tab, Enter; no trap is met."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page, t = context.new_page(), texts(language)
    page.goto(f"{site.address}/{language}/survey")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name=t["4"], exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Faster, please.\nThank you.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=t["send"])).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks")
    context.close()
    form = forms.read(site.posted[0])
    assert not form.trapped
    response = forms.response(form)
    assert (response.csat, response.comment) == (4, "Faster, please.\nThank you.")


def test_nothing_is_cut_off_in_any_language(watched: Page, site: Site) -> None:
    """No page has to be scrolled sideways, and no word of the scale is broken in two."""
    for language in LANGUAGES:
        for name, widths in (("survey_missing", (1200, 601, 320)), ("thanks_no_comment", (320,))):
            watched.goto(f"{site.address}/{language}/{name}")
            watched.evaluate(OPEN)
            for width in widths:
                watched.set_viewport_size({"width": width, "height": 800})
                inner, broken = watched.evaluate(f"[{SCROLLED}, ({BROKEN_WORDS})()]")
                assert inner <= width, f"{name} in {language} is {inner} px wide at {width} px"
                assert broken == [], f"{language} at {width} px"


def test_nothing_is_cut_off_at_any_width(watched: Page, site: Site) -> None:
    """No page has to be scrolled sideways on a desk, a phone or a very small phone."""
    for name in every_page():
        watched.goto(f"{site.address}/{name}")
        for width in (1280, 430, 390, 320):
            watched.set_viewport_size({"width": width, "height": 800})
            inner = watched.evaluate(SCROLLED)
            assert inner <= width, f"{name} is {inner} px wide at {width} px"


def test_the_header_is_short_on_a_phone(watched: Page, site: Site) -> None:
    """Name and badge stand side by side, the pages in two lines, then how old the data are.

    On the narrowest the pages take three lines.
    """
    watched.goto(f"{site.address}/goal_stale_demo")
    for width, height in ((390, 150), (320, 185)):
        watched.set_viewport_size({"width": width, "height": 800})
        business, badge, header = (
            watched.locator(part).bounding_box() for part in (".business", ".badge", ".top")
        )
        assert business
        assert badge
        assert header
        assert badge["x"] >= business["x"] + business["width"]
        assert badge["y"] < business["y"] + business["height"]
        assert header["height"] < height


def test_targets_are_large_enough_for_a_thumb(watched: Page, site: Site) -> None:
    """Whatever can be touched on a customer's page is at least 44 px high and wide."""
    for name in ("survey_missing", "survey_solved", "thanks_no_comment", "stop", "closed"):
        watched.goto(f"{site.address}/{name}")
        watched.evaluate(OPEN)
        for width in (1280, 320):
            watched.set_viewport_size({"width": width, "height": 800})
            small = watched.evaluate(SMALL_TARGETS)
            assert small == [], f"{name} at {width} px"


def test_the_button_is_seen_without_scrolling(watched: Page, site: Site) -> None:
    """On a phone of 390 by 844 px, with greeting, subject and all five ratings above it."""
    watched.set_viewport_size({"width": 390, "height": 844})
    watched.goto(f"{site.address}/survey")
    box = watched.get_by_role("button", name="Send feedback").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 844


def test_the_review_link_is_as_prominent_for_everybody(watched: Page, site: Site) -> None:
    """It has the same place and size after a good answer, a bad one and an anonymous one."""
    boxes = []
    for name in ("thanks", "thanks_no_comment", "thanks_anonymous"):
        watched.goto(f"{site.address}/{name}")
        boxes.append(watched.get_by_role("link", name="Write a public review").bounding_box())
    assert boxes[0]
    assert boxes == [boxes[0]] * 3


def test_the_visitor_can_switch_the_language(browser: Browser, site: Site) -> None:
    """Without a script, by keyboard: the list opens, and its links keep the rating."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.address}/ja/survey")
    link = page.get_by_role("link", name="Deutsch")
    expect(link).to_be_hidden()
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    expect(link).to_have_attribute("href", "/s/token?r=4&lang=de")
    context.close()


def test_right_to_left_mirrors_the_page(watched: Page, site: Site) -> None:
    """In Arabic the scale begins at the right, and the tick does not cover a number."""
    watched.set_viewport_size({"width": 1200, "height": 800})
    watched.goto(f"{site.address}/ar/survey_preselected")
    lefts = [box["x"] for c in watched.locator(".choice").all() if (box := c.bounding_box())]
    assert lefts == sorted(lefts, reverse=True)
    assert len(set(lefts)) == 5


def test_the_chosen_rating_is_seen_without_colours(watched: Page, site: Site) -> None:
    """In a high-contrast mode the chosen rating has a thicker border than the others."""
    watched.emulate_media(forced_colors="active")
    watched.goto(f"{site.address}/survey_preselected")
    widths = watched.evaluate(
        "[...document.querySelectorAll('.choice')].map(c => getComputedStyle(c).borderTopWidth)"
    )
    assert widths == ["1px", "1px", "1px", "3px", "1px"]


def test_nothing_moves(watched: Page, site: Site) -> None:
    """No element of the form has a transition or an animation that somebody could suffer from."""
    watched.goto(f"{site.address}/survey")
    moving = watched.evaluate(
        """[...document.querySelectorAll('*')].filter(one => {
            const style = getComputedStyle(one)
            return style.transitionDuration !== '0s' || style.animationName !== 'none'
        }).length"""
    )
    assert moving == 0


def test_five_columns_become_rows_on_a_phone(watched: Page, site: Site) -> None:
    """The ratings stand side by side where there is room, and below each other on a phone."""
    watched.goto(f"{site.address}/survey")

    def tops() -> int:
        return len(
            {box["y"] for c in watched.locator(".choice").all() if (box := c.bounding_box())}
        )

    watched.set_viewport_size({"width": 800, "height": 800})
    assert tops() == 1
    watched.set_viewport_size({"width": 390, "height": 800})
    assert tops() == 5


def test_the_survey_works_without_a_script(browser: Browser, site: Site) -> None:
    """With JavaScript switched off a rating is chosen and sent like with it."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.address}/survey_solved?r=yes")
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Send feedback").click()
    page.wait_for_url("**/thanks")
    context.close()
    assert forms.response(forms.read(site.posted[0])).solved is False


def test_the_browser_itself_asks_for_a_missing_answer(watched: Page, site: Site) -> None:
    """Without a choice nothing is sent."""
    watched.goto(f"{site.address}/survey")
    watched.get_by_role("button", name="Send feedback").click()
    assert watched.evaluate("document.querySelector('input[type=radio]').validity.valueMissing")
    assert site.posted == []


def test_ratings_have_names(watched: Page, site: Site) -> None:
    """A voice reads the words of a rating, and only those; the chosen one is not renamed."""
    watched.goto(f"{site.address}/survey_preselected")
    expect(watched.get_by_role("radio", name="Satisfied", exact=True)).to_be_checked()
    group = watched.get_by_role("group", name="How satisfied are you with the help you received?")
    assert group.get_by_role("radio").count() == 5


def test_an_error_is_announced_with_the_question(watched: Page, site: Site) -> None:
    """The summary has the focus, leads to the question, and the question says what is wrong."""
    watched.goto(f"{site.address}/survey_missing")
    expect(watched.get_by_role("alert")).to_be_focused()
    expect(watched.locator("fieldset")).to_have_accessible_description(
        "Please choose one answer to the first question."
    )
    watched.keyboard.press("Tab")
    watched.keyboard.press("Enter")
    watched.keyboard.press("Space")
    expect(watched.get_by_role("radio", checked=True)).to_have_value("1")


def test_focus_is_always_seen(watched: Page, site: Site) -> None:
    """Each stop of the Tab key has a ring of 3 px around it or around what it stands for."""
    for name in ("survey", "goal_full", "goals_refused", "inbox", "one", "sources_one", "thanks"):
        watched.goto(f"{site.address}/{name}")
        stops = 0
        while True:
            watched.keyboard.press("Tab")
            ring = watched.evaluate(
                """() => {
                    const at = document.activeElement
                    if (!at || at === document.body || at.dataset.seen) return null
                    at.dataset.seen = 1
                    const shown = at.type === 'radio' ? at.nextElementSibling : at
                    const ring = getComputedStyle(shown)
                    return `${ring.outlineStyle} ${ring.outlineWidth}`
                }"""
            )
            if ring is None:
                break
            assert ring == "solid 3px", name
            stops += 1
        assert stops >= 1, name


@pytest.mark.parametrize(("name", "kind"), [("goal_full", "goal"), ("sentiment", "shares")])
def test_one_of_two_charts_is_shown(watched: Page, site: Site, name: str, kind: str) -> None:
    """The wide drawing on a desk, the narrow one on a phone, with text of a readable size."""
    watched.goto(f"{site.address}/{name}")
    for width, shown, hidden in ((1280, "wide", "narrow"), (390, "narrow", "wide")):
        watched.set_viewport_size({"width": width, "height": 800})
        expect(watched.locator(f"svg.{kind}-{shown}")).to_be_visible()
        expect(watched.locator(f"svg.{kind}-{hidden}")).to_be_hidden()
        heights = watched.evaluate(
            f"""[...document.querySelectorAll('svg.{kind}-{shown} text')].map(text =>
                parseFloat(text.getAttribute('font-size')) * text.getScreenCTM().a)"""
        )
        assert min(heights) >= 11.5


def test_labels_do_not_touch_in_a_real_font(watched: Page) -> None:
    """What the browser measures of each text of each chart does not overlap."""
    for shown in PROGRESSES.values():
        quarters = milestones_of(shown, *(shown.goal.target * n // 4 for n in range(1, 5)))
        for size in (WIDE, NARROW):
            watched.set_content(f"<body><div>{goal_chart.draw(shown, quarters, size, PAGE)}</div>")
            touching = watched.evaluate(TOUCHING_TEXTS)
            assert touching == [], f"{shown.goal}, {size.name}"


def test_labels_of_a_forecast_do_not_touch_in_a_real_font(watched: Page, site: Site) -> None:
    """The middle, the range and the goal at the end of the fan can be read apart."""
    for name in (name for name in GOALS if 'var(--c-fan-80)"' in PAGES[f"goal_{name}"]):
        watched.goto(f"{site.address}/goal_{name}")
        for drawing in watched.locator("svg.goal-wide, svg.goal-narrow").all():
            drawing.evaluate("drawing => { drawing.style.display = 'block' }")
            assert drawing.evaluate(TOUCHING_IN) == [], name


def test_a_source_is_collected_without_a_script(browser: Browser, site: Site) -> None:
    """By keyboard and on a phone: the card opens, and its button posts what it is about."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{site.address}/sources_many")
    card = page.locator("details.source").filter(has_text="acme-7")
    button = card.get_by_role("button", name="Collect now")
    expect(button).to_be_hidden()
    card.locator("summary").first.press("Enter")
    expect(button).to_have_accessible_description("shopify acme-7")
    button.press("Enter")
    page.wait_for_url("**/thanks")
    context.close()
    assert parse_qs(site.posted[0].decode()) == {"source": ["shopify"], "app": ["acme-7"]}


def test_opened_tables_scroll_in_their_own_place(
    watched: Page, site: Site, violations: Violations
) -> None:
    """With every table of the sources open no page is wider than a phone, and axe finds nothing."""
    watched.set_viewport_size({"width": 390, "height": 800})
    for name in ("sources", "sources_short"):
        watched.goto(f"{site.address}/{name}")
        watched.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert watched.evaluate(SCROLLED) <= 390
    fields = watched.locator(".source .fields").first
    assert fields.evaluate("one => one.scrollWidth - one.clientWidth") == 0
    runs = watched.locator(".source .history").first
    assert runs.evaluate("one => one.scrollWidth - one.clientWidth") > 0
    attached = runs.evaluate("one => getComputedStyle(one).backgroundAttachment").split(", ")
    assert sorted(attached) == ["local", "local", "scroll", "scroll"]  # shadows while there is more
    reason = runs.locator("tbody .reason").first.bounding_box()
    assert reason
    assert reason["x"] < 390 - 100
    assert violations(watched) == []  # of rows that are alike, axe needs only the first


def test_a_printed_page_has_the_numbers_and_no_controls(watched: Page, site: Site) -> None:
    """On paper the table is open and navigation is gone."""
    watched.goto(f"{site.address}/goal_full")
    watched.emulate_media(media="print", color_scheme="dark")
    expect(watched.locator("nav")).to_be_hidden()
    expect(watched.get_by_role("button", name="Log out")).to_be_hidden()
    for table in watched.locator(".chart table").all():
        expect(table).to_be_visible()
    fan = watched.locator("svg.goal-wide path[fill='var(--c-fan-80)']")
    assert fan.evaluate("path => getComputedStyle(path).fill") == "rgb(207, 224, 243)"
    assert watched.evaluate("getComputedStyle(document.body).color") == "rgb(22, 32, 44)"


def test_a_goal_is_ended_in_two_steps_without_a_script(browser: Browser, site: Site) -> None:
    """By keyboard and on a phone: the part is opened, then its button posts the goal's name."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{site.address}/goals")
    card = page.locator("section.goal").filter(has_text="Goal close")
    button = card.get_by_role("button", name="End it now")
    expect(button).to_be_hidden()
    card.locator("summary", has_text="End this goal").press("Enter")
    button.press("Enter")
    page.wait_for_url("**/thanks")
    context.close()
    assert parse_qs(site.posted[0].decode()) == {"name": ["Goal close"]}


def test_the_policy_is_in_force(page: Page, site: Site) -> None:
    """A script, a style or a picture that somebody smuggled in does not run, apply or load."""
    page.goto(f"{site.address}/survey")
    page.evaluate(
        """() => {
            const add = (tag, values) =>
                document.body.append(Object.assign(document.createElement(tag), values))
            add('script', {textContent: 'window.ran = 1'})
            add('style', {textContent: 'body { color: rgb(1, 2, 3) !important }'})
            add('form', {id: 'out', action: 'http://127.0.0.2/', method: 'post'})
            document.getElementById('out').submit()
        }"""
    )
    assert page.evaluate("window.ran") is None
    assert page.evaluate("getComputedStyle(document.body).color") != "rgb(1, 2, 3)"
    assert page.url == f"{site.address}/survey"
