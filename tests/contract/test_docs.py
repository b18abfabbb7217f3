"""What the documents name exists, and what a reader has to know is named in them."""

from __future__ import annotations

import argparse
import ast
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import TypeAdapter

from northstar import cli
from northstar.app.alerts import KINDS
from northstar.app.configuration import Configuration
from northstar.app.in_words import STATUSES
from northstar.app.intake import Receipt
from northstar.app.texts import LANGUAGES
from northstar.desks import DESKS, standard
from northstar.domain.asking import Reason
from northstar.domain.forecast import Forecast
from northstar.domain.forecast import Status as Outlook
from northstar.domain.reviews import Outcome
from northstar.domain.tickets import Ticket
from northstar.runtime.configuration import load
from northstar.runtime.http import STATUS
from northstar.web.export import COLUMNS
from tests.conftest import ROOT
from tests.template import TEMPLATE, functions, resources, template

LIBRARY = ROOT / "layers/northstar/python/northstar"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs/adr").glob("*.md"))
FOLDERS = ("benchmarks", "docs", "events", "functions", "infra", "layers", "local", "tests")
LOCAL_PATHS = {"/_local/mailbox"}
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
DELIVERIES = {
    "A ticket is solved": {"ticket.solved"},
    "A ticket is solved no longer": {"ticket.reopened", "ticket.merged", "ticket.deleted"},
    "Anything else that was said": {"feedback.created"},
}
"""Where docs/api.md describes a delivery of the `standard` desk, by its types."""

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.name)


def text(name: str) -> str:
    """Return a document by its path."""
    return (ROOT / name).read_text("utf-8")


def blocks(document: Path, language: str = r"\w*") -> list[str]:
    """Return the fenced blocks of a language, or all of them."""
    found = re.findall(
        rf"^```{language}\n(.*?)^```$", document.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return [str(block) for block in found]


def spans(document: Path) -> list[str]:
    """Return what stands between backticks within the text."""
    prose = re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`]+)`", prose)


def code(document: Path) -> str:
    """Return all code of a document: blocks and spans, a line each."""
    return "\n".join([*blocks(document), *spans(document)])


@cache
def everything() -> str:
    """Return the code of all documents."""
    return "\n".join(code(document) for document in DOCUMENTS)


def calls(function: str) -> Iterator[ast.Call]:
    """Yield the calls of a function by its dotted name, in the handlers and the library."""
    for folder in (ROOT / "functions", LIBRARY):
        for path in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == function:
                    yield node


def words_of(argument: ast.expr, endings: Iterable[str] = ()) -> set[str]:
    """Return the texts that an expression can be; a text made at run time ends in `endings`."""
    if isinstance(argument, ast.IfExp):
        return words_of(argument.body) | words_of(argument.orelse)
    if isinstance(argument, ast.JoinedStr):
        return {f"{ast.literal_eval(argument.values[0])}{ending}" for ending in endings}
    return {ast.literal_eval(argument)}


@cache
def targets() -> set[str]:
    """Return what `make` can make."""
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text("Makefile"), re.MULTILINE)
    return set(phony.split())


@cache
def commands() -> dict[str, argparse.ArgumentParser]:
    """Return the parsers of `northstar`'s commands."""
    (choices,) = [
        action.choices
        for action in cli._parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    return dict(choices)


def parts(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield the parser of a command, and those of the commands that it has."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for part in action.choices.values():
                yield from parts(part)


@cache
def routes() -> set[tuple[str, str]]:
    """Return the (method, path) pairs of the template."""
    return {
        (event["Properties"]["Method"], event["Properties"]["Path"])
        for function in functions().values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    }


@cache
def variables() -> set[str]:
    """Return the environment variables that the template sets, for all functions or for one."""
    return set(re.findall(r"^ +([A-Z][A-Z_]+): ", TEMPLATE.read_text("utf-8"), re.MULTILINE))


@cache
def metrics() -> set[str]:
    """Return the names of our metrics; one that ends in an outcome is one for each outcome."""
    outcomes = [outcome.capitalize() for outcome in get_args(Outcome)]
    told = [*calls("count_metric"), *calls("tell_metric")]
    return {name for call in told for name in words_of(call.args[0], outcomes)}


def leaves(schema: dict[str, Any], prefix: str = "", root: Any = None) -> Iterator[str]:
    """Yield the dotted names of a JSON Schema's properties that hold no object."""
    definitions = (root or schema).get("$defs", {})
    for name, one in schema["properties"].items():
        kinds = [one, one.get("items", {}), *one.get("anyOf", [])]
        inner = [kind["$ref"].rpartition("/")[2] for kind in kinds if "$ref" in kind]
        if inner:
            yield from leaves(definitions[inner[0]], f"{prefix}{name}.", root or schema)
        else:
            yield f"{prefix}{name}"


def section(name: str, heading: str) -> str:
    """Return what stands in a document from a heading to the next one."""
    found = re.search(rf"^##+ {heading}\n(.*?)(?=^##|\Z)", text(name), re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


def first_column(table: str) -> list[str]:
    """Return the names in backticks in the first column of a table."""
    rows = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def is_route(method: str | None, path: str) -> bool:
    """Whether a path is one of the template's, or, without a method, the beginning of one."""
    known = routes() | {("GET", local) for local in LOCAL_PATHS}
    fitting = [one for verb, one in known if method in {verb, None}]
    begins = method is None and any(one.startswith(f"{path}/") for one in fitting)
    patterns = (re.sub(r"\\{\w+\\}", "[^/]+", re.escape(one)) for one in fitting)
    return begins or any(re.fullmatch(pattern, path) for pattern in patterns)


def slug(heading: str) -> str:
    """Return the anchor that a heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def missing(names: Iterable[str], where: str) -> list[str]:
    """Return the names that are not in a text as whole words."""
    return sorted(n for n in names if not re.search(rf"(?<![\w.]){re.escape(n)}(?!\w)", where))


# ------------------------------------------------------------------ what is named exists


@each_document
def test_every_make_target_exists(document: Path) -> None:
    """`make something` can be made."""
    named = re.findall(r"(?:^|[\s`&;])make ([a-z][a-z-]*)", code(document), re.MULTILINE)
    assert set(named) <= targets()


@each_document
def test_every_command_exists_with_its_options(document: Path) -> None:
    """`northstar something --option` is understood."""
    passed_on = set(re.findall(r'"(--[a-z]+)"', text("local/app.py") + text("local/simulate.py")))
    for line in re.findall(r"(?:^|[\s/])northstar ([a-z][^`|#\n]*)", code(document), re.MULTILINE):
        name, *rest = line.split()
        assert name in commands(), line
        known = {option for one in parts(commands()[name]) for option in one._option_string_actions}
        if name in {"local", "simulate"}:
            known = passed_on
        assert {word for word in rest if word.startswith("--")} <= known, line


@each_document
def test_every_route_exists(document: Path) -> None:
    """`GET /path` is in the template, and so is a path that stands alone."""
    for span in spans(document):
        route = re.fullmatch(r"(?:(GET|HEAD|POST) )?(/[a-z0-9_{}/]*)(\?\S*)?", span)
        assert route is None or is_route(route[1], route[2]), span


@each_document
def test_every_environment_variable_exists(document: Path) -> None:
    """A name in capitals is in the template or in the code."""
    known = TEMPLATE.read_text("utf-8") + text("Makefile")
    known += "".join(
        p.read_text("utf-8") for f in (LIBRARY, ROOT / "local") for p in f.rglob("*.py")
    )
    named = {s for s in spans(document) if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", s)}
    assert missing(named, known) == []


@each_document
def test_every_name_in_camel_case_exists(document: Path) -> None:
    """A metric, a resource, a parameter or a class is one of ours or of the template."""
    known = TEMPLATE.read_text("utf-8") + " ".join(metrics())
    known += "".join(p.read_text("utf-8") for p in LIBRARY.rglob("*.py"))
    aliases = {"AutoPublishAlias"}  # named as what is not used
    named = {s for s in spans(document) if re.fullmatch(r"([A-Z][a-z]+){2,}", s)} - aliases
    assert missing(named, known) == []


@each_document
def test_every_path_exists(document: Path) -> None:
    """A path in backticks is a file or a folder: from the root, or within the library."""
    for span in spans(document):
        if not re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", span) or "/" not in span:
            continue
        first = span.partition("/")[0]
        inside = {p.name for p in LIBRARY.iterdir() if p.is_dir()}
        if first in FOLDERS:
            assert (ROOT / span).exists(), span
        elif first == "northstar":
            assert (LIBRARY.parent / span).exists(), span
        elif first in inside:
            assert (LIBRARY / span).exists(), span


@each_document
def test_every_link_leads_somewhere(document: Path) -> None:
    """A relative link is a file, and its anchor a heading in it."""
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text("utf-8")):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), link


@each_document
def test_no_document_names_a_registry_or_a_machine(document: Path) -> None:
    """No package registry's host, and no absolute path of somebody's machine."""
    words = document.read_text("utf-8")
    hosts = r"pypi\.org|pythonhosted|npmjs|crates\.io|docker\.io|ghcr\.io|ecr\.aws|proxy\.golang"
    assert not re.search(hosts, words)
    assert not re.search(r"(?<![\w.{}>])/(work|root|home)\b", words)


@each_document
def test_every_sample_configuration_is_valid(document: Path) -> None:
    """A TOML block can be stored as it is."""
    for block in blocks(document, "toml"):
        assert load(block) is not None


# ------------------------------------------------------------------ what exists is named


def test_every_make_target_is_documented() -> None:
    """By the word `make` before it."""
    assert missing((f"make {target}" for target in targets()), everything()) == []


def test_every_command_is_documented() -> None:
    """By the word `northstar` before it."""
    assert missing((f"northstar {command}" for command in commands()), everything()) == []


def test_every_route_is_documented() -> None:
    """The table of routes is that of the template."""
    named = first_column(section("docs/api.md", "HTTP routes"))
    assert sorted(named) == sorted(f"{method} {path}" for method, path in routes())


def test_every_status_is_documented() -> None:
    """Each that an error of ours leads to."""
    rows = re.findall(r"^\| (\d{3}) \|", text("docs/api.md"), re.MULTILINE)
    assert {str(status) for _, status in STATUS} <= set(rows)


def test_every_environment_variable_is_documented_with_its_functions() -> None:
    """The table names each variable, and whom the template gives it to."""
    table = section("docs/api.md", "Environment of the functions")
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", table, re.MULTILINE)
    assert {variable: told_to(holders) for variable, holders in rows} == {
        variable: holders_of(variable) for variable in variables()
    }


def told_to(words: str) -> set[str]:
    """Return the functions that a cell like "intake, ask" or "all but count" means."""
    every = {name.lower() for name in functions()}
    if words.startswith("all"):
        return every - {words.removeprefix("all").removeprefix(" but ")}
    return set(words.split(", "))


def holders_of(variable: str) -> set[str]:
    """Return the functions that the template gives a variable to."""
    everywhere = template()["Globals"]["Function"]["Environment"]["Variables"]
    return {
        name.lower()
        for name, function in functions().items()
        if variable in {*everywhere, *function["Environment"]["Variables"]}
    }


def test_every_metric_is_documented() -> None:
    """The table of metrics is that of the code."""
    assert set(first_column(section("docs/api.md", "Metrics"))) == metrics()


def test_every_log_message_is_documented() -> None:
    """The table of messages is that of the code, with their levels."""
    rows = re.findall(r"^\| `([^`]+)` \| ([A-Z]+) \|", section("docs/api.md", "Logs"), re.MULTILINE)
    assert set(rows) == set(log_messages())


def log_messages() -> Iterator[tuple[str, str]]:
    """Yield message and level of every line that our code logs."""
    levels = {"warning": "WARNING", "error": "ERROR", "exception": "ERROR", "info": "INFO"}
    for method, level in levels.items():
        for call in calls(f"logger.{method}"):
            yield ast.literal_eval(call.args[0]), level


def test_every_alarm_is_in_the_runbook() -> None:
    """The table of alarms is that of the template."""
    named = first_column(section("docs/runbook.md", "Alarms"))
    assert sorted(named) == sorted(resources("AWS::CloudWatch::Alarm"))


def test_every_kind_of_alert_is_in_the_runbook() -> None:
    """The table of kinds is that of the code, and what is raised by name is one of them."""
    assert set(first_column(section("docs/runbook.md", "Alerts"))) == set(KINDS)
    assert kinds_of_alerts() <= set(KINDS)


def test_every_alert_about_a_source_is_explained() -> None:
    """docs/sources.md says when each sign of a pass raises one."""
    told = first_column(section("docs/sources.md", "What raises an alert"))
    assert set(told) == signs()


def kinds_of_alerts() -> set[str]:
    """Return the kinds of alerts that are made, not those that are read back."""
    made = [call.args[0] for call in calls("Alert") if call.args]
    written_out = [kind for kind in made if isinstance(kind, ast.Constant | ast.JoinedStr)]
    return {word for kind in written_out for word in words_of(kind)} | signs()


def signs() -> set[str]:
    """Return the kinds that a pass looks for (`signs[kind] = …`); an outcome's kind ends in it."""
    found = {
        word
        for path in (LIBRARY / "app").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Subscript) and ast.unparse(target.value).endswith(".signs")
        for word in words_of(target.slice, ("partial", "broken"))
    }
    assert found
    return found


def test_every_column_of_the_csv_is_documented() -> None:
    """In the order of the file."""
    assert tuple(first_column(section("docs/api.md", "CSV"))) == COLUMNS


def test_every_key_of_the_configuration_is_documented() -> None:
    """The table in docs/deploy.md has each key, and no other."""
    named = first_column(section("docs/deploy.md", "2. Configure"))
    assert sorted(named) == sorted(leaves(TypeAdapter(Configuration).json_schema()))


def test_every_parameter_of_the_stack_is_documented() -> None:
    """With the default that the template has."""
    for name, parameter in template()["Parameters"].items():
        (row,) = re.findall(rf"^\| `{name}` \| ([^|]+) \|", text("docs/deploy.md"), re.MULTILINE)
        assert row.strip("`") == (str(parameter["Default"]) or "none")


def test_every_type_of_a_webhook_is_documented() -> None:
    """Each that the schema knows, in one of the sections."""
    known = standard.schema()["discriminator"]["mapping"]
    assert sorted(one for types in DELIVERIES.values() for one in types) == sorted(known)


@pytest.mark.parametrize("heading", DELIVERIES)
def test_every_field_of_a_webhook_is_documented(heading: str) -> None:
    """The table has each field of the body, and no other, and says the type's values."""
    schema = standard.schema()
    (form,) = {schema["discriminator"]["mapping"][one] for one in DELIVERIES[heading]}
    told = section("docs/api.md", heading)
    body = schema["$defs"][form.rpartition("/")[2]]
    assert sorted(first_column(told)) == sorted(leaves(body, root=schema))
    assert missing((f"`{one}`" for one in DELIVERIES[heading]), told) == []


def test_every_field_of_a_receipt_is_documented() -> None:
    """The table of what a webhook is answered with is that of the code."""
    named = first_column(section("docs/api.md", "What comes back"))
    assert named == [field.name for field in fields(Receipt)]


def test_every_state_of_a_receipt_is_documented() -> None:
    """All but *expired*, which nobody is told: it follows from the time."""
    state = get_type_hints(Receipt)["state"]
    known = {word for literal in get_args(state) for word in get_args(literal)} - {"expired"}
    assert set(first_column(section("docs/api.md", "States"))) == known


def test_every_reason_is_documented() -> None:
    """Why an ask is suppressed or cancelled."""
    named = first_column(section("docs/architecture.md", "Who is not asked"))
    assert sorted(named) == sorted(get_args(Reason))


def test_every_key_and_status_of_a_forecast_is_documented() -> None:
    """docs/deploy.md has a row for each, and an example with just these keys."""
    told = section("docs/deploy.md", "A forecast of a file")
    keys = cli._told_of_forecast(Forecast("stale", 0)).keys()
    assert set(first_column(told)) == keys | set(get_args(Outlook))
    (example,) = re.findall(r"^```json\n(.*?)^```$", told, re.MULTILINE | re.DOTALL)
    assert list(json.loads(example)) == list(keys)


def test_every_status_of_a_goal_is_documented() -> None:
    """docs/deploy.md says what the word on the page means."""
    told = section("docs/deploy.md", "Goals")
    assert [word for word in STATUSES.values() if f"*{word}*" not in told] == []


def test_every_desk_is_documented() -> None:
    """With its address, in the table that compares them."""
    (row,) = re.findall(r"^\| address \| (.+) \|$", text("docs/desks.md"), re.MULTILINE)
    assert sorted(re.findall(r"`/webhooks/(\w+)`", row)) == sorted(DESKS)


def test_every_language_is_documented() -> None:
    """The table has each tag, and the number is right where it is told."""
    table, _, _ = text("docs/languages.md").partition("\n## ")
    named = re.findall(r"\| `([^`]+)` \|", table)
    assert sorted(named) == sorted(LANGUAGES)
    for name in ("README.md", "CHANGELOG.md"):
        assert f"in {len(LANGUAGES)} languages" in " ".join(text(name).split()), name


def test_the_sample_webhook_is_taken_with_the_sample_signature() -> None:
    """The JSON in docs/api.md, signed by its Python, is what the desk verifies and reads."""
    (body,) = blocks(ROOT / "docs/api.md", "json")
    (program,) = blocks(ROOT / "docs/api.md", "python")
    names: dict[str, Any] = {}
    exec(program, names)  # noqa: S102  the document's own example
    headers = names["signed_headers"](SECRET, body.encode())
    standard.verify(body.encode(), headers, [SECRET], datetime.now(UTC))
    ticket = standard.read(body.encode(), datetime(2026, 11, 22, tzinfo=UTC))
    assert isinstance(ticket, Ticket)
    assert ticket.id == json.loads(body)["ticket"]["id"]


# ------------------------------------------------------------------ decisions and changes


def test_decisions_are_numbered_without_a_gap() -> None:
    """0001, 0002, … in the file names and in the titles."""
    assert [path.name[:5] for path in DECISIONS] == [
        f"{number:04}-" for number in range(1, len(DECISIONS) + 1)
    ]
    for number, path in enumerate(DECISIONS, 1):
        assert path.read_text("utf-8").startswith(f"# {number}. ")


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda p: p.stem)
def test_a_decision_is_dated_and_says_how_to_go_back(decision: Path) -> None:
    """A date, the context, the decision, what follows from it, and the way back."""
    words = decision.read_text("utf-8")
    (day,) = re.findall(r"^Date: (\d{4}-\d{2}-\d{2})\. Status: \w+\.", words, re.MULTILINE)
    assert date.fromisoformat(day).year >= 2026
    headings = re.findall(r"^## (.+)$", words, re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences", "The way back"]


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    """As Keep a Changelog has it."""
    first, second, *_ = re.findall(r"^##+ (.+)$", text("CHANGELOG.md"), re.MULTILINE)
    assert (first, second) == ("[Unreleased]", "Added")
