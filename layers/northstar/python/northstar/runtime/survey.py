"""The customers' routes: form, answer, thanks, no more surveys, and a clear page for all else."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict
from urllib.parse import quote, urlencode

from northstar.app import answer, wording
from northstar.app.answer import Visit
from northstar.app.configuration import Configuration
from northstar.app.links import stop_url
from northstar.app.ports import FeedbackStore
from northstar.app.survey_views import StopView, SurveyView, Switch, ThanksView
from northstar.app.texts import CHOICES, LANGUAGES, negotiate
from northstar.domain.errors import Closed, Invalid, NorthstarError, NotFound, TooLarge
from northstar.domain.surveys import Ask, check_open
from northstar.domain.tokens import Keys
from northstar.runtime import bootstrap
from northstar.runtime.http import Request, Response, status_of
from northstar.runtime.observability import count_metric, logger
from northstar.web import customers, forms, frame

_PROBES_KEPT = 1000
_probes: OrderedDict[str, datetime] = OrderedDict()
"""When links were asked for with HEAD: a hint in this process's memory, stored nowhere."""


def form(request: Request) -> Response:
    """Show the form. Writes nothing; `?r=` only preselects."""
    ask = _find(request)
    try:
        check_open(ask, request.now)
    except Closed as error:
        return _closed(request, error, ask)
    return _page(200, customers.survey(_view(request, ask, preselected=request.query.get("r"))))


def probe(request: Request) -> Response:
    """Answer HEAD as GET would be; and remember for seconds that no person is looking."""
    _probes[request.path["token"]] = request.now
    while len(_probes) > _PROBES_KEPT:
        _probes.popitem(last=False)
    return form(request)


def submit(request: Request) -> Response:
    """Store the answer and go on to the thanks; a wrong form comes back with its text."""
    filled = forms.read(request.body())
    if not filled.trapped:
        try:
            _submit(request, filled)
        except Invalid as error:
            return _again(request, filled, error)
        except Closed as error:
            return _closed(request, error, _find(request))
        except NorthstarError as error:
            if not error.retryable:
                raise
            logger.warning("answer not stored", extra={"error": str(error)})
            return _later(request, filled)
    return Response(303, headers={**frame.headers(), "location": _path(request, "s", "/done")})


def done(request: Request) -> Response:
    """Say thanks, and offer to change the answer while that is possible."""
    ask = _find(request)
    told = bootstrap.configuration()
    language = _language(request, ask)
    until = ask.editable_until
    open_still = until is not None and request.now <= until
    view = ThanksView(
        business=told.business.name,
        language=language,
        ask=ask,
        questions=_questions(ask, told, language),
        until=until.astimezone(told.business.zone).date() if until and open_still else None,
        change=_path(request, "s") if open_still else None,
        add_comment=bool(open_still and ask.response and not ask.response.comment),
        review_url=told.answering.review_url,
        went=f"/s/{quote(request.path['token'], safe='')}/went",
        help_url=told.answering.help_url,
    )
    return _page(200, customers.thanks(view), pings=True)


def went(request: Request) -> Response:
    """Keep that the customer followed the link to the store's page; the browser tells it itself."""
    request.body()  # refused when it is too large; whatever it says, the link says all
    zone = bootstrap.configuration().business.zone
    answer.went_on(request.path["token"], zone=zone, **_reach(request))
    return Response(204, headers=frame.headers())


def stop_form(request: Request) -> Response:
    """Show the page that stops surveys. Writes nothing."""
    ask = answer.find_to_stop(request.path["token"], **_reach(request))
    return _stop_page(request, ask, stopped=False)


def stop(request: Request) -> Response:
    """Ask this person nothing any more: by the page's button, or in one click (RFC 8058)."""
    request.body()  # refused when it is too large; whatever it says, the link says all
    ask = answer.stop(request.path["token"], **_reach(request))
    count_metric("Unsubscribed")
    return _stop_page(request, ask, stopped=True)


def problem(error: Exception, request: Request) -> Response:
    """Return the page for an error."""
    status, language = status_of(error), _language(request)
    business = _business()
    if isinstance(error, Closed):
        return _closed(request, error, None)
    if isinstance(error, NotFound):
        return _page(status, customers.unknown(business, language))
    if isinstance(error, TooLarge):
        return _page(status, customers.too_long(business, language, _here(request)))
    if isinstance(error, Invalid):
        return _page(status, customers.refused(business, language, _here(request)))
    if status == 503:
        return _page(status, customers.unavailable(business, language, _here(request)))
    return _page(500, customers.failed(business, language, request.id))


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


def _find(request: Request) -> Ask:
    return answer.find(request.path["token"], **_reach(request))


def _submit(request: Request, filled: forms.Form) -> None:
    token = request.path["token"]
    visit = Visit(request.headers.get("user-agent", ""), _probes.get(token))
    answered = answer.submit(
        token,
        forms.response(filled, rating_required=False),
        zone=bootstrap.configuration().business.zone,
        visit=visit,
        **_reach(request),
    )
    count_metric("AnswersSuspect" if answered.suspect else "AnswersTaken")


def _again(request: Request, filled: forms.Form, error: Invalid) -> Response:
    """The form once more, with what was typed and what is wrong with it."""
    ask = _find(request)
    key, values = forms.complaint(filled, error.field)
    view = _view(
        request,
        ask,
        preselected=filled.answer,
        comment=filled.comment,
        error=key,
        error_field=error.field if error.field in {"answer", "comment"} else None,
        error_values=values,
    )
    return _page(422, customers.survey(view))


def _closed(request: Request, error: Closed, ask: Ask | None) -> Response:
    told = bootstrap.configuration()
    language = _language(request, ask)
    reason = f"closed_{error.reason}"
    page = customers.closed(told.business.name, language, reason, told.answering.help_url)
    return _page(status_of(error), page)


def _later(request: Request, filled: forms.Form) -> Response:
    page = customers.unavailable(
        _business(), _language(request), _path(request, "s"), filled.answer, filled.comment
    )
    return _page(503, page)


def _stop_page(request: Request, ask: Ask, *, stopped: bool) -> Response:
    view = StopView(
        business=_business(),
        language=_language(request, ask),
        action=_path(request, "u"),
        stopped=stopped,
        switch=() if stopped else _switch(request, ask),
    )
    return _page(200, customers.stop(view))


def _view(
    request: Request,
    ask: Ask,
    *,
    preselected: str | None = None,
    comment: str = "",
    error: str | None = None,
    error_field: str | None = None,
    error_values: Mapping[str, str] | None = None,
) -> SurveyView:
    told = bootstrap.configuration()
    language = _language(request, ask)
    stop_path = stop_url(ask, bootstrap.token_keys(), "")
    return SurveyView(
        business=told.business.name,
        ask=ask,
        action=_path(request, "s"),
        language=language,
        questions=_questions(ask, told, language),
        stop=f"{stop_path}{_chosen(request)}",
        switch=_switch(request, ask),
        privacy_url=told.answering.privacy_url,
        anonymous=ask.anonymous,
        preselected=preselected,
        comment=comment,
        error=error,
        error_field=error_field,
        error_values=error_values or {},
    )


def _questions(ask: Ask, told: Configuration, language: str) -> wording.Questions:
    survey = wording.find(ask, told.surveys, bootstrap.feedback_store())
    return wording.questions(ask, survey, language)


def _language(request: Request, ask: Ask | None = None) -> str:
    """The visitor's own choice, else the language of the answer, else the browser's."""
    answered_in = ask.ticket.language if ask else None
    accepted = request.headers.get("accept-language", "")
    return negotiate(request.query.get("lang"), answered_in, accept=accepted)


def _switch(request: Request, ask: Ask) -> Switch:
    """The same page in every language, with what is preselected."""
    current, rating = _language(request, ask), request.query.get("r", "")
    kept = {"r": rating} if rating in CHOICES[ask.question] else {}
    return tuple(
        (tag, name, f"?{urlencode({**kept, 'lang': tag})}", tag == current)
        for tag, name in LANGUAGES.items()
    )


def _chosen(request: Request) -> str:
    """The visitor's choice of a language, to go on with."""
    chosen = request.query.get("lang", "")
    return f"?lang={chosen}" if chosen in LANGUAGES else ""


def _here(request: Request) -> str:
    kind = "u" if request.route.endswith("/u/{token}") else "s"
    return _path(request, kind)


def _path(request: Request, kind: str, after: str = "") -> str:
    return f"/{kind}/{quote(request.path['token'], safe='')}{after}{_chosen(request)}"


def _business() -> str:
    return bootstrap.configuration().business.name


def _page(status: int, html: str, *, pings: bool = False) -> Response:
    headers = frame.headers(pings=pings) | ({"retry-after": "5"} if status == 503 else {})
    return Response(status, html, headers=headers)
