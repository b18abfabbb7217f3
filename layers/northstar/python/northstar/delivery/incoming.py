"""Incoming webhooks of chats: one JSON message behind an address, whatever the chat's own form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from northstar.app.notices import Notice
from northstar.app.ports import Call
from northstar.delivery.posting import Post
from northstar.delivery.shown import Shown, shown

_JSON = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True)
class Incoming:
    """A place behind the address of its webhook, which is a secret; each chat has its `form`."""

    url: str = field(repr=False)
    post: Post

    def deliver(self, notice: Notice) -> None:
        """Post a notice. Raises what `Post` does."""
        body = json.dumps(self.form(shown(notice)), ensure_ascii=False).encode()
        self.post(Call(self.url, _JSON, body))

    def form(self, seen: Shown) -> Mapping[str, Any]:
        """Return the message in the chat's own form."""
        raise NotImplementedError
