"""Survey mails whatever a customer, a ticket or an agent is called."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from northstar.delivery.mail import LONGEST_OUTSIDE_TEXT
from tests.unit.test_mail import LINK, STOP, check_inert, mail, part

PIECES = st.sampled_from(
    [
        "http",
        "https",
        ":",
        "//",
        "www",
        ".",
        "evil",
        "com",
        "ru",
        " ",
        "\n",
        "\u200b",
        "@",
        "mailto",
    ]
)
LINKIFIER = re.compile(r"https?://\S+|www\.\S+|mailto:\S+|[a-z0-9-]+\.[a-z]{2,}\S*", re.IGNORECASE)


@given(st.text(st.characters(), max_size=200))
@example("\r\nBcc: x@y.z")
@example("\ud800")
@example("=?utf-8?q?=0D=0ABcc:_x@y.z?=")
def test_no_text_becomes_markup_or_a_header(text: str) -> None:
    """Any characters at all, halves of them too: the mail is the same mail."""
    check_inert(text, text, text)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_mail_program_finds_no_link_but_ours(text: str) -> None:
    """What a simple linkifier finds in the text part are the survey's links and no other."""
    message = mail(subject=text, name=text, agent=text)
    found = {re.sub(r"\?r=\d$", "", link) for link in LINKIFIER.findall(part(message, "plain"))}
    assert found == {LINK, STOP}
    assert not LINKIFIER.search(str(message["Subject"]))


@given(
    st.lists(st.sampled_from(["é", "pomóc ", "się", " ", "a", "한국어", "؟", "🎉", ","])).map(
        "".join
    )
)
def test_a_subject_comes_back_as_it_was(text: str) -> None:
    """However it has to be encoded and folded, no blank and no character is lost or added."""
    subject = " ".join(text.split())[:LONGEST_OUTSIDE_TEXT].strip()
    wanted = f"Did we help? {subject}" if subject else "Did we help with your request?"
    assert mail(subject=subject)["Subject"] == wanted
