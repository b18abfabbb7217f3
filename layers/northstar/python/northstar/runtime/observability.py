"""One logger and one metrics collector for all functions: JSON lines without payloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger()
metrics = Metrics()

Handler = Callable[[dict[str, Any], Any], Any]


def observed(handler: Handler) -> Handler:
    """Wrap a handler so that every log line names the invocation and metrics are written out."""

    def observing(event: dict[str, Any], context: Any) -> Any:
        try:
            return handler(event, context)
        finally:
            if metrics.provider.metric_set:  # an empty flush would only warn
                metrics.flush_metrics()

    wrapped: Handler = logger.inject_lambda_context(observing, clear_state=True)
    return wrapped


def count_metric(name: str, amount: int = 1) -> None:
    """Add to a counter in the Northstar namespace; zero adds nothing."""
    if amount:
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=amount)


def tell_metric(name: str, amount: int) -> None:
    """Tell how many there are now in the Northstar namespace; zero is told, too."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=amount)
