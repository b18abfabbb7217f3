"""The customers' pages, in their own languages: form, thanks, no more surveys, and notices."""

from __future__ import annotations

from markupsafe import Markup, escape

from northstar.app.survey_views import StopView, SurveyView, Switch, ThanksView
from northstar.app.texts import CHOICES, Texts, day, direction, texts
from northstar.domain.surveys import COMMENT_LIMIT, Ask
from northstar.web.forms import BODY_LIMIT, TRAP
from northstar.web.frame import draw


def survey(view: SurveyView) -> str:
    """Return the survey form. A rating given before is selected; a comment is never shown again."""
    ask, t = view.ask, texts(view.language)
    choices = CHOICES[ask.question]
    chosen = view.preselected if view.preselected in choices else _answered(ask)
    return _customer(
        "survey.html",
        view.business,
        view.language,
        view=view,
        switch=view.switch,
        greeting=_say(t, "greeting", name=ask.ticket.customer.name),
        about=_about(ask, t),
        error=view.error and _say(t, view.error, **view.error_values),
        privacy=_say(t, "privacy", business=view.business),
        choices=[(value, t[value]) for value in choices],
        chosen=chosen,
        trap=TRAP,
        commented=bool(ask.response and ask.response.comment),
    )


def thanks(view: ThanksView) -> str:
    """Return the page after sending: what comes next, what was answered, and how to change it.

    The invitation to write a public review stands before everything that depends on the answer,
    so that it is the same, and in the same place, for everybody.
    """
    ask, t = view.ask, texts(view.language)
    answered = _answered(ask)
    until = day(view.until, view.language) if view.until else None
    return _customer(
        "thanks.html",
        view.business,
        view.language,
        view=view,
        heading=_say(t, "thanks_name", name=ask.ticket.customer.name) or t["thanks"],
        recorded=_say(t, "recorded", business=view.business),
        answered=answered and t[answered],
        commented=bool(ask.response and ask.response.comment),
        until=_say(t, "change_until", day=until),
    )


def stop(view: StopView) -> str:
    """Return the page that ends all surveys for a person: its one button, or that it is done."""
    t = texts(view.language)
    sentence = _say(t, "stopped_reason" if view.stopped else "stop_reason", business=view.business)
    return _customer(
        "stop.html",
        view.business,
        view.language,
        view=view,
        switch=view.switch,
        title=t["stopped" if view.stopped else "stop_heading"],
        sentence=sentence,
    )


def closed(business: str, language: str, reason_key: str, help_url: str | None = None) -> str:
    """Return the page for a survey that takes no answer any more (410); the reason is a text."""
    t = texts(language)
    return notice(business, language, t["closed"], t[reason_key], help_url=help_url)


def unknown(business: str, language: str) -> str:
    """Return the page for every link that leads nowhere (404), whatever is wrong with it."""
    t = texts(language)
    return notice(business, language, t["unknown"], t["unknown_reason"])


def unavailable(
    business: str, language: str, action: str, answer: str = "", comment: str = ""
) -> str:
    """Return the page for a store that does not answer (503).

    What the customer typed is kept in a form that posts it to `action` again.
    """
    t, kept = texts(language), bool(answer or comment)
    return notice(
        business,
        language,
        t["unavailable"],
        t["unavailable_kept" if kept else "unavailable_reason"],
        again=action,
        kept=kept,
        answer=answer,
        comment=comment,
    )


def refused(business: str, language: str, back: str, reason: str | None = None) -> str:
    """Return the page for a request that cannot be understood (4xx), with the way back.

    `reason` is a sentence that stands in for the general one: leadership is told what is wrong.
    """
    t = texts(language)
    return notice(business, language, t["refused"], reason or t["refused_reason"], again=back)


def too_long(business: str, language: str, back: str) -> str:
    """Return the page for a form that is larger than we read (413), with the way back."""
    t = texts(language)
    reason = t["too_long"].format(count=f"> {BODY_LIMIT // 2:,}", limit=f"{COMMENT_LIMIT:,}")
    return notice(business, language, t["refused"], reason, again=back)


def failed(business: str, language: str, error_id: str) -> str:
    """Return the page for an error of ours (500), with the id under which it was logged."""
    t = texts(language)
    return notice(business, language, t["failed"], t["failed_reason"], error_id=error_id)


def notice(
    business: str,
    language: str,
    title: str,
    sentence: str,
    *,
    help_url: str | None = None,
    error_id: str = "",
    again: str = "",
    start: str = "",
    kept: bool = False,
    answer: str = "",
    comment: str = "",
) -> str:
    return _customer(
        "notice.html",
        business,
        language,
        title=title,
        sentence=sentence,
        help_url=help_url,
        error_id=error_id,
        again=again,
        start=start,
        kept=kept,
        answer=answer,
        comment=comment,
    )


def _customer(
    template: str, business: str, language: str, *, switch: Switch = (), **values: object
) -> str:
    """Return a page in the customers' frame, in one language and with links to the others."""
    return draw(
        template,
        "customer.css",
        business=business,
        language=language,
        direction=direction(language),
        t=texts(language),
        switch=switch,
        **values,
    )


def _answered(ask: Ask) -> str | None:
    """Return the value of the radio that was chosen before, if any."""
    given = ask.response
    if given is None:
        return None
    if given.solved is not None:
        return "yes" if given.solved else "no"
    return str(given.csat)


def _about(ask: Ask, t: Texts) -> Markup | None:
    subject, agent = ask.ticket.subject, ask.ticket.agent
    if subject and agent:
        return _say(t, "about_agent", subject=subject, agent=agent)
    if subject:
        return _say(t, "about", subject=subject)
    return _say(t, "agent_only", agent=agent)


def _say(t: Texts, key: str, **outside: str | None) -> Markup | None:
    """Return a text with its values escaped and isolated, or None when a value is missing."""
    if not all(outside.values()):
        return None
    values = {
        name: Markup('<bdi class="{}">{}</bdi>').format(name, value)
        for name, value in outside.items()
    }
    return escape(t[key]).format(**values)
