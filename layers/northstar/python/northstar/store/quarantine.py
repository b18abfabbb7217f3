"""The quarantine: payloads that could not be understood or counted, compressed, for thirty days."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from northstar.app.ports import Kept
from northstar.domain.aggregates import Record
from northstar.domain.errors import Broken, Conflict
from northstar.store.client import translated
from northstar.store.items import record_of, unpack

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LONGEST_NOTE = 1_900  # of the 2 KB that S3 keeps as an object's metadata


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
        if len(noted) > _LONGEST_NOTE:
            noted = json.dumps({"sha256": digest})
        with suppress(Conflict), translated():
            self._client.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=gzip.compress(payload, mtime=0),
                Metadata={"about": noted},
                IfNoneMatch="*",
            )
        self._told()
        return name

    def kept(self, kind: str) -> Iterator[Kept]:
        """Return the payloads of a kind (a path such as source/shopify), first kept first."""
        with translated():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=f"{kind}/"
            )
            found = [one for page in pages for one in page.get("Contents", [])]
        for name in (one["Key"] for one in sorted(found, key=lambda one: one["LastModified"])):
            with translated():
                got = self._client.get_object(Bucket=self._bucket, Key=name)
                payload = gzip.decompress(got["Body"].read())
            yield Kept(name, payload, json.loads(got["Metadata"]["about"]))

    def waiting(self, kind: str) -> int:
        """Return how many payloads of a kind rest there; counts to 1,000 at most."""
        with translated():
            found = self._client.list_objects_v2(Bucket=self._bucket, Prefix=f"{kind}/")
        return found["KeyCount"]

    def release(self, name: str) -> None:
        """Move a payload that was understood out of the way; it stays for thirty days more."""
        with translated():
            self._client.copy_object(
                Bucket=self._bucket,
                Key=f"understood/{name}",
                CopySource={"Bucket": self._bucket, "Key": name},
            )
            self._client.delete_object(Bucket=self._bucket, Key=name)


def records(kept: Iterable[Kept]) -> tuple[list[tuple[str, Record]], list[tuple[str, str]]]:
    """Return the records of kept stream images by name; and which cannot be read, and why."""
    readable, unreadable = [], []
    for one in kept:
        try:
            readable.append((one.name, record_of(unpack(json.loads(one.payload)))))
        except (Broken, ValueError, TypeError, AttributeError) as problem:
            unreadable.append((one.name, str(problem)))
    return readable, unreadable
