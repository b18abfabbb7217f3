"""The local stack knows everything that the project's own template declares."""

from __future__ import annotations

from pathlib import Path

from local import template
from local.schedules import next_time
from northstar.domain.times import parse

PATH = Path(__file__).resolve().parents[2] / "infra" / "template.yaml"
NOW = parse("2026-11-22T10:00:00Z")


def test_every_resource_type_is_mapped_or_ignored_with_a_reason() -> None:
    """No resource type of the translated template is unknown to the local stack."""
    known = template.MADE_TYPES | template.RUN_TYPES | template.IGNORED_TYPES.keys()
    used = {resource["Type"] for resource in template.translate(PATH)["Resources"].values()}

    assert used <= known
    assert all(reason for reason in template.IGNORED_TYPES.values())


def test_the_template_loads_whole() -> None:
    """Every function of the template has its folder, and every mapping points into the template."""
    stack = template.load(PATH)
    functions = {function.name for function in stack.functions}
    sources = {(m.function, m.queue) for m in stack.queues}

    assert {f.folder.name for f in stack.functions} == {name.lower() for name in functions}
    assert {route.function for route in stack.routes} <= functions
    assert {m.function for m in stack.streams} <= functions
    assert ("Ask", "AskQueue") in sources
    assert all(next_time(schedule.expression, NOW) > NOW for schedule in stack.schedules)
