"""The environment of a function, by name: what the template sets, and nothing else."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlsplit


def setting(name: str) -> str:
    """Return what infra/template.yaml sets under this name. Raises RuntimeError."""
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(
            f"{name} is not set; the function's environment in the template sets it."
        )
    return value


def on_local_stack() -> bool:
    """Whether the SDK is pointed at an engine on this machine (AWS_ENDPOINT_URL is loopback)."""
    return is_loopback(os.environ.get("AWS_ENDPOINT_URL", ""))


def is_loopback(url: str) -> bool:
    """Whether a URL's host is a loopback address."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
