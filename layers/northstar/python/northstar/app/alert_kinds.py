"""How each kind of alert is told: its event, its title, what to do, and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

PAGE = "/alerts"


class Kind(NamedTuple):
    """How a kind is told: the type of its event, a title, what to do, and where its view is."""

    type: str
    title: str
    todo: str
    view: str = PAGE


_KINDS: Mapping[str, Kind] = {
    "bad_answer": Kind("answer.bad", "Bad answer", "Call back or write to the customer."),
    "bad_review": Kind(
        "review.bad", "Bad review", "Reply in the store, and mend what it is about."
    ),
    "bad_remark": Kind("remark.bad", "Bad remark", "Get in touch with who said it, or heard it."),
    "goal_status": Kind(
        "goal.status_changed", "Goal", "Look at why on the page of the goal.", "/goals"
    ),
    "milestone": Kind(
        "milestone.reached",
        "Milestone",
        "Celebrate it, and thank who had a part in it.",
        "/milestones",
    ),
    "csat_down": Kind(
        "csat.down",
        "Satisfaction (CSAT) is down",
        "Read what customers say since then, and which templates solve less.",
        "/",
    ),
    "topic_doubled": Kind(
        "topic.doubled",
        "Twice as much about",
        "Read what is said; if it is a question, write a template for it.",
        "/topics?days=7",
    ),
    "source_stale": Kind(
        "source.stale",
        "No fresh reviews from",
        "See on the page of the sources how its newest runs ended.",
        "/sources",
    ),
    "source_broken": Kind(
        "source.broken",
        "Cannot be read:",
        "Its page or its key may have changed: see why the run failed.",
        "/sources",
    ),
    "source_partial": Kind(
        "source.partial",
        "Read in part:",
        "See on the page of the sources what could not be understood.",
        "/sources",
    ),
    "source_fill": Kind(
        "source.fill",
        "Fields are missing:",
        "Compare its newest reviews with the store's own page.",
        "/sources",
    ),
    "source_overlap": Kind(
        "source.overlap",
        "Reviews may be lost:",
        "Collect more often, and import the store's own export.",
        "/sources",
    ),
    "source_gap": Kind(
        "source.gap",
        "The store counts more than we see:",
        "Compare its list with ours.",
        "/sources",
    ),
    "removals_held": Kind(
        "source.removals_held",
        "Many reviews are missing:",
        "Look at the store's own page: are they gone, or is its list cut short?",
        "/sources",
    ),
    "template_ready": Kind(
        "template.state_changed",
        "Ready to automate:",
        "Decide on its page whether it is sent automatically from now on.",
        "/templates",
    ),
    "template_demoted": Kind(
        "template.state_changed",
        "Demoted:",
        "Have people answer again, and mend the text before it is tried anew.",
        "/templates",
    ),
    "template_automated": Kind(
        "template.state_changed",
        "Automated:",
        "Watch its solved rate; it is demoted when that falls.",
        "/templates",
    ),
    "template_expired": Kind(
        "template.expired",
        "Expired:",
        "Renew the template, or take it out of use.",
        "/templates",
    ),
    "article_unverified": Kind(
        "article.unverified",
        "Article to be looked at:",
        "Read the article, mend it, and verify it on the template's page.",
        "/templates",
    ),
    "sending_stopped": Kind(
        "sending.stopped",
        "Surveys wait: too many mails come back:",
        "See the runbook under sending that has stopped.",
    ),
    "quarantined": Kind(
        "record.quarantined",
        "Put aside, as it was not understood:",
        "See the runbook under the quarantine; nothing of it is lost.",
    ),
}


def kind_of(name: str) -> Kind:
    """Return how a kind is told; one that we do not know is told by its name."""
    words = name.replace("_", " ")
    unknown = Kind(words.replace(" ", ".", 1), f"{words[:1].upper()}{words[1:]}:", "")
    return _KINDS.get(name, unknown)
