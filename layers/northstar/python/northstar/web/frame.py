"""The frame of every page: one HTML text that loads nothing and runs nothing."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from northstar.web import numbers

STYLES = ("leadership.css", "customer.css")


def headers(*, pings: bool = False) -> dict[str, str]:
    """Return the headers of every page: it may not be stored, framed, indexed or run anything.

    One that `pings` may tell us, by its links, that they were followed.
    """
    return {
        "Content-Security-Policy": f"{csp()}; connect-src 'self'" if pings else csp(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }


def public_headers(style: str) -> dict[str, str]:
    """Return the headers of a page for everybody, of one style sheet.

    It may be kept for minutes, indexed, and framed by any site; it runs and sends nothing.
    """
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{_hash(_style(style))}'; img-src data:; "
            "form-action 'none'; frame-ancestors *; base-uri 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "public, max-age=300, stale-while-revalidate=300",
    }


@cache
def csp() -> str:
    """Return the Content-Security-Policy (CSP 3): our two style sheets by hash, and no script."""
    hashes = " ".join(f"'sha256-{_hash(_style(name))}'" for name in STYLES)
    return (
        f"default-src 'none'; style-src {hashes}; img-src 'self' data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


@cache
def _environment() -> Environment:
    """Return the templates; what they mark as safe are the style sheet and our own drawings."""
    environment = Environment(
        loader=PackageLoader("northstar.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"count": numbers.count, "long_day": numbers.long_day}
    return environment


def draw(template: str, style: str, **values: object) -> str:
    """Return a page; half a surrogate pair, which UTF-8 cannot carry, becomes a question mark."""
    html = _environment().get_template(template).render(style=_style(style), **values)
    return html.encode("utf-8", "replace").decode("utf-8")


def ours(markup: str) -> Markup:
    """Return markup that we wrote ourselves; a text from outside must be escaped before."""
    return Markup(markup)  # noqa: S704  the one place where a string becomes markup


@cache
def _style(name: str) -> str:
    """A style sheet without the blanks that say nothing; each page carries it."""
    text = files("northstar.web").joinpath("static", name).read_text("utf-8")
    return re.sub(r"\s*([{};])\s*|(?<=[:,])\s+", r"\1", text.strip())


def _hash(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode()
