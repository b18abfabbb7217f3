"""What commands print: text from outside does nothing to a terminal."""

from __future__ import annotations

import json
import re

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def line(text: str) -> str:
    """Return text, some of it from outside, as one line that does nothing to a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


def as_json(value: object) -> str:
    """Return a value as JSON that can be read, and that does nothing to a terminal."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
