"""show: the pages of leadership, for whoever is logged in."""

from northstar.runtime.http import json_response, routed
from northstar.runtime.leadership import (
    collect_now,
    correct,
    feedback,
    goal,
    log_in,
    log_out,
    problem,
    sentiment,
    sources,
    topics,
)

handler = routed(
    {
        "GET /": goal,
        "GET /feedback": feedback,
        "POST /feedback/correct": correct,
        "GET /sentiment": sentiment,
        "GET /topics": topics,
        "GET /sources": sources,
        "POST /sources/collect": collect_now,
        "GET /auth/login": log_in,
        "POST /auth/logout": log_out,
        "GET /health": lambda _request: json_response(200, {"status": "ok"}),
    },
    problem,
)
