"""What people read of a notice, in whichever channel: cleaned, made inert, and cut to bounds.

The bounds together stay within what each channel takes, so that no form has to cut again.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from northstar.app.notices import Link, Notice
from northstar.app.texts import DEFAULT, day
from northstar.delivery.outside import WEB_ADDRESS, cut, inert, isolated, lines, one_line

LONGEST_TITLE = 148
LONGEST_LABEL = 60
LONGEST_VALUE = 140
LONGEST_QUOTE = 1000
LONGEST_TODO = 300
LONGEST_NAME = 80
MOST_FACTS = 15
MOST_LINES = 12
MOST_LINKS = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of a notice; an empty one is to be left out.

    `facts` are (label, value), the last of many without a label; `quote` are its lines. `moment`
    tells since when it is so, with the time zone.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    quote: tuple[str, ...]
    quoted: str
    todo: str
    links: tuple[Link, ...]
    business: str
    moment: str


def shown(notice: Notice) -> Shown:
    """Return what people read of a notice. A link that is no address of the web is left out."""
    return Shown(
        title=_part(notice.title, LONGEST_TITLE) or notice.kind,
        facts=_facts(notice),
        quote=_quote(notice.quote or ""),
        quoted=_part(notice.quoted or "", LONGEST_NAME),
        todo=_part(notice.todo or "", LONGEST_TODO),
        links=_links(notice),
        business=_part(notice.business, LONGEST_NAME),
        moment=_moment(notice),
    )


def plain(seen: Shown) -> str:
    """Return all parts after the title as plain text."""
    told = [
        f"{isolated(label)}: {isolated(value)}".removeprefix(": ") for label, value in seen.facts
    ]
    quote = [f"> {isolated(line)}" for line in seen.quote]
    whose = [f"{isolated(seen.quoted)}:"] if seen.quoted and quote else []
    blocks = [
        "\n".join(told),
        "\n".join([*whose, *quote]),
        isolated(seen.todo),
        "\n".join(f"{isolated(link.text)}: {link.url}" for link in seen.links),
        foot(seen),
    ]
    return "\n\n".join(block for block in blocks if block)


def foot(seen: Shown) -> str:
    """Return the last line: of which business this tells, and since when it is so."""
    return " · ".join(part for part in (isolated(seen.business), seen.moment) if part)


def _part(text: str, limit: int) -> str:
    return cut(inert(one_line(text)), limit)


def _facts(notice: Notice) -> tuple[tuple[str, str], ...]:
    told = [(label, value) for label, value in notice.facts if value.strip()]
    kept = told if len(told) <= MOST_FACTS else told[: MOST_FACTS - 1]
    facts = [(_part(label, LONGEST_LABEL), _part(value, LONGEST_VALUE)) for label, value in kept]
    if len(kept) < len(told):
        facts.append(("", f"and {len(told) - len(kept)} more"))
    return tuple((label, value) for label, value in facts if value)


def _quote(text: str) -> tuple[str, ...]:
    told = lines(cut(inert("\n".join(lines(text))), LONGEST_QUOTE))
    return tuple(told if len(told) <= MOST_LINES else [*told[: MOST_LINES - 1], "…"])


def _links(notice: Notice) -> tuple[Link, ...]:
    usable = [link for link in notice.links if WEB_ADDRESS.fullmatch(link.url)][:MOST_LINKS]
    return tuple(Link(_part(link.text, LONGEST_LABEL) or "Open", link.url) for link in usable)


def _moment(notice: Notice) -> str:
    local = notice.at.astimezone(ZoneInfo(notice.zone))
    return f"{day(local.date(), DEFAULT)}, {local:%H:%M %Z}"
