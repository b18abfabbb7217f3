"""SQS behind the Queue protocol."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from northstar.store.client import translated

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsQueue:
    """One queue. On a FIFO queue, messages of one `group` are worked off one after the other."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, body: Mapping[str, Any], *, group: str = "", once: str = "") -> None:
        """Put one message on the queue. Raises Unavailable when it did not get there.

        `group` and `once` (the deduplication id) are for FIFO queues only.
        """
        fifo = {"MessageGroupId": group, "MessageDeduplicationId": once} if group else {}
        with translated():
            self._client.send_message(
                QueueUrl=self._url,
                MessageBody=json.dumps(body, ensure_ascii=True),
                **fifo,  # type: ignore[arg-type]
            )
