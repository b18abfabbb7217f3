"""The command line: outputs, exit codes and sentences."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from northstar.app.learn import Trained
from northstar.app.learn import learn as learnt
from northstar.app.replay import Replayed
from northstar.cli import _parser, main
from northstar.domain.learning import Card, Example, Figures
from northstar.domain.reviews import Page
from northstar.store.models import ModelFiles
from tests.conftest import ROOT
from tests.unit.fixtures import stores

KEYS = [
    *("source", "id", "rating", "title", "text", "author", "country", "language"),
    *("created", "edited", "reply", "version", "url"),
]


def run(capsys: Any, *arguments: str) -> tuple[int, list[Any], Any]:
    """Run a command; return exit code, JSON lines of standard output, JSON of standard error."""
    code = main(arguments)
    told = capsys.readouterr()
    lines = [json.loads(line) for line in told.out.splitlines()]
    return code, lines, told.err


def write(folder: Path, content: str | bytes) -> str:
    """Write a payload and return its path."""
    path = folder / "payload"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_parse_prints_reviews_and_outcome(capsys: Any, tmp_path: Path) -> None:
    """One review a line with exactly the agreed keys; the outcome on standard error; exit 0."""
    code, reviews, told = run(capsys, "parse", "shopify", write(tmp_path, stores.shopify_page()))
    outcome = json.loads(told)
    assert code == 0
    assert [list(review) for review in reviews] == [KEYS] * len(reviews)
    assert outcome["outcome"] == "ok"
    assert outcome["reviews"] == len(reviews) > 0
    assert set(outcome) == {"outcome", "reviews", "next", "published", "reason"}


@pytest.mark.parametrize(
    ("payload", "code", "outcome"),
    [("<html><body>Please accept cookies</body></html>", 4, "broken"), ("", 4, "broken")],
)
def test_parse_says_what_it_could_not_understand(
    capsys: Any, tmp_path: Path, payload: str, code: int, outcome: str
) -> None:
    """A page that is no page of reviews is broken, never empty."""
    found, reviews, told = run(capsys, "parse", "shopify", write(tmp_path, payload))
    assert (found, reviews) == (code, [])
    assert json.loads(told)["outcome"] == outcome
    assert json.loads(told)["reason"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("parse", "myspace", "x"),
        ("parse", "shopify", "/does/not/exist"),
        ("score", "--engine", "x"),
    ],
)
def test_wrong_usage_is_two_with_a_sentence(capsys: Any, arguments: tuple[str, ...]) -> None:
    """An unknown source, file or engine is named."""
    code, _, told = run(capsys, *arguments)
    assert code == 2
    assert told.startswith("northstar: ")


@pytest.mark.parametrize("arguments", [("parse",), ("nonsense",), ("recount", "--nonsense")])
def test_wrong_arguments_are_two(arguments: tuple[str, ...], capsys: Any) -> None:
    """argparse says how it is meant."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def commands(parser: argparse.ArgumentParser, *before: str) -> Iterator[tuple[str, ...]]:
    """Yield each command that prints its help itself, with the words before it."""
    if parser.add_help:
        yield before
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, part in action.choices.items():
                yield from commands(part, *before, name)


def test_every_help_is_printed(capsys: Any) -> None:
    """Of each command and each of its parts."""
    every = list(commands(_parser()))
    assert {("goal",), ("goal", "set"), ("parse",)} <= set(every)
    for words in every:
        with pytest.raises(SystemExit) as ended:
            main([*words, "--help"])
        assert (words, ended.value.code) == (words, 0)
        assert capsys.readouterr().out.startswith(" ".join(("usage: northstar", *words)))


def dry_run(capsys: Any, path: str, *options: str) -> str:
    """Return what a dry run of an import, which is fine, tells people."""
    assert main(["import", path, "--dry-run", *options]) == 0
    told: str = capsys.readouterr().out
    return told


def test_a_dry_run_says_where_reviews_would_go(capsys: Any, tmp_path: Path) -> None:
    """As the import would; of a store, which only a stack's configuration may know, what it needs.

    A tool of the user's own has no app but itself.
    """
    path = write(tmp_path, "id,rating,text,date\n1,5,a,2026-03-01\n")
    assert "App: mine, as --app says." in dry_run(
        capsys, path, "--source", "steam", "--app", "mine"
    )
    assert "App: archive, as --source says." in dry_run(capsys, path, "--source", "archive")
    assert "--app names another" in dry_run(capsys, path, "--source", "steam")


def test_rows_without_an_id_of_the_store_are_counted(capsys: Any, tmp_path: Path) -> None:
    """Where it is a store of ours; ids may come from links, and another tool has no ids of ours."""
    link = "https://play.google.com/x?reviewId=gp:1"
    rows = f"Review Link,rating,text,date\n{link},5,a,2026-03-01\n"
    of_store = ("--source", "google_play", "--app", "a")
    assert "no id" not in dry_run(capsys, write(tmp_path, rows), *of_store)
    path = write(tmp_path, f"{rows},4,b,2026-03-02\n")
    assert "1 of 2 rows has no id of the store" in dry_run(capsys, path, *of_store)
    assert "no id" not in dry_run(capsys, path, "--source", "archive")


def test_fields_that_are_not_read_are_said(capsys: Any, tmp_path: Path) -> None:
    """In words with the option that names them, and as a list in JSON."""
    path = write(tmp_path, "id,rating,said,on\n1,5,a,2026-03-01\n")
    told = dry_run(capsys, path, "--source", "archive")
    assert "No column was read as the text; --column text=NAME names it." in told
    assert "No column was read as the date; --column created=NAME names it." in told
    told = dry_run(capsys, path, "--source", "archive", "--json")
    assert json.loads(told)["missing"] == ["text", "created"]


def test_a_report_says_no_more_than_there_is(capsys: Any, tmp_path: Path) -> None:
    """One row is one row, and nothing was learned."""
    told = dry_run(capsys, write(tmp_path, "id,text\n1,a\n"), "--source", "archive")
    assert "\n1 row in " in told
    assert "learned" not in told


@pytest.mark.parametrize(
    ("content", "remedy"), [("", False), ("text,text\na,b\n", False), ("likes\n1\n", True)]
)
def test_columns_are_to_be_named_where_that_helps(
    capsys: Any, tmp_path: Path, content: str, remedy: bool
) -> None:
    """An empty file has none, and two of one name cannot be told apart."""
    path = write(tmp_path, content)
    assert main(["import", path, "--source", "archive", "--dry-run"]) == 2
    assert ("--column" in capsys.readouterr().err) == remedy


def test_answers_take_no_app(capsys: Any, tmp_path: Path) -> None:
    """It is refused before a stack is looked for."""
    path = write(tmp_path, "csat,date\n5,2026-03-01\n")
    assert main(["import", path, "--source", "archive", "--answers", "--app", "a"]) == 2
    assert "leave out --app or --answers" in capsys.readouterr().err


ESCAPES = '"\x1b]0;x\x07\x9b31m Notes\nand more",rating,text\nx,5,a\nx,"\x1b[2J9",b\n'


def test_outside_text_does_nothing_to_the_terminal(
    capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names of columns and cells from a file are printed without control characters."""
    monkeypatch.chdir(tmp_path)  # where no stack of the user's can be found
    path = write(tmp_path, ESCAPES)
    assert main(["import", path, "--source", "s", "--app", "a", "--dry-run"]) == 3
    out = capsys.readouterr().out
    assert all(line.isprintable() for line in out.splitlines())
    assert "]0;x31m Notes and more → unread" in out
    assert main(["import", path, "--source", "s", "--column", "text=no such"]) == 2
    assert capsys.readouterr().err[:-1].isprintable()


@pytest.mark.parametrize("strange", ["\x1b[2J", "\x9b31m", "\u202e", "\ud800"])
def test_a_reason_does_nothing_to_the_terminal(
    capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strange: str
) -> None:
    """What parse prints is JSON of printable characters, whatever a payload says."""
    page = Page("broken", reason=f"it says {strange}", next=strange)
    monkeypatch.setattr("northstar.sources.shopify.parse", lambda _: page)
    code, _, told = run(capsys, "parse", "shopify", write(tmp_path, "x"))
    assert code == 4
    assert told[:-1].isprintable()
    assert json.loads(told)["reason"] == f"it says {strange}"


def test_replay_tells_reasons_on_one_line(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that still cannot be read is named with its reason, without control characters."""
    still = (("one", "it says \x1b[2J\nNot this \ud800"),)
    found = Replayed(understood=0, reviews=0, targets=(), still=still)
    monkeypatch.setenv("FEEDBACK_TABLE", "x")
    monkeypatch.setattr("northstar.app.replay.replay_pages", lambda *_, **__: found)
    monkeypatch.setattr("northstar.app.replay.replay_records", lambda *_, **__: 0)
    monkeypatch.setattr("northstar.store.quarantine.records", lambda _: ([], []))
    monkeypatch.setattr("northstar.runtime.planning.collect_again", lambda *_: 0)
    for made in ("feedback_store", "quarantine", "configuration"):
        monkeypatch.setattr(f"northstar.runtime.bootstrap.{made}", MagicMock())
    assert main(["replay", "quarantine"]) == 3
    _, line = capsys.readouterr().out.splitlines()
    assert line == "  still there: one: it says  [2J Not this  "


def test_score_prints_one_score_a_line(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the texts, with all keys; an empty line is undetermined, not zero."""
    texts = io.TextIOWrapper(io.BytesIO(b"I love it\nI hate it\n\n"))
    monkeypatch.setattr("sys.stdin", texts)
    code, scores, _ = run(capsys, "score", "--language", "en")
    assert code == 0
    assert [one["label"] for one in scores] == ["positive", "negative", "undetermined"]
    assert scores[2]["value"] is None
    assert list(scores[0]) == [
        *("value", "label", "confidence", "language", "language_source", "engine", "truncated")
    ]


def test_configure_checks_a_file(capsys: Any, tmp_path: Path) -> None:
    """The sample is valid; a mistake is named with its line, and the exit code is 2."""
    assert main(["configure", str(ROOT / "northstar.toml")]) == 0
    capsys.readouterr()
    assert main(["configure", write(tmp_path, "[business]\nnam = 'x'\n")]) == 2
    assert "line 2" in capsys.readouterr().err


def test_an_operators_command_needs_a_stack(
    capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a running stack recount says how to start or name one."""
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra/template.yaml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FEEDBACK_TABLE", raising=False)
    assert main(["recount"]) == 2
    assert "make run" in capsys.readouterr().err


def shelve(folder: Path, **aucs: float) -> ModelFiles:
    """Promote French models of these names and AUCs, one night after the other."""
    store = ModelFiles(folder)
    rows = [Example("fr", "texte", label) for label in (1, -1) * 100]
    figures = Figures(100, 100, 0.6, 0.5, 0.03)
    for name, auc in aucs.items():
        own = replace(figures, auc=auc)
        card = Card(name, "fr", own, figures, 2.0, 0.0, "norm1", 1, 0.15, 5)

        def train(_: Iterable[Example], __: str, card: Card = card) -> Trained:
            return Trained(card, b"no model of ours")

        (outcome,) = learnt(rows, train=train, store=store)
        assert outcome.objection is None
    return store


def test_models_are_listed_with_their_figures(capsys: Any, tmp_path: Path) -> None:
    """Newest first; which one serves is said, and in JSON each card is there as a whole."""
    shelve(tmp_path, older=0.8, newer=0.9)
    assert main(["models", "--models", str(tmp_path)]) == 0
    newer, older = capsys.readouterr().out.splitlines()
    assert "newer: 100 negative, 100 positive; AUC 0.900 (VADER 0.600)" in newer
    assert newer.endswith("; serves")
    assert "older: " in older
    assert older.endswith("; kept")
    code, (told,), _ = run(capsys, "models", "--models", str(tmp_path), "--json")
    assert code == 0
    assert [(one["id"], one["serves"]) for one in told["models"]] == [
        ("newer", True),
        ("older", False),
    ]
    assert told["models"][0]["own"]["auc"] == 0.9


def test_no_models_are_no_fault(capsys: Any, tmp_path: Path) -> None:
    """Before the first night there are none."""
    assert main(["models", "--models", str(tmp_path / "none")]) == 0
    assert "No model" in capsys.readouterr().out


def test_the_model_before_serves_again(capsys: Any, tmp_path: Path) -> None:
    """Until there is none before it, which is wrong usage; of a folder no texts are read again."""
    shelve(tmp_path, older=0.8, newer=0.9)
    where = ("models", "--models", str(tmp_path), "--roll-back", "fr")
    assert main(where) == 0
    assert capsys.readouterr().out == "older serves fr again.\n"
    assert main(["models", "--models", str(tmp_path)]) == 0
    assert [line.split("; ")[-1] for line in capsys.readouterr().out.splitlines()] == [
        "kept",
        "serves",
    ]
    assert main(where) == 2
    assert "No model before older" in capsys.readouterr().err
    assert main([*where[:-1], "xx"]) == 2
    assert "'xx'" in capsys.readouterr().err


def test_a_stack_reads_its_texts_again(
    capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rolling back on a stack says what happens then; in JSON it is the model that serves."""
    store = shelve(tmp_path, a=0.7, b=0.8, c=0.9)
    monkeypatch.setenv("FEEDBACK_TABLE", "x")
    monkeypatch.setattr("northstar.runtime.bootstrap.models", lambda: store)
    assert main(["models", "--roll-back", "fr"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("b serves fr again. ")
    assert "hourly run" in out
    code, (told,), _ = run(capsys, "models", "--roll-back", "fr", "--json")
    assert (code, told) == (0, {"language": "fr", "serves": "a"})


def test_models_are_of_a_folder_or_of_a_stack(capsys: Any) -> None:
    """Not of both."""
    with pytest.raises(SystemExit):
        main(["models", "--models", "x", "--stack", "y"])
    assert "not allowed with" in capsys.readouterr().err


@pytest.mark.parametrize("engine", ["auto", "linear"])
def test_a_model_that_cannot_be_read_is_named(capsys: Any, tmp_path: Path, engine: str) -> None:
    """With its file and what to do, before any text is scored."""
    shelve(tmp_path, broken=0.9)
    assert main(["score", "--engine", engine, "--models", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"northstar: {tmp_path / 'broken.model'}: The model cannot be read")
    assert "roll back" in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(("name", "content"), [("serving.json", b"{"), ("broken.json", b"")])
def test_cards_and_pointers_that_cannot_be_read_are_named(
    capsys: Any, tmp_path: Path, name: str, content: bytes
) -> None:
    """In one line."""
    shelve(tmp_path, broken=0.9).put(name, content)
    for command in ("models", "score"):
        assert main([command, "--models", str(tmp_path)]) == 1
        assert capsys.readouterr().err.startswith(f"northstar: {name} is no JSON")
