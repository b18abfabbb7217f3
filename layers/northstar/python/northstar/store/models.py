"""Keeps models and their cards: as files of one folder, or as objects of one bucket."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from northstar.domain.errors import NotFound
from northstar.store.client import translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A `ModelStore` in a folder, which the first `put` makes."""

    folder: Path

    def put(self, name: str, content: bytes) -> None:
        """Store under a name; a reader sees the old or the new bytes, never a part."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f".{name}.{os.getpid()}"
        unfinished.write_bytes(content)
        unfinished.replace(self.folder / name)

    def get(self, name: str) -> bytes:
        """Return the bytes of a name.

        Raises:
            NotFound: nothing is stored under it.
        """
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"There is no {name} in {self.folder}.") from error

    def list(self) -> list[str]:
        """Return the names that are stored, sorted."""
        if not self.folder.is_dir():
            return []
        return sorted(one.name for one in self.folder.iterdir() if not one.name.startswith("."))

    def remove(self, name: str) -> None:
        """Forget a name; one that is not there is fine."""
        (self.folder / name).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class S3Models:
    """A `ModelStore` in a bucket. Every method raises Unavailable when it does not answer."""

    client: S3Client
    bucket: str

    def put(self, name: str, content: bytes) -> None:
        """Store under a name; a reader sees the old or the new bytes, never a part."""
        with translated():
            self.client.put_object(Bucket=self.bucket, Key=name, Body=content)

    def get(self, name: str) -> bytes:
        """Return the bytes of a name.

        Raises:
            NotFound: nothing is stored under it.
        """
        with translated():
            return self.client.get_object(Bucket=self.bucket, Key=name)["Body"].read()

    def list(self) -> list[str]:
        """Return the names that are stored, sorted."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        with translated():
            return sorted(one["Key"] for page in pages for one in page.get("Contents", ()))

    def remove(self, name: str) -> None:
        """Forget a name; one that is not there is fine."""
        with translated():
            self.client.delete_object(Bucket=self.bucket, Key=name)
