"""The SAM template as plain values, for tests that hold code and template together."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).parent.parent / "infra" / "template.yaml"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as their long ones."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".") if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _short_form)


@cache
def template() -> dict[str, Any]:
    """Return the whole template."""
    loaded: dict[str, Any] = yaml.load(TEMPLATE.read_text("utf-8"), _Loader)  # noqa: S506
    return loaded


def resources(kind: str | None = None) -> dict[str, dict[str, Any]]:
    """Return the resources, or those of one type."""
    found: dict[str, dict[str, Any]] = template()["Resources"]
    return {name: one for name, one in found.items() if kind in {None, one["Type"]}}


def functions() -> dict[str, dict[str, Any]]:
    """Return the properties of every function by its logical name."""
    return {name: one["Properties"] for name, one in resources("AWS::Serverless::Function").items()}
