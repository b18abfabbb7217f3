"""The description of the machine API, made from its operations and models, always the same.

Format: OpenAPI 3.1.0, https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from northstar.runtime import api_models as models

if TYPE_CHECKING:
    from northstar.runtime.api import Operation

DOCUMENT = "/api/v1/openapi.json"

_ABOUT = (
    "Goals, numbers, feedback and sources for machines. A name in a path is percent-encoded; "
    '"/", "?" and "%" twice (%252F, %253F, %2525), because the gateway decodes a path before it '
    "looks for the route. Days are business days, moments are in UTC. What the gateway answers by "
    'itself has "message" in the place of "error": 404 for another path, 429 above its throttle, '
    "500 and 503."
)
_ERRORS = {
    401: "No valid token: none, an unknown one, or one that is expired or revoked.",
    403: "The token lacks the scope.",
    404: "There is nothing of this name.",
    413: "The body is over 32 KB.",
    422: "A field is wrong; the answer names it.",
    500: "A fault of ours.",
    503: "A store did not answer; try again.",
}
_VARIABLE = re.compile(r"\{(\w+)\}")
_PATH_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "name": {"type": "string", "minLength": 1, "maxLength": 80},
    "day": {"type": "string", "format": "date"},
}
_REF = "#/components/schemas/{model}"


def document(operations: Mapping[str, Operation]) -> dict[str, Any]:
    """Return the document of operations by route, such as "GET /api/v1/goals"."""
    paths: dict[str, dict[str, Any]] = {}
    for route, operation in operations.items():
        method, _, path = route.partition(" ")
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, operation)
    paths[DOCUMENT] = {"get": _own()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Northstar", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "responses": {
                str(status): _response(description, models.Problem)
                for status, description in _ERRORS.items()
            },
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "northstar token issue NAME --scope SCOPE makes one.",
                }
            },
        },
    }


def text(operations: Mapping[str, Operation]) -> str:
    """Return the document as JSON, as it is served and published."""
    return json.dumps(document(operations), indent=2, ensure_ascii=False) + "\n"


def _operation(method: str, path: str, operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": _id(method, path),
        "summary": operation.summary,
        "security": [{"token": [operation.scope]}],
        "parameters": [*_path_parameters(path), *_query_parameters(operation.query)],
        "responses": {
            "200": _response("Done.", operation.answer),
            **{str(status): _problem(status) for status in _statuses(operation)},
        },
    }
    if operation.body:
        content = {"application/json": {"schema": _reference(operation.body)}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _own() -> dict[str, Any]:
    """This document itself, for anybody."""
    return {
        "operationId": "get_openapi",
        "summary": "Return this document.",
        "security": [],
        "responses": {
            "200": {
                "description": "Done.",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            "500": _problem(500),
        },
    }


def _statuses(operation: Operation) -> Iterator[int]:
    for status in _ERRORS:
        if (status != 404 or operation.missing) and (status != 413 or operation.body):
            yield status


def _id(method: str, path: str) -> str:
    words = [word.strip("{}") for word in path.removeprefix("/api/v1/").split("/")]
    return "_".join([method.lower(), *words])


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for name in _VARIABLE.findall(path):
        yield {"name": name, "in": "path", "required": True, "schema": dict(_PATH_SCHEMAS[name])}


def _query_parameters(query: type[models.Asked]) -> Iterator[dict[str, Any]]:
    """The fields of a model; what may be null there is left out here."""
    for name, schema in query.model_json_schema().get("properties", {}).items():
        described = {"description": schema["description"]} if "description" in schema else {}
        yield {"name": name, "in": "query", "required": False, **described, "schema": _bare(schema)}


def _bare(schema: Mapping[str, Any]) -> dict[str, Any]:
    kinds = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    told = kinds[0] if kinds else schema
    return {key: value for key, value in told.items() if key not in {"title", "description"}}


def _response(description: str, model: type[models.Told]) -> dict[str, Any]:
    content = {"application/json": {"schema": _reference(model)}}
    return {"description": description, "content": content}


def _problem(status: int) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{status}"}


def _reference(model: type[models.Asked | models.Told]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}


def _schemas(operations: Mapping[str, Operation]) -> dict[str, Any]:
    """The schemas of all bodies and answers, and of what they hold, by name."""
    told: list[type[BaseModel]] = [one.answer for one in operations.values()]
    sent: list[type[BaseModel]] = [models.Problem]
    sent += [one.body for one in operations.values() if one.body]
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = []
    wanted += [(model, "serialization") for model in told]
    wanted += [(model, "validation") for model in sent]
    _, made = models_json_schema(wanted, ref_template=_REF)
    return {name: _untitled(schema) for name, schema in sorted(made["$defs"].items())}


def _untitled(schema: Any) -> Any:
    """Without the titles that pydantic makes of the names."""
    if isinstance(schema, dict):
        return {
            key: _untitled(value)
            for key, value in schema.items()
            if key != "title" or not isinstance(value, str)
        }
    return [_untitled(one) for one in schema] if isinstance(schema, list) else schema
