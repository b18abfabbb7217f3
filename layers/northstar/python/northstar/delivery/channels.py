"""Channels: which kind of place northstar.toml names, and what the secret must hold for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from northstar.app.configuration import ChannelTarget
from northstar.app.notices import Channel
from northstar.delivery import posting, webhook
from northstar.delivery.alert_mail import AlertMail, Send
from northstar.delivery.apprise import Apprise
from northstar.delivery.mail import mailbox
from northstar.delivery.slack import Slack
from northstar.delivery.teams import Teams
from northstar.delivery.webhook import StandardWebhook
from northstar.domain.errors import Invalid


def channel(
    target: ChannelTarget,
    secret: Mapping[str, object],
    *,
    send: Send,
    sender: str,
    allow_loopback: bool = False,
) -> Channel:
    """Return the channel of a target.

    `secret` is the channels' secret: by entry, the address (a text), or for a webhook an object
    with `url` and `key`, "whsec_…" or two of these with a blank between them. `send` and `sender`
    are for mail. `allow_loopback`, for the local stack, lets requests go to this machine.

    Raises:
        Invalid: the entry is missing or has another form; the message names it and repeats none of
            it. Or the target has no address of mail, or a wrong one.
    """
    if target.kind == "mail":
        return _mail(target, send, sender)
    name = target.secret or target.name
    entry = secret.get(name)
    told = f"The channels secret entry {name!r}"
    if entry is None:
        raise Invalid(f"{told} is missing; store there where {target.name!r} is.", "channels")
    try:
        return _made(target.kind, entry, allow_loopback)
    except Invalid as error:
        raise Invalid(f"{told} is wrong. {error}", "channels") from None


def _mail(target: ChannelTarget, send: Send, sender: str) -> AlertMail:
    if not target.to:
        raise Invalid(
            f"The channel {target.name!r} has no `to`; write whom to mail.", "channels.to"
        )
    for recipient in target.to:
        mailbox(recipient, "channels.to")
    return AlertMail(send, sender, target.to)


def _made(kind: str, entry: object, allow_loopback: bool) -> Channel:
    post = partial(posting.post, allow_loopback=allow_loopback)
    if kind == "slack":
        return Slack(_address(entry, allow_loopback), post)
    if kind == "teams":
        return Teams(_address(entry, allow_loopback), post)
    if kind == "webhook":
        return _webhook(entry, allow_loopback, partial(post, final=webhook.FINAL))
    return Apprise(_text(entry))


def _webhook(entry: object, allow_loopback: bool, post: posting.Post) -> StandardWebhook:
    told = entry if isinstance(entry, Mapping) else {}
    if set(told) != {"url", "key"}:
        raise Invalid('It must be an object {"url": "https://…", "key": "whsec_…"}.')
    keys = webhook.signing_keys(_text(told["key"]))
    return StandardWebhook(_address(told["url"], allow_loopback), keys, post)


def _address(entry: object, allow_loopback: bool) -> str:
    url = _text(entry)
    posting.check_address(url, allow_loopback=allow_loopback)
    return url


def _text(entry: object) -> str:
    if not isinstance(entry, str) or not entry.strip():
        raise Invalid("It must be a text that is not empty.")
    return entry.strip()
