"""docs/openapi.json is the API: valid, in step with the code, and complete."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, get_args

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from northstar.app.in_words import STATUSES
from northstar.app.inbox import Filters
from northstar.app.ports import Scope
from northstar.app.template_sheet import PERIODS
from northstar.domain.goals import UNITS
from northstar.runtime import api, api_models, openapi
from northstar.runtime.http import STATUS
from tests.conftest import ROOT
from tests.template import functions

PUBLISHED = (ROOT / "docs/openapi.json").read_text("utf-8")
DOCUMENT = json.loads(PUBLISHED)
OPERATIONS: list[tuple[str, str, dict[str, Any]]] = [
    (method, path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]


def test_the_published_document_is_that_of_the_code() -> None:
    """`make schemas` writes it anew."""
    assert openapi.text(api.OPERATIONS) == PUBLISHED


def test_it_is_valid_openapi() -> None:
    """By the schema of OpenAPI 3.1."""
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_it_has_every_route_of_the_template_and_no_other() -> None:
    """Those of the API."""
    declared = {
        (one["Properties"]["Method"].lower(), one["Properties"]["Path"])
        for one in functions()["Show"]["Events"].values()
        if one["Properties"]["Path"].startswith("/api/")
    }
    assert {(method, path) for method, path, _ in OPERATIONS} == declared


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_an_operation_says_who_may_call_it_and_what_can_go_wrong(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    """A scope, or nobody needs one; every variable of the path; every status of an error."""
    assert operation["summary"].endswith(".")
    scopes = [scope for one in operation["security"] for scope in one["token"]]
    if path == openapi.DOCUMENT:
        assert scopes == []
        return
    (scope,) = scopes
    assert (scope == "read") == (method == "get")
    assert scope in get_args(Scope)
    named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
    assert named == {part[1:-1] for part in path.split("/") if part.startswith("{")}
    known = {str(status) for _, status in STATUS} - {"410"} | {"200", "500"}
    optional = {"404", "413"}
    assert known - optional <= operation["responses"].keys() <= known
    assert ("413" in operation["responses"]) == ("requestBody" in operation)


def test_operations_have_names_of_their_own() -> None:
    """As generated clients need them."""
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names)


def test_feedback_has_every_filter_of_the_inbox() -> None:
    """And beside them only what turns the page."""
    known = {field.name for field in fields(Filters)}
    assert api_models.FeedbackQuery.model_fields.keys() - {"cursor", "limit"} == known


def test_metrics_and_periods_are_those_of_the_product() -> None:
    """Each metric has its meaning, and each period of the templates can be asked for."""
    assert api.numbers.MEANINGS.keys() == UNITS.keys()
    days = api_models.TemplatesQuery.model_fields["days"].annotation
    assert get_args(days) == tuple(map(str, PERIODS))


def test_a_goal_stands_in_the_words_of_its_page() -> None:
    """In small letters, and nowhere in another scale."""
    words = {word.lower() for word in STATUSES.values()}
    assert set(get_args(api_models.GoalStatus)) == words | {"ended"}
    assert "status" not in DOCUMENT["components"]["schemas"]["Forecast"]["properties"]


def test_nobody_who_said_something_is_named() -> None:
    """No field of a feedback is about a person."""
    fields_of_it = DOCUMENT["components"]["schemas"]["Said"]["properties"].keys()
    assert not {"author", "agent", "customer", "email", "name"} & fields_of_it
