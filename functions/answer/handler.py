"""answer: what a customer sees behind a survey link. GET and HEAD never write."""

from northstar.runtime.http import routed
from northstar.runtime.survey import done, form, probe, problem, stop, stop_form, submit, went

handler = routed(
    {
        "GET /s/{token}": form,
        "HEAD /s/{token}": probe,
        "POST /s/{token}": submit,
        "GET /s/{token}/done": done,
        "POST /s/{token}/went": went,
        "GET /u/{token}": stop_form,
        "HEAD /u/{token}": stop_form,
        "POST /u/{token}": stop,
    },
    problem,
)
