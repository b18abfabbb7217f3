"""One logger and one metrics collector for all functions: JSON logs, embedded metrics, no payloads."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

warnings.filterwarnings("ignore", message="No application metrics to publish")

logger = Logger()
metrics = Metrics()

Handler = Callable[[dict[str, Any], Any], Any]


def observed(handler: Handler) -> Handler:
    """Wrap a handler so that every log line names the invocation and metrics are written out."""
    counted = metrics.log_metrics(handler)
    wrapped: Handler = logger.inject_lambda_context(counted, clear_state=True)
    return wrapped


def count_metric(name: str, amount: int = 1) -> None:
    """Add to a counter in the Northstar namespace; zero adds nothing."""
    if amount:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=amount)
