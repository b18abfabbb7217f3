"""The machine API: which token may call what, and from wire models to use cases and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from urllib.parse import unquote

from pydantic import BaseModel

from northstar import sources as stores
from northstar.app import goals as keeping
from northstar.app import inbox, numbers, show_sources, show_templates, standings, tokens
from northstar.app.goals import KeptGoal
from northstar.app.ports import Scope
from northstar.domain.errors import Invalid
from northstar.domain.goals import NAME_LIMIT, UNITS, Goal
from northstar.runtime import api_models as models
from northstar.runtime import api_shapes as shapes
from northstar.runtime import bootstrap, freshness, openapi, tracking
from northstar.runtime.http import Request, Response, json_text

MOST_DAYS = 400
"""Days of an aggregate row in one answer."""

_DAYS = 28
_WHOLE = ("all", "hour")
_DAY = timedelta(1)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in: who asks, and its query and body as the operation's models."""

    request: Request
    by: str
    query: Any
    body: Any

    @property
    def today(self) -> date:
        """The business day."""
        return self.request.now.astimezone(bootstrap.configuration().business.zone).date()

    def path(self, name: str) -> str:
        """Return a variable of the path. Raises Invalid.

        API Gateway decodes a path before it looks for its route, so that "/" and "?" come through
        only where they are encoded twice: here is the second decoding.
        """
        try:
            told = unquote(self.request.path[name], errors="strict")
        except UnicodeDecodeError as error:
            raise Invalid(
                f"The {name} in the path is not UTF-8; encode it as such.", name
            ) from error
        if len(told) > NAME_LIMIT:
            raise Invalid(f"The {name} has more than {NAME_LIMIT} characters; shorten it.", name)
        return told


@dataclass(frozen=True, slots=True)
class Operation:
    """One route: what it does, in how many words, for which scope, and its models.

    With `missing` it answers 404 where what the path names is not there.
    """

    does: Callable[[Call], BaseModel]
    summary: str
    answer: type[models.Told]
    scope: Scope = "read"
    query: type[models.Asked] = models.Nothing
    body: type[models.Asked] | None = None
    missing: bool = False


def answer(request: Request) -> Response:
    """Answer a route of the API. Raises Unauthenticated, Refused, Invalid, NotFound, Retryable."""
    operation = OPERATIONS[request.route]
    header = request.headers.get("authorization", "")
    token = tokens.check(header, bootstrap.progress_store(), request.now)
    tokens.allow(token, operation.scope)
    query = models.read_query(operation.query, request.query)
    body = models.read_body(operation.body, request.body()) if operation.body else None
    told = operation.does(Call(request, f"API: {token.name}", query, body))
    return json_text(200, told.model_dump_json())


def document(_request: Request) -> Response:
    """Return the description of the API, for anybody."""
    return json_text(200, _description())


@cache
def _description() -> str:
    """The document, made once: anybody may ask for it, and it takes a while to make."""
    return openapi.text(OPERATIONS)


# ------------------------------------------------------------------ goals


def _goals(call: Call) -> models.Goals:
    query: models.GoalsQuery = call.query
    kept = _every_goal(call)
    listed = [one for one in kept if query.ended == "yes" or one.ended is None]
    return models.Goals(goals=tuple(_told(listed, call)))


def _goal(call: Call) -> models.GoalWithHistory:
    kept = standings.named(_every_goal(call), call.path("name"))
    (told,) = _told([kept], call)
    return shapes.with_history(told, bootstrap.goal_store().changes(kept.goal.name))


def _set_goal(call: Call) -> models.GoalWithHistory:
    body: models.GoalSettings = call.body
    told = body.model_dump() | {
        "name": call.path("name"),
        "start": body.start or call.today,
        "target": _whole(body.target),
        "baseline": _whole(body.baseline),
    }
    with tracking.changing(call.request.now):
        standings.set_checked(
            Goal(**told),
            bootstrap.configuration(),
            progress=bootstrap.progress_store(),
            goals=bootstrap.goal_store(),
            by=call.by,
            now=call.request.now,
        )
    return _goal(call)


def _end_goal(call: Call) -> models.GoalWithHistory:
    store, now = bootstrap.goal_store(), call.request.now
    with tracking.changing(now):
        keeping.end_goal(call.path("name"), store, by=call.by, now=now, today=call.today)
    return _goal(call)


def _believe(call: Call) -> models.GoalWithHistory:
    body: models.Belief = call.body
    store, now = bootstrap.goal_store(), call.request.now
    with tracking.changing(now):
        keeping.believe(call.path("name"), body.value, body.note, store, by=call.by, now=now)
    return _goal(call)


def _every_goal(call: Call) -> list[KeptGoal]:
    return standings.all_goals(bootstrap.configuration(), bootstrap.goal_store(), call.today)


def _told(kept: Sequence[KeptGoal], call: Call) -> list[models.Goal]:
    """How these goals stand now."""
    configuration = bootstrap.configuration()
    found = standings.standings(
        kept,
        configuration,
        progress=bootstrap.progress_store(),
        goals=bootstrap.goal_store(),
        now=call.request.now,
        stale_after=freshness.stale_after(configuration),
    )
    return [shapes.goal(one, standing) for one, standing in zip(kept, found, strict=True)]


def _whole(value: float | None) -> float | None:
    """The same value, as a whole number where it is one: 10000.0 reviews are 10000."""
    return int(value) if value is not None and value == int(value) else value


# ------------------------------------------------------------------ numbers


def _metrics(_call: Call) -> models.Metrics:
    return models.Metrics(
        metrics=tuple(
            models.MetricMeaning(name=name, unit=UNITS[name], meaning=meaning)
            for name, meaning in numbers.MEANINGS.items()
        ),
        numbers=tuple(bootstrap.progress_store().values(numbers.NUMBER)),
    )


def _number(call: Call) -> models.Numbers:
    name = call.path("name")
    values = numbers.posted(name, bootstrap.goal_store())
    told = (models.Posted(day=day, value=value) for day, value in sorted(values.items()))
    return models.Numbers(name=name, values=tuple(told))


def _post_number(call: Call) -> models.Posted:
    body: models.Number = call.body
    day = models.read_day(call.path("day"))
    numbers.post(
        call.path("name"),
        day,
        body.value,
        goals=bootstrap.goal_store(),
        progress=bootstrap.progress_store(),
        today=call.today,
    )
    return models.Posted(day=day, value=body.value)


def _aggregates(call: Call) -> models.Aggregates:
    query: models.AggregatesQuery = call.query
    until = query.until or call.today
    since = query.since or until - min((_DAYS - 1) * _DAY, until - date.min)
    value = query.value or ("all" if query.dimension in _WHOLE else None)
    if value is None:
        raise Invalid(f"value is missing; name one of the dimension {query.dimension}.", "value")
    if not 0 <= (until - since).days < MOST_DAYS:
        raise Invalid(f"until must lie 0 to {MOST_DAYS - 1} days after since.", "until")
    days = bootstrap.progress_store().daily(query.dimension, value, since, until)
    return models.Aggregates(
        dimension=query.dimension,
        value=value,
        since=since,
        until=until,
        days=tuple(models.Day(day=day, measures=dict(told)) for day, told in sorted(days.items())),
    )


# ------------------------------------------------------------------ feedback and sources


def _feedback(call: Call) -> models.FeedbackPage:
    query: models.FeedbackQuery = call.query
    page = inbox.feedback_page(
        bootstrap.configuration(),
        feedback=bootstrap.feedback_store(),
        filters=inbox.filters_of(call.request.query),
        cursor=query.cursor,
        first_day=bootstrap.progress_store().first_day(),
        today=call.today,
        limit=query.limit,
    )
    return models.FeedbackPage(feedback=tuple(map(shapes.said, page.items)), next=page.cursor)


def _sources(call: Call) -> models.Sources:
    configuration = bootstrap.configuration()
    view = show_sources.sources_view(
        configuration,
        totals=bootstrap.progress_store(),
        quarantine=bootstrap.quarantine(),
        shows=lambda name: stores.by_name(name).CAPABILITIES if name in stores.SOURCES else None,
        every=freshness.every(),
        stale_after=freshness.stale_after(configuration),
        now=call.request.now,
        editor=False,
    )
    return models.Sources(sources=tuple(map(shapes.source, view.sources)), unlisted=view.unlisted)


def _templates(call: Call) -> models.Templates:
    query: models.TemplatesQuery = call.query
    view = show_templates.templates_view(
        bootstrap.configuration(),
        progress=bootstrap.progress_store(),
        now=call.request.now,
        days=int(query.days),
        sort=query.sort,
        after=query.after,
    )
    return models.Templates(
        at=view.at,
        days=view.days,
        number=view.number,
        templates=tuple(map(shapes.template, view.templates)),
        next=view.after,
    )


OPERATIONS: Mapping[str, Operation] = {
    "GET /api/v1/goals": Operation(
        _goals, "List the goals, and how they stand now.", models.Goals, query=models.GoalsQuery
    ),
    "GET /api/v1/goals/{name}": Operation(
        _goal,
        "Return a goal, how it stands, and its history.",
        models.GoalWithHistory,
        missing=True,
    ),
    "PUT /api/v1/goals/{name}": Operation(
        _set_goal,
        "Set a goal: a new one, or over what it was. An ended one is open again.",
        models.GoalWithHistory,
        "goals:write",
        body=models.GoalSettings,
    ),
    "DELETE /api/v1/goals/{name}": Operation(
        _end_goal,
        "End a goal; it and its history stay.",
        models.GoalWithHistory,
        "goals:write",
        missing=True,
    ),
    "PUT /api/v1/goals/{name}/confidence": Operation(
        _believe,
        "Keep how sure somebody is that a goal is met.",
        models.GoalWithHistory,
        "goals:write",
        body=models.Belief,
        missing=True,
    ),
    "GET /api/v1/metrics": Operation(
        _metrics, "List the metrics of goals, and the numbers that were posted.", models.Metrics
    ),
    "GET /api/v1/metrics/{name}": Operation(
        _number, "Return a posted number, by day.", models.Numbers, missing=True
    ),
    "PUT /api/v1/metrics/{name}/{day}": Operation(
        _post_number,
        "Keep the value of a number on a day, over what was there.",
        models.Posted,
        "numbers:write",
        body=models.Number,
    ),
    "GET /api/v1/aggregates": Operation(
        _aggregates,
        "Return the measures of one value of a dimension, by day.",
        models.Aggregates,
        query=models.AggregatesQuery,
    ),
    "GET /api/v1/feedback": Operation(
        _feedback,
        "List what customers said, newest first.",
        models.FeedbackPage,
        query=models.FeedbackQuery,
    ),
    "GET /api/v1/sources": Operation(
        _sources, "List the sources, and how each stands.", models.Sources
    ),
    "GET /api/v1/templates": Operation(
        _templates,
        "List the templates, and how well each version solves.",
        models.Templates,
        query=models.TemplatesQuery,
    ),
}
"""The routes of the API, but for the document that describes it."""
