"""Whatever comes to a desk is understood or refused by name, and only what was signed is taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from northstar import desks
from northstar.desks import Told
from northstar.domain.errors import Invalid, Unauthenticated
from tests.conftest import ROOT

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
FIXTURES: Mapping[str, list[Any]] = {
    desk: [
        json.loads(path.read_text("utf-8"))
        for path in sorted((ROOT / "tests/contract/fixtures/desks" / desk).glob("*.json"))
    ]
    for desk in desks.DESKS
}

each_desk = pytest.mark.parametrize("desk", desks.DESKS)

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**9, max_value=10**30)
    | st.floats()
    | st.text(max_size=30)
    | st.text(alphabet=st.characters(codec=None), max_size=10)
    | st.sampled_from(
        ["None", "2026-11-20T10:00:00Z", "9999-12-31T23:59:59-14:00", "48213", "a@b", "closed"]
    )
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)


def is_clear(desk: str, body: bytes) -> None:
    """Read a body: what it tells is one of ours, or one sentence says what is wrong with it."""
    answer: Told | str
    try:
        answer = desks.by_name(desk).read(body, NOW)
    except Invalid as error:
        answer = str(error)
    assert isinstance(answer, get_args(Told)) or str(answer).endswith(".")
    repr(answer).encode()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything within a JSON value."""
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


@each_desk
@given(body=st.binary(max_size=200))
def test_any_bytes_are_answered(desk: str, body: bytes) -> None:
    """Bytes that are no JSON, or hardly."""
    is_clear(desk, body)


@each_desk
@given(value=values)
def test_any_json_is_answered(desk: str, value: Any) -> None:
    """NaN, infinities, lone surrogates, huge numbers and any shape."""
    is_clear(desk, json.dumps(value).encode())


@each_desk
@given(data=st.data())
def test_a_body_with_something_else_in_it_is_answered(desk: str, data: st.DataObject) -> None:
    """A documented body in which one or two values are anything, or gone."""
    body = deepcopy(data.draw(st.sampled_from(FIXTURES[desk])))
    for _ in range(data.draw(st.integers(1, 2))):
        *path, last = data.draw(st.sampled_from(list(places(body))))
        inside = body
        for key in path:
            inside = inside[key]
        if data.draw(st.booleans()) and isinstance(inside, dict):
            del inside[last]
        else:
            inside[last] = data.draw(values)
        if not list(places(body)):
            break
    is_clear(desk, json.dumps(body).encode())


@each_desk
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 30_000,
        b'{"a":' * 6_000,
        b'{"type":' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"type": ' + b"9" * 5_000 + b"}",
        b'{"type": 1e400}',
        b'{"type": NaN}',
        b'{"type": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'\xef\xbb\xbf{"type": "ping"}',
        b'"text"',
        b"null",
        b"{}",
        b"",
    ],
    ids=lambda body: body[:12].decode("latin-1"),
)
def test_poison_is_refused(desk: str, body: bytes) -> None:
    """What is too deep, too large a number, no number, no text, or no object."""
    with pytest.raises(Invalid, match=r"\.$"):
        desks.by_name(desk).read(body, NOW)


@each_desk
@pytest.mark.parametrize("poison", ["NaN", "-Infinity", "1e400", '"\\ud800"', '{"\\udfff": 1}'])
def test_poison_in_a_field_that_nobody_reads_is_refused(desk: str, poison: str) -> None:
    """What cannot be kept is not taken, wherever it stands in a good body."""
    for body in FIXTURES[desk]:
        poisoned = f'{{"unknown": {poison}, {json.dumps(body)[1:]}'
        with pytest.raises(Invalid, match="not valid JSON"):
            desks.by_name(desk).read(poisoned.encode(), NOW)


@each_desk
def test_a_name_that_stands_twice_is_refused(desk: str) -> None:
    """Another reader of the same body would take the other value."""
    for body in FIXTURES[desk]:
        name, value = next(iter(body.items()))
        twice = f'{{"{name}": {json.dumps(value)}, {json.dumps(body)[1:]}'
        assert json.loads(twice) == body
        with pytest.raises(Invalid):
            desks.by_name(desk).read(twice.encode(), NOW)


@each_desk
@given(data=st.data())
def test_any_headers_are_answered(desk: str, data: st.DataObject) -> None:
    """Whatever is in them: refused as unsigned, and never anything else."""
    names = [
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
        "x-zendesk-webhook-signature",
        "x-zendesk-webhook-signature-timestamp",
        "x-hub-signature",
        "x-northstar-secret",
    ]
    told = st.text(max_size=60) | st.sampled_from(
        ["1795348800", "2026-11-22T12:00:00Z", "v1,AAAA", "sha1=", "msg_1", "AAAA"]
    )
    headers = data.draw(st.dictionaries(st.sampled_from(names), told))
    with pytest.raises(Unauthenticated):
        desks.by_name(desk).verify(b"{}", headers, [SECRET], NOW)


def signed(desk: str, body: bytes) -> dict[str, str]:
    """Return the headers of a delivery that is sent now."""
    key, sent = SECRET.encode(), "2026-11-22T12:00:00Z"
    if desk == "standard":
        return {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(NOW.timestamp())),
            "webhook-signature": Webhook(SECRET).sign("msg_1", NOW, body.decode()),
        }
    if desk == "zendesk":
        digest = hmac.digest(key, sent.encode() + body, "sha256")
        return {
            "x-zendesk-webhook-signature": base64.b64encode(digest).decode(),
            "x-zendesk-webhook-signature-timestamp": sent,
        }
    if desk == "intercom":
        return {"x-hub-signature": f"sha1={hmac.new(key, body, hashlib.sha1).hexdigest()}"}
    return {"x-northstar-secret": SECRET}


def flipped(raw: bytes, bit: int) -> bytes:
    """Return the bytes with one bit the other way round."""
    at, mask = bit // 8, 1 << bit % 8
    return raw[:at] + bytes([raw[at] ^ mask]) + raw[at + 1 :]


def test_any_flipped_bit_of_a_header_is_refused() -> None:
    """Every bit of every header of every scheme."""
    body = b'{"type": "ticket.solved"}'
    for desk in desks.DESKS:
        module, headers = desks.by_name(desk), signed(desk, body)
        module.verify(body, headers, [SECRET], NOW)
        for name, value in headers.items():
            for bit in range(len(value) * 8):
                other = flipped(value.encode(), bit).decode("latin-1")
                with pytest.raises(Unauthenticated):
                    module.verify(body, headers | {name: other}, [SECRET], NOW)


@pytest.mark.parametrize("desk", ["standard", "zendesk", "intercom"])
def test_any_flipped_bit_of_a_body_is_refused(desk: str) -> None:
    """Every bit, where the scheme signs the body."""
    body = Path(ROOT / "tests/contract/fixtures/desks/standard/reopened.json").read_bytes()
    module, headers = desks.by_name(desk), signed(desk, body)
    module.verify(body, headers, [SECRET], NOW)
    for bit in range(len(body) * 8):
        with pytest.raises(Unauthenticated):
            module.verify(flipped(body, bit), headers, [SECRET], NOW)
