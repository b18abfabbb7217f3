"""Charts as PNG, for where no browser draws: mails, and pictures that are copied.

The same drawings as on the pages, with PICTURE's colours. resvg draws them; it takes no font of the
machine, because a function has none, but Source Sans Pro out of a dependency.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from northstar.web.svg import Palette

PICTURE: Palette = {
    "ink": "#16202c",
    "muted": "#566472",
    "card": "#fff",
    "line": "#dfe4e9",
    "accent": "#0b5cad",
    "pace": "#7a5195",
    "warn": "#b3541e",
    "fan-80": "#cfe0f3",
    "fan-50": "#9dc1e8",
    "star-1": "#b3541e",
    "star-2": "#e0a06a",
    "star-3": "#c9ced4",
    "star-4": "#4f93c4",
    "star-5": "#12508c",
}
"""The light colours of the pages; a mail client that darkens mails leaves a white picture alone."""

FAMILY = "Source Sans Pro"
FONTS = ("SourceSansPro-Regular.ttf", "SourceSansPro-Bold.ttf")
MOST_SCALE = 4.0

_XML_REFUSES = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_VARIABLE = '"var('


def render_png(svg: str, *, scale: float = 2.0) -> bytes | None:
    """Return one of our drawings as PNG on white, `scale` pixels for each px (at most 4).

    None when the library or its font is missing or fails: what the picture stands in must be
    complete without it. Free text belongs into the HTML around it: a letter that the font lacks
    (Chinese, Arabic, emoji) becomes an empty box. Only for our own drawings, with width and height
    in px: one of a stranger could name files of this machine, or ask for more memory than there is.

    Raises ValueError for a larger scale, and for a drawing in colours of a style sheet.
    """
    if scale > MOST_SCALE:
        raise ValueError(f"The scale is {scale:g}; take at most {MOST_SCALE:g}.")
    if _VARIABLE in svg:
        raise ValueError("The drawing has colours of a style sheet; draw it with PICTURE.")
    try:
        return _render(_document(svg), scale)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001  a panic in Rust is not an Exception (PyO3)
        return None


def font_files() -> list[str]:
    """Return the paths of the font in weights 400 and 700.

    Raises ImportError, OSError: resvg itself would leave out all text without a word.
    """
    folder = Path(str(files("font_source_sans_pro"))) / "files"
    return [str((folder / name).resolve(strict=True)) for name in FONTS]


def _render(document: str, scale: float) -> bytes:
    import resvg_py  # noqa: PLC0415  pages do not pay for it, and may be drawn without it

    return resvg_py.svg_to_bytes(
        svg_string=document,
        zoom=scale,
        background=PICTURE["card"],
        skip_system_fonts=True,
        font_files=font_files(),
        font_family=FAMILY,
    )


def _document(svg: str) -> str:
    """Return what stands inside a page as a document of its own.

    Without its namespace there would be no text; a character that XML refuses may be in a title.
    """
    own = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return _XML_REFUSES.sub("\ufffd", own)
