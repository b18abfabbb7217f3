"""Text from outside in what we send: on one line, of bounded length, and never a link or a call."""

from __future__ import annotations

import re
import unicodedata

from northstar.domain.surveys import COMMENT_LIMIT, clean_text

WEB_ADDRESS = re.compile(r"https?://[!#-;=?-~]{1,900}")
"""An address that may stand in a message: ASCII, absolute, without quotes and angle brackets."""

_BREAKS = re.compile("[ \t\n\u2028\u2029]+")
_GAP = "\u200b"
# Where programs that read a text look for a link, for somebody to call, or for a code of their own
# (Slack's <!…>, Markdown's ](…), Adaptive Cards' {{…}}): they do not find it behind a gap.
_LIVE = re.compile(
    r":(?=//)|\b(?:mailto|tel|sms):(?=\S)|\bwww\.(?=\S)|(?<=\S)[.。．｡](?=[^\W\d_]{2})"
    r"|\b\d{1,3}\.(?=\d{1,3}\.\d{1,3}\.\d)|@(?=\w)|<(?=\S)|\](?=\()|[{$](?=\{)",
    re.IGNORECASE,
)
_JOINER = "\u200d"
_MOST_JOINED = 40


def one_line(text: str) -> str:
    """Return a text on one line, without control and bidi characters or halves of a character."""
    whole = text[:COMMENT_LIMIT].encode("utf-8", "replace").decode()
    return _BREAKS.sub(" ", clean_text(whole)).strip()


def lines(text: str) -> list[str]:
    """Return the lines of a text that are not empty, each as `one_line` has it."""
    parts = re.split("[\r\n\u2028\u2029]+", text[:COMMENT_LIMIT])
    return [line for part in parts if (line := one_line(part))]


def inert(text: str) -> str:
    """Return a text in which nothing is linked, mentioned or expanded; it looks the same.

    Invisible gaps (U+200B) stand where a program would find an address, a name to call or a code.
    """
    return _LIVE.sub(lambda found: found[0] + _GAP, text)


def cut(text: str, limit: int) -> str:
    """Return a text of at most `limit` UTF-16 units; a longer one ends with "…".

    What a reader sees as one character (with its accents, joined, of two halves) is not cut apart.
    """
    if units(text) <= limit:
        return text
    head = text.encode("utf-16-le", "replace")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    end = shortest = len(head)
    while end > 1 and shortest - end < _MOST_JOINED and _goes_on(text, end):
        end -= 1
    return f"{text[:end].rstrip()}…"


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units, never less than its characters."""
    return len(text) + sum(character > "\uffff" for character in text)


def isolated(text: str) -> str:
    """Return a text that, written from right to left, does not turn round what stands beside it."""
    turns = any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)
    return f"\u2068{text}\u2069" if turns else text


def _goes_on(text: str, end: int) -> bool:
    """Whether what stands at `end` belongs to the character before it."""
    following = text[end]
    if following == _JOINER or text[end - 1] == _JOINER:
        return True
    if unicodedata.category(following).startswith("M") or "\U0001f3fb" <= following <= "\U0001f3ff":
        return True
    return _is_flag_half(following) and _flag_halves_before(text, end) % 2 == 1


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_halves_before(text: str, end: int) -> int:
    begin = end
    while begin and _is_flag_half(text[begin - 1]):
        begin -= 1
    return end - begin
