"""The `northstar` command: offline tools on files, and an operator's work against a stack."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from northstar.commands import goals, proof, report, stack, tokens
from northstar.commands.arguments import day_of
from northstar.commands.terminal import as_json, line
from northstar.domain.errors import Broken, Invalid, NorthstarError

if TYPE_CHECKING:
    from northstar.app.learn import ModelStore, Trained
    from northstar.domain.forecast import Forecast
    from northstar.domain.learning import Card

_READ_AGAIN = (
    " The next hourly run begins to read the texts again; until all are read, the pages show what "
    "they show now."
)
_PARSE_EXIT = {"ok": 0, "empty": 0, "partial": 3, "broken": 4}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 fine, 1 found something wrong, 2 usage."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    options.rest = rest
    command: Callable[[argparse.Namespace], int] = options.command
    if options.rest and command not in {local, simulate}:
        parser.error(f"unknown: {' '.join(options.rest)}")
    try:
        return command(options)
    except NorthstarError as error:
        print(f"northstar: {line(str(error))}", file=sys.stderr)
        return 2 if isinstance(error, Invalid) else 1
    except (BotoCoreError, ClientError) as error:
        print(f"northstar: AWS did not do it: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parse(options: argparse.Namespace) -> int:
    """Print the reviews of a recorded payload as JSON lines, and the outcome on standard error."""
    from northstar import sources

    source = sources.by_name(options.source)
    page = source.parse(_read(options.file))
    for review in page.reviews:
        shown = asdict(review)
        if review.recommended is None:
            del shown["recommended"]  # only of stores that have thumbs instead of stars
        print(as_json(shown))
    outcome = {
        "outcome": page.outcome,
        "reviews": len(page.reviews),
        "next": page.next,
        "published": asdict(page.published) if page.published else None,
        "reason": page.reason,
        **({"columns": dict(page.columns)} if page.columns is not None else {}),
    }
    print(as_json(outcome), file=sys.stderr)
    return _PARSE_EXIT[page.outcome]


def score(options: argparse.Namespace) -> int:
    """Score one text a line from standard input; print one JSON score a line."""
    from northstar.domain.sentiment import Document
    from northstar.scoring import engine

    scorer = engine(options.engine, _serving(options.models) if options.models else None)
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    for text in sys.stdin:
        (verdict,) = scorer.score([Document(text.rstrip("\n"), options.language)])
        print(json.dumps(asdict(verdict), ensure_ascii=False))
    return 0


def learn(options: argparse.Namespace) -> int:
    """Learn models from rows of lang,stars,text; 1 when none of them is good enough to serve."""
    from tqdm import tqdm

    from northstar.app import learn as learning
    from northstar.scoring.training import train
    from northstar.store.models import ModelFiles

    with TextIOWrapper(_opened(options.file), encoding="utf-8-sig", newline="") as file:
        reading = learning.read(file)
    outcomes = tqdm(
        learning.learn(reading.examples, train=train, store=ModelFiles(options.out)),
        total=len(learning.candidates(reading.examples)),
        unit=" models",
        disable=options.json or not sys.stderr.isatty(),
    )
    told = list(outcomes)
    if options.json:
        print(json.dumps({"unread": reading.unread, "models": [asdict(one) for one in told]}))
    else:
        print(f"{len(reading.examples)} texts, {reading.unread} rows not understood")
        for one in told:
            verdict = f"does not serve: {one.objection}" if one.objection else "serves"
            print(f"  {one.language:4} {_figures(one.card)}{verdict}")
    return 0 if any(one.objection is None for one in told) else 1


def models(options: argparse.Namespace) -> int:
    """List the models that are kept and which of them serve, or let the one before serve again."""
    from northstar.app.learn import kept

    store = _model_store(options)
    if options.roll_back:
        return _roll_back(store, options)
    found = list(kept(store))
    if options.json:
        print(json.dumps({"models": [asdict(card) | {"serves": so} for card, so in found]}))
    elif not found:
        print("No model is kept yet.")
    else:
        for card, serves in found:
            print(f"  {card.language:4} {_figures(card)}{'serves' if serves else 'kept'}")
    return 0


def _roll_back(store: ModelStore, options: argparse.Namespace) -> int:
    from northstar.app.learn import roll_back

    serving = roll_back(store, options.roll_back)
    if options.json:
        print(json.dumps({"language": options.roll_back, "serves": serving}))
    else:
        read_again = "" if options.models else _READ_AGAIN
        print(f"{serving} serves {options.roll_back} again.{read_again}")
    return 0


_DOUBTS = {
    "stale": "The last day with a count is over a week before --as-of: too old to go on from.",
    "short history": "The history is short: under 8 whole weeks nothing is told, under 120 days "
    "the interval is wider.",
    "few counted": "Fewer than 5 in the last two years are too few to go on from.",
    "too far": "The deadline is over three years ahead: too far to tell.",
    "far ahead": "Past forecasts could only be checked for a much shorter time than this.",
    "no growth": "At this pace the target is not reached within three years.",
    "poor record": "Past forecasts of this series were too sure: treat the date as a guess.",
    "pace changed": "The pace changed in the last three weeks: the interval is wide until it "
    "settles.",
}


def forecast(options: argparse.Namespace) -> int:
    """Print what daily counts let expect of their total: interval, probability and arrival."""
    from northstar.app.daily import read
    from northstar.domain.forecast import forecast as foretell

    with TextIOWrapper(_opened(options.file), encoding="utf-8-sig", newline="") as file:
        daily = read(file)
    counts = {
        day: count
        for day, count in daily.counts.items()
        if options.as_of is None or day <= options.as_of
    }
    if not counts:
        raise Invalid(f"No day is counted up to {options.as_of}: name a later --as-of.", "--as-of")
    last = max(counts)
    if options.deadline < last:
        raise Invalid(
            f"The deadline {options.deadline} is before the last day counted, {last}: name a later "
            "one, or an --as-of before it.",
            "--deadline",
        )
    found = foretell(
        counts,
        target=options.target,
        value=sum(counts.values()),
        deadline=options.deadline,
        as_of=options.as_of or last,
    )
    for sentence in (*daily.assumed, *(_DOUBTS[doubt] for doubt in found.doubts)):
        print(f"northstar: {sentence}", file=sys.stderr)
    print(as_json(_told_of_forecast(found)))
    return 0


def _told_of_forecast(found: Forecast) -> dict[str, Any]:
    """Return a forecast as JSON has it; figures are rounded to what they can tell."""
    coverage = asdict(found.coverage) if found.coverage else None
    if coverage:
        coverage |= {"n_eff": round(coverage["n_eff"], 1), "s": round(coverage["s"], 3)}
    return {
        "status": found.status,
        "value": found.value,
        "expected": None if found.expected is None else round(found.expected, 1),
        "p50": found.p50,
        "p80": found.p80,
        "eta80": found.eta80 and [day and day.isoformat() for day in found.eta80],
        "probability": None if found.probability is None else round(found.probability, 4),
        "coverage": coverage,
    }


def configure(options: argparse.Namespace) -> int:
    """Check a northstar.toml and, with --stack, store it for a deployed stack."""
    from northstar.runtime.configuration import load_for_storing

    text = _read(options.file).decode("utf-8")
    configuration = load_for_storing(text)
    print(f"{options.file} is valid: {len(configuration.sources)} sources.", file=sys.stderr)
    if options.stack:
        if any(target.address for target in configuration.sources):
            raise Invalid("sources.address is for a local stack only; leave it out.", "sources")
        stack.enter(options)
        from northstar.runtime import bootstrap

        name = os.environ["CONFIGURATION"]
        bootstrap.client("ssm").put_parameter(
            Name=name, Value=text, Tier="Intelligent-Tiering", Overwrite=True
        )
    return 0


def login(options: argparse.Namespace) -> int:
    """Print a one-time login link for the pages of a stack."""
    stack.enter(options)
    from northstar.app.login import issue_code
    from northstar.runtime import bootstrap

    code = issue_code(bootstrap.progress_store(), datetime.now(UTC), options.role)
    print(f"{os.environ.get('ADDRESS', '')}/auth/login?code={code}")
    return 0


def recount(options: argparse.Namespace) -> int:
    """Compare the aggregates with a recount of every record; 1 when they differ."""
    stack.enter(options)
    from northstar.app.recount import recount as compare
    from northstar.app.recount import repair
    from northstar.runtime import bootstrap

    stores: dict[str, Any] = {
        "feedback": bootstrap.feedback_store(),
        "progress": bootstrap.progress_store(),
        "zone": bootstrap.configuration().business.zone,
    }
    found = compare(**stores)
    if options.repair and not found.agrees:
        found = repair(found, **stores)
    if options.json:
        print(json.dumps(asdict(found) | {"agrees": found.agrees}))
    else:
        verdict = "agrees" if found.agrees else "DIFFERS"
        print(
            f"{verdict}: {found.records} records ({found.waiting} waiting), {found.rows} rows, "
            f"{len(found.behind)} records behind, {len(found.drift)} measures off"
        )
        for wrong in found.drift[:20]:
            off = f"{wrong.aggregate}, recounted {wrong.recounted}"
            print(f"  {'/'.join(wrong.row)} {wrong.measure}: {off}")
    return 0 if found.agrees else 1


def import_(options: argparse.Namespace) -> int:
    """Store the reviews or answers of a file, each once; 3 when some rows were not read.

    Run again after an interruption, it goes on where it was.
    """
    from tqdm import tqdm

    from northstar.app.importing import Tally
    from northstar.runtime import importing
    from northstar.sources import is_store

    settings = importing.Settings(
        source=options.source,
        app=options.app,
        country=options.country,
        answers=options.answers,
        columns=dict(options.column),
        order=options.order,
    )
    if not options.dry_run:
        stack.enter(options)
    began, now = time.monotonic(), datetime.now(UTC)
    with _opened(options.file) as stream:
        if options.dry_run:
            made = importing.dry_run(stream, settings, now)
        else:
            made = importing.prepare(options.file, stream, settings, now)
        tally: Tally = made.begin
        hidden = options.json or not sys.stderr.isatty()
        bar = tqdm(total=made.rows, initial=tally.rows, unit=" rows", disable=hidden)
        try:
            for tally in made.steps:
                bar.update(tally.rows - bar.n)
        except KeyboardInterrupt:
            bar.close()
            print(
                f"northstar: stopped after data row {tally.rows}; run it again to go on.",
                file=sys.stderr,
            )
            return 130
        bar.close()
    told = {
        **asdict(tally),
        "source": settings.source,
        "app": made.app,
        "app_from": made.app_from,
        "app_needed": made.app_needed,
        "columns": made.columns,
        "missing": made.missing,
        "resumed_after": made.begin.rows or None,
        "restarted": made.restarted,
        "dry_run": options.dry_run,
        "seconds": round(time.monotonic() - began, 1),
    }
    if options.json:
        print(as_json(told))
    else:
        print(*map(line, _told_of_import(told, is_store(settings.source))), sep="\n")
    return 3 if tally.unread else 0


_FIELD_WORDS = {"text": "text", "rating": "rating", "created": "date"}


def _told_of_import(told: Mapping[str, Any], of_store: bool) -> Iterator[str]:
    yield from (f"  {column} → {name}" for column, name in told["columns"].items())
    for name in told["missing"]:
        yield f"No column was read as the {_FIELD_WORDS[name]}; --column {name}=NAME names it."
    yield from _told_of_app(told, of_store)
    rows = f"{told['rows']} row{'' if told['rows'] == 1 else 's'}"
    if told["made_ids"] and of_store:
        yield (
            f"{told['made_ids']} of {rows} {'has' if told['made_ids'] == 1 else 'have'} no id of "
            f"the store. Where {told['source']} is collected too, such a review would be there "
            "twice: import a file with the store's own ids then."
        )
    if told["restarted"]:
        yield f"Begun anew, because {told['restarted']}."
    if told["resumed_after"]:
        yield f"Went on after data row {told['resumed_after']}."
    stored = "readable, nothing stored" if told["dry_run"] else "new"
    learned = f" ({told['changed']} learned something)" if told["changed"] else ""
    yield (
        f"{rows} in {told['seconds']} s: {told['new']} {stored}, "
        f"{told['known']} known{learned}, {told['unread']} not read"
    )
    yield from (f"  {fault}" for fault in told["faults"])


def _told_of_app(told: Mapping[str, Any], of_store: bool) -> Iterator[str]:
    """Yield where the reviews go, and who says so."""
    if told["app_needed"]:
        yield (
            f"App: not known without a stack: the only one of {told['source']} in northstar.toml, "
            f"else {told['source']!r}. --app names another."
        )
    elif told["app_from"]:
        app = f"{told['app']}, " if told["app"] else ""
        yield f"App: {app}as {told['app_from']} says."
    if told["app_from"] == "--source" and of_store:
        yield (
            f"Nothing names the app of {told['source']}, so the reviews stand under its own name; "
            "--app names it."
        )


def replay(options: argparse.Namespace) -> int:
    """Read what was not understood again, with this version's parsers; 3 when some of it still is.

    What is understood goes the normal way, and the pages after it are collected again.
    """
    stack.enter(options)
    from northstar import sources
    from northstar.app.replay import replay_pages, replay_records
    from northstar.runtime import bootstrap
    from northstar.runtime.planning import collect_again
    from northstar.store.quarantine import records

    stores: dict[str, Any] = {
        "feedback": bootstrap.feedback_store(),
        "quarantine": bootstrap.quarantine(),
    }
    pages = replay_pages(stores["quarantine"].kept("source"), sources.by_name, **stores)
    again, unreadable = records(stores["quarantine"].kept("record"))
    still = [*pages.still, *unreadable]
    told = {
        "understood": pages.understood,
        "reviews": pages.reviews,
        "records": replay_records(again, **stores),
        "queued": collect_again(bootstrap.configuration(), pages.targets),
        "still": still,
    }
    if options.json:
        print(json.dumps(told))
    else:
        print(
            f"{told['understood']} pages understood, {told['reviews']} reviews new or changed, "
            f"{told['records']} records on their way again; {told['queued']} apps to be collected."
        )
        for name, reason in still:
            print(line(f"  still there: {name}: {reason}"))
    return 3 if still else 0


def local(options: argparse.Namespace) -> NoReturn:
    """Run the whole template on this machine (needs a checkout)."""
    _run_module("local", options.rest)


def simulate(options: argparse.Namespace) -> NoReturn:
    """Run the pipeline under faults, seed by seed (needs a checkout)."""
    _run_module("local.simulate", options.rest)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="northstar", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        text = command.__doc__ or ""
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(command=command)
        return made

    one = add("parse", parse)
    one.add_argument("source", metavar="SOURCE")
    one.add_argument("file", metavar="FILE", type=Path)

    one = add("score", score)
    one.add_argument("--language", help="the texts' declared language, such as en or pt-BR")
    one.add_argument("--engine", default="auto", help="auto (the default), vader or linear")
    one.add_argument("--models", metavar="DIR", type=Path, help="where `learn` has put its models")

    one = add("learn", learn)
    one.add_argument("file", metavar="CSV", type=Path, help="the columns lang, stars and text")
    one.add_argument("--out", metavar="DIR", type=Path, required=True, help="where the models go")
    one.add_argument("--json", action="store_true", help="print one JSON object")

    one = add("models", models)
    one.add_argument("--roll-back", metavar="LANGUAGE", help="let the model before serve again")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    where = one.add_mutually_exclusive_group()
    where.add_argument("--models", metavar="DIR", type=Path, help="where `learn` has put them")
    stack.option(where, "the deployed stack; without either the local one")

    one = add("forecast", forecast)
    one.add_argument("file", metavar="CSV", type=Path, help="the columns day and count")
    one.add_argument(
        "--target", metavar="N", type=_target, required=True, help="of the sum of all counts"
    )
    one.add_argument(
        "--deadline", metavar="DAY", type=day_of, required=True, help="such as 2026-12-31"
    )
    one.add_argument(
        "--as-of", metavar="DAY", type=day_of, help="as if it were this day; else the last one"
    )

    one = add("configure", configure)
    one.add_argument("file", metavar="FILE", type=Path)
    stack.option(one, "store it for this deployed stack")

    one = add("login", login)
    one.add_argument(
        "--role",
        choices=("viewer", "editor"),
        default="viewer",
        help="viewer may look (the default); editor may also set goals, correct how texts are "
        "understood, and collect at once",
    )
    stack.option(one)

    one = add("recount", recount)
    one.add_argument("--repair", action="store_true", help="set right what differs")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    stack.option(one)

    _import_arguments(add("import", import_))

    one = add("replay", replay)
    one.add_argument("queue", metavar="QUEUE", choices=("quarantine",), help="quarantine")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    stack.option(one)

    goals.add(commands)
    proof.add(commands)
    report.add(commands)
    tokens.add(commands)

    for name, command in (("local", local), ("simulate", simulate)):
        one = commands.add_parser(name, help=command.__doc__, add_help=False)
        one.set_defaults(command=command)
    return parser


def _import_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", metavar="FILE", type=Path, help="CSV, TSV, JSON or NDJSON")
    one.add_argument("--source", required=True, help="the store or tool that the file comes from")
    one.add_argument("--app", help="the app, where the file has no column of apps")
    one.add_argument("--country", help="the store front, where the store has several")
    one.add_argument("--answers", action="store_true", help="the file holds answers to surveys")
    one.add_argument(
        "--column",
        metavar="FIELD=COLUMN",
        action="append",
        default=[],
        type=_assignment,
        help="read this column as that field (repeatable); FIELD= for none",
    )
    order = one.add_mutually_exclusive_group()
    for first in ("day", "month"):
        order.add_argument(
            f"--{first}-first",
            dest="order",
            action="store_const",
            const=first,
            help=f"dates such as 05/04/2024 begin with the {first}",
        )
    one.add_argument("--dry-run", action="store_true", help="read the file and store nothing")
    one.add_argument("--json", action="store_true", help="print one JSON object")
    stack.option(one)


def _serving(folder: Path) -> dict[str, Trained]:
    from northstar.app.learn import serving
    from northstar.scoring import linear
    from northstar.store.models import ModelFiles

    found = serving(ModelFiles(folder))
    if not found:
        raise Invalid(f"No model serves in {folder}: name what `learn --out` wrote.", "--models")
    for model in found.values():
        try:
            linear.load(model.content)
        except Broken as error:
            raise Broken(f"{folder / model.card.id}.model: {error}") from error
    return found


def _model_store(options: argparse.Namespace) -> ModelStore:
    """Return the folder of --models, or the bucket of a stack."""
    from northstar.store.models import ModelFiles

    if options.models:
        return ModelFiles(options.models)
    stack.enter(options)
    from northstar.runtime import bootstrap

    return bootstrap.models()


def _figures(card: Card | None) -> str:
    if card is None:
        return ""
    own = card.own
    return (
        f"{card.id}: {own.negative} negative, {own.positive} positive; "
        f"AUC {own.auc:.3f} (VADER {card.vader.auc:.3f}), balanced recall "
        f"{own.balanced_recall:.3f}, calibration error {own.calibration_error:.3f}; "
    )


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.", "FILE") from error


def _opened(file: Path) -> BufferedReader:
    try:
        return file.open("rb")
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.", "FILE") from error


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=COLUMN")
    return name.strip(), value.strip()


def _target(text: str) -> int:
    from northstar.app.daily import MOST

    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:20]) <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to {MOST:,}")
    return int(text)


def _run_module(module: str, arguments: Sequence[str]) -> NoReturn:
    os.chdir(stack.checkout())
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
