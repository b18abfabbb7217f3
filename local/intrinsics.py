"""CloudFormation's intrinsic functions: as many of them as the template uses.

A reference to a resource stays as the text "${Name.Attribute}" ("${Name.Ref}" for Ref), so that one
mechanism, `fill`, serves wherever a resource's real name has to be put in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from northstar.domain.errors import Invalid

_REFERENCE = re.compile(r"\$\{(\w+)\.(\w+)\}")
_PLACEHOLDER = re.compile(r"\$\{([\w:.]+)\}")
_NO_VALUE = "${AWS::NoValue.Ref}"


def fill(text: str, actual: Callable[[str, str], str]) -> str:
    """Return a text with its references to resources replaced by `actual(name, attribute)`."""
    return _REFERENCE.sub(lambda match: actual(match[1], match[2]), text)


def target(text: str) -> str:
    """Return the name of the resource that a text refers to first. Raises Invalid without one."""
    match = _REFERENCE.search(text)
    if match is None:
        raise Invalid(f"{text!r} does not refer to a resource of the template.")
    return match[1]


@dataclass(frozen=True, slots=True)
class Intrinsics:
    """Works out values with parameters and pseudo parameters by `names`, and named `conditions`."""

    names: Mapping[str, Any]
    conditions: Mapping[str, Any]

    def resolve(self, value: Any) -> Any:
        """Return a value with every intrinsic function worked out. Raises Invalid for others."""
        if isinstance(value, list):
            return [one for one in map(self.resolve, value) if one != _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(name, argument)] = value.items()
            if name in _FUNCTIONS:
                return _FUNCTIONS[name](self, argument)
            if name.startswith("Fn::"):
                raise Invalid(f"{name} is not mapped in local/intrinsics.py.", name)
        pairs = ((key, self.resolve(one)) for key, one in value.items())
        return {key: one for key, one in pairs if one != _NO_VALUE}

    def holds(self, condition: str) -> bool:
        """Return whether a named condition is true."""
        return bool(self.logic(self.conditions[condition]))

    def logic(self, rule: Any) -> Any:
        """Work out a rule, which may name another condition."""
        if isinstance(rule, dict) and set(rule) == {"Condition"}:
            return self.holds(rule["Condition"])
        return self.resolve(rule)

    def reference(self, name: str, attribute: str = "Ref") -> Any:
        """Work out Ref: a parameter's value, or the text that stands for a resource."""
        return self.names.get(name, f"${{{name}.{attribute}}}")

    def attribute(self, argument: Any) -> Any:
        """Work out Fn::GetAtt."""
        parts = argument if isinstance(argument, list) else argument.split(".")
        return self.reference(*parts)

    def substitute(self, argument: Any) -> str:
        """Work out Fn::Sub."""
        text, given = argument if isinstance(argument, list) else (argument, {})

        def one(match: re.Match[str]) -> str:
            if match[1] in given:
                return str(self.resolve(given[match[1]]))
            return str(self.reference(*match[1].split(".")))

        return _PLACEHOLDER.sub(one, text)

    def choose(self, argument: Any) -> Any:
        """Work out Fn::If."""
        condition, then, otherwise = argument
        return self.resolve(then if self.holds(condition) else otherwise)


_FUNCTIONS: dict[str, Callable[[Intrinsics, Any], Any]] = {
    "Ref": Intrinsics.reference,
    "Fn::GetAtt": Intrinsics.attribute,
    "Fn::Sub": Intrinsics.substitute,
    "Fn::If": Intrinsics.choose,
    "Fn::Join": lambda self, parts: parts[0].join(map(str, self.resolve(parts[1]))),
    "Fn::Equals": lambda self, pair: self.resolve(pair[0]) == self.resolve(pair[1]),
    "Fn::Not": lambda self, rules: not self.logic(rules[0]),
    "Fn::And": lambda self, rules: all(self.logic(rule) for rule in rules),
    "Fn::Or": lambda self, rules: any(self.logic(rule) for rule in rules),
}
