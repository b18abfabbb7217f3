"""The services that the functions talk to: an embedded moto server, or what the user points at."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import boto3

from local.template import REGION

_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "AWS_EC2_METADATA_DISABLED": "true",
}
_SERVICE_IDS = {"dynamodbstreams": "DYNAMODB_STREAMS", "secretsmanager": "SECRETS_MANAGER"}


class Backend:
    """Where the services are. `environment` is what a function needs to reach them."""

    def __init__(self, environment: Mapping[str, str], server: Any = None) -> None:
        self.environment = environment
        self._server = server  # moto's, when it is ours
        self._clients: dict[str, Any] = {}
        self._session = boto3.Session(
            aws_access_key_id=environment.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=environment.get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=environment.get("AWS_SESSION_TOKEN"),
            region_name=REGION,
        )

    @property
    def embedded(self) -> bool:
        """Whether the services live in this process, so that their state is ours to save."""
        return self._server is not None

    @property
    def endpoint(self) -> str:
        """The address of the services."""
        return self.environment["AWS_ENDPOINT_URL"]

    def client(self, service: str) -> Any:
        """Return the one client of a service ("dynamodb", "sqs", …); clients are thread-safe."""
        if service not in self._clients:
            own = f"AWS_ENDPOINT_URL_{_SERVICE_IDS.get(service, service.upper())}"
            endpoint = self.environment.get(own) or self.endpoint
            self._clients[service] = self._session.client(service, endpoint_url=endpoint)
        return self._clients[service]

    def stop(self) -> None:
        """Stop the embedded server; nothing to do for another one."""
        if self._server is not None:
            self._server.stop()


def start(environment: Mapping[str, str]) -> Backend:
    """Return the services: those of AWS_ENDPOINT_URL where it is set, else a new embedded server.

    AWS_ENDPOINT_URL_<SERVICE> moves a single service, as it does for every AWS SDK.
    """
    given = {n: v for n, v in environment.items() if n.startswith("AWS_ENDPOINT_URL") and v}
    if "AWS_ENDPOINT_URL" in given:
        own = {n: environment[n] for n in (*_CREDENTIALS, "AWS_SESSION_TOKEN") if n in environment}
        return Backend({**_CREDENTIALS, **own, **given})
    from moto.server import ThreadedMotoServer  # noqa: PLC0415  two seconds, only where needed

    from local import engine, mailbox  # noqa: PLC0415

    engine.install()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    mailbox.open_box()
    host, port = server.get_host_and_port()
    url = {"AWS_ENDPOINT_URL": f"http://{host}:{port}"}
    return Backend({**_CREDENTIALS, **given, **url}, server)
