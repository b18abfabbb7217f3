"""The services that the functions talk to: an embedded moto server, or what the user points at."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3

from local.template import REGION

_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass(frozen=True, slots=True)
class Backend:
    """Where the services are. `environment` is what a function needs to reach them."""

    environment: Mapping[str, str]
    server: Any = None  # moto's, when it is ours

    @property
    def embedded(self) -> bool:
        """Whether the services live in this process, so that their state is ours to save."""
        return self.server is not None

    @property
    def endpoint(self) -> str:
        """The address of the services."""
        return self.environment["AWS_ENDPOINT_URL"]

    def client(self, service: str) -> Any:
        """Return a client of a service ("dynamodb", "sqs", …); thread-safe, as boto3's are."""
        own = f"AWS_ENDPOINT_URL_{service.upper().replace('-', '_')}"
        session = boto3.Session(
            aws_access_key_id=self.environment.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=self.environment.get("AWS_SECRET_ACCESS_KEY"),
            region_name=REGION,
        )
        endpoint = self.environment.get(own) or self.endpoint
        return session.client(service, endpoint_url=endpoint)

    def stop(self) -> None:
        """Stop the embedded server; nothing to do for another one."""
        if self.server is not None:
            self.server.stop()


def start(environment: Mapping[str, str]) -> Backend:
    """Return the services: those of AWS_ENDPOINT_URL where it is set, else a new embedded server.

    AWS_ENDPOINT_URL_<SERVICE> moves a single service, as it does for every AWS SDK.
    """
    given = {n: v for n, v in environment.items() if n.startswith("AWS_") and v}
    if "AWS_ENDPOINT_URL" in given:
        return Backend({**_CREDENTIALS, **given})
    os.environ.update(_CREDENTIALS)  # moto asks boto3's session of this process for them
    from moto.server import ThreadedMotoServer  # noqa: PLC0415  two seconds, only where needed

    from local import engine, mailbox  # noqa: PLC0415

    engine.install()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    mailbox.open_box()
    host, port = server.get_host_and_port()
    endpoints = {n: v for n, v in given.items() if n.startswith("AWS_ENDPOINT_URL_")}
    url = {"AWS_ENDPOINT_URL": f"http://{host}:{port}"}
    return Backend({**_CREDENTIALS, **url, **endpoints}, server)
