"""The routes of a survey: form, answer, thanks, and a clear page for everything else."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict
from urllib.parse import quote

from northstar.app import answer
from northstar.app.ports import FeedbackStore
from northstar.app.views import SurveyView, ThanksView
from northstar.domain.errors import Closed, Invalid, NorthstarError, NotFound, TooLarge
from northstar.domain.surveys import Ask
from northstar.domain.tokens import Keys
from northstar.runtime import bootstrap
from northstar.runtime.http import Request, Response, status_of
from northstar.runtime.observability import count_metric, logger
from northstar.web import forms, pages


def form(request: Request) -> Response:
    """Show the form. Writes nothing; `?r=` only preselects."""
    ask = answer.open_survey(request.path["token"], **_reach(request))
    return _page(200, pages.survey(_view(request, ask, preselected=request.query.get("r"))))


def submit(request: Request) -> Response:
    """Store the answer and go on to the thanks; a wrong form comes back with its text."""
    filled = forms.read(request.body())
    if not filled.trapped:
        try:
            answer.submit(request.path["token"], forms.response(filled), **_reach(request))
        except Invalid as error:
            return _again(request, filled, error)
        except NorthstarError as error:
            if not error.retryable:
                raise
            logger.warning("answer not stored", extra={"error": str(error)})
            return _later(request, filled)
        count_metric("AnswersTaken")
    return Response(303, headers={**pages.headers(), "location": f"{_path(request)}/done"})


def done(request: Request) -> Response:
    """Say thanks, and offer to change the answer while that is possible."""
    ask = answer.find(request.path["token"], **_reach(request))
    until = ask.editable_until
    view = ThanksView(
        business=_business(),
        time_zone=bootstrap.configuration().business.time_zone,
        ask=ask,
        change=_path(request) if until and request.now <= until else None,
    )
    return _page(200, pages.thanks(view))


def problem(error: Exception, request: Request) -> Response:
    """Return the page for an error."""
    status = status_of(error)
    if isinstance(error, Closed):
        return _page(status, pages.closed(_business(), str(error)))
    if isinstance(error, NotFound):
        return _page(status, pages.unknown(_business()))
    if isinstance(error, TooLarge | Invalid):
        return _page(status, pages.refused(_business(), str(error), _path(request)))
    if status == 503:
        return _page(status, pages.unavailable(_business(), _path(request)))
    return _page(500, pages.failed(_business(), request.id))


class _Reach(TypedDict):
    store: FeedbackStore
    keys: Keys
    now: datetime


def _reach(request: Request) -> _Reach:
    """What every use case of an answer works with."""
    return {
        "store": bootstrap.feedback_store(),
        "keys": bootstrap.token_keys(),
        "now": request.now,
    }


def _again(request: Request, filled: forms.Form, error: Invalid) -> Response:
    ask = answer.open_survey(request.path["token"], **_reach(request))
    view = _view(
        request,
        ask,
        preselected=filled.answer,
        comment=filled.comment,
        error=str(error),
        error_field=error.field,
    )
    return _page(422, pages.survey(view))


def _later(request: Request, filled: forms.Form) -> Response:
    page = pages.unavailable(_business(), _path(request), filled.answer, filled.comment)
    return _page(503, page)


def _view(
    request: Request,
    ask: Ask,
    *,
    preselected: str | None = None,
    comment: str = "",
    error: str | None = None,
    error_field: str | None = None,
) -> SurveyView:
    return SurveyView(_business(), ask, _path(request), preselected, comment, error, error_field)


def _business() -> str:
    return bootstrap.configuration().business.name


def _path(request: Request) -> str:
    return f"/s/{quote(request.path['token'], safe='')}"


def _page(status: int, html: str) -> Response:
    headers = pages.headers() | ({"retry-after": "5"} if status == 503 else {})
    return Response(status, html, headers=headers)
