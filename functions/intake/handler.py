"""intake: what a helpdesk tells in a signed webhook is stored before the 202."""

from dataclasses import asdict

from northstar import desks
from northstar.app import intake
from northstar.runtime import bootstrap
from northstar.runtime.http import Request, Response, json_response, routed
from northstar.runtime.observability import count_metric


def webhook(request: Request) -> Response:
    """Answer 202 with what became of the delivery, or say in one sentence what is wrong."""
    body = request.body()
    desk = desks.by_name(request.path["desk"])
    desk.verify(body, request.headers, bootstrap.desk_secrets(desk.NAME), request.now)
    configuration = bootstrap.configuration()
    around = intake.Surroundings(
        store=bootstrap.feedback_store(),
        queue=bootstrap.ask_queue(),
        schedule=bootstrap.schedule(),
        keys=bootstrap.token_keys(),
        pepper=bootstrap.pepper(),
        configuration=configuration,
        base_url=configuration.public_url or request.base_url,
        now=request.now,
    )
    receipt = intake.take(desk.read(body, request.now), around)
    count_metric("WebhooksTaken")
    return json_response(202, asdict(receipt))


def probe(request: Request) -> Response:
    """Answer a helpdesk that looks whether the address of its webhook is there."""
    return json_response(200, {"desk": desks.by_name(request.path["desk"]).NAME})


handler = routed({"POST /webhooks/{desk}": webhook, "HEAD /webhooks/{desk}": probe})
