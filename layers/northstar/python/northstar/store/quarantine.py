"""The quarantine: payloads that could not be understood or counted, compressed, for thirty days."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from northstar.store.client import translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Quarantine:
    """The Quarantine protocol over one bucket. The bucket's own rule deletes after thirty days.

    `told` is called after each payload that was kept.
    """

    def __init__(self, client: S3Client, bucket: str, told: Callable[[], None]) -> None:
        self._client = client
        self._bucket = bucket
        self._told = told

    def keep(self, kind: str, payload: bytes, about: Mapping[str, Any]) -> str:
        """Store the bytes under `<kind>/<sha256>.gz`; the same bytes again are the same object."""
        digest = hashlib.sha256(payload).hexdigest()
        name = f"{kind}/{digest}.gz"
        noted = json.dumps({**about, "sha256": digest}, default=str, ensure_ascii=True)
        with translated():
            self._client.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=gzip.compress(payload, mtime=0),
                Metadata={"about": noted[:2000]},
            )
        self._told()
        return name
