"""intake: a signed webhook becomes one ask, stored before the 202."""

from dataclasses import asdict

from northstar import desks
from northstar.app import intake
from northstar.runtime import bootstrap
from northstar.runtime.http import Request, Response, json_response, routed
from northstar.runtime.observability import count_metric


def webhook(request: Request) -> Response:
    """Answer 202 with the ask, or say in one sentence what is wrong."""
    body = request.body()
    desk = desks.by_name(request.path["desk"])
    desk.verify(body, request.headers, bootstrap.desk_secrets(desk.NAME))
    receipt = intake.take(
        desk.ticket(body, request.now),
        store=bootstrap.feedback_store(),
        queue=bootstrap.ask_queue(),
        keys=bootstrap.token_keys(),
        pepper=bootstrap.pepper(),
        base_url=bootstrap.configuration().public_url or request.base_url,
        now=request.now,
    )
    count_metric("WebhooksTaken")
    return json_response(202, asdict(receipt))


handler = routed({"POST /webhooks/{desk}": webhook})
