"""The filter language of event sources: as much of it as the template uses, which is equality."""

from __future__ import annotations

import json
from typing import Any

from northstar.domain.errors import Invalid

Pattern = dict[str, Any]


def parse(text: str) -> Pattern:
    """Return a filter pattern: nested objects whose leaves list the values that match.

    Syntax: AWS Lambda developer guide, "Control which events Lambda sends to your function".

    Raises:
        Invalid: an operator other than equality is used; its name is in the message.
    """
    pattern = json.loads(text)
    _check(pattern)
    return dict(pattern)


def matches(pattern: Pattern, record: Any) -> bool:
    """Return whether every leaf of the pattern lists the value that the record has there."""
    if not isinstance(record, dict):
        return False
    return (
        all(
            record[name] in rule if isinstance(rule, list) else matches(rule, record[name])
            for name, rule in pattern.items()
            if name in record
        )
        and pattern.keys() <= record.keys()
    )


def _check(pattern: Any) -> None:
    if not isinstance(pattern, dict):
        raise Invalid(f"Filter {pattern!r} is neither an object nor a list of values.", "Pattern")
    for name, rule in pattern.items():
        if name.startswith("$"):
            raise Invalid(f"Filter operator '{name}' is not mapped in local/filters.py.", name)
        if not isinstance(rule, list):
            _check(rule)
            continue
        for value in rule:
            if isinstance(value, dict | list):
                operator = next(iter(value), "")
                raise Invalid(
                    f"Filter operator '{operator}' is not mapped in local/filters.py.", name
                )
