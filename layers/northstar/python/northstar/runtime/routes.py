"""Which function answers which route of `show`."""

from northstar.runtime import inbox, leadership, signing_in
from northstar.runtime.http import json_response

ROUTES = {
    "GET /": leadership.goal,
    "GET /feedback": inbox.feedback,
    "POST /feedback/correct": inbox.correct,
    "GET /sentiment": leadership.sentiment,
    "GET /topics": leadership.topics,
    "GET /sources": leadership.sources,
    "POST /sources/collect": leadership.collect_now,
    "GET /auth/login": signing_in.log_in,
    "POST /auth/logout": signing_in.log_out,
    "GET /health": lambda _request: json_response(200, {"status": "ok"}),
}
