"""What northstar.toml says about asking, answering, desks and surveys is checked with its line."""

from __future__ import annotations

import pytest

from northstar.domain.errors import Invalid
from northstar.runtime.configuration import load, load_for_storing

SURVEY = (
    '[[surveys]]\nname = "a"\nasks = "csat"\nquestion_1 = {{ {0} = "{1}" }}\nquestion_2 = {{}}\n'
)
SAME = '[asking]\nquiet_from = "21:00"\nquiet_until = "21:00"\n'
DESK = '[[desks]]\nname = "{0}"\naddress = "{1}"\nagent = "a@b.example"\n'


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ('[asking]\nquiet_from = "25:00"\n', 2, "asking.quiet_from", "time of day"),
        ('[asking]\nquiet_from = "21:00"\n', 1, "asking.quiet_until", "both ends"),
        ("[asking]\ndays_between = -1\n", 2, "asking.days_between", "greater"),
        ("[asking]\ndelay_minutes = { email = 1.5 }\n", 2, "asking.delay_minutes.email", "integer"),
        ("[asking]\ndelay_minutes = { link = 5 }\n", 2, "asking.delay_minutes.link", "known key"),
        ('[asking]\nskip_tags = "vip"\n', 2, "asking.skip_tags", 'such as ["vip"]'),
        ('[asking]\ndelay_minutes = { email = "1h" }\n', 2, "asking.delay_minutes.email", "unit"),
        ('[asking]\nquiet_from = "8:00"\n', 2, "asking.quiet_from", "time of day"),
        (SAME, 3, "asking.quiet_until", "same"),
        ('public_url = "feedback.acme.com"\n', 1, "public_url", "https://"),
        ('public_url = "https://acme.com/"\n', 1, "public_url", "nothing after"),
        (DESK.format("standard", "https://a.example"), 2, "desks.0.name", "zendesk"),
        (SURVEY.format("en", "Why?").replace('"a"', '"built-in"'), 2, "surveys.0.name", "our own"),
        ('[answering]\nreview_url = "javascript:x"\n', 2, "answering.review_url", "https"),
        (DESK.format("nowhere", "https://a.example"), 2, "desks.0.name", "zendesk"),
        (DESK.format("zendesk", "http://a.example"), 3, "desks.0.address", "https"),
        (DESK.format("zendesk", "https://a.example") * 2, 6, "desks.1.name", "twice"),
        (SURVEY.format("xx", "Why?"), 4, "surveys.0.question_1.xx", "languages"),
        (SURVEY.format("en", " "), 4, "surveys.0.question_1.en", "characters"),
        (SURVEY.format("en", "x" * 201), 4, "surveys.0.question_1.en", "200"),
        (
            SURVEY.format("en", "Why?") + 'question_3 = { en = "?" }\n',
            6,
            "surveys.0.question_3",
            "two",
        ),
        (SURVEY.format("en", "Why?") + "[surveys.question_3]\n", 6, "surveys.0.question_3", "two"),
    ],
)
def test_a_mistake_is_answered_with_its_line(text: str, line: int, key: str, reason: str) -> None:
    """The line, the key and what to write instead; a third question is refused."""
    with pytest.raises(Invalid) as refused:
        load(text)
    told = str(refused.value)
    assert told.startswith(f"northstar.toml, line {line}, {key}: ")
    assert reason in told


@pytest.mark.parametrize("sender", ["nobody", "a@b@c", "Support <@example.com>", "a b@c"])
def test_what_cannot_be_a_sender_is_not_stored(sender: str) -> None:
    """It would stop every mail; the functions, which read what was stored, need not look again."""
    with pytest.raises(Invalid, match=r"line 2, mail.sender: is not a mail address"):
        load_for_storing(f'[mail]\nsender = "{sender}"\n')
    assert load_for_storing('[mail]\nsender = "Müller Støtte <a@example.com>"\n')


def test_a_survey_of_ones_own_is_read() -> None:
    """With tables written out, too, and under another id once a word changes."""
    text = (
        '[[surveys]]\nname = "refunds"\nasks = "solved"\ntemplates = ["refund"]\n'
        '[surveys.question_1]\nen = "Sorted?"\nde = "Erledigt?"\n[surveys.question_2]\n'
    )
    (survey,) = load(text).surveys
    assert survey.question_1 == {"en": "Sorted?", "de": "Erledigt?"}
    (other,) = load(text.replace("Erledigt", "Fertig")).surveys
    assert survey.id != other.id
    assert survey.id.startswith("refunds@")
