"""answer: what a customer sees behind a survey link. GET and HEAD never write."""

from northstar.runtime.http import routed
from northstar.runtime.survey import done, form, problem, submit

handler = routed(
    {
        "GET /s/{token}": form,
        "HEAD /s/{token}": form,
        "POST /s/{token}": submit,
        "GET /s/{token}/done": done,
    },
    problem,
)
