"""Reads what a browser posts from the survey page, strictly and in bounded time."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from northstar.domain.errors import Invalid, TooLarge
from northstar.domain.surveys import COMMENT_LIMIT, Response, clean_text

BODY_LIMIT = 32 * 1024
TRAP = "reference_2"

_FIELD_LIMIT = 8
_SOLVED = {"yes": True, "no": False}
_CSAT = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}


@dataclass(frozen=True, slots=True)
class Form:
    """The fields as they were typed. `trapped` says that the field no person sees was filled."""

    answer: str = ""
    comment: str = ""
    trapped: bool = False


def read(body: bytes) -> Form:
    """Return the fields of an urlencoded UTF-8 body (WHATWG URL, 5.1); unknown ones are ignored.

    Raises:
        TooLarge: more than 32 KB.
        Invalid: not UTF-8, more than eight fields, or one of our fields twice.
    """
    if len(body) > BODY_LIMIT:
        raise TooLarge("The form is larger than 32 KB. Please shorten your comment.", "comment")
    fields: dict[str, str] = {}
    for name, value in _pairs(body):
        if name in fields:
            raise Invalid(f"The form has the field '{name[:20]}' twice. Please send it once.", name)
        fields[name] = value
    return Form(
        answer=fields.get("answer", ""),
        comment=fields.get("comment", ""),
        trapped=bool(fields.get(TRAP)),
    )


def response(form: Form, *, rating_required: bool = True) -> Response:
    """Return what the customer chose: `answer` yes or no, or 1 to 5 in ASCII digits.

    Without `rating_required` the answer may be left out where there is a comment, which then joins
    the answer that was given before; the response has no rating.

    Raises:
        Invalid: no answer or another one (field "answer"), or a comment over the limit ("comment").
    """
    solved, csat = _SOLVED.get(form.answer), _CSAT.get(form.answer)
    comment = _comment(form)
    only_comment = not rating_required and not form.answer and comment
    if solved is None and csat is None and not only_comment:
        raise Invalid("Please choose one answer to the first question.", "answer")
    if len(comment) > COMMENT_LIMIT:
        message = (
            f"Your comment has {len(comment):,} characters. "
            f"Please shorten it to {COMMENT_LIMIT:,} or fewer."
        )
        raise Invalid(message, "comment")
    return Response(solved=solved, csat=csat, comment=comment or None)


def complaint(form: Form, field: str) -> tuple[str, dict[str, str]]:
    """Return what to tell the customer about a field that was refused: a text's key and values.

    The field is that of the error; the values fill the places of the text (`app.texts`).
    """
    if field == "answer":
        return "choose", {}
    if field == "comment":
        count, limit = len(_comment(form)), COMMENT_LIMIT
        return "too_long", {"count": str(count), "limit": str(limit)}
    return "refused_reason", {}


def _comment(form: Form) -> str:
    """Return the comment as it would be stored, at its full length."""
    return clean_text(form.comment, BODY_LIMIT)


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_FIELD_LIMIT,
        )
    except UnicodeDecodeError as error:
        raise Invalid("The form is not valid UTF-8 text. Please send it again.", "body") from error
    except ValueError as error:
        raise Invalid(f"The form has more than {_FIELD_LIMIT} fields.", "body") from error
