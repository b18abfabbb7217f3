"""`northstar import`: from a file to records that are counted once, whatever happens in between."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from northstar.app import importing
from northstar.cli import main
from northstar.domain.aggregates import Record
from northstar.domain.errors import Unavailable
from northstar.domain.reviews import Review, first_sight
from northstar.runtime import bootstrap
from northstar.store import keys
from northstar.store.feedback import DynamoFeedbackStore
from tests.integration.conftest import Pipeline

ONE_APP = '[[sources]]\nsource = "shopify"\napp = "our-app"\n'
TWO_APPS = ONE_APP + '[[sources]]\nsource = "shopify"\napp = "other"\n'


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's own for checkpoints."""
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


def write(folder: Path, rows: Sequence[int], name: str = "reviews.csv") -> Path:
    """Write a table of reviews."""
    lines = [f"{n},{1 + n % 5},words {n},Ann {n},2026-03-0{1 + n % 9}" for n in rows]
    path = folder / name
    path.write_text("\n".join(["id,rating,text,author,date", *lines, ""]))
    return path


def run(capsys: Any, path: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Import a file as one of shopify; return the exit code and what --json prints."""
    capsys.readouterr()  # metrics that a function has written before
    code = main(["import", str(path), "--source", "shopify", "--json", *options])
    out, err = capsys.readouterr()
    assert err == ""
    return code, json.loads(out)


def stored(app: str = "our-app", source: str = "shopify") -> set[str]:
    """Return the ids of the stored reviews of an app."""
    return {r.review.id for r in bootstrap.feedback_store().all_reviews(source, app)}


def stop_after(monkeypatch: pytest.MonkeyPatch, batches: int, problem: BaseException) -> None:
    """Let the store take so many batches, and then end with a problem that lasts for one run."""
    whole = DynamoFeedbackStore.put_records
    left = iter(range(batches))
    asked_again = iter(range(importing.TRIES - 1 if isinstance(problem, Unavailable) else 0))
    monkeypatch.setattr(importing, "FIRST_PAUSE", 0)

    def put_records(store: DynamoFeedbackStore, records: Sequence[Record]) -> None:
        if next(left, None) is None:
            if next(asked_again, None) is None:
                monkeypatch.setattr(DynamoFeedbackStore, "put_records", whole)
            raise problem
        whole(store, records)

    monkeypatch.setattr(DynamoFeedbackStore, "put_records", put_records)


def test_a_file_is_imported_once(pipeline: Pipeline, tmp_path: Path, capsys: Any) -> None:
    """Reviews land under the configured app and are counted once; a second time changes nothing."""
    pipeline.configure(ONE_APP)
    path = write(tmp_path, range(1, 13))
    code, told = run(capsys, path)
    assert (code, told["rows"], told["new"], told["known"]) == (0, 12, 12, 0)
    assert (told["app"], told["app_from"]) == ("our-app", "northstar.toml")
    assert told["columns"]["author"] == "author"
    assert stored() == {str(n) for n in range(1, 13)}
    pipeline.work_off_stream()
    assert pipeline.total("reviews") == 12
    code, told = run(capsys, path)
    assert (code, told["new"], told["known"], told["changed"]) == (0, 0, 12, 0)
    pipeline.work_off_stream()
    assert pipeline.total("reviews") == 12
    assert pipeline.recount().agrees


def test_imported_and_collected_reviews_are_the_same_records(
    made: Any, tmp_path: Path, capsys: Any
) -> None:
    """What the collector saw stays; the import adds only what was not known."""
    store = bootstrap.feedback_store()
    seen = first_sight(
        Review("shopify", "1", 2, text="as it is now", edited="2026-06-01"),
        "our-app",
        datetime(2026, 11, 1, tzinfo=UTC),
    )
    store.put_review(seen, None)
    code, told = run(capsys, write(tmp_path, [1, 2]), "--app", "our-app")
    assert (code, told["new"], told["known"], told["changed"]) == (0, 1, 1, 1)
    record = store.reviews("shopify", "our-app", ["1"])["1"]
    assert (record.review.text, record.review.rating) == ("as it is now", 2)
    assert record.review.created == "2026-03-02"
    assert [look.review.text for look in store.versions(record)] == ["words 1"]


def test_imported_history_is_no_news(pipeline: Pipeline, tmp_path: Path, capsys: Any) -> None:
    """Every imported record says that it is history."""
    run(capsys, write(tmp_path, [1]), "--app", "a")
    (record,) = bootstrap.feedback_store().all_reviews("shopify", "a")
    assert record.history


@pytest.mark.parametrize("problem", [Unavailable("no answer"), KeyboardInterrupt()])
def test_an_interrupted_import_goes_on(
    *,
    made: Any,
    tmp_path: Path,
    state: Path,
    capsys: Any,
    monkeypatch: pytest.MonkeyPatch,
    problem: BaseException,
) -> None:
    """It says after which row it goes on, and in the end everything is there once."""
    path = write(tmp_path, range(1, 351))
    stop_after(monkeypatch, 2, problem)
    code = main(["import", str(path), "--source", "shopify", "--app", "a", "--json"])
    assert code == (130 if isinstance(problem, KeyboardInterrupt) else 1)
    assert capsys.readouterr().err.startswith("northstar: ")
    assert len(stored("a")) == 200
    code, told = run(capsys, path, "--app", "a")
    assert (code, told["resumed_after"], told["rows"], told["new"]) == (0, 200, 350, 350)
    assert len(stored("a")) == 350
    assert list(state.rglob("*.json")) == []


def test_a_process_that_was_killed_goes_on(
    made: Any, tmp_path: Path, state: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing could be tidied up, the checkpoint on disk is enough."""
    path = write(tmp_path, range(1, 251))

    class Killed(BaseException):
        """Nobody catches this."""

    stop_after(monkeypatch, 1, Killed())
    with pytest.raises(Killed):
        main(["import", str(path), "--source", "shopify", "--app", "a", "--json"])
    capsys.readouterr()
    assert len(list(state.rglob("*.json"))) == 1
    assert run(capsys, path, "--app", "a")[1]["resumed_after"] == 100


def test_a_changed_file_or_an_emptied_store_begins_anew(
    made: Any, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was noted of another file or store is not believed, and the reason is said."""
    path = write(tmp_path, range(1, 251))
    stop_after(monkeypatch, 1, Unavailable("no answer"))
    assert main(["import", str(path), "--source", "shopify", "--app", "a", "--json"]) == 1
    write(tmp_path, range(2, 252))
    capsys.readouterr()
    _, told = run(capsys, path, "--app", "a")
    assert (told["resumed_after"], told["restarted"]) == (None, "the file has changed")
    assert (told["rows"], told["known"], len(stored("a"))) == (250, 99, 251)
    stop_after(monkeypatch, 1, Unavailable("no answer"))
    assert main(["import", str(path), "--source", "shopify", "--app", "b", "--json"]) == 1
    table = bootstrap.client("dynamodb")
    for record in bootstrap.feedback_store().all_reviews("shopify", "b"):
        key = keys.review("shopify", "b", record.review.id)
        table.delete_item(
            TableName=os.environ["FEEDBACK_TABLE"], Key={n: {"S": v} for n, v in key.items()}
        )
    capsys.readouterr()
    _, told = run(capsys, path, "--app", "b")
    assert (told["resumed_after"], told["new"]) == (None, 250)
    assert told["restarted"]


def test_a_dry_run_needs_no_stack_and_stores_nothing(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It shows the mapping and what would not be read."""
    monkeypatch.delenv("FEEDBACK_TABLE", raising=False)
    path = write(tmp_path, [1, 2])
    path.write_text(path.read_text() + "3,nine,x,y,2026-01-01\n")
    code, told = run(capsys, path, "--dry-run")
    assert (code, told["dry_run"], told["new"], told["unread"]) == (3, True, 2, 1)
    assert (told["app"], told["app_needed"]) == (None, True)
    assert told["faults"] == ["data row 3: rating 'nine' is not 1, 2, 3, 4 or 5"]


@pytest.mark.parametrize("terminal", [True, False])
def test_rows_that_cannot_be_read_are_three(
    *, made: Any, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    """The others are stored; people get the same as sentences, and a bar on a terminal only."""
    path = write(tmp_path, [1, 2])
    path.write_text(path.read_text() + "3,5,x\n")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    assert main(["import", str(path), "--source", "shopify", "--app", "a"]) == 3
    out, err = capsys.readouterr()
    assert "3 rows in" in out
    assert "2 new" in out
    assert "1 not read" in out
    assert "data row 3: has 3 cells" in out
    assert "rating → rating" in out
    assert ("3/3" in err, err == "") == (terminal, not terminal)
    assert stored("a") == {"1", "2"}


@pytest.mark.parametrize(
    ("configuration", "options", "app", "source"),
    [
        (TWO_APPS, ("--app", "mine", "--country", "us"), "mine/us", "--app"),
        (ONE_APP, ("--country", "de"), "our-app/de", "northstar.toml"),
        (ONE_APP, ("--source", "archive"), "archive", "--source"),
    ],
)
def test_the_app_is_told_with_who_said_so(
    *,
    pipeline: Pipeline,
    tmp_path: Path,
    capsys: Any,
    configuration: str,
    options: tuple[str, ...],
    app: str,
    source: str,
) -> None:
    """The option, else the only configured app, else the tool's name; and a store front."""
    pipeline.configure(configuration)
    _, told = run(capsys, write(tmp_path, [1]), *options)
    assert (told["app"], told["app_from"], told["app_needed"]) == (app, source, False)
    assert stored(app, told["source"]) == {"1"}


def test_a_store_without_an_app_is_told_of(pipeline: Pipeline, tmp_path: Path, capsys: Any) -> None:
    """Where nothing names it, the store's own name is taken, and it is said how to name one."""
    pipeline.configure("# no sources\n")
    assert main(["import", str(write(tmp_path, [1])), "--source", "shopify"]) == 0
    assert "Nothing names the app of shopify" in capsys.readouterr().out
    assert stored("shopify", "shopify") == {"1"}


def test_a_column_of_apps_decides(pipeline: Pipeline, tmp_path: Path, capsys: Any) -> None:
    """Each row is of its own app; --app is for all of them."""
    pipeline.configure(TWO_APPS)
    path = tmp_path / "reviews.json"
    path.write_text(
        '[{"app_id": "x", "id": 1, "text": "a"}, {"app_id": "y", "id": 2, "text": "b"}]'
    )
    _, told = run(capsys, path)
    assert (told["app"], told["app_from"]) == (None, "column app_id")
    assert (stored("x"), stored("y")) == ({"1"}, {"2"})
    run(capsys, path, "--app", "z")
    assert stored("z") == {"1", "2"}


def test_several_apps_need_a_name(pipeline: Pipeline, tmp_path: Path, capsys: Any) -> None:
    """Nothing is stored under a guess."""
    pipeline.configure(TWO_APPS)
    assert main(["import", str(write(tmp_path, [1])), "--source", "shopify"]) == 2
    assert "--app" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("id,likes\n1,2\n", (), "--column FIELD=COLUMN"),
        ("", (), "empty"),
        ("id,text\n1,a\n", ("--column", "rating=Verdict"), "Verdict"),
        ("id,text\n1,a\n", ("--source", "My Tool!"), "My Tool!"),
        ("csat,date\n1,2026-01-01\n", ("--answers", "--app", "a"), "leave out --app"),
    ],
)
def test_wrong_usage_is_two(
    *, made: Any, tmp_path: Path, capsys: Any, content: str, options: tuple[str, ...], said: str
) -> None:
    """A file or an option that cannot be taken is named, and nothing is stored."""
    path = tmp_path / "reviews.csv"
    path.write_text(content)
    assert main(["import", str(path), "--source", "shopify", *options]) == 2
    assert said in capsys.readouterr().err


def test_a_future_date_is_a_fault_of_its_row(made: Any, tmp_path: Path, capsys: Any) -> None:
    """In a dry run as in an import, and of answers as of reviews; the other rows are read."""
    path = tmp_path / "rows.csv"
    path.write_text("id,rating,date\n1,5,2026-03-01\n2,5,2099-01-01\n")
    for options in (("--app", "a", "--dry-run"), ("--app", "a"), ("--answers",)):
        code, told = run(capsys, path, *options)
        assert (code, told["new"], told["unread"]) == (3, 1, 1)
        assert told["faults"] == ["data row 2: date 2099-01-01 is in the future"]
    assert stored("a") == {"1"}


def test_made_ids_are_counted(made: Any, tmp_path: Path, capsys: Any) -> None:
    """Of rows that are new, and of the same rows when they are known."""
    path = tmp_path / "reviews.csv"
    path.write_text("id,rating,text,date\n7,5,a,2026-03-01\n,4,b,2026-03-02\n,x,c,2026-03-02\n")
    for _ in range(2):
        assert run(capsys, path, "--app", "a")[1]["made_ids"] == 1


def test_columns_and_the_order_of_dates_can_be_said(made: Any, tmp_path: Path, capsys: Any) -> None:
    """The user's word comes before the guess."""
    path = tmp_path / "reviews.csv"
    path.write_text("Nr;Verdict;Said;When\n1;4;good;05/04/2026\n")
    options = ("--app", "a", "--column", "rating=Verdict", "--column", "text=Said")
    more = ("--column", "id=Nr", "--column", "created=When", "--day-first")
    code, _ = run(capsys, path, *options, *more)
    record = bootstrap.feedback_store().reviews("shopify", "a", ["1"])["1"]
    assert code == 0
    assert (record.review.rating, record.review.text) == (4, "good")
    assert record.review.created == "2026-04-05"


def test_answers_of_another_tool_are_counted(
    pipeline: Pipeline, tmp_path: Path, capsys: Any
) -> None:
    """They are answers of nobody, on their day, once."""
    path = tmp_path / "answers.ndjson"
    rows = [{"id": n, "csat": 1 + n % 5, "date": "2026-03-01", "team": "t"} for n in range(10)]
    path.write_text("\n".join(map(json.dumps, rows)))
    arguments = ["import", str(path), "--source", "old-tool", "--answers", "--json"]
    for new in (10, 0):
        assert main(arguments) == 0
        assert json.loads(capsys.readouterr().out)["new"] == new
        pipeline.work_off_stream()
        assert pipeline.total("answers") == 10
        assert pipeline.total("csat_5") == 2
    assert pipeline.recount().agrees
