"""Models in a bucket and in a folder: what is stored is read, and what is not is told apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber
from moto import mock_aws

from northstar.app.learn import ModelStore
from northstar.domain.errors import NotFound, Unavailable
from northstar.store.models import ModelFiles, S3Models

BUCKET = "models"


def client() -> Any:
    """Return a client that tries once, in the one region where a bucket needs no place."""
    return boto3.client("s3", "us-east-1", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ModelStore]:
    """Return an empty store of each kind."""
    if request.param == "folder":
        yield ModelFiles(tmp_path / "models")
        return
    with mock_aws():
        s3 = client()
        s3.create_bucket(Bucket=BUCKET)
        yield S3Models(s3, BUCKET)


def test_what_was_put_last_is_read(store: ModelStore) -> None:
    """Byte for byte, also what is no text."""
    store.put("fr.model", b"first")
    store.put("fr.model", b"\x00\xffsecond")
    assert store.get("fr.model") == b"\x00\xffsecond"


def test_names_are_listed_in_order(store: ModelStore) -> None:
    """All of them, each once; of an empty store none."""
    assert store.list() == []
    for name in ("b.model", "serving.json", "a.model", "b.model"):
        store.put(name, b"x")
    assert store.list() == ["a.model", "b.model", "serving.json"]


def test_what_is_removed_is_gone(store: ModelStore) -> None:
    """And only that; what is not there can be removed, too."""
    store.put("a.model", b"a")
    store.put("b.model", b"b")
    for _ in range(2):
        store.remove("a.model")
    assert store.list() == ["b.model"]


def test_what_is_not_there_is_not_found(store: ModelStore) -> None:
    """Before the first night, no pointer is no fault."""
    with pytest.raises(NotFound):
        store.get("serving.json")


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("put_object", lambda models: models.put("a", b"")),
        ("get_object", lambda models: models.get("a")),
        ("list_objects_v2", lambda models: models.list()),
        ("delete_object", lambda models: models.remove("a")),
    ],
)
@pytest.mark.parametrize("code", ["SlowDown", "AccessDenied", "NoSuchBucket"])
def test_a_bucket_that_does_not_answer_is_unavailable(operation: str, call: Any, code: str) -> None:
    """It is never taken for a model that is missing: texts would be scored without it."""
    s3 = client()
    with Stubber(s3) as stub:
        stub.add_client_error(operation, code)
        with pytest.raises(Unavailable, match=code):
            call(S3Models(s3, BUCKET))


def test_a_bucket_that_breaks_off_is_unavailable() -> None:
    """The body of an object that ends too early, or never comes, can be asked for again."""

    class Broken:
        def read(self, *_: Any) -> bytes:
            raise ReadTimeoutError(endpoint_url="https://bucket")

    s3 = client()
    with Stubber(s3) as stub:
        body: Any = StreamingBody(Broken(), 3)  # type: ignore[arg-type]
        stub.add_response("get_object", {"Body": body})
        with pytest.raises(Unavailable):
            S3Models(s3, BUCKET).get("a.model")
