"""The weekly report as a mail: an HTML part for any mail program, and a text part with it all.

Every rule that the HTML needs stands on its elements, in tables; the style sheet only adds dark
colours and narrow screens. It says all it has to say without its picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from northstar.app.report import Head, ReportView, Told
from northstar.web import hero, numbers
from northstar.web.frame import draw
from northstar.web.picture import render_png
from northstar.web.report_lines import Shown, said, sections
from northstar.web.report_words import days_of

PICTURE_WIDTH = 568
SHARP = 1.5
"""The scale that gives two pixels for each that a mail shows."""

Inert = Callable[[str], str]
"""Makes of a text from outside one in which a mail program finds no link."""

_NAMES = {"leadership": "for leadership", "team": "for the team"}


def picture(told: Told, scale: float = SHARP) -> bytes | None:
    """Return the goal's chart as PNG; None without a goal, or where it cannot be drawn.

    `scale` is in pixels for each px of the drawing, of which a mail shows three quarters.
    """
    return render_png(told.head.picture, scale=scale) if told.head else None


def html(
    view: ReportView, base_url: str, stop_link: str | None, source: str | None, inert: Inert
) -> str:
    """Return the HTML part; `source` is the picture's address there, None without one.

    `stop_link` is None where it is no mail.
    """
    told = view.told
    return draw(
        "report_mail.html",
        "leadership.css",
        business=inert(said(view.business)),
        demo=view.demo,
        told=told,
        head=_harmless(told.head, inert),
        days=days_of(told.week),
        audience=_NAMES[told.audience],
        sections=list(_sections(view, inert)),
        base=base_url,
        page=base_url + _page(view),
        stop=stop_link,
        source=source,
        width=PICTURE_WIDTH,
        made=numbers.moment(told.made_at, view.time_zone),
    )


def text(view: ReportView, base_url: str, stop_link: str, inert: Inert) -> str:
    """Return the text part: everything that the HTML part says."""
    told, head = view.told, _harmless(view.told.head, inert)
    lines = [
        told.subject,
        f"{inert(said(view.business))}, {days_of(told.week)}, {_NAMES[told.audience]}",
        "",
    ]
    if head:
        lines += [head.goal, f"{head.number} of {head.target} by {head.by}: {head.word}", head.sub]
        lines += [f"{label}: {value}{_note(note)}" for label, value, note in head.figures]
        lines += ["", *head.outlook]
    for title, shown, note in _sections(view, inert):
        lines += ["", title.upper(), ""]
        lines += [part for line in shown for part in _lines(line, base_url)]
        lines += [note] if note else []
    lines += ["", f"On the web: {base_url}{_page(view)}", f"Stop these mails: {stop_link}"]
    lines.append(f"As of {numbers.moment(told.made_at, view.time_zone)}.")
    return "\n".join(lines) + "\n"


def _sections(view: ReportView, inert: Inert) -> Iterator[tuple[str, list[Shown], str]]:
    for title, lines, note in sections(view):
        yield title, [_inert(line, inert) for line in lines], note


def _inert(line: Shown, inert: Inert) -> Shown:
    """A line in which nothing is a link but its own; what a quote is about names its source."""
    return replace(line, said=inert(line.said), text=inert(line.text) if line.quote else line.text)


def _harmless(head: Head | None, inert: Inert) -> Head | None:
    """The head without links in what people wrote: the goal's name, and the notes."""
    if head is None:
        return None
    figures = tuple((label, value, inert(note)) for label, value, note in head.figures)
    return replace(head, goal=inert(head.goal), figures=figures)


def _lines(line: Shown, base_url: str) -> Iterator[str]:
    if line.quote:
        yield f"- “{line.said}”"
        yield f"  {line.text}"
    else:
        yield f"- {line.said}: {line.text}" if line.said else f"- {line.text}"
    if line.path:
        yield f"  {base_url}{line.path}"


def _note(note: str) -> str:
    return f" ({note})" if note else ""


def _page(view: ReportView) -> str:
    return hero.link("/report", week=str(view.told.week), audience=view.told.audience)
