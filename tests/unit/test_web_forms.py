"""What is taken from the survey form, and what is refused with a clear sentence."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northstar.app.texts import ENGLISH
from northstar.domain.errors import Invalid, TooLarge
from northstar.domain.surveys import Response
from northstar.web import forms


def body(**fields: str) -> bytes:
    """Return the fields as a browser posts them."""
    return urlencode(fields).encode()


@pytest.mark.parametrize(
    ("answer", "response"),
    [("yes", Response(solved=True)), ("no", Response(solved=False))]
    + [(str(n), Response(csat=n)) for n in range(1, 6)],
)
def test_each_choice_is_understood(answer: str, response: Response) -> None:
    """Yes and no answer *solved*, 1 to 5 answer *csat*."""
    assert forms.response(forms.read(body(answer=answer, comment=""))) == response


@pytest.mark.parametrize("answer", ["", "0", "6", "-1", "4.0", " 4", "４", "٤", "04", "Yes", "1,5"])
def test_anything_else_is_no_answer(answer: str) -> None:
    """Only the values of the form count, in ASCII; the refusal names the field."""
    with pytest.raises(Invalid, match="choose one answer") as refused:
        forms.response(forms.read(body(answer=answer)))
    assert refused.value.field == "answer"


@pytest.mark.parametrize(
    "posted", [b"answer=1&answer=5", b"answer=yes&answer=4", b"comment=&comment=b"]
)
def test_two_answers_are_refused(posted: bytes) -> None:
    """A field that comes twice, which is also the only way to answer both questions, is refused."""
    with pytest.raises(Invalid, match="twice"):
        forms.read(posted)


@given(st.text(max_size=300))
def test_any_comment_survives_the_way_through_the_form(comment: str) -> None:
    """What was typed is what the form gives back, to the letter."""
    assert forms.read(body(answer="4", comment=comment)).comment == comment


@pytest.mark.parametrize(
    "posted", [b"answer=4&comment=%ff", b"answer=4&comment=\xff", b"comment=%ed%a0%80"]
)
def test_text_that_is_not_utf_8_is_refused(posted: bytes) -> None:
    """Bytes that are no UTF-8, encoded or not, are refused instead of replaced."""
    with pytest.raises(Invalid, match="UTF-8"):
        forms.read(posted)


def test_a_comment_at_the_limit_is_taken() -> None:
    """Characters are counted, not bytes."""
    comment = "😀" * 2000
    assert forms.response(forms.read(body(answer="1", comment=comment))).comment == comment


def test_a_comment_over_the_limit_is_refused_with_both_numbers() -> None:
    """The sentence says how long it is and how long it may be; the form keeps the text."""
    form = forms.read(body(answer="1", comment="x" * 2001))
    with pytest.raises(Invalid, match=r"2,001 characters.* 2,000 or fewer") as refused:
        forms.response(form)
    assert refused.value.field == "comment"
    assert form.comment == "x" * 2001


def test_a_comment_may_come_later_than_the_rating() -> None:
    """Where a rating was given before, a comment alone is enough; where not, it is refused."""
    form = forms.read(body(comment="And it was slow."))
    late = forms.response(form, rating_required=False)
    assert late == Response(solved=None, csat=None, comment="And it was slow.")
    with pytest.raises(Invalid, match="choose one answer"):
        forms.response(form)


@pytest.mark.parametrize(
    "fields", [{}, {"comment": " "}, {"answer": "6", "comment": "x"}, {"answer": "Yes"}]
)
def test_nothing_at_all_is_never_an_answer(fields: dict[str, str]) -> None:
    """Neither an empty form nor a rating off the scale passes as a late comment."""
    with pytest.raises(Invalid) as refused:
        forms.response(forms.read(body(**fields)), rating_required=False)
    assert refused.value.field == "answer"


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("answer", ("choose", {})),
        ("comment", ("too_long", {"count": "2001", "limit": "2000"})),
        ("body", ("refused_reason", {})),
        ("", ("refused_reason", {})),
    ],
)
def test_what_is_wrong_is_told_in_the_texts_of_the_page(
    field: str, told: tuple[str, dict[str, str]]
) -> None:
    """Each field has its text, and the text for a long comment says both numbers."""
    form = forms.read(body(answer="9", comment=f" {'x' * 2001}\r\n"))
    key, values = forms.complaint(form, field)
    assert (key, values) == told
    assert "{" not in ENGLISH[key].format(**values)


def test_a_blank_comment_is_none() -> None:
    """Blanks and control characters are no comment."""
    assert forms.response(forms.read(body(answer="2", comment=" \r\n\x00 "))).comment is None


def test_a_body_over_32_kb_is_refused_before_it_is_parsed() -> None:
    """The size is checked first, so even a body that is no form is only too large."""
    with pytest.raises(TooLarge):
        forms.read(b"\xff" * (32 * 1024 + 1))


def test_a_body_of_many_fields_is_refused() -> None:
    """The number of fields is bounded."""
    with pytest.raises(Invalid, match="more than 8 fields"):
        forms.read(b"&".join(b"f%d=" % n for n in range(9)))


@pytest.mark.parametrize(("filled", "trapped"), [("", False), ("http://spam.example", True)])
def test_the_field_that_nobody_sees_tells_machines_from_people(filled: str, trapped: bool) -> None:
    """A filled trap is reported; an empty one, which every browser sends, is not."""
    assert forms.read(body(answer="4", reference_2=filled)).trapped is trapped
