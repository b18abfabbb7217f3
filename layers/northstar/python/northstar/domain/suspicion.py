"""Answers that look machine-made: mail scanners open links, and some press buttons.

Such an answer is kept and marked, never refused: a person may be quick, and a rule may be wrong.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from northstar.domain.surveys import Ask, Response

AT_ONCE = timedelta(seconds=3)
CHANGED_AT_ONCE = timedelta(seconds=5)
PROBED = timedelta(seconds=10)
"""Safe-link services ask with HEAD when a link is clicked; nobody has answered so soon after."""

_SCANNERS = re.compile(
    r"bot\b|crawl|spider|scanner|preview|safelinks|proofpoint|urldefense|mimecast|barracuda"
    r"|symantec|messagelabs|trendmicro|sophos|fireeye|forcepoint|zscaler|cloudmark|ms-?office"
    r"|microsoft office|^whatsapp/|facebookexternal|googleimageproxy|yahoomailproxy"
    r"|headlesschrome|phantomjs",
    re.IGNORECASE,
)
_AGENT_LIMIT = 500


def looks_machine_made(
    ask: Ask, response: Response, now: datetime, *, agent: str, probed_at: datetime | None
) -> bool:
    """Return whether an answer that arrives `now` looks like a scanner's.

    `agent` is the browser's User-Agent; `probed_at` is when this link was last asked for with HEAD,
    where that is known.
    """
    if ask.sent_at is None or now - ask.sent_at < AT_ONCE:
        return True
    before, last = ask.response, ask.edited_at or ask.answered_at
    if before and last and now - last < CHANGED_AT_ONCE and _rating(response) != _rating(before):
        return True
    if probed_at and now - probed_at < PROBED:
        return True
    return bool(_SCANNERS.search(agent[:_AGENT_LIMIT]))


def _rating(response: Response) -> tuple[bool | None, int | None]:
    return (response.solved, response.csat)
