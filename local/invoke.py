"""Calls one function with one event, against the local stack that runs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from local import template
from local.runtime_api import Pool

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the function's answer as JSON and return 0, 1 when it failed, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="make invoke", description=__doc__)
    parser.add_argument("function", help="its folder's name, such as score")
    parser.add_argument("event", type=Path, help="a JSON file, such as events/score/answer.json")
    parser.add_argument("--state", type=Path, default=ROOT / ".northstar", metavar="DIR")
    options = parser.parse_args(arguments)
    stack = template.load(ROOT / "infra" / "template.yaml")
    functions = {function.folder.name: function for function in stack.functions}
    if options.function not in functions:
        parser.error(f"no function '{options.function}'; there are {', '.join(sorted(functions))}")
    try:
        event = json.loads(options.event.read_text(encoding="utf-8"))
        environment = json.loads((options.state / "environment.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        parser.error(f"{error.filename} is not there; a stack has to run (make run)")
    except json.JSONDecodeError as error:
        parser.error(f"{options.event} is not JSON: {error}")
    pool = Pool(functions[options.function], environment, options.state / "logs")
    try:
        result = pool.invoke(event)
    finally:
        pool.stop()
    print(json.dumps(result.payload, indent=2, ensure_ascii=False))
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
