"""The helpdesks' webhook secrets: what the environment may set, and what is made."""

from __future__ import annotations

import pytest

from local import desk_secrets
from northstar.domain.errors import Invalid

KEY = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "c29tZXRoaW5nIGVsc2U="


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"whsec_{KEY}", KEY),
        (KEY, KEY),
        (f"whsec_{KEY} whsec_{OTHER}", f"{KEY} {OTHER}"),
        (f"{KEY}  {OTHER}", f"{KEY} {OTHER}"),
    ],
)
def test_a_webhook_secret_is_taken(value: str, expected: str) -> None:
    """Base64 with and without its prefix is taken, two of them too."""
    assert desk_secrets.given({"NORTHSTAR_WEBHOOK_SECRET": value}) == {"standard": expected}


@pytest.mark.parametrize("value", ["whsec_", "not base64!", "abc", "whsec_äöü=", f"{KEY} abc", " "])
def test_another_webhook_secret_is_refused(value: str) -> None:
    """Anything that is not base64 is refused with the name of the variable and the remedy."""
    with pytest.raises(Invalid, match=r"NORTHSTAR_WEBHOOK_SECRET must be .*leave it out"):
        desk_secrets.given({"NORTHSTAR_WEBHOOK_SECRET": value})


@pytest.mark.parametrize("desk", ["zendesk", "intercom", "gorgias"])
def test_the_other_desks_take_any_text(desk: str) -> None:
    """Each of the other desks has a variable of its own, for one secret or two."""
    variable = f"NORTHSTAR_{desk.upper()}_SECRET"

    assert desk_secrets.given({variable: "s3cret/="}) == {desk: "s3cret/="}
    assert desk_secrets.given({variable: "new old"}) == {desk: "new old"}
    for refused in ("one two three", "geheimnis-ü", "\t", "a\nb", "a\x00"):
        with pytest.raises(Invalid, match=variable):
            desk_secrets.given({variable: refused})


def test_what_is_not_set_is_made() -> None:
    """Nothing in the environment sets nothing; new secrets and tokens differ every time."""
    made = desk_secrets.made()

    assert desk_secrets.given({"NORTHSTAR_ZENDESK_SECRET": ""}) == {}
    assert {"zendesk", "intercom", "gorgias", "zendesk_api", "intercom_api"} <= made.keys()
    assert "standard" not in made
    assert len(set(made.values())) == len(made)
    assert not set(made.values()) & set(desk_secrets.made().values())
    assert all(len(value) >= 32 for value in made.values())


def test_the_secret_that_signs_is_shown_as_a_helpdesk_takes_it() -> None:
    """Of two the first is shown; that of `standard` with its prefix."""
    assert desk_secrets.shown("standard", f"{KEY} {OTHER}") == f"whsec_{KEY}"
    assert desk_secrets.shown("zendesk", "new old") == "new"
